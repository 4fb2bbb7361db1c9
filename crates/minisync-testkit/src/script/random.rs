//! Scripts from a seed: which steps come how often. Knows nothing of documents.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Content, Edit, Purge, Script, Step};
use crate::{generate, rng::Rng};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const YEAR: i64 = 365 * DAY;

/// No script has more clients than this.
const MOST_CLIENTS: usize = 8;

impl Script {
    /// The script of this seed: 10 to 120 steps, 2 to 6 clients at the start.
    pub fn random(seed: u64) -> Script {
        let mut rng = Rng::new(seed);
        let start = if rng.chance(80) {
            json!({ "a": generate::object(&mut rng, 1), "l": generate::list(&mut rng, 1) })
        } else {
            generate::object(&mut rng, 3)
        };
        let skews: Vec<i64> = (0..rng.between(2, 6)).map(|_| skew(&mut rng)).collect();
        let mut author = Author { clients: skews.len(), messages: 0, backed_up: Vec::new(), rng };
        let length = author.rng.between(10, 120);
        let steps = (0..length).map(|_| author.step()).collect();
        Script { start, skews, javascript: BTreeSet::new(), steps }
    }

    /// The same with about so many percent of its clients, present and to come, as documents of the npm package.
    pub fn with_javascript(mut self, seed: u64, percent: u64) -> Script {
        let mut rng = Rng::new(!seed);
        self.javascript = (0..MOST_CLIENTS).filter(|_| rng.chance(percent)).collect();
        self
    }
}

fn skew(rng: &mut Rng) -> i64 {
    *rng.pick(&[0, 0, 0, 0, -50, 500, -500, 3 * SECOND, -2 * DAY, 2 * DAY, 3 * YEAR, -5 * YEAR])
}

struct Author {
    rng: Rng,
    clients: usize,
    messages: u64,
    /// Clients of which there is a backup.
    backed_up: Vec<usize>,
}

impl Author {
    fn step(&mut self) -> Step {
        let client = self.rng.index(self.clients);
        match self.rng.below(110) {
            0..=6 => Step::Tick(*self.rng.pick(&[1, 10, 30, 1000, 5_000_000])),
            7 | 100 => Step::Jump { client, by: self.jump() },
            8..=44 => Step::Edit { client, edit: self.edit() },
            45..=48 => {
                let edits = (0..self.rng.between(1, 4)).map(|_| self.edit()).collect();
                Step::Transact { client, edits, fails: self.rng.chance(40) }
            }
            49 => Step::Refused { client, choice: self.rng.below(8) },
            50..=69 => self.send(client),
            70..=88 => match self.recent_message() {
                Some(message) => Step::Deliver { client, message },
                None => self.send(client),
            },
            89..=90 => match self.recent_message() {
                Some(message) => Step::Truncated { client, message, at: self.rng.below(1000) },
                None => self.send(client),
            },
            91 => Step::Acknowledge { client, of: self.rng.index(self.clients) },
            92..=94 => Step::Forget { client, policy: self.purge() },
            95 if self.clients < MOST_CLIENTS => {
                let from = client;
                self.clients += 1;
                Step::Join { client: self.clients - 1, from, skew: skew(&mut self.rng) }
            }
            101..=103 => {
                self.backed_up.push(client);
                Step::Backup { client }
            }
            104..=106 if !self.backed_up.is_empty() => {
                Step::Recover { client: *self.rng.pick(&self.backed_up) }
            }
            107..=109 if self.clients < MOST_CLIENTS => {
                self.clients += 1;
                Step::Clone { client: self.clients - 1, from: client, own_id: self.rng.chance(30) }
            }
            _ => Step::Restart { client },
        }
    }

    fn jump(&mut self) -> i64 {
        *self.rng.pick(&[
            -100,
            -SECOND,
            -3600 * SECOND,
            100,
            SECOND,
            3600 * SECOND,
            2 * DAY,
            -2 * DAY,
            YEAR,
            -YEAR,
        ])
    }

    fn purge(&mut self) -> Purge {
        match self.rng.below(4) {
            0..=1 => Purge::All,
            2 => Purge::Acknowledged,
            _ => Purge::Older(*self.rng.pick(&[1, 100, 1_000_000])),
        }
    }

    fn send(&mut self, client: usize) -> Step {
        let to = self.rng.index(self.clients);
        let content = match (self.rng.below(10), self.recent_message()) {
            (0..=4, _) => Content::For(to),
            (5..=6, _) => Content::Lacks(to),
            (7..=8, Some(message)) => Content::Since(message),
            _ => Content::Full,
        };
        self.messages += 1;
        Step::Send { client, message: self.messages - 1, content }
    }

    /// Mostly one of the last few, at times any.
    fn recent_message(&mut self) -> Option<u64> {
        let back = if self.rng.chance(80) { self.rng.below(4) } else { self.rng.below(self.messages) };
        self.messages.checked_sub(1).map(|last| last.saturating_sub(back))
    }

    fn edit(&mut self) -> Edit {
        let rng = &mut self.rng;
        let (place, slot, to) = (rng.below(60), rng.below(60), rng.below(60));
        match rng.below(100) {
            0..=27 => Edit::Set { place, slot, value: value(rng) },
            28..=38 => Edit::Remove { place, slot },
            39..=46 => Edit::Push { place, value: value(rng) },
            47..=50 => Edit::Unshift { place, value: value(rng) },
            51..=58 => Edit::Insert { place, slot, value: value(rng) },
            59..=62 => Edit::Put { place, slot, value: value(rng) },
            63..=66 => Edit::Drop { place, slot },
            67 => Edit::Pop { place },
            68 => Edit::Shift { place },
            69..=78 => Edit::Move { place, from: slot, to },
            79..=81 => Edit::Swap { place, from: slot, to },
            82 => Edit::Reverse { place },
            83 => Edit::Sort { place },
            84..=87 => Edit::Splice { place, start: slot, count: to % 4, values: values(rng) },
            88 => Edit::Clear { place },
            89..=91 => Edit::Extend { place, values: values(rng) },
            92..=93 => Edit::Update { place: 0, seed: rng.below(1 << 20) },
            _ => Edit::Update { place, seed: rng.below(1 << 20) },
        }
    }
}

fn value(rng: &mut Rng) -> Value {
    if rng.chance(50) { json!(rng.below(10)) } else { generate::value(rng, 2) }
}

fn values(rng: &mut Rng) -> Vec<Value> {
    (0..rng.below(4)).map(|_| value(rng)).collect()
}
