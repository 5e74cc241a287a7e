//! A file that was not taken: every error with its cell.

use super::list::back;
use crate::t::revision as t;
use crate::ui::{Cell, Column, DataTable, Details, Notification, PageHeading, Tone};
use leptos::prelude::*;
use service::revisions::BookProblem;

/// Everything that is wrong with the file.
pub fn failed(problems: &[BookProblem]) -> AnyView {
    let columns = [t::import_place(), t::import_what()].map(Column::new).to_vec();
    let row = |p: &BookProblem| vec![Cell::Text(p.place.clone()), what(p)];
    let rows = problems.iter().map(row).collect();
    let body = t::import_failed_body(problems.len());
    view! {
        {back()}
        <PageHeading title=t::import_title() />
        <Notification tone=Tone::Danger title=t::import_failed() heading_level=2>
            <p>{body}</p>
        </Notification>
        <DataTable caption=t::import_failed() caption_hidden=true columns=columns rows=rows />
    }
    .into_any()
}

/// The sentence; what the reader said in its own words is folded away.
fn what(problem: &BookProblem) -> Cell {
    if problem.raw.is_empty() {
        return Cell::Text(problem.text.clone());
    }
    let (text, raw) = (problem.text.clone(), problem.raw.clone());
    Cell::View(
        view! {
            <p>{text}</p>
            <Details summary=t::import_raw()>
                <p lang="en">{raw}</p>
            </Details>
        }
        .into_any(),
    )
}
