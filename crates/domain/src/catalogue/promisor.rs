//! Whose promise (告知承诺) it is: the number under which a broken one is remembered.

use super::Matter;
use crate::form::FieldKind;
use crate::rules::Answers;
use crate::text::normalise;

impl Matter {
    /// The firm's 统一社会信用代码 where the form asks for one, otherwise the applicant's identity
    /// number: the one beside the applicant's name, else the first. None while it is not filled in.
    pub fn promisor(&self, answers: &Answers) -> Option<String> {
        let filled = |kind: FieldKind, beside_name: bool| {
            self.form
                .visible(answers)
                .filter(|s| !beside_name || s.fields.iter().any(|f| f.name == self.applicant.name))
                .flat_map(|s| s.visible(answers))
                .filter(|f| f.kind == kind)
                .filter_map(|f| answers.get(&f.name))
                .map(|value| normalise(value).to_ascii_uppercase())
                .find(|value| !value.is_empty())
        };
        filled(FieldKind::Uscc, false)
            .or_else(|| filled(FieldKind::ResidentId, true))
            .or_else(|| filled(FieldKind::ResidentId, false))
    }

    /// The form asks for a number that tells whose a promise is.
    pub fn has_promisor(&self) -> bool {
        self.form.fields().any(|f| matches!(f.kind, FieldKind::Uscc | FieldKind::ResidentId))
    }
}
