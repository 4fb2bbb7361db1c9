//! Rust code as a row of tokens with their lines. Knows tests from the rest, and nothing of types.

use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The tokens of a file. Comments are gone, documentation comments are `#[doc = "…"]`.
pub(super) struct Code {
    all: Vec<Token>,
    /// Without what is compiled for tests only.
    product: Vec<Token>,
    test_lines: Vec<RangeInclusive<usize>>,
}

/// A word, a bracket, a literal or a punctuation mark; `::` is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Code {
    /// None where the text is not made of Rust tokens.
    pub(super) fn parse(text: &str) -> Option<Code> {
        let stream: TokenStream = text.parse().ok()?;
        let mut all = Vec::new();
        flatten(stream, &mut all);
        let (product, test_lines) = without_items(&all, is_for_tests);
        Some(Code { all, product, test_lines })
    }

    /// All tokens, tests too.
    pub(super) fn all(&self) -> &[Token] {
        &self.all
    }

    /// The tokens outside of tests.
    pub(super) fn product(&self) -> &[Token] {
        &self.product
    }

    /// How many lines the tests take.
    pub(super) fn test_line_count(&self) -> usize {
        self.test_lines.iter().map(|lines| lines.end() + 1 - lines.start()).sum()
    }
}

/// Whether the texts of the tokens start with these.
pub(super) fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && texts.iter().zip(tokens).all(|(text, token)| token.text == *text)
}

/// The index of the bracket that closes the one at `open`.
pub(super) fn close_of(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    tokens.len() - 1
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                tokens.push(Token { text: open.into(), line });
                let end = group.span_close().end().line;
                flatten(group.stream(), tokens);
                tokens.push(Token { text: close.into(), line: end });
            }
            TokenTree::Punct(mark) => match tokens.last_mut() {
                Some(last) if mark.as_char() == ':' && last.text == ":" => last.text.push(':'),
                _ => tokens.push(Token { text: mark.as_char().to_string(), line }),
            },
            other => tokens.push(Token { text: other.to_string(), line }),
        }
    }
}

fn is_for_tests(attribute: &[Token]) -> bool {
    let has = |text: &str| attribute.iter().any(|token| token.text == text);
    match attribute {
        [first, ..] if first.text == "cfg" => has("test") && !has("not"),
        [.., last] => last.text == "test" && !has("("),
        [] => false,
    }
}

/// Leaves out the items whose attribute `is_out`; says which lines they took. An inner attribute
/// (`#![…]`) takes all that follows it.
fn without_items(
    tokens: &[Token],
    is_out: impl Fn(&[Token]) -> bool,
) -> (Vec<Token>, Vec<RangeInclusive<usize>>) {
    let (mut kept, mut lines) = (Vec::new(), Vec::new());
    let mut index = 0;
    while index < tokens.len() {
        let rest = &tokens[index..];
        let inner = starts_with(rest, &["#", "!", "["]);
        let open = index + if inner { 2 } else { 1 };
        if inner || starts_with(rest, &["#", "["]) {
            let close = close_of(tokens, open);
            if is_out(&tokens[open + 1..close]) {
                let end = if inner { tokens.len() - 1 } else { item_end(tokens, close + 1) };
                lines.push(tokens[index].line..=tokens[end].line);
                index = end + 1;
                continue;
            }
        }
        kept.push(tokens[index].clone());
        index += 1;
    }
    (kept, lines)
}

/// The index of the last token of the item or statement that starts at `start`: its semicolon, or the
/// brace that closes its body.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut index = start;
    while index < tokens.len() {
        match tokens[index].text.as_str() {
            ";" => return index,
            "{" => {
                index = close_of(tokens, index);
                let goes_on = tokens.get(index + 1).is_some_and(|next| matches!(&*next.text, "." | "?"));
                if !goes_on {
                    return index;
                }
            }
            "(" | "[" => index = close_of(tokens, index),
            _ => {}
        }
        index += 1;
    }
    tokens.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(text: &str) -> String {
        let code = Code::parse(text).unwrap();
        code.product().iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tests_are_left_out_and_their_lines_counted() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        assert_eq!(product(text), "fn a ( ) { } fn c ( ) { }");
        assert_eq!(Code::parse(text).unwrap().test_line_count(), 4);
        assert_eq!(product("#[cfg(all(test, unix))] use a::b; x"), "x");
        assert_eq!(product("#[tokio::test] async fn a() { b() } x"), "x");
        assert_eq!(product("#![cfg(test)] fn a() {}"), "");
        assert_eq!(product("#[cfg(not(test))] x"), "# [ cfg ( not ( test ) ) ] x");
    }

    #[test]
    fn comments_and_strings_are_no_words() {
        assert_eq!(product("// panic!\na(\"b.unwrap()\")"), "a ( \"b.unwrap()\" )");
        assert_eq!(product("a::b"), "a :: b");
    }
}
