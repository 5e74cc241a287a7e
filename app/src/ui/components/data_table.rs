//! A table of data.

use super::{Badge, Tone, Words};
use leptos::prelude::*;

/// Head of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Title.
    pub label: String,
    /// Numbers: right-aligned, tabular figures.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false }
    }

    /// A column of numbers.
    pub fn numeric(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: true }
    }
}

/// Content of a cell.
pub enum Cell {
    /// Words or a formatted number.
    Text(String),
    /// Text and address.
    Link(String, String),
    /// Text and meaning.
    Badge(String, Tone),
    /// Anything else (a form with a button): `view! { … }.into_any()`.
    View(AnyView),
}

impl Cell {
    fn into_view(self) -> AnyView {
        match self {
            Self::Text(text) => text.into_any(),
            Self::Link(text, href) => view! { <a href=href>{text}</a> }.into_any(),
            Self::Badge(text, tone) => view! { <Badge text tone /> }.into_any(),
            Self::View(view) => view,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A table; below 640 px every row becomes a block of label–value lines, so that nothing scrolls
/// sideways (WCAG 1.4.10).
///
/// Contract: each row has as many cells as there are columns; the first cell names the row.
/// A11y: visible or hidden `<caption>`, `scope` on heads; explicit ARIA roles keep the table a table
/// when CSS lays it out as blocks.
#[component]
pub fn DataTable(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// Hide the caption (a heading says the same right above).
    #[prop(optional)]
    caption_hidden: bool,
    /// Heads.
    columns: Vec<Column>,
    /// Cells by row.
    rows: Vec<Vec<Cell>>,
    /// Said when there are no rows.
    #[prop(optional, into)]
    empty: Words,
) -> impl IntoView {
    let caption_class = if caption_hidden { "ov-vh" } else { "ov-data-table__caption" };
    let no_rows = rows.is_empty();
    let heads = columns
        .iter()
        .map(|column| {
            view! {
                <th class=cell_class(column) scope="col" role="columnheader">
                    {column.label.clone()}
                </th>
            }
        })
        .collect_view();
    let body = rows
        .into_iter()
        .map(|cells| {
            let cells = cells
                .into_iter()
                .zip(&columns)
                .enumerate()
                .map(|(index, (cell, column))| data_cell(index, cell, column))
                .collect_view();
            view! { <tr class="ov-data-table__row" role="row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="ov-data-table">
            <table class="ov-data-table__table" role="table">
                <caption class=caption_class>{caption}</caption>
                <thead class="ov-data-table__head" role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
            {no_rows
                .then(|| empty.map_view(|text| view! { <p class="ov-data-table__empty">{text}</p> }))}
        </div>
    }
}

const fn cell_class(column: &Column) -> &'static str {
    if column.numeric { "ov-data-table__cell ov-data-table__cell--number" } else { "ov-data-table__cell" }
}

fn data_cell(index: usize, cell: Cell, column: &Column) -> AnyView {
    let class = cell_class(column);
    let label = column.label.clone();
    if index == 0 {
        view! {
            <th class=class scope="row" role="rowheader" data-label=label>
                {cell.into_view()}
            </th>
        }
        .into_any()
    } else {
        view! {
            <td class=class role="cell" data-label=label>
                {cell.into_view()}
            </td>
        }
        .into_any()
    }
}
