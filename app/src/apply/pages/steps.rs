//! The persistent step list of an application.

use crate::paths;
use crate::t::apply as t;
use crate::ui::{Badge, Step as UiStep, StepState, Steps, Symbol, Tone};
use leptos::prelude::*;
use service::drafts::DraftView;

/// Where the person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Questions,
    /// Section id.
    Form(String),
    Materials,
    Report,
    Sign,
}

/// The list: questions, each section of the form, materials, report, signature.
pub fn steps(draft: &DraftView, current: &Step) -> AnyView {
    let mut list: Vec<(String, String, Step)> =
        vec![(t::step_questions().into(), paths::outcome(draft.id), Step::Questions)];
    for section in draft.matter.form.visible(&draft.answers) {
        list.push((section.title.clone(), paths::form(draft.id, &section.id), Step::Form(section.id.clone())));
    }
    list.push((t::step_materials().into(), paths::materials(draft.id), Step::Materials));
    list.push((t::step_report().into(), paths::report(draft.id), Step::Report));
    list.push((t::step_sign().into(), paths::sign(draft.id), Step::Sign));
    let at = list.iter().position(|(_, _, step)| step == current).unwrap_or(0);
    let summary = t::steps_summary(at + 1, list.len());
    let steps = list
        .into_iter()
        .enumerate()
        .map(|(index, (label, href, _))| UiStep {
            label,
            href: Some(href),
            state: match index {
                i if i < at => StepState::Done,
                i if i == at => StepState::Current,
                _ => StepState::Todo,
            },
            note: None,
        })
        .collect();
    view! {
        // On every page of it: nobody is to take a draft for a submission.
        <p class="ov-screen-only"><Badge text=crate::t::mine::draft_badge() tone=Tone::Warning symbol=Symbol::File /></p>
        <Steps steps=steps summary=summary label=t::steps_label() />
    }
    .into_any()
}

/// The first section that this person fills.
pub fn first_section(draft: &DraftView) -> Option<String> {
    draft.matter.form.visible(&draft.answers).next().map(|s| s.id.clone())
}

/// Where the person goes after section `id`: the next section, or the materials.
pub fn after_section(draft: &DraftView, id: &str) -> String {
    let mut rest = draft.matter.form.visible(&draft.answers).skip_while(|s| s.id != id).skip(1);
    rest.next().map_or_else(|| paths::materials(draft.id), |s| paths::form(draft.id, &s.id))
}
