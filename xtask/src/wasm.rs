//! Weighs the core as WebAssembly. Knows which toolchain can build it, and nothing of what is inside.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, write::GzEncoder};

/// The most that the module may weigh compressed, in bytes (120 KB).
const LIMIT: usize = 120 * 1024;

const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian's packages rustc-web, rust-web-src and lld-19 put what is needed of them.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";

/// Builds `minisync-wasm-size` and fails where it weighs more than [`LIMIT`].
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let module = Toolchain::find()?.build()?;
    let bytes = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let compressed = gzip(&bytes)?.len();
    writeln!(out, "{}: {} bytes, {compressed} compressed (limit {LIMIT})", module.display(), bytes.len())?;
    ensure!(compressed <= LIMIT, "the module is {} bytes too large", compressed - LIMIT);
    Ok(())
}

/// Checks that the sync engine compiles where there are no files: in a browser.
pub(crate) fn check_store(out: &mut dyn Write) -> Result<()> {
    let toolchain = Toolchain::find()?;
    let mut command = toolchain.cargo("check");
    command.args(["--quiet", "--package", "minisync-store", "--no-default-features"]);
    command.args(["--target", TARGET, "--target-dir"]).arg(toolchain.target_dir());
    let status = command.env("RUSTFLAGS", "-D warnings").status().context("cannot run cargo")?;
    ensure!(status.success(), "minisync-store does not compile for {TARGET}: cargo ended with {status}");
    writeln!(out, "minisync-store without files compiles for {TARGET}")?;
    Ok(())
}

/// What can compile for WebAssembly on this machine.
#[derive(Debug, PartialEq, Eq)]
enum Toolchain {
    /// The toolchain in use has the standard library for the target.
    Installed,
    /// Debian's compiler, which brings that library as source: cargo compiles it along, which only a
    /// nightly cargo does unless told that it bootstraps.
    Debian,
}

impl Toolchain {
    fn find() -> Result<Toolchain> {
        let output =
            Command::new("rustc").args(["--print", "sysroot"]).output().context("cannot run rustc")?;
        let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim());
        if has_target(&sysroot) || add_target() {
            Ok(Toolchain::Installed)
        } else if has_debian() {
            Ok(Toolchain::Debian)
        } else {
            bail!(
                "nothing here compiles for {TARGET}: run `rustup target add {TARGET}`, or, on Debian, \
                 `apt-get install rustc-web rust-web-src lld-19`"
            )
        }
    }

    /// Where the built module is.
    fn build(&self) -> Result<PathBuf> {
        let status = self.command().status().context("cannot run cargo")?;
        ensure!(status.success(), "cannot build for {TARGET}: cargo ended with {status}");
        Ok(self.target_dir().join(TARGET).join("wasm").join("minisync_wasm_size.wasm"))
    }

    fn target_dir(&self) -> PathBuf {
        match self {
            Toolchain::Installed => std::env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into()).into(),
            Toolchain::Debian => "target/debian".into(),
        }
    }

    fn command(&self) -> Command {
        let mut command = self.cargo("build");
        command.args(["--quiet", "--package", "minisync-wasm-size", "--profile", "wasm"]);
        command.args(["--target", TARGET, "--target-dir"]).arg(self.target_dir());
        command
    }

    /// Cargo, with the compiler that can do it.
    fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new("cargo");
        command.arg(subcommand);
        if *self == Toolchain::Debian {
            command
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
        }
        command
    }
}

fn has_target(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(TARGET).join("lib").exists()
}

fn has_debian() -> bool {
    let parts = [DEBIAN_RUSTC, DEBIAN_SOURCE, DEBIAN_LINKER];
    parts.iter().all(|part| Path::new(part).exists())
}

/// Asks rustup for the target. False where there is no rustup, or it cannot download.
fn add_target() -> bool {
    Command::new("rustup").args(["target", "add", TARGET]).status().is_ok_and(|status| status.success())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
