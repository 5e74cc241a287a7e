//! 支付产品: how a payer comes to the cashier.

use serde::{Deserialize, Serialize};

/// An `h5_url` lives five minutes (µs).
const LINK_LIFE: i64 = 5 * 60 * 1_000_000;
/// A `code_url` lives two hours (µs).
const CODE_LIFE: i64 = 2 * 60 * 60 * 1_000_000;

/// What an order was placed as; kept under the name that answers give it (`trade_type`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Product {
    /// On a phone (H5 支付).
    #[default]
    #[serde(rename = "MWEB")]
    H5,
    /// By a code (Native 支付).
    #[serde(rename = "NATIVE")]
    Native,
}

impl Product {
    pub fn trade_type(self) -> &'static str {
        match self {
            Self::H5 => "MWEB",
            Self::Native => "NATIVE",
        }
    }

    /// How long a link or a code lives (µs).
    pub fn link_life(self) -> i64 {
        match self {
            Self::H5 => LINK_LIFE,
            Self::Native => CODE_LIFE,
        }
    }
}
