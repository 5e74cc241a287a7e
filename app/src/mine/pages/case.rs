//! One case as its applicant sees it: the next action first and biggest, then everything else.

use super::{owed, undo};
use crate::apply::pages::correction::case_error;
use crate::apply::pages::licences::facts as facts_of;
use crate::apply::pages::materials::facts;
use crate::apply::pages::other_ways::sentence;
use crate::apply::pages::receipt::{tracking, waiting_party};
use crate::apply::pages::sign::{form_rows, question_rows};
use crate::paths;
use crate::t::{case as t, promises};
use crate::track::pages::{due_box, next_step, parts, status_text, status_tone, timeline};
use crate::ui::{
    Badge, Button, ButtonKind, Cell, Checkbox, Column, DataTable, Details, LinkButton, Notification, PageHeading,
    Panel, Stat, SummaryList, SummaryRow, Symbol, Tone,
};
use domain::case::{CaseState, ClosedHow, Outcome};
use domain::ids::DocumentId;
use domain::time::{Instant, format_date_zh};
use leptos::prelude::*;
use service::cases::{CaseView, NextStep};
use service::payments::BillStatus;
use service::transfers::Interrupted;

/// The case. `message` is the stable code of what has just happened (`withdrawn`, `corrected`) or
/// failed (`sure`: the withdrawal was not confirmed; `refusal.…`), `interrupted` are uploads that broke off.
pub fn case(view: &CaseView, interrupted: &[Interrupted], message: Option<&str>, at: Option<&str>) -> AnyView {
    // What failed about an owed material is said where it is handed in.
    let (message, problem) = match at {
        Some(material) => (None, message.map(|code| (material, code))),
        None => (message, None),
    };
    let status = view.case.status();
    let timeline = timeline(&view.timeline);
    view! {
        {said(message)}
        <PageHeading caption=t::case_title() title=view.matter.title.clone()>
            <p><Badge text=status_text(status) tone=status_tone(status) /></p>
        </PageHeading>
        {next(view)}
        {undo::offer(view)}
        {owed::owed(view, interrupted, problem)}
        {waiting_party(view)}
        {parts(&view.parts)}
        {due_box(view.due.as_ref())}
        <Panel title=t::timeline() id="timeline">{timeline}</Panel>
        {documents(view)}
        {owed::checks(view)}
        {by_post(view)}
        {bill(view)}
        {party(view)}
        {numbers(view)}
        {submitted(view)}
        {withdraw(view, message == Some("sure"))}
    }
    .into_any()
}

fn said(message: Option<&str>) -> AnyView {
    let Some(code) = message else { return ().into_any() };
    let key = format!("message.{code}");
    let known = t::by_key(&key).or_else(|| crate::t::undo::by_key(&key)).or_else(|| promises::by_key(&key));
    let (tone, text) = match known {
        Some(text) => (Tone::Success, text),
        None => (Tone::Danger, case_error(code)),
    };
    view! { <div id="errors"><Notification tone=tone title=text live=true /></div> }.into_any()
}

/// What to do now, as the first and biggest thing.
fn next(view: &CaseView) -> AnyView {
    match (&view.case.state, &view.next) {
        (CaseState::Decided(decided), NextStep::Collect) => match &decided.outcome {
            Outcome::Granted => granted(view),
            Outcome::Refused { reasons } => said_no(view, reasons, t::refused_title(), t::refused_text(), "decision"),
        },
        (CaseState::Closed(closed), _) => match &closed.how {
            ClosedHow::AcceptanceRefused { reasons } => {
                said_no(view, reasons, t::not_accepted_title(), t::not_accepted_text(), "acceptance_refused")
            }
            ClosedHow::Withdrawn => withdrawn(view),
            ClosedHow::Undone { draft } => undo::undone(view, *draft),
            ClosedHow::NotSupplied { materials } => not_supplied(view, materials),
        },
        (_, step) => next_step(step, action(view)),
    }
}

/// The button that does the next step, where it is this person's turn.
fn action(view: &CaseView) -> Option<AnyView> {
    match &view.next {
        NextStep::Correct { .. } => Some(
            view! {
                <LinkButton href=paths::correction(view.case.id) symbol=Symbol::Upload>{t::next_correct()}</LinkButton>
            }
            .into_any(),
        ),
        NextStep::Supply { .. } => Some(
            view! { <LinkButton href="#owed" symbol=Symbol::Upload>{promises::next_supply_button()}</LinkButton> }
                .into_any(),
        ),
        NextStep::Pay { amount, .. } => {
            let href = paths::bill(view.bill.as_ref()?.id);
            let text = t::next_pay(amount);
            Some(view! { <LinkButton href=href symbol=Symbol::Pay>{text}</LinkButton> }.into_any())
        }
        NextStep::WaitForParty { .. } | NextStep::Wait { .. } | NextStep::Collect | NextStep::Nothing => None,
    }
}

fn document_of(view: &CaseView, kind: &str) -> Option<DocumentId> {
    view.documents.iter().rev().find(|d| d.kind == kind).map(|d| d.id)
}

fn granted(view: &CaseView) -> AnyView {
    let button = document_of(view, "decision").map(|id| {
        view! { <p><LinkButton href=paths::document(id) symbol=Symbol::Download>{t::next_result()}</LinkButton></p> }
    });
    let how = t::collect_how(&view.matter.result.delivery);
    view! {
        <Notification tone=Tone::Success title=t::collect_title() heading_level=2>
            <p>{t::collect_text()}</p>
            <p>{how}</p>
            {button}
        </Notification>
    }
    .into_any()
}

fn said_no(view: &CaseView, reasons: &[String], title: &str, text: &'static str, kind: &str) -> AnyView {
    let title = title.to_owned();
    let reasons = reasons.iter().map(|r| view! { <li>{r.clone()}</li> }).collect_view();
    let button = document_of(view, kind).map(|id| {
        view! { <p><LinkButton href=paths::document(id) symbol=Symbol::Download>{t::next_decision()}</LinkButton></p> }
    });
    view! {
        <Notification tone=Tone::Danger title=title heading_level=2>
            <p>{text}</p>
            <ul>{reasons}</ul>
            {button}
        </Notification>
    }
    .into_any()
}

/// 补交不来: nothing was decided, and one may begin again.
fn not_supplied(view: &CaseView, materials: &[String]) -> AnyView {
    let names = materials.iter().map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    let button = document_of(view, "not_supplied").map(|id| {
        view! { <p><LinkButton href=paths::document(id) symbol=Symbol::Download>{t::next_decision()}</LinkButton></p> }
    });
    let href = paths::guide(&view.matter.slug);
    view! {
        <Notification tone=Tone::Warning title=promises::closed_title() heading_level=2>
            <p>{promises::closed_text()}</p>
            <ul>{names}</ul>
            <p>{promises::closed_again()}</p>
            {button}
            <p><LinkButton href=href kind=ButtonKind::Secondary>{t::again()}</LinkButton></p>
        </Notification>
    }
    .into_any()
}

fn withdrawn(view: &CaseView) -> AnyView {
    let href = paths::guide(&view.matter.slug);
    view! {
        <Notification tone=Tone::Info title=t::withdrawn_title() heading_level=2>
            <p>{t::withdrawn_text()}</p>
            <p><LinkButton href=href kind=ButtonKind::Secondary>{t::again()}</LinkButton></p>
        </Notification>
    }
    .into_any()
}

fn documents(view: &CaseView) -> AnyView {
    let columns = vec![
        Column::new(t::document()),
        Column::new(t::document_number()),
        Column::new(t::document_date()),
        Column::new(t::document_check()),
    ];
    let rows = view
        .documents
        .iter()
        .map(|d| {
            let title = match d.revoked_at {
                Some(_) => crate::t::undo::document_revoked(&d.title),
                None => format!("{}（PDF）", d.title),
            };
            vec![
                Cell::Link(title, paths::document(d.id)),
                Cell::Text(d.number.clone()),
                Cell::Text(format_date_zh(d.issued_at.date_in_china())),
                Cell::Link(t::document_check_link().to_owned(), paths::verify(&d.verify_code)),
            ]
        })
        .collect();
    view! {
        <Panel title=t::documents() id="documents">
            <DataTable caption=t::documents() caption_hidden=true columns=columns rows=rows empty=t::documents_none() />
        </Panel>
    }
    .into_any()
}

fn bill(view: &CaseView) -> AnyView {
    let Some(bill) = &view.bill else { return ().into_any() };
    let state = match (bill.status, bill.paid_at) {
        (BillStatus::Paid, Some(at)) => t::bill_paid(at.format_zh()),
        (BillStatus::Paid, None) => crate::t::pay::status_paid().to_owned(),
        (BillStatus::Open, _) => t::bill_open(format_date_zh(bill.pay_by)),
        (BillStatus::Closed, _) => t::bill_closed().to_owned(),
        (BillStatus::RefundDue, paid) => {
            crate::t::undo::bill_refund_due(paid.map_or_else(String::new, Instant::format_zh))
        }
        (BillStatus::Refunded, _) => crate::t::money::bill_refunded().to_owned(),
    };
    let rows = vec![
        SummaryRow::new(t::bill_total(), bill.total.to_string()).numeric(),
        SummaryRow::new(t::bill_state(), state),
    ];
    let href = paths::bill(bill.id);
    let back = crate::pay::pages::refunds::lines(&bill.refunds);
    view! {
        <Panel title=t::bill() id="bill">
            <SummaryList rows=rows />
            {back}
            <p><a href=href>{t::bill_link()}</a></p>
        </Panel>
    }
    .into_any()
}

fn party(view: &CaseView) -> AnyView {
    let Some(party) = &view.party else { return ().into_any() };
    let state =
        party.confirmed_at.map_or_else(|| t::party_waiting().to_owned(), |at| t::party_confirmed(at.format_zh()));
    let rows = vec![SummaryRow::new(party.title.clone(), party.name.clone()).note(state)];
    view! { <Panel title=t::party_panel()><SummaryList rows=rows /></Panel> }.into_any()
}

/// 结果邮寄, where the matter is marked 跨省通办.
fn by_post(view: &CaseView) -> Option<AnyView> {
    use crate::t::post as words;
    let offered = view.matter.cross_province && !matches!(view.case.state, CaseState::Closed(_));
    offered.then(|| {
        let href = paths::delivery(view.case.id);
        view! {
            <Panel title=words::title() id="delivery">
                <p>{words::offer()}</p>
                <p><a href=href>{words::offer_link()}</a></p>
            </Panel>
        }
        .into_any()
    })
}

fn numbers(view: &CaseView) -> AnyView {
    let rows = vec![SummaryRow::new(t::submitted_at(), view.case.submitted_at.format_zh())];
    let (number, tracking) = (view.case.number.clone(), tracking(view));
    view! {
        <Panel title=t::number() id="numbers">
            <Stat label=t::number() value=number />
            {tracking}
            <SummaryList rows=rows />
        </Panel>
    }
    .into_any()
}

/// The form with masked identity numbers, the files, and the signature.
fn submitted(view: &CaseView) -> AnyView {
    let (matter, answers) = (&view.matter, &view.answers);
    let questions = question_rows(matter, answers, None);
    let questions =
        (!questions.is_empty()).then(|| view! { <h3>{t::submitted_answers()}</h3><SummaryList rows=questions /> });
    let sections = matter
        .form
        .visible(answers)
        .map(|section| {
            let rows = form_rows(matter, section, answers, None);
            view! { <h3>{section.title.clone()}</h3><SummaryList rows=rows /> }
        })
        .collect_view();
    let signature = t::signature(&view.signature.name, view.signature.signed_at.format_zh());
    let files = files(view);
    view! {
        <Panel title=t::submitted_panel() id="submitted">
            <Details summary=t::submitted_details()>
                {questions}
                {sections}
                <p class="ov-hint">{t::masked()}</p>
                <h3>{t::submitted_files()}</h3>
                {files}
                <p>{signature}</p>
            </Details>
        </Panel>
    }
    .into_any()
}

fn files(view: &CaseView) -> AnyView {
    let materials = view
        .matter
        .materials
        .iter()
        .filter_map(|material| {
            let filled = view.fills.iter().find(|f| f.material == material.id);
            let filled = filled.map(|f| view! { <li>{sentence(&f.fill)}{facts_of(&f.fill)}</li> });
            let mut sent = view.files.iter().filter(|f| f.material == material.id).peekable();
            if sent.peek().is_none() && filled.is_none() {
                return None;
            }
            let links = sent
                .map(|f| {
                    let text = if f.round == 0 {
                        t::submitted_file(&f.name, facts(f))
                    } else {
                        t::submitted_round(&f.name, facts(f))
                    };
                    view! { <li><a href=paths::file_view(f.id)>{text}</a></li> }
                })
                .collect_view();
            let bound = crate::files::pages::bundles(view, &material.id);
            Some(view! { <li><strong>{material.name.clone()}</strong><ul>{filled}{links}</ul>{bound}</li> })
        })
        .collect_view();
    view! { <ul class="ov-list">{materials}</ul> }.into_any()
}

fn withdraw(view: &CaseView, not_sure: bool) -> AnyView {
    if view.case.status().is_final() {
        return ().into_any();
    }
    let action = paths::withdraw(view.case.id);
    let error = not_sure.then(|| case_error("sure"));
    view! {
        <Details summary=t::withdraw() open=not_sure>
            <p>{t::withdraw_text()}</p>
            <form class="ov-stack" method="post" action=action>
                <Checkbox name="sure" value="yes" label=t::withdraw_sure() error=error />
                <p><Button kind=ButtonKind::Danger>{t::withdraw_button()}</Button></p>
            </form>
        </Details>
    }
    .into_any()
}
