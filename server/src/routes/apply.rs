//! Applying: save, then validate. A POST keeps the raw answers and redirects; the next GET checks
//! the stored draft and says everything that is wrong.

use super::{Table, id};
use crate::page::Page;
use app::apply::pages::form::{FormState, section};
use app::apply::pages::steps::after_section;
use app::apply::pages::{materials, questions, report, sign};
use app::paths;
use app::shell::Tab;
use app::t::apply as t;
use app::t::local_copy as local_t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{CheckContext, Section};
use domain::ids::DraftId;
use domain::rules::Answers;
use jiff::civil::Date;
use serde::Deserialize;
use service::drafts::DraftView;
use service::identity::Who;
use service::transfers::Place;
use service::turns::Turn;
use service::{Denied, Failure};
use std::collections::BTreeMap;

pub fn add(table: Table) -> Table {
    table
        .get("/apply/{draft}", resume)
        .get("/apply/{draft}/questions", next_question)
        .get("/apply/{draft}/questions/all", show_whole)
        .post("/apply/{draft}/questions/all", answer_whole)
        .get("/apply/{draft}/questions/{question}", show_question)
        .post("/apply/{draft}/questions/{question}", answer)
        .get("/apply/{draft}/outcome", show_outcome)
        .get("/apply/{draft}/form/{section}", show_section)
        .post("/apply/{draft}/form/{section}", save_section)
        .get("/apply/{draft}/materials", show_materials)
        .post("/apply/{draft}/files/{file}/remove", remove_file)
        .get("/apply/{draft}/report", show_report)
        .get("/apply/{draft}/sign", show_sign)
        .post("/apply/{draft}/sign", save_signature)
        .post("/apply/{draft}/submit", submit)
        .get("/apply/{draft}/delete", ask_to_delete)
        .post("/apply/{draft}/delete", delete)
}

/// The draft of this address, if it is this visitor's and still open.
async fn open_draft(page: &Page, draft: &str) -> Result<DraftView, Failure> {
    let owner = page.session.owner()?;
    page.service.draft(&owner, id(draft)?).await
}

/// Answers the request: a page of the draft, or why not.
macro_rules! draft_or_fail {
    ($page:ident, $draft:expr) => {
        match open_draft(&$page, $draft).await {
            Ok(DraftView { submitted: Some(case), .. }) => return $page.go(&paths::case(case)),
            Ok(draft) => draft,
            Err(failure) => return $page.fail(failure),
        }
    };
}

/// Where this person left off.
async fn resume(page: Page, Path(draft): Path<String>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    if draft.matter.next_question(&draft.answers).is_some() || draft.answers.is_empty() {
        return page.go(&paths::questions(draft.id));
    }
    let context = CheckContext { today: page.service.today() };
    let open = draft
        .matter
        .form
        .visible(&draft.answers)
        .find(|s| draft.matter.form.check_section(s, &draft.answers, context).is_err())
        .map(|s| s.id.clone());
    match open {
        Some(section) => page.go(&paths::form(draft.id, &section)),
        None => page.go(&paths::materials(draft.id)),
    }
}

async fn next_question(page: Page, Path(draft): Path<String>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    match draft.matter.next_question(&draft.answers) {
        Some(question) => page.go(&paths::question(draft.id, &question.id)),
        None => page.go(&paths::outcome(draft.id)),
    }
}

#[derive(Deserialize, Default)]
struct Said {
    /// Set after a POST that could not go on.
    check: Option<String>,
    /// Stable code of a problem.
    say: Option<String>,
    /// Which material it is about.
    at: Option<String>,
    /// So many slots were just filled without a file.
    filled: Option<usize>,
    /// Labels of fields that another device changed: only their names.
    conflict: Option<String>,
}

async fn show_question(
    page: Page,
    Path((draft, question)): Path<(String, String)>,
    Query(say): Query<Said>,
) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let matter = draft.matter.clone();
    let Some(question) = matter.question(&question) else { return page.fail(Failure::NotFound) };
    let title = question.text.clone();
    let missing = say.check.is_some();
    page.show(&title, Tab::Cases, || questions::question(&draft, question, missing))
}

async fn show_whole(page: Page, Path(draft): Path<String>, Query(say): Query<Said>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    page.show(t::question_title(), Tab::Cases, || questions::whole(&draft, say.check.is_some()))
}

async fn answer_whole(
    page: Page,
    Path(draft): Path<String>,
    Form(mut form): Form<BTreeMap<String, String>>,
) -> Response {
    let shown = form.remove("shown").unwrap_or_default();
    let (page, id, _) = match save(page, &draft, form, None, None).await {
        Ok(done) => done,
        Err(response) => return response,
    };
    let draft = draft_or_fail!(page, &id.to_string());
    let Some(open) = draft.matter.next_question(&draft.answers) else { return page.go(&paths::outcome(id)) };
    // A question that the last answers brought up is asked; one that was passed by is asked for.
    let passed_by = shown.split(',').any(|q| q == open.id);
    let check = if passed_by { "?check=1#errors" } else { "" };
    page.go(&format!("{}{check}", paths::whole_questions(id)))
}

async fn answer(
    page: Page,
    Path((draft, question)): Path<(String, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let Some(value) = form.get(&question).filter(|v| !v.is_empty()).cloned() else {
        let Ok(id) = id::<DraftId>(&draft) else { return page.fail(Failure::NotFound) };
        return page.go(&format!("{}?check=1#errors", paths::question(id, &question)));
    };
    match save(page, &draft, [(question, value)].into(), None, None).await {
        Ok((page, id, _)) => page.go(&paths::questions(id)),
        Err(response) => response,
    }
}

/// Saves answers. With an expired session they are put by and come back after signing in.
async fn save(
    mut page: Page,
    draft: &str,
    answers: Answers,
    seen: Option<i64>,
    turn: Option<Turn>,
) -> Result<(Page, DraftId, service::drafts::Saved), Response> {
    let id = match id::<DraftId>(draft) {
        Ok(id) => id,
        Err(failure) => return Err(page.fail(failure)),
    };
    let saved = match page.session.owner() {
        Ok(owner) => page.service.save_in_turn(&owner, id, answers.clone(), seen, turn.as_ref()).await,
        Err(denied) => Err(denied.into()),
    };
    match saved {
        Ok(saved) => Ok((page, id, saved)),
        Err(Failure::Denied(Denied::SignIn)) => {
            let put_by = async {
                let owner = page.owner().await?;
                page.service.put_by(&owner, id, &answers).await
            };
            if let Err(failure) = put_by.await {
                return Err(page.fail(failure));
            }
            Err(page.go(&paths::sign_in_and_return(&paths::draft(id))))
        }
        Err(failure) => Err(page.fail(failure)),
    }
}

async fn show_outcome(page: Page, Path(draft): Path<String>, Query(say): Query<Said>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let keep = questions::Keep {
        link: super::personal_list::link(&page.service, &draft.matter, &draft.answers),
        until: page.service.draft_kept_until(draft.updated_at),
        kept_own: say.say.as_deref() == Some("list.kept"),
    };
    page.show(t::outcome_title(), Tab::Cases, || questions::outcome(&draft, &keep))
}

async fn show_section(page: Page, Path((draft, name)): Path<(String, String)>, Query(say): Query<Said>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let matter = draft.matter.clone();
    let Some(spec) = matter.form.section(&name) else { return page.fail(Failure::NotFound) };
    let today = page.service.today();
    if page.care && say.at.is_none() {
        // The question stands in the address, so that loading the page anew shows the same one.
        if let Some(field) = one_field(&draft, spec, None, today) {
            let check = if say.check.is_some() { "&check=1" } else { "" };
            let conflict = say.conflict.map_or_else(String::new, |c| format!("&conflict={}", paths::encode(&c)));
            return page.go(&format!("{}?at={field}{check}{conflict}", paths::form(draft.id, &spec.id)));
        }
    }
    let label = |name: &str| matter.form.field(name).map(|f| f.label.clone());
    let state = FormState {
        show_errors: say.check.is_some(),
        guest: matches!(page.session.who, Who::Guest),
        conflicts: say.conflict.iter().flat_map(|c| c.split(',')).filter_map(label).collect(),
        only: page.care.then(|| one_field(&draft, spec, say.at.as_deref(), today)).flatten(),
    };
    page.show(&spec.title, Tab::Cases, || section(&draft, spec, &state, today))
}

/// 长辈版 shows one field at a time: the wanted one, else the first that is not right yet, else the first.
fn one_field(draft: &DraftView, section: &Section, wanted: Option<&str>, today: Date) -> Option<String> {
    let fields: Vec<_> = section.visible(&draft.answers).map(|f| f.name.as_str()).collect();
    let wrong = draft.matter.form.check_section(section, &draft.answers, CheckContext { today }).err();
    let wrong = wrong.iter().flatten().map(|e| e.field.as_str()).find(|name| fields.contains(name));
    let wanted = wanted.filter(|name| fields.contains(name));
    wanted.or(wrong).or(fields.first().copied()).map(str::to_owned)
}

/// Where 长辈版 goes after a field: to the same one with what is wrong, to the next, or none when the
/// section is through.
fn after_field(draft: &DraftView, section: &Section, at: &str, today: Date) -> Option<String> {
    let found = draft.matter.form.check_section(section, &draft.answers, CheckContext { today }).err();
    let wrong = |name: &str| found.iter().flatten().any(|e| e.field == name);
    let here = paths::form(draft.id, &section.id);
    if wrong(at) {
        return Some(format!("{here}?at={at}&check=1#errors"));
    }
    let next = section.visible(&draft.answers).skip_while(|f| f.name != at).nth(1).map(|f| f.name.clone());
    // Passed by before, or wrong because of what was just said.
    let left = || section.visible(&draft.answers).find(|f| wrong(&f.name)).map(|f| format!("{}&check=1", f.name));
    next.or_else(left).map(|name| format!("{here}?at={name}"))
}

async fn save_section(
    page: Page,
    Path((draft, name)): Path<(String, String)>,
    Form(mut form): Form<BTreeMap<String, String>>,
) -> Response {
    let leave = form.remove("leave").is_some();
    let at = form.remove("at");
    let seen = form.remove("seen-version").and_then(|v| v.parse().ok());
    // With scripts the page counts this among what it saved while one typed.
    let counted = form.remove("save-page").zip(form.remove("save-number"));
    let turn = counted.and_then(|(page, number)| Turn::new(&page, number.parse().ok()?, ""));
    let (page, id, saved) = match save(page, &draft, form, seen, turn).await {
        Ok(done) => done,
        Err(response) => return response,
    };
    if leave {
        return page.go(paths::CASES);
    }
    let draft = draft_or_fail!(page, &id.to_string());
    let Some(spec) = draft.matter.form.section(&name) else { return page.fail(Failure::NotFound) };
    let context = CheckContext { today: page.service.today() };
    if let Some(at) = at.filter(|_| page.care) {
        let next = after_field(&draft, spec, &at, context.today).unwrap_or_else(|| after_section(&draft, &name));
        if saved.conflicts.is_empty() {
            return page.go(&next);
        }
        // Stays at the question that another device had changed.
        let check = if next.contains("check=1") { "&check=1" } else { "" };
        let here = paths::form(id, &name);
        return page.go(&format!("{here}?at={at}&conflict={}{check}", saved.conflicts.join(",")));
    }
    let wrong = draft.matter.form.check_section(spec, &draft.answers, context).is_err();
    if wrong || !saved.conflicts.is_empty() {
        let conflict =
            if saved.conflicts.is_empty() { String::new() } else { format!("&conflict={}", saved.conflicts.join(",")) };
        let anchor = if wrong { "#errors" } else { "" };
        return page.go(&format!("{}?check=1{conflict}{anchor}", paths::form(id, &name)));
    }
    page.go(&after_section(&draft, &name))
}

async fn show_materials(page: Page, Path(draft): Path<String>, Query(say): Query<Said>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let interrupted = async { page.service.interrupted(&Place::Draft(page.session.owner()?, draft.id)).await };
    let interrupted = match interrupted.await {
        Ok(list) => list,
        Err(failure) => return page.fail(failure),
    };
    let ways = match page.service.ways(&page.session, &draft).await {
        Ok(ways) => ways,
        Err(failure) => return page.fail(failure),
    };
    page.show(t::step_materials(), Tab::Cases, || {
        let problem = say.say.as_deref().map(|code| (say.at.as_deref().unwrap_or(""), code));
        materials::materials_with(&draft, &ways, &interrupted, problem, say.filled)
    })
}

async fn remove_file(page: Page, Path((draft, file)): Path<(String, String)>) -> Response {
    let removed = async {
        let owner = page.session.owner()?;
        let id = id(&draft)?;
        page.service.remove_file(&owner, id, super::id(&file)?).await?;
        Ok(id)
    };
    match removed.await {
        Ok(id) => page.go(&paths::materials(id)),
        // Taken out already: a second tap is no error.
        Err(Failure::NotFound) if id::<DraftId>(&draft).is_ok() && page.session.owner().is_ok() => {
            page.go(&format!("/apply/{draft}/materials"))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn show_report(page: Page, Path(draft): Path<String>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let view = service::report::report_of(&draft, page.service.today());
    page.show(t::step_report(), Tab::Cases, || report::report(&draft, &view))
}

async fn show_sign(page: Page, Path(draft): Path<String>, Query(say): Query<Said>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    if !service::report::report_of(&draft, page.service.today()).may_submit() {
        return page.go(&paths::report(draft.id));
    }
    let signed_in = page.session.applicant().is_ok();
    page.show(t::step_sign(), Tab::Cases, || sign::sign(&draft, say.say.as_deref(), signed_in, ""))
}

#[derive(Deserialize)]
struct SignForm {
    #[serde(default)]
    agreed: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    png: String,
}

async fn save_signature(page: Page, Path(draft): Path<String>, Form(form): Form<SignForm>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    let owner = match page.session.owner() {
        Ok(owner) => owner,
        Err(denied) => return page.fail(denied.into()),
    };
    match page.service.sign(&owner, draft.id, &form.name, Some(&form.png), form.agreed == "yes").await {
        Ok(()) => page.go(&paths::sign(draft.id)),
        Err(Failure::Rejected(code)) => {
            let signed_in = page.session.applicant().is_ok();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page.show_with(status, t::step_sign(), Tab::Cases, false, || {
                sign::sign(&draft, Some(code), signed_in, &form.name)
            })
        }
        Err(failure) => page.fail(failure),
    }
}

async fn submit(page: Page, Path(draft): Path<String>) -> Response {
    let submitted = async {
        let applicant = page.session.applicant()?;
        page.service.submit(&applicant, id(&draft)?).await
    };
    match submitted.await {
        Ok(case) => page.go(&paths::receipt(case)),
        Err(Failure::Rejected("report.open")) => page.go(&format!("/apply/{draft}/report")),
        Err(Failure::Rejected("sign.missing")) => page.go(&format!("/apply/{draft}/sign?say=sign.missing")),
        Err(Failure::Denied(Denied::SignIn)) => page.go(&paths::sign_in_and_return(&format!("/apply/{draft}/sign"))),
        Err(failure) => page.fail(failure),
    }
}

async fn ask_to_delete(page: Page, Path(draft): Path<String>) -> Response {
    let draft = draft_or_fail!(page, &draft);
    page.show_narrow(local_t::delete_title(), Tab::Cases, || app::mine::pages::delete_draft(&draft))
}

async fn delete(page: Page, Path(draft): Path<String>) -> Response {
    let deleted = async {
        let owner = page.session.owner()?;
        page.service.delete_draft(&owner, id(&draft)?).await
    };
    match deleted.await {
        Ok(()) | Err(Failure::NotFound) => page.go(paths::CASES),
        Err(failure) => page.fail(failure),
    }
}
