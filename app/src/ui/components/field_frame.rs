//! What surrounds every single control: label, hint, source of a prefilled value, error.

use super::{Words, error_id, hint_id, texts::texts};
use leptos::prelude::*;

/// Ids for `aria-describedby`: hint first, then error; `None` when there is neither.
pub(super) fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let ids: Vec<String> =
        [has_hint.then(|| hint_id(id)), has_error.then(|| error_id(id))].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The words of a label: text, and 选填 when the answer may be left out.
#[component]
pub(super) fn LabelText(text: String, required: bool) -> impl IntoView {
    view! {
        {text}
        {(!required)
            .then(|| view! { <span class="ov-field__optional">{format!("（{}）", texts().optional)}</span> })}
    }
}

/// Hint under the label.
#[component]
pub(super) fn HintText(id: String, hint: Words) -> impl IntoView {
    hint.map_view(|hint| view! { <p class="ov-field__hint" id=hint_id(&id)>{hint}</p> })
}

/// Error message right above the control.
#[component]
pub(super) fn ErrorText(id: String, error: Words) -> impl IntoView {
    error.map_view(|error| {
        view! {
            <p class="ov-field__error" id=error_id(&id)>
                <span class="ov-vh">{texts().error_prefix}</span>
                {error}
            </p>
        }
    })
}

/// A single control inside its label, hint, source and error.
#[component]
pub(super) fn FieldFrame(
    id: String,
    label: String,
    required: bool,
    hint: Words,
    error: Words,
    source: Words,
    children: Children,
) -> impl IntoView {
    let class = if error.is_some() { "ov-field ov-field--error" } else { "ov-field" };
    view! {
        <div class=class>
            <label class="ov-field__label" for=id.clone()>
                <LabelText text=label required />
            </label>
            <HintText id=id.clone() hint />
            <ErrorText id error />
            {children()}
            {source
                .map_view(|source| {
                    view! { <p class="ov-field__source">{texts().prefilled_from} {source}</p> }
                })}
        </div>
    }
}
