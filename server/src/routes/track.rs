//! Progress without signing in, and verification of documents.

use super::Table;
use crate::page::Page;
use app::shell::Tab;
use app::t::{track as t, verify as v};
use app::{track, verify};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table
        .get("/track", show_form)
        .post("/track", show_progress)
        .get("/verify", show_verify)
        .get("/verify/{code}", verified)
}

async fn show_form(page: Page) -> Response {
    page.show_public_narrow(t::form_title(), Tab::Cases, || track::pages::form(None, ""))
}

#[derive(Deserialize)]
struct TrackForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    last4: String,
}

async fn show_progress(page: Page, Form(form): Form<TrackForm>) -> Response {
    match page.service.track(&form.code, &form.last4, &page.address).await {
        Ok(view) => page.show_narrow(t::form_title(), Tab::Cases, || track::pages::result(&view)),
        Err(Failure::Rejected(code)) => {
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, t::form_title(), Tab::Cases, true, || {
                track::pages::form(Some(code), &form.code)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn show_verify(page: Page, Query(query): Query<Code>) -> Response {
    if query.code.is_empty() {
        return page.show_public_narrow(v::form_title(), Tab::None, || verify::pages::form(None, ""));
    }
    lookup(page, &query.code).await
}

async fn verified(page: Page, Path(code): Path<String>) -> Response {
    lookup(page, &code).await
}

async fn lookup(page: Page, code: &str) -> Response {
    match page.service.verify_document(code).await {
        Ok(document) => page.show_narrow(v::form_title(), Tab::None, || verify::pages::found(&document)),
        Err(Failure::NotFound) => page.show_with(StatusCode::NOT_FOUND, v::form_title(), Tab::None, true, || {
            verify::pages::form(Some("not_found"), code)
        }),
        Err(failure) => page.fail(failure),
    }
}
