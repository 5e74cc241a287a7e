//! The catalogue's editor.

use super::{Table, id};
use crate::page::Page;
use app::desk::pages::{reminded, revisions as pages};
use app::paths;
use app::shell::Tab;
use app::t::revision as t;
use axum::Form;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use connect::spreadsheet;
use domain::catalogue::RevisionStatus;
use domain::ids::Uuid;
use domain::rules::Answers;
use serde::Deserialize;
use service::Failure;
use service::revisions::{BookProblem, Places, RevisionView, Row, Sheet, Workbook, rows_of, schema, toml_file};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub fn add(table: Table) -> Table {
    table
        .get("/desk/catalogue", list)
        .post("/desk/catalogue/begin", begin)
        .post("/desk/catalogue/new", new)
        .post("/desk/catalogue/import", import)
        .get("/desk/catalogue/export/{slug}/{kind}", export_offered)
        .get("/desk/catalogue/revisions/{revision}", one)
        .get("/desk/catalogue/revisions/{revision}/edit/{group}", edit)
        .post("/desk/catalogue/revisions/{revision}/edit/{group}", save)
        .get("/desk/catalogue/revisions/{revision}/preview", preview)
        .get("/desk/catalogue/revisions/{revision}/compare", compare)
        .get("/desk/catalogue/revisions/{revision}/export.xlsx", export_xlsx)
        .get("/desk/catalogue/revisions/{revision}/export.toml", export_toml)
        .post("/desk/catalogue/revisions/{revision}/reason", reason)
        .post("/desk/catalogue/revisions/{revision}/propose", propose)
        .post("/desk/catalogue/revisions/{revision}/discard", discard)
        .post("/desk/catalogue/revisions/{revision}/approve", approve)
        .post("/desk/catalogue/revisions/{revision}/return", send_back)
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    status: String,
    say: Option<String>,
}

async fn list(page: Page, Query(asked): Query<Asked>) -> Response {
    let status = RevisionStatus::parse(&asked.status);
    let loaded = async {
        let reader = page.session.catalogue_reader()?;
        page.service.revisions(&reader, status).await
    };
    let editor = page.session.editor().is_ok();
    match loaded.await {
        Ok(lines) => {
            let cards: Vec<_> = page.service.catalogue().cards().take(pages::SUGGESTED).cloned().collect();
            let say = asked.say.as_deref();
            let missing = page.service.missing_calendar();
            page.show(t::list_title(), Tab::None, || {
                reminded(missing, pages::list(&lines, status, &cards, editor, say))
            })
        }
        Err(failure) => page.fail(failure),
    }
}

/// The revision of this address, for whoever may look.
async fn open(page: &Page, revision: &str) -> Result<RevisionView, Failure> {
    let reader = page.session.catalogue_reader()?;
    page.service.revision(&reader, id::<Uuid>(revision)?).await
}

async fn one(page: Page, Path(revision): Path<String>, Query(asked): Query<Asked>) -> Response {
    let (editor, reviewer) = (page.session.editor().is_ok(), page.session.reviewer().is_ok());
    match open(&page, &revision).await {
        Ok(view) => {
            let title = view.line.title.clone();
            page.show(&title, Tab::None, || pages::one(&view, editor, reviewer, asked.say.as_deref()))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn edit(page: Page, Path((revision, group)): Path<(String, String)>, Query(asked): Query<Asked>) -> Response {
    let Some(group) = schema::group(&group) else { return page.fail(Failure::NotFound) };
    match open(&page, &revision).await {
        Ok(view) => {
            let region = page.service.catalogue().region.clone();
            let editor = page.session.editor().is_ok();
            let seen = pages::Seen { region: &region, editor, typed: None, say: asked.say.as_deref() };
            page.show(group.title, Tab::None, || pages::edit(&view, group, &seen))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn preview(page: Page, Path(revision): Path<String>, Query(answers): Query<Answers>) -> Response {
    match open(&page, &revision).await {
        Ok(view) => {
            let region = page.service.catalogue().region.clone();
            let url = format!("{}{}", page.service.settings.public_url, paths::guide(&view.line.slug));
            let answers: Answers = answers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            page.show(t::preview(), Tab::None, || pages::preview(&view, &region, &url, &answers))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn compare(page: Page, Path(revision): Path<String>) -> Response {
    match open(&page, &revision).await {
        Ok(view) => page.show(t::compare(), Tab::None, || pages::compare(&view)),
        Err(failure) => page.fail(failure),
    }
}

/// To `done` with a word of success, or back to `back` with why not.
fn lead(page: Page, outcome: Result<(), Failure>, (done, word): (&str, &str), back: &str) -> Response {
    match outcome {
        Ok(()) => page.go(&format!("{done}?say={word}")),
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => page.go(&format!("{back}?say={}", failure.code())),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct Begin {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    new_slug: String,
    #[serde(default)]
    title: String,
}

async fn begin(page: Page, Form(form): Form<Begin>) -> Response {
    let begun = async {
        let editor = page.session.editor()?;
        page.service.begin_revision(&editor, form.slug.trim()).await
    };
    let begun = begun.await;
    begun_page(page, begun)
}

async fn new(page: Page, Form(form): Form<Begin>) -> Response {
    let begun = async {
        let editor = page.session.editor()?;
        page.service.begin_matter(&editor, &form.new_slug, &form.title).await
    };
    let begun = begun.await;
    begun_page(page, begun)
}

fn begun_page(page: Page, begun: Result<Uuid, Failure>) -> Response {
    match begun {
        Ok(id) => page.go(&paths::revision(id)),
        Err(failure @ (Failure::Rejected(_) | Failure::NotFound | Failure::Conflict)) => {
            page.go(&format!("{}?say={}", paths::DESK_CATALOGUE, failure.code()))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn save(
    page: Page,
    Path((revision, group)): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let here = format!("/desk/catalogue/revisions/{revision}/edit/{group}");
    let lock = form.iter().find(|(name, _)| name == "lock").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    let rows = rows_of(form);
    let saved = async {
        let editor = page.session.editor()?;
        page.service.save_rows(&editor, id(&revision)?, lock, &group, rows.clone()).await
    };
    let outcome = saved.await;
    match (outcome, schema::group(&group)) {
        (Err(Failure::Conflict), Some(group)) => conflict(page, &revision, group, &rows).await,
        (outcome, _) => lead(page, outcome, (&here, "saved"), &here),
    }
}

/// Somebody else was quicker: what was typed is shown again, over the newest state, and nothing is lost.
async fn conflict(page: Page, revision: &str, group: &'static schema::Group, rows: &[Row]) -> Response {
    match open(&page, revision).await {
        Ok(view) => {
            let region = page.service.catalogue().region.clone();
            let seen = pages::Seen { region: &region, editor: true, typed: Some(rows), say: Some("typed") };
            page.show_with(StatusCode::CONFLICT, group.title, Tab::None, false, || pages::edit(&view, group, &seen))
        }
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct Act {
    #[serde(default)]
    lock: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    effective: String,
}

macro_rules! act {
    ($name:ident, $capability:ident, $word:literal, |$service:ident, $who:ident, $id:ident, $form:ident| $call:expr) => {
        async fn $name(page: Page, Path(revision): Path<String>, Form($form): Form<Act>) -> Response {
            let done = async {
                let $who = page.session.$capability()?;
                let $id = id::<Uuid>(&revision)?;
                let $service = &page.service;
                $call.await
            };
            let outcome = done.await;
            let here = format!("/desk/catalogue/revisions/{}", paths::encode(&revision));
            let done = if $word == "discarded" { paths::DESK_CATALOGUE } else { &here };
            lead(page, outcome, (done, $word), &here)
        }
    };
}

act!(reason, editor, "saved", |service, who, id, form| service.save_reason(&who, id, form.lock, &form.reason));
act!(propose, editor, "proposed", |service, who, id, form| service.propose(&who, id, form.lock));
act!(discard, editor, "discarded", |service, who, id, form| service.discard_revision(&who, id, form.lock));
act!(send_back, reviewer, "returned", |service, who, id, form| service.return_revision(
    &who,
    id,
    form.lock,
    &form.reason
));
act!(approve, reviewer, "approved", |service, who, id, form| async {
    let day = form.effective.trim().parse().map_err(|_| Failure::Rejected("revision.effective"))?;
    service.approve(&who, id, form.lock, day).await
});

/// What the form brought: a file's name and content.
async fn file_of(mut form: Multipart) -> Result<(String, Vec<u8>), Failure> {
    let broken = || Failure::Rejected("revision.file");
    while let Some(mut field) = form.next_field().await.map_err(|_| broken())? {
        if field.name() != Some("files") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_ascii_lowercase();
        let mut content = Vec::new();
        while let Some(part) = field.chunk().await.map_err(|_| broken())? {
            if content.len() + part.len() > spreadsheet::LONGEST {
                return Err(broken());
            }
            content.extend_from_slice(&part);
        }
        return if content.is_empty() { Err(broken()) } else { Ok((name, content)) };
    }
    Err(broken())
}

/// The cells of a file, and how its errors are placed.
fn cells_of(name: &str, content: &[u8]) -> Result<Result<(Sheet, Places), Vec<BookProblem>>, Failure> {
    let broken = |_| Failure::Rejected("revision.file");
    if std::path::Path::new(name).extension().is_some_and(|e| e == "toml") {
        let text = std::str::from_utf8(content).map_err(|_| Failure::Rejected("revision.file"))?;
        return Ok(toml_file::read(text).map(|sheet| (sheet, Places::default())));
    }
    Ok(spreadsheet::read(content).map_err(broken)?.read())
}

async fn import(page: Page, form: Result<Multipart, axum::extract::multipart::MultipartRejection>) -> Response {
    // Nobody else's file is read at all.
    if let Err(denied) = page.session.editor() {
        return page.fail(denied.into());
    }
    let imported = async {
        let editor = page.session.editor()?;
        let (name, content) = file_of(form.map_err(|_| Failure::Rejected("revision.file"))?).await?;
        let read = tokio::task::spawn_blocking(move || cells_of(&name, &content));
        let (sheet, places) = match read.await.map_err(|e| Failure::Internal(e.to_string()))?? {
            Ok(read) => read,
            Err(problems) => return Ok(Err(problems)),
        };
        let begun = page.service.import_sheet(&editor, &sheet).await?;
        Ok(begun.map_err(|problems| problems.iter().map(|p| places.of(p)).collect::<Vec<_>>()))
    };
    match imported.await {
        Ok(Ok(id)) => page.go(&format!("{}?say=imported", paths::revision(id))),
        Ok(Err(problems)) => {
            page.show_with(StatusCode::UNPROCESSABLE_ENTITY, t::import_failed(), Tab::None, false, || {
                pages::import_failed(&problems)
            })
        }
        Err(failure @ (Failure::Rejected(_) | Failure::Conflict)) => {
            page.go(&format!("{}?say={}", paths::DESK_CATALOGUE, failure.code()))
        }
        Err(failure) => page.fail(failure),
    }
}

/// A file to be kept, never shown in the browser.
fn file(name: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], content).into_response()
}

fn workbook(page: Page, name: &str, sheet: &Sheet) -> Response {
    match spreadsheet::write(&Workbook::of(sheet)) {
        Ok(content) => file(&format!("{name}.xlsx"), XLSX, content),
        Err(error) => page.fail(Failure::Internal(error.to_string())),
    }
}

fn text(page: Page, name: &str, matter: &domain::catalogue::Matter) -> Response {
    match toml_file::write(matter) {
        Ok(content) => file(&format!("{name}.toml"), "application/toml; charset=utf-8", content.into_bytes()),
        Err(error) => page.fail(Failure::Internal(error.to_string())),
    }
}

async fn export_offered(page: Page, Path((slug, kind)): Path<(String, String)>) -> Response {
    let loaded = async {
        page.session.catalogue_reader()?;
        page.service.matter_of(&slug).await
    };
    match (loaded.await, kind.as_str()) {
        (Ok(matter), "xlsx") => workbook(page, &matter.slug, &Sheet::of(&matter)),
        (Ok(matter), "toml") => text(page, &matter.slug, &matter),
        (Ok(_), _) => page.fail(Failure::NotFound),
        (Err(failure), _) => page.fail(failure),
    }
}

async fn export_xlsx(page: Page, Path(revision): Path<String>) -> Response {
    match open(&page, &revision).await {
        Ok(view) => workbook(page, &format!("{}-{}", view.line.slug, view.line.version), &view.sheet),
        Err(failure) => page.fail(failure),
    }
}

async fn export_toml(page: Page, Path(revision): Path<String>) -> Response {
    match open(&page, &revision).await {
        Ok(RevisionView { matter: Some(matter), line, .. }) => {
            text(page, &format!("{}-{}", line.slug, line.version), &matter)
        }
        // Something in it cannot be read yet: there is no matter to be written.
        Ok(_) => page.fail(Failure::Rejected("revision.incomplete")),
        Err(failure) => page.fail(failure),
    }
}
