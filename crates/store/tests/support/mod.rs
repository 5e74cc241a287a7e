//! Runs each test on a fresh `SQLite` file and in a fresh `PostgreSQL` schema.

// Each test program uses its part.
#![allow(dead_code)]

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};
use store::migrate::{MIGRATIONS, Migration};
use store::{Db, DbTarget};

/// The instant that the tests take for now.
pub const NOW: i64 = 1_700_000_000_000_000;

/// A table with everything that the layer has to carry.
const SAMPLE: &str = "
create table owners (id text not null primary key);
create table samples (
    id text not null primary key,
    owner text references owners (id),
    number text not null,
    amount bigint,
    note text,
    sealed {bytes},
    version bigint not null,
    constraint samples_number_key unique (number),
    constraint samples_owner_amount_key unique (owner, amount)
);";

/// The migrations of the program and one with the tables of the tests.
pub fn migrations() -> Vec<Migration> {
    let mut list = MIGRATIONS.to_vec();
    let version = i64::try_from(list.len()).unwrap() + 1;
    list.push(Migration { version, name: "samples", text: SAMPLE });
    list
}

/// A folder of its own, removed when dropped.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("onevisit-store-{}", unique()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

pub async fn on_sqlite<F>(test: impl FnOnce(Db) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let dir = TempDir::new();
    let db = Db::open(&DbTarget::Sqlite(dir.path().join("store.db"))).await.unwrap();
    db.migrate_with(&migrations(), NOW).await.unwrap();
    let outcome = tokio::spawn(test(db.clone())).await;
    db.close().await;
    rethrow(outcome);
}

pub async fn on_postgres<F>(test: impl FnOnce(Db) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(url) = std::env::var("TEST_DATABASE_URL_PG") else {
        let required = ["CI", "ONEVISIT_REQUIRE_PG"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(!required, "TEST_DATABASE_URL_PG is not set, but PostgreSQL has to be tested here");
        eprintln!("note: TEST_DATABASE_URL_PG is not set, not run on PostgreSQL");
        return;
    };
    let schema = format!("test_{}", unique());
    admin(&url, format!("create schema {schema}")).await;
    let joint = if url.contains('?') { '&' } else { '?' };
    let target = DbTarget::Postgres(format!("{url}{joint}options[search_path]={schema}"));
    let db = Db::open(&target).await.unwrap();
    db.migrate_with(&migrations(), NOW).await.unwrap();
    let outcome = tokio::spawn(test(db.clone())).await;
    db.close().await;
    admin(&url, format!("drop schema {schema} cascade")).await;
    rethrow(outcome);
}

async fn admin(url: &str, statement: String) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

fn rethrow(outcome: Result<(), tokio::task::JoinError>) {
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// Makes of each test one for `SQLite` and one for `PostgreSQL`.
#[macro_export]
macro_rules! contract {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                $crate::support::on_sqlite(super::$name).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                $crate::support::on_postgres(super::$name).await;
            })+
        }
    };
}
