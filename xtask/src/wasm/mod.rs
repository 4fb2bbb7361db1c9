//! Builds the boundary for WebAssembly: compiled, optimised, weighed. Knows neither what the module does nor how the
//! package carries it.

mod halves;
mod optimize;
mod parts;
mod split;
mod toolchain;

use std::io::Write;

use anyhow::{Result, ensure};

use parts::Weight;
use toolchain::Toolchain;

/// The most that a page that does not sync may load of WebAssembly, compressed by gzip.
const CORE_LIMIT: usize = 201 * 1024;
/// The most that is loaded when a document syncs for the first time.
const ENGINE_LIMIT: usize = 52 * 1024;

/// The module that the package carries, whole and in its two halves.
pub(crate) struct Modules {
    /// With the sync engine.
    pub(crate) whole: Vec<u8>,
    /// Without it.
    pub(crate) core: Vec<u8>,
    /// The sync engine alone, to be instantiated beside an instance of the core.
    pub(crate) engine: Vec<u8>,
}

/// Builds what the package carries.
pub(crate) fn modules() -> Result<Modules> {
    let named = optimize::shrink(&Toolchain::find()?.build("sync")?)?;
    let halves = split::split(&named)?;
    Ok(Modules {
        whole: optimize::finish(&named)?,
        core: optimize::finish(&halves.core)?,
        engine: optimize::finish(&halves.engine)?,
    })
}

/// The module as JavaScript, for where there is no WebAssembly.
pub(crate) fn as_javascript(module: &[u8]) -> Result<String> {
    optimize::as_javascript(module)
}

/// Checks that the sync engine compiles where there are no files: in a browser.
pub(crate) fn check_store(out: &mut dyn Write) -> Result<()> {
    Toolchain::find()?.check("minisync-store")?;
    writeln!(out, "minisync-store without files compiles for WebAssembly")?;
    Ok(())
}

/// Prints what each part of the module weighs, and fails where a half weighs too much.
pub(crate) fn weigh(out: &mut dyn Write) -> Result<()> {
    let named = optimize::shrink(&Toolchain::find()?.build("sync")?)?;
    parts::print(&named, out)?;
    let halves = split::split(&named)?;
    let mut too_large = Vec::new();
    for (what, half, limit) in
        [("the core", halves.core, CORE_LIMIT), ("the sync engine", halves.engine, ENGINE_LIMIT)]
    {
        let Weight { raw, gzip, brotli } = Weight::of(&optimize::finish(&half)?)?;
        writeln!(out, "{what}: {raw} bytes, {gzip} gzip (limit {limit}), {brotli} brotli")?;
        if gzip > limit {
            too_large.push(format!("{what} is {} bytes too large", gzip - limit));
        }
    }
    ensure!(too_large.is_empty(), "{}", too_large.join("; "));
    Ok(())
}
