//! Resumable uploads by tus 1.0 (<https://tus.io/protocols/resumable-upload>): the protocol's headers
//! on one side, the use-cases of `service::transfers` on the other.

use super::{Table, id};
use crate::http::limits::drain;
use crate::page::{Page, status_of, words};
use app::paths;
use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::ids::TransferId;
use domain::time::Instant;
use service::Failure;
use service::transfers::{Begin, Checksum, Kind, Patch, Place, TransferView};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination,concatenation";
const BYTES: &str = "application/offset+octet-stream";
/// Not registered with IANA: the protocol's own (Checksum Mismatch).
const CHECKSUM_MISMATCH: u16 = 460;
/// Most parts of one file.
const MOST_PARTS: usize = 64;

pub fn add(table: Table) -> Table {
    table
        .options("/tus/drafts/{draft}/{material}", draft_options)
        .post("/tus/drafts/{draft}/{material}", begin_in_draft)
        .post("/tus/drafts/{draft}/{material}/known", known_in_draft)
        .options("/tus/cases/{case}/{material}", case_options)
        .post("/tus/cases/{case}/{material}", begin_in_case)
        .post("/tus/cases/{case}/{material}/known", known_in_case)
        .options("/tus/{upload}", options)
        .head("/tus/{upload}", show)
        .patch("/tus/{upload}", append)
        .delete("/tus/{upload}", end)
        .post("/tus/{upload}", overridden)
}

fn draft_place(page: &Page, draft: &str) -> Result<Place, Failure> {
    Ok(Place::Draft(page.session.owner()?, id(draft)?))
}

fn case_place(page: &Page, case: &str) -> Result<Place, Failure> {
    Ok(Place::Case(page.session.applicant()?, id(case)?))
}

async fn draft_options(page: Page, Path((draft, material)): Path<(String, String)>) -> Response {
    describe(&page, draft_place(&page, &draft), &material).await
}

async fn case_options(page: Page, Path((case, material)): Path<(String, String)>) -> Response {
    describe(&page, case_place(&page, &case), &material).await
}

async fn options(_: Page) -> Response {
    description()
}

async fn begin_in_draft(
    page: Page,
    Path((draft, material)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = draft_place(&page, &draft);
    begin(&page, place, &material, &headers, body).await
}

async fn begin_in_case(
    page: Page,
    Path((case, material)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = case_place(&page, &case);
    begin(&page, place, &material, &headers, body).await
}

async fn known_in_draft(page: Page, Path((draft, material)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let place = draft_place(&page, &draft);
    known(&page, place, &material, &headers).await
}

async fn known_in_case(page: Page, Path((case, material)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let place = case_place(&page, &case);
    known(&page, place, &material, &headers).await
}

/// What this server can do, and how large a file of the slot may be for those whose slot it is.
async fn describe(page: &Page, place: Result<Place, Failure>, material: &str) -> Response {
    let mut response = description();
    if let Ok(place) = place
        && let Ok(limit) = page.service.slot_limit(&place, material).await
    {
        put(&mut response, "tus-max-size", &limit.to_string());
    }
    response
}

fn description() -> Response {
    let mut response = answer(StatusCode::NO_CONTENT);
    put(&mut response, "tus-version", VERSION);
    put(&mut response, "tus-extension", EXTENSIONS);
    put(&mut response, "tus-checksum-algorithm", Checksum::ALGORITHMS);
    response
}

async fn begin(
    page: &Page,
    place: Result<Place, Failure>,
    material: &str,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    if !speaks(headers) {
        drain(body).await;
        return other_version();
    }
    match begun(page, place, material, headers, body).await {
        Ok(view) => {
            let mut response = state(StatusCode::CREATED, &view);
            put(&mut response, "location", &paths::transfer(view.id));
            response
        }
        Err(failure) => refuse(&failure),
    }
}

async fn begun(
    page: &Page,
    place: Result<Place, Failure>,
    material: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<TransferView, Failure> {
    let made = create(page, place, material, headers).await;
    let with_content = text(headers, "content-type") == BYTES;
    match made {
        // An upload that goes on says how far it is; its bytes then come where they belong.
        Ok(view) if with_content && view.offset == 0 && view.size > 0 => {
            let checksum = checksum(headers)?;
            let patch = Patch { offset: 0, announced: number(headers, "content-length"), checksum };
            page.service.append_transfer(&page.session.owner()?, view.id, patch, body.into_data_stream()).await
        }
        made => {
            drain(body).await;
            made
        }
    }
}

async fn create(
    page: &Page,
    place: Result<Place, Failure>,
    material: &str,
    headers: &HeaderMap,
) -> Result<TransferView, Failure> {
    let place = place?;
    let metadata = text(headers, "upload-metadata");
    let concat = text(headers, "upload-concat");
    if let Some(list) = concat.strip_prefix("final;") {
        return page.service.join_transfers(&place, material, &parts(list)?, metadata).await;
    }
    if !matches!(concat, "" | "partial") || headers.contains_key("upload-defer-length") {
        return Err(Failure::Rejected("upload.header"));
    }
    let size = number(headers, "upload-length").ok_or(Failure::Rejected("upload.header"))?;
    let begin = Begin { size, partial: concat == "partial", metadata };
    page.service.begin_transfer(&place, material, &begin).await
}

/// Addresses of parts, with or without scheme and host.
fn parts(list: &str) -> Result<Vec<TransferId>, Failure> {
    let one = |url: &str| {
        let (_, id) = url.trim_end_matches('/').rsplit_once("/tus/")?;
        id.parse().ok()
    };
    let all: Option<Vec<TransferId>> = list.split_whitespace().take(MOST_PARTS + 1).map(one).collect();
    all.filter(|p| p.len() <= MOST_PARTS).ok_or(Failure::Rejected("upload.parts"))
}

/// Known content is put into the slot without being sent.
async fn known(page: &Page, place: Result<Place, Failure>, material: &str, headers: &HeaderMap) -> Response {
    if !speaks(headers) {
        return other_version();
    }
    let found = async { page.service.reuse_content(&place?, material, text(headers, "upload-metadata")).await };
    match found.await {
        Ok(file) => {
            let file = file.map(|f| f.id.to_string());
            let mut response = Json(serde_json::json!({ "file": file })).into_response();
            put(&mut response, "tus-resumable", VERSION);
            response
        }
        Err(failure) => refuse(&failure),
    }
}

async fn show(page: Page, Path(upload): Path<String>, headers: HeaderMap) -> Response {
    if !speaks(&headers) {
        return other_version();
    }
    let found = async { page.service.transfer(&page.session.owner()?, id(&upload)?).await };
    match found.await {
        Ok(view) => state(StatusCode::OK, &view),
        Err(failure) => refuse(&failure),
    }
}

async fn append(page: Page, Path(upload): Path<String>, headers: HeaderMap, body: Body) -> Response {
    if !speaks(&headers) {
        drain(body).await;
        return other_version();
    }
    if text(&headers, "content-type") != BYTES {
        drain(body).await;
        return worded(StatusCode::UNSUPPORTED_MEDIA_TYPE, &Failure::Rejected("upload.header"));
    }
    let asked = async {
        let owner = page.session.owner()?;
        let id: TransferId = id(&upload)?;
        let offset = number(&headers, "upload-offset").ok_or(Failure::Rejected("upload.header"))?;
        let announced = number(&headers, "content-length");
        Ok::<_, Failure>((owner, id, Patch { offset, announced, checksum: checksum(&headers)? }))
    };
    match asked.await {
        Ok((owner, id, patch)) => {
            match page.service.append_transfer(&owner, id, patch, body.into_data_stream()).await {
                Ok(view) => state(StatusCode::NO_CONTENT, &view),
                Err(failure) => refuse(&failure),
            }
        }
        Err(failure) => {
            drain(body).await;
            refuse(&failure)
        }
    }
}

async fn end(page: Page, Path(upload): Path<String>, headers: HeaderMap) -> Response {
    if !speaks(&headers) {
        return other_version();
    }
    let ended = async { page.service.end_transfer(&page.session.owner()?, id(&upload)?).await };
    match ended.await {
        Ok(()) => answer(StatusCode::NO_CONTENT),
        Err(failure) => refuse(&failure),
    }
}

/// For networks that let nothing but GET and POST through.
async fn overridden(page: Page, path: Path<String>, headers: HeaderMap, body: Body) -> Response {
    match text(&headers, "x-http-method-override") {
        "PATCH" => append(page, path, headers, body).await,
        "DELETE" => end(page, path, headers).await,
        "HEAD" => show(page, path, headers).await,
        _ => {
            drain(body).await;
            answer(StatusCode::METHOD_NOT_ALLOWED)
        }
    }
}

/// A header as text; empty when it is missing or no text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").trim()
}

/// A header that is a whole number and nothing else.
fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    let text = text(headers, name);
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Failure> {
    headers.contains_key("upload-checksum").then(|| Checksum::parse(text(headers, "upload-checksum"))).transpose()
}

fn speaks(headers: &HeaderMap) -> bool {
    text(headers, "tus-resumable") == VERSION
}

fn other_version() -> Response {
    let mut response = worded(StatusCode::PRECONDITION_FAILED, &Failure::Rejected("upload.header"));
    put(&mut response, "tus-version", VERSION);
    response
}

fn answer(status: StatusCode) -> Response {
    let mut response = status.into_response();
    put(&mut response, "tus-resumable", VERSION);
    response
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// An answer with all that is known of an upload.
fn state(status: StatusCode, view: &TransferView) -> Response {
    let mut response = answer(status);
    put(&mut response, "upload-offset", &view.offset.to_string());
    put(&mut response, "upload-length", &view.size.to_string());
    if !view.metadata.is_empty() {
        put(&mut response, "upload-metadata", &view.metadata);
    }
    match view.kind {
        Kind::Whole => {}
        Kind::Partial => put(&mut response, "upload-concat", "partial"),
        Kind::Final => {
            let parts: Vec<String> = view.parts.iter().map(|p| paths::transfer(*p)).collect();
            put(&mut response, "upload-concat", &format!("final;{}", parts.join(" ")));
        }
    }
    match view.file {
        Some(file) => put(&mut response, "onevisit-file", &file.to_string()),
        None => put(&mut response, "upload-expires", &http_date(view.expires_at)),
    }
    response
}

/// As in `Upload-Expires`: Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110 §5.6.7).
fn http_date(at: Instant) -> String {
    jiff::Timestamp::from_microsecond(at.0)
        .map_or_else(|_| String::new(), |t| t.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

/// Never a page and never a redirect: whoever speaks this protocol is a program.
fn refuse(failure: &Failure) -> Response {
    let status = match failure {
        Failure::Rejected("upload.locked") => StatusCode::LOCKED,
        Failure::Rejected("upload.expired") => StatusCode::GONE,
        Failure::Rejected("upload.is_final") => StatusCode::FORBIDDEN,
        Failure::Rejected("upload.too_long" | "upload.too_much_open") => StatusCode::PAYLOAD_TOO_LARGE,
        Failure::Rejected("upload.too_many_open") => StatusCode::TOO_MANY_REQUESTS,
        Failure::Rejected("upload.checksum") => {
            StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST)
        }
        Failure::Rejected(
            "upload.header" | "upload.metadata" | "upload.parts" | "upload.checksum_unknown" | "upload.too_many_pieces",
        ) => StatusCode::BAD_REQUEST,
        other => status_of(other),
    };
    if status.is_server_error() {
        tracing::error!(error = %failure, "an upload failed");
    }
    worded(status, failure)
}

fn worded(status: StatusCode, failure: &Failure) -> Response {
    let body = serde_json::json!({ "code": failure.code(), "problem": words(failure) });
    let mut response = (status, Json(body)).into_response();
    put(&mut response, "tus-resumable", VERSION);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_by_any_form_of_their_address() {
        let (a, b) = ("019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002");
        let read = parts(&format!("/tus/{a} https://zwfw.example.gov.cn/tus/{b}")).unwrap();
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), [a, b]);
        for wrong in ["/files/1", "/tus/x", &format!("/tus/{a} ").repeat(65)] {
            assert!(parts(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dates_are_written_as_http_writes_them() {
        assert_eq!(http_date(Instant(784_111_777_000_000)), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn every_refusal_has_words() {
        let more = ["upload.parts", "upload.too_many_pieces"];
        let codes = ["upload.locked", "upload.expired", "upload.too_long", "upload.checksum"];
        for code in codes.into_iter().chain(more) {
            let words = words(&Failure::Rejected(code));
            assert!(words != app::t::failure::internal() && !words.contains('{'), "{code}: {words}");
        }
    }
}
