//! One FILE and its targets: what `minisync sync` does with each.

use std::path::Path;

use minisync_store::{StatePlace, SyncOptions, Target};

use super::{
    Sync,
    first::{First, plan, refuse_strangers},
    summary::Summary,
};
use crate::{
    commands::{
        change::{damaged, too_many_writers},
        overruled, target,
    },
    terminal::{Failure, Result, Screen, label::machine_label},
    tracked::{FileHint, Found, Tracked, Untracked, Written, open},
};

/// So many times another program may write FILE while we work.
const ROUNDS: usize = 20;

/// A sync of one file.
pub(super) struct FileSync<'a> {
    pub(super) file: &'a Path,
    pub(super) asked: &'a Sync,
}

impl FileSync<'_> {
    pub(super) fn run(&self, targets: &[Target], screen: &Screen) -> Result<()> {
        let place = StatePlace::beside(self.file)?;
        if self.asked.dry_run && !place.exists() {
            return self.foretell(targets, screen);
        }
        let mut summary = Summary::new(self.asked.dry_run);
        screen.phase(format_args!("reading what is known of {}", self.file.display()));
        let mut tracked = match open(self.file, screen)? {
            Found::Tracked(tracked) => {
                summary.before(tracked.document());
                self.check_tracked(tracked, targets, screen)?
            }
            Found::Untracked(_) if self.asked.dry_run => return self.foretell(targets, screen),
            Found::Untracked(untracked) => self.begin(untracked, targets, screen, &mut summary)?,
        };
        for target in targets {
            self.refuse_read_only(&tracked, target)?;
            tracked.state_mut().add_target(target);
        }
        if let Some(name) = self.asked.name.as_deref().filter(|name| *name != tracked.state().label()) {
            tracked.state_mut().set_label(name);
        }
        let written = self.rounds(&mut tracked, &mut summary, screen)?;
        let finished = summary.finish(self.file, &tracked, written, screen);
        if !self.asked.dry_run {
            overruled::set_told(&mut tracked)?;
        }
        finished
    }

    /// A target that FILE is sent to does not become one that is only read by the way.
    fn refuse_read_only(&self, tracked: &Tracked<'_>, target: &Target) -> Result<()> {
        let targets = tracked.state().targets();
        let known = targets.iter().find(|known| known.url() == target.url());
        if known.is_some_and(|known| target.is_read_only() && !known.is_read_only()) {
            let file = self.file.display();
            return Err(Failure::new(format!(
                "{file} is sent to {target} already; to only read it from now on: minisync remote remove {file} \
                 {target}, and then --read-only again"
            )));
        }
        Ok(())
    }

    /// What would become of a FILE that is not tracked yet.
    fn foretell(&self, targets: &[Target], screen: &Screen) -> Result<()> {
        let first = plan(self, targets, screen)?;
        screen.say(format_args!("{}: {}", self.file.display(), first.intention(targets)));
        Summary::new(true).show(screen, self.file, false, 0, Vec::new(), None);
        Ok(())
    }

    /// A FILE that is tracked is that document, and goes where it has been before. One that has been
    /// nowhere goes to a place with other documents only if that is said.
    fn check_tracked<'s>(
        &self,
        tracked: Tracked<'s>,
        targets: &[Target],
        screen: &Screen,
    ) -> Result<Tracked<'s>> {
        let document = tracked.document().id();
        let at_home = !tracked.state().targets().is_empty() || tracked.document().clients().next().is_some();
        let other = self.asked.join().is_some_and(|join| !document.as_str().starts_with(join));
        if other || self.asked.new && (at_home || targets.is_empty()) {
            return Err(Failure::new(format!(
                "{} is the document {document} already; use another name for another document",
                self.file.display()
            )));
        }
        if !at_home && !self.asked.new {
            refuse_strangers(self, document, targets, screen)?;
        }
        Ok(tracked)
    }

    fn begin<'s>(
        &self,
        untracked: Untracked<'s>,
        targets: &[Target],
        screen: &'s Screen,
        summary: &mut Summary,
    ) -> Result<Tracked<'s>> {
        if untracked.damaged && self.asked.join().is_none() && !self.asked.new {
            return Err(damaged(self.file));
        }
        let label = self.asked.name.clone().unwrap_or_else(machine_label);
        let first = plan(self, targets, screen)?;
        summary.begun(&first);
        match first {
            First::New | First::Import(_) => untracked.start(&label),
            First::Join { document, target } => {
                let store = target::open(&target, screen)?;
                let joined =
                    pollster::block_on(minisync_store::join(&*store, &document, &SyncOptions::default()))?;
                for skipped in &joined.skipped {
                    screen.warn(format_args!("{}: {}", skipped.client, skipped.reason));
                }
                let (document, hint) = (minisync::Document::from_changes(&joined.changes)?, joined.hint);
                let mut tracked = untracked.join(document, &label, &FileHint::read(hint.as_deref()))?;
                // All that the others have is fetched before FILE's own keys are compared with it.
                self.sync_target(&mut tracked, &target, summary, screen);
                Ok(tracked)
            }
        }
    }

    /// Takes in, syncs and writes, until no other program has written FILE meanwhile. Whether FILE changed.
    pub(super) fn rounds(
        &self,
        tracked: &mut Tracked<'_>,
        summary: &mut Summary,
        screen: &Screen,
    ) -> Result<bool> {
        if tracked.is_behind() {
            tracked.keep_older();
            self.sync_targets(tracked, summary, screen);
        }
        for _ in 0..ROUNDS {
            screen.phase(format_args!("reading {}", self.file.display()));
            tracked.read_edits()?;
            if self.asked.dry_run {
                self.sync_targets(tracked, summary, screen);
                return Ok(tracked.would_write());
            }
            tracked.save()?;
            tracked.save_merge_base()?;
            self.sync_targets(tracked, summary, screen);
            screen.phase(format_args!("writing {}", self.file.display()));
            let written = tracked.write_back()?;
            if self.asked.save_times {
                tracked.save()?;
            } else {
                tracked.save_changes()?;
            }
            if written != Written::Overtaken {
                return Ok(written == Written::Changed);
            }
            screen.explain(format_args!("{}: another program wrote it meanwhile", self.file.display()));
        }
        Err(too_many_writers(self.file))
    }

    /// What one target brought, those before it lack: they are visited again.
    fn sync_targets(&self, tracked: &mut Tracked<'_>, summary: &mut Summary, screen: &Screen) {
        let targets = tracked.state().targets();
        let version = tracked.document().version();
        for target in &targets {
            self.sync_target(tracked, target, summary, screen);
        }
        if targets.len() > 1 && !self.asked.dry_run && tracked.document().version() != version {
            for target in &targets[..targets.len() - 1] {
                self.sync_target(tracked, target, summary, screen);
            }
        }
    }

    /// A target that cannot be reached is no reason not to sync with the others.
    fn sync_target(
        &self,
        tracked: &mut Tracked<'_>,
        target: &Target,
        summary: &mut Summary,
        screen: &Screen,
    ) {
        screen.explain(format_args!("{}: syncing with {target}", self.file.display()));
        let options = SyncOptions { dry_run: self.asked.dry_run, ..SyncOptions::default() };
        let result = target::open(target, screen).and_then(|store| {
            let state = tracked.state_mut();
            Ok(pollster::block_on(minisync_store::sync(&*store, state, target, &options))?)
        });
        summary.add(target, result, screen);
    }
}
