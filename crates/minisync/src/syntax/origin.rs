//! Where the elements of a new array come from in an old one. Must not know how arrays are aligned.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::Node;
use crate::address::align::{self, Step};

/// Where an element of a new array comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is the old element at this index, in order with the others that were kept; perhaps edited.
    Kept(usize),
    /// It is the old element at this index, at another place now; perhaps edited.
    Moved(usize),
    /// There was none.
    New,
}

impl Node<'_> {
    /// For each element of the array `new`, where it comes from in this one, by the rules of
    /// [`Document::update`](crate::Document::update): a file's text and its document agree on what moved and
    /// what was edited. No old element is the origin of two.
    ///
    /// ```
    /// use minisync::syntax::{Origin, Tree};
    /// let old = Tree::parse(r#"[{"id": 1}, {"id": 2, "done": false}]"#)?;
    /// let new = Tree::parse(r#"[{"id": 2, "done": true}, {"id": 3}]"#)?;
    /// assert_eq!(old.root().origins(new.root()), [Origin::Kept(1), Origin::New]);
    /// # Ok::<(), minisync::syntax::SyntaxError>(())
    /// ```
    pub fn origins(self, new: Node<'_>) -> Vec<Origin> {
        let olds: Vec<(Node<'_>, String)> =
            self.children().map(|element| (element, element.to_canonical())).collect();
        let by_hash: HashMap<u64, usize> =
            olds.iter().enumerate().map(|(index, (element, _))| (element.span().hash, index)).collect();
        // Equal texts are equal elements there. So what means the same has to be spelled the same: `1.0` and `1`.
        let spell = |element: Node<'_>| -> Cow<'_, str> {
            let same = by_hash.get(&element.span().hash).map(|index| &olds[*index]);
            match same.filter(|(old, _)| old.means_same(element)) {
                Some((_, text)) => Cow::Borrowed(text),
                None => Cow::Owned(element.to_canonical()),
            }
        };
        let (old, new): (Vec<_>, Vec<_>) =
            (olds.iter().map(|(old, _)| spell(*old)).collect(), new.children().map(spell).collect());
        let old: Vec<&str> = old.iter().map(AsRef::as_ref).collect();
        let new: Vec<&str> = new.iter().map(AsRef::as_ref).collect();
        let plan = align::plan_texts(&old, &new);
        let mut moved = plan.moved.iter().peekable();
        let origin = |(index, step): (usize, &Step)| match step {
            Step::Keep { old, .. } if moved.next_if(|moved| **moved == index).is_some() => {
                Origin::Moved(*old)
            }
            Step::Keep { old, .. } => Origin::Kept(*old),
            Step::Insert => Origin::New,
        };
        plan.steps.iter().enumerate().map(origin).collect()
    }
}
