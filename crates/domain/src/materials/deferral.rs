//! 容缺后补: a material that may come after acceptance, by a day that a signed promise names.

use crate::catalogue::{Deferral, OnDefault};
use crate::time::{Limit, LimitStart, LimitUnit, WorkCalendar, deadline};
use jiff::civil::Date;

impl Deferral {
    /// `5 个工作日`.
    pub fn span_zh(&self) -> String {
        span_zh(self.days, self.unit)
    }

    /// What is promised and signed, word for word.
    pub fn statement(&self, material: &str) -> String {
        let then = match self.on_default {
            OnDefault::Refuse => "到期没有补交的，我知道这件事会不予批准",
            OnDefault::Close => "到期没有补交的，我知道这件事会终止办理，以后可以重新申请",
        };
        format!("“{material}”我现在交不了。我承诺在受理后 {}内补交。{then}。", self.span_zh())
    }
}

/// So many days in words.
pub fn span_zh(days: u16, unit: LimitUnit) -> String {
    match unit {
        LimitUnit::WorkingDays => format!("{days} 个工作日"),
        LimitUnit::Days => format!("{days} 天"),
        LimitUnit::Months => format!("{days} 个月"),
    }
}

/// The last day to hand in, counted from `start`, whose own day does not count (民法典 §201).
pub fn last_day(days: u16, unit: LimitUnit, start: Date, calendar: &WorkCalendar) -> Date {
    let limit = Limit { amount: u32::from(days), unit, start: LimitStart::Acceptance, basis: String::new() };
    deadline(&limit, start, 0, &[], calendar, start).due().unwrap_or(start)
}
