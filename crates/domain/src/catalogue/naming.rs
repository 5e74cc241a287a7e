//! What fields and values are called where a rule is read and written: by their labels, as long as a label
//! means one thing only.

use super::Matter;
use crate::form::Choice;
use crate::rules::{Labels, Names};
use crate::text::normalise;
use std::collections::BTreeMap;

/// An identifier with its label.
type Called = (String, String);

/// Names for sentences that must read back as the same rule: the label where no other field (for values: no
/// other choice of the field) is called so, otherwise the identifier. Of a matter, or of one being written.
#[derive(Debug, Clone, Default)]
pub struct Unambiguous {
    fields: Vec<Called>,
    values: BTreeMap<String, Vec<Called>>,
}

impl Unambiguous {
    /// Questions and fields of a matter.
    pub fn of(matter: &Matter) -> Self {
        let mut names = Self::default();
        let choices = |list: &[Choice]| list.iter().map(|c| (c.value.clone(), c.label.clone())).collect();
        for question in &matter.questions {
            names.add(&question.id, &question.text, choices(&question.options));
        }
        for field in matter.form.fields() {
            names.add(&field.name, &field.label, choices(field.kind.choices()));
        }
        names
    }

    /// One more question or field, with its choices by value.
    pub fn add(&mut self, name: &str, label: &str, choices: Vec<(String, String)>) {
        self.fields.push((name.to_owned(), label.to_owned()));
        self.values.insert(name.to_owned(), choices);
    }

    fn values(&self, field: &str) -> &[Called] {
        self.values.get(field).map_or(&[], Vec::as_slice)
    }
}

impl Labels for Unambiguous {
    fn field(&self, name: &str) -> String {
        shown(&self.fields, name)
    }

    fn value(&self, field: &str, value: &str) -> String {
        shown(self.values(field), value)
    }
}

impl Names for Unambiguous {
    fn field(&self, label: &str) -> Option<String> {
        meant(&self.fields, label)
    }

    /// Where there are no choices (a text, a number) every value stands for itself.
    fn value(&self, field: &str, label: &str) -> Option<String> {
        let values = self.values(field);
        if values.is_empty() { Some(label.to_owned()) } else { meant(values, label) }
    }
}

/// The identifier that was said, or the only one with this label. A label typed with half-width signs or other
/// spaces is found too, when none is written exactly so.
fn meant(all: &[Called], said: &str) -> Option<String> {
    if all.iter().any(|(name, _)| name == said) {
        return Some(said.to_owned());
    }
    let mut found: Vec<&str> = all.iter().filter(|(_, label)| *label == said).map(|(name, _)| name.as_str()).collect();
    if found.is_empty() {
        let said = normalise(said);
        found = all.iter().filter(|(_, label)| normalise(label) == said).map(|(name, _)| name.as_str()).collect();
    }
    match found[..] {
        [name] => Some(name.to_owned()),
        _ => None,
    }
}

/// The label, if it leads back to its identifier.
fn shown(all: &[Called], name: &str) -> String {
    let label = all.iter().find(|(n, _)| n == name).map(|(_, label)| label.as_str());
    label.filter(|label| meant(all, label).as_deref() == Some(name)).unwrap_or(name).to_owned()
}
