//! Limits 时限 as the catalogue states them, and what stops them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a limit counts. 行政许可法 §82: its own limits are working days; other laws mean calendar days or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// 工作日
    WorkingDays,
    /// 日 (calendar days)
    Days,
    /// 月
    Months,
}

/// The event from which a limit runs; its own day is not counted (民法典 §201).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitStart {
    /// 受理
    Acceptance,
    /// 收件
    Receipt,
    /// 作出决定 (delivery within 10 days, 行政许可法 §44)
    Decision,
    /// 告知、送达 (answer to a correction notice, request for a hearing)
    Notice,
    /// 缴费
    Payment,
    /// 出生 (registration of a birth)
    Birth,
    /// Another event that the basis names.
    Event,
}

/// A limit 时限: configuration of a matter in a region, never a constant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How many units; 0 means 即办, the same day.
    pub amount: u32,
    /// What is counted.
    pub unit: LimitUnit,
    /// From what event.
    pub start: LimitStart,
    /// Law, standard or promise that it comes from.
    pub basis: String,
}

/// A stretch in which the clock stands still: a special procedure 特别程序 with a basis for that
/// (行政许可法 §45), or waiting for the applicant's corrections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// First day that does not count.
    pub from: Date,
    /// First day that counts again; `None` while it lasts. Not after `from`: nothing is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// What the applicant is told, such as 检验检测.
    pub reason: String,
}

impl Suspension {
    /// Whether `day` does not count because of this one, as known on `today`.
    ///
    /// One that is open and begins after today has not happened yet and stops nothing.
    pub fn covers(&self, day: Date, today: Date) -> bool {
        day >= self.from
            && match self.to {
                Some(to) => day < to,
                None => self.from <= today,
            }
    }
}
