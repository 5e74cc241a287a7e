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

mod action_bar;
mod badge;
mod breadcrumb;
mod button;
mod card;
mod checkbox;
mod data_table;
mod date_field;
mod details;
mod dialog;
mod empty_state;
mod error_summary;
mod field;
mod field_frame;
mod file_slot;
pub mod gallery;
mod gallery_forms;
mod heading;
mod hidden_fields;
mod icon;
mod layout;
mod money_table;
mod notification;
mod page_heading;
mod pagination;
mod panel;
mod progress;
mod radios;
mod search_box;
mod select_field;
mod site_footer;
mod site_header;
mod skeleton;
mod skip_link;
mod stat;
mod steps;
mod summary_list;
mod tab_bar;
mod tag_list;
mod text_area;
pub mod texts;
mod timeline;
mod types;
mod words;

pub use action_bar::ActionBar;
pub use badge::Badge;
pub use breadcrumb::Breadcrumb;
pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Card, CardGrid};
pub use checkbox::Checkbox;
pub use data_table::{Cell, Column, DataTable};
pub use date_field::DateField;
pub use details::Details;
pub use dialog::Dialog;
pub use empty_state::EmptyState;
pub use error_summary::{ErrorSummary, FieldError};
pub use field::Field;
pub use file_slot::{FileSlot, Finding, FindingLevel, SlotFile};
pub use gallery::Gallery;
pub use heading::Heading;
pub use hidden_fields::HiddenFields;
pub use icon::{Icon, Symbol};
pub use layout::{Columns, Main, Split, Stack};
pub use money_table::{MoneyLine, MoneyTable};
pub use notification::Notification;
pub use page_heading::PageHeading;
pub use pagination::Pagination;
pub use panel::Panel;
pub use progress::Progress;
pub use radios::Radios;
pub use search_box::SearchBox;
pub use select_field::SelectField;
pub use site_footer::SiteFooter;
pub use site_header::SiteHeader;
pub use skeleton::Skeleton;
pub use skip_link::SkipLink;
pub use stat::Stat;
pub use steps::{Step, StepState, Steps};
pub use summary_list::{SummaryList, SummaryRow};
pub use tab_bar::TabBar;
pub use tag_list::{Tag, TagList};
pub use text_area::TextArea;
pub use timeline::{Timeline, TimelineEntry, TimelineState};
pub use types::{Choice, Hidden, Link, NavItem, Tone, error_id, field_id, hint_id};
pub use words::Words;
