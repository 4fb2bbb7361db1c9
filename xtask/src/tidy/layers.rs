//! Inside a crate, and inside a folder of it that has a table here, a module uses only its own layer and
//! those below it.

use super::{
    Finding, Repo,
    rust::{Token, close_of},
};

/// The layers of one folder, from bottom to top.
struct Table {
    /// The sources of the crate.
    source: &'static str,
    /// The module in the crate whose inside this is, by its path; empty for the crate as a whole.
    within: &'static [&'static str],
    /// Every module directly in there, by layer. Its face (`lib.rs`, `mod.rs`) may use all of them.
    layers: &'static [(&'static str, &'static [&'static str])],
}

/// The lead's tables: a new module goes here, and so does a folder that gets an inner order.
#[rustfmt::skip]
const TABLES: &[Table] = &[
    Table {
        source: "crates/minisync/src/",
        within: &[],
        layers: &[
            ("ground", &["base"]),
            ("names", &["names"]),
            ("text", &["json"]),
            ("data", &["data"]),
            ("addresses", &["address"]),
            ("places", &["syntax"]),
            ("wire", &["format"]),
            ("document", &["document"]),
        ],
    },
    Table {
        source: "crates/minisync/src/",
        within: &["document"],
        layers: &[
            ("content and author", &["tree", "author"]),
            ("reading", &["read", "check"]),
            ("what follows edits", &["patches", "history"]),
            ("writing", &["write"]),
            ("undo", &["undo"]),
            ("making", &["builder"]),
            ("sharing", &["share"]),
        ],
    },
    Table {
        source: "crates/minisync-store/src/",
        within: &[],
        layers: &[
            ("errors", &["errors"]),
            ("requests", &["requests"]),
            ("names", &["names"]),
            ("files", &["files"]),
            ("record", &["record"]),
            ("plans", &["plan"]),
            ("engine", &["engine"]),
            ("state", &["state"]),
            ("disk", &["disk"]),
            ("stores", &["stores"]),
            ("local save", &["local"]),
            ("drivers", &["drivers"]),
            ("tests", &["testing"]),
        ],
    },
    Table {
        source: "crates/minisync-cli/src/",
        within: &[],
        layers: &[
            ("words", &["terminal"]),
            ("text", &["layout"]),
            ("disk", &["file"]),
            ("file and document", &["tracked"]),
            ("commands", &["commands"]),
            ("face", &["cli"]),
        ],
    },
    Table {
        source: "crates/minisync-cli/src/",
        within: &["tracked"],
        layers: &[
            ("rules", &["hint", "json_object", "reconcile"]),
            ("memory", &["agreement"]),
            ("steps", &["edits", "write_back", "open", "untracked"]),
        ],
    },
];

pub(super) fn check(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repo.rust().filter(|(file, _)| !file.is_test()) {
        for table in TABLES {
            let Some(module) = file.path().strip_prefix(table.source).map(module_of) else {
                continue;
            };
            // The face of the folder itself, and what lies elsewhere, have no layer in this table.
            let Some(own) = table.inside(&module) else {
                continue;
            };
            let Some(layer) = table.layer_of(own) else {
                let problem = format!("the module `{own}` is in no layer: add it to TABLES in xtask");
                findings.push(Finding::new(file.path(), 1, problem));
                continue;
            };
            for (path, line) in paths(code.product()) {
                let used = absolute(&module, &path);
                if let Some(problem) = used.and_then(|used| table.broken(own, layer, &used)) {
                    findings.push(Finding::new(file.path(), line, problem));
                }
            }
        }
    }
    findings
}

impl Table {
    /// The part of a path from the top of the crate that names a module or item directly in this folder.
    fn inside<'a>(&self, path: &[&'a str]) -> Option<&'a str> {
        path.strip_prefix(self.within)?.first().copied()
    }

    fn layer_of(&self, module: &str) -> Option<usize> {
        self.layers.iter().position(|(_, modules)| modules.contains(&module))
    }

    fn broken(&self, module: &str, own: usize, used: &[&str]) -> Option<String> {
        let used = self.inside(used)?;
        match self.layer_of(used) {
            Some(layer) if layer > own => Some(format!(
                "`{module}` ({}) uses `{used}` ({}), which is above it",
                self.layers[own].0, self.layers[layer].0
            )),
            // A folder may define its main type in its face; a crate's face only re-exports.
            None if self.within.is_empty() && used.starts_with(char::is_uppercase) => {
                Some(format!("`crate::{used}` is the face of the crate: take it from its module"))
            }
            _ => None,
        }
    }
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

/// `document/edit.rs` is `document::edit`, `document/mod.rs` is `document`, and `lib.rs` or `main.rs` is the top.
fn module_of(inside: &str) -> Vec<&str> {
    let path = inside.strip_suffix(".rs").unwrap_or(inside);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main") { Vec::new() } else { path.split('/').collect() }
}

/// The path from the top of the crate; None for one that leads out of it.
fn absolute<'a>(module: &[&'a str], path: &[&'a str]) -> Option<Vec<&'a str>> {
    if path[0] == "crate" {
        return Some(path[1..].to_vec());
    }
    let ups = path.iter().take_while(|part| **part == "super").count();
    (ups > 0 && ups <= module.len()).then(|| [&module[..module.len() - ups], &path[ups..]].concat())
}

#[cfg(test)]
mod tests {
    use super::{super::places_found, *};

    fn found(path: &str, text: &str) -> Vec<String> {
        places_found(check, &[(&format!("crates/minisync/src/{path}"), text)])
    }

    #[test]
    fn every_crate_has_layers_of_its_own() {
        let text = "use crate::engine::SyncRound;\n";
        let store = |path: &str| places_found(check, &[(&format!("crates/minisync-store/src/{path}"), text)]);
        assert_eq!(store("plan/fetch.rs").len(), 1);
        assert_eq!(store("testing/mod.rs").len(), 0);
        assert_eq!(found("data/map.rs", text).len(), 0);
    }

    #[test]
    fn a_folder_with_a_table_has_layers_inside() {
        let layers: &[(&str, &[&str])] = &[("low", &["tree"]), ("high", &["share"])];
        let table = Table { source: "crates/minisync/src/", within: &["document"], layers };
        let own = |path| table.inside(&module_of(path)).and_then(|module| table.layer_of(module));
        assert_eq!((own("document/tree.rs"), own("document/share/merge.rs")), (Some(0), Some(1)));
        assert_eq!((own("document/mod.rs"), own("map.rs"), own("lib.rs")), (None, None, None));
        let broken = |path: &[&str]| table.broken("tree", 0, path).is_some();
        assert!(broken(&["document", "share", "merge"]));
        assert!(!broken(&["document", "tree", "put"]) && !broken(&["share", "merge"]));
        assert!(!broken(&["document", "Document"]), "a folder's face may hold its main type");
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
        assert!(
            found("document/write/edit.rs", "use super::rollback::Log;\nuse crate::data::Map;\n").is_empty()
        );
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
