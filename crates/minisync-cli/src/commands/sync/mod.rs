//! `minisync sync`: FILE and its targets get what they lack of each other.

mod first;
mod once;
mod summary;

use std::path::PathBuf;

use clap::Args;
use minisync_store::{StatePlace, SyncOptions, Target};

pub(crate) use self::once::sync_once;
use self::{
    first::{First, plan, refuse_strangers},
    summary::Summary,
};
use crate::{
    commands::{
        change::{damaged, too_many_writers},
        overruled,
        overview::{clients::is_label, remote::parse},
    },
    terminal::{Failure, Result, Screen, label::machine_label, progress::watched},
    tracked::{Found, Tracked, Untracked, Written, open},
};

/// So many times another program may write FILE while we work.
const ROUNDS: usize = 20;

/// Bring FILE and its targets up to date with each other
///
/// Takes in what was edited in FILE, fetches what the other devices sent, merges, writes FILE back with
/// its own layout, and sends what is new. A FILE that is not there is made from the target's document; one
/// of the original library (@jsebrech/minisync 0.4) becomes its data, and is kept as FILE.bak. Targets given
/// once are remembered.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync sync todo.json --with ~/Sync/lists    the first time, on each device
  minisync sync todo.json                        from then on")]
pub(crate) struct Sync {
    /// The JSON file
    file: PathBuf,
    /// A folder that the other devices see too: ./folder, /folder or file:///folder; may be repeated
    #[arg(long = "with", value_name = "TARGET")]
    targets: Vec<String>,
    /// Make FILE a copy of this document of the target; FILE as it was is kept as FILE.bak
    #[arg(long, value_name = "DOCUMENT", conflicts_with = "new")]
    join: Option<String>,
    /// Make FILE a new document, although the target holds others
    #[arg(long)]
    new: bool,
    /// What this copy is called on the other devices; the machine's name, if not given
    #[arg(long, value_name = "LABEL")]
    name: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Whether it is saved when targets were reached, even if that is all there is to save.
    #[arg(skip = true)]
    save_times: bool,
}

impl Sync {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let targets = self.targets()?;
        if self.name.as_ref().is_some_and(|name| !is_label(name)) {
            return Err(Failure::usage(
                "--name: a label has at least one character, and no control characters",
            ));
        }
        let place = StatePlace::beside(&self.file)?;
        if self.dry_run && !place.exists() {
            return self.foretell(&targets, screen);
        }
        let mut summary = Summary::new(self.dry_run);
        let mut tracked = match open(&self.file, screen)? {
            Found::Tracked(tracked) => {
                summary.before(tracked.document());
                self.check_tracked(tracked, &targets, screen)?
            }
            Found::Untracked(_) if self.dry_run => return self.foretell(&targets, screen),
            Found::Untracked(untracked) => self.begin(untracked, &targets, screen, &mut summary)?,
        };
        for target in &targets {
            tracked.state_mut().add_target(target);
        }
        if let Some(name) = self.name.as_deref().filter(|name| *name != tracked.state().label()) {
            tracked.state_mut().set_label(name);
        }
        let written = self.rounds(&mut tracked, &mut summary, screen)?;
        let finished = summary.finish(&self.file, &tracked, written, screen);
        if !self.dry_run {
            overruled::set_told(&mut tracked)?;
        }
        finished
    }

    fn targets(&self) -> Result<Vec<Target>> {
        self.targets.iter().map(|text| parse("--with", text)).collect()
    }

    /// What would become of a FILE that is not tracked yet.
    fn foretell(&self, targets: &[Target], screen: &Screen) -> Result<()> {
        let first = plan(self, targets, screen)?;
        screen.say(format_args!("{}: {}", self.file.display(), first.intention(targets)));
        Summary::new(true).show(screen, &self.file, false, 0, Vec::new(), None);
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
        let other = self.join.as_ref().is_some_and(|join| join != document.as_str());
        if other || self.new && (at_home || targets.is_empty()) {
            return Err(Failure::new(format!(
                "{} is the document {document} already; use another name for another document",
                self.file.display()
            )));
        }
        if !at_home && !self.new {
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
        if untracked.damaged && self.join.is_none() && !self.new {
            return Err(damaged(&self.file));
        }
        let label = self.name.clone().unwrap_or_else(machine_label);
        let first = plan(self, targets, screen)?;
        summary.begun(&first);
        match first {
            First::New | First::Import(_) => untracked.start(&label),
            First::Join { document, target } => {
                let store = watched(target.open()?, target.url(), screen);
                let joined =
                    pollster::block_on(minisync_store::join(&*store, &document, &SyncOptions::default()))?;
                for skipped in &joined.skipped {
                    screen.warn(format_args!("{}: {}", skipped.client, skipped.reason));
                }
                let document = minisync::Document::from_changes(&joined.changes)?;
                let mut tracked = untracked.join(document, &label)?;
                // All that the others have is fetched before FILE's own keys are compared with it.
                self.sync_target(&mut tracked, &target, summary, screen);
                Ok(tracked)
            }
        }
    }

    /// Takes in, syncs and writes, until no other program has written FILE meanwhile. Whether FILE changed.
    fn rounds(&self, tracked: &mut Tracked<'_>, summary: &mut Summary, screen: &Screen) -> Result<bool> {
        if tracked.is_behind() {
            self.sync_targets(tracked, summary, screen);
        }
        for _ in 0..ROUNDS {
            tracked.read_edits()?;
            if self.dry_run {
                self.sync_targets(tracked, summary, screen);
                return Ok(tracked.would_write());
            }
            tracked.save()?;
            tracked.save_merge_base()?;
            self.sync_targets(tracked, summary, screen);
            let written = tracked.write_back()?;
            if self.save_times {
                tracked.save()?;
            } else {
                tracked.save_changes()?;
            }
            if written != Written::Overtaken {
                return Ok(written == Written::Changed);
            }
            screen.explain(format_args!("{}: another program wrote it meanwhile", self.file.display()));
        }
        Err(too_many_writers(&self.file))
    }

    /// What one target brought, those before it lack: they are visited again.
    fn sync_targets(&self, tracked: &mut Tracked<'_>, summary: &mut Summary, screen: &Screen) {
        let targets = tracked.state().targets();
        let version = tracked.document().version();
        for target in &targets {
            self.sync_target(tracked, target, summary, screen);
        }
        if targets.len() > 1 && !self.dry_run && tracked.document().version() != version {
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
        let options = SyncOptions { dry_run: self.dry_run, ..SyncOptions::default() };
        let result = target.open().and_then(|store| {
            let store = watched(store, target.url(), screen);
            pollster::block_on(minisync_store::sync(&*store, tracked.state_mut(), target, &options))
        });
        summary.add(target, result, screen);
    }
}
