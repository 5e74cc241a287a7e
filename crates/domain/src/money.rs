//! Money: whole fen everywhere; yuan as text only where people or providers need it.

use core::{fmt, iter::Sum};

use serde::{Deserialize, Serialize};

use crate::{codes::error_codes, text::normalise};

error_codes! {
    /// Why a text is no amount.
    MoneyError {
        /// Not yuan with at most two decimals.
        Format => "money.format",
        /// Below zero.
        Negative => "money.negative",
        /// Beyond what 64 bits hold.
        Overflow => "money.overflow",
    }
}

/// An amount in fen 分 (one hundredth of a yuan). Negative only as a difference or a refund booking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);

    /// Sum; `None` beyond 64 bits.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// Difference; `None` beyond 64 bits.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// Price times quantity; `None` beyond 64 bits.
    pub const fn checked_mul(self, quantity: i64) -> Option<Self> {
        match self.0.checked_mul(quantity) {
            Some(fen) => Some(Self(fen)),
            None => None,
        }
    }

    /// Whether nothing is to be paid (nor returned).
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// `80.00`: yuan with two decimals, no sign of currency, no grouping; as providers want it.
    pub fn yuan_text(self) -> String {
        let fen = self.0.unsigned_abs();
        let mut out = String::new();
        if self.0 < 0 {
            out.push('-');
        }
        out.push_str(&(fen / 100).to_string());
        out.push('.');
        crate::codes::push_padded(&mut out, fen % 100, 2);
        out
    }

    /// Reads `80`, `80.5`, `80.00`, `¥80.00` or `80.00 元`; full-width digits too.
    ///
    /// Grouping commas, more than two decimals and negative amounts are refused: an amount is never guessed.
    pub fn from_yuan_text(text: &str) -> Result<Self, MoneyError> {
        let text = normalise(text);
        let text = text.strip_suffix('元').unwrap_or(&text).trim();
        let text = text.strip_prefix(['¥', '￥']).unwrap_or(text).trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (yuan, fen) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(yuan) || !digits(fen) || fen.len() > 2 {
            return Err(MoneyError::Format);
        }
        if negative {
            return Err(MoneyError::Negative);
        }
        let yuan: i64 = yuan.parse().map_err(|_| MoneyError::Overflow)?;
        let scale = if fen.len() == 1 { 10 } else { 1 };
        let fen: i64 = fen.parse().map_err(|_| MoneyError::Format)?;
        let total = yuan.checked_mul(100).and_then(|whole| whole.checked_add(fen * scale));
        total.map(Self).ok_or(MoneyError::Overflow)
    }

    /// Sum of many amounts; `None` beyond 64 bits.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl fmt::Display for Fen {
    /// `80.00 元`, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.yuan_text())?;
        f.write_str(" 元")
    }
}

impl Sum for Fen {
    /// Panics beyond 64 bits (9 × 10¹⁶ yuan) rather than book a wrong amount; for amounts out of one's own
    /// hand. Use [`Fen::checked_sum`] for foreign ones.
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self::checked_sum(iter).expect("a sum of fees stays far below 2^63 fen")
    }
}

impl<'a> Sum<&'a Fen> for Fen {
    fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self {
        iter.copied().sum()
    }
}
