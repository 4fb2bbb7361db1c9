//! What one write did to one register, as the oracle logs it. Knows no replica and no document.

use std::rc::Rc;

use serde_json::Value;

/// The name of a write. Dots order by stamp, then by the writer's client id, which only the oracle knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dot {
    /// In microseconds.
    pub stamp: u64,
    /// The writer's place in the oracle's list of writers.
    pub writer: usize,
}

/// An operation's place in the log.
pub type OpId = usize;
/// A container's place in the oracle's list; 0 is the root.
pub type ContainerId = usize;
/// Containers that several clients created in one place without knowing of each other, and that read as one:
/// maps with the latest first, lists with the oldest first. Nearly always a single one.
pub type Group = Vec<ContainerId>;
/// A list element's place in the oracle's list.
pub type ElementId = usize;

/// Which operations someone has seen: of each writer, a first stretch of what it wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<Stretch>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stretch {
    operations: usize,
    stamp: u64,
}

impl Seen {
    /// Whether the operation was seen.
    pub fn has(&self, op: &Op) -> bool {
        self.0.get(op.dot.writer).is_some_and(|stretch| op.sequence < stretch.operations)
    }

    /// Takes in all that `other` has seen.
    pub fn join(&mut self, other: &Seen) {
        self.0.resize(self.0.len().max(other.0.len()), Stretch::default());
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            own.operations = own.operations.max(other.operations);
            own.stamp = own.stamp.max(other.stamp);
        }
    }

    /// Whether all that `other` has seen was seen here too.
    pub fn covers(&self, other: &Seen) -> bool {
        (0..other.0.len()).all(|writer| !self.lacks(other, writer))
    }

    /// Whether anything of this writer's is in `other` and not here.
    pub fn lacks(&self, other: &Seen, writer: usize) -> bool {
        other.operations(writer) > self.operations(writer)
    }

    /// The highest stamp of each writer of whom anything was seen.
    pub fn stamps(&self) -> impl Iterator<Item = (usize, u64)> {
        self.0.iter().map(|stretch| stretch.stamp).enumerate().filter(|(_, stamp)| *stamp > 0)
    }

    /// The highest stamp of a writer that was seen; 0 if none was.
    pub fn stamp(&self, writer: usize) -> u64 {
        self.0.get(writer).map_or(0, |stretch| stretch.stamp)
    }

    /// How many operations of this writer were seen.
    pub(super) fn operations(&self, writer: usize) -> usize {
        self.0.get(writer).map_or(0, |stretch| stretch.operations)
    }

    /// One more operation of this writer.
    pub(super) fn add_operation(&mut self, writer: usize) {
        self.stretch(writer).operations += 1;
    }

    /// The writer has reached this stamp.
    pub fn raise(&mut self, writer: usize, stamp: u64) {
        let stretch = self.stretch(writer);
        stretch.stamp = stretch.stamp.max(stamp);
    }

    fn stretch(&mut self, writer: usize) -> &mut Stretch {
        if self.0.len() <= writer {
            self.0.resize(writer + 1, Stretch::default());
        }
        &mut self.0[writer]
    }
}

/// One logged operation.
#[derive(Debug, Clone)]
pub struct Op {
    /// The write's name. For deletions and uncertain moves only the writer counts.
    pub dot: Dot,
    /// How many operations its writer had logged before.
    pub sequence: usize,
    /// What its writer had seen before.
    pub context: Rc<Seen>,
    /// What it did.
    pub effect: Effect,
}

/// What an operation did.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Wrote a map entry or a list element's value; `None` is a deletion (of a map entry).
    Write {
        /// Which register.
        register: Register,
        /// What was written.
        node: Option<Node>,
        /// Where the key was born: an earlier write, or this one.
        born: Dot,
    },
    /// Wrote a list element's position. Where it is not `certain`, perhaps it did not.
    Place {
        /// Which element.
        element: ElementId,
        /// Whether this was written for sure.
        certain: bool,
    },
    /// Deleted a list element.
    Delete {
        /// Which element.
        element: ElementId,
    },
    /// Did something to a list that cannot be told from outside.
    Taint {
        /// Which list.
        list: ContainerId,
    },
    /// Wrote something somewhere below a list that cannot be told about.
    Unknown,
}

/// The address of a value register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Register {
    /// The entry of a map.
    Entry(ContainerId, String),
    /// The value of a list element.
    Element(ElementId),
}

/// What a register can hold.
#[derive(Debug, Clone)]
pub enum Node {
    /// Null, a truth value, a number or a text.
    Scalar(Value),
    /// A map or a list.
    Container(ContainerId),
}
