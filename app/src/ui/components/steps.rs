//! The persistent step list of a long form.

use super::{Icon, Symbol, Words, texts::texts};
use leptos::prelude::*;

/// Where a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    /// Answered and valid.
    Done,
    /// Shown now.
    Current,
    /// Visited, something is missing.
    Problem,
    /// Not reached yet.
    #[default]
    Todo,
}

/// One step of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Two to six characters.
    pub label: String,
    /// Makes the step a link; `None` while it cannot be opened.
    pub href: Option<String>,
    /// Where it stands.
    pub state: StepState,
    /// A short remark (还差 2 项).
    pub note: Option<String>,
}

impl Step {
    /// A step; `href` empty = cannot be opened yet.
    pub fn new(label: impl Into<String>, href: impl Into<String>, state: StepState) -> Self {
        let href: String = href.into();
        Self { label: label.into(), href: (!href.is_empty()).then_some(href), state, note: None }
    }
}

/// Steps with their states. From 1024 px a vertical list that stays in view; below, `summary`
/// (第 2 步，共 5 步：填写) over a row of numbered dots, in 长辈版 the summary alone.
///
/// A11y: `<nav>`, ordered list, `aria-current="step"`; the state is said in words to screen readers
/// and drawn as an icon, not by colour alone.
#[component]
pub fn Steps(
    /// In order.
    steps: Vec<Step>,
    /// The line shown on phones.
    #[prop(optional, into)]
    summary: Words,
    /// Name of the list.
    #[prop(optional, into)]
    label: Words,
) -> impl IntoView {
    let items = steps.into_iter().enumerate().map(|(index, step)| entry(index + 1, step)).collect_view();
    view! {
        <nav class="ov-steps" aria-label=label.unwrap_or(texts().steps)>
            {summary.map_view(|text| view! { <p class="ov-steps__summary">{text}</p> })}
            <ol class="ov-steps__list" role="list">
                {items}
            </ol>
        </nav>
    }
}

fn entry(number: usize, step: Step) -> impl IntoView {
    let words = texts();
    let (modifier, state, symbol) = match step.state {
        StepState::Done => ("done", words.done, Some(Symbol::Check)),
        StepState::Current => ("current", words.current, None),
        StepState::Problem => ("problem", words.must_fix, Some(Symbol::Warning)),
        StepState::Todo => ("todo", words.todo, None),
    };
    let mark = match symbol {
        Some(symbol) => view! { <Icon symbol /> }.into_any(),
        None => number.to_string().into_any(),
    };
    let body = view! {
        <span class="ov-steps__mark" aria-hidden="true">{mark}</span>
        <span class="ov-steps__label">
            {step.label} {step.note.map(|note| view! { <span class="ov-steps__note">{note}</span> })}
        </span>
        <span class="ov-vh">{state}</span>
    };
    let current = (step.state == StepState::Current).then_some("step");
    let inner = match step.href {
        Some(href) => view! { <a class="ov-steps__body" href=href aria-current=current>{body}</a> }.into_any(),
        None => view! { <span class="ov-steps__body" aria-current=current>{body}</span> }.into_any(),
    };
    view! { <li class=format!("ov-steps__item ov-steps__item--{modifier}")>{inner}</li> }
}
