//! The sandbox is an outside system, so it has a clock of its own.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};

const PEOPLE: &str = "%Y-%m-%d %H:%M:%S";

/// The present instant, µs since the epoch.
#[expect(clippy::disallowed_methods, reason = "entry point of a binary that plays an outside system")]
pub fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// RFC 3339 with Beijing's offset and whole seconds, as `WeChat` Pay writes instants.
pub fn rfc3339(micros: i64) -> String {
    whole_second(micros).display_with_offset(beijing()).to_string()
}

/// For people, and for Alipay: `2026-05-06 10:32:00`, Beijing time.
pub fn for_people(micros: i64) -> String {
    beijing().to_datetime(whole_second(micros)).strftime(PEOPLE).to_string()
}

/// Reads such a text into µs since the epoch.
pub fn parse_for_people(text: &str) -> Option<i64> {
    let wall = DateTime::strptime(PEOPLE, text).ok()?;
    Some(beijing().to_timestamp(wall).ok()?.as_microsecond())
}

/// Reads an RFC 3339 instant into µs since the epoch.
pub fn parse(text: &str) -> Option<i64> {
    Some(text.parse::<Timestamp>().ok()?.as_microsecond())
}

/// Today in Beijing.
pub fn today() -> Date {
    beijing().to_datetime(whole_second(now())).date()
}

fn whole_second(micros: i64) -> Timestamp {
    Timestamp::from_second(micros.div_euclid(1_000_000)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn beijing() -> Offset {
    Offset::constant(8)
}
