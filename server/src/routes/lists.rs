//! The public lists, and the places near home.

use super::Table;
use crate::page::Page;
use app::catalogue::pages::lists::ListKind;
use app::catalogue::pages::places::Wanted;
use app::catalogue::pages::{lists, places};
use app::shell::Tab;
use app::t::lists as t;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table.get("/lists", overview).get("/lists/{list}", show).get("/places", show_places)
}

async fn overview(page: Page) -> Response {
    let service = page.service.clone();
    let catalogue = service.catalogue();
    page.show_public(t::title(), Tab::Home, || lists::overview(&catalogue))
}

#[derive(Deserialize, Default)]
struct ListQuery {
    /// Id of a department.
    #[serde(default)]
    body: String,
    /// Id of a batch (分批公布).
    #[serde(default)]
    batch: String,
}

async fn show(page: Page, Path(list): Path<String>, Query(query): Query<ListQuery>) -> Response {
    let Some(kind) = ListKind::parse(&list) else { return page.fail(Failure::NotFound) };
    let service = page.service.clone();
    let catalogue = service.catalogue();
    let body = Some(query.body.as_str()).filter(|body| !body.is_empty());
    let batch = Some(query.batch.as_str()).filter(|batch| !batch.is_empty());
    page.show_public(kind.title(), Tab::Home, || lists::list(kind, &catalogue, body, batch))
}

#[derive(Deserialize, Default)]
struct PlacesQuery {
    /// Code of a township or village.
    #[serde(default)]
    area: String,
    /// Slug of a matter.
    #[serde(default)]
    matter: String,
}

async fn show_places(page: Page, Query(query): Query<PlacesQuery>) -> Response {
    let service = page.service.clone();
    let catalogue = service.catalogue();
    // An unknown one is no choice.
    let wanted = service.matter_of(&query.matter).await.ok().map(|m| Wanted {
        slug: m.slug.clone(),
        title: m.title.clone(),
        window: m.window.clone(),
    });
    let area = Some(query.area.as_str()).filter(|area| !area.is_empty());
    page.show_public(t::places_title(), Tab::Home, || places::places(&catalogue, area, wanted.as_ref()))
}
