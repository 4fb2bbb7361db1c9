//! The first sync of a file, in every situation that there is.

use snapbox::str;

use crate::device::World;

#[test]
fn a_file_becomes_a_new_document() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}\n");
    laptop.run(&["sync", "todo.json", "--with", "../cloud", "--name", "laptop"]).is(str![[r#"
todo.json: is the new document [ID], sent to file://[ROOT]/cloud
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1}\n");
    assert_eq!(laptop.read(".minisync/.gitignore").trim(), "*");
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
}

#[test]
fn a_file_that_is_not_there_is_made_from_the_document() {
    let world = World::new();
    let text = "{\"z\": 1.50, \"a\": [2, {\"k\": []}], \"m\": {}}";
    let (_, phone) = world.pair(text);
    assert_eq!(phone.read("todo.json"), text);
    let tablet = world.device("tablet");
    tablet.run(&["sync", "todo.json", "--with", "../cloud", "--name", "tablet"]).is(str![[r#"
todo.json: is a copy of the document [ID]
[exit 0]

"#]]);
}

#[test]
fn nothing_here_and_nothing_there_is_an_error() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: there is no file todo.json, and file://[ROOT]/cloud holds no document that it could be made from
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: there is no file todo.json
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json", "--new"]).is(str![[r#"
minisync: there is no file todo.json
[exit 1]

"#]]);
    assert!(!laptop.path(".minisync").join("todo.json.state").exists());
}

#[test]
fn several_documents_are_listed_and_join_picks_one() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    laptop.write("shop.json", "{\"b\": 1}");
    laptop
        .run(&[
            "sync",
            "shop.json",
            "--with",
            "../cloud",
            "--name",
            "laptop",
        ])
        .is(str![[r#"
minisync: shop.json is not tracked yet, and the target holds documents already; add --join DOCUMENT to make it one of them (it is kept as shop.json.bak, and what only it has is added), or --new to add it beside them: [ID] (todo.json, 255 B, edited [TIME], on laptop)
[exit 1]

"#]]);
    laptop.ok(&["sync", "shop.json", "--with", "../cloud", "--name", "laptop", "--new"]);

    let phone = world.device("phone");
    phone
        .run(&[
            "sync",
            "shop.json",
            "--with",
            "../cloud",
            "--name",
            "phone",
        ])
        .is(str![[r#"
minisync: shop.json is not there yet, and the target holds several documents; pick one with --join: [ID] (shop.json, 255 B, edited [TIME], on laptop), [ID] (todo.json, 255 B, edited [TIME], on laptop)
[exit 1]

"#]]);
    phone.run(&["sync", "shop.json", "--with", "../cloud", "--join", "nonsense"]).is(str![[r#"
minisync: shop.json: the targets hold no document nonsense: [ID] (shop.json, 255 B, edited [TIME], on laptop), [ID] (todo.json, 255 B, edited [TIME], on laptop)
[exit 1]

"#]]);
    let status = laptop.ok(&["status", "shop.json", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let document = status["document"].as_str().unwrap();
    phone.run(&["sync", "shop.json", "--with", "../cloud", "--name", "phone", "--join", document]).is(str![
        [r#"
shop.json: is a copy of the document [ID]
[exit 0]

"#]
    ]);
    assert_eq!(phone.read("shop.json"), "{\"b\": 1}");
}

#[test]
fn joining_with_a_file_keeps_it_and_adds_what_only_it_has() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"both\": \"theirs\", \"sub\": {\"x\": 1}}");
    laptop.start();
    let phone = world.device("phone");
    let old = "{\n\t\"mine\": [1],\n\t\"both\": \"mine\",\n\t\"sub\": {\"y\": 2}\n}";
    phone.write("todo.json", old);
    phone
        .run(&[
            "sync",
            "todo.json",
            "--with",
            "../cloud",
            "--name",
            "phone",
        ])
        .is(str![[r#"
minisync: todo.json is not tracked yet, and the target holds documents already; add --join DOCUMENT to make it one of them (it is kept as todo.json.bak, and what only it has is added), or --new to add it beside them: [ID] (todo.json, 279 B, edited [TIME], on laptop)
[exit 1]

"#]]);
    assert_eq!(phone.read("todo.json"), old);

    let status: serde_json::Value =
        serde_json::from_str(&laptop.ok(&["status", "todo.json", "--json"])).unwrap();
    let document = status["document"].as_str().unwrap();
    phone.run(&["sync", "todo.json", "--with", "../cloud", "--name", "phone", "--join", document]).is(str![
        [r#"
todo.json: kept as todo.json.bak
todo.json: is a copy of the document [ID], sent 2 changes
[exit 0]

"#]
    ]);
    assert_eq!(phone.read("todo.json.bak"), old);
    assert_eq!(
        phone.read("todo.json"),
        "{\n\t\"mine\": [1],\n\t\"both\": \"theirs\",\n\t\"sub\": {\"x\": 1, \"y\": 2}\n}"
    );
    laptop.sync();
    assert_eq!(
        laptop.read("todo.json"),
        "{\"both\": \"theirs\", \"sub\": {\"x\": 1, \"y\": 2}, \"mine\": [1]}"
    );
    laptop.run(&["sync", "todo.json", "--join", "another"]).is(str![[r#"
minisync: todo.json is the document [ID] already; use another name for another document
[exit 1]

"#]]);
    laptop.run(&["sync", "todo.json", "--new"]).is(str![[r#"
minisync: todo.json is the document [ID] already; use another name for another document
[exit 1]

"#]]);
    laptop.ok(&["sync", "todo.json", "--join", document]);
}

#[test]
fn a_dry_run_leaves_nothing_behind() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.run(&["sync", "todo.json", "--with", "../cloud", "--dry-run"]).is(str![[r#"
todo.json: would become a new document and be sent to file://[ROOT]/cloud
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json", "--dry-run"]).is(str![[r#"
todo.json: would become a new document
[exit 0]

"#]]);
    assert!(!laptop.path(".minisync").exists());
    assert!(!world.path("cloud").exists());

    laptop.start();
    let phone = world.device("phone");
    phone.run(&["sync", "todo.json", "--with", "../cloud", "--dry-run"]).is(str![[r#"
todo.json: would become a copy of the document [ID] in file://[ROOT]/cloud
[exit 0]

"#]]);
    assert!(!phone.path("todo.json").exists());
    phone.start();
    phone.write("todo.json", "{\"a\": 2}");
    phone.run(&["sync", "todo.json", "--dry-run"]).is(str![[r#"
todo.json: would have sent 1 change
[exit 0]

"#]]);
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
    phone.sync();
    laptop.run(&["sync", "todo.json", "--dry-run"]).is(str![[r#"
todo.json: would have received 1 change from phone
[exit 0]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1}");
}

#[test]
fn a_file_that_is_no_object_is_refused() {
    let world = World::new();
    let laptop = world.device("laptop");
    for text in [
        "",
        " \n",
        "[1]",
        "7",
        "{\"a\": 1,\n \"b\": }",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": \"\\ud800\"}",
        "{} // no",
    ] {
        laptop.write("todo.json", text);
        let outcome = laptop.run(&["sync", "todo.json", "--with", "../cloud"]);
        assert_eq!(outcome.code, Some(1), "{text}");
        assert_eq!(laptop.read("todo.json"), text);
    }
    laptop.write("todo.json", "");
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json is empty; it must hold a JSON object, for instance {}
[exit 1]

"#]]);
    laptop.write("todo.json", "[1]");
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json:1:1: only an object {…} can be synced, and this is a list; put it under a key: {"items": …}
[exit 1]

"#]]);
    laptop.write("todo.json", "{\"a\": 1,\n \"é\": }");
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json:2:7: a value is expected here; nothing was changed, correct it and try again
[exit 1]

"#]]);
    std::fs::write(laptop.path("todo.json"), b"{\"a\": \"\xff\"}").unwrap();
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json:1:8: this is not UTF-8; save the file as UTF-8
[exit 1]

"#]]);
    std::fs::write(laptop.path("todo.json"), b"\xff\xfe{\0}\0").unwrap();
    laptop.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json:1:1: this is UTF-16; save the file as UTF-8
[exit 1]

"#]]);
}

#[test]
fn a_folder_is_no_file() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.run(&["sync", ".."]).is(str![[r#"
minisync: .. cannot be used: the path has no Unicode file name
[exit 1]

"#]]);
    laptop.run(&["sync", "/"]).is(str![[r#"
minisync: / cannot be used: the path has no Unicode file name
[exit 1]

"#]]);
    std::fs::create_dir(laptop.path("todo.json")).unwrap();
    laptop.run(&["sync", "todo.json"]).is(str![[r#"
minisync: cannot read todo.json: Is a directory
[exit 1]

"#]]);
}

#[test]
fn a_document_that_has_been_nowhere_does_not_slip_in_beside_others() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    let phone = world.device("phone");
    phone.write("todo.json", "{\"b\": 1}");
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: is the new document [ID], there is no place to send it to yet: add --with FOLDER
[exit 0]

"#]]);
    phone.run(&["sync", "todo.json", "--with", "../cloud"]).is(str![[r#"
minisync: todo.json is a document of its own, and the target holds others already; add --new to put it beside them; or, to make it one of them, move .minisync/todo.json.* away and use --join DOCUMENT: [ID] (todo.json, 255 B, edited [TIME], on laptop)
[exit 1]

"#]]);
    phone.run(&["sync", "todo.json", "--with", "../cloud", "--new"]).is(str![[r#"
todo.json: sent 1 change
[exit 0]

"#]]);
    phone.run(&["sync", "todo.json"]).is(str![[r#"
todo.json: up to date
[exit 0]

"#]]);
}
