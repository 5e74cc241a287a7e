//! 对账: what a channel says it has moved on a day against what the books say, and how each difference is
//! repaired. Pure; fetching the channel's bill and keeping what was found is the service's.

use crate::ledger::{Account, EntryKind, Posting};
use crate::money::Fen;
use std::collections::BTreeMap;

/// Which way money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Movement {
    /// 收款: from the payer to us.
    Payment,
    /// 退款: back to the payer.
    Refund,
}

impl Movement {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Payment, Self::Refund].into_iter().find(|movement| movement.code() == code)
    }
}

/// A movement as the books know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub movement: Movement,
    /// 商户订单号 or 商户退款单号.
    pub number: String,
    pub amount: Fen,
    /// The books say that the money has moved; otherwise the number is known and nothing more.
    pub moved: bool,
}

/// A line of the channel's bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    pub movement: Movement,
    pub number: String,
    pub amount: Fen,
}

/// The four kinds of difference (差异).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// 渠道有、账上没有: the number is not known here at all.
    OnlyThere,
    /// 账上有、渠道没有
    OnlyHere,
    /// 金额不一致
    Amount,
    /// 状态不一致: the number is known, and not that its money has moved.
    State,
}

impl DifferenceKind {
    pub const ALL: [Self; 4] = [Self::OnlyThere, Self::OnlyHere, Self::Amount, Self::State];

    /// Stable code, as stored and as the key of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnlyThere => "only_there",
            Self::OnlyHere => "only_here",
            Self::Amount => "amount",
            Self::State => "state",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One difference, with both amounts; zero is “no money moved”.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    pub movement: Movement,
    pub number: String,
    pub here: Fen,
    pub there: Fen,
}

/// What puts a difference right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The channel's word is noted for the order or the refund, as if it had come by itself; the bookings and
    /// what goes back follow from that.
    Note,
    /// The channel's account is brought to what the channel says, against 待查款.
    Book(Posting),
}

impl Difference {
    /// How much more there is at the channel than in the books: negative is less.
    pub fn excess(&self) -> Fen {
        match self.movement {
            Movement::Payment => Fen(self.there.0 - self.here.0),
            Movement::Refund => Fen(self.here.0 - self.there.0),
        }
    }

    /// None where nothing is to be booked, because both amounts are equal after all.
    pub fn repair(&self, channel: &str) -> Option<Repair> {
        if self.kind == DifferenceKind::State {
            return Some(Repair::Note);
        }
        let (clearing, suspense) = (Account::Clearing(channel.to_owned()), Account::Suspense(channel.to_owned()));
        Posting::transfer(EntryKind::Repair, clearing, suspense, self.excess()).map(Repair::Book)
    }
}

/// What the two sides do not agree on. `ours` holds every movement of the day and every number of `theirs`
/// that is known, whenever it moved. Several lines of one number count together.
pub fn compare(ours: &[Ours], theirs: &[Theirs]) -> Vec<Difference> {
    let mut told: BTreeMap<(Movement, &str), Fen> = BTreeMap::new();
    for line in theirs {
        let sum = told.entry((line.movement, line.number.as_str())).or_default();
        *sum = Fen(sum.0 + line.amount.0);
    }
    let known: BTreeMap<(Movement, &str), &Ours> =
        ours.iter().map(|own| ((own.movement, own.number.as_str()), own)).collect();
    let mut found = Vec::new();
    for ((movement, number), there) in &told {
        let (kind, here) = match known.get(&(*movement, *number)) {
            None => (DifferenceKind::OnlyThere, Fen::ZERO),
            Some(own) if !own.moved => (DifferenceKind::State, Fen::ZERO),
            Some(own) if own.amount != *there => (DifferenceKind::Amount, own.amount),
            Some(_) => continue,
        };
        found.push(Difference { kind, movement: *movement, number: (*number).to_owned(), here, there: *there });
    }
    let missing = ours.iter().filter(|own| own.moved && !told.contains_key(&(own.movement, own.number.as_str())));
    found.extend(missing.map(|own| Difference {
        kind: DifferenceKind::OnlyHere,
        movement: own.movement,
        number: own.number.clone(),
        here: own.amount,
        there: Fen::ZERO,
    }));
    found
}
