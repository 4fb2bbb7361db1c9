//! What a merge says that it overruled, against the oracle: nothing that is lost beside a deletion is absent without a
//! word, nothing else is told, and nothing twice.

use minisync::Overruled;
use serde_json::Value;

use super::{Checked, World, ensure};
use crate::oracle::{Node, OpId, Seen};

impl World<'_> {
    /// A client that had seen `before` has merged what someone sent who has seen `sender`; this is what it was told.
    pub(super) fn check_overruled(
        &mut self,
        client: usize,
        before: &Seen,
        sender: &Seen,
        told: &[Overruled],
    ) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else { return Ok(()) };
        let oracle = &self.oracle;
        let (after, makers) = (&peer.author.seen, oracle.makers());
        let mut named: Vec<OpId> = Vec::new();
        for lost in told {
            let writes = oracle.writes_at(&lost.client, lost.stamp.as_micros(), after);
            named.extend(&writes);
            // Copies of a client may have written at the same time: it is not said which of them this is.
            let is_clear = !self.shared.contains(&lost.client);
            let Some(write) = writes.first().copied().filter(|_| is_clear) else { continue };
            let Some(around) = oracle.around(write, &makers, after) else { continue };
            // A deletion that knew of it may have been forgotten, and then it seems to be.
            let may_be = self.is_forgetful || oracle.seems_overruled(&around, after, before);
            ensure(may_be, "overruled", || {
                format!("c{client} was told that {lost:?} is overruled, and it is not")
            })?;
            let value: Value = serde_json::from_str(&lost.value).unwrap_or_default();
            ensure(is_same(oracle.node(write), &value), "overruled", || {
                format!("c{client} was told of {lost:?}, but {:?} was written", oracle.node(write))
            })?;
            ensure(peer.told.insert((lost.client.clone(), lost.stamp)), "overruled", || {
                format!("c{client} was told twice of {lost:?}")
            })?;
        }
        for write in oracle.values_seen(after) {
            let Some(around) = oracle.around(write, &makers, after) else { continue };
            let op = oracle.op(write);
            let was_here = before.has(op) && !oracle.is_overruled(&around, before) && !sender.has(op);
            let came = !before.has(op) && sender.has(op) && !oracle.is_overruled(&around, sender);
            if !(was_here || came) || !oracle.is_overruled(&around, after) {
                continue;
            }
            ensure(around.iter().any(|above| named.contains(above)), "overruled", || {
                format!("c{client} was not told that {op:?} is overruled, but of {told:?}")
            })?;
        }
        Ok(())
    }
}

/// Of a container only that it is one: what is in it may have been written later.
fn is_same(node: Option<&Node>, value: &Value) -> bool {
    match node {
        Some(Node::Scalar(scalar)) => scalar == value,
        Some(Node::Container(_)) => value.is_array() || value.is_object(),
        None => false,
    }
}
