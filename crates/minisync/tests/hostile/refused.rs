//! What is refused, at which place, and that nothing of it was taken in: not even what came before the fault.

use minisync::{Changes, Document, Error, RenewalReason, Stamp};

use crate::{NOW, builder, shapes, target};

/// Why the document refuses a change set; it is as before.
fn refusal(document: &mut Document, text: &str) -> Error {
    let before = document.changes().to_string();
    let result = text.parse::<Changes>().and_then(|changes| document.merge(&changes));
    let error = result.err().unwrap_or_else(|| panic!("merged: {}", &text[..text.len().min(500)]));
    assert_eq!(document.changes().to_string(), before);
    document.check().unwrap();
    error
}

#[track_caller]
fn refuses(text: &str, place: &str, reason: &str) {
    let error = refusal(&mut target(), text);
    let said = error.to_string();
    assert!(said.contains(place) && said.contains(reason) && said.len() < 2000, "{said}");
}

fn full(content: &str) -> String {
    shapes::changes(r#"{"m":9000}"#, "null", "", content)
}

#[test]
fn depth_bombs() {
    let nested = |open: &str, close: &str| open.repeat(200_000) + "1" + &close.repeat(200_000);
    let bombs = [
        nested("[", "]"),
        nested(r#"{"x":"#, "}"),
        nested(r#"{"=":"#, "}"),
        nested(r#"{"x":{"+":2,"=":"#, "}}"),
        nested(r#"[{"+":2,"=":"#, "}]"),
        nested(r#"[{"|":[["m",9,">","m",5,0]]},{"^":["m",9,0],"=":"#, "}]"),
        "[".repeat(1_000_000),
        r#"{"a":"#.repeat(200_000),
    ];
    for bomb in &bombs {
        let text = full(&format!(r#"[[null,{{"a":{{"@":["m",5],"=":{bomb}}}}}]]"#));
        refuses(&text, "/changes", "");
        refuses(&full(bomb), "/changes", "");
        refuses(&text.replace("null", bomb), "", "not a change set");
        assert!(builder("bob").create_json(bomb).is_err());
        let mut bob = target();
        assert!(bob.set_json("own", bomb).is_err() && bob.update_json("", bomb).is_err());
        assert_eq!(bob.to_json(), r#"{"own":1,"list":[1]}"#);
    }
    let siblings = nested(r#"{"?":["#, "]}");
    refuses(&full(&format!(r#"[[null,{{"a":{siblings}}}]]"#)), "/changes/0/1/a/?/0", "siblings of its own");
    for path in ["a.".repeat(200_000) + "a", "[0]".repeat(200_000), "/a".repeat(200_000)] {
        let mut bob = target();
        assert!(bob.set(&path, 1).unwrap_err().is_limit() && bob.get(&path).is_none());
        assert_eq!(bob.to_json(), r#"{"own":1,"list":[1]}"#);
    }
}

/// Containers that are in order each, but too deep where they go.
#[test]
fn what_would_become_too_deep() {
    let mut alice = builder("alice").create_json("{}").unwrap();
    let mut path = String::from("a");
    for _ in 0..120 {
        alice.set(&path, serde_json::json!({})).unwrap();
        path.push_str(".a");
    }
    let mut bob = builder("bob").join(&alice.changes()).unwrap();
    let before = alice.version();
    let stamp = before.iter().map(|(_, stamp)| stamp.as_micros()).max().unwrap();
    let deep = "[".repeat(20) + &"]".repeat(20);
    let text = format!(r#"[[["alice",{stamp}],{{"deep":{{"@":["m",5],"=":{deep}}}}}]]"#);
    let text = shapes::changes(&format!(r#"{{"alice":{stamp},"m":9000}}"#), r#"{"m":0}"#, "", &text);
    let error = refusal(&mut bob, &text);
    assert!(error.is_limit() && error.to_string().contains("/changes/0/0"), "{error}");
}

/// The first patches are good, and so is most of the last one.
#[test]
fn nothing_is_changed_half_way() {
    let mut bob = target();
    let version = bob.version().to_string();
    let list = NOW + 1;
    let version = version.replacen('}', r#","m":9000}"#, 1);
    let delta = |last: &str| {
        let good = r#"[null,{"own":{"@":["m",1],"=":2},"new":{"@":["m",2],"=":{"x":[1,2]}}}]"#;
        let gone = format!(r#"[["bob",{list}],[{{"@":["bob",{}],"-":[["m",20]]}}]]"#, list + 1);
        shapes::changes(&version, r#"{"m":0}"#, "", &format!("[{good},{gone},{last}]"))
    };
    for (last, place, reason) in [
        (r#"[["m",5000],{"x":1}]"#.to_owned(), "/changes/2/0", "not known here"),
        (format!(r#"[["bob",{list}],{{"x":{{"@":["m",30],"=":1}}}}]"#), "/changes/2/0", "already"),
        (
            r#"[["m",2],{"x":{"@":["m",9001],"=":1}}]"#.to_owned(),
            "/changes/2/1/x/@/1",
            "not within fromVersion",
        ),
        (r#"[["m",2],{"x":{"@":["m",20],"=":1}}]"#.to_owned(), "/changes", "stands there twice"),
    ] {
        let error = refusal(&mut bob, &delta(&last)).to_string();
        assert!(error.contains(place) && error.contains(reason), "{error}");
    }
}

#[test]
fn stamps_at_the_end_of_time() {
    let version = r#"{"m":9007199254740991}"#;
    let at_the_end = |value: &str| {
        let content = format!(r#"[[null,{{"a":{{"@":["m",9007199254740991],"=":{value}}}}}]]"#);
        shapes::changes(version, "null", "", &content)
    };
    refuses(&at_the_end("[1]"), "/changes/0/1/a/=", "out of range");
    refuses(&at_the_end("{\"x\":{\"+\":1,\"=\":1}}"), "/changes/0/1/a/=/x/+", "out of range");
    refuses(&at_the_end("1").replace("991", "992"), "/fromVersion/m", "2^53");
    let many = format!(r#"[[null,{{"a":{{"@":["m",9007199254740000],"=":[{}1]}}}}]]"#, "1,".repeat(2000));
    refuses(&shapes::changes(version, "null", "", &many), "/changes/0/1/a/=", "out of range");
    // It can stand there, and drags nobody along.
    let mut bob = target();
    bob.merge(&at_the_end("1").parse().unwrap()).unwrap();
    bob.set("own", 2).unwrap();
    let (_, stamp) = bob.author("own").unwrap();
    assert!(stamp.as_micros() < NOW + 100);
    crate::survives(&bob);
    // Who goes on under that id has no stamps left there, and takes another one.
    let text = at_the_end("1").replace("mallory", "m");
    let restored = Document::builder().clock(|| Stamp::saturating(NOW)).restore(&text.parse().unwrap());
    let mut mallory = restored.unwrap();
    mallory.set("a", 2).unwrap();
    assert_eq!(mallory.renewal().unwrap().reason, RenewalReason::Clock);
    assert!(mallory.author("a").unwrap().1.as_micros() < NOW + 100);
    crate::survives(&mallory);
}

#[test]
fn versions_that_claim_the_future() {
    let claims = |version: &str, since: &str| shapes::changes(version, since, "", "[[null,{}]]");
    // Whoever is said to have written what it never wrote, at the end of time, goes on under another name.
    let mut bob = target();
    bob.merge(&claims(r#"{"bob":9007199254740991}"#, "null").parse().unwrap()).unwrap();
    assert_eq!(bob.client_id().as_str(), "bob");
    bob.set("later", 3).unwrap();
    assert_eq!(bob.renewal().unwrap().reason, RenewalReason::Clock);
    assert_ne!(bob.client_id().as_str(), "bob");
    assert!(bob.author("later").unwrap().1.as_micros() < NOW + 100);
    crate::survives(&bob);
    // And in another session, if the claim is one that a clock could have made.
    let mut bob = target();
    let claim = format!(r#"{{"bob":{}}}"#, NOW + 5000);
    bob.merge(&claims(&claim, "null").parse().unwrap()).unwrap();
    bob.set("later", 3).unwrap();
    assert_eq!(bob.renewal(), None);
    assert!(bob.author("later").unwrap().1.as_micros() > NOW + 5000);
    assert_eq!(Document::from_changes(&bob.changes()).unwrap().get("later").unwrap().as_i64(), Some(3));
    crate::survives(&bob);
    let error = refusal(&mut target(), &claims(r#"{"m":9007199254740991}"#, r#"{"m":9007199254740990}"#));
    assert!(
        error.is_missing_changes() && error.missing().unwrap().to_string().contains(r#""m":90071"#),
        "{error}"
    );
    refuses(&claims(r#"{"m":1}"#, r#"{"m":2}"#), "/changesSince", "ahead");
    let horizon = claims(r#"{"m":1}"#, "null").replace(r#""changes""#, r#""horizon":{"m":2},"changes""#);
    refuses(&horizon, "/horizon", "ahead");
    let states = r#""clientStates":{"bob":{"m":9007199254740991}},"#;
    let text = shapes::changes(r#"{"m":1}"#, "null", states, "[[null,{}]]");
    let mut bob = target();
    bob.merge(&text.parse().unwrap()).unwrap();
    assert!(bob.clients().all(|(client, _)| client.as_str() != "bob"), "what I know is for me to say");
    crate::survives(&bob);
}

#[test]
fn dangling_bunches() {
    let list = |elements: &str| full(&format!(r#"[[null,{{"l":{{"@":["m",5],"=":[{elements}]}}}}]]"#));
    refuses(&list(r#"{"^":["m",7,0],"=":1}"#), "/changes/0/1/l/=/0", "[\"m\", 7] is not declared");
    refuses(&list(r#"{"|":[["m",7,">","m",8,0]]},{"^":["m",7,0],"=":1}"#), "/l/=/0", "not declared");
    refuses(&list(r#"{"|":[["m",7,">","m",5,0]]},1"#), "/l/=/0", "not used");
    let count = 4000;
    let circle: Vec<String> =
        (0..count).map(|at| format!(r#"["m",{},"<","m",{},0]"#, at + 10, (at + 1) % count + 10)).collect();
    let circle = format!(r#"{{"|":[{}]}},{{"^":["m",10,0],"=":1}}"#, circle.join(","));
    refuses(&list(&circle), "/changes/0/1/l/=/0", "not well");
    let mut parents = target();
    parents.merge(&list(r#"{"^":">","=":1}"#).parse().unwrap()).unwrap();
    crate::survives(&parents);
}

#[test]
fn floods_of_client_states() {
    refuses(&shapes::states(2000, 2000), "/clientStates/s0000524", "more than 524");
    let twice = shapes::states(3, 3).replace("s0000001", "s0000000");
    refuses(&twice, "/clientStates/s0000000", "twice");
}
