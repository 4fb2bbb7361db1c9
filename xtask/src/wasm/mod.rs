//! Builds the boundary for WebAssembly: compiled, optimised, weighed. Knows neither what the module does nor how the
//! package carries it.

mod optimize;
mod parts;
mod toolchain;

use std::io::Write;

use anyhow::{Result, ensure};

use parts::Weight;
use toolchain::{Returns, Toolchain};

/// A build of the boundary.
struct Build {
    what: &'static str,
    features: &'static str,
    /// The most that it may weigh, compressed by gzip.
    limit: usize,
}

/// What the package carries, and what pages would carry that do without the sync engine.
const BUILDS: [Build; 2] = [
    Build { what: "with the sync engine", features: "sync", limit: 226 * 1024 },
    Build { what: "without the sync engine", features: "", limit: 172 * 1024 },
];

/// The module that the package carries.
pub(crate) fn module() -> Result<Vec<u8>> {
    build(Returns::Many)
}

/// The same as JavaScript, for where there is no WebAssembly.
pub(crate) fn as_javascript() -> Result<String> {
    optimize::as_javascript(&build(Returns::One)?)
}

fn build(returns: Returns) -> Result<Vec<u8>> {
    optimize::finish(&optimize::shrink(&Toolchain::find()?.build(BUILDS[0].features, returns)?)?)
}

/// Checks that the sync engine compiles where there are no files: in a browser.
pub(crate) fn check_store(out: &mut dyn Write) -> Result<()> {
    Toolchain::find()?.check("minisync-store")?;
    writeln!(out, "minisync-store without files compiles for WebAssembly")?;
    Ok(())
}

/// Prints what each part of the module weighs, and fails where the whole weighs too much.
pub(crate) fn weigh(out: &mut dyn Write) -> Result<()> {
    let toolchain = Toolchain::find()?;
    let mut too_large = Vec::new();
    for Build { what, features, limit } in &BUILDS {
        let named = optimize::shrink(&toolchain.build(features, Returns::Many)?)?;
        let whole = Weight::of(&optimize::finish(&named)?)?;
        writeln!(
            out,
            "{what}: {} bytes, {} gzip (limit {limit}), {} brotli",
            whole.raw, whole.gzip, whole.brotli
        )?;
        parts::print(&named, out)?;
        if whole.gzip > *limit {
            too_large.push(format!("the module {what} is {} bytes too large", whole.gzip - limit));
        }
    }
    ensure!(too_large.is_empty(), "{}", too_large.join("; "));
    Ok(())
}
