//! What the parts of a module weigh, by the names of its functions. A function that is a part's and was inlined into
//! another part's counts there.

use std::{collections::BTreeMap, io::Write};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// How large something is, and how large compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    pub(super) raw: usize,
    pub(super) gzip: usize,
    pub(super) brotli: usize,
}

impl Weight {
    pub(super) fn of(bytes: &[u8]) -> Result<Weight> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut &*bytes, &mut brotli, &parameters)?;
        Ok(Weight { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: brotli.len() })
    }
}

/// Which names make a part: the first row of which one is in a function's name. What is generic belongs to whose types
/// it works on, so our own rows stand first.
const PARTS: &[(&str, &[&str])] = &[
    ("version 1", &["minisync6format2v1", "minisync8document5share10changes_v1"]),
    ("genesis", &["minisync8document5share7genesis"]),
    ("undo", &["minisync8document7history"]),
    ("sync engine", &["minisync_store"]),
    ("boundary", &["minisync_wasm"]),
    ("format", &["minisync6format"]),
    ("core", &["8minisync"]),
    ("blake3", &["blake3"]),
    ("serde", &["serde", "zmij", "itoa", "ryu"]),
    ("hash tables", &["hashbrown", "foldhash"]),
    ("allocator", &["dlmalloc", "___rustc"]),
];

/// Everything else that is code.
const REST: &str = "std and others";

/// Prints a table of the parts of a module that has names.
pub(super) fn print(module: &[u8], out: &mut dyn Write) -> Result<()> {
    let mut parts: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (name, body) in functions(module)? {
        parts.entry(part_of(&name)).or_default().extend_from_slice(body);
    }
    parts.insert("data", data(module)?);
    writeln!(out, "{:<16} {:>8} {:>8} {:>8}", "part", "raw", "gzip", "brotli")?;
    let mut rows =
        parts.into_iter().map(|(part, code)| Ok((part, Weight::of(&code)?))).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|(_, weight)| std::cmp::Reverse(weight.raw));
    for (part, Weight { raw, gzip, brotli }) in rows {
        writeln!(out, "{part:<16} {raw:>8} {gzip:>8} {brotli:>8}")?;
    }
    Ok(())
}

fn part_of(name: &str) -> &'static str {
    let is_in = |names: &[&str]| names.iter().any(|part| name.contains(part));
    PARTS.iter().find(|(_, names)| is_in(names)).map_or(REST, |(part, _)| part)
}

/// The functions of a module, by their names.
fn functions(module: &[u8]) -> Result<Vec<(String, &[u8])>> {
    let (mut names, mut bodies) = (BTreeMap::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CodeSectionEntry(body) => {
                bodies.push(module.get(body.range()).context("a function is outside of the module")?);
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(map) = subsection? else { continue };
                    for naming in map {
                        let naming = naming?;
                        names.insert(naming.index as usize, naming.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    // The module has no imports, so that its first function is number 0.
    Ok(bodies
        .into_iter()
        .enumerate()
        .map(|(at, body)| (names.remove(&at).unwrap_or_default(), body))
        .collect())
}

/// The constants of a module.
fn data(module: &[u8]) -> Result<Vec<u8>> {
    let mut data = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(section) = payload? {
            data.extend_from_slice(module.get(section.range()).context("data is outside of the module")?);
        }
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_belong_to_the_first_part_that_they_name() {
        assert_eq!(part_of("_ZN8minisync6format2v14read17h0E"), "version 1");
        assert_eq!(part_of("_RINvNtCs_4core3ptr13drop_in_placeNtNtCs_8minisync4data4ListEB4_"), "core");
        assert_eq!(part_of("_RNvNtCs_4core3fmt5write"), REST);
    }

    #[test]
    fn a_weight_is_that_of_what_is_sent() {
        let weight = Weight::of(&[7; 10_000]).unwrap();
        assert!(weight.raw == 10_000 && weight.gzip < 100 && weight.brotli < 100);
    }
}
