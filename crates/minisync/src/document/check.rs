//! The invariants of a document, checked one by one. For tests and after damage: costs in proportion to
//! the document.

use crate::{
    data::{
        arena::Arena,
        register::{ContentRef, Register},
    },
    document::Document,
    json,
    names::{
        dot::Dot,
        error::{Error, Result},
        lineage::Lines,
    },
};

impl Document {
    /// Checks every invariant: the version holds every dot, the horizon no deletion, no register is empty,
    /// all is where the indexes say, and list positions are in order.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "a": [1, 2] }))?;
    /// document.check()?;
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Says which invariant does not hold: a fault of this library.
    pub fn check(&self) -> Result<()> {
        self.invariants().map_err(|reason| {
            Error::refused(format!("the document is damaged: {reason}; this is a fault of MiniSync"))
        })
    }

    fn invariants(&self) -> Result<(), String> {
        if !self.seen.covers(&self.horizon) {
            return Err("the horizon is ahead of the version".into());
        }
        if self.author.session().is_some_and(|own| self.author.last() < self.seen.get(own)) {
            return Err("the own last stamp is behind the own version".into());
        }
        self.check_lineage()?;
        self.tree.check(&self.writers)?;
        for id in self.tree.walk(Arena::ROOT) {
            for (slot, register) in self.tree.registers(id) {
                self.check_register(register)?;
                let moves = self.tree.as_list(id).map(|list| list.moves(slot)).unwrap_or_default();
                for at in moves {
                    self.check_dot(at.dot)?;
                }
            }
        }
        Ok(())
    }

    /// Sessions go on from what is earlier, is of their client, and was seen; so is what lies within the horizon. And the
    /// lines are those of the version.
    fn check_lineage(&self) -> Result<(), String> {
        let sessions = &self.writers.sessions;
        for version in [&self.seen, &self.horizon] {
            for dot in version.iter() {
                let parent = sessions.parent(dot.session);
                let is_own = self.writers.client(parent.session) == self.writers.client(dot.session);
                let is_earlier = parent.stamp < sessions.first(dot.session) || sessions.is_root(dot.session);
                if !is_own
                    || !is_earlier
                    || !version.contains(parent)
                    || dot.stamp < sessions.first(dot.session)
                {
                    return Err(format!("{dot:?} goes on from {parent:?}"));
                }
            }
        }
        let lines = Lines::of(&self.writers, &self.seen);
        if lines == self.lines { Ok(()) } else { Err("the lines are not those of the version".into()) }
    }

    fn check_register(&self, register: &Register) -> Result<(), String> {
        if register.is_vacant() || register.len() == 0 {
            return Err("a register is empty".into());
        }
        let dots = register.siblings().map(|sibling| sibling.dot().by_session());
        if !dots.is_sorted_by(|a, b| a < b) {
            return Err("a register has one dot twice, or its siblings are out of order".into());
        }
        for (sibling, born) in register.iter() {
            let dot = sibling.dot();
            self.check_dot(dot)?;
            self.check_dot(born)?;
            match sibling.content() {
                ContentRef::Text(text) => self.check_dot(dot.after(json::entries(text)))?,
                ContentRef::Tombstone if self.horizon.contains(dot) => {
                    return Err(format!("the deletion {dot:?} lies within the horizon"));
                }
                ContentRef::Known => {
                    return Err(format!("the container {dot:?} was taken from a message without content"));
                }
                ContentRef::Tombstone | ContentRef::Node(_) => {}
            }
        }
        Ok(())
    }

    fn check_dot(&self, dot: Dot) -> Result<(), String> {
        if self.seen.contains(dot) { Ok(()) } else { Err(format!("the version does not contain {dot:?}")) }
    }
}
