//! One thing to tick.

use super::field_frame::{ErrorText, described_by};
use super::{Words, field_id, hint_id};
use leptos::prelude::*;

/// A single checkbox (consent, 我已读并同意). Never ticked in advance for consents. Absent from the
/// form when not ticked, as HTML has it. A11y: the whole row is the target; hint and error are tied to
/// the input.
#[component]
pub fn Checkbox(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// What ticking means, a full sentence.
    #[prop(into)]
    label: String,
    /// Submitted value.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Ticked before.
    #[prop(optional)]
    checked: bool,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: Words,
    /// Error message.
    #[prop(optional, into)]
    error: Words,
    /// Cannot be changed now.
    #[prop(optional)]
    disabled: bool,
    /// Distinguishes several boxes of the same name; the id becomes that of `name-suffix`.
    #[prop(optional, into)]
    id_suffix: Words,
) -> impl IntoView {
    let id = match id_suffix.as_deref() {
        Some(suffix) => field_id(&format!("{name}-{suffix}")),
        None => field_id(&name),
    };
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = if error.is_some() { "ov-checkbox ov-checkbox--error" } else { "ov-checkbox" };
    view! {
        <div class=class>
            <ErrorText id=id.clone() error />
            <div class="ov-checkbox__row">
                <input
                    class="ov-checkbox__input"
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=value
                    checked=checked
                    disabled=disabled
                    aria-invalid=invalid
                    aria-describedby=described
                />
                <label class="ov-checkbox__label" for=id.clone()>
                    {label}
                </label>
            </div>
            {hint.map_view(|hint| view! { <p class="ov-checkbox__hint" id=hint_id(&id)>{hint}</p> })}
        </div>
    }
}
