//! The sync engine as JavaScript drives it: the machines of `minisync-store` that are under way, by number, and the
//! requests that are not answered yet. Performs nothing, and knows no operation.

mod answer;
mod report;

use std::fmt;

use minisync::Document;
use minisync_store::{Discovery, Join, Machine as _, Request, RequestId, Step, SyncRecord, SyncRound};

use crate::{
    arguments::Json,
    failure::{Failure, Result},
    output::{write_member, write_string},
};

/// What is under way. Vectors and no maps, for there are few machines, and few requests of each: a map is some
/// kilobytes of code.
#[derive(Default)]
pub(crate) struct SyncEngine {
    record: Option<SyncRecord>,
    machines: Vec<Running>,
    last: u32,
}

/// A machine, and what it asked for.
struct Running {
    number: u32,
    machine: Machine,
    open: Vec<(RequestId, Request)>,
}

/// One that needs a document, or one that does not.
pub(crate) enum Machine {
    Round(Box<SyncRound>),
    Join(Box<Join>),
    Discovery(Box<Discovery>),
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
        self.machines.push(Running { number: self.last, machine, open: Vec::new() });
        self.last
    }

    /// The machine will not be asked again.
    pub(crate) fn end(&mut self, number: u32) {
        self.machines.retain(|running| running.number != number);
    }

    fn running(&mut self, number: u32) -> Result<&mut Running> {
        let running = self.machines.iter_mut().find(|running| running.number == number);
        running.ok_or_else(|| Failure::call(format!("there is no sync {number} under way")))
    }

    /// The next step of a machine, as JSON. One that is done is forgotten, also if it failed.
    pub(crate) fn next(&mut self, number: u32, document: Option<&mut Document>) -> Result<String> {
        // Taken out for the call, since a round changes it too.
        let mut record = self.record.take();
        let step = self.running(number).and_then(|running| running.next(document, record.as_mut()));
        self.record = record;
        match step? {
            Step::Wait => Ok("{\"wait\":true}".to_owned()),
            Step::Perform(id, request) => {
                let text = write_request(id, &request);
                self.running(number)?.open.push((id, request));
                Ok(text)
            }
            Step::Done(result) => {
                self.end(number);
                Ok(result?)
            }
        }
    }

    /// What a request to write is to write.
    pub(crate) fn body(&mut self, number: u32, id: u64) -> Result<&[u8]> {
        let running = self.running(number)?;
        match running.find(id).and_then(|at| running.open.get(at)) {
            Some((_, Request::Write { bytes, .. })) => Ok(bytes),
            _ => Err(Failure::call(format!("request {id} is none that writes, or was answered"))),
        }
    }

    /// Takes the answer to a request; `bytes` is what was read.
    pub(crate) fn answer(&mut self, number: u32, id: u64, answer: Json<'_>, bytes: &[u8]) -> Result<()> {
        let running = self.running(number)?;
        let Some(at) = running.find(id) else {
            return Err(Failure::call(format!("there is no request {id}, or it was answered")));
        };
        let answer = answer::read(&running.open[at].1, answer, bytes)?;
        let (id, _) = running.open.swap_remove(at);
        match &mut running.machine {
            Machine::Round(round) => round.answer(id, answer),
            Machine::Join(join) => join.answer(id, answer),
            Machine::Discovery(discovery) => discovery.answer(id, answer),
        }
        Ok(())
    }
}

impl Running {
    /// The next step of the machine, with what it made as JSON.
    fn next(
        &mut self,
        document: Option<&mut Document>,
        record: Option<&mut SyncRecord>,
    ) -> Result<Step<String>> {
        Ok(match &mut self.machine {
            Machine::Round(round) => {
                let (Some(document), Some(record)) = (document, record) else {
                    return Err(Failure::no_document("a round of sync needs a document and its record"));
                };
                map(round.next(document, record), report::of_round)
            }
            Machine::Join(join) => map(join.next(), report::of_join),
            Machine::Discovery(discovery) => map(discovery.next(), |found| report::of_discovery(found)),
        })
    }

    /// Where a request that is not answered yet is.
    fn find(&self, id: u64) -> Option<usize> {
        self.open.iter().position(|(open, _)| open.get() == id)
    }
}

impl fmt::Debug for SyncEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncEngine").field("machines", &self.machines.len()).finish_non_exhaustive()
    }
}

fn map<T>(step: Step<T>, as_json: fn(&T) -> String) -> Step<String> {
    match step {
        Step::Perform(id, request) => Step::Perform(id, request),
        Step::Wait => Step::Wait,
        Step::Done(result) => Step::Done(result.map(|made| as_json(&made))),
    }
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
