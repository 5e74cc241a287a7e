//! 各部门: who does what, at which window, under whose responsibility, with which phone.

use crate::paths;
use crate::t::bodies as t;
use crate::t::lists;
use crate::ui::{
    Breadcrumb, Card, CardGrid, Cell, Column, DataTable, Link, PageHeading, Pagination, Panel, SummaryList, SummaryRow,
    Symbol,
};
use domain::catalogue::{Body, BodyNature, Matter, Region, Window};
use leptos::prelude::*;
use service::Catalogue;
use service::catalogue::PER_PAGE;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What one department does.
#[derive(Debug, Clone, Default)]
pub struct Doings {
    /// Its matters on this page.
    pub matters: Vec<Arc<Matter>>,
    /// How many it has in all.
    pub total: usize,
    /// From 1.
    pub page: usize,
    /// 一件事 of others, some parts of which are its own.
    pub joint: Vec<Arc<Matter>>,
}

/// Every department, with how many matters it has.
pub fn overview(catalogue: &Catalogue) -> AnyView {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for card in catalogue.cards() {
        *count.entry(card.body.as_str()).or_default() += 1;
    }
    let cards = catalogue
        .region
        .bodies
        .iter()
        .map(|body| {
            let meta = match count.get(body.id.as_str()) {
                Some(n) => t::count(n),
                None => t::joint_only().to_owned(),
            };
            let (title, href) = (body.name.clone(), paths::body(&body.id));
            view! { <Card title=title href=href meta=meta symbol=Symbol::Case heading_level=2u8 /> }
        })
        .collect_view();
    let links = vec![Link::new(lists::title(), paths::LISTS)];
    view! {
        <Breadcrumb links=links />
        <PageHeading title=t::title() lead=t::lead() />
        <CardGrid>{cards}</CardGrid>
    }
    .into_any()
}

/// One department.
pub fn body(body: &Body, region: &Region, doings: &Doings) -> AnyView {
    let links = vec![Link::new(lists::title(), paths::LISTS), Link::new(t::title(), paths::BODIES)];
    let (title, lead) = (body.name.clone(), nature(body.nature));
    let powers = region.lists.powers.iter().any(|power| power.body == body.id).then(|| {
        let href = format!("{}?body={}", paths::public_list("powers"), paths::encode(&body.id));
        view! { <p><a href=href>{t::powers()}</a></p> }
    });
    view! {
        <Breadcrumb links=links />
        <PageHeading title=title lead=lead />
        {officers(body, region)}
        {windows(region, &doings.matters)}
        {matters(body, region, doings)}
        {joint(body, &doings.joint)}
        {powers}
    }
    .into_any()
}

fn nature(nature: BodyNature) -> &'static str {
    match nature {
        BodyNature::Statutory => t::nature_statutory(),
        BodyNature::Empowered => t::nature_empowered(),
        BodyNature::Entrusted => t::nature_entrusted(),
        BodyNature::Other => t::nature_other(),
    }
}

/// By post; by name only where the department publishes it.
fn officers(body: &Body, region: &Region) -> AnyView {
    let rows: Vec<SummaryRow> = region
        .officers
        .iter()
        .filter(|officer| officer.body == body.id)
        .map(|officer| {
            let name = officer.name.clone().unwrap_or_else(|| t::officer_post_only().to_owned());
            SummaryRow::new(officer.post.clone(), name).note(t::officer_phone(&officer.phone))
        })
        .collect();
    let inner = if rows.is_empty() {
        view! { <p>{t::officers_none()}</p> }.into_any()
    } else {
        view! { <SummaryList rows=rows /> }.into_any()
    };
    view! { <Panel title=t::officers() id="officers">{inner}</Panel> }.into_any()
}

/// The windows at which these matters are taken.
fn windows(region: &Region, matters: &[Arc<Matter>]) -> AnyView {
    let used: BTreeSet<&str> = matters.iter().map(|m| m.window.as_str()).collect();
    let row = |window: &Window| {
        SummaryRow::new(window.name.clone(), window.address.clone()).note(t::window_note(&window.phone, &window.hours))
    };
    let rows: Vec<SummaryRow> = region.windows.iter().filter(|w| used.contains(w.id.as_str())).map(row).collect();
    let inner = if rows.is_empty() {
        view! { <p>{t::windows_none()}</p> }.into_any()
    } else {
        view! { <SummaryList rows=rows /> }.into_any()
    };
    view! { <Panel title=t::windows() id="windows">{inner}</Panel> }.into_any()
}

/// Each matter with its posts (办理人员、责任人) and phones.
fn matters(body: &Body, region: &Region, doings: &Doings) -> AnyView {
    if doings.matters.is_empty() {
        return view! { <Panel title=t::matters() id="matters"><p>{t::matters_none()}</p></Panel> }.into_any();
    }
    let columns =
        [t::col_matter(), t::col_handler(), t::col_responsible(), t::col_window(), t::col_phones()].map(Column::new);
    let row = |m: &Arc<Matter>| {
        let window = region.window(&m.window).map_or_else(String::new, |w| w.name.clone());
        vec![
            Cell::Link(m.title.clone(), paths::guide(&m.slug)),
            Cell::Text(m.handler.clone()),
            Cell::Text(m.responsible.clone()),
            Cell::Text(window),
            Cell::Text(t::phones(&m.consult_phone, &m.complaint_phone)),
        ]
    };
    let rows = doings.matters.iter().map(row).collect();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let pages = doings.total.div_ceil(PER_PAGE);
    let position = t::position(doings.page, pages);
    let (page, pages) = (number(doings.page), number(pages));
    let prefix = format!("{}?page=", paths::body(&body.id));
    let all = format!("{}?body={}", paths::MATTERS, paths::encode(&body.id));
    view! {
        <Panel title=t::matters() id="matters">
            <DataTable caption=t::matters() caption_hidden=true columns=columns.to_vec() rows=rows />
            <Pagination page=page pages=pages href_prefix=prefix position=position />
            <p class="ov-screen-only"><a href=all>{t::matters_more()}</a></p>
        </Panel>
    }
    .into_any()
}

/// Its parts of joint matters (一件事), of which another department is in charge.
fn joint(body: &Body, matters: &[Arc<Matter>]) -> Option<AnyView> {
    (!matters.is_empty()).then(|| {
        let item = |m: &Arc<Matter>| {
            let own = m.parts.iter().filter(|part| part.body == body.id);
            let parts: Vec<&str> = own.map(|part| part.title.as_str()).collect();
            let (href, title, value) = (paths::guide(&m.slug), m.title.clone(), t::joint_value(parts.join("、")));
            view! { <li><a href=href>{title}</a>"："{value}</li> }
        };
        let items = matters.iter().map(item).collect_view();
        view! { <Panel title=t::joint() id="joint"><ul class="ov-list">{items}</ul></Panel> }.into_any()
    })
}
