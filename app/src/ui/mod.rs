//! The design system: plain server-rendered components.
//!
//! Every component here is ordinary HTML that works with scripts switched off: no signals, no
//! event handlers. Islands live elsewhere and are handed in as `children`. Components read their
//! looks only from the design tokens in `style/tokens.css`; the markup of block `ov-NAME` is
//! styled by `style/components/NAME.css`.
//!
//! # Page frame
//! ```text
//! <body class="ov-page">
//!   <SkipLink/> <SiteHeader …/>
//!   <Main> <Breadcrumb …/> <PageHeading …/> … <ActionBar>…</ActionBar> </Main>
//!   <SiteFooter …/> <TabBar …/>
//! </body>
//! ```
//! `<html>` carries the person's choices: `data-mode="care"` (长辈版), `data-theme="light|dark"`
//! (absent = as the device says), `data-text="large|larger"` (text ×1.25 / ×1.67, the latter gives
//! 30 pt body text in 长辈版, the upper end asked for by the 适老化 rules).
//!
//! # Texts
//! All wording comes in as props. The few words a component must say by itself (for screen readers,
//! 选填, 修改 …) come from [`texts`]; provide another [`texts::Texts`] as context to change language.
//!
//! # Ids
//! Ids are derived from field names by [`field_id`], so that the error summary, the server and an
//! island agree without talking to each other.

#[cfg(feature = "ssr")]
mod components;
mod ids;
pub mod texts;

#[cfg(feature = "ssr")]
pub use components::*;
pub use ids::{error_id, field_id, hint_id};
