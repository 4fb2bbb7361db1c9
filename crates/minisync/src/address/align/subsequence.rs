//! Longest common and longest increasing subsequences. Knows only numbers.

use hashbrown::HashMap;

/// Up to this many differences a longest common subsequence is looked for; beyond that, a good one.
/// It bounds the cost to about twice this many steps an item.
const MAX_EDITS: usize = 250;

/// Pairs of indices with equal values, increasing on both sides: the most there are, or, where the two
/// differ in more than [`MAX_EDITS`] places, many.
///
/// The method is that of Myers (*An O(ND) Difference Algorithm and Its Variations*, 1986). Where that would
/// take too long, values that are unique on both sides cut the problem into smaller ones (Cohen's patience
/// diff).
pub(super) fn common_subsequence(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    if let Some(pairs) = shortest_edit(a, b) {
        return pairs;
    }
    let mut anchors = unique_pairs(a, b);
    let sources: Vec<usize> = anchors.iter().map(|(at, _)| *at).collect();
    anchors = increasing_subsequence(&sources).into_iter().map(|at| anchors[at]).collect();
    anchors.push((a.len(), b.len()));
    let mut pairs = Vec::new();
    let (mut a_start, mut b_start) = (0, 0);
    for (a_end, b_end) in anchors {
        let between = shortest_edit(&a[a_start..a_end], &b[b_start..b_end]).unwrap_or_default();
        pairs.extend(between.into_iter().map(|(x, y)| (x + a_start, y + b_start)));
        if a_end < a.len() && b_end < b.len() {
            pairs.push((a_end, b_end));
        }
        (a_start, b_start) = (a_end + 1, b_end + 1);
    }
    pairs
}

/// Indices of a longest run of increasing values, ascending, in O(n log n). The values must be distinct.
pub(crate) fn increasing_subsequence(values: &[usize]) -> Vec<usize> {
    // ends[k]: where the run of length k + 1 with the lowest last value ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = match ends.last() {
            Some(last) if values[*last] < *value => ends.len(),
            _ => ends.partition_point(|end| values[*end] < *value),
        };
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        run.push(at);
        next = before[at];
    }
    run.reverse();
    run
}

/// Pairs of indices of the values that are unique on both sides, by index in `b`.
fn unique_pairs(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    let (in_a, in_b) = (unique_places(a), unique_places(b));
    let pair = |(at, value): (usize, &u32)| {
        in_b.get(value).copied().flatten()?;
        Some((in_a.get(value).copied().flatten()?, at))
    };
    b.iter().enumerate().filter_map(pair).collect()
}

/// Where each value is; `None` where it is in more than one place.
fn unique_places(values: &[u32]) -> HashMap<u32, Option<usize>> {
    let mut places = HashMap::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        places.entry(*value).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

/// A longest common subsequence, by Myers' greedy method; `None` where it takes more than [`MAX_EDITS`].
fn shortest_edit(a: &[u32], b: &[u32]) -> Option<Vec<(usize, usize)>> {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[head..], &b[head..]);
    let tail = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a_middle, b_middle) = (&a_rest[..a_rest.len() - tail], &b_rest[..b_rest.len() - tail]);
    if a_middle.len().abs_diff(b_middle.len()) > MAX_EDITS {
        return None;
    }
    let middle = if a_middle.is_empty() || b_middle.is_empty() {
        Vec::new()
    } else {
        backtrack(&reach(a_middle, b_middle)?, a_middle.len(), b_middle.len())
    };
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    pairs.extend(middle.into_iter().map(|(x, y)| (x + head, y + head)));
    pairs.extend((0..tail).rev().map(|from_end| (a.len() - 1 - from_end, b.len() - 1 - from_end)));
    Some(pairs)
}

/// How far one gets in `a`, for each number of edits on each diagonal (index in `a` minus index in `b`): after
/// d edits these are -d, -d + 2, ..., d. `None` where the end is more than [`MAX_EDITS`] away.
fn reach(a: &[u32], b: &[u32]) -> Option<Vec<Vec<isize>>> {
    let (a_len, b_len) = (a.len() as isize, b.len() as isize);
    let mut rounds: Vec<Vec<isize>> = Vec::new();
    for edits in 0..=MAX_EDITS {
        let mut round = Vec::with_capacity(edits + 1);
        for place in 0..=edits {
            let diagonal = 2 * place as isize - edits as isize;
            let (mut x, _) = rounds.last().map_or((0, false), |last| origin(last, place));
            while x < a_len && x - diagonal < b_len && a[x as usize] == b[(x - diagonal) as usize] {
                x += 1;
            }
            round.push(x);
            if x >= a_len && x - diagonal >= b_len {
                rounds.push(round);
                return Some(rounds);
            }
        }
        rounds.push(round);
    }
    None
}

/// Where in `a` one gets by one more edit, to the diagonal at `place`, and whether that skips an item of `a`
/// (rather than one of `b`).
fn origin(last: &[isize], place: usize) -> (isize, bool) {
    let skipping_a = place.checked_sub(1).map(|lower| last[lower]);
    match (skipping_a, last.get(place)) {
        (Some(x), Some(other)) if x < *other => (*other, false),
        (Some(x), _) => (x + 1, true),
        (None, other) => (other.copied().unwrap_or(0), false),
    }
}

/// The pairs on the way that `rounds` found to the end.
fn backtrack(rounds: &[Vec<isize>], a_len: usize, b_len: usize) -> Vec<(usize, usize)> {
    let (mut x, mut y) = (a_len, b_len);
    let mut pairs = Vec::new();
    for edits in (0..rounds.len()).rev() {
        let place = (x + edits - y) / 2;
        let before = edits.checked_sub(1).and_then(|fewer| rounds.get(fewer));
        let (start, skips_a) = before.map_or((0, false), |last| origin(last, place));
        while x > start as usize {
            (x, y) = (x - 1, y - 1);
            pairs.push((x, y));
        }
        if before.is_some() {
            if skips_a { x -= 1 } else { y -= 1 }
        }
    }
    pairs.reverse();
    pairs
}
