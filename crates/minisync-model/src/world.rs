//! All copies at one moment, what is in the post, and what can happen next. Knows nothing of what should
//! hold.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use crate::{
    bounds::Bounds,
    changes::Changes,
    dot::{Client, Dot},
    history::History,
    renaming::{Fingerprint, Renaming, mixed},
    replica::{Edit, Replica},
    rule::Rules,
    version::Version,
};

/// Something with its fingerprints under all renamings.
#[derive(Debug)]
pub(crate) struct Marked<T> {
    value: T,
    fingerprints: Box<[u64]>,
    is_right: OnceLock<bool>,
}

impl<T: Fingerprint> Marked<T> {
    fn new(value: T, renamings: &[Renaming]) -> Arc<Marked<T>> {
        let fingerprints = renamings.iter().map(|by| value.fingerprint(by)).collect();
        Arc::new(Marked { value, fingerprints, is_right: OnceLock::new() })
    }

    /// The verdict on it, which does not change from one world to the next.
    pub(crate) fn is_right(&self, judge: impl FnOnce(&T) -> bool) -> bool {
        *self.is_right.get_or_init(|| judge(&self.value))
    }
}

impl<T: PartialEq> PartialEq for Marked<T> {
    fn eq(&self, other: &Marked<T>) -> bool {
        self.value == other.value
    }
}

/// A message that can come at any time: its sender's copy as it was, and the base.
#[derive(Clone, Debug, PartialEq)]
struct Letter {
    sender: Arc<Marked<Replica>>,
    since: Option<Version>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    history: Arc<Marked<History>>,
    replicas: Vec<Arc<Marked<Replica>>>,
    letter: Option<Letter>,
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

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Edit(Client, Edit),
    /// A client forgets a deletion.
    Forget(Client, Dot),
    /// A message arrives at once: a full one, or a delta made for someone, perhaps someone else.
    Send(Client, Client, Option<Client>),
    /// The same is kept, in the place of what was kept.
    Post(Client, Option<Client>),
    /// What is kept arrives.
    Deliver(Client),
}

/// The laws of a world: how far it goes, and by which rules.
#[derive(Clone, Debug)]
pub(crate) struct Nature {
    pub(crate) bounds: Bounds,
    pub(crate) rules: Rules,
    renamings: Vec<Renaming>,
}

impl Nature {
    pub(crate) fn new(bounds: Bounds) -> Nature {
        let renamings = Renaming::all(bounds.clients);
        Nature { bounds, rules: Rules::without(bounds.without), renamings }
    }

    pub(crate) fn beginning(&self) -> World {
        let elements = if self.bounds.list { self.bounds.elements } else { 0 };
        let (history, version) = History::genesis(elements);
        let none = Version::default();
        let document = history.document(&version, &none);
        let replica = Marked::new(Replica { version, horizon: none, document }, &self.renamings);
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
            for other in clients().filter(|other| *other != client) {
                steps.push(Step::Send(client, other, None));
                let readers = clients().filter(|reader| *reader != client);
                steps.extend(readers.map(|reader| Step::Send(client, other, Some(reader))));
            }
            if self.bounds.post {
                let readers = clients().filter(|reader| *reader != client);
                steps.extend(readers.map(Some).chain([None]).map(|reader| Step::Post(client, reader)));
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
                let dot = replica.edit(client, edit, self.rules);
                let mut history = world.history().clone();
                history.add(dot, edit, seen);
                next.history = Marked::new(history, &self.renamings);
                next.replicas[client.index()] = Marked::new(replica, &self.renamings);
            }
            Step::Forget(client, dot) => {
                let mut replica = world.replica(client).clone();
                replica.forget(dot, self.rules);
                next.replicas[client.index()] = Marked::new(replica, &self.renamings);
            }
            Step::Send(from, to, reader) => {
                let since = reader.map(|reader| world.replica(reader).version);
                self.deliver(&mut next, world.replica(from), since, to)?;
            }
            Step::Post(from, reader) => {
                let since = reader.map(|reader| world.replica(reader).version);
                next.letter = Some(Letter { sender: world.replicas[from.index()].clone(), since });
                if next.letter == world.letter {
                    return None;
                }
            }
            Step::Deliver(to) => {
                let letter = world.letter.as_ref()?;
                self.deliver(&mut next, &letter.sender.value, letter.since, to)?;
            }
        }
        Some(self.sealed(next))
    }

    fn deliver(&self, next: &mut World, from: &Replica, since: Option<Version>, to: Client) -> Option<()> {
        let changes = match since {
            None => Changes::full(from, self.rules),
            Some(base) => Changes::since(from, base, self.rules),
        };
        let merged = next.replica(to).merged(&changes, self.rules).ok()?;
        if merged == *next.replica(to) {
            return None;
        }
        next.replicas[to.index()] = Marked::new(merged, &self.renamings);
        Some(())
    }

    fn sealed(&self, mut world: World) -> World {
        let under = |(place, by): (usize, &Renaming)| {
            let mut sum = world.history.fingerprints[place];
            for (client, replica) in world.replicas.iter().enumerate() {
                let name = by.client(Client::numbered(client));
                sum = sum.wrapping_add(mixed(name + 1, replica.fingerprints[place]));
            }
            let letter = world.letter.as_ref();
            let posted = letter.map_or(0, |letter| {
                mixed(letter.sender.fingerprints[place], letter.since.fingerprint(by))
            });
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

    pub(crate) fn marked(&self) -> &[Arc<Marked<Replica>>] {
        &self.replicas
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = |reader: &Option<Client>| match reader {
            None => "a full message".to_owned(),
            Some(reader) => format!("a delta for {reader}"),
        };
        match self {
            Step::Edit(client, edit) => write!(f, "{client}: {edit:?}"),
            Step::Forget(client, dot) => write!(f, "{client} forgets the deletion {dot}"),
            Step::Send(from, to, reader) => write!(f, "{from} hands {to} {}", message(reader)),
            Step::Post(from, reader) => write!(f, "{from} posts {}", message(reader)),
            Step::Deliver(to) => write!(f, "what was posted arrives at {to}"),
        }
    }
}
