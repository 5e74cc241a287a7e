//! Money as it is booked: the bill machine and the book in one transaction, refunds, reconciliation, reports.
//!
//! | module | what |
//! |---|---|
//! | [`book`] | a fact about a bill is decided, kept and booked |
//! | [`backfill`] | bills from before there was a book |
//! | [`endings`] | what a case's ending means for its bill |
//! | [`history`] | 缴费记录, and the slip of a payment |
//! | [`invoices`] | 财政电子票据 after a payment, and its counter-entry |
//! | [`pay_links`] | 请别人代付 |
//! | [`notices`] | what a provider says of an order, applied once |
//! | [`refunds`] | money on its way back: asked for, followed, told |
//! | [`reconcile`] | a channel's bill of a day against the book, differences and their repair |
//! | [`settle`] | what a channel paid into the treasury account |
//! | [`takings`] | 窗口收款: recorded by one person, confirmed by another |
//! | [`waivers`] | 减免 of single bills by two persons |
//! | [`report`] | the daily report by body, item and means |
//! | [`check`] | what `onevisit verify` asks of the book |

pub mod backfill;
pub mod book;
pub mod check;
pub mod endings;
pub mod history;
pub mod invoices;
pub mod notices;
pub mod pay_links;
pub mod reconcile;
pub mod refunds;
pub mod report;
pub mod settle;
pub mod takings;
pub mod waivers;
mod words;

use crate::Failure;

/// Longest reason or basis, in characters.
const LONGEST: usize = 500;

/// A text that somebody has to give, within bounds.
pub(crate) fn needed(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::Rejected("money.text_missing"));
    }
    if text.chars().count() > LONGEST {
        return Err(Failure::Rejected("money.text_long"));
    }
    Ok(text)
}
