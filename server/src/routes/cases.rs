//! The applicant's cases and account.

use super::{Table, id};
use crate::page::Page;
use app::apply::pages::{correction, receipt};
use app::mine::pages as mine;
use app::paths;
use app::shell::Tab;
use app::t::{post as words, shell as t};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::CaseId;
use serde::Deserialize;
use service::Failure;
use service::cases::CaseView;
use service::delivery::{AddressForm, DeliveryView};
use service::transfers::Place;

pub fn add(table: Table) -> Table {
    table
        .get("/cases", list)
        .get("/cases/{case}", show)
        .get("/cases/{case}/receipt", show_receipt)
        .get("/cases/{case}/correction", show_correction)
        .post("/cases/{case}/correction", answer_notice)
        .post("/cases/{case}/files/{file}/remove", remove_file)
        .post("/cases/{case}/withdraw", withdraw)
        .get("/cases/{case}/delivery", show_delivery)
        .post("/cases/{case}/delivery", save_delivery)
        .get("/cases/{case}/undo", show_undo)
        .post("/cases/{case}/undo", undo)
        .get("/mine", show_mine)
        .get("/licences", licences)
}

async fn list(page: Page) -> Response {
    let loaded = async {
        // A guest sees the drafts of this device; signing in brings the rest.
        let drafts = match page.session.owner() {
            Ok(owner) => page.service.drafts(&owner).await?,
            Err(_) => Vec::new(),
        };
        let cases = match page.session.applicant() {
            Ok(applicant) => page.service.my_cases(&applicant).await?,
            Err(denied) if drafts.is_empty() => return Err(denied.into()),
            Err(_) => Vec::new(),
        };
        Ok::<_, Failure>((cases, drafts))
    };
    match loaded.await {
        Ok((cases, drafts)) => page.show(t::cases(), Tab::Cases, || mine::cases(&cases, &drafts)),
        Err(failure) => page.fail(failure),
    }
}

async fn load(page: &Page, case: &str) -> Result<CaseView, Failure> {
    let applicant = page.session.applicant()?;
    page.service.my_case(&applicant, id(case)?).await
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
    at: Option<String>,
}

async fn show(page: Page, Path(case): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async {
        let view = load(&page, &case).await?;
        // Slots for files are on this page only where something is owed.
        let interrupted = if view.case.owed.is_empty() {
            Vec::new()
        } else {
            page.service.interrupted(&Place::Case(page.session.applicant()?, view.case.id)).await?
        };
        Ok::<_, Failure>((view, interrupted))
    };
    match loaded.await {
        Ok((view, interrupted)) => {
            let title = view.matter.title.clone();
            page.show(&title, Tab::Cases, || mine::case(&view, &interrupted, say.say.as_deref(), say.at.as_deref()))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn show_receipt(page: Page, Path(case): Path<String>, Query(say): Query<Say>) -> Response {
    match load(&page, &case).await {
        Ok(view) => {
            let target = format!("{}{}", page.service.settings.public_url, paths::TRACK);
            let qr = app::shell::qr_svg(&target);
            page.show(t::cases(), Tab::Cases, || receipt::receipt(&view, qr, say.say.as_deref() == Some("by_hand")))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn show_correction(page: Page, Path(case): Path<String>, Query(say): Query<Say>) -> Response {
    match load(&page, &case).await {
        Ok(view) if view.case.status() == domain::case::CaseStatus::Correcting => {
            let interrupted =
                async { page.service.interrupted(&Place::Case(page.session.applicant()?, view.case.id)).await };
            let interrupted = match interrupted.await {
                Ok(list) => list,
                Err(failure) => return page.fail(failure),
            };
            page.show(t::cases(), Tab::Cases, || {
                let problem = say.say.as_deref().map(|code| (say.at.as_deref().unwrap_or(""), code));
                correction::correction(&view, &interrupted, problem)
            })
        }
        Ok(view) => page.go(&paths::case(view.case.id)),
        Err(failure) => page.fail(failure),
    }
}

async fn answer_notice(page: Page, Path(case): Path<String>) -> Response {
    let answered = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        page.service.answer_notice(&applicant, id).await?;
        Ok::<_, Failure>(id)
    };
    match answered.await {
        Ok(id) => page.go(&format!("{}?say=corrected", paths::case(id))),
        Err(Failure::Refused(domain::case::Refusal::NoticeIncomplete)) => {
            page.go(&format!("/cases/{case}/correction?say=refusal.notice_incomplete"))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn remove_file(page: Page, Path((case, file)): Path<(String, String)>) -> Response {
    let removed = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        page.service.remove_correction(&applicant, id, super::id(&file)?).await?;
        Ok::<_, Failure>(id)
    };
    match removed.await {
        Ok(id) => page.go(&paths::correction(id)),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct Sure {
    #[serde(default)]
    sure: String,
}

async fn withdraw(page: Page, Path(case): Path<String>, Form(form): Form<Sure>) -> Response {
    if form.sure != "yes" {
        return page.go(&format!("/cases/{case}?say=sure"));
    }
    let withdrawn = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        page.service.withdraw(&applicant, id).await?;
        Ok::<_, Failure>(id)
    };
    match withdrawn.await {
        Ok(id) => page.go(&format!("{}?say=withdrawn", paths::case(id))),
        Err(failure) => page.fail(failure),
    }
}

async fn delivery(page: &Page, case: &str) -> Result<(CaseView, Option<DeliveryView>), Failure> {
    let applicant = page.session.applicant()?;
    let asked = page.service.my_delivery(&applicant, id(case)?).await?;
    Ok((load(page, case).await?, asked))
}

async fn show_delivery(page: Page, Path(case): Path<String>, Query(say): Query<Say>) -> Response {
    match delivery(&page, &case).await {
        Ok((view, asked)) => {
            let saved = say.say.as_deref() == Some("saved");
            let (id, title) = (view.case.id, &view.matter.title);
            page.show_narrow(words::title(), Tab::Cases, || mine::delivery(id, title, asked.as_ref(), None, saved))
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize)]
struct PostalForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    address: String,
}

async fn save_delivery(page: Page, Path(case): Path<String>, Form(typed): Form<PostalForm>) -> Response {
    let form = AddressForm { name: typed.name, phone: typed.phone, address: typed.address };
    let saved = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        page.service.ask_for_post(&applicant, id, &form).await?;
        Ok::<_, Failure>(id)
    };
    match saved.await {
        Ok(id) => page.go(&format!("{}?say=saved", paths::delivery(id))),
        // An address is personal: it is shown again with what is wrong, and stands in no address bar.
        Err(Failure::Invalid(errors)) => match delivery(&page, &case).await {
            Ok((view, asked)) => {
                let (id, title, status) = (view.case.id, &view.matter.title, StatusCode::UNPROCESSABLE_ENTITY);
                page.show_with(status, words::title(), Tab::Cases, true, || {
                    mine::delivery(id, title, asked.as_ref(), Some((&form, &errors)), false)
                })
            }
            Err(failure) => page.fail(failure),
        },
        Err(failure) => page.fail(failure),
    }
}

async fn show_undo(page: Page, Path(case): Path<String>) -> Response {
    match load(&page, &case).await {
        Ok(view) => match view.undo_until {
            Some(until) => page.show_narrow(app::t::undo::title(), Tab::Cases, || mine::undo(&view, until)),
            // The case says where it stands.
            None => page.go(&paths::case(view.case.id)),
        },
        Err(failure) => page.fail(failure),
    }
}

async fn undo(page: Page, Path(case): Path<String>) -> Response {
    let undone = async {
        let applicant = page.session.applicant()?;
        let id: CaseId = id(&case)?;
        match page.service.undo(&applicant, id).await {
            Ok(_) => Ok((id, "undone".to_owned())),
            Err(failure @ Failure::Refused(_)) => Ok((id, failure.code())),
            Err(failure) => Err(failure),
        }
    };
    match undone.await {
        Ok((id, said)) => page.go(&format!("{}?say={said}", paths::case(id))),
        Err(failure) => page.fail(failure),
    }
}

async fn show_mine(page: Page) -> Response {
    let care = page.care;
    let Ok(applicant) = page.session.account_holder() else {
        return page.show(t::mine(), Tab::Mine, || mine::mine(None, &[], care));
    };
    match page.service.my_messages(&applicant).await {
        Ok(messages) => {
            let phone = page.session.greeting.clone();
            page.show(t::mine(), Tab::Mine, || mine::mine(Some(&phone), &messages, care))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn licences(page: Page) -> Response {
    let loaded = async {
        let applicant = page.session.account_holder()?;
        page.service.my_results(&applicant).await
    };
    match loaded.await {
        Ok(list) => {
            let items: Vec<_> = list
                .into_iter()
                .map(|d| (d.title, d.number, domain::time::format_date_zh(d.issued_at.date_in_china()), d.id))
                .collect();
            page.show(t::licences(), Tab::Licences, || app::help::pages::licences(&items))
        }
        Err(failure) => page.fail(failure),
    }
}
