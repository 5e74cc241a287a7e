//! 页面整理: a file of an open slot is turned, cut, moved, or taken out to be taken anew.

use super::{Table, id};
use crate::page::Page;
use app::apply::pages::arrange::{adjust, slot_of};
use app::paths;
use app::shell::Tab;
use app::t::pages as t;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::FileId;
use domain::materials::{Crop, share_of};
use serde::Deserialize;
use service::Failure;
use service::arrange::{Change, Lies};

pub fn add(table: Table) -> Table {
    table.get("/files/{file}/adjust", show).post("/files/{file}/adjust", act)
}

#[derive(Deserialize, Default)]
struct Say {
    say: Option<String>,
}

async fn show(page: Page, Path(file): Path<String>, Query(say): Query<Say>) -> Response {
    let loaded = async { page.service.arrangeable(&page.session, id(&file)?).await };
    match loaded.await {
        // Pages of a PDF stay as they are.
        Ok((seen, lies)) if !seen.view.is_picture() => page.go(&slot_of(&lies)),
        Ok((seen, lies)) => page.show(t::title(), Tab::Cases, || adjust(&seen, &lies, say.say.as_deref(), None)),
        Err(failure) => page.fail(failure),
    }
}

#[derive(Deserialize, Default)]
struct Adjustment {
    #[serde(default)]
    act: String,
    /// `1`: back to the page about the picture, not to its slot.
    #[serde(default)]
    stay: String,
    #[serde(default)]
    left: String,
    #[serde(default)]
    top: String,
    #[serde(default)]
    right: String,
    #[serde(default)]
    bottom: String,
}

impl Adjustment {
    fn crop(&self) -> Option<Crop> {
        Crop::new(share_of(&self.left)?, share_of(&self.top)?, share_of(&self.right)?, share_of(&self.bottom)?)
    }
}

async fn act(page: Page, Path(file): Path<String>, Form(form): Form<Adjustment>) -> Response {
    let file: FileId = match id(&file) {
        Ok(file) => file,
        Err(failure) => return page.fail(failure),
    };
    match done(&page, file, &form).await {
        Ok(lies) if form.act == "retake" => page.go(&retake_at(&lies)),
        Ok(_) if form.stay == "1" => page.go(&format!("{}?say=saved", paths::adjust(file))),
        Ok(lies) => page.go(&slot_of(&lies)),
        Err(Failure::Rejected("page.crop")) => again(page, file, form).await,
        Err(Failure::Rejected(code)) if code.starts_with("page.") => {
            page.go(&format!("{}?say={code}", paths::adjust(file)))
        }
        Err(failure) => page.fail(failure),
    }
}

async fn done(page: &Page, file: FileId, form: &Adjustment) -> Result<Lies, Failure> {
    let change = match form.act.as_str() {
        "retake" => return page.service.retake(&page.session, file).await,
        "edges" => return page.service.cut_to_edges(&page.session, file).await,
        "cut" => Change::Cut(form.crop().ok_or(Failure::Rejected("page.crop"))?),
        "turn_left" => Change::TurnLeft,
        "turn_right" => Change::TurnRight,
        "earlier" => Change::Earlier,
        "later" => Change::Later,
        "undo" => Change::Undo,
        _ => return Err(Failure::NotFound),
    };
    page.service.arrange(&page.session, file, change).await
}

/// The picture with what was typed, and what is wrong with it.
async fn again(page: Page, file: FileId, form: Adjustment) -> Response {
    match page.service.arrangeable(&page.session, file).await {
        Ok((seen, lies)) => {
            let typed = [form.left, form.top, form.right, form.bottom];
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page.show_with(status, t::title(), Tab::Cases, false, || {
                adjust(&seen, &lies, Some("page.crop"), Some(typed))
            })
        }
        Err(failure) => page.fail(failure),
    }
}

/// The slot's own input, ready to be pressed.
fn retake_at(lies: &Lies) -> String {
    let card = slot_of(lies);
    let page = card.split('#').next().unwrap_or_default();
    format!("{page}#{}", app::ui::field_id(&lies.material))
}
