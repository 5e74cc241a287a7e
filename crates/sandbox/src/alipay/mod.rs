//! 支付宝: one gateway for everything, RSA2 over sorted parameters; trades that begin when the payer comes.

pub mod bills;
pub mod cashier;
pub mod gateway;
pub mod notices;
mod params;
mod terms;
pub mod trades;

/// Fen → yuan with two decimals.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
