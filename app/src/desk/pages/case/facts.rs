//! Head of the case: who, since when, where it stands, how it ended.

use super::super::queue::received_text;
use crate::t::{desk as t, promises};
use crate::ui::{Notification, Panel, SummaryList, SummaryRow, Tone};
use domain::case::{CaseState, ClosedHow, Outcome};
use domain::catalogue::Processing;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::cases::NextStep;
use service::desk::DeskView;

pub(super) fn facts(view: &DeskView) -> AnyView {
    let shown = &view.view;
    let name = shown.answers.get(&shown.matter.applicant.name).cloned().unwrap_or_default();
    let processing = match shown.matter.processing {
        _ if shown.case.on_the_spot() => t::processing_immediate(),
        Processing::Immediate => t::processing_immediate(),
        Processing::Promised => t::processing_promised(),
    };
    let mut rows = vec![
        SummaryRow::new(t::fact_number(), shown.case.number.clone()).numeric(),
        SummaryRow::new(t::fact_applicant(), name),
        SummaryRow::new(t::fact_phone(), shown.masked_phone.clone()).numeric(),
        SummaryRow::new(t::fact_submitted(), shown.case.submitted_at.format_zh()),
    ];
    let received = view.received.as_ref().map(received_text);
    rows.extend(received.map(|text| SummaryRow::new(crate::t::counter::fact_received(), text)));
    let first = view.first_clerk.clone();
    rows.extend(first.map(|name| SummaryRow::new(crate::t::counter::fact_first_clerk(), name)));
    rows.extend(shown.case.accepted_on.map(|on| SummaryRow::new(t::fact_accepted(), format_date_zh(on))));
    rows.push(SummaryRow::new(t::fact_immediate(), processing));
    rows.push(SummaryRow::new(t::fact_next(), next_for_staff(&shown.next)));
    view! {
        <Panel title=t::case_facts() id="facts">
            <SummaryList rows=rows label=t::case_facts() />
        </Panel>
    }
    .into_any()
}

/// The same step, said to staff: the applicant's own sentences would address the wrong person.
fn next_for_staff(next: &NextStep) -> String {
    match next {
        NextStep::WaitForParty { .. } => t::next_party().to_owned(),
        NextStep::Correct { until } => t::next_applicant(t::next_correct(format_date_zh(*until))),
        NextStep::Pay { amount, until } => t::next_applicant(t::next_pay(amount, format_date_zh(*until))),
        NextStep::Supply { until } => t::next_applicant(promises::desk_next_supply(format_date_zh(*until))),
        NextStep::Wait { who } => t::next_office(who),
        NextStep::Collect => t::next_collect().to_owned(),
        NextStep::Nothing => t::next_nothing().to_owned(),
    }
}

/// How the case was decided or closed, with the reasons.
pub(super) fn outcome(view: &DeskView) -> AnyView {
    let (tone, title, reasons) = match &view.view.case.state {
        CaseState::Decided(decided) => match &decided.outcome {
            Outcome::Granted => (Tone::Success, t::outcome_granted(), Vec::new()),
            Outcome::Refused { reasons } => (Tone::Warning, t::outcome_refused(), reasons.clone()),
        },
        CaseState::Closed(closed) => match &closed.how {
            ClosedHow::AcceptanceRefused { reasons } => {
                (Tone::Warning, t::outcome_acceptance_refused(), reasons.clone())
            }
            ClosedHow::Withdrawn => (Tone::Info, t::outcome_withdrawn(), Vec::new()),
            ClosedHow::Undone { .. } => (Tone::Info, crate::t::undo::desk_outcome(), Vec::new()),
            ClosedHow::NotSupplied { materials } => {
                (Tone::Warning, promises::outcome_not_supplied(), materials.clone())
            }
        },
        _ => return ().into_any(),
    };
    let reasons = (!reasons.is_empty()).then(|| {
        let items = reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
        view! {
            <p>{t::outcome_reasons()}</p>
            <ol>{items}</ol>
        }
    });
    view! { <Notification tone=tone title=title>{reasons}</Notification> }.into_any()
}
