//! Rules as Chinese sentences.

use super::Rule;

/// How fields and their values are called in front of people.
pub trait Labels {
    /// The label of a field or the short text of a question.
    fn field(&self, name: &str) -> String;
    /// The label of a choice.
    fn value(&self, field: &str, value: &str) -> String;
}

impl Rule {
    /// The rule in words, e.g. 「取得方式」是“买卖”，并且「购房套数」至少为 2.
    pub fn sentence(&self, labels: &dyn Labels) -> String {
        match self {
            Self::Is { field, value } => {
                format!("「{}」是“{}”", labels.field(field), labels.value(field, value))
            }
            Self::OneOf { field, values } => {
                let values: Vec<_> = values.iter().map(|v| format!("“{}”", labels.value(field, v))).collect();
                format!("「{}」是{}之一", labels.field(field), values.join("、"))
            }
            Self::AtLeast { field, number } => format!("「{}」至少为 {number}", labels.field(field)),
            Self::AtMost { field, number } => format!("「{}」至多为 {number}", labels.field(field)),
            Self::All(rules) => join(rules, labels, "，并且"),
            Self::Any(rules) => join(rules, labels, "，或者"),
            Self::Not(rule) => match rule.as_ref() {
                Self::Is { field, value } => {
                    format!("「{}」不是“{}”", labels.field(field), labels.value(field, value))
                }
                Self::OneOf { field, values } => {
                    let values: Vec<_> = values.iter().map(|v| format!("“{}”", labels.value(field, v))).collect();
                    format!("「{}」不是{}", labels.field(field), values.join("、也不是"))
                }
                rule => format!("不满足：{}", rule.sentence(labels)),
            },
        }
    }
}

fn join(rules: &[Rule], labels: &dyn Labels, with: &str) -> String {
    let parts: Vec<_> = rules
        .iter()
        .map(|rule| match rule {
            Rule::All(_) | Rule::Any(_) => format!("（{}）", rule.sentence(labels)),
            _ => rule.sentence(labels),
        })
        .collect();
    parts.join(with)
}
