//! Inside the core, a module uses only its own layer and those below it.

use super::{
    Finding, Repo,
    rust::{Token, close_of},
};

/// Where the core lies.
const CORE: &str = "crates/minisync/src/";

/// From bottom to top. `lib`, the face, may use all, and nobody uses the face. The lead's table: a new
/// module of the core goes here.
#[rustfmt::skip]
const LAYERS: &[(&str, &[&str])] = &[
    ("ground", &["base"]),
    ("names", &["names"]),
    ("text", &["json"]),
    ("data", &["data"]),
    ("addresses", &["address"]),
    ("wire", &["format"]),
    ("document", &["document"]),
];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust().filter(|(file, _)| !file.is_test()) {
        let Some(inside) = file.path().strip_prefix(CORE).filter(|inside| *inside != "lib.rs") else {
            continue;
        };
        let module = module_of(inside);
        let Some(own) = layer_of(module[0]) else {
            let problem = format!("the module `{}` is in no layer: add it to LAYERS in xtask", module[0]);
            findings.push(Finding::new(file.path(), 1, problem));
            continue;
        };
        for (path, line) in paths(code.product()) {
            let Some(used) = absolute(&module, &path) else {
                continue;
            };
            if let Some(problem) = broken(module[0], own, &used) {
                findings.push(Finding::new(file.path(), line, problem));
            }
        }
    }
    findings
}

/// Every path in the code, in `use` or in place, with its line. `use a::{b, c}` has two.
pub(super) fn paths(tokens: &[Token]) -> Vec<(Vec<&str>, usize)> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        index = if is_word(&tokens[index]) { collect(tokens, index, &[], &mut found) } else { index + 1 };
    }
    found.retain(|(path, _)| path.len() > 1);
    found
}

/// Reads one path, with all that its braces hold, and returns where it ends.
fn collect<'a>(
    tokens: &'a [Token],
    start: usize,
    before: &[&'a str],
    found: &mut Vec<(Vec<&'a str>, usize)>,
) -> usize {
    let mut path = before.to_vec();
    let mut index = start;
    while index < tokens.len() && is_word(&tokens[index]) {
        path.push(&tokens[index].text);
        if tokens.get(index + 1).is_none_or(|next| next.text != "::") {
            found.push((path, tokens[start].line));
            return index + 1;
        }
        index += 2;
    }
    if tokens.get(index).is_some_and(|next| next.text == "{") {
        let close = close_of(tokens, index);
        index += 1;
        while index < close {
            index = if is_word(&tokens[index]) { collect(tokens, index, &path, found) } else { index + 1 };
        }
        return close + 1;
    }
    found.push((path, tokens[start].line));
    index
}

fn is_word(token: &Token) -> bool {
    token.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// `document/edit.rs` is `document::edit`, `document/mod.rs` is `document`.
fn module_of(inside: &str) -> Vec<&str> {
    let path = inside.strip_suffix(".rs").unwrap_or(inside);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, modules)| modules.contains(&module))
}

/// The path from the top of the crate; None for one that leads out of it.
fn absolute<'a>(module: &[&'a str], path: &[&'a str]) -> Option<Vec<&'a str>> {
    if path[0] == "crate" {
        return Some(path[1..].to_vec());
    }
    let ups = path.iter().take_while(|part| **part == "super").count();
    (ups > 0 && ups <= module.len()).then(|| [&module[..module.len() - ups], &path[ups..]].concat())
}

fn broken(module: &str, own: usize, used: &[&str]) -> Option<String> {
    let first = used.first()?;
    match layer_of(first) {
        Some(layer) if layer > own => Some(format!(
            "`{module}` ({}) uses `{first}` ({}), which is above it",
            LAYERS[own].0, LAYERS[layer].0
        )),
        None if first.starts_with(char::is_uppercase) => {
            Some(format!("`crate::{first}` is the face of the crate: take it from its module"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    fn found(path: &str, text: &str) -> Vec<String> {
        places_found(check, &[(&format!("{CORE}{path}"), text)])
    }

    #[test]
    fn a_module_that_uses_a_layer_above_is_found() {
        assert_eq!(found("data/map.rs", "use crate::{names::Stamp, document::Document};\n").len(), 1);
        assert_eq!(found("data/map.rs", "fn a() { super::super::format::write() }\n").len(), 1);
        assert_eq!(found("format/read.rs", "fn a() { super::super::document::edit() }\n").len(), 1);
        assert!(
            found("data/map.rs", "use crate::{data::Register, names::Stamp}; use other::document;\n")
                .is_empty()
        );
        assert!(found("document/edit.rs", "use super::read::get;\nuse crate::data::Map;\n").is_empty());
    }

    #[test]
    fn the_face_may_use_all_and_nobody_uses_the_face() {
        assert!(found("lib.rs", "mod format;\npub use crate::format::Changes;\n").is_empty());
        assert_eq!(found("data/map.rs", "use crate::Stamp;\n").len(), 1);
    }

    #[test]
    fn tests_may_use_all_and_unknown_modules_are_found() {
        assert!(
            found("data/map.rs", "#[cfg(test)]\nmod tests { use crate::document::Document; }\n").is_empty()
        );
        assert_eq!(found("novelty.rs", "").len(), 1);
    }

    #[test]
    fn paths_are_read_out_of_braces() {
        let code = super::super::rust::Code::parse("use a::{b, c::{self, d}}; e::f(g);").unwrap();
        let read: Vec<_> = paths(code.product()).into_iter().map(|(path, _)| path.join("::")).collect();
        assert_eq!(read, ["a::b", "a::c::self", "a::c::d", "e::f"]);
    }
}
