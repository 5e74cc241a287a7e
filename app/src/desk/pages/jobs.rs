//! Jobs that were given up, for the operator.

use super::message;
use crate::t::desk as t;
use crate::t::{files, pages, takings};
use crate::ui::{Button, ButtonKind, Cell, Column, DataTable, EmptyState, PageHeading, Symbol};
use leptos::prelude::*;

/// A job that was given up, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    pub id: String,
    /// Stable name of the kind.
    pub kind: String,
    /// Tries made.
    pub attempts: i64,
    /// Stable code of the last failure.
    pub error: String,
    /// When it was given up, in words.
    pub at: String,
}

/// The failed jobs, each with a form that puts it into the queue again (POST [`retry_path`]).
pub fn jobs(rows: &[JobRow], message_code: Option<&str>) -> AnyView {
    let list = if rows.is_empty() {
        view! { <EmptyState symbol=Symbol::Check title=t::jobs_empty() body=t::jobs_empty_body() /> }.into_any()
    } else {
        table(rows)
    };
    view! {
        {message(message_code)}
        <PageHeading title=t::jobs_title() lead=t::jobs_lead() />
        {list}
    }
    .into_any()
}

/// Address of the retry.
pub fn retry_path(id: &str) -> String {
    format!("/desk/jobs/{id}/retry")
}

fn table(rows: &[JobRow]) -> AnyView {
    let columns = vec![
        Column::new(t::jobs_kind()),
        Column::new(t::jobs_error()),
        Column::numeric(t::jobs_attempts()),
        Column::new(t::jobs_at()),
        Column::new(t::jobs_act()),
    ];
    let rows = rows.iter().map(line).collect();
    view! { <DataTable caption=t::jobs_title() caption_hidden=true columns=columns rows=rows /> }.into_any()
}

fn line(row: &JobRow) -> Vec<Cell> {
    let kind = match row.kind.as_str() {
        "scan" => Some(files::job()),
        "undo_files" => Some(files::job_undo()),
        "bundle" => Some(pages::job()),
        "invoice" => Some(takings::job()),
        kind => t::by_key(&format!("job.{kind}")),
    };
    let kind = kind.map_or_else(|| row.kind.clone(), str::to_owned);
    let key = format!("job_error.{}", row.error);
    let error = t::by_key(&key)
        .or_else(|| files::by_key(&key))
        .or_else(|| pages::by_key(&key))
        .or_else(|| takings::by_key(&key))
        .map_or_else(|| row.error.clone(), |text| t::jobs_error_code(text, &row.error));
    let spoken = t::jobs_retry_label(&kind, &row.at);
    let retry = view! {
        <form method="post" action=retry_path(&row.id)>
            <Button kind=ButtonKind::Secondary label=spoken>{t::jobs_retry()}</Button>
        </form>
    };
    vec![
        Cell::Text(kind),
        Cell::Text(error),
        Cell::Text(row.attempts.to_string()),
        Cell::Text(row.at.clone()),
        Cell::View(retry.into_any()),
    ]
}
