//! Carries out a script on real documents, beside the oracle, and checks both after every step. Uses the
//! core's public interface only.

mod accident;
mod agree;
mod author;
mod clock;
mod edit;
mod exchange;
mod finish;
mod javascript;
mod list;
mod many;
mod overruled;
pub(crate) mod patched;
mod place;
mod refused;
mod update;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use minisync::{Builder, Changes, ClientId, Document, DocumentId, Stamp};
use serde_json::{Value, json};

use crate::{
    oracle::{Oracle, Seen},
    rng::Rng,
    script::{Script, Step},
};

use accident::Backup;
use author::Author;
use clock::ManualClock;
use edit::{Desk, Stop};
use javascript::{How, Source, Twin};

/// When every run starts: 2026-11-22, in microseconds since the Unix epoch.
const EPOCH: u64 = 1_795_000_000_000_000;

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which check failed, in a word or two: the same for the same kind of failure.
    pub kind: &'static str,
    /// What is there, and what was expected.
    pub message: String,
}

impl Failure {
    fn new(kind: &'static str, message: impl Into<String>) -> Failure {
        Failure { kind, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

type Checked<T = ()> = Result<T, Failure>;

/// Fails unless `holds`.
fn ensure(holds: bool, kind: &'static str, message: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Failure { kind, message: message() }) }
}

/// The core refused what it must accept.
fn accepted<T>(result: minisync::Result<T>, kind: &'static str, what: impl fmt::Display) -> Checked<T> {
    result.map_err(|error| Failure::new(kind, format!("{what}: {error}")))
}

/// What a run is to tell besides its outcome.
#[derive(Debug, Default)]
pub struct Trace {
    /// Whether to collect lines, and to compare every client with the oracle after every step.
    pub is_on: bool,
    /// What every step came to.
    pub lines: Vec<String>,
}

impl Trace {
    fn note(&mut self, line: impl FnOnce() -> String) {
        if self.is_on {
            self.lines.push(line());
        }
    }
}

/// Carries out a whole script, brings the clients together, and compares all with the oracle.
///
/// # Errors
/// What is first found wrong.
pub fn run(script: &Script, trace: &mut Trace) -> Result<(), Failure> {
    let mut run = || {
        let mut world = World::new(script, trace)?;
        for step in &script.steps {
            world.trace.note(|| step.to_string());
            world.step(step)?;
            if world.trace.is_on {
                world.compare_all()?;
            }
        }
        world.finish()
    };
    match run() {
        // Of what nobody can notice, nothing is promised.
        Err(failure) if failure.kind == author::SAME_MICROSECOND => Ok(()),
        other => other,
    }
}

/// A client: its document, and what the simulator knows of it.
struct Peer {
    doc: Document,
    author: Author,
    /// A plain copy that only follows the document's patches.
    mirror: Value,
    backup: Option<Backup>,
    /// The same as a document of the npm package, where it is one.
    twin: Option<Twin>,
    /// What it was told to be overruled, by client and stamp.
    told: BTreeSet<(ClientId, Stamp)>,
}

impl Peer {
    fn new(doc: Document, author: Author, twin: Option<Twin>) -> Peer {
        let mut peer = Peer { doc, author, mirror: Value::Null, backup: None, twin, told: BTreeSet::new() };
        peer.follow();
        peer
    }

    /// It goes on with another document.
    fn load(&mut self, doc: Document, twin: Option<Twin>) {
        self.doc = doc;
        self.twin = twin;
        self.follow();
    }

    /// The mirror begins anew.
    fn follow(&mut self) {
        self.doc.subscribe();
        self.mirror = self.doc.to_value();
    }
}

/// A message under way.
struct Message {
    changes: Changes,
    text: String,
    from: usize,
    /// What its sender had seen when it was made.
    seen: Seen,
}

struct World<'t> {
    now: u64,
    peers: BTreeMap<usize, Peer>,
    mail: BTreeMap<u64, Message>,
    oracle: Oracle,
    /// The client ids under which more than one copy has been.
    shared: BTreeSet<ClientId>,
    /// Whether somebody has forgotten deletions.
    is_forgetful: bool,
    /// How many documents were made.
    made: u64,
    /// The clients that are documents of the npm package.
    javascript: BTreeSet<usize>,
    trace: &'t mut Trace,
}

impl<'t> World<'t> {
    fn new(script: &Script, trace: &'t mut Trace) -> Checked<World<'t>> {
        let mut world = World {
            now: EPOCH,
            peers: BTreeMap::new(),
            mail: BTreeMap::new(),
            oracle: Oracle::new(),
            shared: BTreeSet::new(),
            is_forgetful: false,
            made: 0,
            javascript: script.javascript.clone(),
            trace,
        };
        if !world.javascript.is_empty() {
            javascript::reset()?;
        }
        world.create(script)?;
        for (client, skew) in script.skews.iter().enumerate().skip(1) {
            world.join(client, 0, *skew)?;
        }
        Ok(world)
    }

    fn create(&mut self, script: &Script) -> Checked {
        let (builder, mut author) = self.newcomer(0, script.skews.first().copied().unwrap_or_default())?;
        let is_javascript = self.javascript.contains(&0);
        let start =
            if is_javascript { javascript::representable(&script.start) } else { script.start.clone() };
        let id = accepted(DocumentId::new("simulated"), "document id", "simulated")?;
        let doc = accepted(builder.document_id(id).create(&start), "create", &start)?;
        let options = json!({ "documentID": "simulated", "clientID": "c0" });
        let twin = self.twin(0, "create", &author.clock, &[options, start.clone()])?;
        author.created(&doc, &mut self.oracle, &start)?;
        self.peers.insert(0, Peer::new(doc, author, twin));
        self.check(0)
    }

    /// A new client's builder and clock.
    fn newcomer(&mut self, client: usize, skew: i64) -> Checked<(Builder, Author)> {
        let id = accepted(ClientId::new(format!("c{client}")), "client id", client)?;
        let clock = ManualClock::new(self.now, skew);
        let builder = self.builder(client, &clock).client_id(id.clone());
        Ok((builder, Author::new(id, clock)))
    }

    fn step(&mut self, step: &Step) -> Checked {
        match step {
            Step::Tick(by) => {
                self.now += by;
                self.peers.values().for_each(|peer| peer.author.clock.set(self.now));
                Ok(())
            }
            Step::Jump { client, by } => {
                if let Some(peer) = self.peers.get_mut(client) {
                    peer.author.clock.jump(self.now, *by);
                }
                Ok(())
            }
            Step::Edit { client, edit } => self.on_peer(*client, |peer, oracle, trace| {
                let mut desk = Desk::new(&mut peer.author, oracle, trace, peer.twin.is_some());
                match desk.edit(&mut peer.doc, edit) {
                    Err(Stop::Failed(failure)) => return Err(failure),
                    Ok(()) | Err(Stop::Abandoned) => {}
                }
                let calls = desk.calls;
                peer.twin.as_ref().map_or(Ok(()), |twin| twin.edit(calls, How::Alone))
            }),
            Step::Transact { client, edits, fails } => self.on_peer(*client, |peer, oracle, trace| {
                let mut desk = Desk::new(&mut peer.author, oracle, trace, peer.twin.is_some());
                desk.transact(&mut peer.doc, edits, *fails)?;
                let (calls, how) =
                    (desk.calls, if *fails { How::FailingTransaction } else { How::Transaction });
                peer.twin.as_ref().map_or(Ok(()), |twin| twin.edit(calls, how))
            }),
            Step::Refused { client, choice } => {
                self.on_peer(*client, |peer, _, trace| refused::check(&mut peer.doc, *choice, trace))
            }
            Step::Send { client, message, content } => self.send(*client, *message, *content),
            Step::Deliver { client, message } => self.deliver(*client, *message),
            Step::Truncated { client, message, at } => self.deliver_truncated(*client, *message, *at),
            Step::Acknowledge { client, of } => self.acknowledge(*client, *of),
            Step::Forget { client, policy } => self.forget(*client, *policy),
            Step::Join { client, from, skew } => self.join(*client, *from, *skew),
            Step::Restart { client } => self.restart(*client),
            Step::Backup { client } => self.back_up(*client),
            Step::Recover { client } => self.recover(*client),
            Step::Clone { client, from, own_id } => self.duplicate(*client, *from, *own_id),
        }
    }

    /// A builder with this clock, and with randomness of its own.
    fn builder(&mut self, client: usize, clock: &ManualClock) -> Builder {
        self.made += 1;
        let builder = Document::builder().clock(clock.clone());
        if self.javascript.contains(&client) {
            builder.random(Source::new(self.made))
        } else {
            builder.random(Rng::new(self.made))
        }
    }

    /// A client's document from what it saved.
    fn restore(
        &mut self,
        client: usize,
        clock: &ManualClock,
        changes: &Changes,
    ) -> minisync::Result<Document> {
        let builder = self.builder(client, clock);
        if self.javascript.contains(&client) {
            // As the package does.
            builder.restore_all(std::slice::from_ref(changes))
        } else {
            builder.restore(changes)
        }
    }

    /// What the last builder made for a client, as a document of the npm package, if it is one.
    fn twin(
        &self,
        client: usize,
        request: &str,
        clock: &ManualClock,
        arguments: &[Value],
    ) -> Checked<Option<Twin>> {
        let is_javascript = self.javascript.contains(&client);
        is_javascript.then(|| Twin::begin(request, self.made, clock, arguments)).transpose()
    }

    /// Does something with one client, if there is one of this number, and checks its document.
    fn on_peer(
        &mut self,
        client: usize,
        act: impl FnOnce(&mut Peer, &mut Oracle, &mut Trace) -> Checked,
    ) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else {
            return Ok(());
        };
        act(peer, &mut self.oracle, self.trace)?;
        peer.author.follow(&peer.doc, &self.oracle)?;
        self.check(client)
    }

    /// The invariants of one client's document, its patches, and its version against the oracle's.
    fn check(&mut self, client: usize) -> Checked {
        let Some(peer) = self.peers.get_mut(&client) else {
            return Ok(());
        };
        patched::follow(&mut peer.doc, &mut peer.mirror)?;
        accepted(peer.doc.check(), "check", format_args!("c{client} is broken"))?;
        if let Some(twin) = &peer.twin {
            twin.check(&peer.doc)?;
        }
        let (version, expected) = (peer.doc.version(), self.oracle.version(&peer.author.seen));
        ensure(version.to_string() == expected, "version", || {
            format!("c{client} has the version {version}, but has seen {expected}")
        })?;
        ensure(peer.doc.contains(&peer.doc.horizon()), "horizon", || {
            format!("c{client}: the horizon {} is not within the version {version}", peer.doc.horizon())
        })
    }
}
