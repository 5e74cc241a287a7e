//! The clock of a case 办理期限: exact to the day and explained line by line.
//!
//! Rules. The day of the starting event is not counted (民法典 §201). Of a suspension the first day does not
//! count, the day on which it ends does. Working days skip what the calendar calls off. Days and months count
//! every calendar day; a month ends on the day of the same number or the last of the month (§202); a limit
//! that ends on a day off ends on the next working day (§203), and never within a suspension. A limit in
//! months that is suspended is prolonged by as many calendar days as were suspended. 0 is 即办: the same day.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{ClockLine, DayKind, Limit, LimitUnit, LineKind, OffReason, Suspension, WorkCalendar};

/// Where the clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Clock {
    /// It runs.
    Running {
        /// Last day on which the limit is kept.
        due: Date,
        /// Working days left after today that are not suspended: 0 = due today, negative = overdue by so many.
        days_left: i32,
    },
    /// It stands still since this day, and when it will run again is not known.
    Paused {
        /// First day that does not count.
        since: Date,
        /// Days used (in the unit of the limit; for months, calendar days).
        used: u32,
        /// Days left once it runs again.
        left: u32,
    },
}

/// How urgent a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Time enough, or the clock stands still.
    None,
    /// About to run out 临期.
    Soon,
    /// Run out 超期.
    Overdue,
}

/// A computed deadline with its explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Where the clock stands.
    pub clock: Clock,
    /// 暂定: the date depends on a year whose arrangement is not loaded.
    pub provisional: bool,
    /// How it was counted, in the order of the days.
    pub lines: Vec<ClockLine>,
}

impl Deadline {
    /// The last day, unless the clock stands still.
    pub const fn due(&self) -> Option<Date> {
        match self.clock {
            Clock::Running { due, .. } => Some(due),
            Clock::Paused { .. } => None,
        }
    }

    /// Working days left (see [`Clock::Running`]), unless the clock stands still.
    pub const fn days_left(&self) -> Option<i32> {
        match self.clock {
            Clock::Running { days_left, .. } => Some(days_left),
            Clock::Paused { .. } => None,
        }
    }

    /// Warns from `ahead` working days before the last day on.
    pub const fn alert(&self, ahead: i32) -> Alert {
        match self.days_left() {
            Some(..0) => Alert::Overdue,
            Some(left) if left <= ahead => Alert::Soon,
            _ => Alert::None,
        }
    }
}

/// Computes when a limit ends that began with an event on `start`.
///
/// `extension` is what was added to the limit, in its own unit (行政许可法 §42: 10 working days). Suspensions
/// may overlap and come in any order. `today` tells what is left, and which open suspensions have begun.
pub fn deadline(
    limit: &Limit,
    start: Date,
    extension: u32,
    suspensions: &[Suspension],
    calendar: &WorkCalendar,
    today: Date,
) -> Deadline {
    let base = span_in_days(limit.unit, start, limit.amount);
    let total = span_in_days(limit.unit, start, limit.amount.saturating_add(extension));
    let mut count = Count {
        working: limit.unit == LimitUnit::WorkingDays,
        base,
        total,
        used: 0,
        provisional: false,
        lines: Vec::new(),
        suspensions,
        calendar,
        today,
    };
    let clock = match count.run(start) {
        Ok(due) => Clock::Running { due, days_left: count.days_left(start, due) },
        Err(pause) => {
            count.push(LineKind::Paused { reason: pause.reason.clone() }, pause.from, today.max(pause.from), 0);
            Clock::Paused { since: pause.from, used: count.used, left: total - count.used }
        }
    };
    Deadline { clock, provisional: count.provisional, lines: count.lines }
}

/// Days of a limit counted from `start`: months become the calendar days up to their last day.
fn span_in_days(unit: LimitUnit, start: Date, amount: u32) -> u32 {
    if unit != LimitUnit::Months {
        return amount;
    }
    // 10 000 years reach past the end of the calendar: more months cannot be told apart.
    let months = amount.min(120_000).cast_signed();
    let end = start.saturating_add(months.months());
    start.until(end).map_or(0, |span| span.get_days().unsigned_abs())
}

struct Count<'a> {
    working: bool,
    base: u32,
    total: u32,
    used: u32,
    provisional: bool,
    lines: Vec<ClockLine>,
    suspensions: &'a [Suspension],
    calendar: &'a WorkCalendar,
    today: Date,
}

impl<'a> Count<'a> {
    /// Counts from `start`; `Err` is the open suspension in which the clock stands.
    fn run(&mut self, start: Date) -> Result<Date, &'a Suspension> {
        let mut day = start;
        if self.total == 0 {
            self.push(LineKind::SameDay, start, start, 0);
        } else {
            self.push(LineKind::StartNotCounted, start, start, 0);
        }
        while self.used < self.total {
            let Ok(next) = day.tomorrow() else {
                return Ok(day);
            };
            day = next;
            if let Some(suspension) = self.suspended(day)? {
                let reason = suspension.reason.clone();
                self.push(LineKind::Suspended { reason }, day, day, 0);
            } else {
                self.count_day(day);
            }
        }
        self.move_on(day)
    }

    /// One day outside suspensions: counted, or skipped as a day off.
    fn count_day(&mut self, day: Date) {
        let mut kind = if self.used < self.base { LineKind::Counted } else { LineKind::CountedExtension };
        if self.working {
            match self.look_up(day) {
                DayKind::Working => {}
                DayKind::MakeUp => kind = LineKind::MakeUpCounted,
                DayKind::Off(OffReason::Weekend) => return,
                DayKind::Off(reason) => {
                    let name = reason.name().to_owned();
                    return self.push(LineKind::Holiday { name }, day, day, 0);
                }
            }
        }
        self.used += 1;
        self.push(kind, day, day, 1);
    }

    /// From the last counted day to the first one that is neither off nor suspended.
    fn move_on(&mut self, end: Date) -> Result<Date, &'a Suspension> {
        let mut day = end;
        let mut why = None;
        loop {
            let off = match (self.suspended(day)?, self.look_up(day)) {
                (Some(suspension), _) => suspension.reason.clone(),
                (None, DayKind::Off(reason)) => reason.name().to_owned(),
                (None, _) => break,
            };
            why.get_or_insert(off);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        if let Some(reason) = why {
            self.push(LineKind::Moved { reason }, end, day, 0);
        }
        Ok(day)
    }

    fn look_up(&mut self, day: Date) -> DayKind<'a> {
        self.provisional |= self.calendar.is_provisional(day);
        self.calendar.day_kind(day)
    }

    /// The closed suspension that covers a day, if any; `Err` for an open one.
    fn suspended(&self, day: Date) -> Result<Option<&'a Suspension>, &'a Suspension> {
        let covering = |open: bool| {
            self.suspensions
                .iter()
                .filter(|s| s.to.is_none() == open && s.covers(day, self.today))
                .min_by_key(|s| s.from)
        };
        match covering(true) {
            Some(open) => Err(open),
            None => Ok(covering(false)),
        }
    }

    /// Working days between today and the end that still count.
    fn days_left(&self, start: Date, due: Date) -> i32 {
        let today = self.today;
        if today > due {
            return -self.calendar.working_days_between(due, today).max(1);
        }
        let (mut day, mut left) = (today.max(start), 0);
        while day < due {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            let suspended = self.suspensions.iter().any(|s| s.covers(day, today));
            left += i32::from(!suspended && self.calendar.is_working_day(day));
        }
        left
    }

    /// Adds a line, or lengthens the last one when it says the same.
    fn push(&mut self, kind: LineKind, from: Date, to: Date, days: u32) {
        if let Some(last) = self.lines.last_mut().filter(|last| last.kind == kind) {
            last.to = to;
            last.days += days;
        } else {
            self.lines.push(ClockLine { kind, from, to, days });
        }
    }
}
