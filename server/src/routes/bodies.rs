//! 各部门: windows, posts, phones.

use super::Table;
use crate::page::Page;
use app::catalogue::pages::bodies::{self, Doings};
use app::shell::Tab;
use app::t::bodies as t;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use service::catalogue::Filter;
use service::{Failure, Service};

pub fn add(table: Table) -> Table {
    table.get("/bodies", overview).get("/bodies/{body}", show)
}

async fn overview(page: Page) -> Response {
    let catalogue = page.service.catalogue();
    page.show_public(t::title(), Tab::Home, || bodies::overview(&catalogue))
}

#[derive(Deserialize, Default)]
struct Asked {
    /// From 1.
    page: Option<usize>,
}

async fn show(page: Page, Path(id): Path<String>, Query(asked): Query<Asked>) -> Response {
    let catalogue = page.service.catalogue();
    let Some(body) = catalogue.region.body(&id) else { return page.fail(Failure::NotFound) };
    let doings = match doings(&page.service, &id, asked.page.unwrap_or(1).max(1)).await {
        Ok(doings) => doings,
        Err(failure) => return page.fail(failure),
    };
    page.show_public(&body.name, Tab::Home, || bodies::body(body, &catalogue.region, &doings))
}

/// Its matters, one page of them, and the joint ones in which it has a part.
async fn doings(service: &Service, body: &str, page: usize) -> Result<Doings, Failure> {
    let catalogue = service.catalogue();
    let filter = Filter { body: Some(body.to_owned()), ..Filter::default() };
    let (cards, total) = catalogue.list(&filter, page);
    let mut doings = Doings { total, page, ..Doings::default() };
    for card in cards {
        doings.matters.push(service.matter_of(&card.slug).await?);
    }
    for card in catalogue.joint().iter().filter(|card| card.body != body) {
        let matter = service.matter_of(&card.slug).await?;
        if matter.parts.iter().any(|part| part.body == body) {
            doings.joint.push(matter);
        }
    }
    Ok(doings)
}
