//! Numbers as JSON text, of any size and precision. Must not know what holds them.

use super::error::Fault;

/// Validates the number that begins at `start` and returns the offset behind it.
#[inline]
pub(crate) fn scan(bytes: &[u8], start: usize) -> Result<usize, Fault> {
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let whole = at;
    at = some_digits(bytes, at, "a number must have digits")?;
    if bytes[whole] == b'0' && at > whole + 1 {
        return Err(Fault { offset: start, reason: "a number must not begin with a zero" });
    }
    if bytes.get(at) == Some(&b'.') {
        at = some_digits(bytes, at + 1, "digits must follow the decimal point")?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = some_digits(bytes, at + 1 + sign, "digits must follow the exponent's e")?;
    }
    Ok(at)
}

#[inline]
fn some_digits(bytes: &[u8], start: usize, reason: &'static str) -> Result<usize, Fault> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { Err(Fault { offset: start, reason }) } else { Ok(at) }
}

/// Whether two numbers have exactly the same value, however they are spelled. Takes time in
/// proportion to their texts, also for the most extreme exponents.
pub(crate) fn equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (Parts::of(a), Parts::of(b));
    match (a.digits().next(), b.digits().next()) {
        (None, None) => true,
        (Some(_), Some(_)) => {
            a.negative == b.negative
                && a.digits().eq(b.digits())
                && exponent_difference(a.exponent, b.exponent) == Some(b.shift - a.shift)
        }
        _ => false,
    }
}

/// Feeds a hasher with the value, so that equal numbers have equal hashes.
#[cfg(feature = "syntax")]
pub(crate) fn hash(text: &str, hasher: &mut impl std::hash::Hasher) {
    let parts = Parts::of(text);
    if parts.digits().next().is_none() {
        return hasher.write_u8(0);
    }
    hasher.write_u8(if parts.negative { 1 } else { 2 });
    parts.digits().for_each(|digit| hasher.write_u8(digit));
    // Where the exponent is beyond all counting, the digits have to do.
    let exponent = exponent_difference(parts.exponent, Exponent::ZERO).map(|exponent| exponent + parts.shift);
    hasher.write_i128(exponent.unwrap_or(i128::MAX));
}

/// The number as i64, if it is whole and in range, in any spelling (`1.0` and `10e-1` are 1).
pub(crate) fn to_i64(text: &str) -> Option<i64> {
    match text.parse() {
        Ok(small) => Some(small),
        Err(_) => Parts::of(text).to_i128()?.try_into().ok(),
    }
}

/// The number as u64, if it is whole and in range, in any spelling (`1.0` and `10e-1` are 1).
pub(crate) fn to_u64(text: &str) -> Option<u64> {
    match text.parse() {
        Ok(small) => Some(small),
        Err(_) => Parts::of(text).to_i128()?.try_into().ok(),
    }
}

/// The nearest double; none beyond the range of doubles.
pub(crate) fn to_f64(text: &str) -> Option<f64> {
    text.parse().ok().filter(|double: &f64| double.is_finite())
}

/// A number in parts: its value is ± `digits` read as a whole number × 10^(`exponent` + `shift`).
struct Parts<'a> {
    negative: bool,
    /// The digits before and after the point, without the zeros around them all.
    whole: &'a str,
    fraction: &'a str,
    exponent: Exponent<'a>,
    shift: i128,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        let mut shift = -(fraction.len() as i128);
        let (whole, fraction) = match (whole, fraction) {
            ("", _) => (whole, fraction.trim_start_matches('0')),
            (_, "") => {
                let trimmed = whole.trim_end_matches('0');
                shift += (whole.len() - trimmed.len()) as i128;
                (trimmed, fraction)
            }
            _ => (whole, fraction),
        };
        Parts { negative, whole, fraction, exponent: Exponent::of(exponent), shift }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    /// The value, if it is whole and has at most 38 digits.
    fn to_i128(&self) -> Option<i128> {
        if self.digits().next().is_none() {
            return Some(0);
        }
        let exponent = exponent_difference(self.exponent, Exponent::ZERO)? + self.shift;
        let power = 10_i128.checked_pow(u32::try_from(exponent).ok()?)?;
        let digits = self
            .digits()
            .try_fold(0_i128, |value, digit| value.checked_mul(10)?.checked_add(i128::from(digit - b'0')))?;
        let value = digits.checked_mul(power)?;
        Some(if self.negative { -value } else { value })
    }
}

/// An exponent of any length.
#[derive(Clone, Copy)]
struct Exponent<'a> {
    sign: i128,
    /// Without leading zeros.
    digits: &'a str,
}

impl<'a> Exponent<'a> {
    const ZERO: Exponent<'static> = Exponent { sign: 1, digits: "" };

    fn of(text: &'a str) -> Exponent<'a> {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        Exponent { sign, digits: text.trim_start_matches(['+', '-']).trim_start_matches('0') }
    }

    /// The digit in front of the last `place` digits, with the sign.
    fn digit(&self, place: usize) -> i128 {
        let index = self.digits.len().checked_sub(place + 1);
        let digit = index.map_or(b'0', |index| self.digits.as_bytes()[index]);
        self.sign * i128::from(digit - b'0')
    }
}

/// `a - b`, or none if it is beyond 10^30: further than any two texts can shift their points.
fn exponent_difference(a: Exponent<'_>, b: Exponent<'_>) -> Option<i128> {
    const FAR: i128 = 10_i128.pow(30);
    let mut difference = 0;
    for place in (0..a.digits.len().max(b.digits.len())).rev() {
        // From 3 on the difference only grows, whatever digits follow.
        difference = difference * 10 + a.digit(place) - b.digit(place);
        if i128::abs(difference) > FAR {
            return None;
        }
    }
    Some(difference)
}
