//! The steps of CI, as data. What is not in this table is not checked.

use anyhow::{Result, bail};

use crate::{
    console, features, npm, services,
    step::{Action, Step},
    tidy, wasm,
};

/// In the order in which they run: the quick ones first.
pub(crate) const ALL: &[Step] = &[
    task("tidy", tidy::run),
    command("fmt", "cargo fmt --all --check"),
    command("clippy", "cargo clippy --quiet --workspace --all-targets -- -D warnings"),
    Step {
        name: "doc",
        action: Action::Command {
            line: "cargo doc --quiet --workspace --no-deps",
            env: &[("RUSTDOCFLAGS", "-D warnings")],
        },
    },
    command("test", "cargo test --quiet --workspace"),
    task("features", features::run),
    task("readme", console::run),
    command(
        "simulate",
        "cargo run --quiet --profile simulate --package minisync-testkit -- simulate --runs 5000",
    ),
    task("services", services::run),
    command("model", "cargo run --quiet --release --package minisync-model -- --operations 3"),
    task("wasm-store", wasm::check_store),
    command("wasm-sync", "cargo test --quiet --package minisync-wasm --features sync"),
    task("wasm-size", wasm::weigh),
    task("npm", npm::check),
    command("npm-packaging", "node packages/minisync/packaging/run.mjs"),
    // With the package that the step `npm` built.
    command(
        "simulate-javascript",
        "cargo run --quiet --profile simulate --package minisync-testkit -- simulate --runs 300 --javascript 50",
    ),
    command("npm-browser", "npm --prefix packages/minisync run test:browser"),
];

/// The steps of these names, separated by commas, in the order of the table.
pub(crate) fn named(names: &str) -> Result<Vec<&'static Step>> {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    if let Some(unknown) = names.iter().find(|name| ALL.iter().all(|step| step.name != **name)) {
        bail!("there is no step {unknown:?}; the steps are {}", self::names());
    }
    Ok(ALL.iter().filter(|step| names.contains(&step.name)).collect())
}

/// All names, for people.
pub(crate) fn names() -> String {
    ALL.iter().map(|step| step.name).collect::<Vec<_>>().join(", ")
}

const fn command(name: &'static str, line: &'static str) -> Step {
    Step { name, action: Action::Command { line, env: &[] } }
}

const fn task(name: &'static str, task: fn(&mut dyn std::io::Write) -> Result<()>) -> Step {
    Step { name, action: Action::Task(task) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_picked_by_name_in_the_order_of_the_table() {
        let picked: Vec<_> = named("fmt, tidy").unwrap().iter().map(|step| step.name).collect();
        assert_eq!(picked, ["tidy", "fmt"]);
    }

    #[test]
    fn an_unknown_step_is_named_with_those_that_there_are() {
        let error = named("tidy,lint").err().unwrap().to_string();
        assert!(error.contains("\"lint\"") && error.contains("wasm-size"), "{error}");
    }
}
