//! The few things that are done to a file system. Knows nothing of what the files are for.

mod disk;
mod replace;
mod system;

pub use disk::{Disk, DiskEntry, Fill};
pub use replace::replace_file;
pub(crate) use replace::{replace, sweep};
pub use system::SystemDisk;
