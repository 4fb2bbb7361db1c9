//! Other programs that write the file: in place, by replacing it, through links, and while we work.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    process::Command,
};

use crate::device::{Device, World};

/// As most editors save: a new file takes the old one's name.
fn replace(device: &Device, text: &str) {
    device.write(".todo.json.swp", text);
    fs::rename(device.path(".todo.json.swp"), device.path("todo.json")).unwrap();
}

#[test]
fn a_file_that_jq_writes() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"b\": [1, 2], \"a\": \"x\"}");
    let jq =
        Command::new("jq").args([".b += [3] | .c = .a", "todo.json"]).current_dir(&laptop.folder).output();
    let Ok(output) = jq else {
        println!("skipped: there is no jq on this machine");
        return;
    };
    replace(&laptop, &String::from_utf8(output.stdout).unwrap());
    laptop.sync();
    phone.ok(&["set", "todo.json", "b[0]", "0"]);
    phone.sync();
    laptop.sync();
    assert_eq!(
        laptop.read("todo.json"),
        "{\n  \"b\": [\n    0,\n    2,\n    3\n  ],\n  \"a\": \"x\",\n  \"c\": \"x\"\n}\n"
    );
    assert_eq!(phone.json(), laptop.json());
}

#[test]
fn a_file_that_an_editor_replaces_while_we_work() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"edits\": []}");
    let mut edits = Vec::new();
    let mut rng = minisync_testkit::rng::Rng::new(1);
    for number in 0..40 {
        edits.push(number);
        replace(&laptop, &serde_json::json!({ "edits": edits }).to_string());
        let child = laptop.spawn(&["sync", "todo.json"]);
        std::thread::sleep(std::time::Duration::from_micros(rng.below(20_000)));
        edits.push(1000 + number);
        replace(&laptop, &serde_json::json!({ "edits": edits }).to_string());
        assert!(child.wait_with_output().unwrap().status.success());
    }
    laptop.sync();
    phone.sync();
    let expected = serde_json::json!({ "edits": edits });
    assert_eq!(laptop.json(), expected);
    assert_eq!(phone.json(), expected);
}

#[test]
fn permissions_and_links_stay() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    let real = world.path("elsewhere");
    fs::create_dir(&real).unwrap();
    fs::write(real.join("list.json"), "{\"a\": 1}").unwrap();
    fs::set_permissions(real.join("list.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../elsewhere/list.json", laptop.path("todo.json")).unwrap();
    laptop.start();
    phone.start();
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    laptop.sync();
    assert_eq!(fs::read_to_string(real.join("list.json")).unwrap(), "{\"a\": 2}");
    assert_eq!(fs::read_link(laptop.path("todo.json")).unwrap().to_str(), Some("../elsewhere/list.json"));
    assert_eq!(fs::metadata(real.join("list.json")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(&real).unwrap().count(), 1);

    fs::remove_file(real.join("list.json")).unwrap();
    laptop.sync();
    assert_eq!(laptop.json()["a"], 2);
    assert!(real.join("list.json").exists());

    symlink("circle", laptop.path("circle")).unwrap();
    assert_eq!(laptop.run(&["sync", "circle"]).code, Some(1));
}

#[test]
fn a_file_with_the_longest_name_there_is() {
    let world = World::new();
    let laptop = world.device("laptop");
    let name = format!("{}.json", "n".repeat(200));
    laptop.write(&name, "{}");
    laptop.ok(&["sync", &name, "--with", "../cloud"]);
    laptop.ok(&["set", &name, "a", "1"]);
    assert_eq!(laptop.read(&name), "{\n  \"a\": 1\n}");
}
