//! WebDAV: Nextcloud, ownCloud, a NAS, Apache and many more. Knows HTTP, and no documents.

mod account;
mod multistatus;
mod store;

pub use account::WebdavAccount;
pub use store::WebdavStore;
