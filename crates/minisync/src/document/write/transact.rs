//! Transactions: all or nothing.

use crate::{
    address::patch::Patches,
    data::{arena::Loc, register::Register},
    document::{
        Document,
        share::renew::Passage,
        write::rollback::{Rollback, Step},
    },
    names::{
        dot::{ClientIx, Dot, VersionVector},
        error::{Error, Result},
        stamp::Stamp,
    },
};

/// A transaction under way; see [`Document::begin_transaction`].
#[derive(Debug)]
#[must_use = "a transaction has to be committed or rolled back"]
pub struct Transaction(Begun);

/// What there was when a transaction began.
#[derive(Debug)]
struct Begun {
    /// The transaction in which this one stands.
    outer: Option<Rollback>,
    is_outermost: bool,
    me: ClientIx,
    last: Stamp,
    session: Stamp,
    idle: (Stamp, Stamp),
    renewal: Option<Passage>,
}

impl Document {
    /// Makes several edits as one: where `edit` returns an error, the document is as before. Inside it,
    /// `merge`, `forget` and `set_client_id` are refused; transactions may stand within each other.
    /// Hand out no change set that was made inside: if the edits are taken back, others must not have them.
    ///
    /// ```
    /// use minisync::{Document, Error};
    /// let mut document = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let before = document.changes().to_string();
    /// let result = document.transact(|document| {
    ///     document.set("a", 2)?;
    ///     document.set("no.such.path", 3)?;
    ///     Ok(())
    /// });
    /// assert!(result.is_err());
    /// assert_eq!(document.changes().to_string(), before);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Whatever `edit` returns.
    pub fn transact<T>(&mut self, edit: impl FnOnce(&mut Document) -> Result<T>) -> Result<T> {
        self.try_transact(edit)
    }

    /// Like [`Document::transact`], for edits that may fail with an error of their own.
    ///
    /// ```
    /// use minisync::{Document, Error};
    ///
    /// #[derive(Debug)]
    /// enum Refusal {
    ///     TooOld,
    ///     Document(Error),
    /// }
    ///
    /// impl From<Error> for Refusal {
    ///     fn from(error: Error) -> Refusal {
    ///         Refusal::Document(error)
    ///     }
    /// }
    ///
    /// let mut document = Document::new(serde_json::json!({ "age": 17 }))?;
    /// let result = document.try_transact(|document| {
    ///     document.set("age", 170)?;
    ///     if document.read::<u8>("age")? > 150 { Err(Refusal::TooOld) } else { Ok(()) }
    /// });
    /// assert!(matches!(result, Err(Refusal::TooOld)));
    /// assert_eq!(document.to_json(), r#"{"age":17}"#);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Whatever `edit` returns.
    pub fn try_transact<T, E: From<Error>>(
        &mut self,
        edit: impl FnOnce(&mut Document) -> Result<T, E>,
    ) -> Result<T, E> {
        let begun = self.begin();
        let result = edit(self);
        self.end(begun, result.is_ok());
        result
    }

    /// Begins a transaction that cannot be a closure, for instance since its edits come from another language; else
    /// use [`Document::transact`], to which the same applies. One that began within another ends before it.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let transaction = document.begin_transaction();
    /// document.set("a", 2)?;
    /// document.roll_back_transaction(transaction);
    /// assert_eq!(document.get("a").unwrap().as_i64(), Some(1));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn begin_transaction(&mut self) -> Transaction {
        Transaction(self.begin())
    }

    /// Keeps what was edited since the transaction began.
    pub fn commit_transaction(&mut self, transaction: Transaction) {
        self.end(transaction.0, true);
    }

    /// Takes back what was edited since the transaction began.
    pub fn roll_back_transaction(&mut self, transaction: Transaction) {
        self.end(transaction.0, false);
    }

    #[inline(never)]
    fn begin(&mut self) -> Begun {
        let Document { me, last, session, idle, .. } = *self;
        let (renewal, is_outermost) = (self.renewal, self.rollback.is_none());
        self.heed_clock(self.clock.now());
        let outer = self.rollback.replace(Rollback {
            steps: Vec::new(),
            last: self.last,
            seen: self.seen.get(self.me),
            records: self.index.records(self.me),
            patches: self.patches.as_ref().map_or(0, Patches::len),
            edits: self.keeper.as_ref().map_or(0, |keeper| keeper.open()),
        });
        self.index.held = true;
        Begun { outer, is_outermost, me, last, session, idle, renewal }
    }

    #[inline(never)]
    fn end(&mut self, begun: Begun, is_ok: bool) {
        let Some(rollback) = self.rollback.take() else { return };
        if is_ok {
            self.commit(rollback, begun.outer);
        } else {
            self.roll_back(rollback);
            self.rollback = begun.outer;
            if begun.is_outermost {
                (self.me, self.last, self.session, self.idle) =
                    (begun.me, begun.last, begun.session, begun.idle);
                self.renewal = begun.renewal;
            }
        }
        self.index.held = self.rollback.is_some();
    }

    /// Keeps what was done; within another transaction it can still be taken back with that one.
    fn commit(&mut self, rollback: Rollback, outer: Option<Rollback>) {
        if let Some(mut outer) = outer {
            outer.steps.extend(rollback.steps);
            self.rollback = Some(outer);
            return;
        }
        for step in rollback.steps {
            if let Step::Killed { list, moves, .. } | Step::Moved { list, moves, .. } = &step
                && let Some(elements) = self.arena.list_mut(*list)
            {
                elements.bunches.release_all(moves);
            }
            if let Step::Entry { old, .. } | Step::Value { old, .. } | Step::Killed { old, .. } = &step {
                let now = self.now_at(&step);
                self.drop_lost(old, &now);
            }
        }
        self.close_edits();
        self.index.held = false;
        self.index.sweep(&self.arena);
    }

    /// What stands now where a step wrote an entry: part of what it replaced may stand there still.
    fn now_at(&self, step: &Step) -> Register {
        let Step::Entry { map, key, .. } = step else { return Register::VACANT };
        let found = self.arena.map(*map).and_then(|map| map.register(map.find(key)?));
        found.cloned().unwrap_or(Register::VACANT)
    }

    fn roll_back(&mut self, rollback: Rollback) {
        for step in rollback.steps.into_iter().rev() {
            self.take_back(step);
        }
        self.index.truncate(self.me, rollback.records);
        if let Some(patches) = &mut self.patches {
            patches.truncate(rollback.patches);
        }
        if let Some(keeper) = &mut self.keeper {
            keeper.truncate(rollback.edits);
        }
        self.last = rollback.last;
        let me = self.me;
        let others = self.seen.iter().filter(|dot| dot.client != me);
        let own = Dot { stamp: rollback.seen, client: me };
        self.seen = others.chain((rollback.seen > Stamp::ZERO).then_some(own)).collect::<VersionVector>();
    }

    fn take_back(&mut self, step: Step) {
        match step {
            Step::Entry { map, key, old } => {
                let Some(entries) = self.arena.map(map) else { return };
                let new = entries.find(&key).and_then(|slot| entries.register(slot)).cloned();
                let new = new.unwrap_or(Register::VACANT);
                self.index.unindex_tombstones(&new);
                self.drop_lost(&new, &old);
                let old_dots = old.clone();
                let Some(entries) = self.arena.map_mut(map) else { return };
                if let Some(slot) = entries.put(&key, old, &self.clients) {
                    let loc = Loc { node: map, slot };
                    self.index.index_tombstones(loc, &old_dots);
                    self.index.update_slot(loc, &old_dots);
                    self.arena.set_parent(loc);
                }
            }
            Step::Value { loc, old } => {
                let Some(register) = self.arena.register_mut(loc) else { return };
                let new = std::mem::replace(register, old);
                self.release(&new);
                self.arena.set_parent(loc);
            }
            Step::Inserted { list, slot } => {
                let Some(elements) = self.arena.list_mut(list) else { return };
                let (_, new) = elements.take_out(slot, &self.clients);
                self.release(&new);
            }
            Step::Killed { list, slot, old, moves } => {
                let Some(elements) = self.arena.list_mut(list) else { return };
                let tombstone = elements.register(slot).cloned();
                elements.revive(slot, old, moves.clone(), &self.clients);
                elements.bunches.release_all(&moves);
                self.index.unindex_tombstones(&tombstone.unwrap_or(Register::VACANT));
            }
            Step::Moved { list, slot, moves } => {
                if let Some(elements) = self.arena.list_mut(list) {
                    elements.relocate(slot, moves.clone(), &self.clients);
                    elements.bunches.release_all(&moves);
                }
            }
        }
    }
}
