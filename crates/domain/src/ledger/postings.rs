//! How each movement is booked, and what the accounts of a bill must come to.

use super::{Account, Book, EntryKind, Posting};
use crate::bill::{AttemptState, BillEvent, Billing, RefundState, Standing};
use crate::money::Fen;

/// 开具缴款书: the payer owes it, the treasury is owed it. None for a bill over nothing.
pub fn raised(amount: Fen) -> Option<Posting> {
    Posting::transfer(EntryKind::Bill, Account::Receivable, Account::Income, amount)
}

/// The booking of an event on the bill as it was **before** the event; none where no money moves.
pub fn posting(bill: &Billing, event: &BillEvent) -> Option<Posting> {
    use Account::{Clearing, Income, Payback, Receivable};
    match event {
        BillEvent::Won { order } => {
            let won = bill.attempt(order)?;
            Posting::transfer(EntryKind::Payment, Clearing(won.channel.clone()), Receivable, won.amount)
        }
        BillEvent::Surplus { order, captured } => {
            let attempt = bill.attempt(order)?;
            Posting::transfer(EntryKind::Surplus, Clearing(attempt.channel.clone()), Payback, *captured)
        }
        // What was captured too much is owed back since it came in.
        BillEvent::RefundDue { order, refund } => match bill.attempt(order)?.state {
            AttemptState::Won => Posting::transfer(EntryKind::GiveBack, Income, Payback, refund.amount),
            AttemptState::Surplus { .. } | AttemptState::Open | AttemptState::Closed => None,
        },
        BillEvent::RefundDone { number } => {
            let (attempt, refund) = bill.refund(number)?;
            Posting::transfer(EntryKind::Refund, Payback, Clearing(attempt.channel.clone()), refund.amount)
        }
        BillEvent::Expired | BillEvent::Cancelled => {
            Posting::transfer(EntryKind::Cancellation, Income, Receivable, bill.amount)
        }
        BillEvent::Reduced { by } => Posting::transfer(EntryKind::Reduction, Income, Receivable, *by),
        BillEvent::Opened { .. }
        | BillEvent::OrderClosed { .. }
        | BillEvent::RefundSent { .. }
        | BillEvent::RefundFailed { .. }
        | BillEvent::RefundRetried { .. } => None,
    }
}

/// 渠道手续费: what a channel keeps of what it holds for us. A fee that it returns is negative.
pub fn fee(channel: &str, amount: Fen) -> Option<Posting> {
    let (fee, clearing) = (Account::Fee(channel.to_owned()), Account::Clearing(channel.to_owned()));
    Posting::transfer(EntryKind::Fee, fee, clearing, amount)
}

/// 结算入库: what a channel has paid into the treasury account.
pub fn settlement(channel: &str, amount: Fen) -> Option<Posting> {
    Posting::transfer(EntryKind::Settlement, Account::Treasury, Account::Clearing(channel.to_owned()), amount)
}

/// What the accounts of this bill must come to, from what happened to it and not from the book.
pub fn expected(bill: &Billing) -> Book {
    let mut book = Book::default();
    let mut income = Fen::ZERO;
    match (bill.winner(), bill.standing) {
        (Some(won), _) => income = Fen(won.amount.0 - won.given_back().0),
        (None, Standing::Payable) => {
            income = bill.amount;
            book.add(Account::Receivable, bill.amount);
        }
        (None, Standing::Expired | Standing::Cancelled) => {}
    }
    book.add(Account::Income, Fen(-income.0));
    for attempt in &bill.attempts {
        let moved = |state: RefundState| state == RefundState::Done;
        let done: Fen = attempt.refunds.iter().filter(|r| moved(r.state)).map(|r| r.amount).sum();
        let owed: Fen = attempt.refunds.iter().filter(|r| !moved(r.state)).map(|r| r.amount).sum();
        book.add(Account::Clearing(attempt.channel.clone()), Fen(attempt.captured().0 - done.0));
        book.add(Account::Payback, Fen(-owed.0));
    }
    book
}
