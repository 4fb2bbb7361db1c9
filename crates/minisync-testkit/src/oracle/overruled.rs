//! Which writes are overruled: nobody who knew of them replaced or deleted anything around them, and still they are
//! nowhere to be read. Merges nothing.

use std::collections::HashMap;

use super::{ContainerId, Effect, Node, Op, OpId, Oracle, Register, Seen};

/// Which write made which container.
pub struct Makers(HashMap<ContainerId, OpId>);

impl Oracle {
    /// For [`Oracle::is_overruled`].
    pub fn makers(&self) -> Makers {
        let made = (0..self.ops.len()).filter_map(|op| match self.node(op)? {
            Node::Container(container) => Some((*container, op)),
            Node::Scalar(_) => None,
        });
        Makers(made.collect())
    }

    /// Every write of a value that someone has seen who has seen this.
    pub fn values_seen(&self, seen: &Seen) -> Vec<OpId> {
        (0..self.ops.len()).filter(|op| self.node(*op).is_some() && seen.has(&self.ops[*op])).collect()
    }

    /// The writes that a write is in, itself first. None where something around it cannot be told.
    pub fn around(&self, write: OpId, makers: &Makers, seen: &Seen) -> Option<Vec<OpId>> {
        let mut all = vec![write];
        let mut at = write;
        loop {
            let Effect::Write { register, .. } = &self.ops[at].effect else { return None };
            let container = match register {
                Register::Entry(map, _) => *map,
                Register::Element(element) => self.elements[*element].list,
            };
            if self.is_tainted(container, seen) {
                return None;
            }
            match makers.0.get(&container) {
                Some(maker) => at = *maker,
                None => return Some(all),
            }
            all.push(at);
        }
    }

    /// Whether a write is overruled, for someone who has seen this and it: `around` is what it is in.
    pub fn is_overruled(&self, around: &[OpId], seen: &Seen) -> bool {
        self.seems_overruled(around, seen, seen)
    }

    /// The same for someone who had only `heard` of so much: what replaced or deleted this one knowingly may itself have
    /// been lost with a deletion around it before it was heard of, and then this one seems to be overruled.
    pub fn seems_overruled(&self, around: &[OpId], seen: &Seen, heard: &Seen) -> bool {
        let Some(target) = around.first().map(|write| &self.ops[*write]) else { return false };
        let mut is_gone = false;
        for (depth, write) in around.iter().enumerate() {
            for killer in self.killers(*write, seen) {
                let is_deletion = matches!(killer.effect, Effect::Delete { .. });
                let is_replacement = killer.context.has(&self.ops[*write]);
                let is_lost = || around[depth + 1..].iter().any(|above| self.is_gone(*above, seen));
                let is_known = heard.has(killer) || (is_deletion && !is_lost());
                if killer.context.has(target) && (is_deletion || is_replacement) && is_known {
                    return false;
                }
                is_gone |= is_deletion || (depth > 0 && is_replacement);
            }
        }
        is_gone
    }

    /// What came after a write in its register, or deleted its element.
    fn killers<'a>(&'a self, write: OpId, seen: &'a Seen) -> impl Iterator<Item = &'a Op> {
        let (later, deaths) = match &self.ops[write].effect {
            Effect::Write { register, .. } => {
                let deaths = match register {
                    Register::Element(element) => self.elements[*element].deaths.as_slice(),
                    Register::Entry(..) => &[],
                };
                (self.writes(register), deaths)
            }
            _ => (&[][..], &[][..]),
        };
        later.iter().chain(deaths).map(|killer| &self.ops[*killer]).filter(|killer| seen.has(killer))
    }

    fn is_gone(&self, write: OpId, seen: &Seen) -> bool {
        self.killers(write, seen).any(|killer| {
            matches!(killer.effect, Effect::Delete { .. }) || killer.context.has(&self.ops[write])
        })
    }
}
