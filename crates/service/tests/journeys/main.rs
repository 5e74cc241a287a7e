//! The use-cases, driven from outside over a real database. Names carry the rows of the systems
//! list that a test drives (`m6_`, `d5_`, …).
//!
//! With `TEST_DATABASE_URL_PG` set the same tests run on `PostgreSQL`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod benefits;
mod clock;
mod counter;
mod counter_cases;
mod counter_money;
mod crashes;
mod desk;
mod documents;
mod drafts;
mod integrity;
mod jobs;
mod ledger;
mod licences;
mod lost_work;
mod mended;
mod money_mended;
mod pages;
mod parts;
mod party;
mod payments;
mod previews;
mod promises;
mod proofs;
mod reconcile30;
mod revisions;
mod rights;
mod scans;
mod secrecy;
mod sign_in;
mod special;
mod spot_checks;
mod submission;
mod transfers;
mod transfers_end;
mod two_providers;
mod undo;
mod uploads;
mod versions;
