//! 两张清单的占比: what each department has put online, with the definitions.

use super::list_kind::ListKind;
use crate::paths;
use crate::t::batches;
use crate::t::catalogue as t;
use crate::ui::{Badge, Breadcrumb, Cell, Column, DataTable, Link, PageHeading, Panel, Tag, TagList, Tone};
use domain::catalogue::Targets;
use leptos::prelude::*;
use service::catalogue::Figure;

/// One row a department, the sum last; shares that have a target say whether it is reached.
pub fn figures(rows: &[Figure], targets: Targets) -> AnyView {
    let columns = vec![
        Column::new(t::bodies()),
        Column::numeric(t::figures_all()),
        Column::numeric(t::once()),
        Column::numeric(t::online()),
        Column::numeric(t::immediate()),
    ];
    let lines = rows
        .iter()
        .map(|f| {
            let name = if f.name.is_empty() { t::figures_sum().to_owned() } else { f.name.clone() };
            vec![
                Cell::Text(name),
                Cell::Text(f.all.to_string()),
                against(f.once, f.all, targets.once_percent),
                against(f.online, f.all, targets.online_percent),
                Cell::Text(share(f.immediate, f.all)),
            ]
        })
        .collect();
    let links = vec![Link::new(t::list_title(), paths::MATTERS)];
    let list = |kind: ListKind| Tag::link(kind.title(), paths::public_list(kind.key()), false);
    let lists = vec![list(ListKind::Once), list(ListKind::Online)];
    let aims = [targets.once_percent.map(batches::target_once), targets.online_percent.map(batches::target_online)];
    let any = aims.iter().any(Option::is_some);
    let aims = aims.into_iter().flatten().map(|text| view! { <li>{text}</li> }).collect_view();
    view! {
        <Breadcrumb links=links />
        <PageHeading title=t::figures_title() lead=t::figures_lead() />
        <DataTable caption=t::figures_title() caption_hidden=true columns=columns rows=lines />
        <TagList tags=lists label=batches::figures_lists() />
        <Panel title=t::figures_how()>
            <ul>
                <li>{t::figures_def_all()}</li>
                <li>{t::figures_def_once()}</li>
                <li>{t::figures_def_online()}</li>
                <li>{t::figures_def_immediate()}</li>
                {aims}
                {any.then(|| view! { <li>{batches::target_how()}</li> })}
            </ul>
        </Panel>
    }
    .into_any()
}

/// How many, and the percentage rounded down: a target is never shown as reached before it is.
fn share(part: usize, all: usize) -> String {
    format!("{part}（{}%）", part * 100 / all.max(1))
}

/// The share, and in words how far it is from the target (占比目标).
fn against(part: usize, all: usize, percent: Option<u8>) -> Cell {
    let Some(percent) = percent else { return Cell::Text(share(part, all)) };
    let (text, tone) = match Targets::wanting(percent, part, all) {
        0 => (batches::reached().to_owned(), Tone::Success),
        n => (batches::wanting(n), Tone::Warning),
    };
    Cell::View(view! { <span>{share(part, all)}" "<Badge text tone /></span> }.into_any())
}
