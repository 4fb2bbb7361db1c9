//! The command `minisync-testkit`: simulates many runs, or replays one. Knows only the command line.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

use std::{
    fs,
    io::{IsTerminal, stderr},
    path::PathBuf,
    process::ExitCode,
};

use lexopt::{Arg, Parser, ValueExt};
use minisync_testkit::{
    script::Script,
    simulate::{Simulation, explain, run_quietly},
    world::Trace,
};

const USAGE: &str = "\
Usage: minisync-testkit simulate [--runs N] [--seed S] [--threads T] [--keep-going] [--javascript P]
       minisync-testkit replay FILE
       minisync-testkit script --seed S [--javascript P]

simulate   carries out N runs (1000) with the seeds S (0), S + 1, ...; exits with 1 if any fails,
           after printing the first of them cut down to its essence; after 10 failures it stops,
           unless it is to keep going; P percent (0) of the clients are documents of the npm package, which
           `cargo xtask npm` builds, and which need Node
replay     carries out the script in FILE, and tells what each step comes to
script     prints the script of a seed";

enum Command {
    Simulate(Simulation),
    Replay(PathBuf),
    Script(Script),
    Help,
}

fn main() -> ExitCode {
    let command = match parse(Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match command {
        Command::Simulate(simulation) => simulate(&simulation),
        Command::Replay(file) => replay(&file),
        Command::Script(script) => {
            print!("{script}");
            ExitCode::SUCCESS
        }
        Command::Help => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
    }
}

fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let mut simulation = Simulation::new(0, 1000);
    let (mut name, mut file) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("runs") => simulation.runs = parser.value()?.parse()?,
            Arg::Long("seed") => simulation.seed = parser.value()?.parse()?,
            Arg::Long("threads") => simulation.threads = parser.value()?.parse()?,
            Arg::Long("javascript") => simulation.javascript = parser.value()?.parse()?,
            Arg::Long("keep-going") => simulation.stop_after = usize::MAX,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(value) if name.is_none() => name = Some(value.string()?),
            Arg::Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            _ => return Err(arg.unexpected()),
        }
    }
    match (name.as_deref(), file) {
        (Some("simulate"), None) => Ok(Command::Simulate(simulation)),
        (Some("replay"), Some(file)) => Ok(Command::Replay(file)),
        (Some("script"), None) => Ok(Command::Script(simulation.script(simulation.seed))),
        _ => Err("say what to do".into()),
    }
}

fn simulate(simulation: &Simulation) -> ExitCode {
    let is_watched = stderr().is_terminal();
    let outcome = simulation.carry_out(|done| {
        if is_watched && done % 100 == 0 {
            eprint!("\r{done} of {} runs", simulation.runs);
        }
    });
    if is_watched {
        eprint!("\r\x1b[K");
    }
    let converged = outcome.runs - outcome.failures.len() as u64;
    if let Some((seed, failure)) = outcome.failures.first() {
        for (seed, failure) in &outcome.failures {
            println!("seed {seed} failed: {}: {:.300}", failure.kind, failure.message);
        }
        println!("\n{}", explain(&simulation.script(*seed), failure));
        let javascript = match simulation.javascript {
            0 => String::new(),
            percent => format!(" --javascript {percent}"),
        };
        println!(
            "\nreplay it with: cargo run --profile simulate -p minisync-testkit -- simulate --runs 1 --seed {seed}{javascript}"
        );
        println!(
            "or save the script in a file, and: cargo run --profile simulate -p minisync-testkit -- replay FILE"
        );
    }
    println!("{converged} of {} runs converged", outcome.runs);
    if outcome.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn replay(file: &PathBuf) -> ExitCode {
    let script = match fs::read_to_string(file).map_err(|error| error.to_string()) {
        Ok(text) => text.parse::<Script>().map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    let script = match script {
        Ok(script) => script,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            return ExitCode::from(2);
        }
    };
    let mut trace = Trace { is_on: true, ..Trace::default() };
    let result = run_quietly(&script, &mut trace);
    trace.lines.iter().for_each(|line| println!("{line}"));
    match result {
        Ok(()) => {
            println!("1 of 1 runs converged");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("\n{failure}\n0 of 1 runs converged");
            ExitCode::FAILURE
        }
    }
}
