//! Opening the database, reading, and transactions.
//!
//! One SQL text runs on both databases. The rules that keep it so:
//! placeholders `$1`…; types BIGINT, TEXT and `{bytes}` only; `sum(…)` wrapped in
//! `cast(… as bigint)`; `on conflict (columns) do …`; `returning`; `order by` on numbers and ids
//! (text collates differently); no `like` where letter case matters (`SQLite` ignores it).

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqlitePool};

use crate::driver::{Conn, at_most_one};
use crate::error::{Retry, StoreError};
use crate::tx::Inner;
pub use crate::tx::Tx;
use crate::value::{Row, Value};

/// How long a statement waits for a lock, on both databases.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection before the request is refused.
const CONNECTION_WAIT: Duration = Duration::from_secs(15);
/// An unused connection is closed after this time, so that an idle server holds little memory.
const IDLE: Duration = Duration::from_mins(1);
/// Runs of one transaction in [`Db::write`], the first included.
const ATTEMPTS: u32 = 5;

/// Where the data lives.
#[derive(Clone, PartialEq, Eq)]
pub enum DbTarget {
    /// A `SQLite` file; it is made when missing, its folder is not.
    Sqlite(PathBuf),
    /// A `PostgreSQL` address: `postgres://user:password@host/database`.
    Postgres(String),
}

/// Hides the password in the address.
impl std::fmt::Debug for DbTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

impl FromStr for DbTarget {
    type Err = std::convert::Infallible;

    /// `postgres://…` and `postgresql://…` are `PostgreSQL`, everything else a file path, with or
    /// without `sqlite:` in front.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        Ok(Self::Sqlite(path.unwrap_or(text).into()))
    }
}

/// Which database runs; for the few modules with a text per database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `SQLite`.
    Sqlite,
    /// `PostgreSQL`.
    Postgres,
}

/// The open database. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Pools {
    /// `SQLite` allows one writer at a time: queueing for the one writing connection is fair and
    /// cheap, waiting for the file lock is neither.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.engine()).finish()
    }
}

impl Db {
    /// Opens the database; connects at least once, so that a wrong address fails here.
    pub async fn open(target: &DbTarget) -> Result<Self, StoreError> {
        let pools = match target {
            DbTarget::Sqlite(path) => open_sqlite(path).await?,
            DbTarget::Postgres(url) => open_postgres(url).await?,
        };
        Ok(Self { pools, statements: Arc::default() })
    }

    /// Which database runs.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Statements run since opening, `begin` and `commit` not counted: what a page costs.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Reads outside of a transaction. On `SQLite` the reading connections cannot write, so a
    /// changing statement fails here.
    pub async fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(&mut *readers.acquire().await?).all(sql, params).await,
            Pools::Postgres(pool) => Conn::Postgres(&mut *pool.acquire().await?).all(sql, params).await,
        }
    }

    /// Reads exactly one row; [`StoreError::NotFound`] when there is none.
    pub async fn read_one(&self, sql: &'static str, params: Vec<Value>) -> Result<Row, StoreError> {
        self.read_opt(sql, params).await?.ok_or(StoreError::NotFound)
    }

    /// Reads one row or none; several are [`StoreError::Inconsistent`].
    pub async fn read_opt(&self, sql: &'static str, params: Vec<Value>) -> Result<Option<Row>, StoreError> {
        at_most_one(self.read(sql, params).await?)
    }

    /// Begins a transaction: the only writer on `SQLite` (`begin immediate`), read committed on
    /// `PostgreSQL`. Dropped without [`Tx::commit`], it is rolled back.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with("begin isolation level read committed").await?),
        };
        Ok(Tx::new(inner, self.statements.clone()))
    }

    /// Runs `work` in a transaction and commits what it hands back; on a retryable failure runs it
    /// again, at most five times in all with growing pauses (10, 20, 40, 80 ms). `work` must have
    /// no effect outside of the transaction.
    ///
    /// It takes the transaction and gives it back, because a future that borrows it could not
    /// move between threads (the compiler cannot yet say so for a closure that is async).
    ///
    /// ```
    /// # use store::{Db, StoreError, params};
    /// # async fn example(db: Db, id: &str) -> Result<u64, StoreError> {
    /// db.write(async |mut tx| {
    ///     let rows = tx.exec("delete from jobs where id = $1", params![id]).await?;
    ///     Ok((tx, rows))
    /// })
    /// .await
    /// # }
    /// ```
    pub async fn write<T, E, F, Fut>(&self, work: F) -> Result<T, E>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<(Tx, T), E>>,
        E: From<StoreError> + Retry,
    {
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(&work).await;
            match outcome {
                Err(error) if attempt < ATTEMPTS && error.is_retryable() => {
                    tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt<T, E, F, Fut>(&self, work: &F) -> Result<T, E>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<(Tx, T), E>>,
        E: From<StoreError>,
    {
        let (tx, value) = work(self.begin().await?).await?;
        tx.commit().await?;
        Ok(value)
    }

    /// `SQLite`: writes a consistent copy of the database to a new file while work goes on.
    /// `PostgreSQL` has `pg_dump`; there this does nothing and says so with `false`.
    pub async fn copy_to(&self, file: &std::path::Path) -> Result<bool, StoreError> {
        let Pools::Sqlite { writer, .. } = &self.pools else { return Ok(false) };
        // Not inside a transaction, and not on the readers, which may not write at all.
        sqlx::query("vacuum into $1").bind(file.to_string_lossy().into_owned()).execute(writer).await?;
        Ok(true)
    }

    /// Lets the database compile a statement without running it; see `registry`.
    pub async fn check_statement(&self, sql: &'static str) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => Conn::Sqlite(&mut *writer.acquire().await?).prepare(sql).await,
            Pools::Postgres(pool) => Conn::Postgres(&mut *pool.acquire().await?).prepare(sql).await,
        }
    }

    /// Asks for one row, for the health check.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read_one("select 1 as alive", Vec::new()).await.map(drop)
    }

    /// Waits for the running transactions and closes all connections; `SQLite`'s log is folded into
    /// the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                // The last connection to close folds the log in, which readers cannot.
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &std::path::Path) -> Result<Pools, StoreError> {
    let common = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(LOCK_WAIT)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(64)
        .pragma("cache_size", "-512");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(CONNECTION_WAIT)
        .test_before_acquire(false)
        // When the disk is full SQLite rolls back by itself, which sqlx does not notice: such a connection
        // begins nothing any more, and there is only this one. It is opened anew.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .connect_with(
            common
                .clone()
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .pragma("cache_size", "-1024")
                .pragma("journal_size_limit", "16777216")
                // Deleting a wrapped key has to erase it, not only unlink it.
                .pragma("secure_delete", "on"),
        )
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .min_connections(0)
        .idle_timeout(IDLE)
        .acquire_timeout(CONNECTION_WAIT)
        .test_before_acquire(false)
        .connect_with(common.pragma("query_only", "on"))
        .await?;
    Ok(Pools::Sqlite { writer, readers })
}

async fn open_postgres(url: &str) -> Result<Pools, StoreError> {
    let options = PgConnectOptions::from_str(url)?.application_name("onevisit").options([
        ("lock_timeout", LOCK_WAIT.as_millis().to_string()),
        ("idle_in_transaction_session_timeout", "60000".to_owned()),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .min_connections(0)
        .idle_timeout(IDLE)
        .acquire_timeout(CONNECTION_WAIT)
        .connect_with(options)
        .await?;
    Ok(Pools::Postgres(pool))
}
