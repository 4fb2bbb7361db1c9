//! What S3 says when it refuses, in plain words. Knows no request.

use minisync_store::{StoreError, StoreErrorKind};
use roxmltree::Document;

use super::{Bucket, listing::text_of};
use crate::{http::HttpResponse, store_error::from_response};

/// The error for a response that is none of success.
pub(super) fn error(
    response: &HttpResponse,
    bucket: &Bucket,
    action: &'static str,
    path: &str,
) -> StoreError {
    use StoreErrorKind::{Forbidden, NotFound, Other};
    let (name, region) = (&bucket.name, &bucket.region);
    let (kind, words) = match code_of(response).as_deref() {
        Some("NoSuchKey") => (NotFound, "there is no such file".to_owned()),
        Some("NoSuchBucket") => (Other, format!("there is no bucket {name} at {}", bucket.origin)),
        Some("InvalidAccessKeyId") => (Forbidden, "the access key is not known there".to_owned()),
        Some("SignatureDoesNotMatch") => {
            (Forbidden, "the secret does not belong to the access key".to_owned())
        }
        Some("ExpiredToken" | "TokenRefreshRequired") => {
            (Forbidden, "the session token has expired; get a new one".to_owned())
        }
        Some("RequestTimeTooSkewed") => {
            (Forbidden, "the clock of this device is wrong by more than 15 minutes".to_owned())
        }
        Some("AccessDenied") => (Forbidden, format!("this key may not do that in the bucket {name}")),
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => {
            let region = match response.header("x-amz-bucket-region") {
                Some(right) => format!("it is in {right}"),
                None => format!("it is not in {region}"),
            };
            (Other, format!("the bucket {name} is in another region: {region}; say it with ?region=…"))
        }
        _ => return from_response(response, action, path),
    };
    StoreError::new(kind, action, path, words)
}

/// `NoSuchKey` and the like.
fn code_of(response: &HttpResponse) -> Option<String> {
    let text = std::str::from_utf8(&response.body).ok()?;
    let document = Document::parse(text).ok()?;
    text_of(document.root_element(), "Code")
}
