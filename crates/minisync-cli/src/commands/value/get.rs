//! `minisync get`: shows a value of FILE, whether it is tracked or not.

use std::path::{Path as FilePath, PathBuf};

use clap::Args;
use minisync::{
    Path, Segment,
    syntax::{Node, NodeKind, Tree},
};

use crate::{
    commands::change::{open_tracked, place},
    file::Source,
    layout::lay_out,
    terminal::{Failure, Result, Screen},
};

/// Show a value, or the whole file
///
/// Works on any JSON file, tracked or not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync get todo.json title
  minisync get todo.json 'items[-1].name'
  minisync get todo.json /items/0 --json")]
pub(crate) struct Get {
    /// The JSON file
    file: PathBuf,
    /// Where: foo.bar[1], ["a key with a . in it"], or a JSON Pointer: /foo/bar/1; all of it, if not given
    #[arg(default_value = "", hide_default_value = true)]
    path: String,
}

impl Get {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let path = place(&self.path)?;
        let text = match Source::new(&self.file)?.read()? {
            Some(reading) => reading.text().to_owned(),
            None => from_document(&self.file, screen)?,
        };
        let tree = Tree::parse(&text).map_err(|error| {
            Failure::new(format!("{}:{}: {error}", self.file.display(), error.place(&text)))
        })?;
        let Some(value) = find(tree.root(), &path) else {
            return Err(Failure::new(format!("{}: there is nothing at {}", self.file.display(), self.path)));
        };
        let laid_out = lay_out(value.raw()).map_err(|error| Failure::new(error.to_string()))?;
        screen.answer(if screen.is_json() { compact(value) } else { laid_out.trim_end().to_owned() });
        Ok(())
    }
}

/// FILE is gone, but its document may be there.
fn from_document(file: &FilePath, screen: &Screen) -> Result<String> {
    if !minisync_store::StatePlace::beside(file)?.exists() {
        return Err(Failure::new(format!("there is no file {}", file.display())));
    }
    Ok(open_tracked(file, screen)?.document().to_json())
}

fn find<'t>(value: Node<'t>, path: &Path) -> Option<Node<'t>> {
    path.segments().iter().try_fold(value, |value, segment| match (value.kind(), segment) {
        (NodeKind::Object, Segment::Key(key) | Segment::Token(key)) => value.get(key),
        (NodeKind::Array, Segment::Index(index)) => element(value, *index),
        (NodeKind::Array, Segment::Token(token)) => element(value, token.parse().ok()?),
        _ => None,
    })
}

fn element(array: Node<'_>, index: i64) -> Option<Node<'_>> {
    let from_end = usize::try_from(index.unsigned_abs()).ok()?;
    match index {
        0.. => array.children().nth(from_end),
        _ => array.children().nth(array.children().count().checked_sub(from_end)?),
    }
}

/// The value on one line, with its own spelling and without white space.
fn compact(value: Node<'_>) -> String {
    let list = |parts: Vec<String>| parts.join(",");
    match value.kind() {
        NodeKind::Array => format!("[{}]", list(value.children().map(compact).collect())),
        NodeKind::Object => {
            let entry = |(key, value): (Node<'_>, _)| format!("{}:{}", key.raw(), compact(value));
            format!("{{{}}}", list(value.entries().map(entry).collect()))
        }
        _ => value.raw().to_owned(),
    }
}
