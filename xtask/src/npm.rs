//! `cargo xtask npm`: the whole npm package, so that `npm pack` in its folder gives the tarball.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};
use data_encoding::BASE64;

use crate::{
    node::{self, PACKAGE},
    wasm,
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

/// Builds the package, and runs its tests.
pub(crate) fn check(out: &mut dyn Write) -> Result<()> {
    run(out)?;
    node::npm(&["run", "typecheck"])?;
    node::npm(&["run", "reference"])?;
    node::npm(&["test"])
}

/// Builds the module, and writes it where the package's sources find it, in each of the forms that they carry.
pub(crate) fn embed(out: &mut dyn Write) -> Result<()> {
    let module = wasm::module()?;
    let made = "Made by `cargo xtask wasm`; not to be edited.";
    let bytes = byte_string(&module);
    write(
        "bytes.ts",
        format!("// The module, one character a byte. {made}\nexport const bytes = `{bytes}`;\n"),
    )?;
    let base64 = BASE64.encode(&module);
    write("base64.ts", format!("// The module in base64. {made}\nexport const base64 = \"{base64}\";\n"))?;
    let script = factory(&wasm::as_javascript()?)?;
    write("asm.js", format!("// The module as JavaScript. {made}\n{script}"))?;
    write("asm.d.ts", format!("// {made}\nexport declare function asmFunc(imports: object): object;\n"))?;
    write("minisync.wasm", &module)?;
    writeln!(out, "{} bytes of WebAssembly are in {BOUNDARY}", module.len())?;
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

/// Bytes as what stands in a template literal: the characters U+0000 to U+00FF. Base64 would be a fifth larger when
/// it is compressed.
fn byte_string(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'\\' | b'`' => text.extend(['\\', char::from(*byte)]),
            // A template literal reads it as a line feed.
            b'\r' => text.push_str("\\r"),
            b'$' if bytes.get(index + 1) == Some(&b'{') => text.push_str("\\$"),
            _ => text.push(char::from(*byte)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn javascript_reads_the_same_bytes() {
        let mut bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        bytes.extend_from_slice(b"\r\n\r${`\\${}$\\{\\\r`");
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("bytes.mjs");
        let text = byte_string(&bytes);
        fs::write(&script, format!("process.stdout.write(Buffer.from(`{text}`, 'latin1').toString('hex'))"))
            .unwrap();
        let output = Command::new("node").arg(&script).output().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), hex);
    }
}
