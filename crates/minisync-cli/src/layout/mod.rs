//! How a JSON file is laid out, and how a new value is written into an old text. Knows no files and no documents.

mod escape;
mod rewrite;
mod shape;
mod skeleton;
mod style;

pub(crate) use self::{
    rewrite::{lay_out, rewrite},
    skeleton::skeleton,
};
