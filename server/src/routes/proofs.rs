//! 有效期: the day that stands on a paper of an open slot.

use super::{Table, id};
use crate::page::Page;
use app::apply::pages::arrange::slot_of;
use app::apply::pages::proof_day::FIELD;
use app::paths;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::FileId;
use service::Failure;
use service::arrange::Lies;
use std::collections::BTreeMap;

pub fn add(table: Table) -> Table {
    table.post("/files/{file}/day", save)
}

async fn save(page: Page, Path(file): Path<String>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    // The field is called after its material: several such forms may stand on one page.
    let typed = form.iter().find(|(name, _)| name.starts_with(FIELD)).map_or("", |(_, typed)| typed.as_str());
    match keep(&page, &file, typed).await {
        Ok((lies, None)) => page.go(&slot_of(&lies)),
        Ok((lies, Some(code))) => {
            let card = slot_of(&lies);
            let (address, anchor) = card.split_once('#').unwrap_or((card.as_str(), ""));
            let to = format!("{address}?say={code}&at={}#{anchor}", paths::encode(&lies.material));
            page.go(&to)
        }
        Err(failure) => page.fail(failure),
    }
}

/// Where the file lies, and the stable code of what could not be read.
async fn keep(page: &Page, file: &str, typed: &str) -> Result<(Lies, Option<&'static str>), Failure> {
    let file: FileId = id(file)?;
    let owner = page.session.owner()?;
    match page.service.date_proof(&owner, file, typed).await {
        Ok(lies) => Ok((lies, None)),
        Err(Failure::Rejected(code)) if code.starts_with("proof.") => {
            Ok((page.service.place_of_file(&owner, file).await?, Some(code)))
        }
        Err(failure) => Err(failure),
    }
}
