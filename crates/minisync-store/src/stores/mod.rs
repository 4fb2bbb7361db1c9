//! The stores of this crate. Each knows its place and its errors, and nothing of documents.

mod folder;
mod memory;

pub use folder::FolderStore;
pub use memory::MemoryStore;
