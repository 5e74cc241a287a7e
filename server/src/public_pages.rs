//! Public pages, rendered once per address and mode and kept compressed.
//!
//! Home, lists, guides and help are the same for everybody who has no session, so the second
//! visitor costs a look-up. Personal pages never come here: a request with a session cookie passes,
//! and only answers that a handler marked are kept.

use crate::page::{MODE_COOKIE, SESSION_COOKIE, Web, cookie};
use crate::site::{accepts_br, asks_for_same};
use app::catalogue::words::badges;
use app::paths;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use service::Catalogue;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, PoisonError, RwLock};

/// Marks an answer that is the same for everybody without a session.
#[derive(Clone, Copy)]
pub struct Public;

/// Most pages kept, about 8 MB; then one goes for each that comes.
const MOST: usize = 256;
/// Longest address kept.
const LONGEST: usize = 200;
/// Pages are compressed once and sent often.
const QUALITY: u32 = 9;

/// The kept pages.
#[derive(Default)]
pub struct PublicPages(RwLock<HashMap<Key, Arc<Kept>>>);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Path and query: they stand on the page, to return to after switching the mode.
    address: String,
    care: bool,
    /// Of the catalogue: what was rendered before a publication is not shown after it.
    generation: i64,
}

/// One page, ready to be sent.
pub struct Kept {
    kind: HeaderValue,
    plain: Bytes,
    br: Bytes,
    tag: HeaderValue,
}

impl PublicPages {
    fn find(&self, key: &Key) -> Option<Arc<Kept>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: Key, page: Arc<Kept>) {
        let mut pages = self.0.write().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|old, _| old.generation >= key.generation);
        if pages.len() >= MOST
            && let Some(any) = pages.keys().next().cloned()
        {
            pages.remove(&any);
        }
        pages.insert(key, page);
    }

    /// The index that browsers suggest from; none when it cannot be packed.
    pub fn search_index(&self, catalogue: &Catalogue) -> Option<Arc<Kept>> {
        let key = Key { address: paths::MATTERS_INDEX.into(), care: false, generation: catalogue.generation };
        self.find(&key).or_else(|| {
            let text = catalogue.download(|m| badges(m).join(" · "));
            let index = Arc::new(Kept::new(HeaderValue::from_static("text/plain; charset=utf-8"), text.into())?);
            self.keep(key, index.clone());
            Some(index)
        })
    }
}

/// Layer around the pages: answers from what is kept, keeps what is marked.
pub async fn serve(State(web): State<Web>, request: Request, next: Next) -> Response {
    let Some(key) = key(&request, web.service.catalogue().generation) else { return next.run(request).await };
    let headers = request.headers().clone();
    if let Some(page) = web.public_pages.find(&key) {
        return page.answer(&headers);
    }
    let response = next.run(request).await;
    let public = response.extensions().get::<Public>().is_some();
    if !public || response.status() != StatusCode::OK || response.headers().contains_key(SET_COOKIE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    // A page made of one string cannot fail to be read.
    let Ok(plain) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kind = parts.headers.get(CONTENT_TYPE).cloned();
    let Some(page) = kind.and_then(|kind| Kept::new(kind, plain.clone())).map(Arc::new) else {
        return Response::from_parts(parts, Body::from(plain));
    };
    web.public_pages.keep(key, page.clone());
    page.answer(&headers)
}

/// None for whoever has a session or switches the mode.
fn key(request: &Request, generation: i64) -> Option<Key> {
    let address = request.uri().path_and_query()?.as_str();
    let query = request.uri().query().unwrap_or_default();
    // Filters of the list are few; a query elsewhere is invented, and what people search for is theirs.
    let known = query.is_empty() || request.uri().path() == paths::MATTERS && !query.contains("q=");
    let plain = request.method() == Method::GET
        && address.len() <= LONGEST
        && known
        && !query.contains("mode=")
        && cookie(request.headers(), SESSION_COOKIE).is_none();
    plain.then(|| Key {
        address: address.to_owned(),
        care: cookie(request.headers(), MODE_COOKIE).as_deref() == Some("care"),
        generation,
    })
}

impl Kept {
    /// None when the text cannot be packed.
    pub fn new(kind: HeaderValue, plain: Bytes) -> Option<Self> {
        let mut packer = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, 20);
        packer.write_all(&plain).ok()?;
        let br = Bytes::from(packer.into_inner());
        let tag = format!("\"{}\"", &hex::encode(digest(&SHA256, &plain))[..32]);
        Some(Self { kind, plain, br, tag: HeaderValue::from_str(&tag).ok()? })
    }

    /// The page, packed where the caller takes it, or nothing where the caller has it.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let mut response = if asks_for_same(headers, &self.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if accepts_br(headers) {
            ([(CONTENT_ENCODING, HeaderValue::from_static("br"))], self.br.clone()).into_response()
        } else {
            self.plain.clone().into_response()
        };
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, self.kind.clone());
        // May be kept, but is asked for anew: after signing in the same address is a personal page.
        out.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        out.insert(VARY, HeaderValue::from_static("cookie, accept-encoding"));
        out.insert(ETAG, self.tag.clone());
        response
    }
}
