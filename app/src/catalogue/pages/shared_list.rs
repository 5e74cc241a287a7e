//! 情形清单 for whoever has the link: what to bring, what it costs and where to go. Prints on a sheet or two.

use crate::apply::pages::form::change_text;
use crate::apply::pages::personal_list::{ListLink, answer_rows, link_address, personal_list, verdict_note};
use crate::paths;
use crate::t::apply as apply_t;
use crate::t::catalogue as guide_t;
use crate::t::shared_list as t;
use crate::ui::{
    ActionBar, Breadcrumb, Button, Columns, Link, LinkButton, Notification, PageHeading, Panel, SummaryList,
    SummaryRow, Tone,
};
use domain::catalogue::{Change, Eligibility, Matter, Region, Window, encode_choices};
use leptos::prelude::*;
use service::personal_list::SharedList;

/// The page; `link` leads to the same list by the guide as it is now.
pub fn shared_list(list: &SharedList, region: &Region, link: &ListLink) -> AnyView {
    let matter: &Matter = &list.matter;
    let answers = &list.answers;
    let verdict = matter.verdict(answers);
    let possible = verdict.eligibility != Eligibility::NotEligible;
    let head = verdict_note(&verdict);
    let updated = list.changes.as_deref().map(updated);
    let materials = possible.then(|| personal_list(matter, answers));
    let chosen = chosen(matter, list);
    let actions = if possible { start(matter, encode_choices(matter, answers)) } else { others() };
    let place = place(matter, region.window(&matter.window));
    let address = link_address(link);
    let guide = Link::new(matter.title.clone(), paths::guide(&matter.slug));
    let links = vec![Link::new(guide_t::list_title(), paths::MATTERS), guide];
    let (caption, guide_href) = (matter.title.clone(), paths::guide(&matter.slug));
    let aside = view! {
        {place}
        <Panel title=t::keep_title() id="keep">
            <p class="ov-hint">{t::print_hint()}</p>
            {address}
        </Panel>
    }
    .into_any();
    view! {
        <Breadcrumb links=links />
        <PageHeading caption=caption title=t::title() lead=t::lead() />
        <Columns aside_last=true aside=move || aside>
            {updated}
            {head}
            {materials}
            {chosen}
            <p><a href=guide_href>{t::guide()}</a></p>
            {actions}
        </Columns>
    }
    .into_any()
}

/// What is different since the link was made.
fn updated(changes: &[Change]) -> AnyView {
    let items = changes.iter().map(|c| view! { <li>{change_text(c)}</li> }).collect_view();
    let items = (!changes.is_empty()).then(|| view! { <ul>{items}</ul> });
    view! { <Notification tone=Tone::Warning><p>{t::updated()}</p>{items}</Notification> }.into_any()
}

/// The choices that the list was made from.
fn chosen(matter: &Matter, list: &SharedList) -> AnyView {
    let rows = answer_rows(matter, &list.answers, |_| None);
    if rows.is_empty() {
        return view! { <Panel title=t::answers()><p>{t::answers_none()}</p></Panel> }.into_any();
    }
    view! { <Panel title=t::answers()><SummaryList rows=rows /></Panel> }.into_any()
}

/// The choices go along in the form: whoever starts does not answer again.
fn start(matter: &Matter, choices: String) -> AnyView {
    let action = paths::start(&matter.slug);
    view! {
        <form class="ov-stack" method="post" action=action>
            <input type="hidden" name="list" value=choices />
            <p class="ov-hint">{t::start_hint()}</p>
            <ActionBar>
                <Button>{t::start()}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

fn others() -> AnyView {
    view! { <ActionBar><LinkButton href=paths::MATTERS>{apply_t::other_matters()}</LinkButton></ActionBar> }.into_any()
}

/// Where to go and whom to ring.
fn place(matter: &Matter, window: Option<&Window>) -> AnyView {
    let mut rows = Vec::new();
    if let Some(w) = window {
        rows.push(SummaryRow::new(guide_t::window(), w.name.clone()));
        rows.push(SummaryRow::new(guide_t::address(), w.address.clone()));
        rows.push(SummaryRow::new(guide_t::hours(), w.hours.clone()));
        rows.push(SummaryRow::new(t::phone(), w.phone.clone()));
    }
    rows.push(SummaryRow::new(guide_t::consult(), matter.consult_phone.clone()));
    view! { <Panel title=guide_t::window()><SummaryList rows=rows /></Panel> }.into_any()
}
