//! 惠民惠企政策: the list, what fits me, claiming it.

use super::Table;
use crate::page::Page;
use app::benefits::pages::{self, AGREED, NAME, SEEN, Said, audience_name};
use app::paths;
use app::shell::Tab;
use app::t::benefits as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::catalogue::Audience;
use domain::form::FormErrors;
use domain::rules::Answers;
use serde::Deserialize;
use service::benefits::{ClaimView, Claimed, FactSheet, Matches};
use service::{Denied, Failure};

pub fn add(table: Table) -> Table {
    table
        .get("/benefits", list)
        .get("/benefits/match", show_matches)
        .post("/benefits/match", save_facts)
        .post("/benefits/withdraw", withdraw)
        .get("/benefits/{benefit}/claim", show_claim)
        .post("/benefits/{benefit}/claim", claim)
}

fn audience(name: Option<&str>) -> Audience {
    if name == Some("firm") { Audience::Firm } else { Audience::Person }
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(rename = "for")]
    audience: Option<String>,
    /// What has just happened.
    say: Option<String>,
    /// Wanted to claim this before consenting.
    claim: Option<String>,
}

async fn list(page: Page, Query(asked): Query<Asked>) -> Response {
    let service = page.service.clone();
    let catalogue = service.catalogue();
    let audience = audience(asked.audience.as_deref());
    page.show_public(t::title(), Tab::Home, || pages::list(&catalogue.benefits, audience))
}

fn said(asked: &Asked) -> Said {
    match asked.say.as_deref() {
        Some("saved") => Said::Saved,
        Some("withdrawn") => Said::Withdrawn,
        _ if asked.claim.is_some() => Said::ClaimFirst,
        _ => Said::Nothing,
    }
}

async fn load_matches(page: &Page, audience: Audience) -> Result<(Option<FactSheet>, Matches), Failure> {
    let applicant = page.session.account_holder()?;
    let sheet = page.service.fact_sheet(&applicant).await?;
    let found = page.service.matching(&applicant, audience).await?;
    Ok((sheet, found))
}

async fn show_matches(page: Page, Query(asked): Query<Asked>) -> Response {
    let audience = audience(asked.audience.as_deref());
    match load_matches(&page, audience).await {
        Ok((sheet, found)) => {
            let service = page.service.clone();
            let catalogue = service.catalogue();
            let said = said(&asked);
            page.show(t::match_page(), Tab::Mine, || {
                pages::matches(&catalogue.benefits, audience, sheet.as_ref(), None, &found, said)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

async fn save_facts(page: Page, Form(mut typed): Form<Answers>) -> Response {
    let audience = audience(typed.remove("for").as_deref());
    let agreed = typed.remove(AGREED).is_some_and(|v| v == "yes");
    let seen = typed.remove(SEEN).and_then(|v| v.parse().ok());
    let saved = async {
        let applicant = page.session.account_holder()?;
        page.service.consent_and_save_facts(&applicant, typed.clone(), agreed, seen).await
    };
    match saved.await {
        Ok(()) => page.go(&format!("{}?for={}&say=saved", paths::BENEFIT_MATCH, audience_name(audience))),
        Err(Failure::Rejected("benefit.consent")) => refused(page, audience, &typed, Said::NotAgreed).await,
        Err(Failure::Conflict) => refused(page, audience, &typed, Said::Changed).await,
        Err(Failure::Rejected(_)) => refused(page, audience, &typed, Said::TooLong).await,
        Err(failure) => page.fail(failure),
    }
}

/// Not kept, so it cannot be read back: shown again at once, and in no address.
async fn refused(page: Page, audience: Audience, typed: &Answers, said: Said) -> Response {
    match load_matches(&page, audience).await {
        Ok((sheet, found)) => {
            let service = page.service.clone();
            let catalogue = service.catalogue();
            let status = if said == Said::Changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            page.show_with(status, t::match_page(), Tab::Mine, false, || {
                pages::matches(&catalogue.benefits, audience, sheet.as_ref(), Some(typed), &found, said)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

async fn withdraw(page: Page) -> Response {
    let withdrawn = async {
        let applicant = page.session.account_holder()?;
        page.service.withdraw_consent(&applicant).await
    };
    match withdrawn.await {
        // Withdrawn already: a second tap is no error.
        Ok(_) => page.go(&format!("{}?say=withdrawn", paths::BENEFIT_MATCH)),
        Err(Failure::Denied(Denied::SignIn)) => page.go(&paths::sign_in_and_return(paths::BENEFIT_MATCH)),
        Err(failure) => page.fail(failure),
    }
}

async fn load(page: &Page, benefit: &str) -> Result<ClaimView, Failure> {
    let applicant = page.session.account_holder()?;
    page.service.claim_page(&applicant, benefit).await
}

/// Where consent is given before anything can be claimed.
fn consent_first(page: &Page, benefit: &str) -> String {
    let catalogue = page.service.catalogue();
    let audience = catalogue.benefits.benefit(benefit).map_or(Audience::Person, |b| b.audience);
    format!("{}?for={}&claim=1", paths::BENEFIT_MATCH, audience_name(audience))
}

async fn show_claim(page: Page, Path(benefit): Path<String>) -> Response {
    match load(&page, &benefit).await {
        Ok(view) => {
            let title = view.benefit.title.clone();
            page.show_narrow(&title, Tab::Mine, || pages::claim(&view, &Answers::new(), &FormErrors::new()))
        }
        Err(Failure::Rejected("benefit.consent")) => {
            let to = consent_first(&page, &benefit);
            page.go(&to)
        }
        Err(failure) => page.fail(failure),
    }
}

async fn claim(page: Page, Path(benefit): Path<String>, Form(typed): Form<Answers>) -> Response {
    let value = |name: &str| typed.get(name).map_or("", String::as_str);
    let claimed = async {
        let applicant = page.session.account_holder()?;
        page.service.claim(&applicant, &benefit, &typed, value(NAME), value(AGREED) == "yes").await
    };
    match claimed.await {
        Ok(Claimed::Case(case)) => page.go(&paths::receipt(case)),
        Ok(Claimed::ByHand(case)) => page.go(&format!("{}?say=by_hand", paths::receipt(case))),
        Ok(Claimed::Draft(draft)) => page.go(&paths::draft(draft)),
        Err(Failure::Rejected("benefit.consent")) => {
            let to = consent_first(&page, &benefit);
            page.go(&to)
        }
        // What was typed is personal: it is shown again with what is wrong, and stands in no address.
        Err(Failure::Invalid(errors)) => match load(&page, &benefit).await {
            Ok(view) => {
                let title = view.benefit.title.clone();
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                page.show_with(status, &title, Tab::Mine, true, || pages::claim(&view, &typed, &errors))
            }
            Err(failure) => page.fail(failure),
        },
        // The page says by itself why it does not fit.
        Err(Failure::Rejected("benefit.not_fit")) => page.go(&paths::claim(&benefit)),
        Err(failure) => page.fail(failure),
    }
}
