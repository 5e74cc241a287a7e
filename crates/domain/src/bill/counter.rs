//! 窗口收款: taken at a window by card or in cash, noted by hand with its slip, and counted once a second
//! person has confirmed it (不相容岗位分离, 《行政事业单位内部控制规范（试行）》第十五条).

use crate::text::normalise;

/// How money is taken at a window. Each is a channel of its own in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterMeans {
    /// 刷卡: the window's POS machine.
    Pos,
    /// 现金
    Cash,
}

impl CounterMeans {
    pub const ALL: [Self; 2] = [Self::Pos, Self::Cash];

    /// Id of the channel, as stored with orders and in the book.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::Pos => "counter_pos",
            Self::Cash => "counter_cash",
        }
    }

    /// None for every channel that answers by itself.
    pub fn parse(channel: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.channel() == channel)
    }
}

/// 票号: of the POS slip or of the receipt for cash, 4–40 letters, digits and hyphens, in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipNumber(String);

/// Not a slip's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a slip's number")]
pub struct NoSlip;

impl SlipNumber {
    /// Full-width and lower-case letters and white space are how it was typed, not another number.
    pub fn parse(text: &str) -> Result<Self, NoSlip> {
        let number: String =
            normalise(text).chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let right = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let some = number.bytes().any(|byte| byte.is_ascii_digit());
        if right && some && (4..=40).contains(&number.len()) { Ok(Self(number)) } else { Err(NoSlip) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_one_slip_has_one_spelling() {
        for typed in ["pos-0001 23", "ＰＯＳ-０００１２３", " POS-000123 "] {
            assert_eq!(SlipNumber::parse(typed).map(|slip| slip.as_str().to_owned()), Ok("POS-000123".into()));
        }
        let long = "1".repeat(41);
        for wrong in ["", "123", "无票号", "POS/0001", "abcd", long.as_str()] {
            assert_eq!(SlipNumber::parse(wrong), Err(NoSlip), "{wrong}");
        }
    }

    #[test]
    fn d5_what_answers_by_itself_is_no_window() {
        for means in CounterMeans::ALL {
            assert_eq!(CounterMeans::parse(means.channel()), Some(means));
        }
        assert_eq!(CounterMeans::parse("wechat"), None);
    }
}
