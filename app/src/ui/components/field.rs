//! A single-line text field.

use super::field_frame::{FieldFrame, described_by};
use super::{Words, field_id};
use leptos::prelude::*;

/// `<input>` with label, hint, error.
///
/// Contract: id = [`field_id`]`(name)`; the value is rendered into `value=`, so that typing before
/// any script has loaded is kept. `maxlength` is absent unless given: names are long and pasting must
/// not cut silently; the parser says what is too long. No HTML `required`: the server shows all
/// errors at once, and `aria-required` tells screen readers.
///
/// A11y: label tied by `for`; hint and error by `aria-describedby`; `aria-invalid` with an error;
/// `autocomplete` for data about the person (WCAG 1.3.5); optional fields say so in words.
#[component]
pub fn Field(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// Question in plain words.
    #[prop(into)]
    label: String,
    /// One sentence: format or example.
    #[prop(optional, into)]
    hint: Words,
    /// Error message: what to do, not what went wrong.
    #[prop(optional, into)]
    error: Words,
    /// Value as typed before.
    #[prop(optional, into)]
    value: Words,
    /// Where a prefilled value comes from (电子证照：居民身份证).
    #[prop(optional, into)]
    source: Words,
    /// `false` shows 选填.
    #[prop(default = true)]
    required: bool,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Keyboard on phones: `numeric`, `tel`, `email`, `decimal` …
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Token of WCAG 1.3.5: `name`, `tel`, `street-address`, `one-time-code` …
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Hard limit of the browser, in UTF-16 units; leave out unless the value is a fixed code.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Text glued before the input (¥).
    #[prop(optional, into)]
    prefix: Words,
    /// Text glued behind the input (元, 平方米).
    #[prop(optional, into)]
    suffix: Words,
    /// Expected length in characters: gives the box a fitting width (1 – 40).
    #[prop(optional)]
    width: Option<u8>,
    /// Shown, submitted, not changed.
    #[prop(optional)]
    readonly: bool,
    /// Not submitted.
    #[prop(optional)]
    disabled: bool,
    /// Id of a `<datalist>`.
    #[prop(optional, into)]
    list: Words,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = match width {
        Some(0..=6) => "ov-field__box ov-field__box--xs",
        Some(7..=12) => "ov-field__box ov-field__box--s",
        Some(13..=20) => "ov-field__box ov-field__box--m",
        None | Some(_) => "ov-field__box",
    };
    view! {
        <FieldFrame id=id.clone() label required hint error source>
            <div class=class>
                {prefix
                    .map_view(|text| view! { <span class="ov-field__affix" aria-hidden="true">{text}</span> })}
                <input
                    class="ov-field__input"
                    id=id
                    name=name
                    type=kind
                    value=value.into_option()
                    inputmode=inputmode
                    autocomplete=autocomplete
                    maxlength=maxlength
                    readonly=readonly
                    disabled=disabled
                    list=list.into_option()
                    spellcheck="false"
                    aria-required=required.then_some("true")
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {suffix
                    .map_view(|text| view! { <span class="ov-field__affix" aria-hidden="true">{text}</span> })}
            </div>
        </FieldFrame>
    }
}
