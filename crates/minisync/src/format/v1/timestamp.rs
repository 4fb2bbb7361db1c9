//! The times of version 1: seconds in UTC, written `20261122201232`. Knows no clock.

use crate::names::stamp::Stamp;

const MICROS: u64 = 1_000_000;
const DAY: u64 = 86_400;

/// The time that a text names; none for other texts, before 1970, and after the last stamp.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if year < 1970 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_before_year(year) + days_before_month(year, month)? + day.checked_sub(1)?;
    if day > days_in_month(year, month)? {
        return None;
    }
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    Stamp::from_micros(seconds * MICROS).ok()
}

/// The second in which a stamp lies.
pub(super) fn format(stamp: Stamp) -> String {
    let seconds = stamp.as_micros() / MICROS;
    let (mut days, second) = (seconds / DAY, seconds % DAY);
    let mut year = 1970 + days / 366;
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    days -= days_before_year(year);
    let mut month = 1;
    while let Some(length) = days_in_month(year, month).filter(|length| *length <= days) {
        days -= length;
        month += 1;
    }
    let (day, hour, minute) = (days + 1, second / 3600, second / 60 % 60);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{:02}", second % 60)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// From 1970 on.
fn days_before_year(year: u64) -> u64 {
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

fn days_in_month(year: u64, month: u64) -> Option<u64> {
    match month {
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

fn days_before_month(year: u64, month: u64) -> Option<u64> {
    (1..month).map(|month| days_in_month(year, month)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn micros(text: &str) -> Option<u64> {
        parse(text).map(Stamp::as_micros)
    }

    #[test]
    fn known_times() {
        assert_eq!(micros("19700101000000"), Some(0));
        assert_eq!(micros("20000229235959"), Some(951_868_799_000_000));
        assert_eq!(micros("20261122201232"), Some(1_795_378_352_000_000));
        assert_eq!(format(Stamp::saturating(1_795_378_352_999_999)), "20261122201232");
        assert_eq!(format(Stamp::MAX), "22550605234734");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let wrong = [
            "",
            "2026112220123",
            "202611222012321",
            "2026112220123x",
            "20260229000000",
            "21000229000000",
            "20260001000000",
            "20261301000000",
            "20260100000000",
            "20260432000000",
            "20260431000000",
            "20260101240000",
            "20260101006000",
            "20260101000060",
            "19691231235959",
            "22560101000000",
            "99991231235959",
            "+0261122201232",
        ];
        for text in wrong {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn times_come_back(micros in 0..=Stamp::MAX.as_micros()) {
            let second = Stamp::saturating(micros / MICROS * MICROS);
            prop_assert_eq!(parse(&format(Stamp::saturating(micros))), Some(second));
        }
    }
}
