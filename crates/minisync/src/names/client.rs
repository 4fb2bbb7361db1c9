//! Client ids by number, inside one document in memory. Other documents number their clients differently, so none
//! of this leaves the crate. Knows no sessions.

use hashbrown::HashMap;

use crate::{base::narrow::narrow, names::id::ClientId};

/// A client, by its number in this document's [`Clients`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ClientIx(u32);

impl ClientIx {
    pub(crate) fn from_index(index: u32) -> ClientIx {
        ClientIx(index)
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The clients that a document has heard of, numbered in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clients {
    ids: Vec<ClientId>,
    numbers: HashMap<ClientId, ClientIx>,
}

impl Clients {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn id(&self, client: ClientIx) -> &ClientId {
        &self.ids[client.index()]
    }

    pub(crate) fn find(&self, id: &ClientId) -> Option<ClientIx> {
        self.numbers.get(id).copied()
    }

    /// The number of `id`, a new one where it has none.
    pub(crate) fn intern(&mut self, id: &ClientId) -> ClientIx {
        if let Some(client) = self.find(id) {
            return client;
        }
        let client = ClientIx(narrow(self.ids.len()));
        self.ids.push(id.clone());
        self.numbers.insert(id.clone(), client);
        client
    }

    /// Gives the only client another id.
    pub(crate) fn rename_only(&mut self, id: &ClientId) {
        *self = Clients::default();
        self.intern(id);
    }

    /// Forgets all clients but the first `len`, for a message that was refused.
    pub(crate) fn truncate(&mut self, len: usize) {
        for id in self.ids.drain(len.min(self.ids.len())..) {
            self.numbers.remove(&id);
        }
    }
}
