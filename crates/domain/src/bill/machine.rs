//! The rules of the bill machine. A fact that is told again changes nothing.

use super::{
    Attempt, AttemptState, BillEvent, BillRefusal, Billing, Fact, Refund, RefundReason, RefundState, Standing,
};
use crate::money::Fen;

type Answer = Result<Vec<BillEvent>, BillRefusal>;

/// What follows from `fact`, or why it cannot be. Pure; the caller keeps the events and applies them.
pub fn decide(bill: &Billing, fact: &Fact) -> Answer {
    match fact {
        Fact::Opened { order, channel } => opened(bill, order, channel),
        Fact::Captured { order, amount } => captured(bill, order, *amount),
        Fact::OrderClosed { order } => {
            let attempt = bill.attempt(order).ok_or(BillRefusal::UnknownOrder)?;
            let open = attempt.state == AttemptState::Open;
            Ok(open.then(|| BillEvent::OrderClosed { order: order.clone() }).into_iter().collect())
        }
        Fact::Expired => Ok(bill.is_payable().then_some(BillEvent::Expired).into_iter().collect()),
        Fact::Ended => Ok(bill.is_payable().then_some(BillEvent::Cancelled).into_iter().collect()),
        Fact::GivenBack { why } => Ok(given_back(bill, *why)),
        Fact::Reduced { to } => reduced(bill, *to),
        Fact::RefundSent { number } => {
            refund_moves(bill, number, |state| state == RefundState::Due, |number| BillEvent::RefundSent { number })
        }
        Fact::RefundDone { number, amount } => refund_done(bill, number, *amount),
        Fact::RefundFailed { number } => refund_moves(
            bill,
            number,
            |state| matches!(state, RefundState::Due | RefundState::Sent),
            |number| BillEvent::RefundFailed { number },
        ),
        Fact::RefundRetried { number } => refund_moves(
            bill,
            number,
            |state| state == RefundState::Failed,
            |number| BillEvent::RefundRetried { number },
        ),
    }
}

fn opened(bill: &Billing, order: &str, channel: &str) -> Answer {
    if bill.attempt(order).is_some() {
        return Ok(Vec::new());
    }
    if !bill.is_payable() {
        return Err(BillRefusal::NotPayable);
    }
    Ok(vec![BillEvent::Opened { order: order.to_owned(), channel: channel.to_owned() }])
}

/// The first to be captured with the right amount pays the bill, also after its order was closed; whatever
/// else is captured is taken into the books and goes back.
fn captured(bill: &Billing, order: &str, amount: Fen) -> Answer {
    let attempt = bill.attempt(order).ok_or(BillRefusal::UnknownOrder)?;
    if matches!(attempt.state, AttemptState::Won | AttemptState::Surplus { .. }) {
        return Ok(Vec::new());
    }
    if amount.0 <= 0 {
        return Err(BillRefusal::Amount);
    }
    let right = amount == attempt.amount && amount == bill.amount;
    if right && bill.is_payable() {
        return Ok(vec![BillEvent::Won { order: order.to_owned() }]);
    }
    let why = if bill.winner().is_some() {
        RefundReason::PaidTwice
    } else if bill.standing == Standing::Payable {
        RefundReason::WrongAmount
    } else {
        RefundReason::BillClosed
    };
    Ok(vec![BillEvent::Surplus { order: order.to_owned(), captured: amount }, due(attempt, amount, why)])
}

/// The refund's number follows from the order's: whoever asks again asks for the same refund.
fn due(attempt: &Attempt, amount: Fen, why: RefundReason) -> BillEvent {
    let number = format!("{}R{}", attempt.order, attempt.refunds.len() + 1);
    let refund = Refund { number, amount, why, state: RefundState::Due };
    BillEvent::RefundDue { order: attempt.order.clone(), refund }
}

fn given_back(bill: &Billing, why: RefundReason) -> Vec<BillEvent> {
    match bill.winner() {
        Some(won) => {
            let rest = won.amount.0 - won.given_back().0;
            (rest > 0).then(|| due(won, Fen(rest), why)).into_iter().collect()
        }
        None if bill.is_payable() => vec![BillEvent::Cancelled],
        None => Vec::new(),
    }
}

fn reduced(bill: &Billing, to: Fen) -> Answer {
    let left = bill.winner().map_or(bill.amount, |won| Fen(won.amount.0 - won.given_back().0));
    if to.0 < 0 || to > left {
        return Err(BillRefusal::Amount);
    }
    let by = Fen(left.0 - to.0);
    if by.is_zero() {
        return Ok(Vec::new());
    }
    match bill.winner() {
        Some(won) => Ok(vec![due(won, by, RefundReason::Waived)]),
        None if !bill.is_payable() => Err(BillRefusal::NotPayable),
        None if to.is_zero() => Ok(vec![BillEvent::Cancelled]),
        None => Ok(vec![BillEvent::Reduced { by }]),
    }
}

fn refund_moves(
    bill: &Billing,
    number: &str,
    from: impl Fn(RefundState) -> bool,
    event: impl Fn(String) -> BillEvent,
) -> Answer {
    let (_, refund) = bill.refund(number).ok_or(BillRefusal::UnknownRefund)?;
    Ok(from(refund.state).then(|| event(number.to_owned())).into_iter().collect())
}

/// A success counts whenever it comes; another amount than was asked for is for a person to look at.
fn refund_done(bill: &Billing, number: &str, amount: Fen) -> Answer {
    let (_, refund) = bill.refund(number).ok_or(BillRefusal::UnknownRefund)?;
    let event = if refund.state == RefundState::Done {
        None
    } else if amount == refund.amount {
        Some(BillEvent::RefundDone { number: number.to_owned() })
    } else {
        let open = refund.state != RefundState::Failed;
        open.then(|| BillEvent::RefundFailed { number: number.to_owned() })
    };
    Ok(event.into_iter().collect())
}

impl Billing {
    /// The bill after `event`.
    pub fn apply(&mut self, event: &BillEvent) {
        match event {
            BillEvent::Opened { order, channel } => self.attempts.push(Attempt {
                order: order.clone(),
                channel: channel.clone(),
                amount: self.amount,
                state: AttemptState::Open,
                refunds: Vec::new(),
            }),
            BillEvent::OrderClosed { order } => self.set(order, AttemptState::Closed),
            BillEvent::Won { order } => self.set(order, AttemptState::Won),
            BillEvent::Surplus { order, captured } => self.set(order, AttemptState::Surplus { captured: *captured }),
            BillEvent::RefundDue { order, refund } => {
                if let Some(attempt) = self.attempts.iter_mut().find(|a| a.order == *order) {
                    attempt.refunds.push(refund.clone());
                }
            }
            BillEvent::RefundSent { number } => self.set_refund(number, RefundState::Sent),
            BillEvent::RefundDone { number } => self.set_refund(number, RefundState::Done),
            BillEvent::RefundFailed { number } => self.set_refund(number, RefundState::Failed),
            BillEvent::RefundRetried { number } => self.set_refund(number, RefundState::Due),
            BillEvent::Expired => self.standing = Standing::Expired,
            BillEvent::Cancelled => self.standing = Standing::Cancelled,
            BillEvent::Reduced { by } => self.amount = Fen(self.amount.0 - by.0),
        }
    }

    fn set(&mut self, order: &str, state: AttemptState) {
        if let Some(attempt) = self.attempts.iter_mut().find(|a| a.order == order) {
            attempt.state = state;
        }
    }

    fn set_refund(&mut self, number: &str, state: RefundState) {
        let mut refunds = self.attempts.iter_mut().flat_map(|attempt| &mut attempt.refunds);
        if let Some(refund) = refunds.find(|refund| refund.number == number) {
            refund.state = state;
        }
    }
}
