//! Where a bucket is. Knows no request.

use super::{S3Account, profile::Profile};
use crate::{
    credentials::Environment,
    url::{ServiceUrl, escape},
};

/// A place in a bucket, with who we are there.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Scheme and host, without a slash at the end.
    pub(super) origin: String,
    /// What stands before each key in a path: nothing, or a slash and the bucket.
    pub(super) base: String,
    /// What each key begins with: nothing, or a prefix with a slash at the end. Not escaped.
    pub(super) prefix: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) account: Option<S3Account>,
}

/// What may stand in the query of a target.
const QUERY: &[&str] = &["endpoint", "region"];

impl Bucket {
    /// `s3://bucket/prefix?endpoint=https://…&region=…`. What the URL leaves open the environment says
    /// (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_DEFAULT_REGION`), or else the profile; a bucket that
    /// is nowhere else is Amazon's.
    ///
    /// # Errors
    /// What is wrong with the URL, or with the files of the profile.
    pub fn find(url: &ServiceUrl, environment: &Environment) -> Result<Bucket, String> {
        let profile = Profile::find(environment)?;
        let mut bucket = Bucket::located(url, environment, &profile)?;
        bucket.account = S3Account::find(environment, &profile);
        Ok(bucket)
    }

    /// Whether there is a key to sign with.
    pub fn has_account(&self) -> bool {
        self.account.is_some()
    }

    fn located(url: &ServiceUrl, environment: &Environment, profile: &Profile) -> Result<Bucket, String> {
        if let Some(name) = url.unknown_query(QUERY) {
            return Err(format!("an S3 target has no {name}=…; it has {}", QUERY.join(" and ")));
        }
        if url.user().is_some() || url.authority().contains(':') {
            return Err("an S3 target is written s3://bucket/prefix?endpoint=https://host".to_owned());
        }
        let variable = |names: &[&str]| names.iter().find_map(|name| environment.variable(name));
        let of_profile = |key: &str| profile.get(key).map(str::to_owned);
        let region = url.query("region").map(str::to_owned);
        let region = region.or_else(|| variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]));
        let region = region.or_else(|| of_profile("region")).unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = url.query("endpoint").map(str::to_owned);
        let endpoint = endpoint.or_else(|| variable(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]));
        let endpoint = endpoint.or_else(|| of_profile("endpoint_url"));
        let name = url.host().to_owned();
        let (origin, base) = match endpoint {
            Some(endpoint) => (origin_of(&endpoint)?, format!("/{}", escape(&name))),
            // A certificate for *.s3… does not hold for a name with dots.
            None if name.contains('.') => (format!("https://s3.{region}.amazonaws.com"), format!("/{name}")),
            None => (format!("https://{name}.s3.{region}.amazonaws.com"), String::new()),
        };
        let prefix = url.path().iter().map(|part| format!("{part}/")).collect();
        Ok(Bucket { origin, base, prefix, name, region, account: None })
    }
}

/// Scheme and host of an endpoint, without a port that is the scheme's own: the host is signed as it is sent.
fn origin_of(endpoint: &str) -> Result<String, String> {
    let bad = |reason: String| format!("its endpoint {endpoint:?}: {reason}");
    let url = ServiceUrl::parse(endpoint).map_err(bad)?;
    let port = match url.scheme() {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(bad("it must begin with https:// or http://".to_owned())),
    };
    if !url.path().is_empty() || url.user().is_some() {
        return Err(bad("it must be a host only; the bucket stands before the endpoint".to_owned()));
    }
    let authority = url.authority();
    Ok(format!("{}://{}", url.scheme(), authority.strip_suffix(port).unwrap_or(&authority)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str, variables: &Environment) -> Result<(String, String), String> {
        let bucket = Bucket::find(&ServiceUrl::parse(url).unwrap(), variables)?;
        Ok((format!("{}{}", bucket.origin, bucket.base), format!("{} {}", bucket.region, bucket.prefix)))
    }

    fn pair(origin: &str, rest: &str) -> Result<(String, String), String> {
        Ok((origin.to_owned(), rest.to_owned()))
    }

    #[test]
    fn buckets_are_amazons_or_at_an_endpoint() {
        let none = Environment::of([]);
        assert_eq!(
            place("s3://b/a/x", &none),
            pair("https://b.s3.us-east-1.amazonaws.com", "us-east-1 a/x/")
        );
        assert_eq!(place("s3://b.c", &none), pair("https://s3.us-east-1.amazonaws.com/b.c", "us-east-1 "));
        let url = "s3://b?endpoint=https://s3.example.org:443&region=eu";
        assert_eq!(place(url, &none), pair("https://s3.example.org/b", "eu "));
        let some = Environment::of([("AWS_ENDPOINT_URL", "http://h:9000"), ("AWS_REGION", "x")]);
        assert_eq!(place("s3://b/a", &some), pair("http://h:9000/b", "x a/"));
        for bad in [
            "s3://b?endpoint=h",
            "s3://b?endpoint=ftp://h",
            "s3://b?endpoint=https://h/b",
            "s3://b?x=1",
            "s3://b:1",
        ] {
            assert!(place(bad, &none).is_err(), "{bad}");
        }
    }
}
