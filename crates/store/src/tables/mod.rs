//! One module for each table: the statements, the row's type, and what is sealed.

pub mod accounts;
pub mod audit;
pub mod bills;
pub mod bundles;
pub mod cases;
pub mod claim_subjects;
pub mod counter_cases;
pub mod counter_entries;
pub mod counter_visits;
pub mod deliveries;
pub mod documents;
pub mod drafts;
pub mod events;
pub mod fact_sheets;
pub mod files;
pub mod fills;
pub mod follow_ups;
pub mod installation;
pub mod invoices;
pub mod ledger;
pub mod licence_consents;
pub mod messages;
pub mod parties;
pub mod pay_links;
pub mod recon;
pub mod refunds;
pub mod revisions;
pub mod sessions;
pub mod spot_checks;
pub mod staff;
pub mod transfers;
pub mod verdicts;
pub mod waivers;

use crate::{Row, StoreError};
use std::str::FromStr;

/// Parses an identifier or code column; a bad one is an inconsistency, not a panic.
pub(crate) fn parse<T: FromStr>(row: &Row, column: &str) -> Result<T, StoreError> {
    row.str(column)?.parse().map_err(|_| StoreError::inconsistent(column, "not of its type"))
}

/// Serialises a domain value for a sealed or plain column.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::inconsistent("json", "cannot be written"))
}

/// Reads a domain value back.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str, column: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|e| StoreError::inconsistent(column, format!("json at {}:{}", e.line(), e.column())))
}
