//! 情形引导: one question at a time, and the outcome with reasons and the personal list.

use super::steps::{Step, first_section, steps};
use crate::catalogue::words::{limit_text, visits_text};
use crate::paths;
use crate::t::apply as t;
use crate::ui::{
    ActionBar, Badge, Button, Choice, Columns, ErrorSummary, FieldError, LinkButton, MoneyLine, MoneyTable,
    Notification, PageHeading, Panel, Radios, SummaryList, SummaryRow, Tone,
};
use domain::catalogue::{Eligibility, Question, RaiseBill, Slot};
use domain::rules::{Labels, Truth, UNKNOWN};
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

/// The outcome: eligible, maybe or not, which condition decides, and the personal list.
pub fn outcome(draft: &DraftView) -> AnyView {
    let verdict = draft.matter.verdict(&draft.answers);
    let head = match verdict.eligibility {
        Eligibility::Eligible => {
            view! { <Notification tone=Tone::Success title=t::eligible() heading_level=2><p>{t::eligible_text()}</p></Notification> }.into_any()
        }
        Eligibility::Maybe => {
            let open = verdict.deciding().map(|c| view! { <li>{c.text.clone()}</li> }).collect_view();
            view! {
                <Notification tone=Tone::Warning title=t::maybe() heading_level=2>
                    <p>{t::maybe_text()}</p>
                    <ul>{open}</ul>
                </Notification>
            }
            .into_any()
        }
        Eligibility::NotEligible => verdict
            .deciding()
            .map(|c| {
                let (title, text) = (c.title_if_not.clone(), c.otherwise.clone());
                view! { <Notification tone=Tone::Info title=title heading_level=2><p>{text}</p></Notification> }
            })
            .collect_view()
            .into_any(),
    };
    let possible = verdict.eligibility != Eligibility::NotEligible;
    let conditions = verdict.conditions.iter().map(|(c, truth)| condition_row(&c.text, *truth)).collect::<Vec<_>>();
    let list = possible.then(|| personal_list(draft));
    let aside = steps(draft, &Step::Questions);
    let caption = draft.matter.title.clone();
    let actions = if possible {
        let next = first_section(draft).map_or_else(|| paths::materials(draft.id), |s| paths::form(draft.id, &s));
        view! { <ActionBar><LinkButton href=next>{t::go_form()}</LinkButton></ActionBar> }.into_any()
    } else {
        view! { <ActionBar><LinkButton href=paths::MATTERS>{t::other_matters()}</LinkButton></ActionBar> }.into_any()
    };
    let answers = answer_rows(draft);
    view! {
        <Columns aside=move || aside>
            <PageHeading caption=caption title=t::outcome_title() />
            {head}
            {list}
            <Panel title=t::condition()><SummaryList rows=conditions /></Panel>
            <Panel title=t::answers()><SummaryList rows=answers /></Panel>
            {actions}
        </Columns>
    }
    .into_any()
}

fn condition_row(text: &str, truth: Truth) -> SummaryRow {
    let value = match truth {
        Truth::Yes => t::met(),
        Truth::No => t::not_met(),
        Truth::Unknown => t::open(),
    };
    SummaryRow { label: text.to_owned(), value: value.to_owned(), ..SummaryRow::default() }
}

fn answer_rows(draft: &DraftView) -> Vec<SummaryRow> {
    draft
        .matter
        .asked(&draft.answers)
        .filter_map(|q| {
            let value = draft.answers.get(&q.id)?;
            let shown = if value == UNKNOWN { t::unknown().to_owned() } else { draft.matter.value(&q.id, value) };
            Some(SummaryRow {
                label: q.text.clone(),
                value: shown,
                change_href: Some(paths::question(draft.id, &q.id)),
                ..SummaryRow::default()
            })
        })
        .collect()
}

/// Materials, fee, limit and visits for these answers.
fn personal_list(draft: &DraftView) -> AnyView {
    let matter = &draft.matter;
    let slots = matter.personal_list(&draft.answers).iter().map(slot_line).collect_view();
    let fee = fee(draft);
    let facts = vec![
        SummaryRow { label: t::list_limit().into(), value: limit_text(&matter.promised), ..SummaryRow::default() },
        SummaryRow { label: t::list_visits().into(), value: visits_text(&matter.visits), ..SummaryRow::default() },
    ];
    view! {
        <Panel title=t::list_materials()><ul class="ov-list">{slots}</ul></Panel>
        {fee}
        <Panel title=t::list_limit()><SummaryList rows=facts /></Panel>
    }
    .into_any()
}

fn slot_line(slot: &Slot<'_>) -> AnyView {
    let badge = (!slot.certain).then(|| view! { <Badge text=t::open() tone=Tone::Warning /> });
    let because = slot.because.clone().map(|rule| view! { <p class="ov-hint">{rule}</p> });
    view! { <li><strong>{slot.material.name.clone()}</strong> {badge} {because}</li> }.into_any()
}

fn fee(draft: &DraftView) -> AnyView {
    let Some(plan) = &draft.matter.fee else {
        return view! { <Panel title=t::list_fee()><p>{t::fee_free()}</p></Panel> }.into_any();
    };
    let assessed = draft.matter.assess(&draft.answers);
    let lines = assessed
        .lines
        .iter()
        .map(|l| MoneyLine {
            label: l.name.clone(),
            basis: l.basis.clone(),
            amount: l.amount.to_string(),
            before_reduction: l.reduction.as_ref().map(|_| l.full.to_string()),
            reduction: l.reduction.clone(),
        })
        .collect::<Vec<_>>();
    let when = match plan.raise {
        RaiseBill::Acceptance => t::fee_at_acceptance(),
        RaiseBill::Submission => t::fee_at_submission(),
    };
    let open_items = assessed.open.join("、");
    let total = assessed.total().to_string();
    let open = (!open_items.is_empty()).then(|| view! { <p class="ov-hint">{t::fee_open(open_items)}</p> });
    let table = (!lines.is_empty()).then(|| view! { <MoneyTable caption=t::list_fee() lines=lines total=total /> });
    view! { <Panel title=t::list_fee()>{table} {open} <p class="ov-hint">{when}</p></Panel> }.into_any()
}
