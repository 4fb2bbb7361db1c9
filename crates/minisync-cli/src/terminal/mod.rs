//! What people and scripts read: answers, warnings, errors, progress, times. Knows no documents.

pub(crate) mod failure;
pub(crate) mod label;
pub(crate) mod progress;
pub(crate) mod screen;
pub(crate) mod size;
pub(crate) mod time;

pub(crate) use self::{
    failure::{Failure, Result},
    screen::Screen,
};
