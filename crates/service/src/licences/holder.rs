//! Whose licence a slot takes, as the form says.

use domain::catalogue::{LicenceUse, Matter};
use domain::codes::Uscc;
use domain::form::{CheckContext, FieldSpec};
use domain::rules::{Answers, holds};
use jiff::civil::Date;

/// Name and number of a holder, clean.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HolderKey {
    pub name: String,
    pub number: String,
}

/// A field that these answers show.
pub(super) fn visible_field<'a>(matter: &'a Matter, answers: &Answers, name: &str) -> Option<&'a FieldSpec> {
    let field = matter.form.field(name)?;
    let shown = matter.form.visible(answers).any(|s| s.visible(answers).any(|f| f.name == name));
    shown.then_some(field)
}

/// The clean value of a field that is shown and right.
fn clean(matter: &Matter, answers: &Answers, name: &str, today: Date) -> Option<String> {
    let field = visible_field(matter, answers, name)?;
    let value = field.check(answers.get(name)?, CheckContext { today }).ok()?;
    (!value.is_empty()).then_some(value)
}

/// The holder of the slot's licence; none while a licence is not offered or the form does not say whose.
pub(crate) fn holder_of(matter: &Matter, answers: &Answers, licence: &LicenceUse, today: Date) -> Option<HolderKey> {
    if !holds(licence.when.as_ref(), answers).is_yes() {
        return None;
    }
    Some(HolderKey {
        name: clean(matter, answers, &licence.holder_name, today)?,
        number: clean(matter, answers, &licence.holder, today)?,
    })
}

/// The same where the holder is the applicant, or a firm: nobody else's licences are listed. A firm is told from
/// a person by its number; that whoever asks may act for it, the store decides by the phone.
pub(super) fn own_holder(matter: &Matter, answers: &Answers, licence: &LicenceUse, today: Date) -> Option<HolderKey> {
    let holder = holder_of(matter, answers, licence, today)?;
    let firm = Uscc::parse(&holder.number).is_ok();
    let applicant = clean(matter, answers, &matter.applicant.name, today);
    (firm || applicant.as_ref() == Some(&holder.name)).then_some(holder)
}
