//! 两张清单: what was announced, batch by batch, with the pledge of each, and whether it holds today.

use super::list_kind::ListKind;
use super::lists::body_name;
use crate::catalogue::words::visits_text;
use crate::paths;
use crate::t::batches as t;
use crate::t::catalogue as words;
use crate::t::lists;
use crate::ui::{Breadcrumb, Cell, Column, DataTable, Link, PageHeading, Panel, Tag, TagList, Tone};
use domain::catalogue::{Batch, ReformList, Region};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::Catalogue;
use service::catalogue_lists::Announced;
use std::collections::BTreeSet;

/// The list; `body` and `batch` hold together, and a batch that does not exist counts as none.
pub(super) fn announced(
    kind: ListKind,
    list: ReformList,
    catalogue: &Catalogue,
    body: Option<&str>,
    batch: Option<&str>,
) -> AnyView {
    let region = &catalogue.region;
    let all = catalogue.announced(list);
    let chosen = batch.and_then(|id| region.lists.batches_of(list).find(|one| one.id == id));
    let filters = filters(kind, list, region, &all, body, chosen);
    let shown: Vec<&Announced<'_>> = all
        .iter()
        .filter(|one| body.is_none_or(|wanted| one.card.body == wanted))
        .filter(|one| chosen.is_none_or(|wanted| one.batch.id == wanted.id))
        .collect();
    let achieved = shown.iter().filter(|one| one.achieved).count();
    let count = t::count(shown.len(), achieved, shown.len() - achieved);
    let rows: Vec<Vec<Cell>> = shown.iter().map(|one| row(catalogue, one)).collect();
    let columns = [
        lists::col_matter(),
        lists::col_body(),
        t::col_batch(),
        t::col_announced(),
        t::col_state(),
        words::visits_label(),
    ];
    let columns: Vec<Column> = columns.into_iter().map(Column::new).collect();
    let links = vec![Link::new(lists::title(), paths::LISTS)];
    view! {
        <Breadcrumb links=links />
        <PageHeading title=kind.title() lead=kind.lead() />
        {filters}
        {pledge(region, chosen)}
        <p>{count}</p>
        <p class="ov-hint">{t::count_note()}</p>
        <DataTable caption=kind.title() caption_hidden=true columns=columns rows=rows empty=t::empty() />
        {now()}
    }
    .into_any()
}

/// What holds of the matters as they are offered, announced or not.
pub(super) fn now() -> AnyView {
    let (once, online) = (format!("{}?once=1", paths::MATTERS), format!("{}?online=1", paths::MATTERS));
    let tags = vec![Tag::link(t::matters_once(), once, false), Tag::link(t::matters_online(), online, false)];
    view! { <div class="ov-screen-only"><TagList tags=tags label=t::now_label() /></div> }.into_any()
}

/// How many matters are on the list, for the overview.
pub(super) fn size(list: ReformList, catalogue: &Catalogue) -> usize {
    catalogue.announced(list).len()
}

/// Departments that are on the list, and its batches; each keeps what the other has chosen.
fn filters(
    kind: ListKind,
    list: ReformList,
    region: &Region,
    all: &[Announced<'_>],
    body: Option<&str>,
    chosen: Option<&Batch>,
) -> AnyView {
    let used: BTreeSet<&str> = all.iter().map(|one| one.card.body.as_str()).collect();
    let batch = chosen.map(|one| one.id.as_str());
    let mut bodies = vec![Tag::link(lists::all_bodies(), address(kind, None, batch), body.is_none())];
    for b in region.bodies.iter().filter(|b| used.contains(b.id.as_str())) {
        let id = b.id.as_str();
        bodies.push(Tag::link(b.short.clone(), address(kind, Some(id), batch), body == Some(id)));
    }
    let mut batches = vec![Tag::link(t::all_batches(), address(kind, body, None), batch.is_none())];
    for one in region.lists.batches_of(list) {
        let id = one.id.as_str();
        batches.push(Tag::link(one.title.clone(), address(kind, body, Some(id)), batch == Some(id)));
    }
    view! {
        <div class="ov-stack ov-screen-only">
            <TagList tags=batches label=t::filter_batch() />
            <TagList tags=bodies label=lists::filter() />
        </div>
    }
    .into_any()
}

/// 公开承诺书 of the batch that is shown; prints with its matters.
fn pledge(region: &Region, chosen: Option<&Batch>) -> AnyView {
    let Some(batch) = chosen else {
        return view! { <p class="ov-hint ov-screen-only">{t::pledge_choose()}</p> }.into_any();
    };
    let Some(text) = &batch.pledge else { return ().into_any() };
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.trim().to_owned()}</p> })
        .collect_view();
    let signed = t::pledge_signed(&region.name, format_date_zh(batch.announced));
    view! {
        <Panel title=t::pledge(&batch.title) id="pledge">
            {lines}
            <p>{signed}</p>
            <p class="ov-hint ov-screen-only">{t::pledge_print()}</p>
        </Panel>
    }
    .into_any()
}

fn row(catalogue: &Catalogue, one: &Announced<'_>) -> Vec<Cell> {
    let card = &one.card;
    let (text, tone) = if one.achieved { (t::achieved(), Tone::Success) } else { (t::after_reform(), Tone::Warning) };
    vec![
        Cell::Link(card.title.clone(), paths::guide(&card.slug)),
        Cell::Text(body_name(catalogue, &card.body)),
        Cell::Text(one.batch.title.clone()),
        Cell::Text(format_date_zh(one.batch.announced)),
        Cell::Badge(text.to_owned(), tone),
        Cell::Text(visits_text(&card.visits)),
    ]
}

/// The list's address with these filters.
fn address(kind: ListKind, body: Option<&str>, batch: Option<&str>) -> String {
    let here = paths::public_list(kind.key());
    let parts: Vec<String> = [("body", body), ("batch", batch)]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", paths::encode(value?))))
        .collect();
    if parts.is_empty() { here } else { format!("{here}?{}", parts.join("&")) }
}
