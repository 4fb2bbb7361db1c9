//! Change sets that were damaged on the way: whatever is done to a golden file, reading it never panics, and
//! leaves the document as it was or in order.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use std::{fs, path::Path, sync::LazyLock};

use minisync::{Changes, ClientId, Document, Stamp};
use proptest::prelude::*;

/// Change sets, each with the full one of a document into which it can be merged.
static GOLDEN: LazyLock<Vec<(String, Changes)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/v2");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.to_string_lossy().ends_with(".changes.json"));
    names.sort();
    let pair = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let base = path.to_string_lossy().replace(".changes.json", ".base.json");
        let base = fs::read_to_string(base).unwrap_or_else(|_| text.clone()).parse().unwrap();
        (text, base)
    };
    names.iter().map(pair).collect()
});

/// What the format is made of.
const PIECES: [&str; 31] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "0",
    "1",
    "-1",
    "9007199254740991",
    "null",
    "{}",
    "[]",
    "\"+\":1,",
    "\"@\":[\"alice\",1795377823000001],",
    "\"^\":\">\",",
    "\"^\":\"<\",",
    "\"^\":\"^\",",
    "\"^\":1,",
    "\"!\":1,",
    "\"=\":",
    "{\"?\":[1]}",
    "{\"-\":1}",
    "{\"#\":1}",
    "{\"|\":[]}",
    "{\"~\":1}",
    "\"~\":",
    "[\"alice\",1795377823000001]",
    "\\ud800",
    "é",
];

#[derive(Debug, Clone)]
enum Damage {
    Replace(prop::sample::Index, char),
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
    /// A number becomes another one.
    Count(prop::sample::Index, i64),
    /// Something is copied to another place.
    Copy(prop::sample::Index, usize, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), prop::char::range(' ', '~')).prop_map(|(at, with)| Damage::Replace(at, with)),
        (at(), 1..20_usize).prop_map(|(at, length)| Damage::Delete(at, length)),
        (at(), prop::sample::select(&PIECES[..])).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (at(), -3..4_i64).prop_map(|(at, by)| Damage::Count(at, by)),
        (at(), 1..60_usize, at()).prop_map(|(from, length, to)| Damage::Copy(from, length, to)),
    ]
}

fn apply(damage: &Damage, text: &mut Vec<char>) {
    let near = |at: &prop::sample::Index| at.index(text.len() + 1);
    let range = |from: usize, length: usize| from..(from + length).min(text.len());
    match damage {
        Damage::Replace(at, with) => drop(text.splice(range(near(at), 1), [*with])),
        Damage::Delete(at, length) => drop(text.drain(range(near(at), *length))),
        Damage::Insert(at, piece) => drop(text.splice(range(near(at), 0), piece.chars())),
        Damage::Count(at, by) => {
            let is_digit = |character: &&char| character.is_ascii_digit();
            let start =
                near(at) + text[near(at)..].iter().take_while(|character| !is_digit(character)).count();
            let digits: String = text[start..].iter().take_while(is_digit).collect();
            let Ok(number) = digits.parse::<i64>() else { return };
            let number = number.saturating_add(*by).to_string();
            text.splice(range(start, digits.len()), number.chars());
        }
        Damage::Copy(from, length, to) => {
            let copy = text[range(near(from), *length)].to_vec();
            text.splice(range(near(to), 0), copy);
        }
    }
}

fn copy(changes: &Changes) -> Document {
    let reader = Document::builder().client_id(ClientId::new("golden reader").unwrap());
    reader.clock(|| Stamp::saturating(1_795_378_000_000_000)).join(changes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn damaged_change_sets_do_no_harm(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let (text, base) = which.get(&GOLDEN);
        let mut text: Vec<char> = text.chars().collect();
        damages.iter().for_each(|damage| apply(damage, &mut text));
        let text: String = text.into_iter().collect();
        let Ok(changes) = text.parse::<Changes>() else { return Ok(()) };
        let mut document = copy(base);
        let before = document.changes().to_string();
        match document.merge(&changes) {
            Ok(_) => {
                document.check().unwrap();
                // Others can read what it says now.
                let again: Changes = document.changes().to_string().parse().unwrap();
                prop_assert_eq!(copy(&again).to_json(), document.to_json());
                let restored = Document::restore(&again).unwrap();
                prop_assert_eq!(restored.changes().to_string(), again.to_string());
            }
            Err(_) => prop_assert_eq!(document.changes().to_string(), before),
        }
        document.check().unwrap();
        if let Ok(joined) = Document::from_changes(&changes) {
            joined.check().unwrap();
        }
    }
}
