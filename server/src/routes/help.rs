//! Help pages, 办不成事, privacy, and the page for addresses that do not exist.

use super::Table;
use crate::page::Page;
use app::help::pages;
use app::shell::Tab;
use app::t::help as t;
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table
        .get("/help", show_help)
        .get("/help/stuck", stuck)
        .post("/help/stuck", stuck_sheet)
        .get("/help/privacy", privacy)
}

async fn show_help(page: Page) -> Response {
    let phone = page.service.catalogue().region.help_phone.clone();
    let windows = page.service.catalogue().region.windows.clone();
    page.show_public_narrow(t::title(), Tab::None, || pages::help(&phone, &windows))
}

#[derive(Deserialize, Default)]
struct Context {
    #[serde(default)]
    from: String,
}

async fn stuck(page: Page, Query(context): Query<Context>) -> Response {
    let from: String = context.from.chars().take(100).collect();
    page.show_narrow(t::stuck_title(), Tab::None, || pages::stuck(false, &from))
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    context: String,
}

/// A sheet to print or read out; nothing is stored.
async fn stuck_sheet(page: Page, Form(form): Form<Written>) -> Response {
    let text: String = form.context.chars().take(2000).collect();
    page.show_narrow(t::stuck_title(), Tab::None, || pages::stuck(true, &text))
}

async fn privacy(page: Page) -> Response {
    page.show_public_narrow(t::privacy_title(), Tab::None, pages::privacy)
}

pub async fn not_found(page: Page) -> Response {
    page.fail(Failure::NotFound)
}

pub async fn gallery(page: Page) -> Response {
    use leptos::prelude::*;
    page.show("组件", Tab::None, || leptos::view! { <app::ui::Gallery /> }.into_any())
}
