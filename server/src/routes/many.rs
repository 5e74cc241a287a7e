//! 文件归类: many files that were sent at once are given their materials. They come by the upload routes, into
//! the slot in which files wait.

use super::{Table, id};
use crate::page::Page;
use app::apply::pages::many::{file_of, many};
use app::paths;
use app::shell::Tab;
use app::t::pages as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::ids::{DraftId, FileId};
use serde::Deserialize;
use service::Failure;
use service::drafts::DraftView;
use std::collections::BTreeMap;

pub fn add(table: Table) -> Table {
    table.get("/apply/{draft}/materials/many", show).post("/apply/{draft}/materials/many", sort)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
    at: Option<String>,
}

async fn show(page: Page, Path(draft): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let owner = page.session.owner()?;
        page.service.draft(&owner, id(&draft)?).await
    };
    match loaded.await {
        Ok(DraftView { submitted: Some(case), .. }) => page.go(&paths::case(case)),
        Ok(draft) => page.show(t::many_page_title(), Tab::Cases, || {
            many(&draft, say.say.as_deref().map(|code| (say.at.as_deref().unwrap_or(""), code)))
        }),
        Err(failure) => page.fail(failure),
    }
}

/// What was chosen; a file without a choice goes on waiting.
fn choices(form: BTreeMap<String, String>) -> Vec<(FileId, String)> {
    let chosen = form.into_iter().filter(|(_, material)| !material.is_empty());
    chosen.filter_map(|(field, material)| Some((file_of(&field)?, material))).collect()
}

async fn sort(page: Page, Path(draft): Path<String>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let sorted = async {
        let owner = page.session.owner()?;
        let id: DraftId = id(&draft)?;
        let problem = page.service.sort_files(&owner, id, &choices(form)).await?;
        let left = service::sorting::waiting(&page.service.draft(&owner, id).await?).len();
        Ok::<_, Failure>((id, problem, left))
    };
    match sorted.await {
        Ok((id, Some((code, material)), _)) => {
            page.go(&format!("{}?say={code}&at={}#errors", paths::many(id), paths::encode(&material)))
        }
        Ok((id, None, 0)) => page.go(&paths::materials(id)),
        Ok((id, None, _)) => page.go(&paths::many(id)),
        Err(failure) => page.fail(failure),
    }
}
