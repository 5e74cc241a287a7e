//! 总账: append-only double entry in whole fen. Every movement of money is one posting whose lines cancel out;
//! balances are never kept, they are the sum of the lines.
//!
//! Debits are positive, credits negative. Fees belong to the treasury: what is raised is 应缴财政款 at once,
//! and what lies with a channel until it is settled is owed to the treasury account.

mod postings;

pub use postings::{expected, fee, posting, raised, settlement};

use crate::money::Fen;
use core::{fmt, str::FromStr};
use std::collections::BTreeMap;

/// An account (科目). Those of a provider carry the id of our account there (收款账户), which is one for all its channels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// 应收: billed and not yet paid.
    Receivable,
    /// 应缴财政款: what the treasury is owed.
    Income,
    /// 应退款: captured, and to go back to its payer.
    Payback,
    /// 渠道在途: with the provider, not yet settled.
    Clearing(String),
    /// 渠道手续费: what the provider kept.
    Fee(String),
    /// 待查款: found by reconciliation, and not yet explained.
    Suspense(String),
    /// 国库账户: settled.
    Treasury,
}

impl fmt::Display for Account {
    /// Stable code, as stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receivable => f.write_str("receivable"),
            Self::Income => f.write_str("income"),
            Self::Payback => f.write_str("payback"),
            Self::Clearing(channel) => write!(f, "clearing:{channel}"),
            Self::Fee(channel) => write!(f, "fee:{channel}"),
            Self::Suspense(channel) => write!(f, "suspense:{channel}"),
            Self::Treasury => f.write_str("treasury"),
        }
    }
}

/// Not an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an account")]
pub struct NoAccount;

impl FromStr for Account {
    type Err = NoAccount;

    fn from_str(text: &str) -> Result<Self, NoAccount> {
        if let Some((kind, channel)) = text.split_once(':') {
            let channel = Some(channel).filter(|c| !c.is_empty()).ok_or(NoAccount)?.to_owned();
            return match kind {
                "clearing" => Ok(Self::Clearing(channel)),
                "fee" => Ok(Self::Fee(channel)),
                "suspense" => Ok(Self::Suspense(channel)),
                _ => Err(NoAccount),
            };
        }
        match text {
            "receivable" => Ok(Self::Receivable),
            "income" => Ok(Self::Income),
            "payback" => Ok(Self::Payback),
            "treasury" => Ok(Self::Treasury),
            _ => Err(NoAccount),
        }
    }
}

/// What a posting books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// 开具缴款书
    Bill,
    /// 作废: the bill is not to be paid any more.
    Cancellation,
    /// 减免
    Reduction,
    /// 收款
    Payment,
    /// 多收: captured, and no income.
    Surplus,
    /// 应退: what was paid is to go back.
    GiveBack,
    /// 退款
    Refund,
    /// 渠道手续费
    Fee,
    /// 结算入库
    Settlement,
    /// 对账调整
    Repair,
}

impl EntryKind {
    pub const ALL: [Self; 10] = [
        Self::Bill,
        Self::Cancellation,
        Self::Reduction,
        Self::Payment,
        Self::Surplus,
        Self::GiveBack,
        Self::Refund,
        Self::Fee,
        Self::Settlement,
        Self::Repair,
    ];

    /// Stable code, as stored and as the key of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Cancellation => "cancellation",
            Self::Reduction => "reduction",
            Self::Payment => "payment",
            Self::Surplus => "surplus",
            Self::GiveBack => "give_back",
            Self::Refund => "refund",
            Self::Fee => "fee",
            Self::Settlement => "settlement",
            Self::Repair => "repair",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The lines do not cancel out, or there is nothing to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the posting does not balance")]
pub struct Unbalanced;

/// One booking. It can only be made balanced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    kind: EntryKind,
    lines: Vec<(Account, Fen)>,
}

impl Posting {
    /// Refuses lines that do not cancel out, empty lines, fewer than two.
    pub fn new(kind: EntryKind, lines: Vec<(Account, Fen)>) -> Result<Self, Unbalanced> {
        let sum = Fen::checked_sum(lines.iter().map(|(_, amount)| *amount)).ok_or(Unbalanced)?;
        if !sum.is_zero() || lines.len() < 2 || lines.iter().any(|(_, amount)| amount.is_zero()) {
            return Err(Unbalanced);
        }
        Ok(Self { kind, lines })
    }

    /// `amount` goes from the credited to the debited account; none for nothing.
    pub fn transfer(kind: EntryKind, debit: Account, credit: Account, amount: Fen) -> Option<Self> {
        let back = Fen(amount.0.checked_neg()?);
        Self::new(kind, vec![(debit, amount), (credit, back)]).ok()
    }

    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    pub fn lines(&self) -> &[(Account, Fen)] {
        &self.lines
    }
}

/// Balances by account, as the postings make them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    balances: BTreeMap<Account, Fen>,
}

impl Book {
    pub fn post(&mut self, posting: &Posting) {
        for (account, amount) in posting.lines() {
            self.add(account.clone(), *amount);
        }
    }

    /// One line alone, for sums that a database has made.
    pub fn add(&mut self, account: Account, amount: Fen) {
        let balance = self.balances.entry(account).or_default();
        *balance = Fen(balance.0 + amount.0);
    }

    /// Debit balance; negative is a credit balance.
    pub fn balance(&self, account: &Account) -> Fen {
        self.balances.get(account).copied().unwrap_or_default()
    }

    /// Accounts that are not even.
    pub fn open(&self) -> impl Iterator<Item = (&Account, Fen)> {
        self.balances.iter().filter(|(_, amount)| !amount.is_zero()).map(|(account, amount)| (account, *amount))
    }

    /// Whether every account is even.
    pub fn is_even(&self) -> bool {
        self.open().next().is_none()
    }

    /// The sum over all accounts; anything but zero is a broken book.
    pub fn total(&self) -> Fen {
        self.balances.values().sum()
    }

    /// The accounts in which two books differ, with both balances.
    pub fn differences(&self, other: &Self) -> Vec<(Account, Fen, Fen)> {
        let accounts: std::collections::BTreeSet<&Account> =
            self.balances.keys().chain(other.balances.keys()).collect();
        accounts
            .into_iter()
            .map(|account| (account.clone(), self.balance(account), other.balance(account)))
            .filter(|(_, own, others)| own != others)
            .collect()
    }
}
