//! The data of a file of version 1 as content of version 2: all by one client, born in one go. Knows no envelope
//! and nothing of how version 1 spells things.

use crate::{
    base::sort::sort_by,
    format::{tag, v1::parts::Part},
    json,
    names::stamp::Stamp,
};

/// When each entry was born and written.
pub(super) struct Times {
    /// The first birth. The others follow in pre-order, one stamp apart.
    first: u64,
    /// The entries that were written later than they were born, by their number in pre-order: how much later.
    later: Vec<(u64, u64)>,
    /// The highest stamp of all; zero if there are no entries.
    pub(super) last: Stamp,
}

impl Times {
    /// None where there are more entries than stamps.
    pub(super) fn of(parts: &[Part<'_>]) -> Option<Times> {
        let times = parts.iter().filter_map(|part| match part {
            Part::Map(time) | Part::List(time) => *time,
            _ => None,
        });
        let earliest = times.min().unwrap_or(Stamp::ZERO);
        let (mut open, mut count, mut written) = (Vec::new(), 0_u64, Vec::new());
        for part in parts {
            match part {
                Part::Map(time) | Part::List(time) => {
                    count += u64::from(!open.is_empty());
                    open.push(time.unwrap_or(earliest));
                }
                Part::Primitive(_) => {
                    let time = open.last().copied().filter(|time| *time > earliest);
                    written.extend(time.map(|time| (time.as_micros(), count)));
                    count += 1;
                }
                Part::End => drop(open.pop()),
                Part::Key(_) => {}
            }
        }
        let first = earliest.as_micros().max(1);
        let mut last = first + count - 1;
        sort_by(&mut written, Ord::cmp);
        let mut later = Vec::with_capacity(written.len());
        for (time, entry) in written {
            last = time.max(last + 1);
            later.push((entry, last - (first + entry)));
        }
        sort_by(&mut later, Ord::cmp);
        let last = if count == 0 { 0 } else { last };
        Some(Times { first, later, last: Stamp::from_micros(last).ok()? })
    }
}

struct Writer<'t> {
    out: String,
    times: &'t Times,
    /// The writer's name, as JSON.
    client: &'t str,
    /// The number of the next entry.
    entry: u64,
    /// How many entries of `times.later` are behind.
    passed: usize,
}

/// The content of a full change set; the client's name is JSON. It is canonical.
pub(super) fn write(parts: &[Part<'_>], times: &Times, client: &str) -> String {
    let mut writer = Writer { out: String::from("[[null,"), times, client, entry: 0, passed: 0 };
    writer.parts(parts);
    writer.out.push_str("]]");
    writer.out
}

impl Writer<'_> {
    fn parts(&mut self, parts: &[Part<'_>]) {
        // What closes each object and list that is open.
        let mut closers: Vec<&'static str> = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let is_root = index == 0;
            let begins_like_tag = match (part, parts.get(index + 1)) {
                (Part::Map(_), Some(Part::Key(key))) => !is_root && tag::is_reserved(&key.decode()),
                _ => false,
            };
            match part {
                Part::End => self.out.push_str(closers.pop().unwrap_or_default()),
                Part::Key(key) => {
                    self.comma();
                    self.out.push_str(&key.canonical());
                    self.out.push(':');
                }
                Part::Map(_) | Part::List(_) => {
                    let is_wrapped = !is_root && self.begin(begins_like_tag);
                    let (open, close) = match (part, is_wrapped) {
                        (Part::Map(_), false) => ('{', "}"),
                        (Part::Map(_), true) => ('{', "}}"),
                        (_, false) => ('[', "]"),
                        (_, true) => ('[', "]}"),
                    };
                    self.out.push(open);
                    closers.push(close);
                }
                Part::Primitive(text) => {
                    let is_wrapped = self.begin(false);
                    json::canonicalize(text, &mut self.out);
                    self.out.push_str(if is_wrapped { "}" } else { "" });
                }
            }
        }
    }

    fn comma(&mut self) {
        if !self.out.ends_with(['{', '[', ':']) {
            self.out.push(',');
        }
    }

    /// Begins an entry: the tag in front of its value, if it needs one.
    fn begin(&mut self, mut tagged: bool) -> bool {
        self.comma();
        let start = self.out.len();
        if self.entry == 0 {
            let (client, stamp) = (self.client, self.times.first);
            self.member(start, tag::BORN, &format!("[{client},{stamp}]"));
            tagged = true;
        }
        let later = self.times.later.get(self.passed).filter(|(entry, _)| *entry == self.entry);
        if let Some((_, distance)) = later {
            self.passed += 1;
            self.member(start, tag::WRITTEN, &distance.to_string());
            tagged = true;
        }
        if tagged {
            self.member(start, tag::VALUE, "");
        }
        self.entry += 1;
        tagged
    }

    /// A member of the tag that begins at `start`.
    fn member(&mut self, start: usize, key: char, value: &str) {
        self.out.push_str(if self.out.len() == start { "{\"" } else { ",\"" });
        self.out.push(key);
        self.out.push_str("\":");
        self.out.push_str(value);
    }
}
