//! Subscriptions: what changes in a document, by local edits as by merges, is kept as patches until somebody
//! takes them. Calls nobody back, and changes no content.

use crate::{
    address::{
        patch::{Change, Patches},
        path::Path,
    },
    data::{arena::Loc, register::NodeId},
    document::{
        Document, View,
        read::resolve::{Visibility, VisibleCounts},
    },
};

impl Document {
    /// From now on, patches are kept for [`Document::take_patches`]: of local edits, merges, undo and redo.
    ///
    /// For a user interface, or any other copy that is to follow the document: subscribe, copy the document once
    /// with [`Document::to_value`], and from then on apply what `take_patches` returns.
    ///
    /// ```
    /// use serde_json::json;
    /// let mut document = minisync::Document::new(json!({ "todo": ["milk"] }))?;
    /// document.subscribe();
    /// document.list("todo")?.push("eggs")?;
    /// document.set("title", "Saturday")?;
    /// let patches = document.take_patches();
    /// assert_eq!(
    ///     patches.to_json_patch(),
    ///     r#"[{"op":"add","path":"/todo/1","value":"eggs"},{"op":"add","path":"/title","value":"Saturday"}]"#
    /// );
    /// assert!(document.take_patches().is_empty());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn subscribe(&mut self) {
        self.patches.get_or_insert_default();
    }

    /// What changed since the last call, or since [`Document::subscribe`], in the order in which to apply it to a
    /// copy. Nothing without a subscription, and nothing inside a transaction, which may yet fail.
    pub fn take_patches(&mut self) -> Patches {
        if self.rollback.is_some() {
            return Patches::default();
        }
        self.patches.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Keeps the patch of a local edit in a container, whose path is handed in, if somebody wants it. Where the
    /// container is part of several that read as one, the patch says what these have become.
    pub(super) fn record_patch(
        &mut self,
        node: NodeId,
        patch: impl FnOnce(&Document, Path) -> Option<(Path, Change)>,
    ) {
        if self.patches.is_none() {
            return;
        }
        let change = match self.visibility(node, &mut VisibleCounts::default()) {
            Visibility::Path(path) => patch(self, path),
            Visibility::Union(loc) => self.union_patch(loc),
            Visibility::Hidden => None,
        };
        if let Some((patches, (path, change))) = self.patches.as_mut().zip(change) {
            patches.push(path, change);
        }
    }

    /// Keeps the patch of a value that was just written or deleted.
    pub(super) fn record_value_patch(&mut self, loc: Loc, was_there: bool) {
        self.record_patch(loc.node, |document, path| {
            let register = document.tree.register(loc)?;
            let value = View::of(document, register).map(|view| view.to_string());
            let here = path.segments().iter().cloned().chain([document.segment_of(loc)?]).collect();
            Some((here, Change::between(value, was_there)?))
        });
    }

    /// What stands now in a register whose containers read as one.
    pub(super) fn union_patch(&self, loc: Loc) -> Option<(Path, Change)> {
        let value = View::of(self, self.tree.register(loc)?)?.to_string();
        Some((self.path_of(loc)?, Change::Replace(value)))
    }
}
