//! One round of sync: read, merge, save, publish, save. Performs no request itself.

use minisync::ClientId;

use crate::{
    error::Result,
    layout::Layout,
    local::{Listed, State, TargetBooks},
    name::Name,
    plan::{self, HeadListing, Publication, Standing},
    remote::{Report, Skipped, SyncOptions},
    store::Store,
    target::Target,
    warning::Warning,
};

/// Syncs the state with one target: takes in what others published, and publishes what is new.
///
/// The target is added to the state's list if it is not there. Everything is saved before it is published,
/// and again after. If nothing changed on either side, it costs one request and saves nothing.
///
/// # Errors
/// `is_wrong_folder()`, with nothing written; errors of the store that stop the whole round; and those of the local save. What one other client did wrong is no error, but reported. After an
/// error the document may hold what was merged before it, which is right in any case.
pub async fn sync(
    store: &dyn Store,
    state: &mut State,
    target: &Target,
    options: &SyncOptions,
) -> Result<Report> {
    let mut round = Round::new(store, state, target, options);
    let listing = round.list().await?;
    let due = round.is_due();
    if !due && round.is_settled(&listing) {
        round.rest(&listing);
        return Ok(round.report);
    }
    let folder = round.check_folder(&listing).await?;
    round.check_own_head().await?;
    round.read_heads(&listing, due).await?;
    if due {
        round.verify_own_files().await?;
    }
    round.take_in().await?;
    round.follow_renewal();
    round.publish(folder, &listing).await?;
    round.finish(&listing, due).await?;
    Ok(round.report)
}

/// A round under way.
pub(super) struct Round<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) state: &'a mut State,
    pub(super) options: &'a SyncOptions,
    pub(super) layout: Layout,
    /// The own client.
    pub(super) client: ClientId,
    /// Its name in the store.
    pub(super) name: Name,
    pub(super) books: TargetBooks,
    /// Whether nothing is to be written to the store.
    pub(super) read_only: bool,
    /// Whether an own head is there that is older than the last one, and has to be written over.
    pub(super) is_outdated: bool,
    /// Whether another client id was taken: the former one's head is another client's now, and has to be read.
    is_renewed: bool,
    /// Microseconds since the Unix epoch.
    pub(super) now: u64,
    pub(super) report: Report,
}

impl<'a> Round<'a> {
    fn new(
        store: &'a dyn Store,
        state: &'a mut State,
        target: &Target,
        options: &'a SyncOptions,
    ) -> Round<'a> {
        state.add_target(target);
        let document = state.document();
        let known = state.books().target(target.url());
        Round {
            layout: Layout::new(document.id()),
            client: document.client_id().clone(),
            name: Name::of_client(document.client_id()),
            books: known.cloned().unwrap_or_else(|| TargetBooks::new(target)),
            read_only: target.is_read_only(),
            is_outdated: false,
            is_renewed: false,
            now: state.now(),
            report: Report::default(),
            store,
            state,
            options,
        }
    }

    async fn list(&mut self) -> Result<HeadListing> {
        let listing = HeadListing::of(self.store.list(&self.layout.heads()).await?);
        for copy in &listing.conflict_copies {
            self.warn(format!(
                "{}/{copy} is a conflict copy, but each head has one writer: perhaps a copy of this \
                 document was cloned with its .minisync folder; delete the file once that is settled",
                self.layout.heads()
            ));
        }
        Ok(listing)
    }

    /// Goes on under the client id that the document has by now.
    pub(super) fn follow_renewal(&mut self) {
        let document = self.state.document();
        if *document.client_id() != self.client {
            self.client = document.client_id().clone();
            self.name = Name::of_client(&self.client);
            self.is_outdated = false;
            self.is_renewed = true;
        }
    }

    fn is_due(&self) -> bool {
        let reread_after = self.options.reread_after.as_micros();
        plan::is_due(&self.books, self.now, u64::try_from(reread_after).unwrap_or(u64::MAX))
    }

    /// Whether nothing changed on either side since nothing was left to do.
    fn is_settled(&self, listing: &HeadListing) -> bool {
        plan::is_unchanged(&self.books, listing) && self.publication() == Publication::Nothing
    }

    /// What is to be published, as things stand.
    pub(super) fn publication(&self) -> Publication {
        if self.read_only {
            return Publication::Nothing;
        }
        let publication = plan::decide(&Standing {
            version: &self.state.document().version(),
            label: self.state.label(),
            published: self.books.published(&self.client).map(|published| &published.head),
            covered: &self.books.covered(&self.client),
        });
        match publication {
            Publication::Nothing if self.is_outdated => Publication::Head,
            publication => publication,
        }
    }

    /// Ends a round in which nothing had changed.
    fn rest(&mut self, listing: &HeadListing) {
        self.books.quiet = self.books.quiet.saturating_add(1);
        self.books.last_reached = Some(self.now);
        self.books.listing = Some(listing.heads.clone());
        self.state.set_target_books(self.books.clone());
    }

    /// Ends a round in which something had.
    async fn finish(&mut self, listing: &HeadListing, due: bool) -> Result<()> {
        self.books.last_reached = Some(self.now);
        self.books.quiet = 0;
        if due {
            self.books.read_at = self.now;
        }
        let mut heads = listing.heads.clone();
        if let Some(own) = self.books.published(&self.client) {
            // The listing is older than what was written in this round, which has another size.
            let written = Listed { size: own.length, mark: None };
            let listed = heads.remove(&self.name).filter(|listed| written.matches(listed));
            heads.insert(self.name.clone(), listed.unwrap_or(written));
        }
        let is_settled = self.report.skipped.is_empty() && !self.is_renewed;
        self.books.listing = is_settled.then_some(heads);
        self.save().await
    }

    /// Saves the document and the books, so that they survive a crash. Not in a dry run.
    pub(super) async fn save(&mut self) -> Result<()> {
        self.state.set_target_books(self.books.clone());
        if !self.options.dry_run && self.state.is_changed() {
            self.state.save().await?;
        }
        Ok(())
    }

    pub(super) fn warn(&mut self, text: String) {
        self.report.warnings.push(Warning::new(text));
    }

    pub(super) fn skip(&mut self, client: impl Into<String>, reason: impl Into<String>) {
        self.report.skipped.push(Skipped { client: client.into(), reason: reason.into() });
    }
}
