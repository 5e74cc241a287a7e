//! One case on the desk: form beside materials, verdicts, the acts that are possible now.

mod acts;
mod answers;
mod facts;
mod files;
mod fills;
mod materials;
mod owed;
mod parts;
mod record;
mod verdict;

use super::message;
use crate::paths;
use crate::t::desk as t;
use crate::track::pages::{days_left, due_box, status_tone};
use crate::ui::{Breadcrumb, ButtonKind, Link, LinkButton, PageHeading, Split, Tag, TagList};
#[cfg(test)]
pub(super) use acts::notice_items;
use leptos::prelude::*;
use precheck::Finding;
use service::desk::DeskView;

/// The case page. `message_code` says what came of the last act; `finding_text` puts a finding of
/// the pre-check into words. Every form carries the `version` that this page shows.
pub fn case(view: &DeskView, message_code: Option<&str>, finding_text: fn(&Finding) -> String) -> AnyView {
    let shown = &view.view;
    let status = shown.case.status();
    let mut tags = vec![Tag::new(status.title(), status_tone(status))];
    tags.extend(shown.due.as_ref().map(|due| {
        let (text, tone) = days_left(due);
        Tag::new(text, tone)
    }));
    let form = answers::answers(view);
    let materials = materials::materials(view, finding_text);
    view! {
        <Breadcrumb links=vec![Link::new(t::queue_title(), paths::DESK)] />
        {message(message_code)}
        <PageHeading title=shown.matter.title.clone() caption=shown.case.number.clone()>
            <TagList tags=tags />
        </PageHeading>
        <p>
            <LinkButton href="#acts" kind=ButtonKind::Secondary>{t::case_to_acts()}</LinkButton>
        </p>
        {facts::outcome(view)}
        {facts::facts(view)}
        {due_box(shown.due.as_ref())}
        <Split first=move || form second=move || materials />
        {owed::owed(view, finding_text)}
        {parts::parts(view)}
        {acts::acts(view)}
        {record::record(view)}
    }
    .into_any()
}
