//! What JavaScript is told when a machine is done.

use minisync_store::{Found, Joined, Report, Skipped};

use crate::output::{boolean, write_list, write_member, write_path, write_string};

/// A round of sync.
pub(super) fn of_round(report: &Report) -> String {
    let mut out = String::from("{\"done\":{\"received\":");
    write_list(&report.received, &mut out, |received, out| {
        out.push_str("{\"client\":");
        write_string(received.client.as_str(), out);
        write_member("label", out);
        write_string(&received.label, out);
        write_member("changes", out);
        out.push_str(&received.changes.to_string());
        out.push('}');
    });
    write_member("sent", &mut out);
    match report.sent {
        Some(sent) => {
            out.push_str("{\"changes\":");
            out.push_str(&sent.changes.to_string());
            write_member("bytes", &mut out);
            out.push_str(&sent.bytes.to_string());
            write_member("whole", &mut out);
            out.push_str(boolean(sent.whole));
            out.push('}');
        }
        None => out.push_str("null"),
    }
    write_member("skipped", &mut out);
    write_skipped(&report.skipped, &mut out);
    write_member("conflicts", &mut out);
    write_list(&report.conflicts, &mut out, write_path);
    write_member("warnings", &mut out);
    write_list(&report.warnings, &mut out, |warning, out| write_string(&warning.to_string(), out));
    out.push_str("}}");
    out
}

/// A change set to begin with: as text, since a change set that is parsed may lose the order of its keys and the spelling
/// of its numbers.
pub(super) fn of_join(joined: &Joined) -> String {
    let mut out = String::from("{\"done\":{\"changes\":");
    write_string(&joined.changes.to_string(), &mut out);
    write_member("from", &mut out);
    write_string(joined.from.as_str(), &mut out);
    write_member("skipped", &mut out);
    write_skipped(&joined.skipped, &mut out);
    out.push_str("}}");
    out
}

/// The documents in a store.
pub(super) fn of_discovery(found: &[Found]) -> String {
    let mut out = String::from("{\"done\":");
    write_list(found, &mut out, |found, out| {
        out.push_str("{\"document\":");
        write_string(found.document.as_str(), out);
        write_member("clients", out);
        write_list(&found.clients, out, |client, out| {
            out.push_str("{\"client\":");
            write_string(client.client.as_str(), out);
            write_member("label", out);
            write_string(&client.label, out);
            out.push('}');
        });
        out.push('}');
    });
    out.push('}');
    out
}

fn write_skipped(skipped: &[Skipped], out: &mut String) {
    write_list(skipped, out, |skipped, out| {
        out.push_str("{\"client\":");
        write_string(&skipped.client, out);
        write_member("reason", out);
        write_string(&skipped.reason, out);
        out.push('}');
    });
}
