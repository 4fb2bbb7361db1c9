//! Stores: what every one can do, and those that are built in. Each is a file of its own.

#[cfg(feature = "folder")]
mod folder;
mod memory;
#[cfg(feature = "folder")]
mod open;
mod store;

#[cfg(feature = "folder")]
pub use folder::FolderStore;
pub use memory::MemoryStore;
pub use store::Store;
