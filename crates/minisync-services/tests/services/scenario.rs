//! What devices go through on every server. Knows not which one it is.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use minisync_services::testing::{HttpFault, PASSWORD, Server};
use minisync_store::{SyncOptions, discover, sync};
use pollster::block_on;

use crate::device::{Device, Reach, settle};

const DOCUMENT: &str = r#"{"todo":[{"done":false,"title":"milk"}]}"#;

/// First publish, join, edits on both sides; then all that can go wrong.
pub(crate) fn everything(server: &mut Server) {
    let mut laptop = Device::first("laptop", server, DOCUMENT);
    laptop.syncs();
    let mut phone = Device::joining("phone", server);
    both_edit(&mut laptop, &mut phone);
    assert_found(server);
    the_server_restarts(server, &mut laptop, &mut phone);
    the_password_is_wrong(server, &mut laptop);
    an_upload_is_aborted(server, &mut laptop, &mut phone);
    requests_are_lost(&mut laptop, &mut phone);
    files_stay_few(&mut laptop, &mut phone, server);
    let all = many_clients(server, laptop, phone);
    assert_eq!(all, 30);
}

fn both_edit(laptop: &mut Device, phone: &mut Device) {
    laptop.set("todo[0].done", "true");
    phone.set("todo[0].title", "\"oat milk\"");
    phone.push("todo", r#"{"done":false,"title":"bread"}"#);
    settle(&mut [laptop, phone]);
    assert_eq!(
        laptop.text(),
        r#"{"todo":[{"done":true,"title":"oat milk"},{"done":false,"title":"bread"}]}"#
    );
}

fn assert_found(server: &Server) {
    let found = block_on(discover(&*Reach::new(server, PASSWORD).open(), &SyncOptions::default())).unwrap();
    let documents: Vec<_> =
        found.iter().map(|found| (found.document.as_str(), found.clients.len())).collect();
    assert_eq!(documents, [("todo", 2)]);
}

fn the_server_restarts(server: &mut Server, laptop: &mut Device, phone: &mut Device) {
    server.kill();
    laptop.push("todo", "1");
    let error = laptop.sync().unwrap_err();
    assert!(error.is_busy() && error.to_string().contains("cannot be reached"), "{error}");
    server.restart();
    settle(&mut [laptop, phone]);
    // In the middle: connections that were kept are broken.
    server.restart();
    phone.push("todo", "2");
    settle(&mut [laptop, phone]);
}

fn the_password_is_wrong(server: &Server, laptop: &mut Device) {
    if server.name() == "moto" {
        return; // It takes every key.
    }
    let reach = Reach::new(server, "not the password");
    let version = laptop.state.document().version();
    let error = block_on(sync(&*reach.open(), &mut laptop.state, &reach.target, &SyncOptions::default()));
    let error = error.unwrap_err();
    assert!(error.is_forbidden() && !error.to_string().contains("not the password"), "{error}");
    assert_eq!(laptop.state.document().version(), version);
}

/// A connection that breaks in the middle of an upload leaves half a file on some servers. Others read their last good
/// copy of that head, and the next sync of its writer heals it.
fn an_upload_is_aborted(server: &Server, laptop: &mut Device, phone: &mut Device) {
    laptop.transport.take_passed();
    laptop.push("todo", "3");
    laptop.sync().unwrap();
    let passed = laptop.transport.take_passed();
    let head = passed.iter().find(|request| request.method() == "PUT" && request.url().contains("/head/"));
    let head = head.expect("a head was written");
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let raw = head.raw();
    stream.write_all(&raw[..raw.len() - 200]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    // Whatever the server makes of it, it is over when it closes the connection.
    let _ = stream.read_to_end(&mut Vec::new());
    phone.push("todo", "4");
    phone.sync().unwrap();
    laptop.push("todo", "5");
    settle(&mut [laptop, phone]);
    for item in ["3", "4", "5"] {
        assert_eq!(phone.text().matches(&format!(",{item}")).count(), 1, "{}", phone.text());
    }
}

fn requests_are_lost(laptop: &mut Device, phone: &mut Device) {
    use HttpFault::{HalfBody, LostRequest, LostResponse, None, RetryAfter, Status};
    laptop.transport.take_slept();
    laptop.push("todo", "6");
    laptop.transport.fail([Status(503), None, LostResponse, None, LostRequest, LostResponse, Status(423)]);
    laptop.sync().unwrap();
    assert!(!laptop.transport.take_slept().is_empty());
    phone.transport.fail([RetryAfter(429, 2), None, HalfBody, HalfBody, HalfBody, HalfBody]);
    // Half an answer may be one that cannot be read; then the sync fails, and says so.
    let _ = phone.sync();
    assert!(phone.transport.take_slept().iter().any(|slept| slept.as_secs() >= 2));
    phone.transport.calm();
    // What the server asked for has passed.
    std::thread::sleep(std::time::Duration::from_secs(2));
    settle(&mut [laptop, phone]);
    assert_eq!(phone.text().matches(",6").count(), 1);
}

/// Deltas are brought together into a snapshot, and what nobody needs is deleted.
fn files_stay_few(laptop: &mut Device, phone: &mut Device, server: &Server) {
    for number in 100..150 {
        laptop.push("todo", &number.to_string());
        laptop.sync().unwrap();
        if number % 10 == 0 {
            phone.sync().unwrap();
        }
    }
    settle(&mut [laptop, phone]);
    let files = count_files(&server.files());
    assert!((5..80).contains(&files), "{files} files");
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

fn many_clients(server: &Server, laptop: Device, phone: Device) -> usize {
    let mut devices = vec![laptop, phone];
    for number in 0..28 {
        let mut device = Device::joining(&format!("client-{number}"), server);
        device.set(&format!("client{number}"), &number.to_string());
        device.sync().unwrap();
        devices.push(device);
    }
    for device in &mut devices {
        device.sync().unwrap();
    }
    let text = devices[0].text();
    assert!((0..28).all(|number| text.contains(&format!("\"client{number}\":{number}"))));
    assert!(devices.iter().all(|device| device.text() == text));
    devices.len()
}

/// What each situation costs, one line each.
pub(crate) fn costs(server: &Server) -> String {
    let mut lines = Vec::new();
    let mut note = |what: &str, summary: String| lines.push(format!("{what:<32}{summary}"));
    let mut laptop = Device::first("laptop", server, DOCUMENT);
    note("first publish", laptop.syncs());
    note("right after it", laptop.syncs());
    note("nothing changed", laptop.syncs());
    let mut phone = Device::joining("phone", server);
    note("join", phone.transport.take_summary());
    note("first sync of a copy", phone.syncs());
    note("nothing changed", phone.syncs());
    note("a new copy is met", laptop.syncs());
    note("nothing changed", laptop.syncs());
    laptop.set("todo[0].done", "true");
    note("one edit published", laptop.syncs());
    note("nothing changed", laptop.syncs());
    note("it is fetched", phone.syncs());
    note("nothing changed", phone.syncs());
    laptop.set("todo[0].title", "\"oat milk\"");
    note("another edit published", laptop.syncs());
    note("it is fetched", phone.syncs());
    lines.join("\n") + "\n"
}
