//! What a merge overruled: an edit that nobody replaced, beside a deletion that did not know of it. Plain data;
//! knows no document.

use ecow::EcoString;

use crate::{
    address::path::Path,
    names::{container_id::ContainerId, id::ClientId, stamp::Stamp},
};

/// A value that is nowhere to be read, though nobody who knew of it replaced it: the list element that it was in, or
/// a map or list above it, was deleted or replaced meanwhile. [`Patches::overruled`](crate::Patches::overruled) has
/// them; [`Document::restore_overruled`](crate::Document::restore_overruled) brings one back.
///
/// Where a whole map or list was written there, this is one for all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    /// Where it stood, or would stand: [`Overruled::home`]'s path at the time, and `within` from there on. None where
    /// this copy cannot know any more where that was.
    pub path: Option<Path>,
    /// The nearest map or list above it that was still there. Where that is not known, the one that is gone.
    pub home: ContainerId,
    /// The way from there to the value. It begins with the key, or with the index of the element that is gone: `-`,
    /// the place after the last, where that element was gone here before the edit came.
    pub within: Path,
    /// What was written, as JSON.
    pub value: String,
    /// The whole element that is gone, with this value in it, as JSON; none where it was no element, and where this
    /// copy no longer had it. Several edits within one element have the same.
    pub item: Option<EcoString>,
    /// Whether `within` begins with a list element that is gone, and not with something that is there and has
    /// another value now.
    pub is_item_gone: bool,
    /// Who wrote the value.
    pub client: ClientId,
    /// When, by the writer's clock.
    pub stamp: Stamp,
}
