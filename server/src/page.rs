//! What a handler knows about a request, and how it answers: a page, a redirect, or a failure in words.

use crate::http::Shared;
use crate::http::address::ClientAddr;
use crate::http::errors::{Asked, Problem, retry_after};
use crate::public_pages::{Public, PublicPages};
use crate::site::SiteAssets;
use app::backend::Backend;
use app::links::FileLinks;
use app::paths;
use app::shell::{Assets, Frame, Tab, Visitor, render};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::AnyView;
use service::identity::{NewSession, Owner, Session, Who};
use service::{Denied, Failure, Service};
use std::convert::Infallible;
use std::sync::Arc;

pub const SESSION_COOKIE: &str = "ov_session";
pub const MODE_COOKIE: &str = "ov_mode";
/// The phone between the two steps of signing in: sealed, so that it stands in no address and no log.
const PHONE_COOKIE: &str = "ov_phone";

/// What all handlers share.
#[derive(Clone)]
pub struct Web(pub Arc<WebParts>);

pub struct WebParts {
    pub service: Service,
    pub site: Arc<SiteAssets>,
    pub shared: Arc<Shared>,
    pub assets: Assets,
    pub public_pages: PublicPages,
    /// Cookies are `Secure`.
    pub https: bool,
    /// Demo people may be named on the staff sign-in page.
    pub demo: bool,
    /// Address of the local message box, in development with the sandbox only.
    pub message_box: Option<String>,
}

impl std::ops::Deref for Web {
    type Target = WebParts;
    fn deref(&self) -> &WebParts {
        &self.0
    }
}

/// Hashed addresses for the page frame.
pub fn assets(site: &SiteAssets) -> Assets {
    let url = |name: &str| site.url(name).unwrap_or_default().to_owned();
    Assets {
        css: url("main.css"),
        boot: url("boot.js"),
        app_js: url("app.js"),
        app_wasm: url("app.wasm"),
        local: url("local.js"),
        precheck_worker: url("precheck-worker.js"),
        precheck_js: url("precheck.js"),
        precheck_wasm: url("precheck.wasm"),
    }
}

/// Layer of the dynamic routes: resolves the session once and hands it to handlers and server functions.
pub async fn load_session(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let token = cookie(request.headers(), SESSION_COOKIE);
    let session = match token {
        Some(token) => match web.service.session(&token).await {
            Ok(session) => session,
            Err(error) => {
                tracing::error!(%error, "the session could not be read");
                return problem(&web, &Asked::of_request(&request), &Failure::Internal(String::new()));
            }
        },
        None => Session::nobody(),
    };
    let address = request.extensions().get::<ClientAddr>().map_or_else(|| "unknown".to_owned(), |a| a.0.to_string());
    request.extensions_mut().insert(Backend { service: web.service.clone(), session, address });
    next.run(request).await
}

/// A cookie's value.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// A request as a page's handler sees it.
pub struct Page {
    pub web: Web,
    pub service: Service,
    pub session: Session,
    pub address: String,
    pub care: bool,
    /// Path and query of this page.
    pub path: String,
    asked: Asked,
    headers: HeaderMap,
    cookies: Vec<HeaderValue>,
}

impl FromRequestParts<Web> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let backend = parts.extensions.get::<Backend>().cloned().unwrap_or_else(|| Backend {
            service: web.service.clone(),
            session: Session::nobody(),
            address: "unknown".into(),
        });
        let asks = parts.uri.query().is_some_and(|q| q.split('&').any(|p| p == "mode=care"));
        let care = asks || cookie(&parts.headers, MODE_COOKIE).as_deref() == Some("care");
        let mut page = Self {
            service: backend.service,
            session: backend.session,
            address: backend.address,
            care,
            path: parts.uri.path_and_query().map_or_else(|| "/".into(), ToString::to_string),
            asked: Asked::of(parts),
            headers: parts.headers.clone(),
            cookies: Vec::new(),
            web: web.clone(),
        };
        if asks {
            page.set_mode(true);
        }
        Ok(page)
    }
}

impl Page {
    fn frame(&self, title: &str, tab: Tab, narrow: bool) -> Frame {
        let region = self.service.catalogue().region.clone();
        let visitor = match &self.session.who {
            Who::Guest => Visitor::Guest,
            Who::Applicant(_) => Visitor::Applicant(self.session.greeting.clone()),
            Who::Staff { .. } => Visitor::Staff(self.session.greeting.clone()),
        };
        Frame {
            title: title.to_owned(),
            path: self.path.clone(),
            region: region.name.clone(),
            notice: region.notice.clone(),
            help_phone: region.help_phone.clone(),
            care: self.care,
            visitor,
            ending: self.session.ending,
            tab,
            narrow,
            counter: self.session.counter.as_ref().map(|c| c.name_masked.clone()),
            sandbox: self.web.message_box.is_some(),
            assets: self.web.assets.clone(),
            links: Some(self.file_links()),
        }
    }

    /// What makes this page's links to files: for this session, for ten minutes.
    fn file_links(&self) -> FileLinks {
        let (service, session) = (self.service.clone(), self.session.clone());
        FileLinks::new(move |id| service.file_proof(&session, id).ok().map(|proof| (proof.until, proof.sig)))
    }

    /// A page; `content` is built inside the renderer.
    pub fn show(self, title: &str, tab: Tab, content: impl FnOnce() -> AnyView) -> Response {
        self.show_with(StatusCode::OK, title, tab, false, content)
    }

    /// A page that is the same for everybody without a session; it is rendered once, see [`crate::public_pages`].
    pub fn show_public(self, title: &str, tab: Tab, content: impl FnOnce() -> AnyView) -> Response {
        public(self.show(title, tab, content))
    }

    /// The same, of comfortable line length.
    pub fn show_public_narrow(self, title: &str, tab: Tab, content: impl FnOnce() -> AnyView) -> Response {
        public(self.show_narrow(title, tab, content))
    }

    /// A page of comfortable line length.
    pub fn show_narrow(self, title: &str, tab: Tab, content: impl FnOnce() -> AnyView) -> Response {
        self.show_with(StatusCode::OK, title, tab, true, content)
    }

    pub fn show_with(
        self,
        status: StatusCode,
        title: &str,
        tab: Tab,
        narrow: bool,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let html = render(&self.frame(title, tab, narrow), content);
        self.finish((status, Html(html)).into_response())
    }

    /// To another page, with GET (303).
    pub fn go(self, to: &str) -> Response {
        let Ok(to) = HeaderValue::from_str(to) else { return self.go(paths::HOME) };
        let response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
        self.finish(response)
    }

    fn finish(self, mut response: Response) -> Response {
        for cookie in self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Whether the browser says that it is a phone's: there apps can be opened, and its own screen cannot be scanned.
    pub fn handheld(&self) -> bool {
        let said = |name: &str| self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let agent = said("user-agent");
        said("sec-ch-ua-mobile") == "?1" || ["Mobile", "Android", "HarmonyOS"].iter().any(|word| agent.contains(word))
    }

    /// Asked for by a script that reads JSON.
    pub fn wants_json(&self) -> bool {
        !self.asked.wants_html()
    }

    fn set_cookie(&mut self, name: &str, value: &str, max_age: Option<i64>) {
        let secure = if self.web.https { "; Secure" } else { "" };
        let age = max_age.map_or_else(String::new, |s| format!("; Max-Age={s}"));
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        if let Ok(value) = HeaderValue::from_str(&text) {
            self.cookies.push(value);
        }
    }

    /// The session that was just opened becomes this browser's.
    pub fn adopt(&mut self, new: NewSession) {
        let guest = matches!(new.session.who, Who::Guest);
        self.set_cookie(SESSION_COOKIE, &new.token, guest.then_some(30 * 86_400));
        if new.care {
            self.set_mode(true);
        }
        self.session = new.session;
    }

    pub fn forget_session(&mut self) {
        self.set_cookie(SESSION_COOKIE, "", Some(0));
        self.session = Session::nobody();
    }

    pub fn set_mode(&mut self, care: bool) {
        let value = if care { "care" } else { "standard" };
        self.care = care;
        self.set_cookie(MODE_COOKIE, value, Some(365 * 86_400));
    }

    /// Remembers the phone for the second step, for ten minutes.
    pub fn remember_phone(&mut self, phone: &str) -> Result<(), Failure> {
        let sealed = self.service.vault.seal("cookie.phone", phone.as_bytes())?;
        self.set_cookie(PHONE_COOKIE, &hex::encode(sealed), Some(600));
        Ok(())
    }

    pub fn remembered_phone(&self) -> Option<String> {
        let sealed = hex::decode(cookie(&self.headers, PHONE_COOKIE)?).ok()?;
        self.service.vault.open_text("cookie.phone", &sealed).ok()
    }

    pub fn forget_phone(&mut self) {
        self.set_cookie(PHONE_COOKIE, "", Some(0));
    }

    /// The holder of drafts; a first-time guest gets a session for it.
    pub async fn owner(&mut self) -> Result<Owner, Failure> {
        if matches!(self.session.who, Who::Guest) && self.session.id.is_empty() {
            let new = self.service.open_guest_session().await?;
            self.adopt(new);
        }
        Ok(self.session.owner()?)
    }

    /// A failure: sign-in first, or a page that says why and what to do.
    pub fn fail(self, failure: Failure) -> Response {
        if matches!(failure, Failure::Denied(Denied::SignIn)) && self.asked.wants_html() {
            let staff = self.path.starts_with(paths::DESK);
            let to = if staff {
                format!("{}?return={}", paths::DESK_SIGN_IN, paths::encode(&self.path))
            } else {
                paths::sign_in_and_return(&self.path)
            };
            return self.go(&to);
        }
        let response = problem(&self.web, &self.asked, &failure);
        self.finish(response)
    }
}

fn public(mut response: Response) -> Response {
    response.extensions_mut().insert(Public);
    response
}

/// Status and words of a failure, as a page or as JSON.
pub fn problem(web: &Web, asked: &Asked, failure: &Failure) -> Response {
    let status = status_of(failure);
    if status.is_server_error() {
        tracing::error!(error = %failure, "a use-case failed");
    }
    let response = web.shared.pages.problem(
        asked,
        &Problem { code: leak_code(&failure.code()), body: words(failure).into(), ..Problem::of(status) },
    );
    match failure {
        Failure::Busy(seconds) => retry_after(response, u64::try_from(*seconds).unwrap_or(60)),
        _ => response,
    }
}

/// A failure in plain words.
pub fn words(failure: &Failure) -> String {
    let code = failure.code();
    match failure {
        Failure::Busy(seconds) => app::t::failure::busy(seconds),
        _ => text_of(&code).unwrap_or_else(|| app::t::failure::internal().to_owned()),
    }
}

/// The text of a stable code, wherever it lives.
pub fn text_of(code: &str) -> Option<String> {
    app::t::failure::by_key(code)
        .or_else(|| app::t::transfer::by_key(code))
        .or_else(|| app::t::desk::by_key(code))
        .or_else(|| app::t::revision::by_key(&format!("message.{code}")))
        .or_else(|| app::t::promises::by_key(code))
        .or_else(|| app::t::counter::by_key(&format!("message.{code}")))
        .or_else(|| app::t::post::by_key(&format!("message.{code}")))
        .or_else(|| app::t::field::by_key(code))
        .or_else(|| app::t::files::by_key(&format!("message.{code}")))
        .or_else(|| app::t::pages::by_key(&format!("message.{code}")))
        .map(str::to_owned)
}

/// The HTTP status of a failure.
pub fn status_of(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Denied(Denied::SignIn) => StatusCode::UNAUTHORIZED,
        Failure::Denied(Denied::Forbidden) => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Refused(_) | Failure::Conflict => StatusCode::CONFLICT,
        Failure::Rejected("file.too_big") => StatusCode::PAYLOAD_TOO_LARGE,
        Failure::Rejected(_) | Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
        Failure::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
        Failure::Store(_) | Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Codes are a small closed set; `Problem` wants them static.
fn leak_code(code: &str) -> &'static str {
    match code {
        "sign_in" => "sign_in",
        "forbidden" => "forbidden",
        "not_found" => "not_found",
        "conflict" => "conflict",
        "draft.submitted" => "draft.submitted",
        "shared_terminal" => "shared_terminal",
        "busy" => "busy",
        "storage.full" => "storage.full",
        "internal" => "internal",
        _ => "refused",
    }
}
