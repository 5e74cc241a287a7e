//! One answer out of a few.

use super::field_frame::{ErrorText, HintText, LabelText, described_by};
use super::{Choice, Words, field_id, hint_id};
use leptos::prelude::*;

/// A group of radio buttons in a `<fieldset>`.
///
/// Contract: the first answer has id [`field_id`]`(name)`, so that a link from the error summary puts
/// the focus on it; the others get `-2`, `-3` …
///
/// A11y: the question is the `<legend>` (a heading too, when `heading_level` is given: one question
/// per page); every answer is one touch target including its hint; group hint and error are tied to
/// the fieldset.
#[component]
pub fn Radios(
    /// Form field name.
    #[prop(into)]
    name: String,
    /// Question in plain words.
    #[prop(into)]
    legend: String,
    /// The answers, two to seven.
    choices: Vec<Choice>,
    /// One sentence of help or why it is asked.
    #[prop(optional, into)]
    hint: Words,
    /// Error message.
    #[prop(optional, into)]
    error: Words,
    /// Value chosen before.
    #[prop(optional, into)]
    value: Words,
    /// `false` shows 选填.
    #[prop(default = true)]
    required: bool,
    /// Makes the legend a heading of this level, large.
    #[prop(optional)]
    heading_level: Option<u8>,
    /// Answers side by side on wide screens (是 / 否).
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, hint.is_some(), error.is_some());
    let chosen = value.into_option();
    let items = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let item_id = if index == 0 { id.clone() } else { format!("{id}-{}", index + 1) };
            let item_hint = choice.hint.is_some().then(|| hint_id(&format!("{item_id}-option")));
            let checked = chosen.as_deref() == Some(choice.value.as_str());
            view! {
                <div class="ov-radios__item">
                    <input
                        class="ov-radios__input"
                        type="radio"
                        id=item_id.clone()
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        disabled=choice.disabled
                        aria-describedby=item_hint.clone()
                    />
                    <label class="ov-radios__label" for=item_id>
                        {choice.label}
                        {choice
                            .hint
                            .map(|hint| view! { <span class="ov-radios__hint" id=item_hint>{hint}</span> })}
                    </label>
                </div>
            }
        })
        .collect_view();
    let class = if error.is_some() { "ov-radios ov-radios--error" } else { "ov-radios" };
    let list = if inline { "ov-radios__list ov-radios__list--inline" } else { "ov-radios__list" };
    let legend = match heading_level {
        Some(level) => view! { <super::Heading level text=legend class="ov-radios__heading" /> }.into_any(),
        None => view! { <LabelText text=legend required /> }.into_any(),
    };
    view! {
        <fieldset class=class aria-describedby=described>
            <legend class="ov-radios__legend">{legend}</legend>
            <HintText id=id.clone() hint />
            <ErrorText id=id error />
            <div class=list>{items}</div>
        </fieldset>
    }
}
