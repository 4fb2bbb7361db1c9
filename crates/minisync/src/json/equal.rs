//! Deep equality of JSON texts. Must not know where the texts come from.

use hashbrown::HashMap;

use super::cursor::Cursor;
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
    let (mut a, mut b) = (Parts::inside(a), Parts::inside(b));
    loop {
        match (a.element(), b.element()) {
            (Some(a), Some(b)) => pairs.push((a, b)),
            (a, b) => return a.is_none() && b.is_none(),
        }
    }
}

/// Adds the members of two objects by key; false if the keys differ.
fn pair_members<'a>(a: &'a str, b: &'a str, pairs: &mut Vec<(&'a str, &'a str)>) -> bool {
    let (mut a, mut b) = (Parts::inside(a), Parts::inside(b));
    let ((key_a, value_a), (key_b, value_b)) = loop {
        match (a.member(), b.member()) {
            (Some(a), Some(b)) if a.0 == b.0 => pairs.push((a.1, b.1)),
            (Some(a), Some(b)) => break (a, b),
            (a, b) => return a.is_none() && b.is_none(),
        }
    };
    let mut rest: HashMap<&str, &str> = HashMap::new();
    rest.insert(key_b, value_b);
    rest.extend(std::iter::from_fn(|| b.member()));
    let mut member = Some((key_a, value_a));
    while let Some((key, value)) = member {
        match rest.remove(key) {
            Some(other) => pairs.push((value, other)),
            None => return false,
        }
        member = a.member();
    }
    rest.is_empty()
}

/// The parts of a container, one after the other.
struct Parts<'a>(Cursor<'a>);

impl<'a> Parts<'a> {
    fn inside(container: &'a str) -> Parts<'a> {
        let inner = container.get(1..container.len().saturating_sub(1));
        Parts(Cursor::new(inner.unwrap_or_default(), usize::MAX))
    }

    fn element(&mut self) -> Option<&'a str> {
        let (start, end) = self.0.skip_unchecked().ok()?;
        self.0.eat(b',');
        Some(&self.0.text()[start..end])
    }

    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let key = self.0.string().ok()?.raw;
        self.0.eat(b':');
        Some((key, self.element()?))
    }
}
