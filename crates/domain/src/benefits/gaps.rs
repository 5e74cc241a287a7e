//! What must hold before benefits may be shown. All gaps are found at once.

use super::{Benefit, Benefits, ClaimKind, Derived, Fact};
use crate::catalogue::{Gap, Matter};
use crate::form::FieldKind;
use crate::rules::{Answers, Rule, Truth, UNKNOWN, holds};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Gives a matter by its slug.
pub type Find<'a> = &'a dyn Fn(&str) -> Option<Arc<Matter>>;

struct Gaps(Vec<Gap>);

impl Gaps {
    fn unless(&mut self, holds: bool, at: &str, rule: &str, text: impl Into<String>) {
        if !holds {
            self.0.push(Gap { at: at.to_owned(), rule: rule.to_owned(), text: text.into() });
        }
    }
}

impl Benefits {
    /// Everything that keeps the benefits from being shown.
    pub fn gaps(&self, find: Find<'_>) -> Vec<Gap> {
        let mut g = Gaps(Vec::new());
        let empty = self.facts.is_empty() && self.benefits.is_empty();
        g.unless(empty || !self.consent.trim().is_empty(), "consent", "consent", "没有写明同意的内容");
        self.facts_gaps(&mut g);
        let mut ids = BTreeSet::new();
        for benefit in &self.benefits {
            let at = benefit.id.as_str();
            let shaped = !at.is_empty() && at.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            g.unless(shaped, at, "id_shape", format!("{at} 只能用小写字母、数字和连字符"));
            g.unless(ids.insert(at), at, "id_unique", format!("{at} 重复"));
            self.rule_gaps(benefit, &mut g);
            match find(&benefit.claim.slug) {
                Some(matter) => self.claim_gaps(benefit, &matter, &mut g),
                None => g.unless(false, at, "matter_known", format!("没有事项 {}", benefit.claim.slug)),
            }
        }
        g.0
    }

    fn facts_gaps(&self, g: &mut Gaps) {
        let mut used: BTreeSet<&str> = self.benefits.iter().flat_map(|b| b.rule.fields()).collect();
        used.extend(self.benefits.iter().flat_map(|b| b.claim.from.values().map(String::as_str)));
        used.extend(self.benefits.iter().filter_map(|b| b.claim.subject.as_deref()));
        used.extend(self.facts.iter().filter_map(|f| f.derived.as_ref()).map(Derived::base));
        let mut ids = BTreeSet::new();
        for fact in &self.facts {
            let at = fact.id.as_str();
            let shaped = !at.is_empty() && at.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            g.unless(shaped, at, "name_shape", format!("{at} 只能用小写字母、数字和下划线"));
            // 个人信息保护法 §6: only what serves the purpose.
            g.unless(used.contains(at), at, "least_data", format!("没有规则要用 {at}，就不该问"));
            match &fact.derived {
                None => {
                    let said = !fact.text.trim().is_empty() && !fact.why.trim().is_empty();
                    g.unless(said, at, "fact_text", format!("{at} 要写明问什么、为什么问"));
                }
                Some(derived) => {
                    let earlier = ids.contains(derived.base());
                    g.unless(earlier, at, "fact_order", format!("{at} 要写在 {} 后面", derived.base()));
                }
            }
            g.unless(ids.insert(at), at, "name_unique", format!("{at} 重复"));
        }
    }

    fn rule_gaps(&self, benefit: &Benefit, g: &mut Gaps) {
        let at = benefit.id.as_str();
        for name in benefit.rule.fields() {
            let fact = self.fact(name);
            g.unless(fact.is_some(), at, "rule_fact", format!("规则引用了不存在的 {name}"));
            let same = fact.is_none_or(|f| f.audience == benefit.audience);
            g.unless(same, at, "rule_audience", format!("{name} 问的不是这一类对象"));
        }
        leaves(&benefit.rule, &mut |leaf| match leaf {
            Rule::Is { field, value } => self.option_gap(at, field, value, g),
            Rule::OneOf { field, values } => values.iter().for_each(|v| self.option_gap(at, field, v, g)),
            Rule::AtLeast { field, .. } | Rule::AtMost { field, .. } => {
                let number = self.fact(field).is_none_or(|f| matches!(f.kind, FieldKind::Number { .. }));
                g.unless(number, at, "rule_number", format!("{field} 不是数字"));
            }
            _ => {}
        });
    }

    fn option_gap(&self, at: &str, field: &str, value: &str, g: &mut Gaps) {
        let known = self.fact(field).is_none_or(|f| f.kind.choices().iter().any(|c| c.value == value));
        g.unless(known, at, "rule_value", format!("{field} 没有选项 {value}"));
    }

    fn claim_gaps(&self, benefit: &Benefit, matter: &Matter, g: &mut Gaps) {
        let (at, claim) = (benefit.id.as_str(), &benefit.claim);
        let for_them = matter.audience.contains(&benefit.audience);
        g.unless(for_them, at, "claim_audience", format!("{} 不是给这一类对象办的", matter.title));
        for (name, value) in &claim.answers {
            let text = format!("{} 的 {name} 不能答 {value}", claim.slug);
            g.unless(takes(matter, name, value), at, "claim_answer", text);
        }
        for (name, fact) in &claim.from {
            let known = matter.question(name).is_some() || matter.form.field(name).is_some();
            g.unless(known, at, "claim_field", format!("{} 没有 {name}", claim.slug));
            match self.fact(fact) {
                None => g.unless(false, at, "claim_fact", format!("没有 {fact} 这一项")),
                Some(fact) => {
                    for value in values(fact) {
                        let text = format!("{} 的 {name} 不能答 {value}", claim.slug);
                        g.unless(takes(matter, name, value), at, "claim_answer", text);
                    }
                }
            }
        }
        for name in &claim.ask {
            let known = matter.form.field(name).is_some();
            g.unless(known, at, "claim_ask", format!("{} 没有 {name}", claim.slug));
        }
        for name in &claim.same {
            g.unless(claim.answers.contains_key(name), at, "claim_same", format!("{name} 没有固定的答案"));
        }
        if claim.kind == ClaimKind::Automatic {
            self.automatic_gaps(benefit, matter, g);
        }
    }

    /// 免审即享 leaves nothing open: free, accepted on receipt, nothing to inspect or to hand in, and
    /// every answer is there before somebody presses the button.
    fn automatic_gaps(&self, benefit: &Benefit, matter: &Matter, g: &mut Gaps) {
        let (at, claim) = (benefit.id.as_str(), &benefit.claim);
        let alone = matter.special.is_empty() && matter.party.is_none() && matter.parts.is_empty();
        let simple = matter.accepted_on_receipt && matter.is_free() && alone;
        g.unless(simple, at, "automatic_matter", "免审即享的事项须收件即受理、不收费、没有特别程序、分项和另一方");
        let subject = claim.subject.as_ref().and_then(|s| self.fact(s));
        let numbered = subject.is_some_and(|f| f.kind == FieldKind::ResidentId);
        g.unless(numbered, at, "automatic_subject", "免审即享要写明发给谁（身份证号）");
        let fixed: &Answers = &claim.answers;
        let number = |name: &str| matter.form.field(name).is_some_and(|f| f.kind == FieldKind::ResidentId);
        let own = claim.subjects.iter().find(|s| holds(s.when.as_ref(), fixed).is_yes());
        let same = own.is_some_and(|s| claim.from.get(&s.field) == claim.subject.as_ref());
        let told = same && claim.subjects.iter().all(|s| number(&s.field));
        g.unless(told, at, "automatic_subjects", "免审即享要写明申请里哪个字段是领取人的身份证号");
        let rule_fields = benefit.rule.fields();
        let confirmed =
            !claim.registered.is_empty() && claim.registered.iter().all(|r| rule_fields.contains(r.as_str()));
        g.unless(confirmed, at, "automatic_register", "免审即享要写明规则里哪些事实由户籍登记核对");
        for slot in matter.personal_list(fixed) {
            g.unless(false, at, "automatic_material", format!("免审即享不能要材料：{}", slot.material.name));
        }
        let given = |name: &str| fixed.contains_key(name) || claim.from.contains_key(name);
        for question in matter.questions.iter().filter(|q| holds(q.when.as_ref(), fixed) != Truth::No) {
            g.unless(given(&question.id), at, "automatic_open", format!("{} 没有答案", question.id));
        }
        // The phone is the one that signed in, the name is the signature.
        let own = [matter.applicant.name.as_str(), matter.applicant.phone.as_str()];
        for section in matter.form.sections.iter().filter(|s| holds(s.when.as_ref(), fixed) != Truth::No) {
            for field in section.fields.iter().filter(|f| !f.optional && holds(f.when.as_ref(), fixed) != Truth::No) {
                let name = field.name.as_str();
                // What hangs on a fact is looked at when that fact is known.
                let later = field.when.as_ref().is_some_and(|w| holds(Some(w), fixed) == Truth::Unknown);
                let there = given(name) || later || own.contains(&name) || claim.ask.iter().any(|a| a == name);
                g.unless(there, at, "automatic_open", format!("{name} 没有答案"));
            }
        }
    }
}

/// Every condition that looks at one field.
fn leaves<'a>(rule: &'a Rule, look: &mut dyn FnMut(&'a Rule)) {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => {
            for rule in rules {
                leaves(rule, look);
            }
        }
        Rule::Not(rule) => leaves(rule, look),
        leaf => look(leaf),
    }
}

/// The values that a fact may have, where they are a closed list.
fn values(fact: &Fact) -> Vec<&str> {
    match &fact.derived {
        Some(Derived::Band { steps, .. }) => steps.iter().map(|s| s.value.as_str()).collect(),
        _ => fact.kind.choices().iter().map(|c| c.value.as_str()).collect(),
    }
}

/// Whether a question or field of the matter takes this value.
fn takes(matter: &Matter, name: &str, value: &str) -> bool {
    if let Some(question) = matter.question(name) {
        return value != UNKNOWN && question.accepts(value);
    }
    matter.form.field(name).is_some_and(|f| {
        let choices = f.kind.choices();
        choices.is_empty() || choices.iter().any(|c| c.value == value)
    })
}
