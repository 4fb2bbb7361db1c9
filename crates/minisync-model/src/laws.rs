//! What must hold in every world that can be reached, and what must be reachable, so that the former is not
//! true for lack of anything happening. Knows the history, which no copy does.

use stateright::{Model, Property};

use crate::{
    changes::Changes,
    document::{Key, List, Register, Value},
    history::History,
    merge::MissingChanges,
    replica::Replica,
    version::Version,
    world::{Nature, Step, World},
};

impl Model for Nature {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![self.beginning()]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        self.steps(world, steps);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        self.after(world, step)
    }

    fn properties(&self) -> Vec<Property<Nature>> {
        let mut laws = vec![
            Property::always("a copy is what its version and horizon say", copies_are_right),
            Property::always("equal versions and horizons mean equal copies", equals_are_equal),
            Property::always("anyone can merge from anyone's full message", full_messages_merge),
            Property::always("a delta says what a full message says", deltas_say_all),
            Property::always("merging is commutative, associative and idempotent", merging_is_a_join),
            Property::always("once all have met all, all are equal", meeting_converges),
            Property::sometimes("siblings stand side by side", siblings_meet),
            Property::sometimes("a stale copy has something dead that was forgotten", stale_copies_meet),
            Property::sometimes("an unseen write meets a forgotten deletion", unseen_writes_meet),
        ];
        if self.bounds.list {
            let moved =
                "an element has a new value and a new position, by two who did not know of each other";
            laws.push(Property::sometimes(moved, edited_elements_move));
        }
        laws
    }
}

/// Whether a copy is what the history demands of its version and horizon.
fn is_right(history: &History, copy: &Replica) -> bool {
    let Replica { version, horizon, document } = copy;
    history.is_closed(version)
        && document.check(version, horizon).is_ok()
        && *document == history.document(version, horizon)
}

fn copies_are_right(nature: &Nature, world: &World) -> bool {
    world.copies().all(|copy| nature.is_right(1, &[copy], || is_right(world.history(), copy.replica())))
}

fn equals_are_equal(_: &Nature, world: &World) -> bool {
    pairs(world).all(|(one, other)| {
        (one.version, one.horizon) != (other.version, other.horizon) || one.document == other.document
    })
}

fn full_messages_merge(nature: &Nature, world: &World) -> bool {
    all_pairs(2, nature, world, |one, other| {
        let merged = joined(nature, one, other);
        merged.version == one.version.joined(&other.version)
            && merged.horizon == one.horizon.joined(&other.horizon)
            && is_right(world.history(), &merged)
    })
}

/// For every base that there could be, not only those that someone ever had. A delta that is meant for others
/// may be refused, but not by one who contains its base.
fn deltas_say_all(nature: &Nature, world: &World) -> bool {
    all_pairs(3, nature, world, |sender, receiver| {
        let full = joined(nature, receiver, sender);
        let all = sender.version.joined(&receiver.version);
        Version::between(&Version::default(), &all).into_iter().all(|base| {
            let delta = Changes::since(sender, base, nature.rules);
            match receiver.merged(&delta, nature.rules) {
                Ok(merged) => merged == full,
                Err(MissingChanges) => !receiver.version.contains_all(&base),
            }
        })
    })
}

fn merging_is_a_join(nature: &Nature, world: &World) -> bool {
    let are_commutative = all_pairs(4, nature, world, |one, other| {
        let both = joined(nature, one, other);
        both == joined(nature, other, one)
            && both == joined(nature, &both, other)
            && *one == joined(nature, one, one)
    });
    let copies: Vec<&Replica> = world.replicas().collect();
    are_commutative
        && copies.windows(3).all(|three| {
            let left = joined(nature, &joined(nature, three[0], three[1]), three[2]);
            left == joined(nature, three[0], &joined(nature, three[1], three[2]))
        })
}

/// Each hands its changes to each in turn: a delta for what the other has, as good as the rules allow. The first
/// one gets all that there is, and the others get it from there.
fn meeting_converges(nature: &Nature, world: &World) -> bool {
    let mut copies: Vec<Replica> = world.replicas().cloned().collect();
    for to in 0..copies.len() {
        for from in 0..copies.len() {
            let changes = Changes::since(&copies[from], copies[to].version, nature.rules);
            match copies[to].merged(&changes, nature.rules) {
                Ok(merged) => copies[to] = merged,
                Err(MissingChanges) => return false,
            }
        }
    }
    copies.iter().all(|copy| *copy == copies[0])
}

fn siblings_meet(_: &Nature, world: &World) -> bool {
    world.replicas().any(|copy| {
        let list = copy.document.list.alive.values();
        let registers = copy.document.map.registers().into_iter().chain(list.map(|element| &element.value));
        registers.into_iter().any(|register| register.len() > 1)
    })
}

/// What one still has alive, and the other saw die, and forgot.
fn stale_copies_meet(_: &Nature, world: &World) -> bool {
    pairs(world).any(|(stale, purged)| {
        let list = stale.document.list.alive.keys();
        let forgotten = list.into_iter().any(|id| {
            let List { alive, dead } = &purged.document.list;
            purged.version.contains(*id) && !alive.contains_key(id) && !dead.contains_key(id)
        });
        let keys = stale.document.map.entries.keys();
        forgotten || keys.into_iter().any(|key| is_forgotten(stale, purged, *key, false))
    })
}

fn unseen_writes_meet(_: &Nature, world: &World) -> bool {
    pairs(world).any(|(writer, purged)| {
        let keys = writer.document.map.entries.keys();
        keys.into_iter().any(|key| is_forgotten(writer, purged, *key, true))
    })
}

/// Whether one has nothing and remembers nothing under a key where the other has something, that it has seen,
/// or not.
fn is_forgotten(stale: &Replica, purged: &Replica, key: Key, is_unseen: bool) -> bool {
    let register = stale.document.map.entries.get(&key);
    let mut living = register.into_iter().flatten().filter(|(_, value)| **value != Value::Tombstone);
    let is_purged = !purged.document.map.entries.contains_key(&key) && purged.horizon != Version::default();
    is_purged && living.any(|(dot, _)| purged.version.contains(*dot) != is_unseen)
}

fn edited_elements_move(_: &Nature, world: &World) -> bool {
    world.replicas().any(|copy| {
        copy.document.list.alive.iter().any(|(id, element)| {
            let last = |register: &Register| register.keys().next_back().copied().filter(|dot| dot != id);
            let (Some(value), Some(position)) = (last(&element.value), last(&element.position)) else {
                return false;
            };
            let writes = &world.history().writes;
            !writes[&value].seen.contains(position) && !writes[&position].seen.contains(value)
        })
    })
}

/// What a copy becomes by another's full message.
fn joined(nature: &Nature, to: &Replica, from: &Replica) -> Replica {
    match to.merged(&Changes::full(from, nature.rules), nature.rules) {
        Ok(merged) => merged,
        Err(MissingChanges) => to.clone(),
    }
}

/// Whether something holds for all pairs, what is in the post included. Each is judged once, in whatever worlds
/// it comes.
fn all_pairs(law: u64, nature: &Nature, world: &World, holds: impl Fn(&Replica, &Replica) -> bool) -> bool {
    let others = |place| world.copies().enumerate().filter(move |(other, _)| *other != place);
    world.copies().chain(world.letter()).enumerate().all(|(place, one)| {
        others(place)
            .all(|(_, other)| nature.is_right(law, &[one, other], || holds(one.replica(), other.replica())))
    })
}

/// All pairs of two different clients' copies, in both orders.
fn pairs(world: &World) -> impl Iterator<Item = (&Replica, &Replica)> {
    let others = |place| world.replicas().enumerate().filter(move |(other, _)| *other != place);
    let all = world.replicas().enumerate();
    all.flat_map(move |(place, one)| others(place).map(move |(_, other)| (one, other)))
}
