//! A running transaction.

use sqlx::{Postgres, Sqlite, Transaction};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::db::Engine;
use crate::driver::{Conn, at_most_one};
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

/// What only `PostgreSQL` needs.
pub mod postgres {
    crate::sql! {
        /// The lock itself.
        pub(super) const TURN = "select cast(pg_advisory_xact_lock(hashtextextended($1, 0)) as text) as taken";
    }
}

/// A running transaction.
///
/// After a failed statement it accepts nothing more, on either database: `PostgreSQL` would turn
/// the commit into a silent rollback, `SQLite` would commit the half that worked.
pub struct Tx {
    inner: Inner,
    broken: bool,
    /// Shared with the database.
    statements: Arc<AtomicU64>,
}

pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("engine", &self.engine()).field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl Tx {
    pub(crate) fn new(inner: Inner, statements: Arc<AtomicU64>) -> Self {
        Self { inner, broken: false, statements }
    }

    /// Which database runs.
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Waits for the end of every other transaction that took its turn at `name`. For “look whether
    /// there is one, else make it”, where no row exists yet that could be locked.
    pub async fn turn(&mut self, name: &str) -> Result<(), StoreError> {
        match self.engine() {
            // It has one writer anyway.
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self.all(postgres::TURN, params![name]).await.map(drop),
        }
    }

    /// Runs a statement; gives the number of rows it changed.
    pub async fn exec(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError> {
        let conn = self.conn()?;
        let outcome = conn.exec(sql, params).await;
        self.note(outcome)
    }

    /// Runs an update guarded by `… where id = $1 and version = $2`:
    /// [`StoreError::VersionConflict`] unless it changed exactly one row.
    pub async fn exec_versioned(&mut self, sql: &'static str, params: Vec<Value>) -> Result<(), StoreError> {
        let outcome = match self.exec(sql, params).await? {
            1 => Ok(()),
            0 => Err(StoreError::VersionConflict),
            _ => Err(StoreError::inconsistent("*", "a guarded update changed several rows")),
        };
        self.note(outcome)
    }

    /// All rows of a statement, also of one with `returning`.
    pub async fn all(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let conn = self.conn()?;
        let outcome = conn.all(sql, params).await;
        self.note(outcome)
    }

    /// Exactly one row; [`StoreError::NotFound`] when there is none.
    pub async fn one(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Row, StoreError> {
        self.opt(sql, params).await?.ok_or(StoreError::NotFound)
    }

    /// One row or none; several are [`StoreError::Inconsistent`].
    pub async fn opt(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Option<Row>, StoreError> {
        at_most_one(self.all(sql, params).await?)
    }

    /// Makes the changes last. On `SQLite` the log is synced before this returns.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.broken {
            return Err(broken());
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Takes the changes back at once; dropping does the same a little later.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    pub(crate) async fn script(&mut self, text: String) -> Result<(), StoreError> {
        let conn = self.conn()?;
        let outcome = conn.script(text).await;
        self.note(outcome)
    }

    fn conn(&mut self) -> Result<Conn<'_>, StoreError> {
        if self.broken {
            return Err(broken());
        }
        self.statements.fetch_add(1, Ordering::Relaxed);
        // Stays so when the caller abandons the statement half-way.
        self.broken = true;
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => Conn::Sqlite(&mut *tx),
            Inner::Postgres(tx) => Conn::Postgres(&mut *tx),
        })
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.broken = outcome.is_err();
        outcome
    }
}

fn broken() -> StoreError {
    StoreError::misuse("the transaction has failed before and can only be dropped")
}
