//! The explanation of a deadline, one line for each stretch of days.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::format_date_zh;

/// What one line of the explanation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LineKind {
    /// The day of the event itself, not counted.
    StartNotCounted,
    /// Counted days of the limit; for working days plain weekends in between are left out silently.
    Counted,
    /// Counted days of the extension.
    CountedExtension,
    /// A Saturday or Sunday that counts because people work on it.
    MakeUpCounted,
    /// A holiday that was skipped.
    Holiday {
        /// Its name.
        name: String,
    },
    /// Days that did not count because the clock stood still.
    Suspended {
        /// What for.
        reason: String,
    },
    /// The limit ended on a day off (`from`) and moved to `to`.
    Moved {
        /// Why the day was off.
        reason: String,
    },
    /// 即办: due on the day itself.
    SameDay,
    /// The clock stands still since `from`; `to` is today.
    Paused {
        /// What for.
        reason: String,
    },
}

/// One line of the explanation: dates inclusive, and how many days it counts (0 when it counts none).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockLine {
    /// What happened.
    #[serde(flatten)]
    pub kind: LineKind,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Days counted towards the limit.
    pub days: u32,
}

impl ClockLine {
    /// The line in words, for the applicant and the file.
    pub fn text_zh(&self) -> String {
        let mut out = format_date_zh(self.from);
        let moved = matches!(self.kind, LineKind::Moved { .. });
        if self.from != self.to && !moved {
            out.push('至');
            out.push_str(&format_date_zh(self.to));
        }
        out.push('：');
        match &self.kind {
            LineKind::StartNotCounted => out.push_str("起始当天，不计入"),
            LineKind::Counted => push_days(&mut out, "计入 ", self.days),
            LineKind::CountedExtension => push_days(&mut out, "延长期限，计入 ", self.days),
            LineKind::MakeUpCounted => push_days(&mut out, "调休上班，计入 ", self.days),
            LineKind::Holiday { name } => push_all(&mut out, &[name, "，不计入"]),
            LineKind::Suspended { reason } => push_all(&mut out, &[reason, "期间，不计入"]),
            LineKind::Moved { reason } => {
                push_all(&mut out, &["期满日遇", reason, "，顺延到", &format_date_zh(self.to)]);
            }
            LineKind::SameDay => out.push_str("即办，当天办结"),
            LineKind::Paused { reason } => push_all(&mut out, &["因", reason, "暂停计时"]),
        }
        out
    }
}

fn push_days(out: &mut String, what: &str, days: u32) {
    push_all(out, &[what, &days.to_string(), " 天"]);
}

fn push_all(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}
