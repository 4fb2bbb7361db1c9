//! The command `minisync`: keeps ordinary JSON files in sync. Knows the core and its stores only through
//! their public interfaces.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod file;
mod layout;
mod terminal;
mod tracked;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::from_arguments() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(cli.is_json());
            failure.exit_code()
        }
    }
}
