//! A text field of several lines.

use super::field_frame::{FieldFrame, described_by};
use super::{Words, field_id};
use leptos::prelude::*;

/// The inside of a `<textarea>`: escaped by hand, because the framework writes the children of this
/// element raw; the first line break is doubled, because browsers swallow one there.
fn inside(value: &str) -> String {
    format!("\n{}", value.replace('&', "&amp;").replace('<', "&lt;"))
}

/// `<textarea>` with label, hint, error; same contract and a11y as [`Field`](super::Field). Grows by
/// dragging its corner; never scrolls sideways.
#[component]
pub fn TextArea(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// Question in plain words.
    #[prop(into)]
    label: String,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: Words,
    /// Error message.
    #[prop(optional, into)]
    error: Words,
    /// Text as typed before.
    #[prop(optional, into)]
    value: Words,
    /// Where a prefilled value comes from.
    #[prop(optional, into)]
    source: Words,
    /// `false` shows 选填.
    #[prop(default = true)]
    required: bool,
    /// Visible lines.
    #[prop(default = 4)]
    rows: u32,
    /// Shown, submitted, not changed.
    #[prop(optional)]
    readonly: bool,
    /// Not submitted.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let text = inside(value.as_deref().unwrap_or_default());
    view! {
        <FieldFrame id=id.clone() label required hint error source>
            <textarea
                class="ov-field__input ov-field__input--area"
                id=id
                name=name
                rows=rows
                readonly=readonly
                disabled=disabled
                aria-required=required.then_some("true")
                aria-invalid=invalid
                aria-describedby=described
            >
                {text}
            </textarea>
        </FieldFrame>
    }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn typed_markup_stays_text() {
        assert_eq!(inside("</textarea><script>&"), "\n&lt;/textarea>&lt;script>&amp;");
    }
}
