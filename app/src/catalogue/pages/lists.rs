//! 公开清单: what may be done at all, which proofs and third parties may be asked for, and by which power.

pub use super::list_kind::ListKind;

use super::batches;
use crate::catalogue::words::limit_text;
use crate::paths;
use crate::t::bodies as by_body;
use crate::t::catalogue as words;
use crate::t::lists as t;
use crate::ui::{Breadcrumb, Card, CardGrid, Cell, Column, DataTable, Link, PageHeading, Symbol, Tag, TagList};
use domain::catalogue::{Basis, ItemKind, Level, ReformList};
use leptos::prelude::*;
use service::Catalogue;
use service::catalogue_lists::Use;
use std::collections::BTreeSet;

/// Matters named in one cell; the rest is counted.
const MOST_USES: usize = 5;

/// All lists, with how much is on each.
pub fn overview(catalogue: &Catalogue) -> AnyView {
    let [once, online] = [ListKind::Once, ListKind::Online].map(|kind| paths::public_list(kind.key()));
    let size = |list| t::count(batches::size(list, catalogue));
    let (once_size, online_size) = (size(ReformList::Once), size(ReformList::Online));
    let rules = ListKind::ALL
        .into_iter()
        .filter(|kind| kind.reform().is_none())
        .map(|kind| {
            let count = t::count(entries(kind, catalogue).len());
            let href = paths::public_list(kind.key());
            view! { <Card title=kind.title() href=href body=kind.lead() meta=count symbol=Symbol::File heading_level=3u8 /> }
        })
        .collect_view();
    view! {
        <PageHeading title=t::title() lead=t::lead() />
        <CardGrid title=t::group_done()>
            <Card
                title=ListKind::Once.title()
                href=once
                body=t::once_body()
                meta=once_size
                symbol=Symbol::Star
                heading_level=3u8
            />
            <Card
                title=ListKind::Online.title()
                href=online
                body=t::online_body()
                meta=online_size
                symbol=Symbol::Home
                heading_level=3u8
            />
            <Card
                title=words::figures_title()
                href=paths::FIGURES
                body=t::figures_body()
                symbol=Symbol::Case
                heading_level=3u8
            />
            <Card
                title=by_body::title()
                href=paths::BODIES
                body=by_body::lead()
                symbol=Symbol::Phone
                heading_level=3u8
            />
            <Card
                title=t::places_title()
                href=paths::PLACES
                body=t::places_body()
                symbol=Symbol::Person
                heading_level=3u8
            />
        </CardGrid>
        {batches::now()}
        <CardGrid title=t::group_rules()>{rules}</CardGrid>
    }
    .into_any()
}

/// One list as a table; `body` shows one department only, `batch` what was announced together.
pub fn list(kind: ListKind, catalogue: &Catalogue, body: Option<&str>, batch: Option<&str>) -> AnyView {
    if let Some(list) = kind.reform() {
        return batches::announced(kind, list, catalogue, body, batch);
    }
    let entries = entries(kind, catalogue);
    let used: BTreeSet<&str> = entries.iter().flat_map(|e| e.bodies.iter().map(String::as_str)).collect();
    let here = paths::public_list(kind.key());
    let mut tags = vec![Tag::link(t::all_bodies(), here.clone(), body.is_none())];
    for b in catalogue.region.bodies.iter().filter(|b| used.contains(b.id.as_str())) {
        let href = format!("{here}?body={}", paths::encode(&b.id));
        tags.push(Tag::link(b.short.clone(), href, body == Some(b.id.as_str())));
    }
    let shown = entries.into_iter().filter(|e| body.is_none_or(|wanted| e.bodies.contains(wanted)));
    let rows: Vec<Vec<Cell>> = shown.map(|e| e.cells).collect();
    let links = vec![Link::new(t::title(), paths::LISTS)];
    let columns = columns(kind);
    view! {
        <Breadcrumb links=links />
        <PageHeading title=kind.title() lead=kind.lead() />
        <TagList tags=tags label=t::filter() />
        <DataTable caption=kind.title() caption_hidden=true columns=columns rows=rows empty=t::empty() />
    }
    .into_any()
}

/// A row, and the departments that it concerns.
struct Entry {
    bodies: BTreeSet<String>,
    cells: Vec<Cell>,
}

fn columns(kind: ListKind) -> Vec<Column> {
    let labels = match kind {
        // Shown by batches.
        ListKind::Once | ListKind::Online => Vec::new(),
        ListKind::Proofs => vec![t::col_name(), t::col_issuer(), t::col_purpose(), t::col_basis(), t::col_uses()],
        ListKind::Intermediaries => vec![
            t::col_name(),
            t::col_conditions(),
            t::col_flow(),
            t::col_limit(),
            t::col_fee(),
            t::col_basis(),
            t::col_uses(),
        ],
        ListKind::Powers => {
            vec![t::col_name(), t::col_code(), t::col_kind(), t::col_body(), t::col_basis(), t::col_uses()]
        }
        ListKind::Basic => {
            vec![t::col_name(), t::col_code(), t::col_kind(), t::col_levels(), t::col_basis(), t::col_implementations()]
        }
        ListKind::Special => {
            vec![t::col_procedure(), t::col_matter(), t::col_limit(), t::col_clock(), t::col_basis(), t::col_body()]
        }
    };
    labels.into_iter().map(Column::new).collect()
}

fn entries(kind: ListKind, catalogue: &Catalogue) -> Vec<Entry> {
    match kind {
        ListKind::Once | ListKind::Online => Vec::new(),
        ListKind::Proofs => proofs(catalogue),
        ListKind::Intermediaries => intermediaries(catalogue),
        ListKind::Powers => powers(catalogue),
        ListKind::Basic => basic(catalogue),
        ListKind::Special => special(catalogue),
    }
}

fn proofs(catalogue: &Catalogue) -> Vec<Entry> {
    let uses = catalogue.uses_by(|m| m.proofs.clone());
    let entry = |item: &domain::catalogue::ProofItem| {
        let used = uses.get(&item.id).map(Vec::as_slice).unwrap_or_default();
        let cells = vec![
            named(&item.id, &item.name),
            Cell::Text(item.issuer.clone()),
            Cell::Text(item.purpose.clone()),
            Cell::Text(item.basis.clone()),
            matters(used),
        ];
        Entry { bodies: bodies(used), cells }
    };
    catalogue.region.lists.proofs.iter().map(entry).collect()
}

fn intermediaries(catalogue: &Catalogue) -> Vec<Entry> {
    let uses = catalogue.uses_by(|m| m.intermediary.clone());
    let entry = |item: &domain::catalogue::IntermediaryItem| {
        let used = uses.get(&item.name).map(Vec::as_slice).unwrap_or_default();
        let cells = vec![
            named(&item.id, &item.name),
            Cell::Text(item.conditions.clone()),
            Cell::Text(item.flow.clone()),
            Cell::Text(item.limit.clone()),
            Cell::Text(item.fee.clone()),
            Cell::Text(item.basis.clone()),
            matters(used),
        ];
        Entry { bodies: bodies(used), cells }
    };
    catalogue.region.lists.intermediaries.iter().map(entry).collect()
}

fn powers(catalogue: &Catalogue) -> Vec<Entry> {
    let uses = catalogue.uses_by(|m| m.power.iter().cloned().collect());
    let entry = |item: &domain::catalogue::PowerItem| {
        let used = uses.get(&item.id).map(Vec::as_slice).unwrap_or_default();
        let cells = vec![
            named(&item.id, &item.title),
            Cell::Text(item.id.clone()),
            Cell::from(kind_text(item.kind)),
            Cell::Text(body_name(catalogue, &item.body)),
            Cell::Text(item.basis.clone()),
            matters(used),
        ];
        Entry { bodies: BTreeSet::from([item.body.clone()]), cells }
    };
    catalogue.region.lists.powers.iter().map(entry).collect()
}

fn basic(catalogue: &Catalogue) -> Vec<Entry> {
    let uses = catalogue.uses_by(|m| vec![m.basic_code.clone()]);
    let entry = |item: &domain::catalogue::BasicEntry| {
        let used = uses.get(&item.code).map(Vec::as_slice).unwrap_or_default();
        let levels: Vec<&str> = item.levels.iter().map(|level| level_text(*level)).collect();
        let basis: Vec<String> = item.basis.iter().map(basis_text).collect();
        let here = if used.is_empty() { Cell::from(t::not_here()) } else { matters(used) };
        let cells = vec![
            named(&item.code, &item.title),
            Cell::Text(item.code.clone()),
            Cell::from(kind_text(item.kind)),
            Cell::Text(levels.join("、")),
            Cell::Text(basis.join("；")),
            here,
        ];
        Entry { bodies: bodies(used), cells }
    };
    catalogue.region.lists.basic.iter().map(entry).collect()
}

fn special(catalogue: &Catalogue) -> Vec<Entry> {
    let mut all = catalogue.special_entries();
    all.sort_by(|a, b| a.procedure.name.cmp(&b.procedure.name));
    all.iter()
        .map(|entry| {
            let (of, procedure) = (&entry.of, &entry.procedure);
            let clock = if procedure.suspends_clock { t::clock_stops() } else { t::clock_inside() };
            let cells = vec![
                Cell::Text(procedure.name.clone()),
                Cell::Link(of.title.clone(), paths::guide(&of.slug)),
                Cell::Text(limit_text(&procedure.limit)),
                Cell::from(clock),
                Cell::Text(procedure.basis.clone()),
                Cell::Text(body_name(catalogue, &of.body)),
            ];
            Entry { bodies: BTreeSet::from([of.body.clone()]), cells }
        })
        .collect()
}

/// The first cell: what other pages link to.
fn named(id: &str, text: &str) -> Cell {
    let (id, text) = (format!("entry-{id}"), text.to_owned());
    Cell::View(view! { <span id=id>{text}</span> }.into_any())
}

fn matters(used: &[Use]) -> Cell {
    if used.is_empty() {
        return Cell::from(t::none());
    }
    let items = used
        .iter()
        .take(MOST_USES)
        .map(|one| {
            let (href, title) = (paths::guide(&one.slug), one.title.clone());
            view! { <li><a href=href>{title}</a></li> }
        })
        .collect_view();
    let more = (used.len() > MOST_USES).then(|| view! { <li>{t::more_uses(used.len())}</li> });
    Cell::View(view! { <ul class="ov-list">{items} {more}</ul> }.into_any())
}

fn bodies(used: &[Use]) -> BTreeSet<String> {
    used.iter().map(|one| one.body.clone()).collect()
}

pub(super) fn body_name(catalogue: &Catalogue, id: &str) -> String {
    catalogue.region.body(id).map_or_else(|| id.to_owned(), |body| body.name.clone())
}

fn basis_text(basis: &Basis) -> String {
    format!("《{}》{}", basis.title, basis.article)
}

fn kind_text(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Licence => t::kind_licence(),
        ItemKind::Levy => t::kind_levy(),
        ItemKind::Benefit => t::kind_benefit(),
        ItemKind::Confirmation => t::kind_confirmation(),
        ItemKind::Award => t::kind_award(),
        ItemKind::Adjudication => t::kind_adjudication(),
        ItemKind::Other => t::kind_other(),
        ItemKind::PublicService => t::kind_public_service(),
    }
}

fn level_text(level: Level) -> &'static str {
    match level {
        Level::Nation => t::level_nation(),
        Level::Province => t::level_province(),
        Level::City => t::level_city(),
        Level::County => t::level_county(),
        Level::Township => t::level_township(),
        Level::Village => t::level_village(),
    }
}
