//! The desk's acts on one part of a joint case.

use super::desk::back;
use super::{Table, id};
use crate::page::Page;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

pub fn add(table: Table) -> Table {
    table
        .post("/desk/cases/{case}/parts/{part}/finish", finish)
        .post("/desk/cases/{case}/parts/{part}/fail", fail)
        .post("/desk/cases/{case}/parts/{part}/reopen", reopen)
}

/// Every act carries the version that the page showed.
#[derive(Deserialize)]
struct PartAct {
    version: i64,
    #[serde(default)]
    note: String,
    #[serde(default)]
    reason: String,
}

async fn finish(page: Page, Path((case, part)): Path<(String, String)>, Form(form): Form<PartAct>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        page.service.finish_part(&approver, id(&case)?, form.version, &part, &form.note).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "done")
}

async fn fail(page: Page, Path((case, part)): Path<(String, String)>, Form(form): Form<PartAct>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        page.service.fail_part(&approver, id(&case)?, form.version, &part, &form.reason).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "done")
}

async fn reopen(page: Page, Path((case, part)): Path<(String, String)>, Form(form): Form<PartAct>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        page.service.reopen_part(&approver, id(&case)?, form.version, &part, &form.reason).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "done")
}
