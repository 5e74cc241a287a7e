//! What the database layer promises, on both databases.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used)]

mod support;

use store::migrate::Migration;
use store::{Db, Engine, StoreError, counters, params, registry};
use support::{NOW, migrations};

contract! {
    every_statement_compiles,
    values_come_back_as_they_went_in,
    nulls_have_the_type_of_their_column,
    wrong_use_is_refused,
    one_and_opt_are_strict,
    constraints_have_the_same_names,
    a_failed_transaction_changes_nothing,
    a_dropped_transaction_changes_nothing,
    versions_are_compared_and_set,
    concurrent_increments_all_count,
    writes_are_retried_only_when_it_helps,
    deadlocks_are_retryable,
    readers_do_not_wait_for_the_writer,
    migrations_run_once_and_edits_are_found,
    servers_starting_together_migrate_once,
    counters_stop_at_the_limit,
    counters_count_concurrent_hits,
}

const INSERT: &str = "insert into samples (id, owner, number, amount, note, sealed, version)
    values ($1, $2, $3, $4, $5, $6, 1)";
const SELECT: &str = "select * from samples where id = $1";
const READ_VERSION: &str = "select version, amount from samples where id = $1";
const BUMP: &str = "update samples set amount = $3, version = version + 1
    where id = $1 and version = $2";
const COUNT: &str = "select count(*) as number from samples";

async fn insert(db: &Db, id: &str, number: &str, amount: Option<i64>) {
    let mut tx = db.begin().await.unwrap();
    let params = params![id, None::<&str>, number, amount, None::<&str>, None::<Vec<u8>>];
    assert_eq!(tx.exec(INSERT, params).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn count(db: &Db) -> i64 {
    db.read_one(COUNT, params![]).await.unwrap().i64("number").unwrap()
}

async fn every_statement_compiles(db: Db) {
    let own = match db.engine() {
        Engine::Sqlite => registry::ONLY_SQLITE,
        Engine::Postgres => registry::ONLY_POSTGRES,
    };
    for (name, text) in registry::COMMON.iter().chain(own).flat_map(|list| list.iter()) {
        let outcome = db.check_statement(text).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
    assert!(db.check_statement("select nothing from nowhere").await.is_err());
}

async fn values_come_back_as_they_went_in(db: Db) {
    let note = "张三's 'quoted' — 𠮷\n\"$1\"";
    let sealed = vec![0, 255, 10, 39];
    let mut tx = db.begin().await.unwrap();
    tx.exec("insert into owners (id) values ($1)", params!["o"]).await.unwrap();
    let params = params!["a", Some("o"), "n", i64::MIN, note, sealed.clone()];
    tx.exec(INSERT, params).await.unwrap();
    tx.commit().await.unwrap();

    let row = db.read_one(SELECT, params!["a"]).await.unwrap();
    assert_eq!(row.text("owner").unwrap(), "o");
    assert_eq!(row.i64("amount").unwrap(), i64::MIN);
    assert_eq!(row.text("note").unwrap(), note);
    assert_eq!(row.bytes("sealed").unwrap(), sealed);
    assert!(row.bool("version").unwrap());
    assert_eq!(row.u32("version").unwrap(), 1);
    assert!(row.u32("amount").is_err());

    let sum = "select cast(sum(amount) as bigint) as total, 1 as small from samples";
    let row = db.read_one(sum, params![]).await.unwrap();
    assert_eq!((row.i64("total").unwrap(), row.i64("small").unwrap()), (i64::MIN, 1));
}

async fn nulls_have_the_type_of_their_column(db: Db) {
    insert(&db, "a", "n", None).await;
    let row = db.read_one(SELECT, params!["a"]).await.unwrap();
    assert_eq!(row.opt_text("owner").unwrap(), None);
    assert_eq!(row.opt_i64("amount").unwrap(), None);
    assert_eq!(row.opt_bytes("sealed").unwrap(), None);
    assert!(matches!(row.i64("amount"), Err(StoreError::Inconsistent { column, .. }) if column == "amount"));
    // NULL compared and coalesced in a condition, as filters do.
    let filter = "select count(*) as number from samples
        where ($1 is null or number = $1) and ($2 is null or amount = $2)";
    for (number, found) in [(None, 1), (Some("n"), 1), (Some("m"), 0)] {
        let row = db.read_one(filter, params![number, None::<i64>]).await.unwrap();
        assert_eq!(row.i64("number").unwrap(), found);
    }
}

async fn wrong_use_is_refused(db: Db) {
    assert!(db.read(SELECT, params![]).await.is_err());
    assert!(db.read(SELECT, params!["a", "b"]).await.is_err());
    assert!(db.read(SELECT, params!["a\0"]).await.is_err());
    let half = db.read_one("select 1.5 as half", params![]).await;
    assert!(matches!(half, Err(StoreError::Inconsistent { .. })), "{half:?}");
    if db.engine() == Engine::Sqlite {
        assert!(db.read("delete from samples", params![]).await.is_err());
    }
}

async fn one_and_opt_are_strict(db: Db) {
    assert!(matches!(db.read_one(SELECT, params!["a"]).await, Err(StoreError::NotFound)));
    assert!(db.read_opt(SELECT, params!["a"]).await.unwrap().is_none());
    insert(&db, "a", "1", None).await;
    insert(&db, "b", "2", None).await;
    let two = db.read_opt("select id from samples", params![]).await;
    assert!(matches!(two, Err(StoreError::Inconsistent { .. })));
}

async fn constraints_have_the_same_names(db: Db) {
    insert(&db, "a", "1", None).await;
    let unique = |outcome| match outcome {
        Err(StoreError::Unique(name)) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(unique(try_insert(&db, "b", None, "1").await), "samples.number");
    assert_eq!(unique(try_insert(&db, "a", None, "2").await), "samples.id");
    try_insert(&db, "c", Some("o"), "3").await.unwrap();
    assert_eq!(unique(try_insert(&db, "d", Some("o"), "4").await), "samples.owner,amount");
    let orphan = try_insert(&db, "e", Some("nobody"), "5").await;
    assert!(matches!(orphan, Err(StoreError::Reference)), "{orphan:?}");
}

async fn try_insert(db: &Db, id: &str, owner: Option<&str>, number: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    if owner == Some("o") {
        tx.exec("insert into owners (id) values ('o') on conflict do nothing", params![]).await?;
    }
    let params = params![id, owner, number, 7, None::<&str>, None::<Vec<u8>>];
    tx.exec(INSERT, params).await?;
    tx.commit().await
}

async fn a_failed_transaction_changes_nothing(db: Db) {
    insert(&db, "a", "1", None).await;
    let mut tx = db.begin().await.unwrap();
    let row = |id: &str, number: &str| params![id, None::<&str>, number, None::<i64>, None::<&str>, None::<Vec<u8>>];
    tx.exec(INSERT, row("b", "2")).await.unwrap();
    assert!(tx.exec(INSERT, row("c", "1")).await.is_err());
    assert!(tx.exec(INSERT, row("d", "4")).await.is_err(), "nothing more is accepted");
    assert!(tx.commit().await.is_err(), "and nothing is committed");
    assert_eq!(count(&db).await, 1);
}

async fn a_dropped_transaction_changes_nothing(db: Db) {
    let mut tx = db.begin().await.unwrap();
    tx.exec("insert into owners (id) values ($1)", params!["o"]).await.unwrap();
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    tx.exec("insert into owners (id) values ($1)", params!["p"]).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(db.read("select id from owners", params![]).await.unwrap().is_empty());
}

async fn versions_are_compared_and_set(db: Db) {
    insert(&db, "a", "1", Some(0)).await;
    let mut tx = db.begin().await.unwrap();
    tx.exec_versioned(BUMP, params!["a", 1, 5]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let stale = tx.exec_versioned(BUMP, params!["a", 1, 6]).await;
    assert!(matches!(stale, Err(StoreError::VersionConflict)), "{stale:?}");
    assert!(!stale.unwrap_err().is_retryable());
    assert!(tx.commit().await.is_err());
}

async fn concurrent_increments_all_count(db: Db) {
    insert(&db, "a", "1", Some(0)).await;
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(increment_25(db.clone()))).collect();
    let mut conflicts = 0;
    for task in tasks {
        conflicts += task.await.unwrap();
    }
    let row = db.read_one(READ_VERSION, params!["a"]).await.unwrap();
    assert_eq!(row.i64("amount").unwrap(), 200);
    assert_eq!(row.i64("version").unwrap(), 201);
    eprintln!("{:?}: {conflicts} conflicts", db.engine());
}

/// Reads outside of the transaction, as a page does, and starts over on a conflict.
async fn increment_25(db: Db) -> u32 {
    let mut conflicts = 0;
    let mut done = 0;
    while done < 25 {
        let row = db.read_one(READ_VERSION, params!["a"]).await.unwrap();
        let (version, amount) = (row.i64("version").unwrap(), row.i64("amount").unwrap());
        let outcome = db
            .write(async |mut tx| {
                let params = params!["a", version, amount + 1];
                tx.exec_versioned(BUMP, params).await.map(|()| (tx, ()))
            })
            .await;
        match outcome {
            Ok(()) => done += 1,
            Err(StoreError::VersionConflict) => conflicts += 1,
            Err(other) => panic!("{other}"),
        }
    }
    conflicts
}

#[derive(Debug)]
struct Refused(bool);

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error.is_retryable())
    }
}

impl store::Retry for Refused {
    fn is_retryable(&self) -> bool {
        self.0
    }
}

async fn writes_are_retried_only_when_it_helps(db: Db) {
    let runs = std::sync::atomic::AtomicU32::new(0);
    let ordering = std::sync::atomic::Ordering::Relaxed;
    let mut results = Vec::new();
    for (retryable, succeed_at) in [(true, 3), (true, 99), (false, 99)] {
        runs.store(0, ordering);
        let outcome: Result<(), Refused> = db
            .write(async |mut tx| {
                tx.exec("insert into owners (id) values ($1)", params!["o"]).await?;
                if runs.fetch_add(1, ordering) + 1 < succeed_at {
                    return Err(Refused(retryable));
                }
                tx.exec("delete from owners where id = $1", params!["o"]).await?;
                Ok((tx, ()))
            })
            .await;
        results.push((outcome.is_ok(), runs.load(ordering)));
    }
    assert_eq!(results, [(true, 3), (false, 5), (false, 1)]);
    assert!(db.read("select id from owners", params![]).await.unwrap().is_empty());
}

/// Two transactions that lock two rows in opposite order: `PostgreSQL` ends one of them with a
/// retryable error, `SQLite` runs one after the other. With `write` both come through.
async fn deadlocks_are_retryable(db: Db) {
    insert(&db, "a", "1", Some(0)).await;
    insert(&db, "b", "2", Some(0)).await;
    let (one, other) = tokio::join!(touch_both(&db, "a", "b"), touch_both(&db, "b", "a"));
    assert_eq!((one.unwrap(), other.unwrap()), (1, 1));
    let total = "select cast(sum(amount) as bigint) as total from samples";
    assert_eq!(db.read_one(total, params![]).await.unwrap().i64("total").unwrap(), 4);
}

async fn touch_both(db: &Db, first: &str, second: &str) -> Result<u64, StoreError> {
    const TOUCH: &str = "update samples set amount = amount + 1 where id = $1";
    db.write(async |mut tx| {
        tx.exec(TOUCH, params![first]).await?;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        tx.exec(TOUCH, params![second]).await.map(|rows| (tx, rows))
    })
    .await
}

async fn readers_do_not_wait_for_the_writer(db: Db) {
    let mut tx = db.begin().await.unwrap();
    tx.exec("insert into owners (id) values ($1)", params!["o"]).await.unwrap();
    let rows = db.read("select id from owners", params![]).await.unwrap();
    assert!(rows.is_empty(), "what is not committed is not seen");
    tx.commit().await.unwrap();
    assert_eq!(db.read("select id from owners", params![]).await.unwrap().len(), 1);
    db.ping().await.unwrap();
}

async fn migrations_run_once_and_edits_are_found(db: Db) {
    let list = migrations();
    assert_eq!(db.migrate_with(&list, NOW).await.unwrap(), 0);

    let mut edited = list.clone();
    edited[0].text = "create table jobs (id text)";
    let error = db.migrate_with(&edited, NOW).await.unwrap_err().to_string();
    assert!(error.contains("edited"), "{error}");

    let error = db.migrate_with(&list[..1], NOW).await.unwrap_err().to_string();
    assert!(error.contains("newer"), "{error}");

    // A migration that fails half-way leaves nothing behind.
    let mut longer = list.clone();
    let version = i64::try_from(list.len()).unwrap() + 1;
    let text = "create table extra (id text); insert into nowhere (id) values ('a');";
    longer.push(Migration { version, name: "broken", text });
    assert!(db.migrate_with(&longer, NOW).await.is_err());
    longer[list.len()].text = "create table extra (id text);";
    assert_eq!(db.migrate_with(&longer, NOW).await.unwrap(), 1);
}

async fn servers_starting_together_migrate_once(db: Db) {
    let mut list = migrations();
    for name in ["one", "two", "three"] {
        let version = i64::try_from(list.len()).unwrap() + 1;
        let text = Box::leak(format!("create table extra_{name} (id text);").into_boxed_str());
        list.push(Migration { version, name, text });
    }
    let (a, b, c) = tokio::join!(db.migrate_with(&list, NOW), db.migrate_with(&list, NOW), db.migrate_with(&list, NOW));
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 3);
}

async fn counters_stop_at_the_limit(db: Db) {
    let hour = counters::window_start(NOW, 3_600_000_000);
    let mut tx = db.begin().await.unwrap();
    for expected in [1, 2, 3, 3, 3] {
        assert_eq!(counters::hit(&mut tx, "sms:x", hour, 2).await.unwrap(), expected);
    }
    assert_eq!(counters::hit(&mut tx, "sms:y", hour, 2).await.unwrap(), 1);
    assert_eq!(counters::hit(&mut tx, "sms:x", hour + 1, 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(counters::current(&db, "sms:x", hour).await.unwrap(), 3);
    assert_eq!(counters::current(&db, "sms:z", hour).await.unwrap(), 0);

    let mut tx = db.begin().await.unwrap();
    counters::give_back(&mut tx, "sms:x", hour).await.unwrap();
    counters::give_back(&mut tx, "sms:z", hour).await.unwrap();
    assert_eq!(counters::hit(&mut tx, "sms:x", hour, 9).await.unwrap(), 3);
    counters::clear(&mut tx, "sms:y").await.unwrap();
    assert_eq!(counters::purge(&mut tx, hour + 1).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(counters::current(&db, "sms:x", hour + 1).await.unwrap(), 1);
}

async fn counters_count_concurrent_hits(db: Db) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    db.write(async |mut tx| counters::hit(&mut tx, "k", 0, 1000).await.map(|count| (tx, count)))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(counters::current(&db, "k", 0).await.unwrap(), 80);
}
