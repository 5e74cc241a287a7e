//! A folder and a database for one test, taken away afterwards.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Db, DbTarget};

pub struct Base {
    pub folder: PathBuf,
    pub target: DbTarget,
    /// Server address and schema.
    postgres: Option<(String, String)>,
}

impl Base {
    pub async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = format!("{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("onevisit-service-{unique}"));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let Ok(url) = std::env::var("TEST_DATABASE_URL_PG") else {
            let target = DbTarget::Sqlite(folder.join("service.db"));
            return Self { folder, target, postgres: None };
        };
        let schema = format!("service_{unique}");
        admin(&url, format!("create schema {schema}")).await;
        let joint = if url.contains('?') { '&' } else { '?' };
        let target = DbTarget::Postgres(format!("{url}{joint}options[search_path]={schema}"));
        Self { folder, target, postgres: Some((url, schema)) }
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

/// The store takes only texts that live as long as the program: a leak of a few bytes per test.
async fn admin(url: &str, statement: String) {
    let db = Db::open(&DbTarget::Postgres(url.to_owned())).await.expect("the server answers");
    let mut tx = db.begin().await.expect("begins");
    tx.exec(statement.leak(), Vec::new()).await.expect("runs");
    tx.commit().await.expect("commits");
    db.close().await;
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        let Some((url, schema)) = self.postgres.take() else { return };
        // The test's own runtime is ending: a thread with another one drops the schema.
        let drop_schema = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            // A transaction dropped at the very end was not rolled back any more: its connection goes first.
            let holders = format!(
                "select pg_terminate_backend(l.pid) from pg_locks l join pg_class c on c.oid = l.relation
                 join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = '{schema}' and l.pid <> pg_backend_pid()"
            );
            runtime.block_on(async {
                admin(&url, holders).await;
                admin(&url, format!("drop schema {schema} cascade")).await;
            });
        };
        let _ = std::thread::spawn(drop_schema).join();
    }
}
