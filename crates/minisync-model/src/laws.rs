//! What must hold in every world that can be reached, and what must be reachable, so that the former is not
//! true for lack of anything happening. Knows the history, which no copy does.

use stateright::{Model, Property};

use crate::{
    changes::Changes,
    document::{Key, List, Register, Value},
    dot::{Dot, Session},
    held::Held,
    history::History,
    message::{Message, MissingChanges},
    replica::Replica,
    rule::Rules,
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
        if self.bounds.forks > 0 {
            laws.push(Property::sometimes("a client has a branch", branches_meet));
        }
        if self.bounds.forks > 0 && self.bounds.operations > 4 {
            laws.push(Property::sometimes("a branch has a branch", branches_branch));
        }
        if self.bounds.boundaries.is_some() {
            let within = "a branch goes on from within what was taken as one";
            laws.push(Property::sometimes(within, branches_leave_what_is_one));
        }
        if self.bounds.list {
            let moved =
                "an element has a new value and a new position, by two who did not know of each other";
            laws.push(Property::sometimes(moved, edited_elements_move));
        }
        laws
    }
}

/// Whether a copy is what the history demands of what it has seen.
fn is_right(history: &History, copy: &Held) -> bool {
    let Replica { version, horizon, document, lineage } = copy.replica();
    let forgotten = copy.forgotten(history);
    let name = |dot: Dot| copy.name(dot, history);
    history.is_closed(copy.seen())
        && *version == copy.seen().iter().map(name).collect()
        && lineage.is_down(version)
        && lineage.is_down(horizon)
        && document.check(version, horizon).is_ok()
        && *document == history.document(copy.seen(), &forgotten).renamed(&name)
}

fn copies_are_right(nature: &Nature, world: &World) -> bool {
    world.copies().all(|copy| nature.is_right(1, &[copy], || is_right(world.history(), copy.held())))
}

/// Equal in what was seen, forgotten and taken as one: then also in what they tell, byte for byte.
fn equals_are_equal(nature: &Nature, world: &World) -> bool {
    pairs(world).all(|(one, other)| {
        let told = |copy: &Held| {
            let replica = copy.replica();
            Message::told(&Changes::full(replica, nature.rules), &replica.lineage, nature.rules)
        };
        let floors = |copy: &Held| copy.replica().lineage.floors.clone();
        let (mine, theirs) = (one.replica(), other.replica());
        (one.seen(), mine.horizon, floors(one)) != (other.seen(), theirs.horizon, floors(other))
            || mine == theirs && told(one) == told(other)
    })
}

fn full_messages_merge(nature: &Nature, world: &World) -> bool {
    all_pairs(2, nature, world, |one, other| {
        let Some(merged) = joined(nature, world, one, other) else { return true };
        let forgotten = |copy: &Held| copy.forgotten(world.history());
        *merged.seen() == one.seen().joined(other.seen())
            && forgotten(&merged).contains_all(&forgotten(one).joined(&forgotten(other)))
            && is_right(world.history(), &merged)
    })
}

/// For every base that there could be, not only those that someone ever had. A delta that is meant for others
/// may be refused, but not by one who contains its base; unless it lies in a session that this one has taken as one
/// with another.
fn deltas_say_all(nature: &Nature, world: &World) -> bool {
    all_pairs(3, nature, world, |sender, receiver| {
        let Some(full) = joined(nature, world, receiver, sender) else { return true };
        let Replica { version, lineage, .. } = sender.replica();
        let bases = version.all_within().into_iter().filter(|base| lineage.is_down(base));
        bases.into_iter().all(|base| {
            let lacks = |dot: Dot| {
                let known = receiver.taken_as(dot.session(), world.history()) == dot.session();
                !known || !receiver.replica().version.contains(dot)
            };
            match nature.merged(world.history(), receiver, sender, Some(base)) {
                None => true,
                Some(Ok(merged)) => merged == full,
                Some(Err(MissingChanges)) => base.iter().any(lacks),
            }
        })
    })
}

fn merging_is_a_join(nature: &Nature, world: &World) -> bool {
    let join = |one: &Held, other: &Held| joined(nature, world, one, other);
    let are_equal = |one: &Option<Held>, other: &Option<Held>| match (one, other) {
        (Some(one), Some(other)) => one.replica() == other.replica(),
        _ => true,
    };
    let are_commutative = all_pairs(4, nature, world, |one, other| {
        let both = join(one, other);
        are_equal(&both, &join(other, one))
            && are_equal(&both, &both.as_ref().and_then(|both| join(both, other)))
            && are_equal(&Some(one.clone()), &join(one, one))
    });
    let copies: Vec<&Held> = world.all_held().collect();
    are_commutative
        && copies.windows(3).all(|three| {
            let left = join(three[0], three[1]).and_then(|both| join(&both, three[2]));
            let right = join(three[1], three[2]).and_then(|both| join(three[0], &both));
            // How much was taken as one on the way may differ: that is a component of its own, and joined too.
            nature.bounds.boundaries.is_some() || are_equal(&left, &right)
        })
}

/// Each hands its changes to each in turn: a delta for what the other has, as good as the rules allow. The first
/// one gets all that there is, and the others get it from there.
fn meeting_converges(nature: &Nature, world: &World) -> bool {
    let mut copies: Vec<Held> = world.all_held().cloned().collect();
    for round in 0..2 * copies.len() {
        let to = round % copies.len();
        for from in 0..copies.len() {
            let (sender, receiver) = (copies[from].replica(), copies[to].replica());
            let shared = receiver
                .version
                .iter()
                .map(|dot| Dot::new(dot.stamp().min(sender.version.entry(dot.session())), dot.session()));
            let shared: Version = shared.collect();
            let base = sender.lineage.is_down(&shared).then_some(shared);
            match nature.merged(world.history(), &copies[to], &copies[from], base) {
                None => return true,
                Some(Ok(merged)) => copies[to] = merged,
                Some(Err(MissingChanges)) => return false,
            }
        }
    }
    copies.iter().all(|copy| copy.replica() == copies[0].replica())
}

fn branches_meet(_: &Nature, world: &World) -> bool {
    let rules = Rules::without(None);
    world
        .all_held()
        .map(Held::replica)
        .any(|copy| copy.lineage.lines(&copy.version, rules).iter().any(|line| !line.name.is_root()))
}

fn branches_branch(_: &Nature, world: &World) -> bool {
    let rules = Rules::without(None);
    world.all_held().map(Held::replica).any(|copy| {
        let lines = copy.lineage.lines(&copy.version, rules);
        let names: Vec<Session> = lines.iter().map(|line| line.name).filter(|name| !name.is_root()).collect();
        names.iter().any(|name| names.contains(&copy.lineage.parent(*name).session()))
    })
}

fn branches_leave_what_is_one(_: &Nature, world: &World) -> bool {
    let rules = Rules::without(None);
    world.all_held().map(Held::replica).any(|copy| {
        let lines = copy.lineage.lines(&copy.version, rules);
        let parents = lines.iter().map(|line| copy.lineage.parent(line.name));
        parents
            .into_iter()
            .any(|parent| parent.stamp() > 0 && parent.stamp() <= copy.lineage.floor(parent.session()))
    })
}

fn siblings_meet(_: &Nature, world: &World) -> bool {
    world.all_held().map(Held::replica).any(|copy| {
        let list = copy.document.list.alive.values();
        let registers = copy.document.map.registers().into_iter().chain(list.map(|element| &element.value));
        registers.into_iter().any(|register| register.len() > 1)
    })
}

/// What one still has alive, and the other saw die, and forgot.
fn stale_copies_meet(_: &Nature, world: &World) -> bool {
    pairs(world).any(|(stale, purged)| {
        let (stale, purged) = (stale.replica(), purged.replica());
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
        let (writer, purged) = (writer.replica(), purged.replica());
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
    world.all_held().map(Held::replica).any(|copy| {
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

/// What a copy becomes by another's full message; none if that promises nothing.
fn joined(nature: &Nature, world: &World, to: &Held, from: &Held) -> Option<Held> {
    match nature.merged(world.history(), to, from, None)? {
        Ok(merged) => Some(merged),
        Err(MissingChanges) => Some(to.clone()),
    }
}

/// Whether something holds for all pairs, what is in the post included. Each is judged once, in whatever worlds
/// it comes.
fn all_pairs(law: u64, nature: &Nature, world: &World, holds: impl Fn(&Held, &Held) -> bool) -> bool {
    let others = |place| world.copies().enumerate().filter(move |(other, _)| *other != place);
    world.copies().chain(world.letter()).enumerate().all(|(place, one)| {
        others(place)
            .all(|(_, other)| nature.is_right(law, &[one, other], || holds(one.held(), other.held())))
    })
}

/// All pairs of two different copies, in both orders.
fn pairs(world: &World) -> impl Iterator<Item = (&Held, &Held)> {
    let others = |place| world.all_held().enumerate().filter(move |(other, _)| *other != place);
    let all = world.all_held().enumerate();
    all.flat_map(move |(place, one)| others(place).map(move |(_, other)| (one, other)))
}
