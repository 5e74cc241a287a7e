//! A revision as applicants would see it: its guide, and its questions to be tried.

use crate::apply::pages::personal_list::{condition_rows, personal_list, verdict_note};
use crate::catalogue::pages::guide;
use crate::paths;
use crate::t::revision as t;
use crate::ui::{
    Breadcrumb, Button, ButtonKind, Choice, Field, Link, Notification, PageHeading, Panel, SelectField, SummaryList,
    Tone,
};
use domain::catalogue::{Matter, Question, Region};
use domain::form::FieldSpec;
use domain::rules::{Answers, UNKNOWN};
use leptos::prelude::*;
use service::revisions::RevisionView;

/// The preview; `answers` are those tried (GET), by question.
pub fn preview(view: &RevisionView, region: &Region, url: &str, answers: &Answers) -> AnyView {
    let back = vec![
        Link::new(t::list_title(), paths::DESK_CATALOGUE),
        Link::new(t::edit_back(), paths::revision(view.line.id)),
    ];
    let body = match &view.matter {
        None => view! { <p>{t::preview_none()}</p> }.into_any(),
        Some(matter) => {
            let tried = (!answers.is_empty()).then(|| outcome(matter, answers));
            view! {
                <Notification tone=Tone::Info title=t::preview_note() heading_level=2 />
                {questions(matter, view, answers)}
                {tried}
                {form(matter, answers)}
                {guide::previewed(matter, region, url)}
            }
            .into_any()
        }
    };
    view! {
        <Breadcrumb links=back />
        <PageHeading title=t::preview_title(&view.line.title) />
        {body}
    }
    .into_any()
}

fn questions(matter: &Matter, view: &RevisionView, answers: &Answers) -> AnyView {
    let field = |q: &Question| {
        let mut choices: Vec<Choice> =
            q.options.iter().map(|o| Choice::new(o.value.clone(), o.label.clone())).collect();
        choices.push(Choice::new(UNKNOWN, crate::t::apply::unknown()));
        let (name, label, value) = (q.id.clone(), q.text.clone(), answers.get(&q.id).cloned());
        view! { <SelectField name=name label=label choices=choices value=value required=false /> }
    };
    let fields = matter.asked(answers).map(field).collect_view();
    let action = paths::revision_page(view.line.id, "preview");
    view! {
        <Panel title=t::preview_try()>
            <form class="ov-stack ov-stack--tight" method="get" action=action>
                {fields}
                <Button kind=ButtonKind::Secondary>{t::preview_outcome()}</Button>
            </form>
        </Panel>
    }
    .into_any()
}

fn outcome(matter: &Matter, answers: &Answers) -> AnyView {
    let verdict = matter.verdict(answers);
    let conditions = condition_rows(&verdict);
    view! {
        {verdict_note(&verdict)}
        <Panel title=t::preview_outcome()><SummaryList rows=conditions /></Panel>
        {personal_list(matter, answers)}
    }
    .into_any()
}

/// The fields that these answers lead to, to be looked at, not sent.
fn form(matter: &Matter, answers: &Answers) -> AnyView {
    let field = |spec: &FieldSpec| {
        let (name, label, hint) = (format!("preview-{}", spec.name), spec.label.clone(), spec.hint.clone());
        view! { <Field name=name label=label hint=hint required=!spec.optional disabled=true /> }
    };
    let sections = matter
        .form
        .visible(answers)
        .map(|section| {
            let fields = section.visible(answers).map(field).collect_view();
            view! { <Panel title=section.title.clone()>{fields}</Panel> }
        })
        .collect_view();
    view! { {sections} }.into_any()
}
