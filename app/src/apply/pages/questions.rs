//! 情形引导: one question at a time, and the outcome with reasons and the personal list.

use super::personal_list::{ListLink, answer_rows, condition_rows, keep_panel, personal_list, verdict_note};
use super::steps::{Step, first_section, steps};
use crate::paths;
use crate::t::apply as t;
use crate::t::shared_list as list_t;
use crate::ui::{
    ActionBar, Button, Choice, Columns, ErrorSummary, FieldError, LinkButton, Notification, PageHeading, Panel, Radios,
    SummaryList, Tone,
};
use domain::catalogue::{Eligibility, Matter, Question};
use domain::rules::UNKNOWN;
use jiff::civil::Date;
use leptos::prelude::*;
use service::drafts::DraftView;

/// The options of a question; 不清楚 is always possible.
fn choices(question: &Question) -> Vec<Choice> {
    question
        .options
        .iter()
        .map(|o| {
            let choice = Choice::new(o.value.clone(), o.label.clone());
            match &o.hint {
                Some(hint) => choice.hint(hint.clone()),
                None => choice,
            }
        })
        .chain([Choice::new(UNKNOWN, t::unknown())])
        .collect()
}

/// One question with why it is asked.
pub fn question(draft: &DraftView, question: &Question, missing: bool) -> AnyView {
    let choices = choices(question);
    let value = draft.answers.get(&question.id).cloned();
    let error = missing.then(|| t::answer_missing().to_owned());
    let summary = missing.then(|| {
        let errors = vec![FieldError { field: question.id.clone(), message: t::answer_missing().into() }];
        view! { <ErrorSummary errors=errors /> }
    });
    let action = paths::question(draft.id, &question.id);
    let aside = steps(draft, &Step::Questions);
    let caption = draft.matter.title.clone();
    let (id, text, why) = (question.id.clone(), question.text.clone(), t::why(&question.why));
    view! {
        <Columns aside=move || aside>
            {summary}
            <PageHeading caption=caption title=t::question_title() lead=t::question_lead() />
            <form class="ov-stack" method="post" action=action>
                <Radios name=id legend=text choices=choices hint=why value=value error=error heading_level=2 />
                <ActionBar>
                    <Button>{t::next()}</Button>
                </ActionBar>
            </form>
        </Columns>
    }
    .into_any()
}

/// All questions on one page, for desks; those that depend on an answer appear after saving.
pub fn whole(draft: &DraftView, check: bool) -> AnyView {
    let asked: Vec<&Question> = draft.matter.asked_together(&draft.answers).collect();
    let open = |q: &Question| check && !draft.answers.get(&q.id).is_some_and(|a| q.accepts(a));
    let errors: Vec<FieldError> = asked
        .iter()
        .filter(|q| open(q))
        .map(|q| FieldError { field: q.id.clone(), message: format!("{}：{}", q.text, t::answer_missing()) })
        .collect();
    let summary = (!errors.is_empty()).then(|| view! { <ErrorSummary errors=errors /> });
    let shown = asked.iter().map(|q| q.id.as_str()).collect::<Vec<_>>().join(",");
    let list = asked
        .into_iter()
        .map(|q| {
            let (id, text, why) = (q.id.clone(), q.text.clone(), t::why(&q.why));
            let (value, error) = (draft.answers.get(&q.id).cloned(), open(q).then(|| t::answer_missing().to_owned()));
            view! { <Radios name=id legend=text choices=choices(q) hint=why value=value error=error heading_level=2 /> }
        })
        .collect_view();
    let action = paths::whole_questions(draft.id);
    let aside = steps(draft, &Step::Questions);
    let caption = draft.matter.title.clone();
    view! {
        <Columns aside=move || aside>
            {summary}
            <PageHeading caption=caption title=t::question_title() lead=t::question_lead() />
            <form class="ov-stack" method="post" action=action>
                <input type="hidden" name="shown" value=shown />
                {list}
                <ActionBar>
                    <Button>{t::next()}</Button>
                </ActionBar>
            </form>
        </Columns>
    }
    .into_any()
}

/// What the outcome page says besides the outcome.
#[derive(Debug, Clone)]
pub struct Keep {
    pub link: ListLink,
    /// The day on which the draft goes.
    pub until: Date,
    /// Came from somebody's list, but keeps what was answered before.
    pub kept_own: bool,
}

/// The outcome: eligible, maybe or not, which condition decides, and the personal list.
pub fn outcome(draft: &DraftView, keep: &Keep) -> AnyView {
    let matter: &Matter = &draft.matter;
    let verdict = matter.verdict(&draft.answers);
    let head = verdict_note(&verdict);
    let possible = verdict.eligibility != Eligibility::NotEligible;
    let conditions = condition_rows(&verdict);
    let list = possible.then(|| personal_list(matter, &draft.answers));
    let saved = possible.then(|| keep_panel(&keep.link, keep.until));
    let own = keep.kept_own.then(|| kept_own(draft));
    let aside = steps(draft, &Step::Questions);
    let caption = matter.title.clone();
    let actions = if possible {
        let next = first_section(draft).map_or_else(|| paths::materials(draft.id), |s| paths::form(draft.id, &s));
        view! { <ActionBar><LinkButton href=next>{t::go_form()}</LinkButton></ActionBar> }.into_any()
    } else {
        view! { <ActionBar><LinkButton href=paths::MATTERS>{t::other_matters()}</LinkButton></ActionBar> }.into_any()
    };
    let answers = answer_rows(matter, &draft.answers, |id| Some(paths::question(draft.id, id)));
    view! {
        <Columns aside=move || aside>
            <PageHeading caption=caption title=t::outcome_title() />
            {own}
            {head}
            {list}
            {saved}
            <Panel title=t::condition()><SummaryList rows=conditions /></Panel>
            <Panel title=t::answers()><SummaryList rows=answers /></Panel>
            {actions}
        </Columns>
    }
    .into_any()
}

/// A list that somebody sent does not change what this person answered.
fn kept_own(draft: &DraftView) -> AnyView {
    let href = paths::draft(draft.id);
    view! {
        <Notification tone=Tone::Info title=list_t::kept_own() heading_level=2>
            <p>{list_t::kept_own_text()}</p>
            <p><a href=href>{list_t::kept_own_go()}</a></p>
        </Notification>
    }
    .into_any()
}
