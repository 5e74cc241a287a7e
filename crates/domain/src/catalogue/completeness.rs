//! Completeness rules: what must hold before a matter may be published (GB/T 39554 elements and
//! the ready-made rules of the field). All gaps are found at once.

use super::listed::listed;
use super::other_ways::other_ways;
use super::validity::validity;
use super::{ChannelKind, Matter, Necessity, Processing, Region, Source};
use crate::codes::uscc::Uscc;
use crate::rules::Rule;
use crate::time::LimitUnit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that is missing or contradictory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The identifier or key the gap is about; the loader finds its line by it.
    pub at: String,
    /// Stable rule name.
    pub rule: String,
    /// In Chinese, for the editor.
    pub text: String,
}

/// Everything that keeps `matter` from being published in `region`.
pub fn gaps(matter: &Matter, region: &Region) -> Vec<Gap> {
    let mut found = Gaps(Vec::new());
    codes(matter, region, &mut found);
    service(matter, &mut found);
    limits(matter, &mut found);
    materials(matter, &mut found);
    names(matter, &mut found);
    parts(matter, region, &mut found);
    listed(matter, region, &mut found);
    found.0
}

/// The gaps found so far.
pub(super) struct Gaps(Vec<Gap>);

impl Gaps {
    pub(super) fn unless(&mut self, holds: bool, at: &str, rule: &str, text: impl Into<String>) {
        if !holds {
            self.0.push(Gap { at: at.to_owned(), rule: rule.to_owned(), text: text.into() });
        }
    }
}

fn codes(m: &Matter, region: &Region, g: &mut Gaps) {
    let slug_ok =
        !m.slug.is_empty() && m.slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    g.unless(slug_ok, "slug", "slug_shape", "slug 只能用小写字母、数字和连字符");
    g.unless(!m.basic_code.is_empty() && m.basic_code.len() <= 12, "basic_code", "basic_code", "基本编码应为 1–12 位");
    g.unless(m.code.len() == 31, "code", "code_length", "实施编码应为 31 位");
    g.unless(m.code.ends_with(&m.basic_code), "code", "code_basic", "实施编码应以基本编码结尾");
    let body = region.body(&m.body);
    g.unless(body.is_some(), "body", "body_known", format!("实施主体 {} 不在地区文件中", m.body));
    if let Some(body) = body {
        g.unless(m.code.starts_with(&body.uscc), "code", "code_body", "实施编码应以实施主体的统一社会信用代码开头");
        g.unless(
            Uscc::parse(&body.uscc).is_ok(),
            "body",
            "body_uscc",
            format!("{} 的统一社会信用代码校验不通过", body.name),
        );
    }
    g.unless(region.window(&m.window).is_some(), "window", "window_known", format!("窗口 {} 不在地区文件中", m.window));
}

fn service(m: &Matter, g: &mut Gaps) {
    g.unless(!m.audience.is_empty(), "audience", "audience", "服务对象不能为空");
    g.unless(!m.channels.is_empty(), "channels", "channels", "办理形式不能为空");
    g.unless(!m.basis.is_empty(), "basis", "basis", "设定依据不能为空");
    g.unless(!m.requirements.is_empty(), "requirements", "requirements", "办理条件不能为空");
    g.unless(!m.steps.is_empty(), "steps", "steps", "办理流程不能为空");
    g.unless(!m.aliases.is_empty(), "aliases", "aliases", "至少要有一个俗称，群众才搜得到");
    for (at, text) in [
        ("title", &m.title),
        ("summary", &m.summary),
        ("handler", &m.handler),
        ("responsible", &m.responsible),
        ("statement", &m.statement),
    ] {
        g.unless(!text.trim().is_empty(), at, "element_missing", format!("{at} 不能为空"));
    }
    g.unless((1..=7).contains(&m.online_depth), "online_depth", "online_depth", "网办深度应为 1–7");
    let posted = m.channels.contains(&ChannelKind::Post);
    g.unless(
        m.visits.times > 0 || m.online_depth >= 6 || posted,
        "visits",
        "zero_visits",
        "到场 0 次须网办深度达到 6 或可以邮寄",
    );
    g.unless(m.visits.times == 0 || m.visits.reason.is_some(), "visits", "visit_reason", "需要到场的，要写明原因");
    g.unless(m.consult_phone != m.complaint_phone, "complaint_phone", "phones_differ", "咨询电话与投诉电话不能相同");
    if let Some(fee) = &m.fee {
        g.unless(!fee.items.is_empty(), "fee", "fee_items", "收费事项必须列出收费项目");
        for item in &fee.items {
            g.unless(
                !item.basis.trim().is_empty() && item.amount_fen > 0,
                &item.id,
                "fee_basis",
                format!("{} 缺少依据或标准", item.name),
            );
        }
    }
}

fn limits(m: &Matter, g: &mut Gaps) {
    if m.processing == Processing::Immediate {
        g.unless(m.promised.amount == 0, "promised", "immediate_limit", "即办件的承诺时限应为当场");
    }
    g.unless(
        rough_days(&m.promised) <= rough_days(&m.statutory),
        "promised",
        "promised_within_statutory",
        "承诺时限不能超过法定时限",
    );
    for special in &m.special {
        g.unless(!special.basis.trim().is_empty(), &special.id, "special_basis", format!("{} 缺少依据", special.name));
    }
}

/// Only for comparing two limits: seven calendar days hold five working days.
fn rough_days(limit: &crate::time::Limit) -> u32 {
    match limit.unit {
        LimitUnit::WorkingDays => limit.amount * 7 / 5,
        LimitUnit::Days => limit.amount,
        LimitUnit::Months => limit.amount * 30,
    }
}

fn materials(m: &Matter, g: &mut Gaps) {
    g.unless(!m.materials.is_empty(), "materials", "materials", "材料清单不能为空");
    for material in &m.materials {
        let at = material.id.as_str();
        g.unless(!material.criteria.is_empty(), at, "criteria", format!("{} 缺少受理标准", material.name));
        g.unless(!material.accepts.is_empty(), at, "accepts", format!("{} 没有可上传的格式", material.name));
        g.unless(!material.basis.trim().is_empty(), at, "material_basis", format!("{} 缺少依据", material.name));
        let conditional = material.necessity == Necessity::Conditional;
        g.unless(
            !conditional || material.when.is_some(),
            at,
            "conditional_rule",
            format!("{} 按情形需要，须写明情形", material.name),
        );
        let issued = material.source == Source::Government;
        g.unless(
            !issued || material.issuer.is_some(),
            at,
            "issuer",
            format!("{} 由政府核发，须写明签发机构", material.name),
        );
        other_ways(m, material, g);
        validity(material, g);
    }
}

/// A joint matter's parts know their bodies, ask for nothing beyond the one form and the one list,
/// and no field or material is collected that no part needs.
fn parts(m: &Matter, region: &Region, g: &mut Gaps) {
    if m.parts.is_empty() {
        return;
    }
    for (index, part) in m.parts.iter().enumerate() {
        let at = part.id.as_str();
        g.unless(region.body(&part.body).is_some(), at, "part_body", format!("{} 的部门不在地区文件中", part.title));
        g.unless(!part.if_fails.trim().is_empty(), at, "part_failure", format!("{} 没写办不成时怎么办", part.title));
        for field in &part.fields {
            let known = m.form.field(field).is_some() || m.question(field).is_some();
            g.unless(known, at, "part_field", format!("{} 引用了不存在的字段 {field}", part.title));
        }
        for id in &part.materials {
            g.unless(m.material(id).is_some(), at, "part_material", format!("{} 引用了不存在的材料 {id}", part.title));
        }
        for before in part.after.iter().chain(&part.after_end) {
            let earlier = m.parts[..index].iter().any(|p| p.id == *before);
            g.unless(earlier, at, "part_after", format!("{} 要等的 {before} 须写在它前面", part.title));
        }
    }
    let asked = m.form.fields().map(|f| &f.name);
    for name in asked {
        let used = m.parts.iter().any(|p| p.fields.contains(name));
        g.unless(used, name, "part_least_data", format!("没有哪个部门要用 {name}，就不该问"));
    }
    for material in &m.materials {
        let used = m.parts.iter().any(|p| p.materials.contains(&material.id));
        g.unless(used, &material.id, "part_least_paper", format!("没有哪个部门要用 {}，就不该收", material.name));
    }
}

/// Every name is used once, and every rule looks only at names that exist.
fn names(m: &Matter, g: &mut Gaps) {
    let mut known = BTreeSet::new();
    let declared = m.questions.iter().map(|q| &q.id).chain(m.form.fields().map(|f| &f.name));
    for name in declared {
        let ident = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !name.is_empty();
        g.unless(ident, name, "name_shape", format!("{name} 只能用小写字母、数字和下划线"));
        g.unless(known.insert(name.as_str()), name, "name_unique", format!("{name} 重复：同一件事不能问两遍"));
    }
    let mut ids = BTreeSet::new();
    for id in m.materials.iter().map(|x| &x.id).chain(m.form.sections.iter().map(|s| &s.id)) {
        g.unless(ids.insert(id.as_str()), id, "id_unique", format!("{id} 重复"));
    }
    let items = m.fee.iter().flat_map(|f| &f.items).map(|i| &i.id);
    let lists: [Vec<&String>; 3] =
        [items.collect(), m.parts.iter().map(|p| &p.id).collect(), m.special.iter().map(|s| &s.id).collect()];
    for list in lists {
        let mut seen = BTreeSet::new();
        for id in list {
            g.unless(seen.insert(id), id, "id_unique", format!("{id} 重复"));
        }
    }
    for (at, rule) in rules(m) {
        for field in rule.fields() {
            g.unless(known.contains(field), &at, "rule_field", format!("规则引用了不存在的 {field}"));
        }
    }
    let mut used: Vec<(&str, &str)> = vec![("applicant", &m.applicant.name), ("applicant", &m.applicant.phone)];
    used.extend(m.result.fields.iter().map(|f| ("result", f.as_str())));
    used.extend(m.party.iter().flat_map(|p| [("party", p.name_field.as_str()), ("party", p.phone_field.as_str())]));
    used.extend(m.form.checks.iter().flat_map(|c| [("checks", c.field()), ("checks", c.other())]));
    for (at, field) in used {
        g.unless(
            m.form.field(field).is_some() || m.question(field).is_some(),
            at,
            "field_known",
            format!("引用了不存在的字段 {field}"),
        );
    }
}

/// Every rule of a matter, with the identifier of what it belongs to.
pub fn rules(m: &Matter) -> Vec<(String, &Rule)> {
    let mut all: Vec<(String, &Rule)> = Vec::new();
    all.extend(m.questions.iter().filter_map(|q| q.when.as_ref().map(|r| (q.id.clone(), r))));
    all.extend(m.conditions.iter().map(|c| (c.id.clone(), &c.rule)));
    all.extend(m.materials.iter().filter_map(|x| x.when.as_ref().map(|r| (x.id.clone(), r))));
    let licences = m.materials.iter().filter_map(|x| Some((x, x.licence.as_ref()?.when.as_ref()?)));
    all.extend(licences.map(|(x, r)| (x.id.clone(), r)));
    all.extend(m.form.sections.iter().filter_map(|s| s.when.as_ref().map(|r| (s.id.clone(), r))));
    all.extend(m.form.fields().filter_map(|f| f.when.as_ref().map(|r| (f.name.clone(), r))));
    all.extend(m.parts.iter().filter_map(|p| p.when.as_ref().map(|r| (p.id.clone(), r))));
    all.extend(m.party.iter().filter_map(|p| p.when.as_ref().map(|r| ("party".to_owned(), r))));
    for item in m.fee.iter().flat_map(|f| &f.items) {
        all.extend(item.when.as_ref().map(|r| (item.id.clone(), r)));
        all.extend(item.reductions.iter().map(|r| (item.id.clone(), &r.when)));
    }
    all
}
