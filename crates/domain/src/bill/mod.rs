//! 缴款书 as a pure machine: several attempts to pay by several channels at once, of which the first to be
//! captured wins; whatever else is captured goes back by itself, and so does the fee where the matter says so.
//!
//! The machine asks nobody and keeps nothing: [`decide`] gives the events that follow from a fact,
//! [`Billing::apply`] folds them, [`crate::ledger::posting`] books them.

mod counter;
mod machine;

pub use counter::{CounterMeans, NoSlip, SlipNumber};
pub use machine::decide;

use crate::money::Fen;
use serde::{Deserialize, Serialize};

/// Where a bill stands, derived from what has happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillStatus {
    /// 待缴
    Open,
    /// 缴款中: an order is open at a channel.
    Paying,
    /// 已缴
    Paid,
    /// 逾期: the last day is over, nothing is taken any more.
    Expired,
    /// 作废: the case ended, or the fee was waived.
    Cancelled,
    /// 退款中
    Refunding,
    /// 已退
    Refunded,
    /// 待处理: a refund did not go through; a person has to act.
    Disputed,
}

/// What was said about the bill itself, whatever money has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Payable,
    Expired,
    Cancelled,
}

/// Why money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// 重复缴款: another order of the same bill was captured first.
    PaidTwice,
    /// 金额不符
    WrongAmount,
    /// It came after the bill had been cancelled or had expired.
    BillClosed,
    /// 撤销, within ten minutes of the submission.
    Undone,
    /// 撤回申请
    Withdrawn,
    /// 不予受理
    AcceptanceRefused,
    /// 不予批准
    Refused,
    /// 补交不来: what was promised for later did not come.
    NotSupplied,
    /// 减免, decided after the payment.
    Waived,
}

impl RefundReason {
    pub const ALL: [Self; 9] = [
        Self::PaidTwice,
        Self::WrongAmount,
        Self::BillClosed,
        Self::Undone,
        Self::Withdrawn,
        Self::AcceptanceRefused,
        Self::Refused,
        Self::NotSupplied,
        Self::Waived,
    ];

    /// Stable code, as stored and as the key of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PaidTwice => "paid_twice",
            Self::WrongAmount => "wrong_amount",
            Self::BillClosed => "bill_closed",
            Self::Undone => "undone",
            Self::Withdrawn => "withdrawn",
            Self::AcceptanceRefused => "acceptance_refused",
            Self::Refused => "refused",
            Self::NotSupplied => "not_supplied",
            Self::Waived => "waived",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// How far a refund (退款) has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundState {
    /// To be asked of the channel.
    Due,
    /// Asked for and taken; the money has not moved yet.
    Sent,
    /// The channel says that the money has moved.
    Done,
    /// The channel refused for good.
    Failed,
}

impl RefundState {
    pub const ALL: [Self; 4] = [Self::Due, Self::Sent, Self::Done, Self::Failed];

    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Money on its way back, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// 商户退款单号: made from the order's number, so that asking twice pays back once.
    pub number: String,
    pub amount: Fen,
    pub why: RefundReason,
    pub state: RefundState,
}

/// How far an attempt to pay has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    Open,
    Closed,
    /// Captured first and with the right amount: this is what paid the bill.
    Won,
    /// Captured, and no income: it goes back.
    Surplus {
        captured: Fen,
    },
}

/// One order at one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 商户订单号
    pub order: String,
    /// Id of the channel, e.g. `wechat`.
    pub channel: String,
    pub amount: Fen,
    pub state: AttemptState,
    pub refunds: Vec<Refund>,
}

impl Attempt {
    /// What the channel holds of it before anything went back.
    pub fn captured(&self) -> Fen {
        match self.state {
            AttemptState::Won => self.amount,
            AttemptState::Surplus { captured } => captured,
            AttemptState::Open | AttemptState::Closed => Fen::ZERO,
        }
    }

    /// What goes back of it, moved already or not.
    pub fn given_back(&self) -> Fen {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}

/// A bill with everything that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    /// What is to be paid, after reductions.
    pub amount: Fen,
    pub standing: Standing,
    /// In the order in which they were opened.
    pub attempts: Vec<Attempt>,
}

impl Billing {
    /// A bill that was just raised.
    pub fn raised(amount: Fen) -> Self {
        Self { amount, standing: Standing::Payable, attempts: Vec::new() }
    }

    /// The attempt that paid it.
    pub fn winner(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.state == AttemptState::Won)
    }

    pub fn attempt(&self, order: &str) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.order == order)
    }

    /// Every refund with the attempt it belongs to.
    pub fn refunds(&self) -> impl Iterator<Item = (&Attempt, &Refund)> {
        self.attempts.iter().flat_map(|attempt| attempt.refunds.iter().map(move |refund| (attempt, refund)))
    }

    pub fn refund(&self, number: &str) -> Option<(&Attempt, &Refund)> {
        self.refunds().find(|(_, refund)| refund.number == number)
    }

    /// Whether money may still be taken for it.
    pub fn is_payable(&self) -> bool {
        self.standing == Standing::Payable && self.winner().is_none()
    }

    pub fn status(&self) -> BillStatus {
        let failed = self.refunds().any(|(_, refund)| refund.state == RefundState::Failed);
        let moving = |attempt: &Attempt| attempt.refunds.iter().any(|refund| refund.state != RefundState::Done);
        match (self.winner(), self.standing) {
            (None, Standing::Payable) if self.attempts.iter().any(|a| a.state == AttemptState::Open) => {
                BillStatus::Paying
            }
            (None, Standing::Payable) => BillStatus::Open,
            _ if failed => BillStatus::Disputed,
            // A part that goes back leaves it paid.
            (Some(won), _) if won.given_back() < won.amount => BillStatus::Paid,
            (Some(won), _) if moving(won) => BillStatus::Refunding,
            (Some(won), _) if won.refunds.is_empty() => BillStatus::Paid,
            (Some(_), _) => BillStatus::Refunded,
            (None, _) if self.attempts.iter().any(moving) => BillStatus::Refunding,
            (None, Standing::Expired) => BillStatus::Expired,
            (None, Standing::Cancelled) => BillStatus::Cancelled,
        }
    }
}

/// Something that was learnt, or decided elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    Opened {
        order: String,
        channel: String,
    },
    /// The channel says that it has taken the money.
    Captured {
        order: String,
        amount: Fen,
    },
    OrderClosed {
        order: String,
    },
    /// The last day to pay is over.
    Expired,
    /// The case ended in a way in which the fee goes back.
    GivenBack {
        why: RefundReason,
    },
    /// The case ended, and what was paid is kept.
    Ended,
    /// 减免: what is left to pay.
    Reduced {
        to: Fen,
    },
    RefundSent {
        number: String,
    },
    /// The channel says that the money has moved, and how much.
    RefundDone {
        number: String,
        amount: Fen,
    },
    RefundFailed {
        number: String,
    },
    /// A person wants a failed refund to be tried again.
    RefundRetried {
        number: String,
    },
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillEvent {
    Opened { order: String, channel: String },
    OrderClosed { order: String },
    Won { order: String },
    Surplus { order: String, captured: Fen },
    RefundDue { order: String, refund: Refund },
    RefundSent { number: String },
    RefundDone { number: String },
    RefundFailed { number: String },
    RefundRetried { number: String },
    Expired,
    Cancelled,
    Reduced { by: Fen },
}

/// Why a fact cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillRefusal {
    #[error("the bill takes no money any more")]
    NotPayable,
    #[error("no such order")]
    UnknownOrder,
    #[error("no such refund")]
    UnknownRefund,
    #[error("more than is to be paid, or less than nothing")]
    Amount,
}
