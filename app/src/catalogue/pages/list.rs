//! 事项列表: search results and browsing; filters live in the address.

use super::home::{found_card, matter_card, search};
use crate::paths;
use crate::t::bodies;
use crate::t::catalogue as t;
use crate::ui::{CardGrid, Details, Notification, PageHeading, Pagination, Tag, TagList, Tone};
use domain::catalogue::{Audience, Card};
use leptos::prelude::*;
use service::Catalogue;
use service::catalogue::{Facets, Filter, PER_PAGE};
use std::sync::Arc;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub query: String,
    pub filter: Filter,
    /// From 1.
    pub page: usize,
    /// Matters on all pages.
    pub total: usize,
}

/// The list; when nothing fits, the nearest matters and a phone number instead of a dead end.
pub fn list(wanted: &Wanted, found: &[Arc<Card>], catalogue: &Catalogue) -> AnyView {
    let title = if wanted.query.is_empty() { t::list_title().to_owned() } else { t::result_for(&wanted.query) };
    let none = found.is_empty().then(|| {
        let (title, body) = if wanted.query.is_empty() {
            (t::none_filtered().to_owned(), t::none_filtered_body())
        } else {
            (t::none_title(&wanted.query), t::none_body())
        };
        view! { <Notification tone=Tone::Info title=title heading_level=2><p>{body}</p></Notification> }
    });
    let cards = if found.is_empty() {
        catalogue.common().iter().map(|m| matter_card(m)).collect_view()
    } else if wanted.query.is_empty() {
        found.iter().map(|m| matter_card(m)).collect_view()
    } else {
        found.iter().map(|m| with_others(m, catalogue)).collect_view()
    };
    view! {
        <PageHeading title=title />
        {search(&wanted.query)}
        {filters(wanted, catalogue.facets())}
        {none}
        <CardGrid title=t::list_result(wanted.total)>{cards}</CardGrid>
        {pages(wanted)}
        <p><a class="ov-link" href=paths::FIGURES>{t::figures_title()}</a></p>
    }
    .into_any()
}

/// A matter that was searched for, with who else offers the same: those have no line of their own.
fn with_others(matter: &Card, catalogue: &Catalogue) -> AnyView {
    let others = catalogue.others(matter);
    if others.is_empty() {
        return matter_card(matter);
    }
    let name = |other: &Arc<Card>| catalogue.region.body(&other.body).map(|body| body.short.clone());
    let names: Vec<String> = others.iter().filter_map(name).collect();
    found_card(matter, bodies::also(names.join("、")))
}

/// From page to page, where one does not hold all.
fn pages(wanted: &Wanted) -> Option<AnyView> {
    let count = wanted.total.div_ceil(PER_PAGE);
    (wanted.query.is_empty() && count > 1).then(|| {
        let here = address(&wanted.filter, "");
        let prefix = format!("{here}{}page=", if here.contains('?') { "&" } else { "?" });
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let position = t::list_position(wanted.page, count);
        view! { <Pagination page=number(wanted.page) pages=number(count) href_prefix=prefix position=position /> }
            .into_any()
    })
}

/// The lists first; life events, themes and departments fold away unless one of them is on.
fn filters(wanted: &Wanted, facets: &Facets) -> AnyView {
    let f = &wanted.filter;
    let tag = |label: &str, on: bool, next: Filter| Tag::link(label, address(&next, &wanted.query), on);
    let more = f.life_event.is_some() || f.theme.is_some() || f.body.is_some();
    let events = facets.life_events.iter().map(|event| {
        let on = f.life_event.as_ref() == Some(event);
        tag(event, on, Filter { life_event: (!on).then(|| event.clone()), ..f.clone() })
    });
    let themes = facets.themes.iter().map(|theme| {
        let on = f.theme.as_ref() == Some(theme);
        tag(theme, on, Filter { theme: (!on).then(|| theme.clone()), ..f.clone() })
    });
    let bodies = facets.bodies.iter().map(|(id, name)| {
        let on = f.body.as_ref() == Some(id);
        tag(name, on, Filter { body: (!on).then(|| id.clone()), ..f.clone() })
    });
    let (events, themes, bodies): (Vec<Tag>, Vec<Tag>, Vec<Tag>) =
        (events.collect(), themes.collect(), bodies.collect());
    let clear = (*f != Filter::default())
        .then(|| address(&Filter::default(), &wanted.query))
        .map(|href| view! { <p><a class="ov-link" href=href>{t::filter_clear()}</a></p> });
    view! {
        <TagList tags=lists(f, tag) label=t::filter_label() />
        <Details summary=t::filter_more() open=more>
            <p class="ov-hint">{t::life_events()}</p>
            <TagList tags=events label=t::life_events() />
            <p class="ov-hint">{t::themes()}</p>
            <TagList tags=themes label=t::themes() />
            <p class="ov-hint">{t::bodies()}</p>
            <TagList tags=bodies label=t::bodies() />
        </Details>
        {clear}
    }
    .into_any()
}

/// 个人, 企业 and the lists that people know by name.
fn lists(f: &Filter, tag: impl Fn(&str, bool, Filter) -> Tag) -> Vec<Tag> {
    let audience = |label: &str, wanted: Audience| {
        let on = f.audience == Some(wanted);
        tag(label, on, Filter { audience: (!on).then_some(wanted), ..f.clone() })
    };
    vec![
        audience(t::person(), Audience::Person),
        audience(t::firm(), Audience::Firm),
        tag(t::free(), f.free, Filter { free: !f.free, ..f.clone() }),
        tag(t::immediate(), f.immediate, Filter { immediate: !f.immediate, ..f.clone() }),
        tag(t::once(), f.once, Filter { once: !f.once, ..f.clone() }),
        tag(t::online(), f.online, Filter { online: !f.online, ..f.clone() }),
        tag(t::cross(), f.cross, Filter { cross: !f.cross, ..f.clone() }),
    ]
}

/// The list's address with these filters and words.
pub fn address(f: &Filter, query: &str) -> String {
    let audience = f.audience.map(|a| if a == Audience::Person { "person" } else { "firm" }.to_owned());
    let on = |on: bool| on.then(|| "1".to_owned());
    let parts: Vec<String> = [
        ("q", Some(query.to_owned()).filter(|q| !q.is_empty())),
        ("audience", audience),
        ("free", on(f.free)),
        ("immediate", on(f.immediate)),
        ("once", on(f.once)),
        ("online", on(f.online)),
        ("cross", on(f.cross)),
        ("event", f.life_event.clone()),
        ("theme", f.theme.clone()),
        ("body", f.body.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name}={}", paths::encode(&value?))))
    .collect();
    if parts.is_empty() { paths::MATTERS.to_owned() } else { format!("{}?{}", paths::MATTERS, parts.join("&")) }
}
