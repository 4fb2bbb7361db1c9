//! Deep equality of JSON texts. Must not know where the texts come from.

use hashbrown::HashMap;

use super::members::Members;
use super::number;

/// Whether two canonical texts mean the same: numbers by exact value, lists in order, objects in any
/// order.
pub(crate) fn equal(a: &str, b: &str) -> bool {
    let mut pairs = vec![(a, b)];
    while let Some((a, b)) = pairs.pop() {
        if a == b {
            continue;
        }
        let may_be_equal = match (a.as_bytes().first(), b.as_bytes().first()) {
            (Some(b'{'), Some(b'{')) => pair_members(a, b, &mut pairs),
            (Some(b'['), Some(b'[')) => pair_elements(a, b, &mut pairs),
            (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => number::equal(a, b),
            _ => false,
        };
        if !may_be_equal {
            return false;
        }
    }
    true
}

/// Adds the elements of two lists, pairwise; false if their number differs.
fn pair_elements<'a>(a: &'a str, b: &'a str, pairs: &mut Vec<(&'a str, &'a str)>) -> bool {
    let (mut a, mut b) = (Members::new(a), Members::new(b));
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => pairs.push((a.value, b.value)),
            (a, b) => return a.is_none() && b.is_none(),
        }
    }
}

/// Adds the members of two objects by key; false if the keys differ.
fn pair_members<'a>(a: &'a str, b: &'a str, pairs: &mut Vec<(&'a str, &'a str)>) -> bool {
    let (mut a, mut b) = (spelled_members(a), spelled_members(b));
    let ((key_a, value_a), (key_b, value_b)) = loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) if a.0 == b.0 => pairs.push((a.1, b.1)),
            (Some(a), Some(b)) => break (a, b),
            (a, b) => return a.is_none() && b.is_none(),
        }
    };
    let mut rest: HashMap<&str, &str> = HashMap::new();
    rest.insert(key_b, value_b);
    rest.extend(b);
    let mut member = Some((key_a, value_a));
    while let Some((key, value)) = member {
        match rest.remove(key) {
            Some(other) => pairs.push((value, other)),
            None => return false,
        }
        member = a.next();
    }
    rest.is_empty()
}

/// Keys as they are spelled, and values.
fn spelled_members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    Members::new(object).filter_map(|member| Some((member.key?.raw, member.value)))
}
