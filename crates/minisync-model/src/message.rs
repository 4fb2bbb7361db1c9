//! How changes are told: each write by its stamp and the name of its line, and of each line where one session
//! ends and the next one begins. `docs/algorithm.md`, section 9. Names are a spelling within one message:
//! whoever reads it finds the sessions again. Knows nothing of what is done with them.

use std::collections::BTreeMap;

use crate::{
    changes::Changes,
    dot::{Dot, Session},
    lineage::Lineage,
    replica::Replica,
    rule::{Rule, Rules},
    version::Version,
};

/// A delta whose base the receiver does not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MissingChanges;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    lines: Vec<ToldLine>,
    /// With names of lines in the place of sessions.
    changes: Changes,
}

/// What is told of a line: of all of it, or from the session on in which the base lies.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ToldLine {
    name: Session,
    /// The first session that is told: with its first stamp.
    first: u8,
    /// Of a branch that the receiver need not know: the dot that it goes on from.
    from: Option<Dot>,
    /// Up to where sessions were taken as one.
    floor: u8,
    /// The last stamp of a session, and the first one of the next.
    boundaries: Vec<(u8, u8)>,
    end: u8,
}

impl Message {
    pub(crate) fn told(changes: &Changes, lineage: &Lineage, rules: Rules) -> Message {
        let version = &changes.version;
        let lines = lineage.lines(version, rules);
        let name_of: BTreeMap<Session, Session> =
            lines.iter().flat_map(|line| line.sessions.iter().map(|session| (*session, line.name))).collect();
        let by_plain_name = !rules.hold(Rule::BranchesHaveNames);
        let name = |dot: Dot| {
            let name = name_of.get(&dot.session()).copied().unwrap_or(dot.session());
            Dot::new(dot.stamp(), if by_plain_name { Session::root(name.client()) } else { name })
        };
        let told = lines.iter().map(|line| {
            let seen = |session: &Session| changes.since.is_some_and(|base| base.entry(*session) > 0);
            let known = line.sessions.iter().rposition(seen);
            let first = known.unwrap_or(0);
            let beyond = line.sessions[first..].windows(2);
            let boundaries = beyond.map(|two| (version.entry(two[0]), two[1].first()));
            let is_told = match changes.since {
                None => rules.hold(Rule::FullMessagesTellBoundaries),
                Some(_) => rules.hold(Rule::DeltasTellBoundaries),
            };
            let is_branch = !line.name.is_root() && known.is_none();
            ToldLine {
                name: line.name,
                first: line.sessions[first].first(),
                from: is_branch.then(|| name(lineage.parent(line.name))),
                floor: lineage.floor(line.name),
                boundaries: boundaries.filter(|_| is_told).collect(),
                end: line.sessions.last().map_or(0, |last| version.entry(*last)),
            }
        });
        Message { lines: told.collect(), changes: changes.renamed(&name) }
    }

    /// The changes in the receiver's names, and the receiver as it is ready for them: with the lineage of both, and
    /// with what either has taken as one taken as one.
    pub(crate) fn read(
        &self,
        receiver: &Replica,
        rules: Rules,
    ) -> Result<(Changes, Replica), MissingChanges> {
        let mut reader =
            Reader { receiver: receiver.clone(), sessions: Vec::new(), is_lacking: false, rules };
        reader.sessions(self);
        let base = reader.base(self);
        if (reader.is_lacking || !reader.receiver.version.contains_all(&base))
            && rules.hold(Rule::DeltaOnlyAboveBase)
        {
            return Err(MissingChanges);
        }
        let horizon = self.changes.horizon.iter().map(|dot| reader.receiver.lineage.down(reader.dot(dot)));
        let horizon = horizon.fold(Version::default(), |all, version| all.joined(&version));
        let told = reader.sessions.iter().map(|told| Dot::new(told.end, told.session));
        let version = base.iter().chain(told).collect();
        let since = self.changes.since.map(|_| base);
        let changes = Changes { version, horizon, since, ..self.changes.renamed(&|dot| reader.dot(dot)) };
        Ok((changes, reader.receiver))
    }
}

/// One session of a message: under the name of its line, and what it is for the receiver.
#[derive(Clone, Copy, Debug)]
struct Told {
    line: Session,
    first: u8,
    end: u8,
    session: Session,
}

struct Reader {
    receiver: Replica,
    sessions: Vec<Told>,
    /// Whether a base lies in a session that the receiver does not know.
    is_lacking: bool,
    rules: Rules,
}

impl Reader {
    fn sessions(&mut self, message: &Message) {
        if self.rules.hold(Rule::MergeJoinsWhatIsOne) {
            for line in &message.lines {
                if self.receiver.lineage.has(line.name) {
                    self.receiver.absorb_up_to(line.name, line.floor, self.rules);
                }
            }
        }
        // Those that the receiver knows come first: what branches off below a base is found from there. Of the others,
        // whatever a session goes on from began before it.
        let mut beginnings: Vec<(u8, &ToldLine, usize)> = Vec::new();
        for line in &message.lines {
            beginnings.push((line.first, line, 0));
            let later = line.boundaries.iter().enumerate();
            beginnings.extend(later.map(|(place, (_, first))| (*first, line, place + 1)));
        }
        beginnings.sort_by_key(|(first, line, place)| (*place > 0 || line.from.is_some(), *first, line.name));
        for (first, line, place) in beginnings {
            let own = Session::new(line.name.client(), first);
            let session = match place.checked_sub(1) {
                Some(before) => self.following(own, Dot::new(line.boundaries[before].0, line.name)),
                None => self.beginning(own, line),
            };
            let end = line.boundaries.get(place).map_or(line.end, |(end, _)| *end);
            self.sessions.push(Told { line: line.name, first, end, session });
            if own == line.name && self.rules.hold(Rule::MergeJoinsWhatIsOne) {
                self.receiver.lineage.raise_floor(session, line.floor);
            }
        }
    }

    /// What begins behind a boundary: if it lies within what the receiver took as one, it is a part of that.
    fn following(&mut self, own: Session, before: Dot) -> Session {
        let parent = self.dot(before);
        if self.receiver.lineage.has(own) {
            return own;
        }
        let is_part = own.first() <= self.receiver.lineage.floor(parent.session());
        if is_part && self.rules.hold(Rule::OldBoundariesAreWithin) || self.hides_branch(parent) {
            return parent.session();
        }
        self.receiver.lineage.parents.insert(own, parent);
        own
    }

    /// What is told of a line first.
    fn beginning(&mut self, own: Session, line: &ToldLine) -> Session {
        let lineage = &mut self.receiver.lineage;
        if lineage.has(own) {
            return own;
        }
        if lineage.has(line.name) && own.first() <= lineage.floor(line.name) {
            return line.name;
        }
        let Some(from) = line.from else {
            if !self.rules.hold(Rule::BaseTellsItsSession) {
                return self.receiver.session_at(Dot::new(own.first(), line.name), self.rules);
            }
            self.is_lacking = true;
            return own;
        };
        let parent = self.dot(from);
        if self.hides_branch(parent) {
            return parent.session();
        }
        self.receiver.lineage.parents.insert(own, parent);
        own
    }

    /// Whether what goes on from a dot is taken as a part of what was taken as one around it.
    fn hides_branch(&self, parent: Dot) -> bool {
        let floor = self.receiver.lineage.floor(parent.session());
        (1..=floor).contains(&parent.stamp()) && !self.rules.hold(Rule::BranchesWithinAreBranches)
    }

    /// The write with a stamp in a line: told with its session, or of one from which the first told one goes on.
    fn dot(&self, named: Dot) -> Dot {
        let line = self.sessions.iter().filter(|told| told.line == named.session());
        let Some(told) = line.clone().rfind(|told| told.first <= named.stamp()).or(line.clone().next())
        else {
            return named;
        };
        let mut session = told.session;
        while named.stamp() < session.first() {
            session = self.receiver.lineage.parent(session).session();
        }
        Dot::new(named.stamp(), session)
    }

    /// The base, with all that it goes on from.
    fn base(&self, message: &Message) -> Version {
        let base = message.changes.since.unwrap_or_default();
        let whole = base.iter().map(|dot| self.receiver.lineage.down(self.dot(dot)));
        whole.fold(Version::default(), |all, version| all.joined(&version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dot::Client, lineage::Line};

    /// All ways in which sessions of one client can go on from each other: of the root up to two stamps, and of up
    /// to three others, which begin at one of 1 to 4, up to two each.
    fn all_lineages() -> Vec<(Lineage, Version)> {
        let alice = Client::numbered(0);
        let root = |end| Version::of(Dot::new(end, Session::root(alice)));
        let mut all: Vec<(Lineage, Version)> = (0..=2).map(|end| (Lineage::default(), root(end))).collect();
        for first in 1..=4 {
            for (lineage, version) in all.clone() {
                let beginning = Dot::new(0, Session::root(alice));
                let within = |last: Dot| {
                    (last.session().first().max(1)..=last.stamp())
                        .map(move |stamp| Dot::new(stamp, last.session()))
                };
                let parents = std::iter::once(beginning).chain(version.iter().flat_map(within));
                let session = Session::new(alice, first);
                for parent in parents.filter(|parent| parent.stamp() < first && lineage.parents.len() < 3) {
                    for end in first..=first + 1 {
                        let (mut lineage, mut version) = (lineage.clone(), version);
                        lineage.parents.insert(session, parent);
                        version.raise(Dot::new(end, session));
                        all.push((lineage, version));
                    }
                }
            }
        }
        all
    }

    fn whole_within(lineage: &Lineage, version: &Version) -> Vec<Version> {
        version.all_within().into_iter().filter(|version| lineage.is_down(version)).collect()
    }

    fn changes(sender: &Replica, base: Option<Version>) -> Changes {
        let mut changes = Changes::full(sender, Rules::without(None));
        changes.since = base;
        changes
    }

    /// Forks of forks of forks, whoever has seen what of them: a full message says what the sender has seen, and a
    /// delta does so to whoever contains its base, and to no other.
    #[test]
    fn what_is_told_is_read() {
        let rules = Rules::without(None);
        let mut branches_of_branches = 0;
        for (lineage, all) in all_lineages() {
            let versions = whole_within(&lineage, &all);
            let copy = |version: &Version| Replica {
                version: *version,
                lineage: lineage.within(version),
                ..Replica::default()
            };
            let lines = lineage.lines(&all, rules);
            let is_branch = |line: &Line| !line.name.is_root();
            let parent_of = |line: &Line| lineage.parent(line.name).session();
            let from_branch = |line: &Line| {
                lines.iter().any(|above| is_branch(above) && above.sessions.contains(&parent_of(line)))
            };
            branches_of_branches +=
                usize::from(lines.iter().any(|line| is_branch(line) && from_branch(line)));
            // Every sender, and of the receivers every third, as there are many.
            for (place, sender) in versions.iter().enumerate() {
                let sender = copy(sender);
                for receiver in versions.iter().skip(place % 3).step_by(3) {
                    let both = lineage.within(&receiver.joined(&sender.version));
                    let bases = whole_within(&lineage, &sender.version).into_iter().map(Some);
                    for base in bases.chain([None]) {
                        let message = Message::told(&changes(&sender, base), &sender.lineage, rules);
                        let is_served = receiver.contains_all(&base.unwrap_or_default());
                        match message.read(&copy(receiver), rules) {
                            Ok((read, ready)) => {
                                assert!(is_served, "{lineage:?}: {base:?} in {receiver:?}");
                                assert_eq!(
                                    (read.version, &ready.lineage),
                                    (sender.version, &both),
                                    "{lineage:?}"
                                );
                            }
                            Err(MissingChanges) => {
                                assert!(!is_served, "{lineage:?}: {base:?} in {receiver:?}")
                            }
                        }
                    }
                }
            }
        }
        assert!(branches_of_branches > 100, "{branches_of_branches}");
    }
}
