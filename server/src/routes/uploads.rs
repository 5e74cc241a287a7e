//! Receiving files: a plain multipart form; streamed, never held whole. The enhanced slot sends by `tus`.

use super::{Table, id};
use crate::page::{Page, status_of, words};
use app::apply::finding::finding_text;
use app::paths;
use axum::Json;
use axum::extract::Path;
use axum::extract::multipart::{Field, Multipart};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ids::{CaseId, DraftId};
use domain::materials::UNSORTED;
use serde::Serialize;
use service::Failure;
use service::uploads::FileView;

/// Most files in one request.
const MOST_FILES: usize = 20;
/// Bytes read and thrown away before a refusal.
const DRAIN_LIMIT: usize = 8 << 20;

pub fn add(table: Table) -> Table {
    table
        .post("/uploads/drafts/{draft}/{material}", to_draft)
        .post("/uploads/cases/{case}/{material}", to_case)
        .post("/uploads/owed/{case}/{material}", to_owed)
}

/// Where the files go.
enum Target {
    Draft(DraftId),
    Case(CaseId),
    /// The slot of something owed (容缺后补), on the case's own page.
    Owed(CaseId),
}

/// One file's outcome, for programs.
#[derive(Serialize)]
struct Received {
    name: String,
    /// Kept; false when a 必须改 kept it out.
    kept: bool,
    must_fix: bool,
    findings: Vec<String>,
}

async fn to_draft(
    page: Page,
    Path((draft, material)): Path<(String, String)>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    match id(&draft) {
        Ok(id) => receive(page, &Target::Draft(id), &material, form).await,
        Err(failure) => refuse(page, form, failure).await,
    }
}

async fn to_case(
    page: Page,
    Path((case, material)): Path<(String, String)>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    match id(&case) {
        Ok(id) => receive(page, &Target::Case(id), &material, form).await,
        Err(failure) => refuse(page, form, failure).await,
    }
}

async fn to_owed(
    page: Page,
    Path((case, material)): Path<(String, String)>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    match id(&case) {
        Ok(id) => receive(page, &Target::Owed(id), &material, form).await,
        Err(failure) => refuse(page, form, failure).await,
    }
}

async fn refuse(
    page: Page,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
    failure: Failure,
) -> Response {
    if let Ok(mut form) = form {
        drain(&mut form).await;
    }
    page.fail(failure)
}

async fn receive(
    page: Page,
    target: &Target,
    material: &str,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let Ok(mut form) = form else { return page.fail(Failure::Rejected("upload.broken")) };
    let mut list = Vec::new();
    // One failed file blocks no other: its failure is remembered, the rest goes on.
    let mut problem: Option<Failure> = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => {
                problem = Some(Failure::Rejected("upload.broken"));
                break;
            }
        };
        let named = field.file_name().is_some_and(|n| !n.is_empty());
        if field.name() != Some("files") || !named {
            continue;
        }
        if list.len() >= MOST_FILES {
            problem = Some(Failure::Rejected("file.too_many"));
            drop(field);
            drain(&mut form).await;
            break;
        }
        match receive_one(&page, target, material, field).await {
            Ok(file) => list.push(received(&file)),
            Err(failure @ (Failure::Denied(_) | Failure::NotFound)) => {
                drain(&mut form).await;
                return page.fail(failure);
            }
            Err(failure) => problem = Some(failure),
        }
    }
    answer(page, target, material, list, problem)
}

/// Reads on for a while before a refusal: a browser that is still sending shows “connection reset”
/// instead of the page that explains.
async fn drain(form: &mut Multipart) {
    let mut left = DRAIN_LIMIT;
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(part)) = field.chunk().await {
            left = left.saturating_sub(part.len());
            if left == 0 {
                return;
            }
        }
    }
}

async fn receive_one(page: &Page, target: &Target, material: &str, field: Field<'_>) -> Result<FileView, Failure> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let media_type = field.content_type().unwrap_or_default().to_owned();
    match target {
        Target::Draft(id) => {
            let owner = page.session.owner()?;
            page.service.receive_file(&owner, *id, material, &name, &media_type, field).await
        }
        Target::Case(id) | Target::Owed(id) => {
            let applicant = page.session.applicant()?;
            page.service.receive_correction(&applicant, *id, material, &name, &media_type, field).await
        }
    }
}

fn received(file: &FileView) -> Received {
    Received {
        name: file.name.clone(),
        kept: file.bytes > 0 || !file.report.must_fix(),
        must_fix: file.report.must_fix(),
        findings: file.report.findings.iter().map(finding_text).collect(),
    }
}

fn answer(page: Page, target: &Target, material: &str, list: Vec<Received>, problem: Option<Failure>) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, |failure| {
        let own = status_of(failure);
        if own.is_server_error() {
            tracing::error!(error = %failure, "an upload failed");
            return own;
        }
        StatusCode::UNPROCESSABLE_ENTITY
    });
    if page.wants_json() {
        let words = problem.as_ref().map(words);
        return (status, Json(serde_json::json!({ "files": list, "problem": words }))).into_response();
    }
    let to = match target {
        // What was sent without saying what it is gets its materials next.
        Target::Draft(id) if material == UNSORTED => paths::many(*id),
        Target::Draft(id) => paths::materials(*id),
        Target::Case(id) => paths::correction(*id),
        Target::Owed(id) => paths::case(*id),
    };
    let code = match (&problem, list.is_empty()) {
        (Some(failure), _) => Some(failure.code()),
        (None, true) => Some("file.none".to_owned()),
        (None, false) => list.iter().any(|f| !f.kept).then(|| "file.too_big".to_owned()),
    };
    let say = code.map_or_else(String::new, |code| format!("?say={code}&at={}", paths::encode(material)));
    page.go(&format!("{to}{say}#slot-{}", app::ui::field_id(material)))
}
