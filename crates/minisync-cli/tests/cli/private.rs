//! What is private stays private, and what is no ordinary file stays what it is.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink},
    path::Path,
    process::Command,
};

use crate::device::{World, files_below};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A file of passwords with the mode 0600 was tracked, and everybody on the machine could read it: in the state, in
/// the merge base, in the copy that was kept, and in the file itself after it had been deleted.
#[test]
fn all_that_is_made_of_a_private_file_is_private() {
    let world = World::new();
    let (laptop, phone) = (world.device("laptop"), world.device("phone"));
    laptop.write("todo.json", "{\"secret\": 1}");
    fs::set_permissions(laptop.path("todo.json"), fs::Permissions::from_mode(0o600)).unwrap();
    laptop.start();
    phone.start();
    phone.ok(&["set", "todo.json", "secret", "2"]);
    phone.sync();
    laptop.sync();
    laptop.ok(&["set", "todo.json", "secret", "3"]);
    assert_eq!(mode(&laptop.path(".minisync")), 0o700);
    assert!(laptop.state_files().len() > 4, "{:?}", laptop.state_files());
    for file in laptop.state_files().iter().filter(|file| !is_public(file)) {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(&laptop.path("todo.json")), 0o600);
    fs::remove_file(laptop.path("todo.json")).unwrap();
    laptop.sync();
    assert_eq!(mode(&laptop.path("todo.json")), 0o600, "after it was deleted");
    // Where nothing is known of how FILE and its document belong together, FILE is kept as it was.
    fs::remove_dir_all(laptop.path(".minisync")).unwrap();
    laptop.write("todo.json", "{\"secret\": 4}");
    let document = fs::read_dir(world.path("cloud/minisync")).unwrap().next().unwrap().unwrap().file_name();
    laptop.ok(&["sync", "todo.json", "--with", "../cloud", "--join", document.to_str().unwrap()]);
    assert_eq!(mode(&laptop.path("todo.json.bak")), 0o600);
}

/// Those hold nothing of FILE.
fn is_public(path: &Path) -> bool {
    path.ends_with(".gitignore") || path.extension().is_some_and(|end| end == "lock")
}

/// What others are to read in the shared folder has the permissions of any file.
#[test]
fn the_shared_folder_is_for_others_too() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{}");
    fs::set_permissions(laptop.path("todo.json"), fs::Permissions::from_mode(0o600)).unwrap();
    laptop.start();
    laptop.write("other", "");
    for file in files_below(&world.path("cloud")) {
        assert_eq!(mode(&file), mode(&laptop.path("other")), "{}", file.display());
    }
}

/// `-o /dev/full` turned the device into a file (as root), `-o link` replaced the link, and `-o -` made a file `-`.
#[test]
fn an_output_stays_what_it_is() {
    let world = World::new();
    let laptop = world.device("laptop");
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    laptop.write("target", "");
    symlink("target", laptop.path("link")).unwrap();
    laptop.ok(&["changes", "todo.json", "-o", "link"]);
    assert!(fs::symlink_metadata(laptop.path("link")).unwrap().is_symlink());
    assert!(laptop.read("target").contains("\"a\""), "{}", laptop.read("target"));

    let pipe = laptop.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = Command::new("cat").arg(&pipe).stdout(std::process::Stdio::piped()).spawn().unwrap();
    laptop.ok(&["export", "todo.json", "-o", "pipe"]);
    let read = reader.wait_with_output().unwrap().stdout;
    assert!(String::from_utf8_lossy(&read).contains("\"a\""));
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());

    assert!(laptop.ok(&["changes", "todo.json", "-o", "-"]).contains("\"a\""));
    assert!(!laptop.path("-").exists());
    let full = laptop.run(&["changes", "todo.json", "-o", "/dev/full"]);
    assert_eq!(full.code, Some(1), "{}", full.stderr);
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

/// A hash list or a label of the file manager was gone after each sync: the new file had none of them.
#[test]
fn extended_attributes_are_kept() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    let file = laptop.path("todo.json");
    // Not all file systems have them, and not all machines the command.
    let set = Command::new("setfattr").args(["-n", "user.color", "-v", "red"]).arg(&file).status();
    if !set.is_ok_and(|status| status.success()) {
        return;
    }
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    laptop.sync();
    assert_eq!(laptop.json()["a"], 2);
    let got =
        Command::new("getfattr").args(["-n", "user.color", "--only-values"]).arg(&file).output().unwrap();
    assert_eq!(got.stdout, b"red");
}
