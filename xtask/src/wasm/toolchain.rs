//! What can compile the boundary for WebAssembly on this machine. Knows nothing of what is inside.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian's packages rustc-web, rust-web-src and lld-19 put what is needed of them.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";

/// A panic ends the instance at once and says nothing: nobody could read it, and its message would be a tenth of the
/// module. That is why the standard library has to be built along.
///
/// The smallest functions are inlined before LLVM sees them, which makes the module 1 % smaller, compressed. The
/// compiler's own thresholds are meant for speed, and make it larger.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=shallow \
                     -Zinline-mir=yes -Zinline-mir-threshold=20 -Zinline-mir-hint-threshold=20";

/// A compiler with the standard library as source. Cargo compiles that along, which only a nightly cargo does unless
/// told that it bootstraps.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The toolchain in use.
    Own,
    /// Debian's.
    Debian,
}

impl Toolchain {
    pub(super) fn find() -> Result<Toolchain> {
        let output =
            Command::new("rustc").args(["--print", "sysroot"]).output().context("cannot run rustc")?;
        let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim());
        if has_source(&sysroot) || add_source() {
            Ok(Toolchain::Own)
        } else if has_debian() {
            Ok(Toolchain::Debian)
        } else {
            bail!(
                "nothing here compiles for {TARGET}: run `rustup component add rust-src`, or, on Debian, \
                 `apt-get install rustc-web rust-web-src lld-19`"
            )
        }
    }

    /// Builds the boundary with these features of `minisync-wasm`; the module, with the names of its functions.
    pub(super) fn build(&self, features: &str) -> Result<Vec<u8>> {
        let mut command = self.cargo("build");
        let status = command.args(["--package", "minisync-wasm", "--features", features]).status();
        let status = status.context("cannot run cargo")?;
        ensure!(status.success(), "cannot build for {TARGET}: cargo ended with {status}");
        let module = Path::new(self.target_dir()).join(TARGET).join("wasm").join("minisync_wasm.wasm");
        fs::read(&module).with_context(|| format!("cannot read {}", module.display()))
    }

    /// Apart from that of everything else, for its flags are others.
    fn target_dir(&self) -> &'static str {
        match self {
            Toolchain::Own => "target/wasm",
            Toolchain::Debian => "target/debian",
        }
    }

    /// Checks that a package compiles, without its default features.
    pub(super) fn check(&self, package: &str) -> Result<()> {
        let mut command = self.cargo("check");
        let status = command.args(["--package", package, "--no-default-features"]).status();
        let status = status.context("cannot run cargo")?;
        ensure!(status.success(), "{package} does not compile for {TARGET}: cargo ended with {status}");
        Ok(())
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args([command, "--quiet", "--profile", "wasm", "--target", TARGET])
            .args(["--target-dir", self.target_dir()])
            .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", FLAGS);
        if *self == Toolchain::Debian {
            cargo.env("RUSTC", DEBIAN_RUSTC).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
        }
        cargo
    }
}

fn has_source(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib/src/rust/library/std").exists()
}

fn has_debian() -> bool {
    let parts = [DEBIAN_RUSTC, DEBIAN_SOURCE, DEBIAN_LINKER];
    parts.iter().all(|part| Path::new(part).exists())
}

/// Asks rustup for the source. False where there is no rustup, or it cannot download.
fn add_source() -> bool {
    Command::new("rustup")
        .args(["component", "add", "rust-src"])
        .status()
        .is_ok_and(|status| status.success())
}
