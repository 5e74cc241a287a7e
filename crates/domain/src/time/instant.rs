//! Points in time, shown in the one zone of the country.

use jiff::{Timestamp, civil, tz::Offset};
use serde::{Deserialize, Serialize};

use crate::codes::push_padded;

/// All of China keeps UTC+8 without summer time, so no zone database is needed, in the browser either.
const CHINA: Offset = Offset::constant(8);

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// Midnight in China at the beginning of `date`.
    pub fn start_of(date: civil::Date) -> Self {
        Self::at_china(date, civil::Time::midnight())
    }

    /// The moment when a clock in China shows this date and time.
    pub fn at_china(date: civil::Date, time: civil::Time) -> Self {
        let timestamp = CHINA.to_timestamp(date.to_datetime(time));
        Self(timestamp.map_or(0, Timestamp::as_microsecond))
    }

    /// This many seconds later (earlier when negative), within 64 bits.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The day in China. Instants outside years −9999…9999 give the first or last day of that range.
    pub fn date_in_china(self) -> civil::Date {
        self.local().date()
    }

    /// `10:32`, in China.
    pub fn hour_minute(self) -> String {
        let time = self.local().time();
        let mut out = String::new();
        push_padded(&mut out, u64::from(time.hour().unsigned_abs()), 2);
        out.push(':');
        push_padded(&mut out, u64::from(time.minute().unsigned_abs()), 2);
        out
    }

    /// `2026年11月22日 10:32`, in China.
    pub fn format_zh(self) -> String {
        let mut out = format_date_zh(self.date_in_china());
        out.push(' ');
        out.push_str(&self.hour_minute());
        out
    }

    fn local(self) -> civil::DateTime {
        let fallback = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        CHINA.to_datetime(Timestamp::from_microsecond(self.0).unwrap_or(fallback))
    }
}

/// `2026年11月22日`.
pub fn format_date_zh(date: civil::Date) -> String {
    let mut out = date.year().to_string();
    out.push('年');
    out.push_str(&date.month().to_string());
    out.push('月');
    out.push_str(&date.day().to_string());
    out.push('日');
    out
}
