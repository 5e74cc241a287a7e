//! 有效期: by which day of a paper a material counts, and for how long.

use super::Material;
use super::completeness::Gaps;
use serde::{Deserialize, Serialize};

/// Which day of the paper is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayAsked {
    /// 开具日期: a proof counts for so many months from it.
    Issued,
    /// 有效期到: the last day on which it holds is printed on the paper.
    Until,
}

/// How long a material counts. Only where a rule says so; most papers have no such rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    pub asks: DayAsked,
    /// Months from the day of issue; none where the last day is printed.
    #[serde(default)]
    pub months: Option<u16>,
    pub basis: String,
}

/// What is wrong with the rule of one material.
pub(super) fn validity(material: &Material, g: &mut Gaps) {
    let Some(rule) = &material.validity else { return };
    let (at, name) = (material.id.as_str(), &material.name);
    let right = match rule.asks {
        DayAsked::Issued => rule.months.is_some_and(|months| months > 0),
        DayAsked::Until => rule.months.is_none(),
    };
    g.unless(right, at, "validity_months", format!("{name} 看开具日期的要写明几个月有效，看有效期到哪天的不写"));
    g.unless(!rule.basis.trim().is_empty(), at, "validity_basis", format!("{name} 的有效期缺少依据"));
}
