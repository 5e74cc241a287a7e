//! Rules as Chinese sentences; [`Rule::parse`] reads them back.

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
            Self::Is { field, value } => format!("{}是{}", named(labels, field), quoted(labels, field, value)),
            Self::OneOf { field, values } if values.is_empty() => format!("{}是空名单之一", named(labels, field)),
            Self::OneOf { field, values } => {
                format!("{}是{}之一", named(labels, field), list(labels, field, values, "、"))
            }
            Self::AtLeast { field, number } => format!("{}至少为 {number}", named(labels, field)),
            Self::AtMost { field, number } => format!("{}至多为 {number}", named(labels, field)),
            Self::All(rules) if rules.is_empty() => "总是".to_owned(),
            Self::Any(rules) if rules.is_empty() => "从不".to_owned(),
            Self::All(rules) => join(rules, labels, "，并且"),
            Self::Any(rules) => join(rules, labels, "，或者"),
            Self::Not(rule) => match rule.as_ref() {
                Self::Is { field, value } => format!("{}不是{}", named(labels, field), quoted(labels, field, value)),
                Self::OneOf { field, values } if !values.is_empty() => {
                    format!("{}不是{}", named(labels, field), list(labels, field, values, "、也不是"))
                }
                rule => format!("不满足（{}）", rule.sentence(labels)),
            },
        }
    }
}

fn join(rules: &[Rule], labels: &dyn Labels, with: &str) -> String {
    let parts: Vec<_> = rules
        .iter()
        .map(|rule| match rule {
            Rule::All(inner) | Rule::Any(inner) if inner.len() > 1 => format!("（{}）", rule.sentence(labels)),
            _ => rule.sentence(labels),
        })
        .collect();
    parts.join(with)
}

fn named(labels: &dyn Labels, field: &str) -> String {
    marked('「', &labels.field(field), '」', field)
}

fn quoted(labels: &dyn Labels, field: &str, value: &str) -> String {
    marked('“', &labels.value(field, value), '”', value)
}

fn list(labels: &dyn Labels, field: &str, values: &[String], with: &str) -> String {
    values.iter().map(|value| quoted(labels, field, value)).collect::<Vec<_>>().join(with)
}

/// A label between its marks. One that is empty or holds such a mark itself could not be read back: then the
/// stored name stands there, a closing mark in it written twice.
fn marked(open: char, label: &str, close: char, name: &str) -> String {
    if !label.is_empty() && !label.contains([open, close]) {
        return format!("{open}{label}{close}");
    }
    let mut text = String::from(open);
    for c in name.chars() {
        text.push(c);
        if c == close {
            text.push(c);
        }
    }
    text.push(close);
    text
}
