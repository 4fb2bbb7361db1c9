//! Transactions: all or nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    address::patch::Patches,
    data::register::Register,
    document::{
        Document,
        author::AuthorState,
        write::rollback::{RollbackLog, RollbackStep},
    },
    names::{
        dot::{Dot, VersionVector},
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
    /// The same number as in its log: a transaction ends only where and when it is the innermost one.
    number: usize,
    /// The transaction in which this one stands.
    outer: Option<RollbackLog>,
    is_outermost: bool,
    author: AuthorState,
}

/// Takes a transaction back that is left by a panic, so that who catches it has the document as it was before.
struct RollBackOnPanic<'a> {
    document: &'a mut Document,
    begun: Option<Begun>,
}

impl Drop for RollBackOnPanic<'_> {
    fn drop(&mut self) {
        if let Some(begun) = self.begun.take() {
            self.document.end(begun, false);
        }
    }
}

impl Document {
    /// Makes several edits as one: where `edit` returns an error, the document is as before. Inside it,
    /// `merge`, `forget` and `set_client_id` are refused; transactions may stand within each other.
    /// Hand out no change set that was made inside: if the edits are taken back, others must not have them. A panic of
    /// `edit` takes them back too, and goes on.
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
        let mut guard = RollBackOnPanic { document: self, begun: Some(begun) };
        let result = edit(guard.document);
        if let Some(begun) = guard.begun.take() {
            guard.document.end(begun, result.is_ok());
        }
        result
    }

    /// Begins a transaction that cannot be a closure, for instance since its edits come from another language; else
    /// use [`Document::transact`], to which the same applies. One that began within another ends before it. One that is
    /// dropped stays open: the document then refuses to merge.
    ///
    /// ```
    /// let mut document = minisync::Document::new(serde_json::json!({ "a": 1 }))?;
    /// let transaction = document.begin_transaction();
    /// document.set("a", 2)?;
    /// document.roll_back_transaction(transaction)?;
    /// assert_eq!(document.get("a").unwrap().as_i64(), Some(1));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn begin_transaction(&mut self) -> Transaction {
        Transaction(self.begin())
    }

    /// Keeps what was edited since the transaction began.
    ///
    /// ```
    /// # use minisync::Document;
    /// let mut document = Document::new(serde_json::json!({ "a": 1 }))?;
    /// let transaction = document.begin_transaction();
    /// document.set("a", 2)?;
    /// let mut other = Document::new(serde_json::json!({}))?;
    /// assert!(other.commit_transaction(transaction).is_err());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it is not this document's innermost open transaction; nothing is changed then.
    pub fn commit_transaction(&mut self, transaction: Transaction) -> Result<()> {
        self.end_checked(transaction, true)
    }

    /// Takes back what was edited since the transaction began.
    ///
    /// # Errors
    /// If it is not this document's innermost open transaction; nothing is changed then.
    pub fn roll_back_transaction(&mut self, transaction: Transaction) -> Result<()> {
        self.end_checked(transaction, false)
    }

    fn end_checked(&mut self, transaction: Transaction, is_ok: bool) -> Result<()> {
        if self.end(transaction.0, is_ok) {
            return Ok(());
        }
        Err(Error::refused(
            "the transaction is not the innermost open one of this document; end those that began later first",
        ))
    }

    #[inline(never)]
    fn begin(&mut self) -> Begun {
        // Before the clock is looked at: where the transaction fails, a renewal that began with it never was.
        let (author, is_outermost) = (self.author.state(), self.rollback.is_none());
        self.renew_if_ahead_of(self.author.now());
        static TRANSACTIONS: AtomicUsize = AtomicUsize::new(0);
        let number = TRANSACTIONS.fetch_add(1, Ordering::Relaxed);
        let outer = self.rollback.replace(RollbackLog {
            number,
            steps: Vec::new(),
            last: self.author.last(),
            seen: self.own_last(),
            records: self.tree.records(self.author.me()),
            patches: self.patches.as_ref().map_or(0, Patches::len),
            edits: self.undo_recorder.as_ref().map_or(0, |undo_recorder| undo_recorder.open()),
        });
        self.tree.hold(true);
        Begun { number, outer, is_outermost, author }
    }

    /// Whether the transaction was the innermost open one of this document; if not, nothing happens.
    #[inline(never)]
    fn end(&mut self, begun: Begun, is_ok: bool) -> bool {
        let Some(rollback) = self.rollback.take_if(|log| log.number == begun.number) else { return false };
        if is_ok {
            self.commit(rollback, begun.outer);
        } else {
            self.roll_back(rollback);
            self.rollback = begun.outer;
            if begun.is_outermost {
                self.author.reset(begun.author);
            }
        }
        self.tree.hold(self.rollback.is_some());
        true
    }

    /// Keeps what was done; within another transaction it can still be taken back with that one.
    fn commit(&mut self, rollback: RollbackLog, outer: Option<RollbackLog>) {
        // An inner transaction that is done may still be taken back with the outer one, which needs its steps.
        if let Some(mut outer) = outer {
            outer.steps.extend(rollback.steps);
            self.rollback = Some(outer);
            return;
        }
        for step in rollback.steps {
            // Nobody goes back to these positions any more.
            if let RollbackStep::Deleted { at, moves, .. } | RollbackStep::Moved { at, moves, .. } = &step {
                self.tree.bunches_mut(at.list).release_all(moves);
            }
            if let RollbackStep::Entry { old, .. }
            | RollbackStep::Value { old, .. }
            | RollbackStep::Deleted { old, .. } = &step
            {
                let now = self.now_at(&step);
                self.tree.drop_lost(old, &now);
            }
        }
        self.close_edits();
        self.tree.hold(false);
        self.tree.sweep();
    }

    /// What stands now where a step wrote an entry: part of what it replaced may stand there still.
    fn now_at(&self, step: &RollbackStep) -> Register {
        let RollbackStep::Entry { map, key, .. } = step else { return Register::VACANT };
        let map = self.tree.map(*map);
        let found = map.find(key).and_then(|slot| map.register(slot));
        found.cloned().unwrap_or(Register::VACANT)
    }

    fn roll_back(&mut self, rollback: RollbackLog) {
        // From the last to the first: each step finds what it left, in the slots where it left it.
        for step in rollback.steps.into_iter().rev() {
            self.reverse(step);
        }
        // Own writes are the last in the own journal, and nobody else's came: inside a transaction nothing merges.
        self.tree.roll_back_records(self.author.me(), rollback.records);
        if let Some(patches) = &mut self.patches {
            patches.truncate(rollback.patches);
        }
        if let Some(undo_recorder) = &mut self.undo_recorder {
            undo_recorder.truncate(rollback.edits);
        }
        self.author.reset_last(rollback.last);
        let me = self.author.me();
        let others = self.seen.iter().filter(|dot| dot.client != me);
        let own = Dot { stamp: rollback.seen, client: me };
        self.seen = others.chain((rollback.seen > Stamp::ZERO).then_some(own)).collect::<VersionVector>();
    }

    fn reverse(&mut self, step: RollbackStep) {
        let (tree, clients) = (&mut self.tree, &self.clients);
        match step {
            RollbackStep::Entry { map, key, old } => tree.restore_entry(map, &key, old, clients),
            RollbackStep::Value { at, old } => tree.restore_value(at, old),
            RollbackStep::Inserted { at } => tree.remove_inserted(at, clients),
            RollbackStep::Deleted { at, old, moves } => tree.revive(at, old, &moves, clients),
            RollbackStep::Moved { at, moves } => tree.move_back(at, &moves, clients),
        }
    }
}
