//! 撤销: the offer for ten minutes after the submission, the page that says what it means, and what
//! remains.

use crate::paths;
use crate::t::undo as t;
use crate::ui::{ActionBar, Button, ButtonKind, LinkButton, Notification, PageHeading, Panel, Tone};
use domain::case::{BillState, CaseState};
use domain::ids::DraftId;
use domain::time::Instant;
use leptos::prelude::*;
use service::cases::CaseView;

/// The offer, with the time until which it stands; nothing once it is over.
pub(crate) fn offer(view: &CaseView) -> AnyView {
    let Some(until) = view.undo_until else { return ().into_any() };
    let href = paths::undo(view.case.id);
    view! {
        <Panel title=t::box_title(until.hour_minute()) id="undo">
            <p>{t::box_text()}</p>
            <p><LinkButton href=href kind=ButtonKind::Secondary>{t::box_button()}</LinkButton></p>
        </Panel>
    }
    .into_any()
}

/// What undoing means here, and the button that does it.
pub fn undo(view: &CaseView, until: Instant) -> AnyView {
    let decided = matches!(view.case.state, CaseState::Decided(_));
    let documents = view.documents.iter().any(|d| d.kind != "receipt");
    let mut lines = vec![t::what_case().to_owned()];
    lines.extend(documents.then(|| t::what_documents().to_owned()));
    lines.extend(decided.then(|| t::what_result().to_owned()));
    lines.push(t::what_draft().to_owned());
    lines.extend(money(view));
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let (action, case) = (paths::undo(view.case.id), paths::case(view.case.id));
    view! {
        <PageHeading caption=view.matter.title.clone() title=t::title() lead=t::lead() />
        <Panel title=t::what_title()>
            <ul>{lines}</ul>
            <p>{t::until(until.hour_minute())}</p>
        </Panel>
        <form class="ov-stack" method="post" action=action>
            <ActionBar>
                <Button kind=ButtonKind::Danger>{t::confirm()}</Button>
                <LinkButton href=case kind=ButtonKind::Secondary>{t::keep()}</LinkButton>
            </ActionBar>
        </form>
    }
    .into_any()
}

/// What becomes of the bill; the refund is made by people, and that is said.
fn money(view: &CaseView) -> Option<String> {
    let bill = view.bill.as_ref()?;
    match view.case.bill {
        BillState::Paid => Some(t::what_paid(bill.total)),
        BillState::Due => Some(t::what_unpaid().to_owned()),
        BillState::None | BillState::RefundDue => None,
    }
}

/// What is said of an undone case, with the way to its content.
pub(super) fn undone(view: &CaseView, draft: DraftId) -> AnyView {
    let bill = view.bill.as_ref().filter(|_| view.case.bill == BillState::RefundDue);
    let refund = bill.map(|bill| view! { <p>{t::undone_refund(bill.total)}</p> });
    let href = paths::draft(draft);
    view! {
        <Notification tone=Tone::Info title=t::undone_title() heading_level=2>
            <p>{t::undone_text()}</p>
            {refund}
            <p><LinkButton href=href kind=ButtonKind::Secondary>{t::to_draft()}</LinkButton></p>
        </Notification>
    }
    .into_any()
}
