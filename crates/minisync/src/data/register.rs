//! Registers: the values that compete for one map entry or one list element. Knows no map, list or text.
//!
//! The key `title` was born when Alice wrote `"Trip"`. Then she and Bob wrote at the same time, neither having seen the
//! other's write. Both are siblings; the later one is what readers see, and the birth is what orders the key:
//!
//! ```text
//! alice 10  "Trip"            ──┬── alice 14  "Alps"     born alice 10, written alice 14
//! (overwritten, so it is gone)  └── bob 15    "Lakes"    born alice 10, written bob 15    <- visible
//! ```
//!
//! Who has seen both and writes leaves one sibling again. A deletion is a sibling without a value, a tombstone: it has to
//! be remembered, or the value that it removed would come back with the next message of who has not seen it.

use std::num::NonZeroU32;

use ecow::EcoString;

use crate::{
    base::sort::sort_by,
    names::{
        dot::{Dot, VersionVector},
        session::SessionIx,
        stamp::Stamp,
        writers::Writers,
    },
};

/// A container in the arena of one document (see `data/arena`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct NodeId(pub(crate) u32);

/// What one write put there.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Content {
    /// A primitive, or a container that nobody has touched since it was written: canonical JSON, in which
    /// each entry's dot follows from the write's by counting in pre-order, and each list element lies in
    /// the list's own bunch.
    Text(EcoString),
    /// A container in the arena.
    Node(NodeId),
    /// A deletion.
    Tombstone,
    /// In a message only: a container that the receiver has, or had.
    Known,
}

/// What sort of content it is, and the container's number: one word with a niche.
#[derive(Clone, Copy, PartialEq, Debug)]
struct PackedContent(NonZeroU32);

impl PackedContent {
    const TEXT: PackedContent = PackedContent(NonZeroU32::MIN);
    const TOMBSTONE: PackedContent = PackedContent(NonZeroU32::MIN.saturating_add(1));
    const KNOWN: PackedContent = PackedContent(NonZeroU32::MIN.saturating_add(2));
    const FIRST_NODE: u32 = 4;

    fn node(id: NodeId) -> PackedContent {
        PackedContent(NonZeroU32::MIN.saturating_add(id.0.saturating_add(PackedContent::FIRST_NODE - 1)))
    }
}

/// One write that nobody who saw it has overwritten: 32 bytes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Sibling {
    text: EcoString,
    stamp: Stamp,
    session: SessionIx,
    content: PackedContent,
}

/// A borrowed [`Content`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum ContentRef<'a> {
    Text(&'a EcoString),
    Node(NodeId),
    Tombstone,
    Known,
}

impl Sibling {
    pub(crate) fn new(dot: Dot, content: Content) -> Sibling {
        let (content, text) = match content {
            Content::Text(text) => (PackedContent::TEXT, text),
            Content::Node(id) => (PackedContent::node(id), EcoString::new()),
            Content::Tombstone => (PackedContent::TOMBSTONE, EcoString::new()),
            Content::Known => (PackedContent::KNOWN, EcoString::new()),
        };
        Sibling { text, stamp: dot.stamp, session: dot.session, content }
    }

    pub(crate) fn dot(&self) -> Dot {
        Dot { stamp: self.stamp, session: self.session }
    }

    pub(crate) fn content(&self) -> ContentRef<'_> {
        match self.content {
            PackedContent::TEXT => ContentRef::Text(&self.text),
            PackedContent::TOMBSTONE => ContentRef::Tombstone,
            PackedContent::KNOWN => ContentRef::Known,
            PackedContent(number) => ContentRef::Node(NodeId(number.get() - PackedContent::FIRST_NODE)),
        }
    }

    pub(crate) fn set_node(&mut self, id: NodeId) {
        self.content = PackedContent::node(id);
        self.text = EcoString::new();
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.content != PackedContent::TOMBSTONE
    }

    pub(crate) fn node(&self) -> Option<NodeId> {
        match self.content() {
            ContentRef::Node(id) => Some(id),
            _ => None,
        }
    }
}

/// A sibling, and the dot at which its key or element was born.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Born {
    pub(crate) sibling: Sibling,
    pub(crate) born: Dot,
}

impl Born {
    pub(crate) fn new(born: Dot, dot: Dot, content: Content) -> Born {
        Born { sibling: Sibling::new(dot, content), born }
    }

    pub(crate) fn dot(&self) -> Dot {
        self.sibling.dot()
    }
}

/// A set of siblings; nearly always one, born with its own dot, and then it takes 32 bytes.
///
/// Invariant: never empty, and no dot twice (a vacant slot in a container holds [`Register::VACANT`]); several
/// siblings lie in the order of [`Dot::by_session`], so that one among a million is found at once.
/// In a list every sibling is born with the element, so the birth is the element's id.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Register {
    Plain(Sibling),
    #[expect(clippy::box_collection, reason = "a bare Vec would make every register 8 bytes larger")]
    Full(Box<Vec<Born>>),
}

impl Register {
    /// No register: an unused slot of a container.
    pub(crate) const VACANT: Register = Register::Plain(Sibling {
        text: EcoString::new(),
        stamp: Stamp::ZERO,
        session: SessionIx::NONE,
        content: PackedContent::TOMBSTONE,
    });

    pub(crate) fn new(dot: Dot, content: Content) -> Register {
        Register::Plain(Sibling::new(dot, content))
    }

    pub(crate) fn born(born: Dot, dot: Dot, content: Content) -> Register {
        Register::from_siblings(vec![Born::new(born, dot, content)])
    }

    /// The shortest form for these siblings; vacant if there are none.
    pub(crate) fn from_siblings(mut siblings: Vec<Born>) -> Register {
        match siblings.as_slice() {
            [] => Register::VACANT,
            [only] if only.born == only.dot() => match siblings.pop() {
                Some(only) => Register::Plain(only.sibling),
                None => Register::VACANT,
            },
            _ => {
                sort_by(&mut siblings, |a, b| a.dot().by_session().cmp(&b.dot().by_session()));
                // A message that names a dot twice is refused, but only once all of it was read (`check_dots`).
                Register::Full(Box::new(siblings))
            }
        }
    }

    pub(crate) fn into_siblings(self) -> Vec<Born> {
        match self {
            vacant if vacant.is_vacant() => Vec::new(),
            Register::Plain(sibling) => vec![Born { born: sibling.dot(), sibling }],
            Register::Full(siblings) => *siblings,
        }
    }

    pub(crate) fn is_vacant(&self) -> bool {
        matches!(self, Register::Plain(sibling) if sibling.session == SessionIx::NONE)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Register::Plain(_) => usize::from(!self.is_vacant()),
            Register::Full(siblings) => siblings.len(),
        }
    }

    /// Every sibling with its birth.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Sibling, Dot)> {
        let (plain, full) = match self {
            Register::Plain(sibling) => {
                ((!self.is_vacant()).then_some((sibling, sibling.dot())), [].as_slice())
            }
            Register::Full(siblings) => (None, siblings.as_slice()),
        };
        plain.into_iter().chain(full.iter().map(|born| (&born.sibling, born.born)))
    }

    pub(crate) fn siblings(&self) -> impl Iterator<Item = &Sibling> {
        self.iter().map(|(sibling, _)| sibling)
    }

    pub(crate) fn find(&self, dot: Dot) -> Option<&Sibling> {
        let at = self.position(dot)?;
        match self {
            Register::Plain(sibling) => Some(sibling),
            Register::Full(siblings) => siblings.get(at).map(|born| &born.sibling),
        }
    }

    pub(crate) fn find_mut(&mut self, dot: Dot) -> Option<&mut Sibling> {
        let at = self.position(dot)?;
        match self {
            Register::Plain(sibling) => Some(sibling),
            Register::Full(siblings) => siblings.get_mut(at).map(|born| &mut born.sibling),
        }
    }

    fn position(&self, dot: Dot) -> Option<usize> {
        match self {
            Register::Plain(sibling) => (sibling.dot() == dot && !self.is_vacant()).then_some(0),
            Register::Full(siblings) => {
                siblings.binary_search_by_key(&dot.by_session(), |born| born.dot().by_session()).ok()
            }
        }
    }

    /// The text of the only sibling, if it is text: the usual case.
    #[inline]
    pub(crate) fn plain_text(&self) -> Option<&str> {
        let Register::Plain(only) = self else { return None };
        if let ContentRef::Text(text) = only.content() { Some(text) } else { None }
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.siblings().any(Sibling::is_alive)
    }

    /// Where the entry stands among its neighbours: the lowest birth of what is alive; of what is deleted,
    /// the lowest dot.
    pub(crate) fn birth(&self, writers: &Writers) -> Dot {
        match self {
            Register::Plain(sibling) => sibling.dot(),
            Register::Full(siblings) => {
                let alive = siblings.iter().filter(|born| born.sibling.is_alive()).map(|born| born.born);
                let lowest = alive.min_by(|a, b| writers.compare(*a, *b));
                let dots = siblings.iter().map(Born::dot);
                lowest.or_else(|| dots.min_by(|a, b| writers.compare(*a, *b))).unwrap_or(Dot::ROOT)
            }
        }
    }

    /// A list element's id: what all its siblings were born with.
    pub(crate) fn element(&self) -> Dot {
        self.iter().next().map_or(Dot::ROOT, |(_, born)| born)
    }

    /// Siblings with the latest first.
    pub(crate) fn sorted(&self, writers: &Writers) -> Vec<(&Sibling, Dot)> {
        let mut siblings: Vec<_> = self.iter().collect();
        sort_by(&mut siblings, |(a, _), (b, _)| writers.compare(b.dot(), a.dot()));
        siblings
    }
}

/// What is left of two sets of dots after a merge: after *An Optimized Conflict-free Replicated Set*
/// (Bieniusa et al., 2012). A dot that only one side holds stays unless the other side has seen it, and so
/// seen it overwritten.
///
/// Both lie in the order of [`Dot::by_session`], and so does the result.
pub(crate) fn survivors<T>(
    mine: Vec<T>,
    theirs: Vec<T>,
    dot: impl Fn(&T) -> Dot,
    my_version: &VersionVector,
    their_version: &VersionVector,
) -> Vec<T> {
    // Two sorted sequences, side by side. Of a dot on both sides one copy stays. A dot on one side only was either never
    // seen by the other, so it is new there and stays; or it was seen and is not there, so it was overwritten and goes.
    let mut left = Vec::with_capacity(mine.len());
    let mut theirs = theirs.into_iter().peekable();
    let mut mine = mine.into_iter().peekable();
    loop {
        let at = mine.peek().map(|mine| dot(mine).by_session());
        match theirs.next_if(|theirs| at.is_none_or(|at| dot(theirs).by_session() <= at)) {
            Some(theirs) if Some(dot(&theirs).by_session()) == at => left.extend(mine.next()),
            Some(theirs) if my_version.contains(dot(&theirs)) => {}
            Some(theirs) => left.push(theirs),
            None => match mine.next() {
                Some(mine) if their_version.contains(dot(&mine)) => {}
                Some(mine) => left.push(mine),
                None => return left,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_register_with_one_sibling_takes_32_bytes() {
        assert_eq!(size_of::<Sibling>(), 32);
        assert_eq!(size_of::<Register>(), 32);
    }

    const REPLICAS: usize = 4;

    /// One register at one replica: the siblings, and what was seen.
    #[derive(Clone, Debug, Default)]
    struct Replica {
        siblings: Vec<Dot>,
        seen: VersionVector,
    }

    /// A write, and what its writer had seen.
    type Write = (Dot, VersionVector);

    impl Replica {
        fn merged(&self, other: &Replica) -> Replica {
            let (mine, theirs) = (self.siblings.clone(), other.siblings.clone());
            let mut siblings = survivors(mine, theirs, |dot| *dot, &self.seen, &other.seen);
            siblings.sort_by_key(|dot| dot.by_session());
            let mut seen = self.seen.clone();
            seen.join(&other.seen);
            Replica { siblings, seen }
        }

        fn is(&self, other: &Replica) -> bool {
            self.siblings == other.siblings && self.seen == other.seen
        }
    }

    /// Replicas after some writes (`from` is `to`) and merges, and the log of all writes.
    fn replicas(steps: &[(usize, usize)]) -> (Vec<Replica>, Vec<Write>) {
        let (mut replicas, mut log) = (vec![Replica::default(); REPLICAS], Vec::new());
        for (stamp, (from, to)) in (1..).zip(steps) {
            if from != to {
                replicas[*to] = replicas[*to].merged(&replicas[*from]);
                continue;
            }
            let writer = &mut replicas[*to];
            let dot = Dot {
                stamp: Stamp::saturating(stamp),
                session: SessionIx::from_index(u32::try_from(*to).unwrap_or(0)),
            };
            log.push((dot, writer.seen.clone()));
            writer.seen.raise(dot);
            writer.siblings = vec![dot];
        }
        (replicas, log)
    }

    fn steps() -> impl Strategy<Value = Vec<(usize, usize)>> {
        vec(prop_oneof![(0..REPLICAS, 0..REPLICAS), (0..REPLICAS).prop_map(|at| (at, at))], 0..40)
    }

    proptest! {
        #[test]
        fn merging_siblings_is_commutative_associative_and_idempotent(steps in steps()) {
            let (replicas, _) = replicas(&steps);
            let [a, b, c, _] = replicas.as_slice() else { return Ok(()) };
            prop_assert!(a.merged(b).is(&b.merged(a)));
            prop_assert!(a.merged(b).merged(c).is(&a.merged(&b.merged(c))));
            prop_assert!(a.merged(a).is(a));
            prop_assert!(a.merged(b).merged(b).is(&a.merged(b)));
        }

        /// What survives is what was seen, and was not seen by the writer of anything else that was.
        #[test]
        fn only_what_was_overwritten_is_gone(steps in steps()) {
            let (replicas, log) = replicas(&steps);
            for replica in &replicas {
                let known: Vec<&Write> = log.iter().filter(|(dot, _)| replica.seen.contains(*dot)).collect();
                let stands = |dot: Dot| known.iter().all(|(_, context)| !context.contains(dot));
                let mut expected: Vec<Dot> =
                    known.iter().map(|(dot, _)| *dot).filter(|dot| stands(*dot)).collect();
                expected.sort_by_key(|dot| dot.by_session());
                prop_assert_eq!(&replica.siblings, &expected);
            }
        }
    }
}
