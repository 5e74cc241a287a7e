//! The page around the page: head, header, footer, tab bar. Holds no inline script and no inline
//! style, so the content security policy needs neither nonce nor hash.

use crate::paths;
use crate::t::counter;
use crate::t::local_copy as local_t;
use crate::t::shell as t;
use crate::ui::{Link, Main, NavItem, SiteFooter, SiteHeader, SkipLink, Symbol, TabBar};
use leptos::prelude::*;
use service::session_end::Ending;

/// Hashed addresses of the static assets.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pub css: String,
    pub boot: String,
    pub app_js: String,
    pub app_wasm: String,
    /// What keeps unsent answers on the device.
    pub local: String,
    pub precheck_worker: String,
    pub precheck_js: String,
    pub precheck_wasm: String,
}

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    None,
    Home,
    Cases,
    Licences,
    Mine,
}

/// Who the header greets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Visitor {
    #[default]
    Guest,
    /// Masked phone.
    Applicant(String),
    /// Name of a member of staff.
    Staff(String),
}

/// Everything around a page's content.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub title: String,
    /// Path of this page, to return to after switching the mode.
    pub path: String,
    pub region: String,
    /// Said in the footer: the shipped county is fictitious.
    pub notice: String,
    pub help_phone: String,
    pub care: bool,
    pub visitor: Visitor,
    /// When the session ends, for whoever is signed in.
    pub ending: Option<Ending>,
    pub tab: Tab,
    pub narrow: bool,
    /// Masked name of the visitor for whom a clerk files now.
    pub counter: Option<String>,
    /// Development or sandbox: said on every page.
    pub sandbox: bool,
    pub assets: Assets,
}

/// The whole document.
pub fn render<V: IntoView + 'static>(frame: &Frame, content: impl FnOnce() -> V) -> String {
    crate::locale::set_english(false);
    let owner = Owner::new();
    owner.with(|| {
        let html = document(frame, content().into_any()).to_html();
        format!("<!DOCTYPE html>{html}")
    })
}

fn document(frame: &Frame, content: AnyView) -> impl IntoView + use<> {
    let Frame { title, assets, .. } = frame.clone();
    let care = frame.care;
    let read_aloud = care.then(crate::help::components::read_aloud::helper);
    let staff = matches!(frame.visitor, Visitor::Staff(_));
    let counter = frame.counter.as_deref().map(counter_banner);
    let ending = frame.ending.map(|_| session_ending());
    let until = frame.ending.map(|ending| {
        view! { <noscript><p class="ov-hint">{local_t::until(ending.until.hour_minute())}</p></noscript> }
    });
    // Nothing is kept on a shared computer, nor at a counter.
    let shared = frame.counter.is_some() || frame.ending.is_some_and(|ending| ending.shared);
    let local = (!shared).then_some(assets.local);
    // Loading a page moves the end on, counted to the minute.
    let idle = frame.ending.map(|ending| (ending.idle_seconds - 60).to_string());
    let left = frame.ending.map(|ending| ending.left_seconds.to_string());
    let full_title = format!("{title} · {}", t::product());
    let nav = navigation(frame.tab, staff);
    let tabs = (!staff).then(|| {
        let help = care.then(|| Link::new(t::help_short(), format!("tel:{}", frame.help_phone)));
        match help {
            Some(help) => view! { <TabBar items=nav.clone() help=help /> }.into_any(),
            None => view! { <TabBar items=nav.clone() /> }.into_any(),
        }
    });
    view! {
        <html
            lang="zh-CN"
            data-mode=care.then_some("care")
            data-session=idle
            data-session-left=left
            data-local=local
            data-app=assets.app_js
            data-app-wasm=assets.app_wasm
            data-worker=assets.precheck_worker
            data-precheck=assets.precheck_js
            data-precheck-wasm=assets.precheck_wasm
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{full_title}</title>
                <meta name="theme-color" content="#ffffff" />
                <meta name="format-detection" content="telephone=no" />
                <link rel="stylesheet" href=assets.css />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <script type="module" src=assets.boot></script>
            </head>
            <body class="ov-page">
                <SkipLink />
                {header(frame, nav)}
                {counter}
                <Main narrow=frame.narrow>{read_aloud} {content} {until}</Main>
                {footer(frame)}
                {tabs}
                {ending}
                {local_note()}
            </body>
        </html>
    }
}

/// Said on every page while a clerk files for somebody, so that nothing is filed for the wrong person.
fn counter_banner(name: &str) -> impl IntoView + use<> {
    view! {
        <section class="ov-counter" aria-label=counter::banner_label()>
            <p class="ov-counter__text">{counter::banner(name)}</p>
            <a href=paths::DESK_COUNTER>{counter::banner_open()}</a>
            <form method="post" action=paths::DESK_COUNTER_END>
                <button class="ov-button ov-button--secondary" type="submit">
                    {counter::banner_end()}
                </button>
            </form>
        </section>
    }
}

/// Shown by `boot.js` when the session is about to end.
fn session_ending() -> impl IntoView {
    view! {
        <div
            class="ov-session"
            id="session-end"
            role="status"
            hidden
            data-ending=t::session_ending()
            data-last=local_t::last()
            data-ended=t::session_ended()
            data-failed=t::session_failed()
        >
            <p>{t::session_ending()}</p>
            <button class="ov-button ov-button--primary" type="button">{t::session_stay()}</button>
        </div>
    }
}

/// Shown by `boot.js` about what is kept on the device. The same on every page: it says nothing yet.
fn local_note() -> impl IntoView {
    view! {
        <div
            class="ov-session"
            id="local-note"
            role="status"
            hidden
            data-waiting=local_t::waiting()
            data-line=local_t::waiting_line()
            data-met=local_t::by_key("met")
            data-field=local_t::by_key("met_field")
            data-leave=local_t::leave()
            data-offline=local_t::leave_offline()
            data-files=local_t::files()
        >
            <p></p>
            <button class="ov-button ov-button--secondary" type="button">{local_t::understood()}</button>
        </div>
    }
}

fn navigation(tab: Tab, staff: bool) -> Vec<NavItem> {
    if staff {
        return vec![NavItem::new(t::desk(), paths::DESK, Symbol::Case)];
    }
    vec![
        NavItem::new(t::home(), paths::HOME, Symbol::Home).current(tab == Tab::Home),
        NavItem::new(t::cases(), paths::CASES, Symbol::Case).current(tab == Tab::Cases),
        NavItem::new(t::licences(), paths::LICENCES, Symbol::Licence).current(tab == Tab::Licences),
        NavItem::new(t::mine(), paths::MINE, Symbol::Person).current(tab == Tab::Mine),
    ]
}

fn header(frame: &Frame, nav: Vec<NavItem>) -> impl IntoView + use<> {
    let help = Link::new(t::help_phone(&frame.help_phone), format!("tel:{}", frame.help_phone));
    let (account, sign_out) = match &frame.visitor {
        Visitor::Guest => (Link::new(t::sign_in(), paths::sign_in_and_return(&frame.path)), String::new()),
        Visitor::Applicant(phone) => (Link::new(phone.clone(), paths::MINE), paths::SIGN_OUT.to_owned()),
        Visitor::Staff(name) => (Link::new(name.clone(), paths::DESK), paths::SIGN_OUT.to_owned()),
    };
    let sandbox = frame.sandbox.then(|| view! { <p class="ov-sandbox-strip">{t::sandbox()}</p> });
    view! {
        {sandbox}
        <SiteHeader
            product=t::product()
            region=frame.region.clone()
            search_href=paths::MATTERS
            care_mode=frame.care
            return_path=frame.path.clone()
            nav=nav
            account=account
            sign_out_action=sign_out
            help=help
        />
    }
}

fn footer(frame: &Frame) -> impl IntoView + use<> {
    let phone = Link::new(t::help_phone(&frame.help_phone), format!("tel:{}", frame.help_phone));
    let help = vec![Link::new(t::stuck(), paths::STUCK), Link::new(t::track(), paths::TRACK)];
    let lists = Link::new(crate::t::lists::footer(), paths::LISTS);
    let links = vec![Link::new(t::help(), paths::HELP), Link::new(t::privacy(), paths::PRIVACY), lists];
    view! {
        <SiteFooter phone=phone phone_hours=t::phone_hours() help=help links=links owner=frame.notice.clone() />
    }
}

/// A QR code as inline SVG, drawn in the current text colour's opposite: always black on white.
pub fn qr_svg(text: &str) -> String {
    use std::fmt::Write;
    let Ok(code) = fast_qr::QRBuilder::new(text).build() else { return String::new() };
    let size = code.size;
    let mut path = String::new();
    for y in 0..size {
        for x in 0..size {
            if code[y][x].value() {
                let _ = write!(path, "M{},{}h1v1h-1z", x + 4, y + 4);
            }
        }
    }
    let side = size + 8;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"180\" height=\"180\" aria-hidden=\"true\" focusable=\"false\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}
