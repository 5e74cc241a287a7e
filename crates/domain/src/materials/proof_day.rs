//! 有效期: whether a paper still counts, by the day that stands on it. Browser and server ask the same function.

use crate::catalogue::{DayAsked, Validity};
use crate::time::format_date_zh;
use jiff::Span;
use jiff::civil::Date;

/// What keeps a paper from counting: the stable code of its sentence, and the values for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayDoubt {
    pub code: &'static str,
    pub detail: Vec<(String, String)>,
}

impl DayDoubt {
    fn new<const N: usize>(code: &'static str, detail: [(&str, String); N]) -> Self {
        Self { code, detail: detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() }
    }
}

/// The days by which a paper is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judging {
    /// On this day it must still count: the day of filing, once there is one.
    pub on: Date,
    /// Today in China: nothing was issued later than that.
    pub today: Date,
}

impl Judging {
    /// Of what is not filed yet: it must count today.
    pub fn at(today: Date) -> Self {
        Self { on: today, today }
    }
}

impl Validity {
    /// Last day on which a paper with this day may be handed in. The day of issue itself does not count, and where
    /// the last month has no such day its own last day is meant (民法典 §201, §202).
    pub fn last_day(&self, day: Date) -> Date {
        match self.asks {
            DayAsked::Issued => day.saturating_add(Span::new().months(i64::from(self.months.unwrap_or(0)))),
            DayAsked::Until => day,
        }
    }

    /// What keeps a paper from being handed in `today`; `day` is what stands on it, none where nobody has said it.
    pub fn doubt(&self, day: Option<Date>, today: Date) -> Option<DayDoubt> {
        self.doubt_on(day, Judging::at(today))
    }

    /// The same where the day that counts may lie before today. The age of a paper and its last day are measured on
    /// `on`, also for one that was made out only afterwards, which is then always young enough; whether its day has
    /// come at all is asked of `today`.
    pub fn doubt_on(&self, day: Option<Date>, judging: Judging) -> Option<DayDoubt> {
        let issued = self.asks == DayAsked::Issued;
        let Some(day) = day else {
            return Some(DayDoubt::new(if issued { "proof_undated" } else { "proof_no_end" }, []));
        };
        if issued && day > judging.today {
            return Some(DayDoubt::new("proof_future", [("day", format_date_zh(day))]));
        }
        let last = self.last_day(day);
        if last >= judging.on {
            return None;
        }
        let last = format_date_zh(last);
        Some(if issued {
            let months = self.months.unwrap_or(0).to_string();
            DayDoubt::new("proof_too_old", [("day", format_date_zh(day)), ("months", months), ("last", last)])
        } else {
            DayDoubt::new("proof_expired", [("last", last)])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rule(asks: DayAsked, months: Option<u16>) -> Validity {
        Validity { asks, months, basis: "依据".to_owned() }
    }

    fn code(rule: &Validity, day: Option<Date>, today: Date) -> Option<&'static str> {
        rule.doubt(day, today).map(|doubt| doubt.code)
    }

    #[test]
    fn m3_a_proof_counts_for_its_months_and_its_last_day_still_does() {
        let three = rule(DayAsked::Issued, Some(3));
        let issued = Some(date(2026, 3, 2));
        assert_eq!(code(&three, issued, date(2026, 3, 2)), None, "on the day itself");
        assert_eq!(code(&three, issued, date(2026, 6, 2)), None, "the corresponding day is the last one");
        assert_eq!(code(&three, issued, date(2026, 6, 3)), Some("proof_too_old"));
        assert_eq!(code(&three, Some(date(2026, 3, 3)), date(2026, 3, 2)), Some("proof_future"));
        assert_eq!(code(&three, None, date(2026, 3, 2)), Some("proof_undated"));
        // No 31 November and no 30 February: the month's own last day.
        assert_eq!(three.last_day(date(2026, 8, 31)), date(2026, 11, 30));
        assert_eq!(three.last_day(date(2025, 11, 30)), date(2026, 2, 28));
        assert_eq!(three.last_day(Date::MAX), Date::MAX);
    }

    #[test]
    fn m3_what_says_its_last_day_itself_holds_to_the_end_of_it() {
        let until = rule(DayAsked::Until, None);
        assert_eq!(code(&until, Some(date(2026, 3, 2)), date(2026, 3, 2)), None);
        assert_eq!(code(&until, Some(date(2040, 1, 1)), date(2026, 3, 2)), None, "the future is what it is for");
        assert_eq!(code(&until, Some(date(2026, 3, 1)), date(2026, 3, 2)), Some("proof_expired"));
        assert_eq!(code(&until, None, date(2026, 3, 2)), Some("proof_no_end"));
    }

    #[test]
    fn m3_a_paper_of_a_filed_case_is_as_old_as_on_the_day_of_filing_and_never_of_tomorrow() {
        let judging = Judging { on: date(2026, 3, 2), today: date(2026, 3, 20) };
        let (issued, until) = (rule(DayAsked::Issued, Some(3)), rule(DayAsked::Until, None));
        let cases = [
            (&until, date(2026, 3, 1), Some("proof_expired")),
            (&until, date(2026, 3, 2), None),
            (&issued, date(2025, 12, 1), Some("proof_too_old")),
            (&issued, date(2025, 12, 2), None),
            (&issued, date(2026, 3, 20), None),
            (&issued, date(2026, 3, 21), Some("proof_future")),
        ];
        for (rule, day, expected) in cases {
            assert_eq!(rule.doubt_on(Some(day), judging).map(|doubt| doubt.code), expected, "{day}");
        }
        assert_eq!(until.doubt_on(None, judging).map(|doubt| doubt.code), Some("proof_no_end"));
    }

    #[test]
    fn m3_the_sentence_is_given_the_rule_the_day_and_the_last_day() {
        let doubt = rule(DayAsked::Issued, Some(6)).doubt(Some(date(2025, 3, 2)), date(2026, 3, 2)).unwrap();
        let detail: Vec<(&str, &str)> = doubt.detail.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let (day, last) = (format_date_zh(date(2025, 3, 2)), format_date_zh(date(2025, 9, 2)));
        assert_eq!(detail, [("day", day.as_str()), ("months", "6"), ("last", last.as_str())]);
    }
}
