//! A fuse: after so many effects, the process that holds it is dead. Knows no effect.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the disk and the stores of one device; counts their effects in one row.
#[derive(Debug, Clone)]
pub struct Fuse(Arc<Mutex<Row>>);

#[derive(Debug)]
struct Row {
    effects: Vec<String>,
    /// How many effects still go through; None for all.
    left: Option<usize>,
    halfway: bool,
    is_dead: bool,
}

/// What becomes of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It happens.
    Whole,
    /// Half of it happens, and then the process dies.
    Half,
    /// It does not happen: the process dies before it, or is dead.
    Dead,
}

impl Fuse {
    /// One that never burns through; it only counts.
    pub fn endless() -> Fuse {
        Fuse::new(None, false)
    }

    /// One that burns through after `effects`; the next one happens half if `halfway`.
    pub fn after(effects: usize, halfway: bool) -> Fuse {
        Fuse::new(Some(effects), halfway)
    }

    /// To be asked before each effect.
    pub fn burn(&self, effect: impl Into<String>) -> Cut {
        let mut row = self.lock();
        if row.is_dead {
            return Cut::Dead;
        }
        match row.left {
            Some(0) => {
                row.is_dead = true;
                if row.halfway { Cut::Half } else { Cut::Dead }
            }
            left => {
                row.left = left.map(|left| left - 1);
                row.effects.push(effect.into());
                Cut::Whole
            }
        }
    }

    /// Whether the process is dead; then it cannot read either.
    pub fn is_dead(&self) -> bool {
        self.lock().is_dead
    }

    /// What happened, in order.
    pub fn effects(&self) -> Vec<String> {
        self.lock().effects.clone()
    }

    fn new(left: Option<usize>, halfway: bool) -> Fuse {
        let row = Row { effects: Vec::new(), left, halfway, is_dead: false };
        Fuse(Arc::new(Mutex::new(row)))
    }

    fn lock(&self) -> MutexGuard<'_, Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
