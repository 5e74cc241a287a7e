//! The other party confirms and signs.

use super::Table;
use crate::page::Page;
use app::apply::pages::join;
use app::paths;
use app::shell::Tab;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use service::Failure;

pub fn add(table: Table) -> Table {
    table.get("/join/{token}", show).post("/join/{token}", confirm)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show(page: Page, Path(token): Path<String>, Query(say): Query<Say>) -> Response {
    match page.service.party_invitation(&token, &page.session).await {
        Ok(invitation) => {
            let title = invitation.matter_title.clone();
            page.show_narrow(&title, Tab::None, || join::join(&invitation, &token, say.say.as_deref()))
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct Signature {
    #[serde(default)]
    agreed: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    png: String,
}

async fn confirm(page: Page, Path(token): Path<String>, Form(form): Form<Signature>) -> Response {
    let confirmed = async {
        let who = page.session.account_holder()?;
        page.service.confirm_party(&who, &token, &form.name, Some(&form.png), form.agreed == "yes").await
    };
    match confirmed.await {
        Ok(()) => page.go(&paths::invitation(&token)),
        Err(Failure::Rejected(code)) => page.go(&format!("{}?say={code}#errors", paths::invitation(&token))),
        Err(failure) => page.fail(failure),
    }
}
