//! The store: one SQL text per statement on `SQLite` and `PostgreSQL`, personal data sealed at rest,
//! an unbroken chain of events, and a job table.
//!
//! | module | what it gives |
//! |---|---|
//! | [`db`] | [`Db`], [`Tx`]: open, read, transactions |
//! | [`value`] | [`Value`], [`Row`], [`params!`] |
//! | [`error`] | [`StoreError`] |
//! | [`migrate`] | the numbered migrations |
//! | [`registry`] | every SQL text, for the test that compiles them all; [`sql!`] |
//! | [`vault`] | sealing of columns, look-up codes, data keys |
//! | [`master_key`] | the key file that the vault is opened with |
//! | [`chunks`] | sealing of files as a stream |
//! | [`chain`] | the hash chain of the case events |
//! | [`jobs`] | the outbox and its leases |
//! | [`counters`] | rate limits |
//! | [`tables`] | the tables of accounts, drafts, files, cases, documents, bills |

pub mod chain;
pub mod chunks;
pub mod counters;
pub mod db;
mod driver;
pub mod error;
pub mod jobs;
pub mod master_key;
pub mod migrate;
pub mod registry;
pub mod tables;
mod tx;
pub mod value;
pub mod vault;

pub use chunks::{ChunkReader, ChunkSealer};
pub use db::{Db, DbTarget, Engine, Tx};
pub use error::{DriverError, Retry, StoreError};
pub use master_key::load_or_create_master_key;
pub use value::{Row, Value};
pub use vault::{DataKey, Vault, VaultError};
