//! What fields and values are called where a rule is read and written: by their labels, as long as a label
//! means one thing only.

use super::Matter;
use crate::rules::{Labels, Names};
use crate::text::normalise;

/// The names of a matter for sentences that must read back as the same rule: the label where no other field
/// (for values: no other choice of the field) is called so, otherwise the identifier.
#[derive(Debug, Clone)]
pub struct Unambiguous<'a>(pub &'a Matter);

/// An identifier with its label.
type Called<'a> = (&'a str, &'a str);

impl Unambiguous<'_> {
    fn fields(&self) -> Vec<Called<'_>> {
        let questions = self.0.questions.iter().map(|q| (q.id.as_str(), q.text.as_str()));
        questions.chain(self.0.form.fields().map(|f| (f.name.as_str(), f.label.as_str()))).collect()
    }

    fn values(&self, field: &str) -> Vec<Called<'_>> {
        self.0.choices(field).iter().map(|c| (c.value.as_str(), c.label.as_str())).collect()
    }
}

impl Labels for Unambiguous<'_> {
    fn field(&self, name: &str) -> String {
        shown(&self.fields(), name)
    }

    fn value(&self, field: &str, value: &str) -> String {
        shown(&self.values(field), value)
    }
}

impl Names for Unambiguous<'_> {
    fn field(&self, label: &str) -> Option<String> {
        meant(&self.fields(), label)
    }

    /// Where there are no choices (a text, a number) every value stands for itself.
    fn value(&self, field: &str, label: &str) -> Option<String> {
        let values = self.values(field);
        if values.is_empty() { Some(label.to_owned()) } else { meant(&values, label) }
    }
}

/// The identifier that was said, or the only one with this label. A label typed with half-width signs or other
/// spaces is found too, when none is written exactly so.
fn meant(all: &[Called<'_>], said: &str) -> Option<String> {
    if all.iter().any(|(name, _)| *name == said) {
        return Some(said.to_owned());
    }
    let mut found: Vec<&str> = all.iter().filter(|(_, label)| *label == said).map(|(name, _)| *name).collect();
    if found.is_empty() {
        let said = normalise(said);
        found = all.iter().filter(|(_, label)| normalise(label) == said).map(|(name, _)| *name).collect();
    }
    match found[..] {
        [name] => Some(name.to_owned()),
        _ => None,
    }
}

/// The label, if it leads back to its identifier.
fn shown(all: &[Called<'_>], name: &str) -> String {
    let label = all.iter().find(|(n, _)| *n == name).map(|(_, label)| *label);
    label.filter(|label| meant(all, label).as_deref() == Some(name)).unwrap_or(name).to_owned()
}
