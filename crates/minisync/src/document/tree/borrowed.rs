//! Containers that are in a tree only to be read: in no register and in no index.

use crate::{
    data::{arena::Arena, build, register::NodeId},
    document::tree::Tree,
    names::dot::Dot,
};

impl Tree {
    /// Takes a container of a message in, with all below it; [`Tree::discard`] has to take it out again.
    pub(in crate::document) fn borrow_from(&mut self, message: &mut Arena, id: NodeId) -> Option<NodeId> {
        self.arena.import(message, id)
    }

    /// The same for a container that is text.
    pub(in crate::document) fn borrow_text(&mut self, text: &str, dot: Dot) -> Option<NodeId> {
        let node = build::expand(&mut self.arena, text, dot)?;
        Some(self.arena.add(node))
    }

    /// Takes out what was taken in only to be read.
    pub(in crate::document) fn discard(&mut self, top: NodeId) {
        for id in self.arena.walk(top) {
            self.arena.remove(id);
        }
    }
}
