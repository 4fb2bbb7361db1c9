//! Makes a WebAssembly module smaller, through wasm-opt of npm's `binaryen`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use crate::node;

/// For size as it is sent, compressed. What shortens the code by inlining, or by keeping common parts in locals, makes
/// it less alike, and what is alike compresses well: without these, the module has 4 % more bytes and 5 % less
/// compressed ones.
const SHRINK: &[&str] = &[
    "-Oz",
    "--always-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--skip-pass=simplify-locals",
    "--strip-dwarf",
    "--debuginfo",
    "--reorder-functions-by-name",
];

/// Takes away what only people read.
const FINISH: &[&str] = &["--strip-debug", "--strip-producers", "--strip-target-features"];

/// Writes what wasm2js does not know by what it does.
const LOWER: &[&str] =
    &["--llvm-nontrapping-fptoint-lowering", "--signext-lowering", "--llvm-memory-copy-fill-lowering"];

/// What every browser has that has WebAssembly's bulk memory operations, on which Rust builds.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-call-indirect-overlong",
];

/// A smaller module, with the names of its functions.
pub(super) fn shrink(module: &[u8]) -> Result<Vec<u8>> {
    run(module, SHRINK)
}

/// Without names.
pub(super) fn finish(module: &[u8]) -> Result<Vec<u8>> {
    run(module, FINISH)
}

/// The module as JavaScript.
pub(super) fn as_javascript(module: &[u8]) -> Result<String> {
    let lowered = run(module, LOWER)?;
    let script = tool("wasm2js", &lowered, &["--enable-mutable-globals", "-O2"])?;
    String::from_utf8(script).context("wasm2js does not write UTF-8")
}

fn run(module: &[u8], options: &[&str]) -> Result<Vec<u8>> {
    tool("wasm-opt", module, &[FEATURES, options].concat())
}

/// Runs a tool of binaryen's on a module; what it writes.
fn tool(name: &str, module: &[u8], options: &[&str]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let [input, output] = ["input.wasm", "output"].map(|name| folder.path().join(name));
    fs::write(&input, module)?;
    let mut command = Command::new("node");
    command.arg(node::package("binaryen")?.join("bin").join(name)).args(options);
    let status = command.arg(&input).arg("-o").arg(&output).status();
    let status = status.with_context(|| format!("cannot run {name}"))?;
    ensure!(status.success(), "{name} ended with {status}");
    read(&output)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
