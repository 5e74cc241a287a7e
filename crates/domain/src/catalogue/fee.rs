//! Fees (收费): items with their basis, reductions with their evidence, and the bill's lines.

use super::Matter;
use crate::bill::RefundReason;
use crate::money::Fen;
use crate::rules::{Answers, Rule, Truth, holds};
use serde::{Deserialize, Serialize};

/// When the bill (缴款书) is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaiseBill {
    Submission,
    Acceptance,
}

/// How a case ends without a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 撤回申请
    Withdrawn,
    /// 不予受理
    AcceptanceRefused,
    /// 不予批准
    Refused,
    /// 补交不来
    NotSupplied,
}

impl Ending {
    /// Why the fee goes back then.
    pub const fn reason(self) -> RefundReason {
        match self {
            Self::Withdrawn => RefundReason::Withdrawn,
            Self::AcceptanceRefused => RefundReason::AcceptanceRefused,
            Self::Refused => RefundReason::Refused,
            Self::NotSupplied => RefundReason::NotSupplied,
        }
    }
}

/// How a matter is charged. A free matter has none of this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeePlan {
    pub raise: RaiseBill,
    /// Who pays, in plain words.
    pub payer: String,
    /// What happens when it is not paid.
    pub unpaid: String,
    /// Whether and when it is given back.
    pub refund: String,
    /// 不退的情形: endings after which a paid fee is kept. After every other ending without a grant it goes
    /// back by itself; after 撤销 always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_on: Vec<Ending>,
    /// Calendar days to pay in.
    pub days_to_pay: u16,
    pub items: Vec<FeeItem>,
}

/// One fee item (收费项目).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeItem {
    pub id: String,
    pub name: String,
    /// Item code in the treasury's list.
    pub item_code: String,
    pub basis: String,
    /// Fen for each unit.
    pub amount_fen: i64,
    /// 件, 本 …
    pub unit: String,
    /// Form field that holds the number of units; one unit without it.
    #[serde(default)]
    pub quantity_field: Option<String>,
    /// Charged only when this holds.
    #[serde(default)]
    pub when: Option<Rule>,
    #[serde(default)]
    pub reductions: Vec<Reduction>,
}

/// 减免: what remains to be paid, as a percentage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reduction {
    pub when: Rule,
    /// 0 = exempt.
    pub percent: u8,
    pub reason: String,
    pub basis: String,
    /// What proves it.
    pub evidence: String,
}

/// A line of the bill, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    pub item_code: String,
    pub name: String,
    pub basis: String,
    pub unit: String,
    pub unit_fen: Fen,
    pub quantity: u32,
    /// Before the reduction.
    pub full: Fen,
    pub amount: Fen,
    /// Why it is less, with the basis.
    pub reduction: Option<String>,
}

/// What the answers so far say about the fee.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assessment {
    pub lines: Vec<FeeLine>,
    /// Names of items that the answers leave open.
    pub open: Vec<String>,
}

impl Assessment {
    /// What is to be paid, as far as it is known.
    pub fn total(&self) -> Fen {
        Fen(self.lines.iter().map(|l| l.amount.0).sum())
    }
}

impl Matter {
    /// Why a paid fee goes back after this ending; none where the matter keeps it.
    pub fn gives_back_on(&self, ending: Ending) -> Option<RefundReason> {
        let kept = self.fee.as_ref().is_some_and(|plan| plan.kept_on.contains(&ending));
        (!kept).then(|| ending.reason())
    }

    /// The fee these answers lead to.
    pub fn assess(&self, answers: &Answers) -> Assessment {
        let mut result = Assessment::default();
        for item in self.fee.iter().flat_map(|plan| &plan.items) {
            match holds(item.when.as_ref(), answers) {
                Truth::No => {}
                Truth::Unknown => result.open.push(item.name.clone()),
                Truth::Yes => item.assess(answers, &mut result),
            }
        }
        result
    }
}

impl FeeItem {
    fn assess(&self, answers: &Answers, into: &mut Assessment) {
        let quantity = match &self.quantity_field {
            None => 1,
            Some(field) => match answers.get(field).and_then(|a| crate::text::normalise(a).parse::<u32>().ok()) {
                Some(0) => return,
                Some(n) => n.min(10_000),
                None => {
                    into.open.push(self.name.clone());
                    return;
                }
            },
        };
        let full = self.amount_fen * i64::from(quantity);
        let reduction = self.reductions.iter().find(|r| r.when.eval(answers).is_yes());
        let percent = reduction.map_or(100, |r| i64::from(r.percent.min(100)));
        into.lines.push(FeeLine {
            item_code: self.item_code.clone(),
            name: self.name.clone(),
            basis: self.basis.clone(),
            unit: self.unit.clone(),
            unit_fen: Fen(self.amount_fen),
            quantity,
            full: Fen(full),
            // Rounded down to the fen, in the payer's favour.
            amount: Fen(full * percent / 100),
            reduction: reduction.map(|r| format!("{}（{}）", r.reason, r.basis)),
        });
    }
}
