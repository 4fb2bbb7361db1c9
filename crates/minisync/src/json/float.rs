//! Floats as JSON text: the fewest digits that read back the same, as `serde_json` spells them. (Where two such are
//! equally near, as 1933451.2 and 1933451.3 are to 1933451.25 in an `f32`, either may be taken.) Must not know what
//! the numbers are for.

#[cfg(any(test, not(feature = "serde_json")))]
use std::fmt::Write;
use std::{
    fmt::{self, Display, LowerExp},
    ops::RangeInclusive,
};

use serde::Serialize;

/// `f32` or `f64`.
pub(super) trait Float: Display + LowerExp + Serialize + Copy {
    /// With which exponents it is spelled without one. (The fewest digits of an `f32` are fewer than those of the
    /// `f64` that equals it, so each is spelled by itself.)
    #[cfg_attr(
        all(feature = "serde_json", not(test)),
        expect(dead_code, reason = "`serde_json` knows by itself")
    )]
    const PLAIN: RangeInclusive<i32>;

    fn is_finite(self) -> bool;
}

impl Float for f32 {
    const PLAIN: RangeInclusive<i32> = -6..=12;

    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

impl Float for f64 {
    const PLAIN: RangeInclusive<i32> = -5..=15;

    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

/// Appends a number that is finite. `serde_json` is several times faster than the standard library.
#[cfg(feature = "serde_json")]
pub(super) fn write_float(number: impl Float, out: &mut String) -> fmt::Result {
    let mut buffer = [0; 64];
    let mut rest = &mut buffer[..];
    serde_json::to_writer(&mut rest, &number).map_err(|_| fmt::Error)?;
    let length = 64 - rest.len();
    out.push_str(std::str::from_utf8(&buffer[..length]).map_err(|_| fmt::Error)?);
    Ok(())
}

#[cfg(not(feature = "serde_json"))]
pub(super) use format_float as write_float;

/// The same by the standard library alone.
#[cfg(any(test, not(feature = "serde_json")))]
pub(super) fn format_float<F: Float>(number: F, out: &mut String) -> fmt::Result {
    let start = out.len();
    write!(out, "{number:e}")?;
    let exponent = start + out[start..].find('e').ok_or(fmt::Error)? + 1;
    let value: i32 = out[exponent..].parse().map_err(|_| fmt::Error)?;
    if F::PLAIN.contains(&value) {
        out.truncate(start);
        write!(out, "{number}")?;
        if !out[start..].contains('.') {
            out.push_str(".0");
        }
    } else if value > 0 {
        out.insert(exponent, '+');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_spelled_alike<F: Float + std::str::FromStr + PartialEq>(number: F) -> Result<(), TestCaseError> {
        let expected = serde_json::to_string(&number).unwrap();
        let mut text = String::new();
        write_float(number, &mut text).unwrap();
        #[cfg(feature = "serde_json")]
        prop_assert_eq!(&text, &expected);
        text.clear();
        format_float(number, &mut text).unwrap();
        let differs = text.bytes().zip(expected.bytes()).filter(|(ours, theirs)| ours != theirs).count();
        prop_assert!(text.len() == expected.len() && differs <= 1, "{text}, not {expected}");
        prop_assert!(text.parse().is_ok_and(|read: F| read == number), "{text} reads as another number");
        Ok(())
    }

    proptest! {
        /// One document may be written by programs with and without the feature `serde_json`.
        #[test]
        fn floats_are_spelled_alike_with_and_without_serde_json(
            double in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
            single in prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL | prop::num::f32::ZERO,
            digits in 1..9999_i32,
            exponent in -30..30_i32,
        ) {
            let near = f64::from(digits) * 10_f64.powi(exponent);
            for double in [double, near, -near, double.trunc()] {
                is_spelled_alike(double)?;
            }
            for single in [single, near as f32] {
                is_spelled_alike(single)?;
            }
        }
    }
}
