//! `cargo xtask npm`: the whole npm package, so that `npm pack` in its folder gives the tarball.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};

use crate::{
    node::{self, PACKAGE},
    wasm,
};

/// Builds the module and everything around it.
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    embed(out)?;
    node::npm(&["run", "build"])
}

/// Builds the module, and writes it where the package's sources find it.
pub(crate) fn embed(out: &mut dyn Write) -> Result<()> {
    let module = wasm::module()?;
    let path = Path::new(PACKAGE).join("src/boundary/bytes.ts");
    let source = format!(
        "// The WebAssembly module, one character a byte. Made by `cargo xtask wasm`; not to be edited.\n\
         export const bytes = `{}`;\n",
        byte_string(&module)
    );
    fs::write(&path, source).with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(out, "{}: {} bytes of WebAssembly", path.display(), module.len())?;
    Ok(())
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
