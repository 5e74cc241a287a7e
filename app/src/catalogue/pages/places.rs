//! 就近办: choose where you live, and see what can be done near home.

use crate::paths;
use crate::t::catalogue as words;
use crate::t::lists as t;
use crate::ui::{
    Breadcrumb, Button, ButtonKind, Choice, Hidden, HiddenFields, Link, Notification, PageHeading, Panel, SelectField,
    SummaryList, SummaryRow, Symbol, Tone,
};
use domain::catalogue::{Accepts, Place, Region};
use leptos::prelude::*;
use service::Catalogue;

/// The matter that somebody wants to do near home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub slug: String,
    pub title: String,
    /// Id of its window at the county's centre.
    pub window: String,
}

/// How far a place goes, in plain words.
pub fn accepts_text(accepts: Accepts) -> &'static str {
    match accepts {
        Accepts::Accept => t::accepts_accept(),
        Accepts::Assist => t::accepts_assist(),
        Accepts::Forward => t::accepts_forward(),
    }
}

/// The places, nearest first: the village's station, the township's centre, the county's windows. An area that
/// the region does not have counts as none.
pub fn places(catalogue: &Catalogue, area: Option<&str>, wanted: Option<&Wanted>) -> AnyView {
    let region = &catalogue.region;
    let chosen = area.and_then(|code| Some((code, region.area_name(code)?)));
    let near: Vec<&Place> = match &chosen {
        Some((code, _)) => region.places_near(code),
        None => region.places.iter().collect(),
    };
    let shown: Vec<&Place> = near.into_iter().filter(|p| wanted.is_none_or(|w| p.takes(&w.slug))).collect();
    let where_to = match &chosen {
        Some((_, name)) => t::found(name),
        None => t::found_all().to_owned(),
    };
    let list = if shown.is_empty() { nothing() } else { view! { <p class="ov-hint">{where_to}</p> }.into_any() };
    let panels = shown.into_iter().map(|p| place(p, catalogue)).collect_view();
    let lead = wanted.map_or_else(|| t::places_lead().to_owned(), |w| t::places_for(&w.title));
    let links = vec![Link::new(t::title(), paths::LISTS)];
    let code = chosen.as_ref().map(|(code, _)| *code);
    let all = wanted.map(|_| view! { <p><a href=paths::PLACES>{t::drop_matter()}</a></p> });
    view! {
        <Breadcrumb links=links />
        <PageHeading title=t::places_title() lead=lead />
        {chooser(region, code, wanted)}
        {all}
        {list}
        {panels}
        {county(region, wanted)}
    }
    .into_any()
}

fn chooser(region: &Region, area: Option<&str>, wanted: Option<&Wanted>) -> AnyView {
    let mut choices = Vec::new();
    for township in &region.townships {
        choices.push(Choice::new(township.code.clone(), township.name.clone()));
        choices.extend(township.villages.iter().map(|v| Choice::new(v.code.clone(), t::village_option(&v.name))));
    }
    let hidden: Hidden = wanted.map(|w| ("matter".to_owned(), w.slug.clone())).into_iter().collect();
    view! {
        <form class="ov-stack" method="get" action=paths::PLACES>
            <HiddenFields fields=hidden />
            <SelectField
                name="area"
                label=t::area()
                choices=choices
                value=area
                empty_label=t::area_all()
                required=false
            />
            <div>
                <Button kind=ButtonKind::Secondary symbol=Symbol::Search>{t::area_show()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <Notification tone=Tone::Info title=t::found_none() heading_level=2>
            <p>{t::found_none_body()}</p>
        </Notification>
    }
    .into_any()
}

fn place(place: &Place, catalogue: &Catalogue) -> AnyView {
    let rows = vec![
        SummaryRow::new(t::accepts(), accepts_text(place.accepts)),
        SummaryRow::new(words::address(), place.address.clone()),
        SummaryRow::new(words::hours(), place.hours.clone()),
        SummaryRow::new(words::consult(), place.phone.clone()),
        SummaryRow::new(words::directions(), place.directions.clone()),
    ];
    let takes = place
        .takes
        .iter()
        .filter_map(|slug| {
            let title = catalogue.card(slug)?.title.clone();
            let href = paths::guide(slug);
            Some(view! { <li><a href=href>{title}</a></li> })
        })
        .collect_view();
    let (id, name) = (format!("place-{}", place.id), place.name.clone());
    view! {
        <Panel title=name id=id>
            <SummaryList rows=rows />
            <p class="ov-hint">{t::takes()}</p>
            <ul class="ov-list">{takes}</ul>
        </Panel>
    }
    .into_any()
}

/// The windows at the county's centre: the matter's own, or all.
fn county(region: &Region, wanted: Option<&Wanted>) -> Option<AnyView> {
    let rows: Vec<SummaryRow> = region
        .windows
        .iter()
        .filter(|w| w.area.is_none())
        .filter(|w| wanted.is_none_or(|one| one.window == w.id))
        .map(|w| SummaryRow::new(w.name.clone(), w.address.clone()).note(format!("{} {}", w.phone, w.hours)))
        .collect();
    // What a township offers by itself is not done at the county's centre.
    (!rows.is_empty()).then(|| {
        view! {
            <Panel title=t::county_centre() id="county">
                <p class="ov-hint">{t::county_centre_lead()}</p>
                <SummaryList rows=rows />
            </Panel>
        }
        .into_any()
    })
}
