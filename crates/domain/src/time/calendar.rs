//! Working days 工作日 of a region.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::codes::error_codes;

error_codes! {
    /// Why a year's arrangement cannot be loaded.
    CalendarError {
        /// A date lies outside the year (ten days at its edges are allowed: 元旦 may reach over).
        OutsideYear => "calendar.outside_year",
        /// A date is both a day off and a make-up working day.
        Contradiction => "calendar.contradiction",
        /// A make-up day that is no Saturday or Sunday.
        MakeUpOnWeekday => "calendar.make_up_on_weekday",
        /// The year was loaded before.
        Duplicate => "calendar.duplicate",
    }
}

/// A holiday of an ethnic-minority region on top of the national ones (年节及纪念日放假办法 §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalHoliday {
    /// The day off.
    pub date: Date,
    /// Its name, such as 泼水节.
    pub name: String,
}

/// One year's arrangement, as published by the State Council, with the region's own holidays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearCalendar {
    /// The year that the notice is for.
    pub year: i16,
    /// Days off; plain Saturdays and Sundays need not be listed.
    pub off: Vec<Date>,
    /// Saturdays and Sundays on which people work.
    #[serde(default)]
    pub make_up: Vec<Date>,
    /// Local ethnic holidays.
    #[serde(default)]
    pub local: Vec<LocalHoliday>,
}

/// Why a day is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OffReason<'a> {
    /// Saturday or Sunday.
    Weekend,
    /// A national holiday, by the name of the season it falls in.
    National(&'a str),
    /// A holiday of the region.
    Local(&'a str),
}

impl OffReason<'_> {
    /// Name shown to people.
    pub const fn name(&self) -> &str {
        match self {
            Self::Weekend => "周末",
            Self::National(name) | Self::Local(name) => name,
        }
    }
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// An ordinary working day.
    Working,
    /// A Saturday or Sunday on which people work 调休补班.
    MakeUp,
    /// A day off.
    Off(OffReason<'a>),
}

impl DayKind<'_> {
    /// Whether offices work.
    pub const fn is_working(&self) -> bool {
        !matches!(self, Self::Off(_))
    }
}

/// Working-day calendar 工作日历 of one region, over the years that were loaded.
///
/// A year not loaded uses weekends and the statutory days of fixed date; what depends on it is provisional
/// 暂定 ([`WorkCalendar::is_provisional`]) and to be computed again once the year is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<YearCalendar>", into = "Vec<YearCalendar>")]
pub struct WorkCalendar {
    years: BTreeSet<i16>,
    off: BTreeSet<Date>,
    make_up: BTreeSet<Date>,
    local: BTreeMap<Date, String>,
    loaded: Vec<YearCalendar>,
}

impl WorkCalendar {
    /// A calendar that knows no year yet: every date is provisional.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads a published year.
    pub fn add_year(&mut self, year: YearCalendar) -> Result<(), CalendarError> {
        year.check()?;
        if !self.years.insert(year.year) {
            return Err(CalendarError::Duplicate);
        }
        self.off.extend(year.off.iter().copied());
        self.make_up.extend(year.make_up.iter().copied());
        for holiday in &year.local {
            self.local.insert(holiday.date, holiday.name.clone());
        }
        self.loaded.push(year);
        Ok(())
    }

    /// Whether the arrangement of this year is loaded.
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// The year whose arrangement somebody has to load: this one, and from November on, when the State Council
    /// publishes it, the next.
    pub fn missing_year(&self, today: Date) -> Option<i16> {
        let next = (today.month() >= 11).then_some(today.year() + 1);
        std::iter::once(today.year()).chain(next).find(|year| !self.knows(*year))
    }

    /// Whether what is said of this day may still change, its year not being published.
    pub fn is_provisional(&self, date: Date) -> bool {
        !self.knows(date.year())
    }

    /// What a day is, and why. A local holiday wins over a make-up day, a make-up day over the weekend.
    pub fn day_kind(&self, date: Date) -> DayKind<'_> {
        if let Some(name) = self.local.get(&date) {
            return DayKind::Off(OffReason::Local(name));
        }
        if self.make_up.contains(&date) {
            return DayKind::MakeUp;
        }
        if self.off.contains(&date) || (self.is_provisional(date) && is_fixed_statutory(date)) {
            return DayKind::Off(OffReason::National(season(date)));
        }
        if is_weekend(date) { DayKind::Off(OffReason::Weekend) } else { DayKind::Working }
    }

    /// Whether offices work on this day.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.day_kind(date).is_working()
    }

    /// The day itself when offices work, otherwise the next on which they do.
    pub fn on_or_after(&self, date: Date) -> Date {
        let mut day = date;
        while !self.is_working_day(day) {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
        }
        day
    }

    /// The `count`-th working day after `date`; `date` itself for 0.
    pub fn add_working_days(&self, date: Date, count: u32) -> Date {
        let (mut day, mut left) = (date, count);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            left -= u32::from(self.is_working_day(day));
        }
        day
    }

    /// Working days after `from` up to and including `to`; negative when `to` is earlier.
    pub fn working_days_between(&self, from: Date, to: Date) -> i32 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let (mut day, mut count) = (from, 0);
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += i32::from(self.is_working_day(day));
        }
        count
    }
}

impl YearCalendar {
    fn check(&self) -> Result<(), CalendarError> {
        let locals = self.local.iter().map(|holiday| &holiday.date);
        let mut all = self.off.iter().chain(&self.make_up).chain(locals);
        if !all.all(|date| self.reaches(*date)) {
            return Err(CalendarError::OutsideYear);
        }
        if self.make_up.iter().any(|date| self.off.contains(date)) {
            return Err(CalendarError::Contradiction);
        }
        if !self.make_up.iter().all(|date| is_weekend(*date)) {
            return Err(CalendarError::MakeUpOnWeekday);
        }
        Ok(())
    }

    fn reaches(&self, date: Date) -> bool {
        date.year() == self.year
            || (date.year() == self.year - 1 && date.month() == 12 && date.day() > 21)
            || (date.year() == self.year + 1 && date.month() == 1 && date.day() <= 10)
    }
}

impl TryFrom<Vec<YearCalendar>> for WorkCalendar {
    type Error = CalendarError;

    fn try_from(years: Vec<YearCalendar>) -> Result<Self, CalendarError> {
        let mut calendar = Self::new();
        for year in years {
            calendar.add_year(year)?;
        }
        Ok(calendar)
    }
}

impl From<WorkCalendar> for Vec<YearCalendar> {
    fn from(calendar: WorkCalendar) -> Self {
        calendar.loaded
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Statutory days off whose date does not follow the moon (年节及纪念日放假办法 in force since 2025).
fn is_fixed_statutory(date: Date) -> bool {
    matches!((date.month(), date.day()), (1, 1) | (5, 1 | 2) | (10, 1..=3))
}

/// The notices list dates without names; each holiday has its own season, so the date tells the name.
fn season(date: Date) -> &'static str {
    match (date.month(), date.day()) {
        (12, _) | (1, ..=10) => "元旦",
        (1..=3, _) => "春节",
        (4, ..=15) => "清明节",
        (4, _) | (5, ..=15) => "劳动节",
        (5..=7, _) => "端午节",
        (8 | 9, _) => "中秋节",
        (10, _) => "国庆节",
        _ => "法定节假日",
    }
}
