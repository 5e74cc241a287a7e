//! A date.

use super::field_frame::{FieldFrame, described_by};
use super::{Words, field_id, texts::texts};
use leptos::prelude::*;

/// One `<input type="date">`; submits `YYYY-MM-DD` or what was typed where the browser has no date
/// picker, which is why the format is always said (the hint given by the page comes first). The
/// parser accepts other writings. A11y as [`Field`](super::Field).
#[component]
pub fn DateField(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// Question in plain words.
    #[prop(into)]
    label: String,
    /// One sentence of help; the format is added.
    #[prop(optional, into)]
    hint: Words,
    /// Error message.
    #[prop(optional, into)]
    error: Words,
    /// Date chosen before, `YYYY-MM-DD`.
    #[prop(optional, into)]
    value: Words,
    /// Where a prefilled value comes from.
    #[prop(optional, into)]
    source: Words,
    /// `false` shows 选填.
    #[prop(default = true)]
    required: bool,
    /// Earliest date the picker offers.
    #[prop(optional, into)]
    min: Words,
    /// Latest date the picker offers.
    #[prop(optional, into)]
    max: Words,
    /// `bday` for the person's own birth date.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Shown, submitted, not changed.
    #[prop(optional)]
    readonly: bool,
    /// Not submitted.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let hint = match hint.as_deref() {
        Some(hint) => Words::from(format!("{hint} {}", texts().date_hint)),
        None => Words::from(texts().date_hint),
    };
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <FieldFrame id=id.clone() label required hint error source>
            <div class="ov-field__box ov-field__box--m">
                <input
                    class="ov-field__input"
                    id=id
                    name=name
                    type="date"
                    value=value.into_option()
                    min=min.into_option()
                    max=max.into_option()
                    autocomplete=autocomplete
                    readonly=readonly
                    disabled=disabled
                    aria-required=required.then_some("true")
                    aria-invalid=invalid
                    aria-describedby=described
                />
            </div>
        </FieldFrame>
    }
}
