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
    dot::{Client, Dot},
    history::History,
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
pub(crate) type Copy = Marked<Replica>;

impl Copy {
    fn of(replica: Replica, history: &History, renamings: &[Renaming]) -> Arc<Copy> {
        let past = |by| mixed(history.fingerprint_within(&replica.version, by), replica.fingerprint(by));
        let fingerprints = renamings.iter().map(past).collect();
        Arc::new(Marked { value: replica, fingerprints })
    }

    pub(crate) fn replica(&self) -> &Replica {
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

/// What can happen. Messages are full ones: by the laws, a delta leads to where the full message leads, or is
/// refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Edit(Client, Edit),
    /// A client forgets a deletion.
    Forget(Client, Dot),
    /// A message arrives at once.
    Send(Client, Client),
    /// A message is kept, in the place of what was kept.
    Post(Client),
    /// What is kept arrives.
    Deliver(Client),
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
        let replica = Replica { version, horizon: none, document };
        let replica = Copy::of(replica, &history, &self.renamings);
        let replicas = vec![replica; self.bounds.clients];
        let history = Marked::new(history, &self.renamings);
        self.sealed(World { history, replicas, letter: None, fingerprint: 0 })
    }

    pub(crate) fn steps(&self, world: &World, steps: &mut Vec<Step>) {
        let clients = || (0..self.bounds.clients).map(Client::numbered);
        for client in clients() {
            let replica = world.replica(client);
            if world.history().operations() < self.bounds.operations {
                steps.extend(self.bounds.edits(replica).into_iter().map(|edit| Step::Edit(client, edit)));
            }
            let tombstones = replica.document.tombstones().into_iter();
            steps.extend(tombstones.map(|dot| Step::Forget(client, dot)));
            let others = clients().filter(|other| *other != client);
            steps.extend(others.map(|other| Step::Send(client, other)));
            if self.bounds.post {
                steps.push(Step::Post(client));
                steps.extend(world.letter.is_some().then_some(Step::Deliver(client)));
            }
        }
    }

    /// The world after a step; none if the step changes nothing.
    pub(crate) fn after(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        match step {
            Step::Edit(client, edit) => {
                let mut replica = world.replica(client).clone();
                let seen = replica.version;
                let dot = replica.edit(self.id(client), edit, self.rules);
                let mut history = world.history().clone();
                history.add(dot, edit, seen);
                next.replicas[client.index()] = Copy::of(replica, &history, &self.renamings);
                next.history = Marked::new(history, &self.renamings);
            }
            Step::Forget(client, dot) => {
                let mut replica = world.replica(client).clone();
                replica.forget(dot, self.rules);
                next.replicas[client.index()] = Copy::of(replica, world.history(), &self.renamings);
            }
            Step::Send(from, to) => self.deliver(&mut next, world.replica(from), to)?,
            Step::Post(from) => {
                next.letter = Some(world.replicas[from.index()].clone());
                if next.letter == world.letter {
                    return None;
                }
            }
            Step::Deliver(to) => self.deliver(&mut next, world.letter.as_ref()?.replica(), to)?,
        }
        Some(self.sealed(next))
    }

    /// Under which id a client writes: its own, as long as the rules hold.
    fn id(&self, client: Client) -> Client {
        if self.rules.hold(Rule::ClientIdsAreUnique) { client } else { Client::numbered(0) }
    }

    fn deliver(&self, next: &mut World, from: &Replica, to: Client) -> Option<()> {
        let merged = next.replica(to).merged(&Changes::full(from, self.rules), self.rules).ok()?;
        if merged == *next.replica(to) {
            return None;
        }
        next.replicas[to.index()] = Copy::of(merged, next.history(), &self.renamings);
        Some(())
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
        let under = |(place, by): (usize, &Renaming)| {
            let mut sum = world.history.fingerprints[place];
            for (client, replica) in world.replicas.iter().enumerate() {
                let name = by.client(Client::numbered(client));
                sum = sum.wrapping_add(mixed(name + 1, replica.fingerprints[place]));
            }
            let posted = world.letter.as_ref().map_or(0, |letter| letter.fingerprints[place]);
            mixed(sum, posted)
        };
        world.fingerprint = self.renamings.iter().enumerate().map(under).min().unwrap_or(0);
        world
    }
}

impl World {
    pub(crate) fn history(&self) -> &History {
        &self.history.value
    }

    pub(crate) fn replica(&self, client: Client) -> &Replica {
        &self.replicas[client.index()].value
    }

    pub(crate) fn replicas(&self) -> impl Iterator<Item = &Replica> + Clone {
        self.replicas.iter().map(|replica| &replica.value)
    }

    pub(crate) fn letter(&self) -> Option<&Copy> {
        self.letter.as_deref()
    }

    pub(crate) fn copies(&self) -> impl Iterator<Item = &Copy> + Clone {
        self.replicas.iter().map(AsRef::as_ref)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Edit(client, edit) => write!(f, "{client}: {edit:?}"),
            Step::Forget(client, dot) => write!(f, "{client} forgets the deletion {dot}"),
            Step::Send(from, to) => write!(f, "{from} hands {to} a message"),
            Step::Post(from) => write!(f, "{from} posts a message"),
            Step::Deliver(to) => write!(f, "what was posted arrives at {to}"),
        }
    }
}
