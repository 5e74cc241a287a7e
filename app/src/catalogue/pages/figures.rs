//! 两张清单的占比: what each department has put online, with the definitions.

use crate::paths;
use crate::t::catalogue as t;
use crate::ui::{Breadcrumb, Cell, Column, DataTable, Link, PageHeading, Panel};
use leptos::prelude::*;
use service::catalogue::Figure;

/// One row a department, the sum last; every number leads to the list behind it where there is one.
pub fn figures(rows: &[Figure]) -> AnyView {
    let share = |part: usize, all: usize| format!("{part}（{}%）", part * 100 / all.max(1));
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
                Cell::Text(share(f.once, f.all)),
                Cell::Text(share(f.online, f.all)),
                Cell::Text(share(f.immediate, f.all)),
            ]
        })
        .collect();
    let links = vec![Link::new(t::list_title(), paths::MATTERS)];
    view! {
        <Breadcrumb links=links />
        <PageHeading title=t::figures_title() lead=t::figures_lead() />
        <DataTable caption=t::figures_title() caption_hidden=true columns=columns rows=lines />
        <Panel title=t::figures_how()>
            <ul>
                <li>{t::figures_def_all()}</li>
                <li>{t::figures_def_once()}</li>
                <li>{t::figures_def_online()}</li>
                <li>{t::figures_def_immediate()}</li>
            </ul>
        </Panel>
    }
    .into_any()
}
