//! 首页: “您要办什么事？”, my next step first, then the lists.

use crate::catalogue::words::badges;
use crate::paths;
use crate::t::benefits as benefits_t;
use crate::t::catalogue as t;
use crate::ui::{Card, CardGrid, PageHeading, SearchBox, Symbol};
use domain::catalogue::Card as MatterCard;
use leptos::prelude::*;
use std::sync::Arc;

/// Something of mine that waits for me.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub title: String,
    pub text: String,
    pub href: String,
}

/// The home page. In 长辈版 it shows no more than five choices.
pub fn home(
    matters: &[Arc<MatterCard>],
    joint: &[Arc<MatterCard>],
    waiting: &[Waiting],
    care: bool,
    phone: &str,
) -> AnyView {
    let mine = (!waiting.is_empty()).then(|| {
        let card = |w: &Waiting| {
            let w = w.clone();
            view! { <Card title=w.title href=w.href body=w.text symbol=Symbol::Case important=true /> }
        };
        let cards = waiting.iter().take(3).map(card).collect_view();
        view! { <CardGrid title=t::continue_title()>{cards}</CardGrid> }
    });
    let common = matters.iter().take(if care { 3 } else { 6 }).map(|m| matter_card(m)).collect_view();
    let events = (!care && !joint.is_empty()).then(|| {
        let cards = joint.iter().map(|m| matter_card(m)).collect_view();
        view! { <CardGrid title=t::life_events()>{cards}</CardGrid> }
    });
    let lists = (!care).then(lists);
    let call = format!("tel:{phone}");
    view! {
        <PageHeading title=t::home_title() lead=t::home_lead() />
        {search("")}
        {mine}
        <CardGrid title=t::common()>{common}</CardGrid>
        {events}
        {lists}
        <CardGrid title=t::help_title()>
            <Card title=t::help_call() href=call symbol=Symbol::Phone />
            <Card title=t::track() href=paths::TRACK body=t::track_body() symbol=Symbol::Search />
        </CardGrid>
    }
    .into_any()
}

/// The search box; suggestions load only when somebody uses it.
pub fn search(query: &str) -> AnyView {
    let helper = crate::catalogue::components::suggest::helper("f-q");
    let query = query.to_owned();
    view! {
        <div class="ov-suggest" data-lazy="focus">
            <SearchBox action=paths::MATTERS label=t::search_label() hint=t::search_hint() value=query large=true />
            {helper}
        </div>
    }
    .into_any()
}

/// A matter as a card with its badges.
pub fn matter_card(matter: &MatterCard) -> AnyView {
    let meta = badges(matter).join(" · ");
    let (title, summary) = (matter.title.clone(), matter.summary.clone());
    view! { <Card title=title href=paths::guide(&matter.slug) body=summary meta=meta symbol=Symbol::File heading_level=3u8 /> }.into_any()
}

/// The same with one more line.
pub fn found_card(matter: &MatterCard, more: String) -> AnyView {
    let meta = badges(matter).join(" · ");
    let (title, summary, href) = (matter.title.clone(), matter.summary.clone(), paths::guide(&matter.slug));
    view! {
        <Card title=title href=href body=summary meta=meta symbol=Symbol::File heading_level=3u8>
            <p class="ov-hint">{more}</p>
        </Card>
    }
    .into_any()
}

fn lists() -> AnyView {
    let entry = |title: &'static str, query: &str, symbol| {
        let href = format!("{}?{query}", paths::MATTERS);
        view! { <Card title=title href=href symbol=symbol heading_level=3u8 /> }
    };
    view! {
        <CardGrid title=t::lists() dense=true>
            {entry(t::person(), "audience=person", Symbol::Person)}
            {entry(t::firm(), "audience=firm", Symbol::Case)}
            {entry(t::once(), "once=1", Symbol::Star)}
            {entry(t::online(), "online=1", Symbol::Home)}
            <Card title=benefits_t::title() href=paths::BENEFITS symbol=Symbol::Licence heading_level=3u8 />
        </CardGrid>
    }
    .into_any()
}
