//! WebDAV servers.

use minisync_services::testing::Server;
use snapbox::{assert_data_eq, str};

use crate::scenario;

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn apache() {
    scenario::everything(&mut Server::apache());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn wsgidav() {
    scenario::everything(&mut Server::wsgidav());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn nginx() {
    scenario::everything(&mut Server::nginx());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn lighttpd() {
    scenario::everything(&mut Server::lighttpd());
}

#[test]
#[ignore = "needs the server: cargo xtask test --only services"]
fn requests_are_counted() {
    let server = Server::apache();
    assert_data_eq!(
        scenario::costs(&server),
        str![[r#"
first publish                   20 requests: 1 PROPFIND 3 GET 7 PUT 9 MKCOL; 1363 bytes written
right after it                  1 requests: 1 PROPFIND; 0 bytes written
nothing changed                 1 requests: 1 PROPFIND; 0 bytes written
join                            4 requests: 1 PROPFIND 3 GET; 0 bytes written
first sync of a copy            7 requests: 1 PROPFIND 4 GET 2 PUT; 305 bytes written
nothing changed                 1 requests: 1 PROPFIND; 0 bytes written
a new copy is met               4 requests: 1 PROPFIND 3 GET; 0 bytes written
nothing changed                 1 requests: 1 PROPFIND; 0 bytes written
one edit published              6 requests: 1 PROPFIND 3 GET 2 PUT; 677 bytes written
nothing changed                 1 requests: 1 PROPFIND; 0 bytes written
it is fetched                   6 requests: 1 PROPFIND 4 GET 1 PUT; 260 bytes written
nothing changed                 1 requests: 1 PROPFIND; 0 bytes written
another edit published          6 requests: 1 PROPFIND 3 GET 2 PUT; 791 bytes written
it is fetched                   6 requests: 1 PROPFIND 4 GET 1 PUT; 261 bytes written

"#]]
    );
}
