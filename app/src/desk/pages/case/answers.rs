//! What the applicant answered and signed.

use crate::t::desk as t;
use crate::ui::{Details, Heading, Panel, SummaryList, SummaryRow};
use domain::form::Section;
use domain::rules::{Labels, UNKNOWN};
use leptos::prelude::*;
use service::desk::DeskView;
use service::wording::shown as value_in_words;

pub(super) fn answers(view: &DeskView) -> AnyView {
    let shown = &view.view;
    let sections = shown.matter.form.visible(&shown.answers).map(|s| section(view, s)).collect_view();
    let (questions, signature) = (questions(view), signature(view));
    view! {
        <Panel title=t::answers_title() id="answers">
            {questions}
            {sections}
            {signature}
        </Panel>
    }
    .into_any()
}

fn block(title: String, rows: Vec<SummaryRow>) -> AnyView {
    let label = title.clone();
    view! {
        <div class="ov-stack ov-stack--tight">
            <Heading level=3 text=title />
            <SummaryList rows=rows label=label />
        </div>
    }
    .into_any()
}

/// Staff see whole values: they check them against the materials.
fn section(view: &DeskView, section: &Section) -> AnyView {
    let shown = &view.view;
    let rows = section
        .visible(&shown.answers)
        .map(|field| match shown.answers.get(&field.name).filter(|v| !v.is_empty()) {
            Some(value) => SummaryRow::new(field.label.clone(), value_in_words(&shown.matter, field, value, false)),
            None => SummaryRow::new(field.label.clone(), t::answer_missing()),
        })
        .collect();
    block(section.title.clone(), rows)
}

fn questions(view: &DeskView) -> Option<AnyView> {
    let shown = &view.view;
    let rows: Vec<SummaryRow> = shown
        .matter
        .asked(&shown.answers)
        .filter_map(|question| {
            let value = shown.answers.get(&question.id).filter(|v| !v.is_empty())?;
            let words = if value == UNKNOWN {
                t::answer_unknown().to_owned()
            } else {
                Labels::value(&*shown.matter, &question.id, value)
            };
            Some(SummaryRow::new(question.text.clone(), words))
        })
        .collect();
    (!rows.is_empty()).then(|| block(t::answers_questions().to_owned(), rows))
}

fn signature(view: &DeskView) -> AnyView {
    let signed = &view.view.signature;
    let mut by = SummaryRow::new(t::signature_by(), signed.name.clone());
    if signed.png.is_none() {
        by = by.note(t::signature_typed());
    }
    let rows = vec![by, SummaryRow::new(t::signature_at(), signed.signed_at.format_zh())];
    let picture = signed.png.as_ref().map(|png| {
        let source = format!("data:image/png;base64,{png}");
        view! { <img class="ov-desk-signature" src=source alt=t::signature_alt(&signed.name) /> }
    });
    let statement = signed.statement.clone();
    view! {
        <div class="ov-stack ov-stack--tight">
            <Heading level=3 text=t::signature_title() />
            {picture}
            <SummaryList rows=rows label=t::signature_title() />
            <Details summary=t::signature_statement()>
                <p>{statement}</p>
            </Details>
        </div>
    }
    .into_any()
}
