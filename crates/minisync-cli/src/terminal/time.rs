//! Stamps as people and machines read them. Knows the local time zone.

use jiff::{Timestamp, tz::TimeZone};
use minisync::Stamp;

/// To the minute, in local time: `2026-11-22 21:47`.
pub(crate) fn local(stamp: Stamp) -> String {
    match timestamp(stamp) {
        Some(time) => time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        None => "an unknown time".to_owned(),
    }
}

/// Now, in local time: `21:47:03`.
pub(crate) fn of_day() -> String {
    Timestamp::now().to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string()
}

/// RFC 3339, in UTC, to the millisecond: `2026-11-22T20:47:03.120Z`.
pub(crate) fn utc(stamp: Stamp) -> String {
    timestamp(stamp).map_or_else(String::new, |time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn timestamp(stamp: Stamp) -> Option<Timestamp> {
    Timestamp::from_microsecond(i64::try_from(stamp.as_micros()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_read_utc() {
        let stamp = Stamp::from_micros(1_795_377_823_120_456).unwrap();
        assert_eq!(utc(stamp), "2026-11-22T20:03:43.120Z");
        assert_eq!(local(Stamp::MAX).len(), "2255-06-05 23:47".len());
    }
}
