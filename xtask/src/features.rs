//! Checks that the core compiles with any of its features left out, and that it switches on nothing in others'
//! programs. Knows the core's features by name.

use std::{io::Write, process::Command};

use anyhow::{Context, Result, ensure};

/// Those of `crates/minisync/Cargo.toml`.
const FEATURES: [&str; 5] = ["system", "genesis", "v1", "serde_json", "syntax"];

/// Lints the core without features, without each of them, and with all. Then runs the tests of what uses it without
/// `serde_json`, and of a program that depends on nothing else of the workspace. (The core's own tests have all features
/// on, since the testkit needs them.)
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    for features in combinations() {
        let features = features.join(",");
        writeln!(out, "features: {}", if features.is_empty() { "none" } else { &features })?;
        out.flush()?;
        let lint = ["clippy", "--quiet", "--package", "minisync", "--no-default-features", "--features"];
        cargo(lint.into_iter().chain([features.as_str(), "--", "-D", "warnings"]))?;
    }
    cargo("test --quiet --package minisync-wasm".split(' '))?;
    cargo("test --quiet --package minisync-dependent -- --ignored".split(' '))
}

fn combinations() -> Vec<Vec<&'static str>> {
    let without = |left_out: &str| FEATURES.into_iter().filter(|feature| *feature != left_out).collect();
    let mut all = vec![Vec::new(), FEATURES.to_vec()];
    all.extend(FEATURES.map(without));
    all
}

fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments);
    let status = command.status().context("cannot run cargo")?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_are_those_of_the_core() {
        let manifest: toml::Table = include_str!("../../crates/minisync/Cargo.toml").parse().unwrap();
        let mut features: Vec<&str> =
            manifest["features"].as_table().unwrap().keys().map(String::as_str).collect();
        features.retain(|feature| *feature != "default");
        let mut known = FEATURES.to_vec();
        features.sort_unstable();
        known.sort_unstable();
        assert_eq!(features, known);
    }

    #[test]
    fn each_feature_is_left_out_once() {
        let all = combinations();
        assert_eq!(all.len(), 2 + FEATURES.len());
        assert_eq!(
            all.iter().filter(|features| features.len() == FEATURES.len() - 1).count(),
            FEATURES.len()
        );
    }
}
