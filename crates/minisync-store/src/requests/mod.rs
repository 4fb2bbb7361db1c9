//! What the engine asks for and what it is answered: plain data, the whole of its face towards the world. Knows no
//! document and no store.

mod answer;
mod entry;
mod request;

pub use answer::Answer;
pub use entry::Entry;
pub use request::{Request, RequestId, Step};
