//! Points in time, as indexes hold them.

use std::fmt;

/// A point in time to the nanosecond, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
}

const DAY: i64 = 86_400;

impl Timestamp {
    /// The first instant of the year 1.
    pub const MIN: Self = Self { seconds: -62_135_596_800, nanos: 0 };
    /// The last nanosecond of the year 9999.
    pub const MAX: Self = Self { seconds: 253_402_300_799, nanos: 999_999_999 };

    /// Midnight of a day, given in days since 1970-01-01.
    pub(crate) fn from_days(days: i32) -> Self {
        Self { seconds: i64::from(days) * DAY, nanos: 0 }
    }

    /// The day of the calendar, as `2026-11-21`.
    pub(crate) fn date_text(self) -> String {
        let (year, month, day) = civil(self.seconds.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// Year, month and day of a count of days since 1970-01-01, by the algorithm `civil_from_days` of Howard Hinnant's
/// "chrono-Compatible Low-Level Date Algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.seconds.rem_euclid(DAY);
        write!(f, "{}T{:02}:{:02}:{:02}", self.date_text(), second / 3600, second / 60 % 60, second % 60)?;
        if self.nanos != 0 {
            write!(f, ".{:09}", self.nanos)?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn prints_as_rfc_3339() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (-1, 5, "1969-12-31T23:59:59.000000005Z"),
            (951_827_696, 0, "2000-02-29T12:34:56Z"),
            (Timestamp::MIN.seconds, 0, "0001-01-01T00:00:00Z"),
            (Timestamp::MAX.seconds, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(Timestamp { seconds, nanos }.to_string(), text);
        }
    }
}
