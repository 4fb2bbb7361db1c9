//! Servers that speak S3.

use minisync_services::testing::Server;
use snapbox::{assert_data_eq, str};

use crate::scenario;

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn rclone_serve() {
    scenario::everything(&mut Server::rclone_s3());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn moto() {
    scenario::everything(&mut Server::moto());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn requests_are_counted() {
    assert_data_eq!(
        scenario::costs(&Server::moto()),
        str![[r#"
first publish                   8 requests: 4 GET 4 PUT; 715 bytes written
right after it                  1 requests: 1 GET; 0 bytes written
nothing changed                 1 requests: 1 GET; 0 bytes written
join                            4 requests: 4 GET; 0 bytes written
first sync of a copy            7 requests: 5 GET 2 PUT; 305 bytes written
nothing changed                 1 requests: 1 GET; 0 bytes written
a new copy is met               4 requests: 4 GET; 0 bytes written
nothing changed                 1 requests: 1 GET; 0 bytes written
one edit published              6 requests: 4 GET 2 PUT; 677 bytes written
nothing changed                 1 requests: 1 GET; 0 bytes written
it is fetched                   6 requests: 5 GET 1 PUT; 260 bytes written
nothing changed                 1 requests: 1 GET; 0 bytes written
another edit published          6 requests: 4 GET 2 PUT; 791 bytes written
it is fetched                   6 requests: 5 GET 1 PUT; 261 bytes written

"#]]
    );
}
