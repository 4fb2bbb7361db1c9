//! What the reader refuses, where it says that the fault is, and that a refused change set changes nothing.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use minisync::{Changes, ClientId, Document, DocumentId, Error, Limits, Stamp};

const FORMAT: &str = r#""_minisync":{"dataType":"CHANGES","version":2}"#;
const VERSION: &str = r#"{"alice":1000,"q3k5mzaaaaaaaaaaaaaa":500,"q3k5mznc2tqwe7yxauvb":500}"#;

fn limits(depth: usize, bytes: usize) -> Limits {
    let mut limits = Limits::default();
    (limits.depth, limits.bytes) = (depth, bytes);
    limits
}

/// bob's copy of what alice wrote: `a` at 10, `l` at 11 and its element at 12.
fn target(limits: Limits) -> Document {
    let id = |text| ClientId::new(text).unwrap();
    let document = DocumentId::new("d").unwrap();
    let at = |micros| move || Stamp::saturating(micros);
    let builder = || Document::builder().document_id(document.clone());
    let alice = builder().client_id(id("alice")).clock(at(10)).create_json(r#"{"a":1,"l":[1]}"#).unwrap();
    let bob = builder().client_id(id("bob")).clock(at(10)).limits(limits);
    let mut bob = bob.join(&alice.changes()).unwrap();
    bob.set("b", "bob").unwrap();
    bob
}

/// Why bob refuses the change set, after which he is as he was.
fn refusal_within(limits: Limits, text: &str) -> Error {
    let mut bob = target(limits);
    let before = bob.changes().to_string();
    let result = text.parse::<Changes>().and_then(|changes| bob.merge(&changes));
    let error = result.err().unwrap_or_else(|| panic!("this was merged: {text}"));
    assert_eq!(bob.changes().to_string(), before, "{text}");
    bob.check().unwrap();
    error
}

#[track_caller]
fn refuses(text: &str, place: &str, reason: &str) {
    let error = refusal_within(Limits::default(), text);
    assert!(error.is_malformed() && !error.is_limit(), "{text}: {error}");
    assert!(error.to_string().contains(reason), "{text}: {error}");
    assert_eq!(error.place(), Some(place), "{text}: {error}");
}

/// What a later version may have written is told apart from what is broken, and from what is too large.
#[track_caller]
fn refuses_as_newer(text: &str, place: &str, reason: &str) {
    let error = refusal_within(Limits::default(), text);
    assert!(error.is_newer_version() && !error.is_malformed() && !error.is_limit(), "{text}: {error}");
    assert!(error.to_string().contains(reason) && error.to_string().contains("update"), "{text}: {error}");
    assert_eq!(error.place(), Some(place), "{text}: {error}");
}

fn full(content: &str) -> String {
    format!(
        r#"{{{FORMAT},"documentID":"d","sentBy":"alice","fromVersion":{VERSION},"changesSince":null,"changes":{content}}}"#
    )
}

/// A delta that builds on what bob has of alice.
fn delta(content: &str) -> String {
    format!(
        r#"{{{FORMAT},"documentID":"d","sentBy":"alice","fromVersion":{VERSION},"changesSince":{{"alice":12,"q3k5mza":0,"q3k5mzn":0}},"changes":{content}}}"#
    )
}

/// A full change set of a map with this member.
fn root(member: &str) -> String {
    full(&format!("[[null,{{{member}}}]]"))
}

/// A full change set of a list under the key `l`.
fn list(elements: &str) -> String {
    root(&format!(r#""l":{{"@":["alice",100],"=":[{elements}]}}"#))
}

#[test]
fn what_the_helpers_make_is_taken() {
    for text in [root(r#""x":{"@":["alice",100],"=":1}"#), list("1,2"), delta("[]"), full("[[null,{}]]")] {
        target(Limits::default()).merge(&text.parse().unwrap()).unwrap();
    }
}

#[test]
fn the_envelope_is_checked() {
    let good = full("[[null,{}]]");
    let with = |from: &str, to: &str| {
        assert!(good.contains(from));
        good.replacen(from, to, 1)
    };
    refuses(&with(r#""version":2"#, r#""version":0"#), "/_minisync", "version is 0");
    refuses_as_newer(&with(r#""version":2"#, r#""version":3"#), "/_minisync", "version is 3");
    refuses(&with(r#""version":2"#, r#""version":2,"version":2"#), "/_minisync/version", "twice");
    refuses(&with(r#""version":2"#, r#""version":2.0"#), "/_minisync/version", "whole number");
    refuses(&with(r#""CHANGES""#, r#""DOCUMENT""#), "/_minisync", "no change set");
    refuses(&with(r#""documentID":"d""#, r#""documentID":7"#), "/documentID", "expected a string");
    refuses(&with(r#""documentID":"d""#, r#""documentID":"""#), "/documentID", "empty");
    refuses(&with(r#""sentBy":"alice""#, r#""sentBy":"a\u0007b""#), "/sentBy", "control character");
    refuses(&with(r#""sentBy""#, r#""sender""#), "/sender", "no member");
    refuses(&with(r#""sentBy":"alice""#, r#""sentBy":"alice","sentBy":"alice""#), "/sentBy", "twice");
    refuses(&with(r#""sentBy":"alice","#, ""), "", "missing");
    refuses(&with(r#""changesSince":null"#, r#""changesSince":nill"#), "/changesSince", "expected");
    refuses(&with(r#""changesSince":null"#, r#""changesSince":[]"#), "/changesSince", "a version");
    refuses(&with(r#""alice":1000"#, r#""alice":9007199254740992"#), "/fromVersion/alice", "2^53");
    refuses(&with(r#""alice":1000"#, r#""alice":1,"alice":1000"#), "/fromVersion/alice", "twice");
    refuses(&with(r#""alice":1000"#, r#""alice":-1"#), "/fromVersion/alice", "whole number");
    refuses(&with("null,", r#"{"carol":1},"#), "/changesSince/carol", "no client");
    refuses(&with("null,", r#"{"q3k5mz":1},"#), "/changesSince/q3k5mz", "no client");
    refuses(&with("null,", r#"{"alice":1001},"#), "/changesSince", "ahead");
    refuses(&with("null,", r#"null,"horizon":{"alice":1001},"#), "/horizon", "ahead");
    refuses(&with("null,", r#"{"alice":9},"horizon":{"alice":10},"#), "/changesSince", "before its horizon");
    refuses(&with("null,", r#"null,"clientStates":{"c":{"x":1}},"#), "/clientStates/c/x", "no client");
    refuses(&with("null,", r#"null,"clientStates":{"c":{},"c":{}},"#), "/clientStates/c", "twice");
    refuses(&with("[[null,{}]]}", "[[null,{}]]} x"), "", "end of the text");
}

#[test]
fn container_deltas_are_checked() {
    refuses(&full("{}"), "/changes", "a list of container deltas");
    refuses(&full("[]"), "/changes", "one container delta");
    refuses(&full("[[null,[]]]"), "/changes/0/1", "content of a container");
    refuses(&full("[[null,{}],[null,{}]]"), "/changes/1/0", "one container delta");
    refuses(&full(r#"[[["alice",11],{}]]"#), "/changes/0/0", "one container delta");
    refuses(&delta("[[null,{}],[null,{}]]"), "/changes/1/0", "a delta already");
    refuses(&delta("[[nil,{}]]"), "/changes/0/0", "expected");
    refuses(&delta(r#"[[["alice",500],{}]]"#), "/changes/0/0", "not known here");
    refuses(&delta(r#"[[["alice",11],{}]]"#), "/changes/0/0", "a map for one and a list for the other");
    refuses(&full("[[null,{}]],1"), "", "expected a string");
}

#[test]
fn entries_are_checked() {
    refuses(&root(r#""a":1"#), "/changes/0/1/a", "no dot from which to count");
    refuses(&root(r#""a":{"@":["alice",1001],"=":1}"#), "/changes/0/1/a/@/1", "not within fromVersion");
    refuses(&root(r#""a":{"@":["alice",1000],"=":[1]}"#), "/changes/0/1/a/=", "not within fromVersion");
    refuses(&root(r#""a":{"@":["alice",0],"=":1}"#), "/changes/0/1/a/@/1", "not within fromVersion");
    refuses(&root(r#""a":{"@":["alice",9007199254740992],"=":1}"#), "/changes/0/1/a/@/1", "2^53");
    refuses(&root(r#""a":{"@":["carol",1],"=":1}"#), "/changes/0/1/a/@/0", "no client");
    refuses(&root(r#""a":{"@":["q3k5mz",1],"=":1}"#), "/changes/0/1/a/@/0", "no client");
    refuses(&root(r#""a":{"@":["alice",1]}"#), "/changes/0/1/a", "without a value");
    refuses(&root(r#""a":{"@":["alice",1],"x":1}"#), "/changes/0/1/a/x", "cannot stand here");
    refuses(&root(r#""a":{"=":1,"@":["alice",1]}"#), "/changes/0/1/a", "no dot from which to count");
    refuses(&root(r#""a":{"@":["alice",1],"=":1,"!":5}"#), "/changes/0/1/a/!", "cannot stand here");
    refuses(&root(r#""a":{"@":["alice",1],"^":1,"=":1}"#), "/changes/0/1/a/^", "cannot stand here");
    refuses(&root(r#""a":{"@":["alice",1],"!":2000,"=":1}"#), "/changes/0/1/a/!", "not within fromVersion");
    refuses(&root(r#""a":{"@":["alice",1],"!":-5,"=":1}"#), "/changes/0/1/a/!", "out of range");
    refuses(&root(r#""a":{"@":["alice",1],"=":1},"a":2"#), "/changes/0/1/a", "twice");
    refuses(&root(r#""a":{"@":["alice",1],"=":{"x":1,"\u0078":2}}"#), "/changes/0/1/a/=/x", "twice");
    refuses(&root(r#""a":{"@":["alice",5],"=":1},"b":{"+":0,"=":2}"#), "/changes", "stands there twice");
    refuses(&root(r#""a":{"@":["alice",5],"=":[1]},"b":{"@":["alice",6],"=":2}"#), "/changes", "twice");
    refuses(&root(r##""a":{"@":["alice",5],"#":1}"##), "/changes/0/1/a", "not in changesSince");
    refuses(&delta(r##"[[null,{"a":{"@":["alice",5],"#":2}}]]"##), "/changes/0/1/a/#", "expected 1");
    let both = r#""a":{"?":[{"@":["alice",5],"=":1},{"?":[1]}]}"#;
    refuses(&root(both), "/changes/0/1/a/?/1", "siblings of its own");
    refuses(&root(r#""a":{"@":["alice",1],"=":1},"b":{"?":[]}"#), "/changes/0/1/b/?/0", "a value");
    refuses(&root(r#""a":{"@":["alice",1],"=":"\ud800"}"#), "/changes/0/1/a/=", "surrogate");
    refuses(&root(r#""\udc00":{"@":["alice",1],"=":1}"#), "/changes/0/1/\u{fffd}udc00", "surrogate");
    refuses(&root(r#""a":{"@":["alice",1],"=":01}"#), "/changes/0/1/a/=", "begin with a zero");
    let horizon = r#""horizon":{"alice":20},"changes""#;
    let tomb = root(r#""a":{"-":["alice",20]}"#).replace(r#""changes""#, horizon);
    refuses(&tomb, "/changes/0/1/a", "within the horizon");
    let dead = list(r#"{"@":["alice",300],"-":[["alice",20]]}"#).replace(r#""changes""#, horizon);
    refuses(&dead, "/changes/0/1/l/=/0", "within the horizon");
}

/// Of the one-character keys that can begin an object only eleven were reserved for tags. So no others could ever
/// have become tags: what a document may hold was not to be read as one.
#[test]
fn keys_that_may_become_tags_are_from_a_newer_version() {
    for key in r##"$%&'()*,./:;[]_`{}~"\<>"##.chars() {
        let spelled = serde_json::to_string(&key).unwrap();
        let entry = root(&format!(r#""a":{{{spelled}:1}}"#));
        let unknown = format!("the tag {:?} is not known here", key.to_string());
        let place = format!("/changes/0/1/a/{}", key.to_string().replace('~', "~0").replace('/', "~1"));
        refuses_as_newer(&entry, &place, &unknown);
        let member = root(&format!(r#""a":{{"@":["alice",1],{spelled}:1,"=":1}}"#));
        refuses_as_newer(&member, &place, &unknown);
        let element = list(&format!(r#"1,{{{spelled}:1}}"#));
        refuses_as_newer(&element, &place.replace("/a/", "/l/=/1/"), &unknown);
        let sibling = root(&format!(r#""a":{{"?":[{{"@":["alice",1],"=":1}},{{{spelled}:1}}]}}"#));
        refuses_as_newer(&sibling, &place.replace("/a/", "/a/?/1/"), &unknown);
        // In a value it is a key like any other.
        let value = root(&format!(r#""a":{{"@":["alice",100],"=":{{{spelled}:{{"=":{{{spelled}:7}}}}}}}}"#));
        let mut bob = target(Limits::default());
        bob.merge(&value.parse().unwrap()).unwrap();
        assert!(bob.to_json().contains(&format!("{{{spelled}:{{{spelled}:7}}}}")), "{}", bob.to_json());
    }
}

/// Of a key in a tag only the first letter was looked at: `"=x"` was taken for `"="`.
#[test]
fn keys_of_tags_are_whole() {
    refuses(&root(r#""a":{"@":["alice",1],"=x":1}"#), "/changes/0/1/a/=x", "cannot stand here");
    refuses(&root(r#""a":{"@":["alice",1],"~x":1,"=":1}"#), "/changes/0/1/a/~0x", "cannot stand here");
    refuses(&root(r#""a":{"@":["alice",1],"":1}"#), "/changes/0/1/a/", "cannot stand here");
}

#[test]
fn stamps_end_at_2_to_the_53() {
    let text = root(r#""a":{"@":["alice",9007199254740990],"=":[1,2]}"#);
    let text = text.replace(r#""alice":1000"#, r#""alice":9007199254740991"#);
    refuses(&text, "/changes/0/1/a/=", "out of range");
}

#[test]
fn lists_are_checked() {
    refuses(&list(r#"{"^":["alice",300,0],"=":1}"#), "/changes/0/1/l/=/0", "not declared");
    let below_itself = r#"{"|":[["alice",300,">","alice",300,0]]},{"^":["alice",300,0],"=":1}"#;
    refuses(&list(below_itself), "/changes/0/1/l/=/0", "not declared, or not well");
    let cycle = r#"{"|":[["alice",300,">","alice",301,0],["alice",301,"<","alice",300,0]]},1"#;
    refuses(&list(cycle), "/changes/0/1/l/=/0", "not declared, or not well");
    let twice = r#"{"|":[["alice",300,">","alice",100,0],["alice",300,"<","alice",100,0]]},1"#;
    refuses(&list(twice), "/changes/0/1/l/=/0", "not declared, or not well");
    refuses(&list(r#"{"|":[["alice",300,">","alice",100,0]]},1"#), "/changes/0/1/l/=/0", "is not used");
    refuses(&list(r#"{"|":[["alice",300,"=","alice",100,0]]},1"#), "/changes/0/1/l/=/0/|/0/2", "the side");
    refuses(&list(r#"1,{"|":[["alice",300,">","alice",100,0]]}"#), "/changes/0/1/l/=/1/|", "cannot stand");
    refuses(&list(r#"{"^":"^","=":1}"#), "/changes/0/1/l/=/0", "without one before");
    refuses(&list(r#"{"^":2147483648,"=":1}"#), "/changes/0/1/l/=/0/^", "out of range");
    refuses(&list(r#"{"^":7}"#), "/changes/0/1/l/=/0", "without a value");
    refuses(&list(r#"1,{"+":0,"=":1}"#), "/changes/0/1/l/=/0", "twice");
    refuses(
        &list(r#"{"@":["alice",300],"-":[["alice",301]]},{"@":["alice",300],"-":[["alice",302]]}"#),
        "/changes/0/1/l/=/0",
        "stands there twice",
    );
    refuses(&list(r#"{"@":["alice",300],"-":[]}"#), "/changes/0/1/l/=/0/-/0", "a dot");
    let moves = r#"{"^":[["alice",300,"alice",100,5],["alice",300,"alice",100,6]],"=":1}"#;
    refuses(&list(moves), "/changes", "twice");
    refuses(&list(r#"{"?":[{"+":5,"=":1},2]}"#), "/changes/0/1/l/=/0/?/0", "another element");
    refuses(&delta(r#"[[["alice",11],[1]]]"#), "/changes/0/1/0", "without one before");
}

/// Once, siblings within siblings ran out of stack before anybody looked at them.
#[test]
fn depth_has_a_limit() {
    let nested = |open: &str, close: &str, times| open.repeat(times) + "1" + &close.repeat(times);
    let value = |value: String| root(&format!(r#""a":{{"@":["alice",1],"=":{value}}}"#));
    let at = |depth| limits(depth, 1 << 20);
    let text = value(nested("[", "]", 9));
    target(at(10)).merge(&text.parse().unwrap()).unwrap();
    let error = refusal_within(at(9), &text);
    assert!(error.is_limit() && error.to_string().contains("deeper than 9"), "{error}");
    assert!(error.to_string().contains("at /changes/0/1/a/="), "{error}");
    for text in
        [nested("[", "]", 100_000), nested(r#"{"x":"#, "}", 100_000), nested(r#"{"=":"#, "}", 100_000)]
    {
        assert!(refusal_within(Limits::default(), &value(text)).is_limit());
    }
    let siblings = format!(r#""a":{}"#, nested(r#"{"?":["#, "]}", 100_000));
    assert!(refusal_within(Limits::default(), &root(&siblings)).is_malformed());
    refusal_within(Limits::default(), &full(&"[".repeat(100_000)));
}

#[test]
fn size_has_a_limit() {
    let text = root(r#""a":{"@":["alice",1],"=":"0123456789"}"#);
    let error = refusal_within(limits(128, 48), &text);
    assert!(error.is_limit() && error.to_string().contains("more than the limit of 48"), "{error}");
    target(limits(128, 52)).merge(&text.parse().unwrap()).unwrap();
}

#[test]
fn a_delta_needs_what_it_builds_on() {
    let text = delta("[]").replace(r#""alice":12"#, r#""alice":13"#);
    let error = refusal_within(Limits::default(), &text);
    assert!(error.is_missing_changes() && !error.is_malformed(), "{error}");
    assert_eq!(error.missing().unwrap().to_string(), r#"{"alice":13}"#);
}

#[test]
fn other_documents_are_refused() {
    let other = full("[[null,{}]]").replace(r#""documentID":"d""#, r#""documentID":"e""#);
    assert!(refusal_within(Limits::default(), &other).is_wrong_document());
}

#[test]
fn a_text_that_was_cut_off_is_refused() {
    let text = list(
        r#"{"|":[["alice",300,"<","alice",100,0]]},{"^":["alice",300,0],"=":"é\n"},{"+":7,"!":["alice",90],"=":{"x":1}}"#,
    );
    target(Limits::default()).merge(&text.parse().unwrap()).unwrap();
    for (end, _) in text.char_indices() {
        let error = refusal_within(Limits::default(), &text[..end]);
        assert!(error.is_malformed() && error.place().is_some(), "{}: {error}", &text[..end]);
    }
}
