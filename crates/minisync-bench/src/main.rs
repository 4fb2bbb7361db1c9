//! Measures MiniSync beside `serde_json`, beside its own limits, and beside its peers, in one run. Prints
//! tables; asserts nothing about time.
#![deny(unsafe_code, reason = "a global allocator, which counts memory, cannot be had without")]

use std::{
    env,
    io::{self, Write},
};

use anyhow::{Result, bail};

mod allocator;
mod corpus;
mod replica;
mod section {
    //! One file for each table that is printed.
    pub(crate) mod edits;
    pub(crate) mod memory;
    #[cfg(feature = "peers")]
    pub(crate) mod peers;
    pub(crate) mod sizes;
    pub(crate) mod whole;
}
mod ours;
#[cfg(feature = "peers")]
mod peers;
mod table;
mod timer;

use corpus::Scale;

const USAGE: &str = "\
usage: minisync-bench [--quick] [--only TABLE,…] | --print-todos

tables: whole, memory, edits, sizes, peers (needs the feature `peers`)
--quick: a tenth of the records
--print-todos: the document with the to-do records, for measuring other programs";

type Section = fn(Scale, &mut dyn Write) -> Result<()>;

const SECTIONS: &[(&str, Section)] = &[
    ("whole", section::whole::run),
    ("memory", section::memory::run),
    ("edits", section::edits::run),
    ("sizes", section::sizes::run),
    #[cfg(feature = "peers")]
    ("peers", section::peers::run),
];

fn main() -> Result<()> {
    let mut scale = Scale::FULL;
    let mut wanted: Option<String> = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => scale = Scale::QUICK,
            "--only" => wanted = arguments.next(),
            "--print-todos" => {
                return Ok(writeln!(io::stdout(), "{}", corpus::todos(scale.records))?);
            }
            _ => bail!(USAGE),
        }
    }
    let wanted: Option<Vec<&str>> = wanted.as_ref().map(|names| names.split(',').collect());
    let mut out = io::stdout();
    for (name, section) in SECTIONS {
        if wanted.as_ref().is_none_or(|wanted| wanted.contains(name)) {
            section(scale, &mut out)?;
        }
    }
    Ok(())
}
