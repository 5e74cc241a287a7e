//! 提交成功: the numbers to keep, what happens next and by which date.

use crate::mine::pages::undo;
use crate::paths;
use crate::t::case as t;
use crate::t::register as register_t;
use crate::ui::{
    ActionBar, ButtonKind, Field, LinkButton, Notification, PageHeading, Panel, Stat, SummaryList, SummaryRow, Symbol,
    Tone,
};
use domain::case::CaseState;
use domain::time::{Deadline, format_date_zh};
use leptos::prelude::*;
use service::cases::{CaseView, NextStep, PartyView};
use service::payments::BillStatus;

/// The page after submission. `by_hand`: people decide what might have been decided at once. `qr_svg` is the drawing of the code that leads to the progress, made by
/// the server itself.
pub fn receipt(view: &CaseView, qr_svg: String, by_hand: bool) -> AnyView {
    let matter = &view.matter.title;
    let rows = vec![SummaryRow::new(t::submitted_at(), view.case.submitted_at.format_zh())];
    let tell = t::receipt_tell(&view.masked_phone);
    let (number, tracking) = (view.case.number.clone(), tracking(view));
    let by_hand = by_hand.then(|| {
        view! {
            <Notification tone=Tone::Info title=register_t::by_hand_title() heading_level=2>
                <p>{register_t::by_hand()}</p>
            </Notification>
        }
    });
    view! {
        <PageHeading caption=matter.clone() title=t::receipt_title() lead=t::receipt_lead(matter) />
        <Notification tone=Tone::Success title=next_sentence(view) heading_level=2>
            <p>{tell}</p>
        </Notification>
        {by_hand}
        {waiting_party(view)}
        {undo::offer(view)}
        <Panel title=t::receipt_keep() id="numbers">
            <Stat label=t::number() value=number />
            {tracking}
            <SummaryList rows=rows />
            <div class="ov-qr" role="img" aria-label=t::receipt_qr() inner_html=qr_svg></div>
            <p class="ov-hint">{t::receipt_qr_text()}</p>
        </Panel>
        {actions(view)}
    }
    .into_any()
}

/// The tracking code in two groups, and what it is good for.
pub(crate) fn tracking(view: &CaseView) -> AnyView {
    let (code, note) = (grouped(&view.tracking_code), t::tracking_text(&view.masked_phone));
    view! { <Stat label=t::tracking() value=code note=note /> }.into_any()
}

/// Four and four characters, as on paper.
fn grouped(code: &str) -> String {
    code.split_at_checked(4).map_or_else(|| code.to_owned(), |(head, tail)| format!("{head}-{tail}"))
}

fn next_sentence(view: &CaseView) -> String {
    let due = view.due.as_ref().and_then(Deadline::due).map(format_date_zh);
    match (&view.next, &view.case.state, due) {
        (NextStep::WaitForParty { .. }, ..) => t::receipt_party(party_title(view)),
        (NextStep::Pay { amount, until }, ..) => t::receipt_pay(format_date_zh(*until), amount),
        (_, CaseState::Received(_), Some(date)) => t::receipt_by_acceptance(date),
        (_, CaseState::InProgress(_), Some(date)) => t::receipt_by_result(date),
        _ => t::receipt_soon().to_owned(),
    }
}

fn party_title(view: &CaseView) -> &str {
    view.party.as_ref().map_or("", |p| p.title.as_str())
}

/// The link for the other party, while it has not confirmed.
pub(crate) fn waiting_party(view: &CaseView) -> AnyView {
    let waiting = matches!(view.next, NextStep::WaitForParty { .. });
    let Some(party) = view.party.as_ref().filter(|_| waiting) else { return ().into_any() };
    let PartyView { title, name, link, .. } = party;
    let (text, label, link) = (t::party_text(name), t::party_link(title), link.clone());
    view! {
        <Panel title=t::party_title(title) id="party">
            <p>{text}</p>
            <Field name="party-link" label=label hint=t::party_link_hint() value=link kind="url" readonly=true />
        </Panel>
    }
    .into_any()
}

fn actions(view: &CaseView) -> AnyView {
    let open = view.bill.as_ref().filter(|b| b.status == BillStatus::Open);
    let kind = if open.is_some() { ButtonKind::Secondary } else { ButtonKind::Primary };
    let pay = open.map(|bill| {
        view! { <LinkButton href=paths::bill(bill.id) symbol=Symbol::Pay>{t::receipt_to_bill()}</LinkButton> }
    });
    let pdf = view.documents.iter().find(|d| d.kind == "receipt").map(|document| {
        view! {
            <LinkButton href=paths::document(document.id) kind=ButtonKind::Secondary symbol=Symbol::Download>
                {t::receipt_pdf()}
            </LinkButton>
        }
    });
    let case = paths::case(view.case.id);
    view! {
        <ActionBar>
            {pay}
            <LinkButton href=case kind=kind>{t::receipt_to_case()}</LinkButton>
            {pdf}
        </ActionBar>
    }
    .into_any()
}
