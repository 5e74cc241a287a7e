//! 电子证照 and files of earlier cases in the slots of a draft. Save, then lead back to the materials.

use super::{Table, id};
use crate::page::Page;
use app::paths;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::ids::DraftId;
use serde::Deserialize;
use service::{Denied, Failure};

pub fn add(table: Table) -> Table {
    table
        .post("/apply/{draft}/licences", consent)
        .post("/apply/{draft}/licences/again", again)
        .post("/apply/{draft}/licences/withdraw", withdraw)
        .post("/apply/{draft}/slots/{material}/licence", one)
        .post("/apply/{draft}/slots/{material}/number", number)
        .post("/apply/{draft}/slots/{material}/earlier", earlier)
        .post("/apply/{draft}/slots/{material}/values", values)
}

#[derive(Deserialize)]
struct Consent {
    #[serde(default)]
    agreed: String,
}

async fn consent(page: Page, Path(draft): Path<String>, Form(form): Form<Consent>) -> Response {
    let filled = async {
        let applicant = page.session.account_holder()?;
        page.service.consent_and_fill(&applicant, id(&draft)?, form.agreed == "yes").await
    };
    let filled = filled.await;
    back(page, &draft, None, filled.map(Some))
}

async fn again(page: Page, Path(draft): Path<String>) -> Response {
    let filled = async {
        let applicant = page.session.account_holder()?;
        page.service.fill_again(&applicant, id(&draft)?).await
    };
    let filled = filled.await;
    back(page, &draft, None, filled.map(Some))
}

async fn withdraw(page: Page, Path(draft): Path<String>) -> Response {
    let withdrawn = async {
        let applicant = page.session.account_holder()?;
        page.service.withdraw_licence_consent(&applicant, id(&draft)?).await
    };
    let withdrawn = withdrawn.await;
    back(page, &draft, None, withdrawn.map(|()| None))
}

async fn one(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    let filled = async {
        let applicant = page.session.account_holder()?;
        page.service.fill_one(&applicant, id(&draft)?, &material).await
    };
    let filled = filled.await;
    back(page, &draft, Some(&material), filled.map(Some))
}

#[derive(Deserialize)]
struct Number {
    #[serde(default)]
    number: String,
}

async fn number(page: Page, Path((draft, material)): Path<(String, String)>, Form(form): Form<Number>) -> Response {
    let checked = async {
        let applicant = page.session.applicant()?;
        page.service.check_number(&applicant, id(&draft)?, &material, &form.number).await
    };
    let checked = checked.await;
    back(page, &draft, Some(&material), checked.map(|()| Some(1)))
}

#[derive(Deserialize)]
struct Earlier {
    #[serde(default)]
    case: String,
}

async fn earlier(page: Page, Path((draft, material)): Path<(String, String)>, Form(form): Form<Earlier>) -> Response {
    let used = async {
        let applicant = page.session.applicant()?;
        page.service.use_earlier(&applicant, id(&draft)?, &material, id(&form.case)?).await
    };
    let used = used.await;
    back(page, &draft, Some(&material), used.map(|()| None))
}

async fn values(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    let taken = async {
        let owner = page.session.owner()?;
        page.service.take_values(&owner, id(&draft)?, &material).await
    };
    let taken = taken.await;
    back(page, &draft, Some(&material), taken.map(|()| None))
}

/// Back to the materials: what was filled, or why not, in words there.
fn back(page: Page, draft: &str, material: Option<&str>, outcome: Result<Option<usize>, Failure>) -> Response {
    let Ok(id) = id::<DraftId>(draft) else { return page.fail(Failure::NotFound) };
    let here = paths::materials(id);
    let anchor = material.map_or_else(String::new, |m| format!("#slot-{}", app::ui::field_id(m)));
    match outcome {
        Ok(None) => page.go(&format!("{here}{anchor}")),
        Ok(Some(count)) => page.go(&format!("{here}?filled={count}{anchor}")),
        Err(Failure::Rejected("draft.submitted")) => page.go(&paths::draft(id)),
        Err(Failure::Rejected(code)) => {
            let at = material.map_or_else(String::new, |m| format!("&at={}", paths::encode(m)));
            page.go(&format!("{here}?say={code}{at}#errors"))
        }
        Err(Failure::Denied(Denied::SignIn)) => page.go(&paths::sign_in_and_return(&here)),
        Err(failure) => page.fail(failure),
    }
}
