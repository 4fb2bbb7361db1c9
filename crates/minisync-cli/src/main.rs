//! The command `minisync`: keeps ordinary JSON files in sync. Knows the core and its stores only through
//! their public interfaces.

#![forbid(unsafe_code)]

mod agreement;
mod cli;
mod commands;
mod failure;
mod file;
mod label;
mod ledger;
mod meeting;
mod progress;
mod screen;
mod time;
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
