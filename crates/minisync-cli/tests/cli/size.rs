//! From one byte to 100 MB.

use std::{fmt::Write as _, time::Instant};

use crate::device::World;

/// About `bytes` bytes of records.
fn records(bytes: usize) -> String {
    let mut text = "{\n  \"records\": [".to_owned();
    let mut number = 0;
    while text.len() < bytes {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            "{comma}\n    {{\n      \"id\": {number},\n      \"name\": \"record {number}\",\n      \"tags\": [\"a\", \"b\"],\n      \"done\": false\n    }}"
        )
        .unwrap();
        number += 1;
    }
    text.push_str("\n  ]\n}\n");
    text
}

fn round_trip(bytes: usize) {
    let text = records(bytes);
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", &text);
    let time = |what: &str, started: Instant| println!("{what}: {:.2} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    laptop.start();
    time("first sync", started);
    let started = Instant::now();
    phone.start();
    time("a copy is made", started);
    let started = Instant::now();
    laptop.sync();
    time("nothing to do", started);

    let middle = text.len() / 2 + text[text.len() / 2..].find("false").unwrap();
    let edited = format!("{}true{}", &text[..middle], &text[middle + 5..]);
    laptop.write("todo.json", &edited);
    let started = Instant::now();
    laptop.sync();
    time("an edit is sent", started);
    phone.ok(&["set", "todo.json", "records[0].name", "\"renamed\""]);
    phone.sync();
    let started = Instant::now();
    laptop.sync();
    time("an edit is received", started);
    assert_eq!(laptop.read("todo.json"), edited.replacen("record 0", "renamed", 1));
}

#[test]
fn one_byte_is_too_little() {
    let world = World::new();
    let laptop = world.device("laptop");
    for text in ["{", "1", " ", "\n", "\"", "x"] {
        laptop.write("todo.json", text);
        let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
        assert_eq!(outcome.code, Some(1), "{text:?}");
        assert_eq!(laptop.read("todo.json"), text);
    }
}

#[test]
fn two_bytes_are_enough() {
    let world = World::new();
    let (laptop, phone) = world.pair("{}");
    assert_eq!(laptop.read("todo.json"), "{}");
    assert_eq!(phone.read("todo.json"), "{}");
}

#[test]
fn from_a_kilobyte_to_a_megabyte() {
    for bytes in [1_000, 100_000, 1_000_000] {
        round_trip(bytes);
    }
}

/// Takes minutes in a debug build: `cargo test --release -p minisync-cli -- --ignored --nocapture size`.
#[test]
#[ignore = "large"]
fn a_hundred_megabytes() {
    round_trip(10_000_000);
    round_trip(100_000_000);
}
