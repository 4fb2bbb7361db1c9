//! The user's JSON file: read, and written back with its own layout. Knows no documents and no stores.

mod align;
mod durable;
mod exchange;
mod fingerprint;
mod number;
mod parse;
mod place;
mod rewrite;
mod shape;
mod source;
mod style;
mod text;
mod tree;

pub(crate) use self::{
    durable::write_durably,
    fingerprint::Fingerprint,
    place::Place,
    rewrite::{lay_out, rewrite},
    source::{Reading, Replaced, Source, read},
    tree::{Fault, Kind, Tree, Value},
};
