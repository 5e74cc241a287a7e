//! What a person sees. Pages are functions of their data: the server loads it through `service`,
//! `app` turns it into HTML; islands bring the parts that are kinder with WebAssembly.
//!
//! Rooms follow what a person does: `catalogue`, `benefits`, `apply`, `pay`, `track`, `mine`,
//! `identity`, `help`, `verify`, `files`, `desk`; beside them `ui` (the design system), `paths` and the texts `t`.

pub mod apply;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod benefits;
pub mod browser;
pub mod catalogue;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod files;
pub mod help;
pub mod identity;
#[cfg(feature = "ssr")]
pub mod links;
pub mod locale;
pub mod mine;
pub mod paths;
pub mod pay;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod track;
pub mod ui;
pub mod verify;
pub mod wire;

/// Texts from `locales/`, one function each.
#[allow(clippy::if_same_then_else, clippy::match_same_arms, clippy::doc_markdown, reason = "generated from data")]
pub mod t {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
