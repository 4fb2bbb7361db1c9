//! `cargo xtask npm`: the whole npm package, so that `npm pack` in its folder gives the tarball.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};

use crate::{
    node::{self, PACKAGE},
    printable,
    wasm::{self, Modules},
};

/// Builds the module and everything around it.
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    embed(out)?;
    let dist = Path::new(PACKAGE).join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).context("cannot remove what was built before")?;
    }
    node::npm(&["run", "build"])
}

/// Builds the package, weighs what pages load of it, and runs its tests.
pub(crate) fn check(out: &mut dyn Write) -> Result<()> {
    run(out)?;
    node::npm(&["run", "size"])?;
    node::npm(&["run", "typecheck"])?;
    node::npm(&["run", "reference"])?;
    node::npm(&["test"])
}

/// Builds the module, and writes it where the package's sources find it, in each of the forms that they carry.
pub(crate) fn embed(out: &mut dyn Write) -> Result<()> {
    let Modules { whole: module, core, engine } = wasm::modules()?;
    let made = "Made by `cargo xtask wasm`; not to be edited.";
    for (name, what, half) in [("core", "The core", &core), ("engine", "The sync engine", &engine)] {
        let text = printable::encode(half);
        write(&format!("{name}-bytes.ts"), format!("// {what}. {made}\nexport const bytes = \"{text}\";\n"))?;
        write(&format!("{name}.wasm"), half)?;
    }
    let script = factory(&wasm::as_javascript(&module)?)?;
    write("asm.js", format!("// The module as JavaScript. {made}\n{script}"))?;
    write("asm.d.ts", format!("// {made}\nexport declare function asmFunc(imports: object): object;\n"))?;
    write("minisync.wasm", &module)?;
    writeln!(
        out,
        "{} bytes of WebAssembly are in {BOUNDARY}: {} in the core, {} in the sync engine",
        module.len(),
        core.len(),
        engine.len()
    )?;
    Ok(())
}

/// Where the package's sources look for the module.
const BOUNDARY: &str = "packages/minisync/src/boundary";

fn write(name: &str, content: impl AsRef<[u8]>) -> Result<()> {
    let path = Path::new(BOUNDARY).join(name);
    fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// wasm2js makes a script of one instance: this exports the function that makes instances instead.
fn factory(script: &str) -> Result<String> {
    let (function, _) =
        script.split_once("var retasmFunc").context("wasm2js writes otherwise than it did")?;
    Ok(format!("{function}export {{ asmFunc }};\n"))
}
