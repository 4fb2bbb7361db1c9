//! S3: Amazon's, and what speaks like it, as MinIO, Ceph, Cloudflare R2, Backblaze B2, Hetzner or Garage. Knows HTTP, and no
//! documents.

mod account;
mod bucket;
mod complaint;
mod listing;
mod profile;
mod signature;
mod store;

pub use account::S3Account;
pub use bucket::Bucket;
pub use store::S3Store;
