//! Numbers by value, whatever their spelling: `1`, `1.0` and `10e-1` are one number. Knows only JSON numbers.

use std::borrow::Cow;

/// A JSON number as its sign, its significant digits and the power of ten of the last one. Exact, however
/// large: two numbers are equal if and only if their decimals are.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    digits: Cow<'a, str>,
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// `text` must be a JSON number.
    pub(crate) fn of(text: &'a str) -> Decimal<'a> {
        let negative = text.starts_with('-');
        let unsigned = text.trim_start_matches('-');
        let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let Some(exponent) = exponent(power, fraction.len()) else {
            return Decimal { negative, digits: Cow::Borrowed(unsigned), exponent: i64::MAX };
        };
        let joined: Cow<'a, str> =
            if fraction.is_empty() { whole.into() } else { format!("{whole}{fraction}").into() };
        let significant = joined.trim_matches('0').len();
        if significant == 0 {
            return Decimal { negative: false, digits: Cow::Borrowed(""), exponent: 0 };
        }
        let zeros = joined.len() - joined.trim_end_matches('0').len();
        let digits = match joined {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches('0')),
            Cow::Owned(text) => Cow::Owned(text.trim_matches('0').to_owned()),
        };
        Decimal {
            negative,
            digits,
            exponent: exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX)),
        }
    }
}

/// The power of ten of the last digit; None where it is beyond all that can be counted.
fn exponent(power: &str, fraction: usize) -> Option<i64> {
    let power: i64 = power.trim_start_matches('+').parse().ok()?;
    (power.unsigned_abs() < 1 << 60).then(|| power - i64::try_from(fraction).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter_and_value_does() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "10e-1"),
            ("1", "0.1E+1"),
            ("100", "1e2"),
            ("0", "0.000"),
            ("0", "0e7"),
            ("0", "-0.0"),
            ("-2.50", "-25e-1"),
            ("12345678901234567890123", "1.2345678901234567890123e22"),
        ] {
            assert_eq!(Decimal::of(a), Decimal::of(b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("1", "10"),
            ("1", "1.0000000000000000000001"),
            ("101", "11"),
            ("1e99999999999999999999", "1e99999999999999999998"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_ne!(Decimal::of(a), Decimal::of(b), "{a} {b}");
        }
    }
}
