//! All copies at one moment, what is in the post, and what can happen next. Knows nothing of what should
//! hold.

use std::{
    collections::HashSet,
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    bounds::Bounds,
    changes::Changes,
    dot::{Client, Dot, Session},
    held::Held,
    history::History,
    message::{Message, MissingChanges},
    renaming::{Fingerprint, Renaming, mixed},
    replica::{Edit, Replica},
    rule::{Rule, Rules},
    version::Version,
};

/// Something with its fingerprints under all renamings.
#[derive(Debug)]
pub(crate) struct Marked<T> {
    value: T,
    fingerprints: Box<[u64]>,
}

impl<T: Fingerprint> Marked<T> {
    fn new(value: T, renamings: &[Renaming]) -> Arc<Marked<T>> {
        let fingerprints = renamings.iter().map(|by| value.fingerprint(by)).collect();
        Arc::new(Marked { value, fingerprints })
    }
}

/// A copy together with its past: what it holds may not depend on more.
pub(crate) type Copy = Marked<Held>;

impl Copy {
    fn of(held: Held, history: &History, renamings: &[Renaming]) -> Arc<Copy> {
        let past = |by| mixed(history.fingerprint_within(&held.seen, by), held.fingerprint(by));
        let fingerprints = renamings.iter().map(past).collect();
        Arc::new(Marked { value: held, fingerprints })
    }

    pub(crate) fn held(&self) -> &Held {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Marked<T> {
    fn eq(&self, other: &Marked<T>) -> bool {
        self.value == other.value
    }
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    history: Arc<Marked<History>>,
    replicas: Vec<Arc<Copy>>,
    /// A message that can come at any time: the sender's copy as it was.
    letter: Option<Arc<Copy>>,
    fingerprint: u64,
}

impl PartialEq for World {
    fn eq(&self, other: &World) -> bool {
        (&self.history, &self.replicas, &self.letter) == (&other.history, &other.replicas, &other.letter)
    }
}

/// The lowest fingerprint among all renamings: worlds that differ in names only count as one.
impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.fingerprint);
    }
}

/// One of the copies, with its client, and how many others of this client there were before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    index: usize,
    client: Client,
    copy: usize,
}

/// What can happen. Messages are full ones: by the laws, a delta leads to where the full message leads, or is
/// refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A write of this name, in a session that goes on from a dot if it is new.
    Edit(Place, Edit, Dot, Option<Dot>),
    /// A copy forgets a deletion.
    Forget(Place, Dot),
    /// A message arrives at once.
    Send(Place, Place),
    /// A message is kept, in the place of what was kept.
    Post(Place),
    /// What is kept arrives.
    Deliver(Place),
    /// A copy is closed and opened again.
    Restart(Place),
    /// A copy is copied: a backup, or a second one that goes on beside it.
    Fork(Place),
    /// A copy takes a session as one with the one before.
    TakeAsOne(Place, Session),
}

/// The laws of a world: how far it goes, and by which rules.
#[derive(Debug)]
pub(crate) struct Nature {
    pub(crate) bounds: Bounds,
    pub(crate) rules: Rules,
    renamings: Vec<Renaming>,
    /// Fingerprints of copies, and of pairs of them, that were found to be right.
    judged: Mutex<HashSet<u64>>,
}

impl Nature {
    pub(crate) fn new(bounds: Bounds) -> Nature {
        let renamings = Renaming::all(bounds.clients);
        Nature { bounds, rules: Rules::without(bounds.without), renamings, judged: Mutex::default() }
    }

    pub(crate) fn beginning(&self) -> World {
        let elements = if self.bounds.list { self.bounds.elements } else { 0 };
        let (history, version) = History::genesis(elements);
        let none = Version::default();
        let document = history.document(&version, &none);
        let replica = Replica { version, document, ..Replica::default() };
        let clients = (0..self.bounds.clients).map(Client::numbered);
        let replicas = clients.map(|client| {
            let held =
                Held { client, session: None, is_maker: true, replica: replica.clone(), seen: version };
            Copy::of(held, &history, &self.renamings)
        });
        let replicas = replicas.collect();
        let history = Marked::new(history, &self.renamings);
        self.sealed(World { history, replicas, letter: None, fingerprint: 0 })
    }

    pub(crate) fn steps(&self, world: &World, steps: &mut Vec<Step>) {
        let history = world.history();
        for place in world.places() {
            let held = world.held(place);
            if history.operations() < self.bounds.operations {
                for (dot, parent) in held.writes(self.bounds, self.rules, history) {
                    let edits = self.bounds.edits(&held.replica).into_iter();
                    steps.extend(edits.map(|edit| Step::Edit(place, edit, dot, parent)));
                }
                let can_fork = world.replicas.len() < self.bounds.clients + self.bounds.forks;
                steps.extend(can_fork.then_some(Step::Fork(place)));
                let can_restart = self.bounds.restarts && (held.session.is_some() || held.is_maker);
                steps.extend(can_restart.then_some(Step::Restart(place)));
            }
            let tombstones = held.replica.document.tombstones().into_iter();
            steps.extend(tombstones.map(|dot| Step::Forget(place, dot)));
            let others = world.places().filter(|other| *other != place);
            steps.extend(others.map(|other| Step::Send(place, other)));
            if self.bounds.post {
                steps.push(Step::Post(place));
                steps.extend(world.letter.is_some().then_some(Step::Deliver(place)));
            }
            if !self.rules.hold(Rule::BoundariesOutliveAcknowledgement) {
                let sessions = held.replica.lineage.parents.keys().copied();
                let is_known = |session: &Session| world.is_known_to_others(*session, held, self.rules);
                steps.extend(sessions.filter(is_known).map(|session| Step::TakeAsOne(place, session)));
            }
        }
    }

    /// The world after a step; none if the step changes nothing.
    pub(crate) fn after(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        match step {
            Step::Edit(place, edit, dot, parent) => {
                let mut held = world.held(place).clone();
                let mut history = world.history().clone();
                if let Some(parent) = parent {
                    let parent = held.true_end(parent, &history);
                    history.lineage.parents.insert(dot.session(), parent);
                }
                history.add(dot, edit, held.seen);
                held.replica.edit(dot, parent, edit, self.rules);
                held.seen.raise(dot);
                held.session = Some(dot.session());
                self.limit_boundaries(&mut held);
                next.replicas[place.index] = Copy::of(held, &history, &self.renamings);
                next.history = Marked::new(history, &self.renamings);
            }
            Step::Forget(place, dot) => {
                self.change(&mut next, place, |held| held.replica.forget(dot, self.rules))
            }
            Step::Restart(place) => self.change(&mut next, place, |held| {
                (held.session, held.is_maker) = (None, false);
            }),
            Step::Fork(place) => {
                let fork = Held { session: None, is_maker: false, ..world.held(place).clone() };
                next.replicas.push(Copy::of(fork, world.history(), &self.renamings));
            }
            Step::TakeAsOne(place, session) => self.change(&mut next, place, |held| {
                let from = held.replica.lineage.parent(session).session();
                held.replica.absorb_up_to(from, session.first(), self.rules);
                held.session = held.session.filter(|own| held.replica.lineage.has(*own));
            }),
            Step::Send(from, to) => self.deliver(&mut next, world.held(from), to)?,
            Step::Post(from) => {
                // Whoever has posted it: what is in it counts.
                let letter = Held {
                    client: Client::GENESIS,
                    session: None,
                    is_maker: false,
                    ..world.held(from).clone()
                };
                next.letter = Some(Copy::of(letter, world.history(), &self.renamings));
                if next.letter == world.letter {
                    return None;
                }
            }
            Step::Deliver(to) => self.deliver(&mut next, world.letter.as_ref()?.held(), to)?,
        }
        Some(self.sealed(next))
    }

    fn change(&self, next: &mut World, place: Place, change: impl FnOnce(&mut Held)) {
        let mut held = next.held(place).clone();
        change(&mut held);
        next.replicas[place.index] = Copy::of(held, next.history(), &self.renamings);
    }

    fn deliver(&self, next: &mut World, from: &Held, to: Place) -> Option<()> {
        let merged = self.merged(next.history(), next.held(to), from, None)?.ok()?;
        if merged == *next.held(to) {
            return None;
        }
        next.replicas[to.index] = Copy::of(merged, next.history(), &self.renamings);
        Some(())
    }

    /// What a copy becomes by another's message, since a base or a full one; none if the two parted behind the
    /// boundaries that are kept, which nobody promises anything about.
    pub(crate) fn merged(
        &self,
        history: &History,
        to: &Held,
        from: &Held,
        base: Option<Version>,
    ) -> Option<Result<Held, MissingChanges>> {
        if self.parted_long_ago(history, to, from) || self.parted_long_ago(history, from, to) {
            return None;
        }
        let changes = match base {
            None => Changes::full(&from.replica, self.rules),
            Some(base) => Changes::since(&from.replica, base, self.rules),
        };
        let message = Message::told(&changes, &from.replica.lineage, self.rules);
        let replica = match to.replica.merged(&message, self.rules) {
            Ok(replica) => replica,
            Err(error) => return Some(Err(error)),
        };
        let mut held = Held { replica, seen: to.seen.joined(&from.seen), ..to.clone() };
        self.limit_boundaries(&mut held);
        Some(Ok(held))
    }

    fn limit_boundaries(&self, held: &mut Held) {
        if let Some(most) = self.bounds.boundaries {
            for client in (0..self.bounds.clients).map(Client::numbered) {
                held.replica.limit_boundaries(client, most, self.rules);
            }
        }
        held.session = held.session.filter(|own| held.replica.lineage.has(*own));
    }

    /// Whether one has taken as one what is a branch for both together, or what the other has and it has not.
    fn parted_long_ago(&self, history: &History, one: &Held, other: &Held) -> bool {
        if self.bounds.boundaries.is_none() {
            return false;
        }
        let rules = Rules::without(None);
        let both = one.seen.joined(&other.seen);
        let is_branch =
            |session: Session, seen: &Version| history.lineage.within(seen).is_branch(session, seen, rules);
        let sessions = |seen: &Version| history.lineage.within(seen).parents.into_keys();
        let is_lost = |session: Session| !one.replica.lineage.has(session) && is_branch(session, &both);
        let is_hidden = |session: Session| {
            let from = history.lineage.parent(session).session();
            let floor = one.replica.lineage.floor(one.taken_as(from, history));
            one.seen.entry(session) == 0 && !is_branch(session, &other.seen) && session.first() <= floor
        };
        sessions(&one.seen).any(is_lost) || sessions(&other.seen).any(is_hidden)
    }

    /// Judges some copies, unless these, under these names or others, were found to be right before. A law
    /// is known by its number.
    pub(crate) fn is_right(&self, law: u64, copies: &[&Copy], judge: impl FnOnce() -> bool) -> bool {
        let under = |place| {
            let marks = copies.iter().map(|copy: &&Copy| copy.fingerprints[place]);
            marks.fold(law, mixed)
        };
        let name = (0..self.renamings.len()).map(under).min().unwrap_or(law);
        let judged = || self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if judged().contains(&name) {
            return true;
        }
        let is_right = judge();
        if is_right {
            judged().insert(name);
        }
        is_right
    }

    fn sealed(&self, mut world: World) -> World {
        let under = |place: usize| {
            let mut sum = world.history.fingerprints[place];
            for replica in &world.replicas {
                sum = sum.wrapping_add(mixed(1, replica.fingerprints[place]));
            }
            let posted = world.letter.as_ref().map_or(0, |letter| letter.fingerprints[place]);
            mixed(sum, posted)
        };
        world.fingerprint = (0..self.renamings.len()).map(under).min().unwrap_or(0);
        world
    }
}

impl World {
    pub(crate) fn history(&self) -> &History {
        &self.history.value
    }

    pub(crate) fn held(&self, place: Place) -> &Held {
        &self.replicas[place.index].value
    }

    fn places(&self) -> impl Iterator<Item = Place> + use<'_> {
        self.replicas.iter().enumerate().map(|(index, copy)| {
            let client = copy.value.client;
            let before = self.replicas[..index].iter().filter(|other| other.value.client == client);
            Place { index, client, copy: before.count() }
        })
    }

    /// Whether each copy of another client has seen this session, which follows another one.
    fn is_known_to_others(&self, session: Session, held: &Held, rules: Rules) -> bool {
        let Replica { lineage, version, .. } = &held.replica;
        let mut others = self.all_held().filter(|other| other.client != session.client());
        !lineage.is_branch(session, version, rules) && others.all(|other| other.seen.entry(session) > 0)
    }

    pub(crate) fn all_held(&self) -> impl Iterator<Item = &Held> + Clone {
        self.replicas.iter().map(|copy| &copy.value)
    }

    pub(crate) fn letter(&self) -> Option<&Copy> {
        self.letter.as_deref()
    }

    pub(crate) fn copies(&self) -> impl Iterator<Item = &Copy> + Clone {
        self.replicas.iter().map(AsRef::as_ref)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.client)?;
        if self.copy > 0 { write!(f, " (copy {})", self.copy) } else { Ok(()) }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Edit(place, edit, _, None) => write!(f, "{place}: {edit:?}"),
            Step::Edit(place, edit, dot, Some(parent)) => {
                write!(f, "{place}: {edit:?}, in a new session from {} on, behind {parent}", dot.stamp())
            }
            Step::Forget(place, dot) => write!(f, "{place} forgets the deletion {dot}"),
            Step::Send(from, to) => write!(f, "{from} hands {to} a message"),
            Step::Post(from) => write!(f, "{from} posts a message"),
            Step::Deliver(to) => write!(f, "what was posted arrives at {to}"),
            Step::Restart(place) => write!(f, "{place} is closed and opened again"),
            Step::Fork(place) => write!(f, "{place} is copied"),
            Step::TakeAsOne(place, session) => {
                write!(f, "{place} takes {session} as one with the one before")
            }
        }
    }
}
