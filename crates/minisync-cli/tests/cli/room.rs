//! A full disk, and folders that may not be written: an error, and all is as it was.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
};

use snapbox::str;

use crate::device::{Device, Outcome, World};

/// A small file system of its own, as long as it lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(path: &Path) -> Option<SmallDisk> {
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"]).arg(path).output();
        mount.is_ok_and(|output| output.status.success()).then(|| SmallDisk(path.to_owned()))
    }

    fn fill(&self) {
        let filler = self.0.join("filler");
        for size in [65536, 4096] {
            let mut bytes = fs::read(&filler).unwrap_or_default();
            loop {
                bytes.extend(std::iter::repeat_n(b'x', size));
                if fs::write(&filler, &bytes).is_err() {
                    bytes.truncate(bytes.len() - size);
                    let _ = fs::write(&filler, &bytes);
                    break;
                }
            }
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_on_the_device() {
    let world = World::new();
    let laptop = world.device("laptop");
    let Some(disk) = SmallDisk::mount(&laptop.folder) else {
        println!("skipped: a file system can only be mounted by root");
        return;
    };
    laptop.write("todo.json", "{\"a\": 1}");
    laptop.start();
    let phone = world.device("phone");
    phone.start();
    phone.ok(&["set", "todo.json", "b", &format!("\"{}\"", "long ".repeat(4000))]);
    phone.sync();
    laptop.write("todo.json", "{\"a\": 2}");
    disk.fill();
    let outcome = laptop.run(&["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    assert!(
        outcome.stderr.to_lowercase().contains("space") || outcome.stderr.contains("room"),
        "{}",
        outcome.stderr
    );
    assert_eq!(laptop.read("todo.json"), "{\"a\": 2}");
    disk.make_room();
    laptop.sync();
    phone.sync();
    assert_eq!(phone.json()["a"], 2);
    assert_eq!(laptop.json(), phone.json());
}

#[test]
fn a_full_disk_at_the_target() {
    let world = World::new();
    fs::create_dir(world.path("cloud")).unwrap();
    let Some(disk) = SmallDisk::mount(&world.path("cloud")) else {
        println!("skipped: a file system can only be mounted by root");
        return;
    };
    let (laptop, phone) = world.pair("{\"a\": 1}");
    disk.fill();
    laptop.write("todo.json", "{\"a\": 2}");
    let outcome = laptop.run(&["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    phone.sync();
    disk.make_room();
    laptop.sync();
    phone.sync();
    assert_eq!(phone.json()["a"], 2);
}

/// Root may write everywhere, so the program runs as somebody else.
fn as_nobody(world: &World, device: &Device, arguments: &[&str]) -> Outcome {
    let program = world.path("minisync");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_minisync"), &program).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program).args(arguments);
    Outcome::of(command.current_dir(&device.folder).env("TZ", "UTC").output().unwrap(), &world.path(""))
}

#[test]
fn a_folder_that_may_not_be_written() {
    let world = World::new();
    let (laptop, phone) = world.pair("{\"a\": 1}");
    for path in [
        vec![world.path(""), laptop.folder.clone(), laptop.path(".minisync")],
        laptop.state_files(),
        vec![laptop.path("todo.json")],
    ]
    .concat()
    {
        if chown(&path, Some(65534), Some(65534)).is_err() {
            println!("skipped: only root can hand files over to another user");
            return;
        }
    }
    for entry in fs::read_dir(laptop.path(".minisync")).unwrap() {
        chown(entry.unwrap().path(), Some(65534), Some(65534)).unwrap();
    }
    phone.ok(&["set", "todo.json", "a", "2"]);
    phone.sync();
    Command::new("chmod").args(["-R", "a+rwX"]).arg(world.path("cloud")).status().unwrap();
    Command::new("chown").args(["-R", "65534:65534"]).arg(&laptop.folder).status().unwrap();
    fs::set_permissions(&laptop.folder, fs::Permissions::from_mode(0o555)).unwrap();
    as_nobody(&world, &laptop, &["sync", "todo.json"]).is(str![[r#"
minisync: cannot write todo.json: Permission denied; check the permissions of the file and of its folder
[exit 1]

"#]]);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 1}");

    fs::set_permissions(&laptop.folder, fs::Permissions::from_mode(0o755)).unwrap();
    let outcome = as_nobody(&world, &laptop, &["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 2}");

    laptop.write("other.json", "{}");
    fs::set_permissions(laptop.path("other.json"), fs::Permissions::from_mode(0o600)).unwrap();
    as_nobody(&world, &laptop, &["get", "other.json"]).is(str![[r#"
minisync: cannot read other.json: Permission denied; check the permissions of the file and of its folder
[exit 1]

"#]]);
    fs::set_permissions(laptop.path(".minisync"), fs::Permissions::from_mode(0o555)).unwrap();
    laptop.write("todo.json", "{\"a\": 3}");
    let outcome = as_nobody(&world, &laptop, &["sync", "todo.json"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stdout);
    assert_eq!(laptop.read("todo.json"), "{\"a\": 3}");
}
