//! Names: hashes, how ids become file names, and which file lies where. Knows nothing of what is in the files.

mod data_name;
mod hash;
mod hex;
mod layout;
mod name;
mod name_map;

pub use data_name::DataName;
pub use hash::Hash;
pub(crate) use hex::decode_byte;
pub use layout::heads_folder;
pub(crate) use layout::{HeadName, Layout, ROOT};
pub use name::Name;
pub(crate) use name_map::{NameMap, NameSet};
