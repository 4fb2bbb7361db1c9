//! Bytes as printable ASCII, to be carried by a script. No escape, quote or control character is among it, so every
//! minifier, charset and transport leaves it as it is; and compressed by gzip it is no longer than the bytes themselves,
//! where base64 is a third longer. `packages/minisync/src/boundary/printable.ts` reads it.
//!
//! First come all 256 bytes in hexadecimal, the most frequent first. Then each byte: the first 88 as one character, the
//! others as two.

use std::cmp::Reverse;

/// What stands for itself in every kind of string, and ends no `<script>`. The last two begin a pair.
fn alphabet() -> Vec<char> {
    let is_plain = |character: &char| !"\\\"'`<~!".contains(*character);
    (' '..='~').filter(is_plain).chain(['~', '!']).collect()
}

/// Encodes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let alphabet = alphabet();
    let (singles, pairs) = alphabet.split_at(alphabet.len() - 2);
    let codes = singles.iter().map(char::to_string);
    let codes = codes.chain(
        pairs.iter().flat_map(|first| alphabet.iter().map(move |second| String::from_iter([first, second]))),
    );
    let mut ranking: Vec<u8> = (0..=255).collect();
    let mut counts = [0_usize; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    ranking.sort_by_key(|byte| Reverse(counts.get(usize::from(*byte)).copied()));
    let mut text: String = ranking.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut by_byte = vec![String::new(); 256];
    for (byte, code) in ranking.iter().zip(codes) {
        if let Some(place) = by_byte.get_mut(usize::from(*byte)) {
            *place = code;
        }
    }
    text.extend(bytes.iter().filter_map(|byte| by_byte.get(usize::from(*byte))).map(String::as_str));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the package does it.
    fn decode(text: &str) -> Vec<u8> {
        let (head, body) = text.split_at(512);
        let ranking: Vec<u8> =
            (0..256).map(|at| u8::from_str_radix(&head[2 * at..2 * at + 2], 16).unwrap()).collect();
        let alphabet = alphabet();
        let index = |character| alphabet.iter().position(|own| *own == character).unwrap();
        let mut bytes = Vec::new();
        let mut characters = body.chars();
        while let Some(first) = characters.next() {
            let mut rank = index(first);
            if let Some(pair) = rank.checked_sub(88) {
                rank = 88 + 90 * pair + index(characters.next().unwrap());
            }
            bytes.push(ranking[rank]);
        }
        bytes
    }

    #[test]
    fn bytes_come_back_and_nothing_in_the_text_needs_an_escape() {
        assert_eq!(alphabet().len(), 90);
        let mut bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        bytes.extend_from_slice(&[0; 1000]);
        bytes.extend_from_slice(b"\x00001 \r\n ${`\\` </script> \"'");
        let text = encode(&bytes);
        assert_eq!(decode(&text), bytes);
        assert!(
            text.chars().all(|character| matches!(character, ' '..='~') && !"\\\"'`<".contains(character))
        );
        assert!(text.ends_with(&encode(&bytes)[text.len() - 20..]) && text[512..].len() < 2 * bytes.len());
        assert_eq!(decode(&encode(&[])), []);
    }
}
