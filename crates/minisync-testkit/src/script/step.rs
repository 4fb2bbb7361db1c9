//! One step of a run as plain data, with its text form: one readable line. Knows nothing of what it will
//! meet.

use std::{fmt, str::FromStr};

use super::{
    edit::Edit,
    parse::{Cursor, ParseError},
};

/// One step. Clients (`c1`) and messages (`m7`) carry their numbers from the start; a step that names one
/// that does not exist does nothing, so any part of a script is a script.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "client, to, from: clients; message: a message")]
pub enum Step {
    /// Time passes: microseconds.
    Tick(u64),
    /// A client's clock is set forwards or backwards by so many microseconds.
    Jump {
        client: usize,
        by: i64,
    },
    Edit {
        client: usize,
        edit: Edit,
    },
    /// Several edits that hold all or nothing; where `fails`, the transaction ends in an error.
    Transact {
        client: usize,
        edits: Vec<Edit>,
        fails: bool,
    },
    /// A call that has to be refused; the number chooses which.
    Refused {
        client: usize,
        choice: u64,
    },
    Send {
        client: usize,
        message: u64,
        content: Content,
    },
    /// Any client takes in a message, also repeatedly.
    Deliver {
        client: usize,
        message: u64,
    },
    /// A client gets a message that was cut short, at this many thousandths of its length.
    Truncated {
        client: usize,
        message: u64,
        at: u64,
    },
    /// A client hears what another one has by now.
    Acknowledge {
        client: usize,
        of: usize,
    },
    Forget {
        client: usize,
        policy: Purge,
    },
    /// A new client comes in with a full change set of another one. Its clock is off by `skew` microseconds.
    Join {
        client: usize,
        from: usize,
        skew: i64,
    },
    /// A client saves its state, stops, and goes on from what it saved.
    Restart {
        client: usize,
    },
    /// A backup is made of a client's state.
    Backup {
        client: usize,
    },
    /// A client's state is lost; it goes on from its backup, if there is one.
    Recover {
        client: usize,
    },
    /// A client's state is copied, and both go on. With `own_id`, the copy takes an id of its own.
    Clone {
        client: usize,
        from: usize,
        own_id: bool,
    },
}

/// What goes into a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// What this client lacks as far as the sender knows: `changes_for`.
    For(usize),
    /// What this client really lacks now: `changes_since` its version.
    Lacks(usize),
    /// What was written since this message was made: `changes_since` its version.
    Since(u64),
    /// Everything.
    Full,
}

/// Which deletions to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purge {
    /// All.
    All,
    /// Those that every known client has seen.
    Acknowledged,
    /// Those older than so many microseconds.
    Older(u64),
}

impl Step {
    /// The edits of the step, for shrinking.
    pub fn edits_mut(&mut self) -> &mut [Edit] {
        match self {
            Step::Edit { edit, .. } => std::slice::from_mut(edit),
            Step::Transact { edits, .. } => edits,
            _ => &mut [],
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Tick(by) => write!(f, "tick {by}"),
            Step::Jump { client, by } => write!(f, "c{client} jumps {by}"),
            Step::Edit { client, edit } => write!(f, "c{client} {edit}"),
            Step::Transact { client, edits, fails } => {
                write!(f, "c{client} transacts {}", if *fails { "fails" } else { "holds" })?;
                edits.iter().try_for_each(|edit| write!(f, " ; {edit}"))
            }
            Step::Refused { client, choice } => write!(f, "c{client} errs {choice}"),
            Step::Send { client, message, content } => write!(f, "c{client} sends m{message} {content}"),
            Step::Deliver { client, message } => write!(f, "c{client} gets m{message}"),
            Step::Truncated { client, message, at } => write!(f, "c{client} gets m{message} cut {at}"),
            Step::Acknowledge { client, of } => write!(f, "c{client} hears c{of}"),
            Step::Forget { client, policy } => write!(f, "c{client} forgets {policy}"),
            Step::Join { client, from, skew } => write!(f, "c{client} joins c{from} {skew}"),
            Step::Restart { client } => write!(f, "c{client} restarts"),
            Step::Backup { client } => write!(f, "c{client} is-backed-up"),
            Step::Recover { client } => write!(f, "c{client} recovers"),
            Step::Clone { client, from, own_id } => {
                write!(f, "c{client} clones c{from} {}", if *own_id { "openly" } else { "secretly" })
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::For(client) => write!(f, "for c{client}"),
            Content::Lacks(client) => write!(f, "lacks c{client}"),
            Content::Since(message) => write!(f, "since m{message}"),
            Content::Full => f.write_str("full"),
        }
    }
}

impl fmt::Display for Purge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purge::All => f.write_str("all"),
            Purge::Acknowledged => f.write_str("acknowledged"),
            Purge::Older(than) => write!(f, "older {than}"),
        }
    }
}

impl FromStr for Step {
    type Err = ParseError;

    fn from_str(line: &str) -> Result<Step, ParseError> {
        let mut rest = Cursor::new(line);
        let step = if rest.takes("tick") {
            Step::Tick(rest.number()?)
        } else {
            let client = rest.named('c')?;
            let verb = rest.word()?;
            read(client, verb, &mut rest)?
        };
        if rest.is_at_end() { Ok(step) } else { Err(ParseError::new("the line goes on after its end")) }
    }
}

fn read(client: usize, verb: &str, rest: &mut Cursor<'_>) -> Result<Step, ParseError> {
    Ok(match verb {
        "jumps" => Step::Jump { client, by: rest.number()? },
        "transacts" => read_transaction(client, rest)?,
        "errs" => Step::Refused { client, choice: rest.number()? },
        "sends" => Step::Send { client, message: rest.named('m')?, content: read_content(rest)? },
        "gets" => {
            let message = rest.named('m')?;
            if rest.takes("cut") {
                Step::Truncated { client, message, at: rest.number()? }
            } else {
                Step::Deliver { client, message }
            }
        }
        "hears" => Step::Acknowledge { client, of: rest.named('c')? },
        "forgets" => Step::Forget { client, policy: read_purge(rest)? },
        "joins" => Step::Join { client, from: rest.named('c')?, skew: rest.number()? },
        "restarts" => Step::Restart { client },
        "is-backed-up" => Step::Backup { client },
        "recovers" => Step::Recover { client },
        "clones" => {
            let from = rest.named('c')?;
            let own_id = rest.takes("openly");
            if !own_id {
                rest.expect("secretly")?;
            }
            Step::Clone { client, from, own_id }
        }
        _ => match Edit::read(verb, rest)? {
            Some(edit) => Step::Edit { client, edit },
            None => return Err(ParseError::new(format!("no step is called {verb:?}"))),
        },
    })
}

fn read_transaction(client: usize, rest: &mut Cursor<'_>) -> Result<Step, ParseError> {
    let fails = rest.takes("fails");
    if !fails {
        rest.expect("holds")?;
    }
    let mut edits = Vec::new();
    while rest.takes(";") {
        let verb = rest.word()?;
        let edit = Edit::read(verb, rest)?;
        edits.push(edit.ok_or_else(|| ParseError::new(format!("no edit is called {verb:?}")))?);
    }
    Ok(Step::Transact { client, edits, fails })
}

fn read_content(rest: &mut Cursor<'_>) -> Result<Content, ParseError> {
    match rest.word()? {
        "for" => Ok(Content::For(rest.named('c')?)),
        "lacks" => Ok(Content::Lacks(rest.named('c')?)),
        "since" => Ok(Content::Since(rest.named('m')?)),
        "full" => Ok(Content::Full),
        other => Err(ParseError::new(format!("a message holds no {other:?}"))),
    }
}

fn read_purge(rest: &mut Cursor<'_>) -> Result<Purge, ParseError> {
    match rest.word()? {
        "all" => Ok(Purge::All),
        "acknowledged" => Ok(Purge::Acknowledged),
        "older" => Ok(Purge::Older(rest.number()?)),
        other => Err(ParseError::new(format!("no policy is called {other:?}"))),
    }
}
