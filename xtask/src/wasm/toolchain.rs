//! What can compile the boundary for WebAssembly on this machine. Knows nothing of what is inside.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

const TARGET: &str = "wasm32-unknown-unknown";

/// The target with [`Returns::Many`], and the file that describes it to the compiler.
const MANY_TARGET: &str = "wasm32-many-returns";

/// Where Debian's packages rustc-web, rust-web-src and lld-19 put what is needed of them.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const DEBIAN_LINKER: &str = "/usr/bin/wasm-ld-19";

/// A panic ends the instance at once and says nothing: nobody could read it, and its message would be a tenth of the
/// module. That is why the standard library has to be built along.
///
/// The smallest functions are inlined before LLVM sees them, which makes the module 1 % smaller, compressed. The
/// compiler's own thresholds are meant for speed, and make it 2 % larger.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=shallow \
                     -Zinline-mir=yes -Zinline-mir-threshold=20 -Zinline-mir-hint-threshold=20";

/// How functions return what does not fit into one value, such as a string slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    /// Two values at once, which browsers can since 2020. It takes 1.5 % off the module, but no target of the compiler
    /// does it.
    Many,
    /// Through memory, for wasm2js, which knows nothing else.
    One,
}

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
    pub(super) fn build(&self, features: &str, returns: Returns) -> Result<Vec<u8>> {
        let mut command = self.cargo("build");
        let target = match returns {
            Returns::One => {
                command.args(["--target", TARGET]);
                TARGET
            }
            Returns::Many => {
                command.arg("-Zjson-target-spec").arg("--target").arg(self.many_target()?);
                MANY_TARGET
            }
        };
        let status = command.args(["--package", "minisync-wasm", "--features", features]).status();
        let status = status.context("cannot run cargo")?;
        ensure!(status.success(), "cannot build for {target}: cargo ended with {status}");
        let module = Path::new(self.target_dir()).join(target).join("wasm").join("minisync_wasm.wasm");
        fs::read(&module).with_context(|| format!("cannot read {}", module.display()))
    }

    /// Describes the target with [`Returns::Many`] in a file: the compiler's own, but for how functions return.
    fn many_target(&self) -> Result<PathBuf> {
        let output = Command::new(self.rustc())
            .args(["-Zunstable-options", "--print", "target-spec-json", "--target", TARGET])
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .context("cannot run rustc")?;
        let target = String::from_utf8(output.stdout)?;
        let members = target.trim_start().strip_prefix('{').context("rustc does not describe its target")?;
        let text =
            format!("{{\"llvm-abiname\": \"experimental-mv\", \"features\": \"+multivalue\",{members}");
        fs::create_dir_all(self.target_dir())?;
        let path = Path::new(self.target_dir()).join(MANY_TARGET).with_extension("json");
        // Only if it is another one, or cargo would compile everything anew.
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(path)
    }

    fn rustc(&self) -> &'static str {
        match self {
            Toolchain::Own => "rustc",
            Toolchain::Debian => DEBIAN_RUSTC,
        }
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
        let status =
            command.args(["--target", TARGET, "--package", package, "--no-default-features"]).status();
        let status = status.context("cannot run cargo")?;
        ensure!(status.success(), "{package} does not compile for {TARGET}: cargo ended with {status}");
        Ok(())
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args([command, "--quiet", "--profile", "wasm"])
            .args(["--target-dir", self.target_dir()])
            .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
            .env("RUSTC_BOOTSTRAP", "1");
        match self {
            Toolchain::Own => cargo.env("RUSTFLAGS", FLAGS),
            Toolchain::Debian => {
                cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTFLAGS", format!("{FLAGS} -Clinker={DEBIAN_LINKER}"))
            }
        };
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
