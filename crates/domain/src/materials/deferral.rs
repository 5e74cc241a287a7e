//! 容缺后补: a material that may come after acceptance, by a day that a signed promise names.

use crate::time::{Limit, LimitStart, LimitUnit, WorkCalendar, deadline};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What becomes of the case when an owed material does not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDefault {
    /// 不予批准: a person decides so, with reasons and the routes of review (行政许可法 §38).
    Refuse,
    /// 终止办理: the case ends by itself, nothing is decided, and one may apply again at any time.
    Close,
}

/// How a material may be owed (容缺后补的规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    /// How many days after acceptance.
    pub days: u16,
    /// Working days or days; months are refused by the completeness rules.
    pub unit: LimitUnit,
    /// 到期没补交的.
    pub on_default: OnDefault,
    /// Where it says that this material may come later.
    pub basis: String,
}

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
        format!("“{material}”我现在交不了。我承诺在受理后 {} 内补交。{then}。", self.span_zh())
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
