//! Bytes as lowercase hexadecimal digits, which are the only spelling that is read. Knows nothing of what they are.
//!
//! By hand: `data-encoding`, which can write in any base, would be a twentieth of the WebAssembly module.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two digits for each byte.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

/// The byte that is written with these two digits.
pub(crate) fn decode_byte(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    match digits {
        [high, low] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_spelling() {
        for byte in 0..=u8::MAX {
            let text = encode(&[byte]);
            assert_eq!(text, format!("{byte:02x}"));
            assert_eq!(decode_byte(text.as_bytes()), Some(byte));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for digits in ["", "a", "A0", "0A", "0g", " 1", "+1", "0x", "001"] {
            assert_eq!(decode_byte(digits.as_bytes()), None, "{digits}");
        }
    }
}
