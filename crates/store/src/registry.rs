//! Every SQL text of the crate, so that one test can let both databases compile all of them.
//!
//! A module declares its texts with [`sql!`](crate::sql), which also gives it a `STATEMENTS` list;
//! the list is added below by hand.

/// Declares the SQL texts of a module (once per module) and its `STATEMENTS` list of name and text.
///
/// ```
/// store::sql! {
///     /// The newest catalogue version.
///     pub const NEWEST = "select max(version) as version from catalogue_versions";
/// }
/// # fn main() {
/// assert_eq!(STATEMENTS[0].1, NEWEST);
/// # }
/// ```
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $vis:vis const $name:ident = $text:expr;)+) => {
        $($(#[$meta])* $vis const $name: &str = $text;)+

        /// Name and text of every statement of this module.
        pub const STATEMENTS: &[(&str, &str)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
}

/// The statements that run on both databases, by module.
pub const COMMON: &[&[(&str, &str)]] = &[
    crate::counters::STATEMENTS,
    crate::jobs::STATEMENTS,
    crate::migrate::STATEMENTS,
    crate::tables::accounts::STATEMENTS,
    crate::tables::audit::STATEMENTS,
    crate::tables::bills::STATEMENTS,
    crate::tables::bundles::STATEMENTS,
    crate::tables::cases::STATEMENTS,
    crate::tables::claim_subjects::STATEMENTS,
    crate::tables::counter_cases::STATEMENTS,
    crate::tables::counter_entries::STATEMENTS,
    crate::tables::counter_visits::STATEMENTS,
    crate::tables::deliveries::STATEMENTS,
    crate::tables::documents::STATEMENTS,
    crate::tables::drafts::STATEMENTS,
    crate::tables::events::STATEMENTS,
    crate::tables::fact_sheets::STATEMENTS,
    crate::tables::files::STATEMENTS,
    crate::tables::fills::STATEMENTS,
    crate::tables::follow_ups::STATEMENTS,
    crate::tables::installation::STATEMENTS,
    crate::tables::invoices::STATEMENTS,
    crate::tables::ledger::STATEMENTS,
    crate::tables::licence_consents::STATEMENTS,
    crate::tables::messages::STATEMENTS,
    crate::tables::parties::STATEMENTS,
    crate::tables::pay_links::STATEMENTS,
    crate::tables::recon::STATEMENTS,
    crate::tables::refunds::STATEMENTS,
    crate::tables::revisions::STATEMENTS,
    crate::tables::sessions::STATEMENTS,
    crate::tables::spot_checks::STATEMENTS,
    crate::tables::staff::STATEMENTS,
    crate::tables::transfers::STATEMENTS,
    crate::tables::verdicts::STATEMENTS,
    crate::tables::waivers::STATEMENTS,
];

/// The statements for `SQLite` only.
pub const ONLY_SQLITE: &[&[(&str, &str)]] = &[];

/// The statements for `PostgreSQL` only.
pub const ONLY_POSTGRES: &[&[(&str, &str)]] = &[crate::migrate::postgres::STATEMENTS, crate::tx::postgres::STATEMENTS];
