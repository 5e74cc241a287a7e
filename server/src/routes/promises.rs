//! 容缺后补 and 告知承诺: promised while applying, handed in and looked at afterwards, checked and repaired.

use super::desk::back;
use super::{Table, id};
use crate::page::Page;
use app::apply::pages::promise;
use app::desk::pages;
use app::paths;
use app::shell::Tab;
use app::t::promises as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::catalogue::Material;
use domain::ids::{CaseId, DraftId};
use leptos::prelude::AnyView;
use serde::Deserialize;
use service::Failure;
use service::drafts::DraftView;
use service::promises::Signing;
use std::collections::BTreeMap;

pub fn add(table: Table) -> Table {
    table
        .get("/apply/{draft}/materials/{material}/later", show_later)
        .post("/apply/{draft}/materials/{material}/later", sign_later)
        .get("/apply/{draft}/materials/{material}/promise", show_promise)
        .post("/apply/{draft}/materials/{material}/promise", sign_promise)
        .post("/cases/{case}/owed/{material}", supply)
        .post("/desk/cases/{case}/owed/{material}/met", meet)
        .post("/desk/cases/{case}/owed/{material}/return", send_back)
        .get("/desk/follow-ups", show_follow_ups)
        .post("/desk/follow-ups/{check}", record)
        .post("/desk/follow-ups/breaches/{breach}/ask", ask)
        .post("/desk/follow-ups/breaches/{breach}/answer", answer)
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Later,
    Promise,
}

impl Kind {
    fn page(self, draft: &DraftView, material: &Material, error: Option<&str>, typed: &str) -> AnyView {
        match self {
            Self::Later => promise::later(draft, material, error, typed),
            Self::Promise => promise::promise(draft, material, error, typed),
        }
    }

    /// The material offers it.
    fn is_offered(self, material: &Material) -> bool {
        match self {
            Self::Later => material.deferral.is_some(),
            Self::Promise => material.promise.is_some(),
        }
    }
}

/// The draft and the material, if its answers ask for it and it offers this.
async fn open(page: &Page, draft: &str, material: &str, kind: Kind) -> Result<(DraftView, Material), Failure> {
    let owner = page.session.owner()?;
    let draft = page.service.draft(&owner, id::<DraftId>(draft)?).await?;
    let material = {
        let list = draft.matter.personal_list(&draft.answers);
        let slot = list.iter().find(|slot| slot.material.id == material && kind.is_offered(slot.material));
        slot.ok_or(Failure::NotFound)?.material.clone()
    };
    Ok((draft, material))
}

async fn show(page: Page, draft: &str, material: &str, kind: Kind) -> Response {
    match open(&page, draft, material, kind).await {
        Ok((DraftView { submitted: Some(case), .. }, _)) => page.go(&paths::case(case)),
        Ok((draft, material)) => {
            let title = material.name.clone();
            page.show(&title, Tab::Cases, || kind.page(&draft, &material, None, ""))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn show_later(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    show(page, &draft, &material, Kind::Later).await
}

async fn show_promise(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    show(page, &draft, &material, Kind::Promise).await
}

#[derive(Deserialize)]
struct Signed {
    #[serde(default)]
    agreed: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    png: String,
    #[serde(default)]
    version: u32,
}

async fn sign(page: Page, draft: &str, material: &str, kind: Kind, form: &Signed) -> Response {
    let (view, spec) = match open(&page, draft, material, kind).await {
        Ok(found) => found,
        Err(failure) => return page.fail(failure),
    };
    if let Some(case) = view.submitted {
        return page.go(&paths::case(case));
    }
    let owner = match page.session.owner() {
        Ok(owner) => owner,
        Err(denied) => return page.fail(denied.into()),
    };
    let by = Signing { name: &form.name, png: Some(&form.png), agreed: form.agreed == "yes", seen: form.version };
    let signed = match kind {
        Kind::Later => page.service.defer_material(&owner, view.id, material, by).await,
        Kind::Promise => page.service.promise_material(&owner, view.id, material, by).await,
    };
    match signed {
        Ok(()) => page.go(&format!("{}#slot-{}", paths::materials(view.id), app::ui::field_id(material))),
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => {
            let code = failure.code();
            let title = spec.name.clone();
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, &title, Tab::Cases, false, || {
                kind.page(&view, &spec, Some(&code), &form.name)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

async fn sign_later(page: Page, Path((draft, material)): Path<(String, String)>, Form(form): Form<Signed>) -> Response {
    sign(page, &draft, &material, Kind::Later, &form).await
}

async fn sign_promise(
    page: Page,
    Path((draft, material)): Path<(String, String)>,
    Form(form): Form<Signed>,
) -> Response {
    sign(page, &draft, &material, Kind::Promise, &form).await
}

async fn supply(page: Page, Path((case, material)): Path<(String, String)>) -> Response {
    let supplied = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        page.service.supply_owed(&applicant, id, &material).await?;
        Ok::<_, Failure>(id)
    };
    match supplied.await {
        Ok(id) => page.go(&format!("{}?say=supplied", paths::case(id))),
        Err(failure @ Failure::Refused(_)) => {
            let (say, at) = (failure.code(), paths::encode(&material));
            page.go(&format!("/cases/{}?say={say}&at={at}#owed", paths::encode(&case)))
        }
        Err(failure) => page.fail(failure),
    }
}

/// The verdict on what came: the version that the page showed, a note, and `bad-CRITERION` for each that
/// is not met.
async fn meet(
    page: Page,
    Path((case, material)): Path<(String, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let done = async {
        let clerk = page.session.clerk()?;
        page.service.meet_owed(&clerk, id(&case)?, version(&form), &material).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "done")
}

async fn send_back(
    page: Page,
    Path((case, material)): Path<(String, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let done = async {
        let clerk = page.session.clerk()?;
        let bad: Vec<String> = form.keys().filter_map(|name| name.strip_prefix("bad-")).map(str::to_owned).collect();
        let note = form.get("note").map_or("", String::as_str);
        page.service.return_owed(&clerk, id(&case)?, version(&form), &material, &bad, note).await
    };
    let outcome = done.await;
    back(page, &case, outcome, "done")
}

/// A missing version fits no case: load again.
fn version(form: &BTreeMap<String, String>) -> i64 {
    form.get("version").and_then(|v| v.parse().ok()).unwrap_or(-1)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show_follow_ups(page: Page, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let approver = page.session.approver()?;
        page.service.follow_ups(&approver).await
    };
    match loaded.await {
        Ok(list) => page.show(t::follow_title(), Tab::None, || pages::follow_ups(&list, say.say.as_deref())),
        Err(failure) => page.fail(failure),
    }
}

/// Back to the lists with what came of it.
fn to_lists(page: Page, outcome: Result<(), Failure>) -> Response {
    let code = match outcome {
        Ok(()) => "saved".to_owned(),
        Err(failure @ (Failure::Rejected(_) | Failure::Refused(_) | Failure::Conflict)) => failure.code(),
        Err(failure) => return page.fail(failure),
    };
    page.go(&format!("{}?say={code}", paths::FOLLOW_UPS))
}

#[derive(Deserialize)]
struct CheckForm {
    /// Which button was pressed.
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    reason: String,
}

async fn record(page: Page, Path(check): Path<String>, Form(form): Form<CheckForm>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        let kept = match form.outcome.as_str() {
            "kept" => true,
            "breached" => false,
            _ => return Err(Failure::Rejected("follow_up.outcome")),
        };
        page.service.record_follow_up(&approver, &check, kept, &form.note).await
    };
    let outcome = done.await;
    to_lists(page, outcome)
}

async fn ask(page: Page, Path(breach): Path<String>, Form(form): Form<CheckForm>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        page.service.ask_repair(&approver, &breach, &form.reason).await
    };
    let outcome = done.await;
    to_lists(page, outcome)
}

async fn answer(page: Page, Path(breach): Path<String>, Form(form): Form<CheckForm>) -> Response {
    let done = async {
        let approver = page.session.approver()?;
        let agrees = match form.outcome.as_str() {
            "agree" => true,
            "decline" => false,
            _ => return Err(Failure::Rejected("follow_up.outcome")),
        };
        page.service.answer_repair(&approver, &breach, agrees).await
    };
    let outcome = done.await;
    to_lists(page, outcome)
}
