//! A choice from a closed list.

use super::field_frame::{FieldFrame, described_by};
use super::{Choice, Words, field_id, texts::texts};
use leptos::prelude::*;

/// `<select>` with label, hint, error. Only for seven answers and more; fewer are
/// [`Radios`](super::Radios), which need one tap less. The first option is empty (请选择), so that
/// nothing is chosen by accident. A11y as [`Field`](super::Field).
#[component]
pub fn SelectField(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// Question in plain words.
    #[prop(into)]
    label: String,
    /// The answers.
    choices: Vec<Choice>,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: Words,
    /// Error message.
    #[prop(optional, into)]
    error: Words,
    /// Value chosen before.
    #[prop(optional, into)]
    value: Words,
    /// Where a prefilled value comes from.
    #[prop(optional, into)]
    source: Words,
    /// `false` shows 选填.
    #[prop(default = true)]
    required: bool,
    /// Token of WCAG 1.3.5.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Words of the empty option; by default 请选择.
    #[prop(optional, into)]
    empty_label: Words,
    /// Not submitted.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let chosen = value.into_option();
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = chosen.as_deref() == Some(choice.value.as_str());
            view! {
                <option value=choice.value selected=selected disabled=choice.disabled>
                    {choice.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <FieldFrame id=id.clone() label required hint error source>
            <div class="ov-field__box ov-field__box--select">
                <select
                    class="ov-field__input"
                    id=id
                    name=name
                    autocomplete=autocomplete
                    disabled=disabled
                    aria-required=required.then_some("true")
                    aria-invalid=invalid
                    aria-describedby=described
                >
                    <option value="">{empty_label.unwrap_or(texts().please_choose)}</option>
                    {options}
                </select>
            </div>
        </FieldFrame>
    }
}
