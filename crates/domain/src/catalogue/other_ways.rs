//! The ways to fill a slot without a file, as a matter offers them (材料收取方式 2, 4, 5, 7).

use super::completeness::Gaps;
use super::{Material, Matter, Necessity};
use crate::rules::Rule;
use crate::time::LimitUnit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A licence that fills the slot (凡是可以通过电子证照核验的，不要求提交).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceUse {
    /// Id in the catalogue's list of licences.
    pub kind: String,
    /// Form field with the holder's identity number or 统一社会信用代码.
    pub holder: String,
    /// Form field with the holder's name: the store answers only when both belong together.
    pub holder_name: String,
    /// Offered only where this holds; none = always.
    #[serde(default)]
    pub when: Option<Rule>,
    /// The slot takes a number that the store confirms, and nothing else of the licence.
    #[serde(default)]
    pub number_only: bool,
    /// Form field → attribute of the licence; offered where the field is still empty.
    #[serde(default)]
    pub fills: BTreeMap<String, String>,
    /// Files accepted in an earlier case serve again for so many months; none = never.
    #[serde(default)]
    pub newest_months: Option<u16>,
}

/// What happens when the owed material does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDefault {
    /// 不予许可
    Refuse,
    /// 终止办理
    Close,
}

/// 容缺后补: may be handed in so many days after acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    pub days: u16,
    /// 工作日 or 日.
    pub unit: LimitUnit,
    pub on_default: OnDefault,
    pub basis: String,
}

/// 告知承诺: what the authority tells, and what the applicant promises (国办发〔2020〕42 号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseTerms {
    pub title: String,
    /// 告知内容
    pub content: String,
    /// What must be so, one sentence each.
    pub requirements: Vec<String>,
    /// 不实承诺的责任
    pub liability: String,
    pub basis: String,
    /// Decided on the spot on the strength of the promise.
    #[serde(default)]
    pub immediate: bool,
    /// 事中事后核查: days after the decision within which it is looked into.
    pub follow_up_days: u16,
}

/// What is wrong with the ways of one material.
pub(super) fn other_ways(m: &Matter, material: &Material, g: &mut Gaps) {
    let (at, name) = (material.id.as_str(), &material.name);
    if let Some(licence) = &material.licence {
        let known = m.form.field(&licence.holder).is_some() && m.form.field(&licence.holder_name).is_some();
        g.unless(known, at, "licence_holder", format!("{name} 的电子证照要写明持证人的号码和姓名在哪两个字段"));
        for field in licence.fills.keys() {
            let known = m.form.field(field).is_some();
            g.unless(known, at, "licence_fills", format!("{name} 的电子证照要填的 {field} 不在表单里"));
        }
        let right = licence.newest_months.is_none_or(|months| months > 0);
        g.unless(right, at, "licence_newest", format!("{name} 以前交过的文件，可用的月数不能是 0"));
    }
    if let Some(deferral) = &material.deferral {
        let right = deferral.days > 0 && deferral.unit != LimitUnit::Months;
        g.unless(right, at, "deferral_days", format!("{name} 容缺后补要写明天数，按工作日或日"));
        let basis = !deferral.basis.trim().is_empty();
        g.unless(basis, at, "deferral_basis", format!("{name} 容缺后补缺少依据"));
        let necessity = material.necessity == Necessity::Deferrable;
        g.unless(necessity, at, "deferral_necessity", format!("{name} 写了容缺后补，必要性应为可容缺"));
    }
    if let Some(promise) = &material.promise {
        let texts = [&promise.title, &promise.content, &promise.liability, &promise.basis];
        let told = texts.iter().all(|text| !text.trim().is_empty()) && !promise.requirements.is_empty();
        g.unless(told, at, "promise_element", format!("{name} 的告知承诺要写明名称、告知内容、要求、责任和依据"));
        // A promise that nobody looks into, or that is nobody's, binds nobody (国办发〔2020〕42 号).
        g.unless(promise.follow_up_days > 0, at, "promise_follow_up", format!("{name} 的告知承诺要写明几天内核查"));
        let whose = m.has_promisor();
        g.unless(whose, at, "promise_subject", format!("{name} 用承诺代替，表格里要有身份证号或统一社会信用代码"));
    }
}
