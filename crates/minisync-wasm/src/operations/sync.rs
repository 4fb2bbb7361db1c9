//! The sync engine: beginning machines, their steps, and answers.

use minisync::DocumentId;
use minisync_store::{Discovery, Join, SyncOptions, SyncRecord, SyncRound, Target};

use super::{operations, sync};
use crate::{
    arguments::{Arguments, Json},
    failure::{Failure, Result},
    instance::{ByteOperation, Instance},
    output::write_member,
    sync::Machine,
};

operations! {
    sync {
        "syncRecord" sync_record,
        "syncState" sync_state,
        "syncBegin" sync_begin,
        "joinBegin" join_begin,
        "discoveryBegin" discovery_begin,
        "syncNext" sync_next,
        "syncEnd" sync_end,
    }
}

/// The operation with bytes of this name.
pub(crate) fn bytes_named(name: &str) -> Option<ByteOperation> {
    match name {
        "syncBody" => Some(sync_body),
        "syncAnswer" => Some(sync_answer),
        _ => None,
    }
}

#[cfg(target_arch = "wasm32")]
mod exported_bytes {
    #[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
    #[unsafe(export_name = "syncBody")]
    extern "C" fn sync_body(length: usize, now: f64) -> isize {
        crate::exports::run_bytes(super::sync_body, length, now)
    }

    #[expect(unsafe_code, reason = "a name without mangling could clash with another one")]
    #[unsafe(export_name = "syncAnswer")]
    extern "C" fn sync_answer(length: usize, now: f64) -> isize {
        crate::exports::run_bytes(super::sync_answer, length, now)
    }
}

/// Hands in what was saved with the document, or begins to keep it.
pub(super) fn sync_record(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let (saved, label) = (arguments.optional()?, arguments.optional()?);
    arguments.end()?;
    let label = label.map(Json::string).transpose()?;
    let record = match saved {
        Some(saved) => SyncRecord::parse(saved.text().as_bytes(), "the sync record")?,
        None => {
            let client = instance.document()?.client_id().clone();
            SyncRecord::new(label.as_deref().unwrap_or(client.as_str()))
        }
    };
    instance.sync.put_record(record);
    Ok(String::new())
}

/// What has to be saved with the document.
pub(super) fn sync_state(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    instance.sync.record().map_or_else(|| Ok(String::new()), |record| Ok(record.to_json()))
}

pub(super) fn sync_begin(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let (url, read_only) = (arguments.string()?, arguments.optional()?);
    arguments.end()?;
    let mut target = Target::at(url);
    if read_only.map(Json::boolean).transpose()?.unwrap_or(false) {
        target = target.read_only();
    }
    let now = instance.clock()();
    let round = SyncRound::new(instance.document()?, &target, SyncOptions::default(), now);
    Ok(instance.sync.begin(Machine::Round(Box::new(round))).to_string())
}

pub(super) fn join_begin(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let document = DocumentId::new(arguments.string()?)?;
    arguments.end()?;
    let join = Join::new(&document, &SyncOptions::default());
    Ok(instance.sync.begin(Machine::Join(Box::new(join))).to_string())
}

pub(super) fn discovery_begin(instance: &mut Instance, arguments: Arguments<'_>) -> Result<String> {
    arguments.end()?;
    let discovery = Discovery::new(&SyncOptions::default());
    Ok(instance.sync.begin(Machine::Discovery(Box::new(discovery))).to_string())
}

/// The next step, and what merging did to the document.
pub(super) fn sync_next(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let number = machine(&mut arguments)?;
    arguments.end()?;
    let step = instance.sync_step(number)?;
    let commit = if instance.has_document() { instance.commit(None)? } else { String::new() };
    if commit.is_empty() {
        return Ok(step);
    }
    let mut out = step;
    out.pop();
    write_member("commit", &mut out);
    out.push_str(&commit);
    out.push('}');
    Ok(out)
}

pub(super) fn sync_end(instance: &mut Instance, mut arguments: Arguments<'_>) -> Result<String> {
    let number = machine(&mut arguments)?;
    arguments.end()?;
    instance.sync.end(number);
    Ok(String::new())
}

/// The bytes that a request is to write.
pub(super) fn sync_body(instance: &mut Instance, input: &[u8]) -> Result<Vec<u8>> {
    let mut arguments = Arguments::new(text(input)?)?;
    let (number, id) = (machine(&mut arguments)?, request(&mut arguments)?);
    arguments.end()?;
    instance.sync.body(number, id).map(<[u8]>::to_vec)
}

/// The answer to a request, and the bytes that were read.
pub(super) fn sync_answer(instance: &mut Instance, input: &[u8]) -> Result<Vec<u8>> {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (head, bytes) = (input.get(..end).unwrap_or_default(), input.get(end + 1..).unwrap_or_default());
    let mut arguments = Arguments::new(text(head)?)?;
    let (number, id, answer) = (machine(&mut arguments)?, request(&mut arguments)?, arguments.value()?);
    arguments.end()?;
    instance.sync.answer(number, id, answer, bytes)?;
    Ok(Vec::new())
}

fn text(input: &[u8]) -> Result<&str> {
    str::from_utf8(input).map_err(|_| Failure::call("the input is not UTF-8"))
}

fn machine(arguments: &mut Arguments<'_>) -> Result<u32> {
    u32::try_from(arguments.integer()?).map_err(|_| Failure::call("that is no number of a sync"))
}

fn request(arguments: &mut Arguments<'_>) -> Result<u64> {
    u64::try_from(arguments.integer()?).map_err(|_| Failure::call("that is no number of a request"))
}
