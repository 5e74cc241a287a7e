//! Uploaded files: the whole as an attachment, pages as pictures drawn anew, and a page about the file.
//!
//! Links to content hold for ten minutes and one session, and whoever follows one is authorised anew.
//! What strangers sent never opens in place: no type that a browser might run, no guessing of types, a
//! policy under which nothing could run.

use super::documents::{NOT_KEPT, disposition};
use super::{Table, id};
use crate::page::Page;
use app::files::pages::{self, Look};
use app::paths;
use app::shell::Tab;
use app::t::files as t;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::ids::{CaseId, FileId};
use serde::Deserialize;
use service::Failure;
use service::identity::Who;
use service::previews::LinkProof;
use service::uploads::FileContent;

/// Nothing runs, nothing is loaded, and no window of ours is reached.
const POLICY: &str = "sandbox; default-src 'none'";

pub fn add(table: Table) -> Table {
    table
        .get("/files/{file}", whole)
        .get("/files/{file}/preview/{page}", picture)
        .get("/files/{file}/view", view)
        .get("/files/bundles/{case}/{material}/{round}", bundle)
}

/// What a link to content carries.
#[derive(Deserialize, Default)]
struct Link {
    #[serde(default)]
    until: String,
    #[serde(default)]
    sig: String,
    #[serde(default)]
    size: String,
    #[serde(default)]
    turn: String,
    /// `none`: whole, for the page on which it is cut.
    #[serde(default)]
    cut: String,
    /// The case in which a file of an earlier one serves again.
    case: Option<String>,
}

impl Link {
    fn proof(&self) -> LinkProof {
        LinkProof { until: self.until.parse().unwrap_or(0), sig: self.sig.clone() }
    }
}

/// Degrees clockwise, as quarters; anything else is upright.
fn quarters(turn: &str) -> u8 {
    match turn {
        "90" => 1,
        "180" => 2,
        "270" => 3,
        _ => 0,
    }
}

/// The file, if the link holds. Otherwise whoever may see it is led to the page that says so; others
/// learn not even that there is such a file.
async fn followed(page: &Page, file: &str, link: &Link) -> Result<(FileId, bool), Failure> {
    let id: FileId = id(file)?;
    let holds = page.service.link_holds(&page.session, id, &link.proof())?;
    if !holds {
        page.service.seen_file(&page.session, id).await?;
    }
    Ok((id, holds))
}

/// Headers that everything sent by a stranger goes out with.
fn guarded(media_type: &str) -> HeaderMap {
    let fixed: [(HeaderName, &str); 4] = [
        (CACHE_CONTROL, NOT_KEPT),
        (CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let mut headers: HeaderMap =
        fixed.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?))).collect();
    let kind = HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, kind);
    headers
}

fn attachment(file: FileContent) -> Response {
    let (kind, plain) = match file.media_type.as_str() {
        "application/pdf" => ("application/pdf", "file.pdf"),
        "image/jpeg" => ("image/jpeg", "file.jpg"),
        "image/png" => ("image/png", "file.png"),
        _ => ("application/octet-stream", "file"),
    };
    let mut headers = guarded(kind);
    headers.insert(CONTENT_DISPOSITION, disposition("attachment", plain, &file.name));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.content.size()));
    (headers, Body::from_stream(file.content.stream())).into_response()
}

async fn whole(page: Page, Path(file): Path<String>, Query(link): Query<Link>) -> Response {
    if let Some(case) = &link.case {
        return whole_through(page, &file, case, &link).await;
    }
    let loaded = async {
        let (id, holds) = followed(&page, &file, &link).await?;
        let content = if holds { Some(page.service.file_for(&page.session, id).await?) } else { None };
        Ok::<_, Failure>((id, content))
    };
    match loaded.await {
        Ok((_, Some(content))) => attachment(content),
        Ok((id, None)) => page.go(&paths::file_view_again(id)),
        Err(failure) => page.fail(failure),
    }
}

/// A file of an earlier case: its content is reached through the later one only.
async fn whole_through(page: Page, file: &str, case: &str, link: &Link) -> Response {
    let loaded = async {
        let (file, case): (FileId, CaseId) = (id(file)?, id(case)?);
        // Looked at first: a link that has run out opens nothing, and nothing is put on record.
        if !page.service.link_holds(&page.session, file, &link.proof())? {
            return Ok((case, None));
        }
        Ok::<_, Failure>((case, Some(page.service.file_through(&page.session, case, file).await?)))
    };
    match loaded.await {
        Ok((_, Some(content))) => attachment(content),
        // The case gives a new link.
        Ok((case, None)) => page.go(&paths::desk_case(case)),
        Err(failure) => page.fail(failure),
    }
}

async fn picture(page: Page, Path((file, number)): Path<(String, String)>, Query(link): Query<Link>) -> Response {
    let loaded = async {
        let (id, holds) = followed(&page, &file, &link).await?;
        if !holds {
            return Ok((id, None));
        }
        let number: u32 = number.parse().map_err(|_| Failure::NotFound)?;
        let (small, turn) = (link.size == "small", quarters(&link.turn));
        let drawn = if link.cut == "none" {
            page.service.uncut_preview(&page.session, id).await
        } else {
            page.service.preview_for(&page.session, id, number, small, turn).await
        };
        match drawn {
            Ok(jpeg) => Ok((id, Some((guarded("image/jpeg"), jpeg)))),
            // Shown where the picture would be: an answer that fails would leave a broken frame.
            Err(Failure::Rejected("preview.none" | "file.infected" | "file.scanning")) => {
                Ok((id, Some((guarded("image/svg+xml"), instead()))))
            }
            Err(failure) => Err(failure),
        }
    };
    match loaded.await {
        Ok((_, Some(picture))) => picture.into_response(),
        Ok((id, None)) => page.go(&paths::file_view_again(id)),
        Err(failure) => page.fail(failure),
    }
}

/// 合并 PDF: authorised each time, as documents are.
async fn bundle(page: Page, Path((case, material, round)): Path<(String, String, String)>) -> Response {
    let loaded = async {
        let round: i64 = round.parse().map_err(|_| Failure::NotFound)?;
        page.service.bundle_for(&page.session, id(&case)?, &material, round).await
    };
    match loaded.await {
        Ok(content) => attachment(content),
        Err(failure) => page.fail(failure),
    }
}

/// A picture that says that there is none.
fn instead() -> Vec<u8> {
    let text = t::none_title();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"320\" height=\"80\" viewBox=\"0 0 320 80\">\
         <rect width=\"320\" height=\"80\" fill=\"#fff\"/>\
         <text x=\"160\" y=\"46\" font-size=\"18\" font-family=\"sans-serif\" text-anchor=\"middle\" fill=\"#333\">{text}</text></svg>"
    )
    .into_bytes()
}

/// How to look at it, from the address.
#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    page: String,
    #[serde(default)]
    turn: String,
    #[serde(default)]
    zoom: String,
    #[serde(default)]
    old: String,
}

async fn view(page: Page, Path(file): Path<String>, Query(asked): Query<Asked>) -> Response {
    let loaded = async { page.service.seen_file(&page.session, id(&file)?).await };
    match loaded.await {
        Ok(seen) => {
            let staff = matches!(page.session.who, Who::Staff { .. });
            let look = Look {
                page: asked.page.parse().unwrap_or(1),
                quarters: quarters(&asked.turn),
                large: asked.zoom == "1",
                old: asked.old == "1",
            };
            page.show(t::title(), Tab::None, || pages::file(&seen, staff, look))
        }
        Err(failure) => page.fail(failure),
    }
}
