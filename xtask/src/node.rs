//! The npm package's folder and its tools, installed as its lock file says.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};

/// Where the npm package is.
pub(crate) const PACKAGE: &str = "packages/minisync";

/// Where a package is that the npm package is built with; installs all of them first, if they are not there.
pub(crate) fn package(name: &str) -> Result<PathBuf> {
    let folder = PathBuf::from(PACKAGE).join("node_modules").join(name);
    if !folder.exists() {
        npm(&["ci", "--no-audit", "--no-fund"])?;
    }
    ensure!(
        folder.exists(),
        "{} is not there, though npm installed all; is it in package.json?",
        folder.display()
    );
    Ok(folder)
}

/// Runs npm in the package's folder.
pub(crate) fn npm(arguments: &[&str]) -> Result<()> {
    let status =
        Command::new("npm").args(arguments).current_dir(PACKAGE).status().context("cannot run npm")?;
    ensure!(status.success(), "`npm {}` ended with {status}", arguments.join(" "));
    Ok(())
}
