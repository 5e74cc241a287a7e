//! Two versions side by side.

use crate::paths;
use crate::t::revision as t;
use crate::ui::{Breadcrumb, Cell, Column, DataTable, Link, PageHeading};
use leptos::prelude::*;
use service::revisions::{Difference, RevisionView, Sheet};

/// What this revision changes in the version that it was begun from.
pub fn compare(view: &RevisionView) -> AnyView {
    let back = vec![
        Link::new(t::list_title(), paths::DESK_CATALOGUE),
        Link::new(t::edit_back(), paths::revision(view.line.id)),
    ];
    let body = match &view.base {
        None => view! { <p>{t::compare_new()}</p> }.into_any(),
        Some(base) => table(&service::revisions::compare(&Sheet::of(base), &view.sheet)),
    };
    view! {
        <Breadcrumb links=back />
        <PageHeading title=t::compare_title(&view.line.title) />
        {body}
    }
    .into_any()
}

fn table(differences: &[Difference]) -> AnyView {
    if differences.is_empty() {
        return view! { <p>{t::compare_none()}</p> }.into_any();
    }
    let columns = [t::col_place(), t::col_before(), t::col_after()].map(Column::new).to_vec();
    let text = |text: &str| {
        let text = if text.is_empty() { t::nothing().to_owned() } else { text.to_owned() };
        Cell::View(view! { <span class="ov-pre">{text}</span> }.into_any())
    };
    let rows = differences.iter().map(|d| vec![Cell::Text(d.place()), text(&d.before), text(&d.after)]).collect();
    let caption = t::compare_count(differences.len());
    view! { <DataTable caption=caption columns=columns rows=rows /> }.into_any()
}
