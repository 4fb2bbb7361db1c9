//! The local side: one document with its books, saved in one file. Knows stores only by what the books
//! say of them.
//!
//! # The invariant that everything rests on
//!
//! **What was published was saved before.** [`sync`](crate::sync) saves the document, with all its
//! stamps, and the head that it is about to write, before the first byte goes out; and saves again after.
//! So a crash never lets a copy issue a stamp twice that others may have seen, and the own head in a store
//! is always one that the books know: if it is not, somebody else wrote it.

mod books;
mod lock;
mod mark;
mod place;
mod save;
mod state;

pub use books::Books;
pub(crate) use books::{Listed, Origin, Published, Retired, SeenHead, TargetBooks};
pub use place::StatePlace;
pub use state::{ClientStatus, Keep, Opened, SharedClock, State, TargetStatus, Vacancy};
