//! The command `minisync`: keeps ordinary JSON files in sync. Knows the core and its stores only through
//! their public interfaces.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod file;
mod layout;
mod terminal;
mod tracked;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "minisync: {failure}");
            failure.exit_code()
        }
    }
}
