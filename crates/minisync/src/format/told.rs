//! What a change set tells of sessions: where in each line one ends and the next begins, and where branches go on
//! from. `docs/format.md`. Plain data: knows no document, and not what the receiver makes of it.

use crate::{
    base::sort::sort_by,
    format::{
        envelope_read::at,
        names::Names,
        version::{members, stamp, write_members},
    },
    json::{self, Cursor, JsonError},
    names::{
        dot::VersionVector,
        id::ClientId,
        lineage::{LineIx, LineStamps, Lines, MOST_BOUNDARIES},
        stamp::Stamp,
        version::{Version, VersionEntry, line_name},
        writers::Writers,
    },
};

/// The sessions of one line that are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldLine {
    /// The first and the last stamp of each, one behind the other; never none. The last one ends where the version says.
    pub(crate) sessions: Vec<(Stamp, Stamp)>,
    /// Of a branch that the receiver need not know: the line, by its place in the version, and the stamp from which it
    /// goes on.
    pub(crate) parent: Option<(usize, Stamp)>,
    /// Up to where sessions are told as one.
    pub(crate) floor: Stamp,
}

/// Of each entry of `fromVersion` what is told of its sessions, in the same order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToldLineage(pub(crate) Vec<ToldLine>);

impl ToldLineage {
    /// Where each line is one session, the first of its client.
    pub(crate) fn simple(version: &Version) -> ToldLineage {
        let line = |entry: &VersionEntry| ToldLine {
            sessions: vec![(entry.branch, entry.stamp)],
            parent: None,
            floor: Stamp::ZERO,
        };
        ToldLineage(version.entries().iter().map(line).collect())
    }

    /// All that was seen; in a delta what lies beyond its base.
    pub(crate) fn of(
        writers: &Writers,
        lines: &Lines,
        seen: &VersionVector,
        base: Option<&LineStamps>,
    ) -> ToldLineage {
        let sessions = &writers.sessions;
        let line = |line: LineIx| {
            let known = base.map_or(Stamp::ZERO, |base| base.get(line));
            let start = if known > Stamp::ZERO {
                sessions.first(lines.told_at(line, known, sessions))
            } else {
                Stamp::ZERO
            };
            let all = lines.told(line, sessions).filter(|session| sessions.first(*session) >= start);
            let firsts: Vec<_> = all.collect();
            let end = |at: usize| match firsts.get(at + 1) {
                Some(next) => sessions.parent(*next).stamp,
                None => seen.get(lines.last(line)),
            };
            let start = lines.start(line);
            let parent = (!sessions.is_root(start) && known == Stamp::ZERO).then(|| {
                let parent = sessions.parent(start);
                (lines.line(parent.session).map_or(0, LineIx::index), parent.stamp)
            });
            ToldLine {
                sessions: firsts
                    .iter()
                    .enumerate()
                    .map(|(at, one)| (sessions.first(*one), end(at)))
                    .collect(),
                parent,
                floor: lines.floor(line),
            }
        };
        ToldLineage(lines.iter().map(line).collect())
    }

    /// Whether each line begins where it has to, and says where it goes on from if the receiver need not know.
    fn check(&self, version: &Version, since: Option<&Version>) -> Result<(), String> {
        for (line, entry) in self.0.iter().zip(version.entries()) {
            let known = since.map_or(Stamp::ZERO, |since| since.at(&entry.client, entry.branch));
            let (first, end) = line.sessions[0];
            let name = line_name(entry.client.as_str(), entry.branch);
            if known == Stamp::ZERO && first != entry.branch {
                return Err(format!("the sessions of {name:?} do not begin with its first one"));
            }
            if known > Stamp::ZERO && !(entry.branch.max(first)..=end).contains(&known) {
                return Err(format!("changesSince is not in the first session of {name:?} that is told"));
            }
            if line.parent.is_some() != (known == Stamp::ZERO && entry.branch > Stamp::ZERO) {
                return Err(format!("{name:?} has to go on from somewhere, and to say so once"));
            }
        }
        Ok(())
    }

    /// Writes the members of an envelope that there are.
    pub(super) fn write(&self, version: &Version, names: &Names<'_>, out: &mut String) {
        let all = || self.0.iter().zip(version.entries());
        let name = |at: usize| {
            let entry = &version.entries()[at];
            names.line(&entry.client, entry.branch)
        };
        let mut member = |key: &str, values: Vec<(usize, String)>| {
            if !values.is_empty() {
                out.push_str(&format!(",\"{key}\":"));
                write_members(&mut values.into_iter().map(|(at, value)| (name(at), value)), out);
            }
        };
        let parent = |(at, line): (usize, &ToldLine)| {
            let (parent, stamp) = line.parent?;
            let mut dot = "[".to_owned();
            json::write_string(&name(parent), &mut dot);
            Some((at, format!("{dot},{stamp}]")))
        };
        let branches = self.0.iter().enumerate().filter_map(parent);
        member("branches", branches.collect());
        let lists = all().enumerate().filter(|(_, (line, entry))| line.is_told(entry.branch));
        member("sessions", lists.map(|(at, (line, _))| (at, line.list())).collect());
        let floors = self.0.iter().enumerate().filter(|(_, line)| line.floor > Stamp::ZERO);
        member("lineageHorizon", floors.map(|(at, line)| (at, line.floor.to_string())).collect());
    }
}

impl ToldLine {
    /// Whether the list of sessions says more than goes without saying.
    fn is_told(&self, branch: Stamp) -> bool {
        self.sessions.len() > 1 || self.sessions.first().is_some_and(|(first, _)| *first != branch)
    }

    /// `[first stamp, how long it is, how long the gap is, …]`
    fn list(&self) -> String {
        let mut out = String::from("[");
        let mut last = Stamp::ZERO;
        for (index, (first, end)) in self.sessions.iter().enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            out.push_str(&(first.as_micros() - last.as_micros()).to_string());
            if index + 1 < self.sessions.len() {
                out.push_str(&format!(",{}", end.as_micros() - first.as_micros()));
            }
            last = *end;
        }
        out.push(']');
        out
    }
}

/// A list of sessions, the last of which ends at `end`.
pub(super) fn read_list(cursor: &mut Cursor<'_>, end: Stamp) -> json::Result<Vec<(Stamp, Stamp)>> {
    cursor.peek();
    let start = cursor.offset();
    cursor.expect(b'[', "a list of sessions")?;
    let (mut at, mut stamps) = (0_u64, Vec::new());
    loop {
        let step = cursor.u64()?;
        // Sessions lie one behind the other; only a root may end where it begins, since nothing was written in it.
        let is_gap = stamps.len() % 2 == 0 && !stamps.is_empty();
        let next = at.checked_add(step).and_then(|micros| Stamp::from_micros(micros).ok());
        let next = next.filter(|next| *next <= end && !(is_gap && step == 0));
        let next =
            next.ok_or_else(|| cursor.error_at(start, "the sessions do not rise up to fromVersion"))?;
        at = next.as_micros();
        stamps.push(next);
        if !cursor.eat(b',') {
            cursor.expect(b']', "',' or ']' behind a stamp")?;
            break;
        }
    }
    if stamps.len() % 2 == 0 || stamps.len() / 2 > MOST_BOUNDARIES {
        return Err(cursor.error_at(
            start,
            "a list of sessions ends with the beginning of one, and has no more than 4,097",
        ));
    }
    stamps.push(end);
    Ok(stamps.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
}

/// Where the members that tell of sessions stand in a text.
#[derive(Default)]
pub(super) struct LineagePlaces {
    pub(super) branches: Option<(usize, usize)>,
    pub(super) sessions: Option<(usize, usize)>,
    pub(super) floors: Option<(usize, usize)>,
}

/// Reads what is told of sessions, and enters into the versions in which of them their stamps lie.
pub(super) fn read(
    text: &str,
    places: &LineagePlaces,
    version: &mut Version,
    mut since: Option<&mut Version>,
) -> json::Result<ToldLineage> {
    let names = Names::new(version);
    let all = version.entries();
    let find = |cursor: &Cursor<'_>, name: &str, offset| {
        names.find(name).ok_or_else(|| cursor.error_at(offset, format!("no client is called {name:?} here")))
    };
    let mut told = ToldLineage::simple(version).0;
    if let Some(place) = places.sessions {
        members(&mut at(text, place), "an object of sessions", &mut |cursor, name, offset| {
            let line = find(cursor, name, offset)?;
            told[line].sessions = read_list(cursor, all[line].stamp)?;
            Ok(())
        })?;
    }
    if let Some(place) = places.branches {
        members(&mut at(text, place), "an object of branches", &mut |cursor, name, offset| {
            let line = find(cursor, name, offset)?;
            cursor.expect(b'[', "a dot, [client, stamp]")?;
            let parent = cursor.string()?.decode().into_owned();
            let parent = find(cursor, &parent, offset)?;
            cursor.expect(b',', "',' behind a client")?;
            let stamp = stamp(cursor)?;
            cursor.expect(b']', "']' behind a dot")?;
            let (own, above) = (&all[line], &all[parent]);
            if own.client != above.client || stamp >= own.branch || stamp > above.stamp {
                let reason = "a branch goes on from an earlier dot of its client, which is in fromVersion";
                return Err(cursor.error_at(offset, reason));
            }
            told[line].parent = Some((parent, stamp));
            Ok(())
        })?;
    }
    if let Some(place) = places.floors {
        members(&mut at(text, place), "a version, {…}", &mut |cursor, name, offset| {
            told[find(cursor, name, offset)?].floor = stamp(cursor)?;
            Ok(())
        })?;
    }
    let start = places.sessions.or(places.branches).map_or(0, |(start, _)| start);
    let told = ToldLineage(told);
    let checked = told.check(version, since.as_deref()).and_then(|()| refuse_too_many(&told, version));
    checked.map_err(|reason| JsonError::new(text, start, reason))?;
    for (line, entry) in told.0.iter().zip(version.entries_mut()) {
        if let Some(since) = &mut since
            && let Ok(at) = since.find(&entry.client, entry.branch)
        {
            since.entries_mut()[at].first = line.sessions[0].0;
        }
        entry.first = line.sessions[line.sessions.len() - 1].0;
    }
    Ok(told)
}

/// No client may have more boundaries than are kept.
pub(super) fn refuse_too_many(lineage: &ToldLineage, version: &Version) -> std::result::Result<(), String> {
    let mut counts: Vec<(&ClientId, usize)> = Vec::new();
    for (line, entry) in lineage.0.iter().zip(version.entries()) {
        let more = line.sessions.len() - 1;
        match counts.last_mut() {
            Some((client, count)) if *client == &entry.client => *count += more,
            _ => counts.push((&entry.client, more)),
        }
    }
    sort_by(&mut counts, |(_, a), (_, b)| b.cmp(a));
    match counts.first() {
        Some((client, count)) if *count > MOST_BOUNDARIES => {
            Err(format!("{client:?} has {count} boundaries between sessions, more than {MOST_BOUNDARIES}"))
        }
        _ => Ok(()),
    }
}
