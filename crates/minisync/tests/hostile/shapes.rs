//! Change sets that are short to tell and might be long to take in. All are valid, and of the document `d`.

/// A change set: the version of its sender, what it builds on (or `null`), more members, and content.
pub(crate) fn changes(version: &str, since: &str, more: &str, content: &str) -> String {
    format!(
        r#"{{"_minisync":{{"dataType":"CHANGES","version":2}},"documentID":"d","sentBy":"mallory","fromVersion":{version},"changesSince":{since},{more}"changes":{content}}}"#
    )
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",")
}

/// So many clients that have each written up to this stamp.
pub(crate) fn clients(count: usize, stamp: u64) -> String {
    format!("{{{}}}", list((0..count).map(|at| format!(r#""c{at:07}":{stamp}"#))))
}

/// As many siblings of one register as there are clients, with this value each.
pub(crate) fn siblings(count: usize, value: &str) -> String {
    let sibling = |at| format!(r#"{{"@":["c{at:07}",1],"=":{value}}}"#);
    let content = format!(r#"[[null,{{"a":{{"?":[{}]}}}}]]"#, list((0..count).map(sibling)));
    changes(&clients(count, 9), "null", "", &content)
}

/// One element with so many siblings.
pub(crate) fn element_siblings(count: usize) -> String {
    let sibling = |at| format!(r#"{{"!":["c{at:07}",7],"=":{at}}}"#);
    let siblings = list((0..count).map(sibling));
    let content = format!(r#"[[null,{{"l":{{"@":["c0000000",1],"=":[{{"?":[{siblings}]}}]}}}}]]"#);
    changes(&clients(count, 9), "null", "", &content)
}

/// One element that so many clients have deleted.
pub(crate) fn deletions(count: usize) -> String {
    let deletion = |at| format!(r#"["c{at:07}",7]"#);
    let dead = format!(r#"{{"@":["c0000000",2],"-":[{}]}}"#, list((0..count).map(deletion)));
    let content = format!(r#"[[null,{{"l":{{"@":["c0000000",1],"=":[{dead}]}}}}]]"#);
    changes(&clients(count, 9), "null", "", &content)
}

/// The same list, which remembers none of it.
pub(crate) fn forgotten(count: usize) -> String {
    let horizon = format!(r#""horizon":{},"#, clients(count, 8));
    let content = r#"[[null,{"l":{"@":["c0000000",1],"=":[]}}]]"#;
    changes(&clients(count, 10), "null", &horizon, content)
}

/// One element that so many clients have moved.
pub(crate) fn moves(count: usize) -> String {
    let one = |at| format!(r#"["c{at:07}",7,"c0000000",1,{at}]"#);
    let element = format!(r#"{{"^":[{}],"=":1}}"#, list((0..count).map(one)));
    let content = format!(r#"[[null,{{"l":{{"@":["c0000000",1],"=":[{element}]}}}}]]"#);
    changes(&clients(count, 9), "null", "", &content)
}

/// Elements of one list, each in a bunch below that of the one before; told so that no two neighbours stand
/// beside each other.
pub(crate) fn chain(count: usize, side: &str) -> String {
    let bunch = |at: usize| {
        let parent = if at == 0 { 1 } else { at + 9 };
        format!(r#"["m",{},"{side}","m",{parent},0]"#, at + 10)
    };
    let element = |at: usize| {
        let at = (at * 7919) % count;
        format!(r#"{{"@":["m",{}],"^":["m",{},0],"=":{at}}}"#, count + 20 + at, at + 10)
    };
    let bunches = list((0..count).map(bunch));
    let elements = list((0..count).map(element));
    let content = format!(r#"[[null,{{"l":{{"@":["m",1],"=":[{{"|":[{bunches}]}},{elements}]}}}}]]"#);
    changes(&format!(r#"{{"m":{}}}"#, 2 * count + 30), "null", "", &content)
}

/// So many elements at one and the same position.
pub(crate) fn heap(count: usize) -> String {
    let element = |at: usize| format!(r#"{{"@":["m",{}],"^":["m",1,0],"=":{at}}}"#, count + 10 - at);
    let elements = list((0..count).map(element));
    let content = format!(r#"[[null,{{"l":{{"@":["m",1],"=":[{elements}]}}}}]]"#);
    changes(&format!(r#"{{"m":{}}}"#, count + 30), "null", "", &content)
}

/// A document that so many clients know, each as another client says.
pub(crate) fn states(count: usize, clients_in_version: usize) -> String {
    let states = list((0..count).map(|at| format!(r#""s{at:07}":{{}}"#)));
    let states = format!(r#""clientStates":{{{states}}},"#);
    changes(&clients(clients_in_version, 9), "null", &states, "[[null,{}]]")
}

/// So many keys, alive or dead, each written by itself, the youngest first.
pub(crate) fn keys(count: usize, alive: bool) -> String {
    let entry = |at: usize| {
        let (stamp, value) = (count + 10 - at, if alive { r#""=":1"# } else { r#""-""# });
        if alive {
            format!(r#""k{at}":{{"@":["m",{stamp}],{value}}}"#)
        } else {
            format!(r#""k{at}":{{"-":["m",{stamp}]}}"#)
        }
    };
    let content = format!("[[null,{{{}}}]]", list((0..count).map(entry)));
    changes(&format!(r#"{{"m":{}}}"#, count + 30), "null", "", &content)
}

/// So many maps in a map, each with an entry of its own.
pub(crate) fn containers(count: usize) -> String {
    let entry =
        |at: usize| format!(r#""k{at}":{{"@":["m",{}],"=":{{"x":{{"+":{},"=":1}}}}}}"#, at + 1, count + 1);
    let content = format!("[[null,{{{}}}]]", list((0..count).map(entry)));
    changes(&format!(r#"{{"m":{}}}"#, 3 * count + 30), "null", "", &content)
}

/// A delta with a patch to each of the maps of [`containers`].
pub(crate) fn patches(count: usize) -> String {
    let patch = |at: usize| format!(r#"[["m",{}],{{"y":{{"@":["n",{}],"=":2}}}}]"#, at + 1, at + 1);
    let content = format!("[{}]", list((0..count).map(patch)));
    let (m, n) = (3 * count + 30, count + 30);
    changes(&format!(r#"{{"m":{m},"n":{n}}}"#), r#"{"n":0}"#, "", &content)
}

/// A delta with a patch to each of the maps that [`siblings`] put under one key.
pub(crate) fn patches_to_siblings(count: usize) -> String {
    let patch = |at: usize| format!(r#"[["c{at:07}",1],{{"y{at}":{{"@":["n",{}],"=":2}}}}]"#, at + 1);
    let content = format!("[{}]", list((0..count).map(patch)));
    let version = clients(count, 9).replacen('}', &format!(r#","n":{}}}"#, count + 30), 1);
    changes(&version, r#"{"n":0}"#, "", &content)
}
