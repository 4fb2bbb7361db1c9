//! Tests of the text forms of paths. Know no document.

use std::{hint::black_box, time::Instant};

use proptest::{collection::vec, prelude::*};

use super::*;

fn token(text: &str) -> Segment {
    Segment::Token(text.into())
}

fn segment() -> impl Strategy<Value = Segment> {
    let awkward = prop_oneof![
        Just(String::new()),
        "[a-z]{1,8}",
        "[\\[\\]\"'\\\\./~a\u{1}\n\u{8}\u{c} -]{0,6}",
        "-?[0-9]{1,3}",
        any::<String>(),
    ];
    prop_oneof![
        4 => awkward.prop_map(|key| Segment::Key(key.into())),
        1 => any::<i64>().prop_map(Segment::Index),
        1 => (-3..3i64).prop_map(Segment::Index),
        1 => prop_oneof![Just("-".to_owned()), any::<u64>().prop_map(|number| number.to_string())]
            .prop_map(|text| token(&text)),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(segments in vec(segment(), 0..6)) {
        let path: Path = segments.into_iter().collect();
        let text = path.to_string();
        prop_assert_eq!(&Path::parse(&text).unwrap(), &path, "{}", text);
        let json = serde_json::to_string(&path).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Path>(&json).unwrap(), &path);
    }

    #[test]
    fn pointers_are_read_back(keys in vec(any::<String>(), 0..6)) {
        let path: Path = keys.iter().map(|key| Segment::Key(key.into())).collect();
        let names = Path::parse(&path.to_pointer()).unwrap();
        prop_assert_eq!(names.segments().len(), keys.len());
        for (segment, key) in names.segments().iter().zip(&keys) {
            let (Segment::Key(name) | Segment::Token(name)) = segment else { panic!("{segment:?}") };
            prop_assert_eq!(name, key);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\\[\\]\"'\\\\./~u0-9a-fé-]{0,12}") {
        if let Ok(path) = Path::parse(&text) {
            prop_assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
        }
    }
}

#[test]
fn reads_every_form() {
    let root = Path::root;
    let cases = [
        ("", root()),
        ("foo", root().key("foo")),
        ("foo.bar[1]", root().key("foo").key("bar").index(1)),
        ("foo[-1][0]", root().key("foo").index(-1).index(0)),
        (r#"["a.b [\"é\\\u00e9\ud83d\ude00"].c"#, root().key("a.b [\"é\\é😀").key("c")),
        (r#"a['it\'s "b"']"#, root().key("a").key("it's \"b\"")),
        (r#"[""]"#, root().key("")),
        ("a b.c]d", root().key("a b").key("c]d")),
        ("foo.0", [Segment::Key("foo".into()), token("0")].into_iter().collect()),
        ("foo.01.-1", root().key("foo").key("01").key("-1")),
        ("a./b", root().key("a").key("/b")),
        ("/", root().key("")),
        ("/a~1b/m~0n/", root().key("a/b").key("m~n").key("")),
        ("/foo/10/-", [Segment::Key("foo".into()), token("10"), token("-")].into_iter().collect()),
        ("[9223372036854775807][-9223372036854775808]", root().index(i64::MAX).index(i64::MIN)),
    ];
    for (text, path) in cases {
        assert_eq!(Path::parse(text), Ok(path), "{text}");
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let cases = [
        ("a..b", "expected a key", 2),
        (".a", "expected a key", 0),
        ("a.", "expected a key", 2),
        ("a.[0]", "expected a key", 2),
        ("a[", "expected an index or a key in quotes", 2),
        ("a[b]", "expected an index or a key in quotes", 2),
        ("a[1", "expected a ]", 3),
        ("a[1]b", "expected a . or [ or the end", 4),
        ("a[-]", "expected a digit", 3),
        ("a[01]", "expected an index without a leading zero", 2),
        ("a[-0]", "expected an index without a leading zero", 3),
        ("a[9223372036854775808]", "expected an index within 64 bits", 2),
        (r#"["a]"#, "expected the closing quote", 4),
        (r#"["a\x"]"#, "expected an escape of JSON", 4),
        (r#"["\u12g4"]"#, "expected a hexadecimal digit", 6),
        (r#"["\ud800"]"#, "expected a whole character", 4),
        (r#"["\ud800\u0041"]"#, "expected a whole character", 4),
        ("/a~2", "expected 0 or 1 after the ~", 3),
        ("/a/~1b~", "expected 0 or 1 after the ~", 7),
    ];
    for (text, reason, at) in cases {
        let error = Path::parse(text).unwrap_err();
        assert!(error.is_path());
        let message = error.to_string();
        assert!(message.contains(reason), "{text}: {message}");
        assert!(message.ends_with(&format!("at byte {at}")), "{text}: {message}");
    }
}

#[test]
fn writes_the_shortest_form() {
    let path = Path::root().key("0").key("a'\"\"\n").key("b'").key("").key("c").index(-2);
    assert_eq!(path.to_string(), r#"["0"]['a\'""\n'].b'[""].c[-2]"#);
    assert_eq!(Path::root().key("/a").key("/a").to_string(), r#"["/a"]./a"#);
    assert_eq!(path.parent().unwrap().join(&Path::root().index(-2)), path);
}

#[test]
fn a_token_that_is_no_index_is_a_key() {
    let path: Path = ["a", "1a", "00"].map(token).into_iter().collect();
    assert_eq!(path, Path::root().key("a").key("1a").key("00"));
}

/// Times it: `cargo test --release -p minisync path -- --ignored --nocapture`.
#[test]
#[ignore = "measures; asserts nothing but the result"]
fn speed() {
    let start = Instant::now();
    for _ in 0..1_000_000 {
        assert!(Path::parse(black_box("items[1234].title")).is_ok());
    }
    eprintln!("parse: {} ns", start.elapsed().as_millis());
}
