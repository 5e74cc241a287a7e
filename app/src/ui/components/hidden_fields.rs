//! Hidden inputs of a form.

use super::Hidden;
use leptos::prelude::*;

/// One `<input type="hidden">` per pair. Never put personal data here: it would end up in
/// browser caches of restored forms.
#[component]
pub fn HiddenFields(
    /// Names and values.
    fields: Hidden,
) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
}
