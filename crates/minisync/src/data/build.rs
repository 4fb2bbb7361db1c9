//! Plain JSON becomes content: short containers stay text, long ones become containers in the arena.
//! Knows no versions and no documents.
//!
//! A value that is written at one dot has an entry for each dot that follows, counted in pre-order, so nothing about
//! dots has to be kept with text:
//!
//! ```text
//! {"title":"Trip","days":[{"city":"Bern"},{}]}     written at alice 10
//! "Trip" is alice 11, the list 12, its first element 13, "Bern" 14, {} 15
//! ```
//!
//! Taken apart, each entry becomes a register with just that dot. So text and container are two forms of one thing, and
//! which of them a copy has says nothing about what it writes or merges. The text is canonical: whoever took it in has
//! validated it.

use crate::{
    data::{
        arena::{Arena, Body, Loc, Node},
        list::List,
        map::Map,
        position::Place,
        register::{Content, Register},
    },
    json::{self, Cursor},
    names::dot::Dot,
};

/// Untouched containers up to this many bytes stay text. Longer ones cost memory for each entry, but no
/// search; shorter ones are searched whenever they are read.
pub(crate) const CHUNK: usize = 1024;

/// A value that was written at `dot`, with how many entries it has at every depth. The entries' dots follow.
pub(crate) fn content(arena: &mut Arena, cursor: &mut Cursor<'_>, dot: Dot) -> json::Result<(Content, u64)> {
    if matches!(cursor.peek(), Some(b'{' | b'[')) {
        // Looking whether a container is short costs at most CHUNK bytes, also where there are long ones at every depth.
        return match cursor.skip_container_within(CHUNK)? {
            Some(scan) if scan.can_stay_text() => {
                Ok((Content::Text(cursor.text()[scan.start..scan.end].into()), scan.entries))
            }
            Some(scan) => container(arena, &mut Cursor::trusted(&cursor.text()[scan.start..scan.end]), dot),
            None => container(arena, cursor, dot),
        };
    }
    let scan = cursor.skip_value()?;
    Ok((Content::Text(cursor.text()[scan.start..scan.end].into()), 0))
}

/// The same, where it is known to become a container in the arena.
fn container(arena: &mut Arena, cursor: &mut Cursor<'_>, dot: Dot) -> json::Result<(Content, u64)> {
    cursor.enter()?;
    let mut entries = 0;
    let (body, children) = if cursor.eat(b'{') {
        let (map, children) = members(arena, cursor, dot, &mut entries)?;
        (Body::Map(map), children)
    } else {
        let (list, children) = elements(arena, cursor, dot, &mut entries)?;
        (Body::List(Box::new(list)), children)
    };
    cursor.leave();
    let node = arena.add(Node { dot, parent: None, span: 0, body });
    for slot in children {
        arena.set_parent(Loc { node, slot });
    }
    Ok((Content::Node(node), entries))
}

/// The members of an object whose `{` was taken: the map, and the slots that hold containers.
pub(crate) fn members(
    arena: &mut Arena,
    cursor: &mut Cursor<'_>,
    dot: Dot,
    entries: &mut u64,
) -> json::Result<(Map, Vec<u32>)> {
    let (mut map, mut children) = (Map::default(), Vec::new());
    if cursor.eat(b'}') {
        return Ok((map, children));
    }
    loop {
        let key = cursor.string()?.decode();
        cursor.expect(b':', "':' behind a key")?;
        *entries += 1;
        let own = dot.after(*entries);
        let (content, below) = content(arena, cursor, own)?;
        *entries += below;
        let is_node = matches!(content, Content::Node(_));
        let slot = map.push(key.as_ref().into(), Register::new(own, content));
        children.extend(is_node.then_some(slot));
        if !cursor.eat(b',') {
            cursor.expect(b'}', "',' or '}' behind a member")?;
            return Ok((map, children));
        }
    }
}

fn elements(
    arena: &mut Arena,
    cursor: &mut Cursor<'_>,
    dot: Dot,
    entries: &mut u64,
) -> json::Result<(List, Vec<u32>)> {
    let (mut list, mut children) = (List::new(dot), Vec::new());
    cursor.expect(b'[', "a container")?;
    if cursor.eat(b']') {
        return Ok((list, children));
    }
    for index in 0.. {
        *entries += 1;
        let own = dot.after(*entries);
        let (content, below) = content(arena, cursor, own)?;
        *entries += below;
        let is_node = matches!(content, Content::Node(_));
        let slot = list.push(Register::new(own, content), Place::own(index));
        children.extend(is_node.then_some(slot));
        if !cursor.eat(b',') {
            break;
        }
    }
    cursor.expect(b']', "',' or ']' behind an element")?;
    Ok((list, children))
}

/// Takes a container apart that is text so far: its entries get registers of their own, still of text.
/// Returns nothing where the text is no container.
pub(crate) fn expand(arena: &mut Arena, text: &str, dot: Dot) -> Option<Node> {
    if !matches!(text.as_bytes().first(), Some(b'{' | b'[')) {
        return None;
    }
    let read = container(arena, &mut Cursor::trusted(text), dot);
    debug_assert!(read.is_ok(), "a document holds text that is not canonical: {text}");
    match read {
        Ok((Content::Node(id), span)) => arena.remove(id).map(|node| Node { span, ..node }),
        _ => None,
    }
}
