//! What the command tells: people in words, machines in JSON. Knows no documents.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
    mem,
};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::{Failure, Result, progress::Progress, time};

/// How an error begins, and a warning, and a line that others belong to; only on terminals.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HEADING: Style = Style::new().bold();

/// Results go to standard output; warnings, errors and progress to standard error.
#[derive(Debug)]
pub(crate) struct Screen {
    json: bool,
    quiet: bool,
    verbose: bool,
    /// Why something could not be written to standard output. What is being done goes on: FILE and the state are
    /// brought to an end first.
    failed: RefCell<Option<io::Error>>,
    progress: Progress,
    /// For what runs on and on.
    events: Option<RefCell<Warnings>>,
}

/// What was warned of, so that it is not said again as long as it lasts.
#[derive(Debug, Default)]
struct Warnings {
    before: BTreeSet<String>,
    now: BTreeSet<String>,
}

impl Screen {
    pub(crate) fn new(json: bool, quiet: bool, verbose: bool) -> Screen {
        let progress = Progress::begin(!json && !quiet && io::stderr().is_terminal());
        Screen { json, quiet, verbose, failed: RefCell::new(None), progress, events: None }
    }

    /// For a part of the program that tells of one event after the other: each line begins with the time of day, and a
    /// warning is given once as long as it lasts.
    pub(crate) fn for_events(&self) -> Screen {
        Screen {
            json: self.json,
            quiet: self.quiet,
            verbose: self.verbose,
            failed: RefCell::new(None),
            progress: Progress::begin(false),
            events: Some(RefCell::default()),
        }
    }

    /// All that there was to say of an event has been said.
    pub(crate) fn end_of_event(&self) {
        if let Some(warnings) = &self.events {
            let Warnings { before, now } = &mut *warnings.borrow_mut();
            *before = mem::take(now);
        }
    }

    /// Says nothing but warnings: for what is done on the way to an answer on standard output.
    pub(crate) fn only_warnings() -> Screen {
        Screen::new(true, true, false)
    }

    /// # Errors
    /// Where something could not be written to standard output.
    pub(crate) fn finish(self) -> Result<()> {
        let Screen { failed, progress, .. } = self;
        drop(progress);
        match failed.into_inner() {
            Some(error) => Err(Failure::io("write to", "standard output".as_ref(), &error)),
            None => Ok(()),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// What happened. Not said with `--json` or `--quiet`.
    pub(crate) fn say(&self, line: impl Display) {
        if self.json || self.quiet {
            return;
        }
        match &self.events {
            Some(_) => self.print(format_args!("{} {}", time::of_day(), printable(line))),
            None => self.print(printable(line)),
        }
    }

    /// What only the curious want to know (`--verbose`).
    pub(crate) fn explain(&self, line: impl Display) {
        if self.verbose {
            self.progress.aside(|| complain(line));
        }
    }

    /// A line of an answer for people, said even with `--quiet`.
    pub(crate) fn line(&self, line: impl Display) {
        self.print(printable(line));
    }

    /// A line that others belong to.
    pub(crate) fn heading(&self, line: impl Display) {
        self.print_styled(HEADING, printable(line));
    }

    /// Says what is waited for, from any thread. Nothing with `--json` or `--quiet`.
    pub(crate) fn wait_teller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let (tells, aside) = (!self.json && !self.quiet, self.progress.aside_anywhere());
        move |line| {
            if tells {
                aside(&|| complain(line));
            }
        }
    }

    /// An answer that is taken as it is, by people or programs: said even with `--quiet`.
    pub(crate) fn answer(&self, text: impl Display) {
        self.print(text);
    }

    /// The answer for machines, on one line.
    pub(crate) fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.print(text),
            Err(error) => self.note(Err(error.into())),
        }
    }

    /// An answer that has its own line ends.
    pub(crate) fn output(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        self.note(stdout.write_all(bytes).and_then(|()| stdout.flush()));
    }

    /// What went on in spite of, but should be known.
    pub(crate) fn warn(&self, line: impl Display) {
        let Some(warnings) = &self.events else {
            self.progress.aside(|| complain_as(WARNING, line));
            return;
        };
        let line = line.to_string();
        let Warnings { before, now } = &mut *warnings.borrow_mut();
        if now.insert(line.clone()) && !before.contains(&line) {
            complain(format_args!("{} minisync: {line}", time::of_day()));
        }
    }

    /// What is being done from here on, for a person who watches and waits.
    pub(crate) fn phase(&self, what: impl Display) {
        self.progress.phase(what);
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    fn print(&self, line: impl Display) {
        self.print_styled(Style::new(), line);
    }

    /// Where the terminal has no colours, or the user wants none, the style is left out.
    fn print_styled(&self, style: Style, line: impl Display) {
        self.progress.aside(|| {
            let mut stdout = io::stdout().lock();
            let is_plain = style.is_plain() || anstream::AutoStream::choice(&stdout) == ColorChoice::Never;
            let written = match is_plain {
                true => writeln!(stdout, "{line}"),
                false => writeln!(anstream::AutoStream::auto(&mut stdout), "{style}{line}{style:#}"),
            };
            self.note(written.and_then(|()| stdout.flush()));
        });
    }

    /// The first failure is the one that matters. A reader that has gone away (as `head` does) is none.
    fn note(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }
}

/// Says a line of this kind, after the name of the command.
pub(crate) fn complain_as(style: Style, line: impl Display) {
    let line = printable(line);
    let _ = writeln!(anstream::stderr().lock(), "{style}minisync:{style:#} {line}");
}

/// Standard error is the last resort: where it cannot be written, nobody can be told.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// A line that does to a terminal nothing but to stand there: labels, names and reasons come from elsewhere too, and
/// could clear the screen, feign another line or turn the direction of writing.
pub(super) fn printable(line: impl Display) -> String {
    let mut plain = String::new();
    for character in line.to_string().chars() {
        if character.is_control() || turns_or_breaks(character) {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// Marks of direction, and line ends that are no control characters.
fn turns_or_breaks(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A label "laptop\r\x1b[2Kall is well" took the place of the line that it stood in.
    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(printable("é 😀"), "é 😀");
        assert_eq!(printable("a\u{1b}[2K\nb\u{202e}c\u{9b}"), "a\\u{1b}[2K\\u{a}b\\u{202e}c\\u{9b}");
    }
}
