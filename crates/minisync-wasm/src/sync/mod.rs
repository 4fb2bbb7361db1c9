//! The sync engine as JavaScript drives it: the machines of `minisync-store` that are under way, by number, and the
//! requests that are not answered yet. Performs nothing, and knows no operation.

mod answer;
mod report;

use std::{collections::BTreeMap, fmt};

use minisync::Document;
use minisync_store::{
    Discovery, Found, Join, Joined, Machine as _, Report, Request, RequestId, Step, SyncRecord, SyncRound,
};

use crate::{
    arguments::Json,
    failure::{Failure, Result},
    output::{write_member, write_string},
};

/// What is under way.
#[derive(Default)]
pub(crate) struct SyncEngine {
    record: Option<SyncRecord>,
    machines: BTreeMap<u32, Running>,
    last: u32,
}

/// A machine, and what it asked for.
struct Running {
    machine: Machine,
    open: BTreeMap<u64, Request>,
}

/// One that needs a document, or one that does not.
pub(crate) enum Machine {
    Round(Box<SyncRound>),
    Join(Box<Join>),
    Discovery(Box<Discovery>),
}

/// What a machine makes.
enum Made {
    Report(Report),
    Joined(Joined),
    Found(Vec<Found>),
}

impl SyncEngine {
    /// What has to be saved with the document.
    pub(crate) fn record(&self) -> Option<&SyncRecord> {
        self.record.as_ref()
    }

    pub(crate) fn put_record(&mut self, record: SyncRecord) {
        self.record = Some(record);
    }

    /// Begins to run a machine. Its number.
    pub(crate) fn begin(&mut self, machine: Machine) -> u32 {
        self.last += 1;
        self.machines.insert(self.last, Running { machine, open: BTreeMap::new() });
        self.last
    }

    /// The machine will not be asked again.
    pub(crate) fn end(&mut self, number: u32) {
        self.machines.remove(&number);
    }

    /// The next step of a machine, as JSON. One that is done is forgotten, also if it failed.
    pub(crate) fn next(&mut self, number: u32, document: Option<&mut Document>) -> Result<String> {
        let running = self.machines.get_mut(&number).ok_or_else(|| no_machine(number))?;
        let step = match &mut running.machine {
            Machine::Round(round) => {
                let (Some(document), Some(record)) = (document, self.record.as_mut()) else {
                    return Err(Failure::no_document("a round of sync needs a document and its record"));
                };
                map(round.next(document, record), Made::Report)
            }
            Machine::Join(join) => map(join.next(), Made::Joined),
            Machine::Discovery(discovery) => map(discovery.next(), Made::Found),
        };
        match step {
            Step::Wait => Ok("{\"wait\":true}".to_owned()),
            Step::Perform(id, request) => {
                let text = write_request(id, &request);
                running.open.insert(id.get(), request);
                Ok(text)
            }
            Step::Done(result) => {
                self.machines.remove(&number);
                Ok(match result? {
                    Made::Report(made) => report::of_round(&made),
                    Made::Joined(made) => report::of_join(&made),
                    Made::Found(made) => report::of_discovery(&made),
                })
            }
        }
    }

    /// What a request to write is to write.
    pub(crate) fn body(&self, number: u32, id: u64) -> Result<&[u8]> {
        let running = self.machines.get(&number).ok_or_else(|| no_machine(number))?;
        match running.open.get(&id) {
            Some(Request::Write { bytes, .. }) => Ok(bytes),
            _ => Err(Failure::call(format!("request {id} is none that writes, or was answered"))),
        }
    }

    /// Takes the answer to a request; `bytes` is what was read.
    pub(crate) fn answer(&mut self, number: u32, id: u64, answer: Json<'_>, bytes: &[u8]) -> Result<()> {
        let running = self.machines.get_mut(&number).ok_or_else(|| no_machine(number))?;
        let request = running
            .open
            .get(&id)
            .ok_or_else(|| Failure::call(format!("there is no request {id}, or it was answered")))?;
        let answer = answer::read(request, answer, bytes)?;
        running.open.remove(&id);
        let id = RequestId::from_number(id);
        match &mut running.machine {
            Machine::Round(round) => round.answer(id, answer),
            Machine::Join(join) => join.answer(id, answer),
            Machine::Discovery(discovery) => discovery.answer(id, answer),
        }
        Ok(())
    }
}

impl fmt::Debug for SyncEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncEngine").field("machines", &self.machines.keys()).finish_non_exhaustive()
    }
}

fn map<T>(step: Step<T>, made: fn(T) -> Made) -> Step<Made> {
    match step {
        Step::Perform(id, request) => Step::Perform(id, request),
        Step::Wait => Step::Wait,
        Step::Done(result) => Step::Done(result.map(made)),
    }
}

fn no_machine(number: u32) -> Failure {
    Failure::call(format!("there is no sync {number} under way"))
}

fn write_request(id: RequestId, request: &Request) -> String {
    let (kind, path) = match request {
        Request::Read { path, .. } => ("read", path.as_str()),
        Request::Write { path, .. } => ("write", path.as_str()),
        Request::List { folder } => ("list", folder.as_str()),
        Request::Delete { path } => ("delete", path.as_str()),
        Request::Save => return format!("{{\"id\":{id},\"save\":true}}"),
    };
    let mut out = format!("{{\"id\":{id},\"{kind}\":");
    write_string(path, &mut out);
    if let Request::Read { limit, .. } = request {
        write_member("limit", &mut out);
        out.push_str(&limit.to_string());
    }
    out.push('}');
    out
}
