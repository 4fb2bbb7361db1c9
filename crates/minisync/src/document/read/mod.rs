//! Reading: what a document shows. Changes nothing.

pub(super) mod conflicts;
pub(super) mod resolve;
pub(super) mod union;
pub(super) mod view;
