//! A small model of the algorithm in `docs/algorithm.md`, and an exhaustive check of it: some clients, two
//! keys, a list, a few writes, and then everything that can happen in any order. In every world that can be
//! reached, each copy is compared with what the whole history demands of it.
//!
//! It is written anew from the document, to be read beside it, and shares no code with the core. It checks
//! the algorithm; that the core carries it out is what the simulator (`minisync-testkit`) checks.
//!
//! From bottom to top: `dot`, `version`, `lineage` and `document` are data; `replica`, `changes`, `message` and `merge`
//! are the algorithm; `history` is the oracle, and `held` a copy with what it is measured by; `bounds`, `renaming` and
//! `world` are what the checker walks through, and `laws` is what it looks for. `rule` names what can be left out, to see that the checker notices.
#![forbid(unsafe_code)]

mod bounds;
mod changes;
mod check;
mod document;
mod dot;
mod held;
mod history;
mod laws;
mod lineage;
mod merge;
mod message;
mod renaming;
mod replica;
mod rule;
mod version;
mod world;

pub use bounds::{Bounds, OutOfBounds};
pub use check::{Report, Search, check};
pub use rule::Rule;
