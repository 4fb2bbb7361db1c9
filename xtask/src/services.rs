//! Tests against real servers on loopback, which it installs: Debian's by apt, and pip's into `target/services`. Knows
//! the servers by name.

use std::{io::Write, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

/// Debian's packages, and a file that each brings.
const DEBIAN: &[(&str, &str)] = &[
    ("apache2", "/usr/sbin/apache2"),
    ("nginx-light", "/usr/sbin/nginx"),
    ("libnginx-mod-http-dav-ext", "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so"),
    ("lighttpd", "/usr/sbin/lighttpd"),
    ("lighttpd-mod-webdav", "/usr/lib/lighttpd/mod_webdav.so"),
    ("python3-venv", "/usr/bin/python3"),
];

/// pip's packages, and the program that each brings.
const PIP: &[(&str, &str)] = &[("wsgidav==4.4.0", "wsgidav"), ("cheroot==11.1.2", "cheroot")];

/// The programs' own tests of them, one after the other: some measure what passes through them.
const TESTS: &[&str] = &[
    "test --quiet --package minisync-services --test services -- --ignored --test-threads=2",
    "test --quiet --package minisync-cli --test cli services:: -- --ignored --test-threads=2",
];

pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    install_debian(out)?;
    install_pip(out)?;
    TESTS.iter().try_for_each(|line| call("cargo", line.split(' ')))
}

fn install_debian(out: &mut dyn Write) -> Result<()> {
    let missing = DEBIAN.iter().filter(|(_, file)| !Path::new(file).exists());
    let missing: Vec<&str> = missing.map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    writeln!(out, "installing {}", missing.join(", "))?;
    out.flush()?;
    call("apt-get", ["update", "--quiet", "--quiet"])?;
    let install = ["install", "--yes", "--quiet", "--quiet", "--no-install-recommends"];
    call("apt-get", install.into_iter().chain(missing)).context("servers are installed by root only")
}

fn install_pip(out: &mut dyn Write) -> Result<()> {
    let folder = Path::new("target/services");
    if PIP.iter().all(|(_, program)| folder.join("bin").join(program).exists()) {
        return Ok(());
    }
    writeln!(out, "installing pip's servers into {}", folder.display())?;
    out.flush()?;
    call("python3", ["-m", "venv", "target/services"])?;
    let install = ["install", "--quiet", "--disable-pip-version-check"];
    call("target/services/bin/pip", install.into_iter().chain(PIP.iter().map(|(package, _)| *package)))
}

fn call<'a>(program: &str, arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut command = Command::new(program);
    // Debian asks nobody, and starts no service of its own.
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
