//! What has happened: notice, special procedures, the other party, the bill, documents, timeline.

use super::super::bills::bill_status;
use crate::paths;
use crate::t::desk as t;
use crate::track::pages::timeline;
use crate::ui::{Cell, Column, DataTable, Panel, SummaryList, SummaryRow};
use domain::case::SpecialRecord;
use domain::time::{Instant, format_date_zh};
use leptos::prelude::*;
use service::desk::DeskView;

pub(super) fn record(view: &DeskView) -> AnyView {
    let history = timeline(&view.view.timeline);
    view! {
        {notice(view)}
        {specials(&view.view.case.specials)}
        {party(view)}
        {bill(view)}
        {documents(view)}
        {delivery(view)}
        <Panel title=crate::t::track::timeline_title() id="timeline">{history}</Panel>
    }
    .into_any()
}

fn notice(view: &DeskView) -> Option<AnyView> {
    let notice = view.view.case.notice.as_ref()?;
    let items = notice.items.iter().map(|i| view! { <li>{format!("{}：{}", i.name, i.text)}</li> }).collect_view();
    let answered = notice.answered_at.map_or_else(|| t::notice_open().to_owned(), Instant::format_zh);
    let mut rows = vec![
        SummaryRow::new(t::notice_issued(), notice.issued_at.format_zh()),
        SummaryRow::new(t::notice_answered(), answered),
    ];
    if notice.returned > 0 {
        rows.push(SummaryRow::new(t::notice_returned(), notice.returned.to_string()).numeric());
    }
    Some(
        view! {
            <Panel title=t::notice_title() id="notice">
                <ol>{items}</ol>
                <SummaryList rows=rows label=t::notice_title() />
            </Panel>
        }
        .into_any(),
    )
}

fn specials(list: &[SpecialRecord]) -> Option<AnyView> {
    let blocks = list
        .iter()
        .map(|special| {
            let ended = special.ended_on.map_or_else(|| t::special_running().to_owned(), format_date_zh);
            let mut rows = vec![
                SummaryRow::new(t::special_started(), format_date_zh(special.started_on)),
                SummaryRow::new(t::special_due(), format_date_zh(special.due_on)),
                SummaryRow::new(t::special_ended(), ended),
            ];
            rows.extend(special.finding.clone().map(|finding| SummaryRow::new(t::special_finding(), finding)));
            let clock = if special.stops_clock { t::act_special_stops() } else { t::act_special_runs() };
            view! {
                <div class="ov-stack ov-stack--tight">
                    <h3>{special.name.clone()}</h3>
                    <p>{clock}</p>
                    <SummaryList rows=rows label=special.name.clone() />
                </div>
            }
        })
        .collect_view();
    (!list.is_empty()).then(|| view! { <Panel title=t::specials_title() id="specials">{blocks}</Panel> }.into_any())
}

fn party(view: &DeskView) -> Option<AnyView> {
    let party = view.view.party.as_ref()?;
    let state = match party.confirmed_at {
        Some(at) => t::party_confirmed(at.format_zh()),
        None => t::party_waiting().to_owned(),
    };
    let rows = vec![
        SummaryRow::new(t::party_role(), party.title.clone()),
        SummaryRow::new(t::party_name(), party.name.clone()),
        SummaryRow::new(t::party_state(), state),
    ];
    Some(
        view! {
            <Panel title=t::party_title() id="party">
                <SummaryList rows=rows label=t::party_title() />
            </Panel>
        }
        .into_any(),
    )
}

fn bill(view: &DeskView) -> Option<AnyView> {
    let bill = view.view.bill.as_ref()?;
    let mut status = SummaryRow::new(t::bill_status(), bill_status(bill.status).0);
    if bill.pending {
        status = status.note(t::bill_pending());
    }
    let mut rows = vec![
        SummaryRow::new(t::bill_number(), bill.number.clone()).numeric(),
        SummaryRow::new(t::bill_total(), bill.total.to_string()).numeric(),
        status,
        SummaryRow::new(t::bill_pay_by(), format_date_zh(bill.pay_by)),
    ];
    rows.extend(bill.paid_at.map(|at| SummaryRow::new(t::bill_paid_at(), at.format_zh())));
    Some(
        view! {
            <Panel title=t::bill_title() id="bill">
                <SummaryList rows=rows label=t::bill_title() />
            </Panel>
        }
        .into_any(),
    )
}

/// 结果邮寄: whither, and with which number it has gone.
fn delivery(view: &DeskView) -> Option<AnyView> {
    use crate::t::post as words;
    let Some(delivery) = view.delivery.as_ref() else {
        return view.by_post.then(|| {
            view! {
                <Panel title=words::desk_title() id="delivery">
                    <p>{words::desk_by_post()}</p>
                </Panel>
            }
            .into_any()
        });
    };
    let gone = match &delivery.posted {
        Some(posted) => format!("{} {}，{}", posted.carrier, posted.waybill, posted.at.format_zh()),
        None => words::desk_waiting().to_owned(),
    };
    let rows = vec![
        SummaryRow::new(words::desk_to(), delivery.name.clone()),
        SummaryRow::new(words::desk_phone(), delivery.phone.clone()).numeric(),
        SummaryRow::new(words::desk_address(), delivery.address.clone()),
        SummaryRow::new(words::desk_gone(), gone),
    ];
    Some(
        view! {
            <Panel title=words::desk_title() id="delivery">
                <SummaryList rows=rows label=words::desk_title() />
            </Panel>
        }
        .into_any(),
    )
}

fn documents(view: &DeskView) -> AnyView {
    let columns =
        vec![Column::new(t::documents_name()), Column::new(t::documents_number()), Column::new(t::documents_issued())];
    let rows = view
        .view
        .documents
        .iter()
        .map(|d| {
            let opens = format!("（{}）", t::file_open());
            let link = view! {
                <a href=paths::document(d.id) target="_blank" rel="noopener">
                    {d.title.clone()}
                    <span class="ov-vh">{opens}</span>
                </a>
            };
            vec![Cell::View(link.into_any()), Cell::Text(d.number.clone()), Cell::Text(d.issued_at.format_zh())]
        })
        .collect();
    view! {
        <Panel title=t::documents_title() id="documents">
            <DataTable
                caption=t::documents_title()
                caption_hidden=true
                columns=columns
                rows=rows
                empty=t::documents_none()
            />
        </Panel>
    }
    .into_any()
}
