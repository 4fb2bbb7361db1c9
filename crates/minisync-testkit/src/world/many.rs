//! A newcomer who gets all the mail of a run at once: merged together it has to come to what it comes to one by one,
//! and the patches have to lead there too.

use minisync::{Changes, ClientId, Document, Stamp};

use super::{Checked, World, accepted, ensure, patched};

impl World<'_> {
    pub(super) fn merge_all_mail(&self) -> Checked {
        let mail = || self.mail.values().map(|message| &message.changes);
        let Some(first) = mail().find(|changes| changes.is_full()) else { return Ok(()) };
        let newcomer = || -> Checked<Document> {
            let id = accepted(ClientId::new("newcomer"), "id", "newcomer")?;
            let builder = Document::builder().client_id(id).clock(|| Stamp::saturating(1));
            accepted(builder.join(first), "join", first)
        };
        let (mut alone, mut together) = (newcomer()?, newcomer()?);
        let mut plain = together.to_value();
        // What builds on changes that were never sent is not for it.
        let mut all: Vec<&Changes> = Vec::new();
        for changes in mail() {
            match alone.merge(changes) {
                Ok(_) => all.push(changes),
                Err(error) => ensure(error.is_missing_changes(), "merge", || format!("{error}: {changes}"))?,
            }
        }
        let patches = accepted(together.merge_all(all), "merge all", "the mail")?;
        accepted(together.check(), "check", "the newcomer who merged all is broken")?;
        let (shown, wanted) = (together.changes().to_string(), alone.changes().to_string());
        ensure(shown == wanted, "merge all", || format!("together {shown}, one by one {wanted}"))?;
        patched::apply(&mut plain, &patches)?;
        ensure(plain == together.to_value(), "merge all", || {
            format!("{patches:?} lead to {plain}, but the document shows {}", together.to_json())
        })
    }
}
