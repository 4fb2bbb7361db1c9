//! `cargo xtask`: all that CI runs, by name. Knows the repository, and nothing of what MiniSync does.
#![forbid(unsafe_code)]

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

mod console;
mod features;
mod markdown;
mod node;
mod npm;
mod printable;
mod services;
mod step;
mod steps;
mod tidy;
mod wasm;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [--only STEP,…]  everything that CI runs, or some of its steps
  tidy                  the rules of the house that no compiler checks
  readme                runs the console examples in the Markdown files
  wasm-size             builds the boundary for WebAssembly and weighs it
  wasm                  builds it, and puts it where the npm package's sources find it
  npm                   builds the whole npm package, so that `npm pack` in packages/minisync packs it
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = io::stdout();
    match run(&arguments, &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all went well.
fn run(arguments: &[&str], out: &mut dyn Write) -> Result<bool> {
    env::set_current_dir(root()).context("cannot enter the repository")?;
    match arguments {
        ["test"] => step::run_all(&steps::ALL.iter().collect::<Vec<_>>(), out),
        ["test", "--only", names] => step::run_all(&steps::named(names)?, out),
        [name @ ("tidy" | "readme" | "wasm-size")] => step::run_all(&steps::named(name)?, out),
        ["wasm"] => npm::embed(out).map(|()| true),
        ["npm"] => npm::run(out).map(|()| true),
        [] | ["help" | "-h" | "--help"] => {
            write!(out, "{USAGE}\nsteps: {}\n", steps::names())?;
            Ok(true)
        }
        _ => bail!("unknown arguments: {}\n\n{USAGE}", arguments.join(" ")),
    }
}

/// The top folder of the repository: the one above this package.
fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    package.parent().map_or_else(|| PathBuf::from("."), PathBuf::from)
}
