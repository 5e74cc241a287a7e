//! 事项列表: search results and browsing; filters live in the address.

use super::home::{matter_card, search};
use crate::paths;
use crate::t::catalogue as t;
use crate::ui::{CardGrid, Notification, PageHeading, Tag, TagList, Tone};
use domain::catalogue::{Audience, Matter};
use leptos::prelude::*;
use service::catalogue::Filter;
use std::sync::Arc;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub query: String,
    pub filter: Filter,
}

/// The list; when nothing fits, the nearest matters and a phone number instead of a dead end.
pub fn list(wanted: &Wanted, found: &[Arc<Matter>], all: &[Arc<Matter>], themes: &[String]) -> AnyView {
    let title = if wanted.query.is_empty() { t::list_title().to_owned() } else { t::result_for(&wanted.query) };
    let none = found.is_empty().then(|| {
        let title = t::none_title(&wanted.query);
        view! { <Notification tone=Tone::Info title=title heading_level=2><p>{t::none_body()}</p></Notification> }
    });
    let shown = if found.is_empty() { all } else { found };
    let cards = shown.iter().map(|m| matter_card(m)).collect_view();
    view! {
        <PageHeading title=title />
        {search(&wanted.query)}
        <TagList tags=tags(&wanted.filter, themes) label=t::filter_label() />
        {none}
        <CardGrid title=t::list_result(found.len())>{cards}</CardGrid>
    }
    .into_any()
}

/// Each tag leads to the list with that one filter switched.
fn tags(filter: &Filter, themes: &[String]) -> Vec<Tag> {
    let person = Some(Audience::Person);
    let firm = Some(Audience::Firm);
    let switch = |label: &str, on: bool, next: Filter| Tag::link(label, address(&next), on);
    let either = |on: bool, value: Option<Audience>| if on { None } else { value };
    let mut tags = vec![
        switch(
            t::person(),
            filter.audience == person,
            Filter { audience: either(filter.audience == person, person), ..filter.clone() },
        ),
        switch(
            t::firm(),
            filter.audience == firm,
            Filter { audience: either(filter.audience == firm, firm), ..filter.clone() },
        ),
        switch(t::free(), filter.free, Filter { free: !filter.free, ..filter.clone() }),
        switch(t::immediate(), filter.immediate, Filter { immediate: !filter.immediate, ..filter.clone() }),
        switch(t::once(), filter.once, Filter { once: !filter.once, ..filter.clone() }),
        switch(t::online(), filter.online, Filter { online: !filter.online, ..filter.clone() }),
    ];
    tags.extend(themes.iter().map(|theme| {
        let on = filter.theme.as_ref() == Some(theme);
        switch(theme, on, Filter { theme: (!on).then(|| theme.clone()), ..filter.clone() })
    }));
    tags
}

/// The list's address with these filters.
fn address(filter: &Filter) -> String {
    let mut parts = Vec::new();
    match filter.audience {
        Some(Audience::Person) => parts.push("audience=person".to_owned()),
        Some(Audience::Firm) => parts.push("audience=firm".to_owned()),
        None => {}
    }
    for (on, name) in
        [(filter.free, "free"), (filter.immediate, "immediate"), (filter.once, "once"), (filter.online, "online")]
    {
        if on {
            parts.push(format!("{name}=1"));
        }
    }
    if let Some(theme) = &filter.theme {
        parts.push(format!("theme={}", paths::encode(theme)));
    }
    if parts.is_empty() { paths::MATTERS.to_owned() } else { format!("{}?{}", paths::MATTERS, parts.join("&")) }
}
