//! 办事指南: the facts on the first screen of a phone, then everything else; prints on two pages.

use super::places::accepts_text;
use crate::catalogue::words::{audience_text, limit_text, necessity_text, visits_text};
use crate::paths;
use crate::t::bodies;
use crate::t::catalogue as t;
use crate::t::{lists, promises};
use crate::ui::{
    ActionBar, Badge, Breadcrumb, Button, Columns, Details, Link, PageHeading, Panel, SummaryList, SummaryRow, Tone,
};
use domain::catalogue::{Body, Card, Material, Matter, Necessity, Region, Window};
use leptos::prelude::*;
use std::sync::Arc;

/// Places near home on a guide; the page of places has them all.
const MOST_PLACES: usize = 5;
/// Places that are printed.
const MOST_PRINTED: usize = 2;

/// The guide of one matter; `others` implement the same basic entry (基本目录) elsewhere.
pub fn guide(matter: &Matter, region: &Region, url: &str, others: &[Arc<Card>]) -> AnyView {
    let links = vec![Link::new(t::list_title(), paths::MATTERS)];
    let action = paths::start(&matter.slug);
    let begin = view! {
        <form method="post" action=action>
            <ActionBar>
                // The width decides, not the program: one of the two is shown.
                <span class="ov-narrow-only"><Button>{t::start()}</Button></span>
                <span class="ov-wide-only"><Button name="whole" value="1">{t::start()}</Button></span>
            </ActionBar>
        </form>
    }
    .into_any();
    let (title, summary) = (matter.title.clone(), matter.summary.clone());
    let content = content(matter, region, url, others, begin);
    view! {
        <Breadcrumb links=links />
        <PageHeading title=title lead=summary />
        {content}
    }
    .into_any()
}

/// The guide inside of another page, which has the heading: nothing can be begun from it.
pub fn previewed(matter: &Matter, region: &Region, url: &str) -> AnyView {
    let begin = view! {
        <p class="ov-hint" id="no-begin">{bodies::preview_no_begin()}</p>
        <div>
            <Button disabled=true described_by="no-begin">{t::start()}</Button>
        </div>
    }
    .into_any();
    let summary = matter.summary.clone();
    let content = content(matter, region, url, &[], begin);
    view! {
        <p>{summary}</p>
        {content}
    }
    .into_any()
}

fn content(matter: &Matter, region: &Region, url: &str, others: &[Arc<Card>], begin: AnyView) -> AnyView {
    let data = super::structured::service(matter, region, url);
    let (body, window) = (region.body(&matter.body), region.window(&matter.window));
    let rows = facts(matter, body);
    let aside = view! {
        <Panel title=t::facts()>
            <SummaryList rows=rows />
            {begin}
        </Panel>
    }
    .into_any();
    let parts = view! {
        {elsewhere(others, region)}
        {parts(matter, region)}
        {materials(matter)}
        {intermediary(matter)}
        {texts(t::requirements(), &matter.requirements)}
        {steps(matter)}
        {special(matter)}
        {fees(matter)}
        {place(matter, body, window)}
        {nearby(matter, region)}
        {texts(t::notes(), &matter.notes)}
        {basis(matter, region)}
    }
    .into_any();
    view! {
        <Columns aside=move || aside>
            {parts}
            <p class="ov-hint">{t::print_hint()}</p>
            <script type="application/ld+json" inner_html=data></script>
        </Columns>
    }
    .into_any()
}

fn row(label: &str, value: impl Into<String>) -> SummaryRow {
    SummaryRow::new(label, value.into())
}

fn facts(m: &Matter, body: Option<&Body>) -> Vec<SummaryRow> {
    let cost = if m.is_free() { t::cost_free() } else { t::cost_some() };
    vec![
        row(t::what(), m.result.name.clone()),
        row(t::who_for(), audience_text(&m.audience)),
        row(t::how_long(), t::promised(limit_text(&m.promised), limit_text(&m.statutory))),
        row(t::cost(), cost),
        row(t::visits_label(), visits_text(&m.visits)),
        row(t::bring(), t::bring_text(m.materials.len())),
        row(t::body(), body.map_or(String::new(), |b| b.name.clone())),
        row(t::code(), m.code.clone()),
    ]
}

fn texts(title: &'static str, list: &[String]) -> Option<AnyView> {
    (!list.is_empty()).then(|| {
        let items = list.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view();
        view! { <Panel title=title><ul>{items}</ul></Panel> }.into_any()
    })
}

fn materials(m: &Matter) -> AnyView {
    let list = m.materials.iter().map(|material| material_card(m, material)).collect_view();
    view! { <Panel title=t::materials() id="materials">{list}</Panel> }.into_any()
}

fn material_card(m: &Matter, material: &Material) -> AnyView {
    let tone = if material.necessity == Necessity::Necessary { Tone::Info } else { Tone::Neutral };
    let when = material.when.as_ref().map(|rule| view! { <p class="ov-hint">{t::when(rule.sentence(m))}</p> });
    let issuer = material.issuer.as_ref().map(|i| view! { <p class="ov-hint">{t::issuer(i)}</p> });
    let criteria = material.criteria.iter().map(|c| view! { <li>{c.text.clone()}</li> }).collect_view();
    let file = |href: &Option<String>, label: &'static str| {
        href.clone().map(|href| view! { <p><a href=href>{label}"："{material.name.clone()}</a></p> })
    };
    let proof = material.proof.as_ref().map(|id| {
        let href = paths::list_entry("proofs", id);
        view! { <p class="ov-screen-only"><a href=href>{lists::proof(&material.name)}</a></p> }
    });
    let hint = material.hint.clone().map(|hint| view! { <p>{hint}</p> });
    let later = material.deferral.as_ref().map(|rule| view! { <p>{promises::guide_later(rule.span_zh())}</p> });
    let promise = material.promise.as_ref().map(|terms| view! { <p>{promises::guide_promise(&terms.title)}</p> });
    view! {
        <section class="ov-stack ov-stack--tight">
            <h3>{material.name.clone()}" "<Badge text=necessity_text(material.necessity) tone=tone /></h3>
            {when} {issuer} {hint} {later} {promise} {proof}
            <Details summary=t::criteria()><ul>{criteria}</ul></Details>
            {file(&material.sample, t::sample())}
            {file(&material.blank, t::blank())}
            {file(&material.filled, t::filled())}
        </section>
    }
    .into_any()
}

fn steps(m: &Matter) -> AnyView {
    let items = m
        .steps
        .iter()
        .map(|s| view! { <li><strong>{s.name.clone()}</strong>"："{s.text.clone()}"（"{s.who.clone()}"）"</li> })
        .collect_view();
    view! { <Panel title=t::steps()><ol>{items}</ol></Panel> }.into_any()
}

fn special(m: &Matter) -> Option<AnyView> {
    (!m.special.is_empty()).then(|| {
        let items = m
            .special
            .iter()
            .map(|s| {
                let counted = if s.suspends_clock { t::special_stops() } else { t::special_inside() };
                let value = format!("{}，{counted}。{}", t::special_limit(limit_text(&s.limit)), s.note);
                row(&s.name, value).note(s.basis.clone())
            })
            .collect::<Vec<_>>();
        view! { <Panel title=t::special()><SummaryList rows=items /></Panel> }.into_any()
    })
}

fn fees(m: &Matter) -> Option<AnyView> {
    m.fee.as_ref().map(|plan| {
        let mut rows: Vec<SummaryRow> = plan
            .items
            .iter()
            .map(|item| {
                let when = item.when.as_ref().map_or(String::new(), |r| format!("（{}）", r.sentence(m)));
                let value = format!("{}{when}", t::fee_amount(domain::money::Fen(item.amount_fen), &item.unit));
                row(&item.name, value).note(item.basis.clone())
            })
            .collect();
        rows.push(row(t::fee_payer(), plan.payer.clone()));
        rows.push(row(t::fee_unpaid(), plan.unpaid.clone()));
        rows.push(row(t::fee_refund(), plan.refund.clone()));
        view! { <Panel title=t::fees()><SummaryList rows=rows /></Panel> }.into_any()
    })
}

/// Where else the same can be done: each implementation (实施清单) is a matter of its own. Not on paper,
/// where nobody can follow it and the place is short.
fn elsewhere(others: &[Arc<Card>], region: &Region) -> Option<AnyView> {
    (!others.is_empty()).then(|| {
        let items = others
            .iter()
            .map(|other| {
                let body = region.body(&other.body).map_or("", |b| b.name.as_str());
                let (href, text) = (paths::guide(&other.slug), bodies::elsewhere(body, &other.title));
                view! { <li><a href=href>{text}</a></li> }
            })
            .collect_view();
        view! {
            <div class="ov-screen-only">
                <Panel title=bodies::elsewhere_title() id="elsewhere">
                    <p>{bodies::elsewhere_text()}</p>
                    <ul class="ov-list">{items}</ul>
                </Panel>
            </div>
        }
        .into_any()
    })
}

fn place(m: &Matter, body: Option<&Body>, window: Option<&Window>) -> AnyView {
    let mut rows = Vec::new();
    if let Some(w) = window {
        rows.push(row(t::window(), w.name.clone()));
        rows.push(row(t::address(), w.address.clone()));
        rows.push(row(t::hours(), w.hours.clone()));
        rows.push(row(t::directions(), w.directions.clone()));
    }
    rows.push(row(t::handler(), m.handler.clone()));
    // Of several departments the one in charge answers for all (主办单位).
    let responsible = if m.parts.is_empty() { t::responsible() } else { bodies::lead_responsible() };
    rows.push(row(responsible, m.responsible.clone()));
    rows.push(row(t::consult(), m.consult_phone.clone()));
    rows.push(row(t::complain(), m.complaint_phone.clone()));
    rows.push(row(t::result(), format!("{}。{}", m.result.name, m.result.delivery)));
    let sample = m
        .result
        .sample
        .clone()
        .map(|href| view! { <p><a href=href>{t::result_sample()}"："{m.result.name.clone()}</a></p> });
    let more = body.map(|body| {
        let (href, text) = (paths::body(&body.id), bodies::of(&body.name));
        view! { <p class="ov-screen-only"><a href=href>{text}</a></p> }
    });
    view! { <Panel title=t::window()><SummaryList rows=rows />{sample} {more}</Panel> }.into_any()
}

/// What each department does with its share of the one form and the one list.
fn parts(m: &Matter, region: &Region) -> Option<AnyView> {
    (!m.parts.is_empty()).then(|| {
        let rows = m
            .parts
            .iter()
            .map(|p| {
                let body = region.body(&p.body).map_or("", |b| b.short.as_str());
                let when = p.when.as_ref().map_or(String::new(), |rule| t::part_when(rule.sentence(m)));
                let value = t::part_value(body, limit_text(&p.promised), &p.result, &p.if_fails);
                row(&p.title, format!("{value}{when}"))
            })
            .collect::<Vec<_>>();
        view! { <Panel title=t::parts()><SummaryList rows=rows /></Panel> }.into_any()
    })
}

/// 中介服务: who may do it and who pays.
fn intermediary(m: &Matter) -> Option<AnyView> {
    (!m.intermediary.is_empty()).then(|| {
        let rows = m
            .intermediary
            .iter()
            .map(|s| row(&s.name, t::intermediary_value(&s.who, &s.cost)).note(s.basis.clone()))
            .collect::<Vec<_>>();
        view! { <Panel title=t::intermediary()><SummaryList rows=rows /></Panel> }.into_any()
    })
}

/// 就近能办的地方: on paper only a few, so that the guide stays within two sheets.
fn nearby(m: &Matter, region: &Region) -> Option<AnyView> {
    let places = region.places_taking(&m.slug);
    let rows: Vec<SummaryRow> = places
        .iter()
        .take(MOST_PLACES)
        .map(|p| row(&p.name, lists::nearby_value(accepts_text(p.accepts), &p.address, &p.phone, &p.hours)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let many = rows.len() > MOST_PRINTED;
    let more = paths::places_for(&m.slug);
    let panel = view! {
        <Panel title=lists::nearby() id="places">
            <SummaryList rows=rows />
            <p class="ov-screen-only"><a href=more>{lists::nearby_more()}</a></p>
        </Panel>
    }
    .into_any();
    Some(if many { view! { <div class="ov-screen-only">{panel}</div> }.into_any() } else { panel })
}

/// The legal basis, and the power of the body that the matter rests on (权责清单).
fn basis(m: &Matter, region: &Region) -> AnyView {
    let power = m.power.as_ref().and_then(|id| region.lists.find_power(id)).map(|power| {
        let href = paths::list_entry("powers", &power.id);
        view! { <p><a href=href>{lists::power(&power.title, &power.id)}</a></p> }
    });
    let items = m
        .basis
        .iter()
        .map(|b| view! { <li>"《"{b.title.clone()}"》"{b.article.clone()}"："{b.says.clone()}</li> })
        .collect_view();
    view! { <Panel title=t::basis()><ul>{items}</ul>{power}</Panel> }.into_any()
}
