//! What stands in a slot in place of a file: verified data, not a scan.

use crate::apply::pages::licences::until;
use crate::apply::pages::other_ways::sentence;
use crate::links;
use crate::t::licences as t;
use crate::ui::{Notification, SummaryList, SummaryRow, Tone};
use domain::materials::{EarlierFill, Fill, LicenceFill, NumberFill};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::desk::DeskView;
use service::fills::FillView;

fn of<'a>(view: &'a DeskView, material: &str) -> Option<&'a FillView> {
    view.view.fills.iter().find(|f| f.material == material)
}

/// Whether nothing is missing though no file was handed in.
pub(super) fn is_filled(view: &DeskView, material: &str) -> bool {
    of(view, material).is_some()
}

/// What fills the slot of this material.
pub(super) fn fill(view: &DeskView, material: &str) -> Option<AnyView> {
    let fill = of(view, material)?;
    Some(match &fill.fill {
        Fill::Licence(data) => licence(data),
        Fill::Number(data) => number(data),
        Fill::Earlier(data) => earlier(view, data),
        Fill::Deferred(_) | Fill::Promise(_) => {
            let text = sentence(&fill.fill);
            view! { <p>{text}</p> }.into_any()
        }
    })
}

/// The data as the store gave them, with source and time.
fn licence(data: &LicenceFill) -> AnyView {
    let mut rows = vec![
        SummaryRow::new(t::number_row(), data.number.clone()).numeric(),
        SummaryRow::new(t::holder(), data.holder_name.clone()),
    ];
    rows.extend(data.rows().map(|(label, value)| SummaryRow::new(label, value)));
    rows.push(SummaryRow::new(t::issuer(), data.issuer.clone()));
    rows.extend(data.issued_on.map(|on| SummaryRow::new(t::issued_on(), format_date_zh(on))));
    rows.push(SummaryRow::new(t::valid_until(), until(data.valid_until)));
    rows.push(SummaryRow::new(t::id_row(), data.licence_id.as_str()).numeric());
    rows.push(SummaryRow::new(t::source(), t::source_store()));
    rows.push(SummaryRow::new(t::checked_at(), data.checked_at.format_zh()));
    rows.push(SummaryRow::new(t::reference(), data.reference.clone()).numeric());
    let label = t::case_licence(&data.title);
    view! {
        <Notification tone=Tone::Success title=label.clone()><p>{t::desk_licence()}</p></Notification>
        <SummaryList rows=rows label=label />
    }
    .into_any()
}

fn number(data: &NumberFill) -> AnyView {
    let rows = vec![
        SummaryRow::new(t::number_row(), data.number.clone()).numeric(),
        SummaryRow::new(t::holder(), data.holder_name.clone()),
        SummaryRow::new(t::valid_until(), until(data.valid_until)),
        SummaryRow::new(t::source(), t::source_store()),
        SummaryRow::new(t::checked_at(), data.checked_at.format_zh()),
        SummaryRow::new(t::reference(), data.reference.clone()).numeric(),
    ];
    let label = t::case_licence(&data.title);
    view! {
        <Notification tone=Tone::Success title=label.clone()><p>{t::desk_number()}</p></Notification>
        <SummaryList rows=rows label=label />
    }
    .into_any()
}

/// Links to the files of the other case; opening one is on record with this one.
fn earlier(view: &DeskView, data: &EarlierFill) -> AnyView {
    let text = t::desk_earlier(format_date_zh(data.accepted_on), &data.case_number, &data.material);
    let case = view.view.case.id;
    let links = data
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            view! {
                <li>
                    <a href=links::file_through(case, *file) target="_blank" rel="noopener">{t::desk_file(index + 1)}</a>
                </li>
            }
        })
        .collect_view();
    view! { <p>{text}</p> <ul>{links}</ul> }.into_any()
}
