//! Looks through a target, and mends what this copy can. What only others can mend is told.

use minisync_store::{
    FolderMark, Inspect, InspectedClient, Inspection, Mark, SyncOptions, Target, drive, sync,
};

use super::{Repair, findings::Findings};
use crate::{
    commands::target::open,
    terminal::{Result, Screen, size},
    tracked::Tracked,
};

/// What is to be done, once all was looked at.
#[derive(Debug, Default)]
struct Plan {
    /// `format.json` is to be written.
    mark: bool,
    /// Everything is to be published anew.
    resend: bool,
    /// Nothing is to be done here: it may be another folder than it was.
    keep_out: bool,
}

/// Looks through a target and mends it. What fails is a finding too.
pub(super) fn look(
    tracked: &mut Tracked<'_>,
    target: &Target,
    repair: &Repair,
    findings: &mut Findings,
    screen: &Screen,
) {
    if let Err(failure) = try_look(tracked, target, repair, findings, screen) {
        findings.decide(target, failure);
    }
}

fn try_look(
    tracked: &mut Tracked<'_>,
    target: &Target,
    repair: &Repair,
    findings: &mut Findings,
    screen: &Screen,
) -> Result<()> {
    let options = SyncOptions::default();
    let document = tracked.document().id().clone();
    let store = open(target, screen)?;
    let inspection = pollster::block_on(drive(&*store, Inspect::new(&document, &options)))?;
    let plan = judge(tracked, target, &inspection, repair, findings);
    if plan.keep_out || repair.dry_run || target.is_read_only() {
        return Ok(());
    }
    if plan.mark {
        pollster::block_on(drive(&*store, Mark::new(&document, &options)))?;
    }
    let options = SyncOptions { resend: plan.resend, ..options };
    let report = pollster::block_on(sync(&*store, tracked.state_mut(), target, &options))?;
    for skipped in report.skipped {
        findings.decide(
            target,
            format_args!(
                "{} was left out: {}; sync on that device, and then here again",
                skipped.client, skipped.reason
            ),
        );
    }
    Ok(())
}

fn judge(
    tracked: &mut Tracked<'_>,
    target: &Target,
    inspection: &Inspection,
    repair: &Repair,
    findings: &mut Findings,
) -> Plan {
    let mut plan = Plan::default();
    if inspection.is_empty() && tracked.state().has_used(target) {
        if !repair.refill {
            plan.keep_out = true;
            findings.decide(
                target,
                "it was used before, and is empty now; if it is the right folder, and is to be filled anew: add --refill; \
                 else see that the right disk is mounted",
            );
            return plan;
        }
        if !repair.dry_run {
            tracked.state_mut().reset_target(target);
        }
        findings.mended(target, "it was emptied, and is filled anew");
        return plan;
    }
    judge_mark(target, inspection, &mut plan, findings);
    if plan.keep_out {
        return plan;
    }
    let own = tracked.document().client_id();
    let mut clients: Vec<&InspectedClient> = inspection.clients.iter().collect();
    clients.sort_by_key(|client| (client.client != *own, &client.label, &client.client));
    for client in clients {
        judge_client(tracked, target, client, &mut plan, findings);
    }
    for head in &inspection.unreadable {
        findings.decide(
            target,
            format_args!(
                "the head of {} cannot be read: {}; that device mends it when it syncs; if it is gone, delete the file",
                head.client, head.reason
            ),
        );
    }
    for copy in &inspection.conflict_copies {
        findings.decide(
            target,
            format_args!(
                "{copy} is a conflict copy, so two devices wrote as one: perhaps one was copied with its .minisync; sync \
                 both, and delete the file"
            ),
        );
    }
    let (own, others): (Vec<_>, Vec<_>) =
        inspection.unnamed.iter().partition(|file| file.name.starts_with(&format!("{own}-")));
    if !own.is_empty() {
        findings.harmless(target, format_args!("{} of this copy; deleted in time", left_over(&own)));
    }
    if !others.is_empty() {
        let what = left_over(&others);
        findings
            .harmless(target, format_args!("{what} of other devices; they delete them, or name them soon"));
    }
    plan
}

/// `3 files (1.2 kB) that nobody names`.
fn left_over(files: &[&minisync_store::UnnamedFile]) -> String {
    let bytes = size::bytes(files.iter().map(|file| file.size).sum());
    let (count, noun) = (files.len(), if files.len() == 1 { "file" } else { "files" });
    format!("{count} {noun} ({bytes}) that nobody names,")
}

/// The folder is this document's, or is proven to be, or it is left alone.
fn judge_mark(target: &Target, inspection: &Inspection, plan: &mut Plan, findings: &mut Findings) {
    let problem = match &inspection.mark {
        FolderMark::Whole => return,
        FolderMark::Missing if inspection.is_empty() => return,
        FolderMark::Foreign(document) => {
            plan.keep_out = true;
            let problem = format!(
                "its format.json is of the document {document}: somebody put another folder there, or took this one for \
                 another; put the right one back, or minisync remote remove this target"
            );
            return findings.decide(target, problem);
        }
        FolderMark::Missing => "format.json was lost".to_owned(),
        FolderMark::Broken(reason) => format!("format.json is broken: {reason}"),
    };
    if inspection.is_proven() {
        plan.mark = true;
        let proof = "heads and data of this document are there, so it is written again";
        findings.mended(target, format_args!("{problem}; {proof}"));
    } else {
        plan.keep_out = true;
        findings.decide(
            target,
            format_args!(
                "{problem}, and nothing there proves that it is this document's folder: wait for a file synchroniser to \
                 end; or, if the folder is of no use, delete it and run this with --refill"
            ),
        );
    }
}

fn judge_client(
    tracked: &Tracked<'_>,
    target: &Target,
    client: &InspectedClient,
    plan: &mut Plan,
    findings: &mut Findings,
) {
    if client.damaged.is_empty() {
        return;
    }
    let is_own = client.client == *tracked.document().client_id();
    let whose = if is_own { "this copy".to_owned() } else { client.label.clone() };
    let problem = format!("files of {whose} are lost or damaged: {}", client.damaged.join("; "));
    if tracked.document().contains(&client.version) {
        plan.resend = true;
        findings.mended(
            target,
            format_args!("{problem}; this copy has all that was in them, and sends it again"),
        );
    } else {
        findings.decide(
            target,
            format_args!(
                "{problem}; this copy lacks something of it: sync {whose}, or whoever has it, and then here"
            ),
        );
    }
}
