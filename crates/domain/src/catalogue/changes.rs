//! What differs between two versions of a matter, as far as it concerns somebody who began under the old one.

use super::Matter;

/// One difference; names are those that people see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    MaterialAdded(String),
    MaterialRemoved(String),
    /// Its rule, its criteria or what it takes.
    MaterialChanged(String),
    QuestionAdded(String),
    QuestionRemoved(String),
    FieldAdded(String),
    FieldRemoved(String),
    /// The conditions under which the matter is granted.
    Conditions,
    Fee,
    /// Promised or statutory limit.
    Limit,
    /// What is declared and signed.
    Statement,
}

/// Everything that is new, gone or different for the applicant.
pub fn changes(old: &Matter, new: &Matter) -> Vec<Change> {
    let mut found = Vec::new();
    for material in &new.materials {
        match old.material(&material.id) {
            None => found.push(Change::MaterialAdded(material.name.clone())),
            Some(before) if before != material => found.push(Change::MaterialChanged(material.name.clone())),
            Some(_) => {}
        }
    }
    let gone = old.materials.iter().filter(|m| new.material(&m.id).is_none());
    found.extend(gone.map(|m| Change::MaterialRemoved(m.name.clone())));
    let added = new.questions.iter().filter(|q| old.question(&q.id).is_none());
    found.extend(added.map(|q| Change::QuestionAdded(q.text.clone())));
    let gone = old.questions.iter().filter(|q| new.question(&q.id).is_none());
    found.extend(gone.map(|q| Change::QuestionRemoved(q.text.clone())));
    let added = new.form.fields().filter(|f| old.form.field(&f.name).is_none());
    found.extend(added.map(|f| Change::FieldAdded(f.label.clone())));
    let gone = old.form.fields().filter(|f| new.form.field(&f.name).is_none());
    found.extend(gone.map(|f| Change::FieldRemoved(f.label.clone())));
    let mut note = |differs: bool, change: Change| {
        if differs {
            found.push(change);
        }
    };
    note(old.conditions != new.conditions || old.requirements != new.requirements, Change::Conditions);
    note(old.fee != new.fee, Change::Fee);
    note(old.promised != new.promised || old.statutory != new.statutory, Change::Limit);
    note(old.statement != new.statement, Change::Statement);
    found
}
