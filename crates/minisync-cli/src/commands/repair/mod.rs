//! `minisync repair`: looks through all that belongs to FILE, mends what can be mended, and says what a person must
//! decide.

mod findings;
mod local;
mod target;

use std::path::PathBuf;

use clap::Args;

use self::findings::Findings;
use crate::{
    commands::change::write,
    terminal::{Result, Screen},
    tracked::{Found, Tracked, open},
};

/// Look for damage, mend it, and say what must be decided
///
/// Looks at FILE, at what is kept of it in .minisync, and at all that its targets hold: every file there is read. What this
/// copy has is published anew where it is lost or damaged. What a person must decide is said, and left as it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  minisync repair todo.json --dry-run
  minisync repair todo.json
  minisync repair todo.json --refill    the shared folder was emptied, and is the right one")]
pub(crate) struct Repair {
    /// The JSON file
    file: PathBuf,
    /// Fill targets anew that were used before and are empty now
    #[arg(long)]
    refill: bool,
    /// Only say what was found
    #[arg(long)]
    dry_run: bool,
}

impl Repair {
    pub(crate) fn run(&self, screen: &Screen) -> Result<()> {
        let mut findings = Findings::new(&self.file, self.dry_run);
        screen.phase(format_args!("reading what is known of {}", self.file.display()));
        let found = match minisync_store::StatePlace::beside(&self.file)?.exists() {
            true => Some(open(&self.file, screen)?),
            false => None,
        };
        // After the state was opened: one that is damaged is set aside by that.
        local::look(&self.file, &mut findings)?;
        match found {
            Some(Found::Tracked(mut tracked)) => self.mend(&mut tracked, &mut findings, screen)?,
            _ => local::explain_untracked(&self.file, &mut findings),
        }
        findings.finish(screen)
    }

    fn mend(&self, tracked: &mut Tracked<'_>, findings: &mut Findings, screen: &Screen) -> Result<()> {
        // Where FILE cannot be read, its document and its targets still can.
        let is_read = match tracked.read_edits() {
            Ok(_) => true,
            Err(failure) => {
                findings.decide(self.file.display(), failure);
                false
            }
        };
        if !self.dry_run {
            tracked.save()?;
            tracked.save_merge_base()?;
        }
        for target in tracked.state().targets() {
            screen.phase(format_args!("reading all in {target}"));
            target::look(tracked, &target, self, findings, screen);
        }
        if !self.dry_run && is_read {
            let is_gone = !self.file.exists();
            write(tracked, &self.file)?;
            // People were told already.
            if is_gone && screen.is_json() {
                findings.mended(self.file.display(), "it was gone, and is written again");
            }
        }
        if !self.dry_run {
            tracked.save()?;
        }
        Ok(())
    }
}
