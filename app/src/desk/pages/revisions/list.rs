//! All revisions, and the ways to begin one.

use super::{message, tone};
use crate::paths;
use crate::t::revision as t;
use crate::ui::{
    Breadcrumb, Button, ButtonKind, Cell, Choice, Column, DataTable, EmptyState, Field, Link, PageHeading, Panel,
    SelectField,
};
use domain::catalogue::{Card, RevisionStatus};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::revisions::RevisionLine;
use std::sync::Arc;

/// Matters that the field suggests; of more, the name in the address is known or looked up.
pub const SUGGESTED: usize = 300;

/// The list with its filter (GET: `status`); editors also see how to begin.
pub fn list(
    lines: &[RevisionLine],
    status: Option<RevisionStatus>,
    cards: &[Arc<Card>],
    editor: bool,
    say: Option<&str>,
) -> AnyView {
    let table = if lines.is_empty() {
        view! { <EmptyState title=t::list_empty() body=t::list_empty_body() /> }.into_any()
    } else {
        rows(lines)
    };
    let begin = editor.then(begin);
    view! {
        {message(say)}
        <PageHeading title=t::list_title() lead=t::list_lead() />
        {filter(status)}
        {table}
        {begin}
        {export(cards)}
        {names(cards)}
    }
    .into_any()
}

fn filter(status: Option<RevisionStatus>) -> AnyView {
    let choices = RevisionStatus::ALL.into_iter().map(|s| Choice::new(s.as_str(), s.title())).collect();
    view! {
        <form class="ov-desk-filter" method="get" action=paths::DESK_CATALOGUE role="search">
            <SelectField
                name="status"
                label=t::list_status()
                choices=choices
                value=status.map(RevisionStatus::as_str)
                empty_label=t::list_all()
                required=false
            />
            <div><Button kind=ButtonKind::Secondary>{crate::t::desk::filter_submit()}</Button></div>
        </form>
    }
    .into_any()
}

fn rows(lines: &[RevisionLine]) -> AnyView {
    let columns = vec![
        Column::new(t::col_title()),
        Column::new(t::col_version()),
        Column::new(t::col_status()),
        Column::new(t::col_effective()),
        Column::new(t::col_updated()),
    ];
    let row = |line: &RevisionLine| {
        let title = if line.title.is_empty() { line.slug.clone() } else { line.title.clone() };
        vec![
            Cell::Link(title, paths::revision(line.id)),
            Cell::Text(t::version(line.version)),
            Cell::Badge(line.status.title().to_owned(), tone(line.status)),
            Cell::Text(line.effective.map_or_else(String::new, format_date_zh)),
            Cell::Text(line.updated_at.format_zh()),
        ]
    };
    let rows = lines.iter().map(row).collect();
    view! { <DataTable caption=t::list_title() caption_hidden=true columns=columns rows=rows /> }.into_any()
}

fn begin() -> AnyView {
    let (existing, new, import) =
        (paths::revision_act("begin"), paths::revision_act("new"), paths::revision_act("import"));
    view! {
        <Panel title=t::begin_title()>
            <form class="ov-stack ov-stack--tight" method="post" action=existing>
                <Field name="slug" label=t::begin_which() hint=t::begin_hint() list="matters" autocomplete="off" />
                <div><Button kind=ButtonKind::Secondary>{t::begin()}</Button></div>
            </form>
        </Panel>
        <Panel title=t::new_title()>
            <form class="ov-stack ov-stack--tight" method="post" action=new>
                <Field name="new_slug" label=t::new_slug() hint=t::new_slug_hint() autocomplete="off" />
                <Field name="title" label=t::new_name() autocomplete="off" />
                <div><Button kind=ButtonKind::Secondary>{t::new()}</Button></div>
            </form>
        </Panel>
        <Panel title=t::import_title()>
            <form class="ov-stack ov-stack--tight" method="post" action=import enctype="multipart/form-data">
                <p class="ov-hint" id="import-hint">{t::import_hint()}</p>
                <p>
                    <label for="import-file">{t::import_file()}</label>
                    <br />
                    <input id="import-file" type="file" name="files" accept=".xlsx,.toml" aria-describedby="import-hint" />
                </p>
                <div><Button kind=ButtonKind::Secondary>{t::import()}</Button></div>
            </form>
        </Panel>
    }
    .into_any()
}

fn export(cards: &[Arc<Card>]) -> AnyView {
    let row = |card: &Arc<Card>| {
        vec![
            Cell::Link(card.title.clone(), paths::guide(&card.slug)),
            Cell::Text(t::version(card.version)),
            Cell::Link(t::export_xlsx().into(), paths::export(&card.slug, "xlsx")),
            Cell::Link(t::export_toml().into(), paths::export(&card.slug, "toml")),
        ]
    };
    let columns = [t::col_title(), t::col_version(), "XLSX", "TOML"].map(Column::new).to_vec();
    let rows = cards.iter().map(row).collect();
    view! {
        <Panel title=t::export_title()>
            <DataTable caption=t::export_title() caption_hidden=true columns=columns rows=rows />
        </Panel>
    }
    .into_any()
}

fn names(cards: &[Arc<Card>]) -> AnyView {
    let options =
        cards.iter().map(|c| view! { <option value=c.slug.clone()>{c.title.clone()}</option> }).collect_view();
    view! { <datalist id="matters">{options}</datalist> }.into_any()
}

/// Back to the list, on pages of one revision.
pub(super) fn back() -> AnyView {
    let links = vec![Link::new(t::list_title(), paths::DESK_CATALOGUE)];
    view! { <Breadcrumb links=links /> }.into_any()
}
