//! Signatures of requests, version 4, as Amazon specifies them. Knows no store.

use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::S3Account;

/// What of a request is signed.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    /// Escaped, with a slash before it.
    pub(super) path: &'a str,
    /// Escaped, in the order of the names.
    pub(super) query: &'a str,
    /// In lower case and in order.
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// The hash of the body.
    pub(super) payload: &'a str,
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The header `authorization`. `time` is as [`timestamp`] gives it.
pub(super) fn authorization(signed: &Signed<'_>, account: &S3Account, region: &str, time: &str) -> String {
    let names: Vec<&str> = signed.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let headers: String =
        signed.headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let Signed { method, path, query, payload, .. } = signed;
    let request = format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{payload}");
    let day = &time[..8];
    let scope = format!("{day}/{region}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256_hex(request.as_bytes()));
    let secret = format!("AWS4{}", account.secret.expose());
    let key = [day, region, "s3", "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| hmac_sha256(&key, part.as_bytes()));
    let signature = HEXLOWER.encode(&hmac_sha256(&key, text.as_bytes()));
    let id = &account.id;
    format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// `20261125T050000Z`.
pub(super) fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of a day since 1970-01-01, by Howard Hinnant's "chrono-compatible low-level date algorithms":
/// years begin in March there, so that the day that may be missing is the last one.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Amazon's documentation, "Signature Calculations for the Authorization Header".
    #[test]
    fn signatures_are_those_of_the_documentation() {
        let account = S3Account::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let payload = sha256_hex(b"");
        let sign = |path: &str, query: &str, range: bool| {
            let mut headers = vec![("host", "examplebucket.s3.amazonaws.com")];
            if range {
                headers.push(("range", "bytes=0-9"));
            }
            headers.extend([("x-amz-content-sha256", payload.as_str()), ("x-amz-date", "20130524T000000Z")]);
            let signed = Signed { method: "GET", path, query, headers: &headers, payload: &payload };
            let header = authorization(&signed, &account, "us-east-1", "20130524T000000Z");
            header.rsplit_once('=').map(|(_, signature)| signature.to_owned()).unwrap()
        };
        for (path, query, range, signature) in [
            ("/test.txt", "", true, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            ("/", "lifecycle=", false, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            (
                "/",
                "max-keys=2&prefix=J",
                false,
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ] {
            assert_eq!(sign(path, query, range), signature, "{path}?{query}");
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (http, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "19700101T000000Z"),
            ("Tue, 29 Feb 2000 23:59:59 GMT", "20000229T235959Z"),
            ("Wed, 01 Mar 2000 00:00:00 GMT", "20000301T000000Z"),
            ("Fri, 31 Dec 2100 12:34:56 GMT", "21001231T123456Z"),
        ] {
            assert_eq!(timestamp(httpdate::parse_http_date(http).unwrap()), expected);
        }
    }
}
