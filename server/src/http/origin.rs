//! Refuses requests that another site made in a person's name (cross-site request forgery).
//!
//! The page framework has no protection of its own, so the rule stands before every handler:
//! an unsafe method must prove that it comes from our pages.

use std::sync::Arc;

use app::t::problem as t;
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, ORIGIN, REFERER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::Shared;
use super::errors::{Asked, Problem};
use crate::config::PublicUrl;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn refused() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "cross_site", t::cross_site(), t::cross_site_body())
}

/// Why a request counts as made by another site; in the order in which the evidence is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossSite {
    /// The browser itself says so (`Sec-Fetch-Site`).
    FetchSite,
    /// `Origin` names another origin or none (`null`).
    Origin,
    /// `Referer` names another origin.
    Referer,
    /// Neither header is there; browsers old enough to send none of the three are not served.
    NoEvidence,
}

impl CrossSite {
    fn label(self) -> &'static str {
        match self {
            Self::FetchSite => "fetch_site",
            Self::Origin => "origin",
            Self::Referer => "referer",
            Self::NoEvidence => "no_evidence",
        }
    }
}

/// Layer, see the module. Callbacks of providers are exempt: they carry signatures.
pub async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let exempt = shared.is_callback(request.uri().path());
    let verdict = judge(request.method(), request.headers(), &shared.settings.public_url);
    match verdict {
        Err(reason) if !exempt => {
            metrics::counter!("http_cross_site_refused_total", "evidence" => reason.label()).increment(1);
            shared.pages.problem(&Asked::of_request(&request), &refused())
        }
        _ => next.run(request).await,
    }
}

/// Decides by the first evidence present: `Sec-Fetch-Site`, else `Origin`, else `Referer`.
pub fn judge(method: &Method, headers: &HeaderMap, public_url: &PublicUrl) -> Result<(), CrossSite> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let (evidence, own) = if headers.contains_key(SEC_FETCH_SITE) {
        let site = single(headers, &SEC_FETCH_SITE);
        // `none` is a person's own act, such as reloading a page from the address bar.
        let own = matches!(site, Some("same-origin" | "none"));
        (CrossSite::FetchSite, own)
    } else if headers.contains_key(ORIGIN) {
        let own = single(headers, &ORIGIN).is_some_and(|text| is_ours(text, headers, public_url));
        (CrossSite::Origin, own)
    } else if headers.contains_key(REFERER) {
        let own = single(headers, &REFERER).is_some_and(|text| is_ours(text, headers, public_url));
        (CrossSite::Referer, own)
    } else {
        (CrossSite::NoEvidence, false)
    };
    if own { Ok(()) } else { Err(evidence) }
}

/// The value if the header is there exactly once; two different ones are an attempt to confuse.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().ok(),
        _ => None,
    }
}

/// Equal to the public origin, or to the host the request was sent to: one server may be
/// reached under several names, and cookies are bound to the host anyway.
fn is_ours(url: &str, headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let Some(origin) = PublicUrl::origin_of(url) else {
        return false;
    };
    if origin == public_url.origin() {
        return true;
    }
    let scheme = if public_url.https() { "https" } else { "http" };
    single(headers, &HOST)
        .and_then(|host| PublicUrl::origin_of(&format!("{scheme}://{host}")))
        .is_some_and(|host| host == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(headers: &[(&str, &str)]) -> Result<(), CrossSite> {
        let mut map = HeaderMap::new();
        map.insert(HOST, "bmfw.example.gov.cn".parse().unwrap());
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, value.parse().unwrap());
        }
        let public = PublicUrl::parse("https://zwfw.example.gov.cn").unwrap();
        judge(&Method::POST, &map, &public)
    }

    /// One line of the truth table: the request's headers and the verdict on it.
    type Row<'a> = (&'a [(&'a str, &'a str)], Result<(), CrossSite>);

    #[test]
    fn truth_table_of_evidence() {
        use CrossSite::{FetchSite, NoEvidence, Origin, Referer};
        const OURS: &str = "https://zwfw.example.gov.cn";
        let table: &[Row] = &[
            (&[("sec-fetch-site", "same-origin")], Ok(())),
            (&[("sec-fetch-site", "none")], Ok(())),
            (&[("sec-fetch-site", "same-site")], Err(FetchSite)),
            (&[("sec-fetch-site", "cross-site")], Err(FetchSite)),
            (&[("sec-fetch-site", "")], Err(FetchSite)),
            (&[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")], Err(FetchSite)),
            // The browser's own word outweighs the other two, in both directions.
            (&[("sec-fetch-site", "cross-site"), ("origin", OURS), ("referer", OURS)], Err(FetchSite)),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], Ok(())),
            (&[("origin", OURS)], Ok(())),
            (&[("origin", "https://ZWFW.example.gov.cn:443")], Ok(())),
            (&[("origin", "https://bmfw.example.gov.cn")], Ok(())),
            (&[("origin", "http://zwfw.example.gov.cn")], Err(Origin)),
            (&[("origin", "http://bmfw.example.gov.cn")], Err(Origin)),
            (&[("origin", "https://zwfw.example.gov.cn:8443")], Err(Origin)),
            (&[("origin", "https://zwfw.example.gov.cn.evil.cn")], Err(Origin)),
            (&[("origin", "https://evil.cn")], Err(Origin)),
            (&[("origin", "null")], Err(Origin)),
            (&[("origin", "")], Err(Origin)),
            (&[("origin", "https://evil.cn"), ("referer", OURS)], Err(Origin)),
            (&[("origin", OURS), ("origin", "https://evil.cn")], Err(Origin)),
            (&[("referer", "https://zwfw.example.gov.cn/apply/1?x=2")], Ok(())),
            (&[("referer", "https://evil.cn/zwfw.example.gov.cn")], Err(Referer)),
            (&[("referer", "https://zwfw.example.gov.cn@evil.cn/")], Err(Referer)),
            (&[], Err(NoEvidence)),
        ];
        for (headers, expected) in table {
            assert_eq!(with(headers), *expected, "{headers:?}");
        }
    }

    #[test]
    fn every_method_but_the_reading_ones_needs_evidence() {
        let public = PublicUrl::parse("http://localhost:3000").unwrap();
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "FROB"] {
            let method: Method = method.parse().unwrap();
            assert!(judge(&method, &HeaderMap::new(), &public).is_err(), "{method}");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(judge(&method, &HeaderMap::new(), &public).is_ok(), "{method}");
        }
    }
}
