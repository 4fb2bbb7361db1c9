//! The command `minisync-model`: one check, within bounds from the command line. Knows nothing else.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use minisync_model::{Bounds, Rule, Search, check};

const USAGE: &str = "\
Usage: minisync-model [--clients N] [--operations N] [--keys N] [--elements N] [--no-list] [--nested]
                      [--forks N] [--restarts] [--firsts N] [--boundaries N] [--post] [--without RULE] [--threads N] [--depth-first]

Visits every state that N clients (3) can reach by N writes (2) to N keys (2) and a list that begins with N
elements (1), by messages in any order, and by forgetting. Exits with 1 if anything does not hold.

--forks N        so many copies are made of copies, at any time, and go on beside them under one id
--restarts       copies are closed and opened again
--firsts N       a session begins at one of so many stamps
--boundaries N   of a client so many boundaries between sessions are kept
--nested         maps are put under the keys
--post           a message can be kept, and arrive late and several times
--without RULE   leaves out a rule of the algorithm; the check should then fail
--threads N      works with so many threads (as many as the machine has)
--depth-first    takes less memory, but does not find the shortest way to what does not hold";

fn main() -> ExitCode {
    let (bounds, search) = match parse(Parser::from_env()) {
        Ok(Some(parsed)) => parsed,
        Ok(None) => {
            println!("{USAGE}\n\nRules:");
            Rule::ALL.iter().for_each(|rule| println!("  {}", rule.name()));
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = match check(bounds, search) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    println!("{report}");
    if report.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// None if only help is wanted.
fn parse(mut parser: Parser) -> Result<Option<(Bounds, Search)>, lexopt::Error> {
    let mut bounds = Bounds::default();
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let mut search = Search { threads, ..Search::default() };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("clients") => bounds.clients = parser.value()?.parse()?,
            Arg::Long("operations") => bounds.operations = parser.value()?.parse()?,
            Arg::Long("keys") => bounds.keys = parser.value()?.parse()?,
            Arg::Long("elements") => bounds.elements = parser.value()?.parse()?,
            Arg::Long("no-list") => bounds.list = false,
            Arg::Long("nested") => bounds.nested = true,
            Arg::Long("forks") => bounds.forks = parser.value()?.parse()?,
            Arg::Long("restarts") => bounds.restarts = true,
            Arg::Long("firsts") => bounds.firsts = parser.value()?.parse()?,
            Arg::Long("boundaries") => bounds.boundaries = Some(parser.value()?.parse()?),
            Arg::Long("post") => bounds.post = true,
            Arg::Long("without") => {
                let name = parser.value()?.string()?;
                let rule = Rule::named(&name).ok_or_else(|| format!("there is no rule {name:?}; see --help"));
                bounds.without = Some(rule?);
            }
            Arg::Long("threads") => search.threads = parser.value()?.parse()?,
            Arg::Long("depth-first") => search.is_depth_first = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    Ok(Some((bounds, search)))
}
