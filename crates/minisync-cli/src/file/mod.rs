//! The user's JSON file on the disk: read, and replaced without losing what others write. Knows no documents.

mod attributes;
mod exchange;
mod reading;
mod replace;
mod source;

pub(crate) use self::{
    reading::{Reading, read},
    replace::{deliver, replace},
    source::{Replaced, Source},
};
