//! What the job table promises, on both databases.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use store::jobs::{self, AfterFailure, Leased, NewJob};
use store::{Db, StoreError};
use support::NOW;

contract! {
    a_job_is_written_with_its_change_or_not_at_all,
    a_key_is_taken_once,
    only_due_jobs_of_the_wanted_kinds_are_leased,
    no_job_is_leased_twice_under_concurrency,
    an_expired_lease_passes_on_and_the_old_worker_is_shut_out,
    a_failed_job_waits_then_is_given_up,
    done_jobs_are_purged,
}

const MINUTE: i64 = 60_000_000;

fn job<'a>(id: &'a str, kind: &'a str, key: Option<&'a str>, run_at: i64) -> NewJob<'a> {
    NewJob { id, kind, key, payload: "{}", run_at }
}

async fn enqueue(db: &Db, job: NewJob<'_>) -> bool {
    let mut tx = db.begin().await.unwrap();
    let fresh = jobs::enqueue(&mut tx, &job, NOW).await.unwrap();
    tx.commit().await.unwrap();
    fresh
}

async fn lease(db: &Db, kinds: &[&str], worker: &str, now: i64) -> Vec<Leased> {
    jobs::lease(db, kinds, worker, now, MINUTE, 10).await.unwrap()
}

async fn a_job_is_written_with_its_change_or_not_at_all(db: Db) {
    let mut tx = db.begin().await.unwrap();
    jobs::enqueue(&mut tx, &job("1", "mail", None, NOW), NOW).await.unwrap();
    assert!(jobs::counts(&db).await.unwrap().is_empty(), "not seen before the commit");
    drop(tx);
    assert!(lease(&db, &[], "w", NOW).await.is_empty());
    assert!(enqueue(&db, job("1", "mail", None, NOW)).await);
    assert_eq!(lease(&db, &[], "w", NOW).await.len(), 1);
}

async fn a_key_is_taken_once(db: Db) {
    assert!(enqueue(&db, job("1", "pay", Some("order-1"), NOW)).await);
    assert!(!enqueue(&db, job("2", "pay", Some("order-1"), NOW)).await);
    assert!(enqueue(&db, job("3", "refund", Some("order-1"), NOW)).await);
    assert!(enqueue(&db, job("4", "pay", None, NOW)).await);
    assert!(enqueue(&db, job("5", "pay", None, NOW)).await);

    let tasks: Vec<_> = (10..18)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let id = n.to_string();
                db.write(async |mut tx| {
                    let job = job(&id, "pay", Some("order-2"), NOW);
                    jobs::enqueue(&mut tx, &job, NOW).await.map(|fresh| (tx, fresh))
                })
                .await
                .unwrap()
            })
        })
        .collect();
    let mut fresh = 0;
    for task in tasks {
        fresh += u32::from(task.await.unwrap());
    }
    assert_eq!(fresh, 1);

    // Also once it is done.
    let leased = lease(&db, &["refund"], "w", NOW).await;
    let mut tx = db.begin().await.unwrap();
    jobs::finish(&mut tx, &leased[0], NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!enqueue(&db, job("6", "refund", Some("order-1"), NOW)).await);
    assert_eq!(jobs::state_of(&db, "refund", "order-1").await.unwrap().as_deref(), Some("done"));
    assert_eq!(jobs::state_of(&db, "refund", "order-9").await.unwrap(), None);
}

async fn only_due_jobs_of_the_wanted_kinds_are_leased(db: Db) {
    enqueue(&db, job("1", "mail", None, NOW + 1)).await;
    enqueue(&db, job("2", "mail", Some("k"), NOW)).await;
    enqueue(&db, job("3", "mail", None, NOW - 5)).await;
    enqueue(&db, job("4", "pay", None, NOW)).await;
    let leased = lease(&db, &["mail", "seal"], "w", NOW).await;
    let ids: Vec<_> = leased.iter().map(|job| job.id.as_str()).collect();
    assert_eq!(ids, ["3", "2"], "the longest due first");
    assert_eq!((leased[1].attempts, leased[1].key.as_deref()), (1, Some("k")));
    assert_eq!(lease(&db, &[], "w", NOW).await.len(), 1, "no kinds given: every kind");
    assert!(jobs::lease(&db, &["x"; 17], "w", NOW, MINUTE, 1).await.is_err());
}

async fn no_job_is_leased_twice_under_concurrency(db: Db) {
    for n in 0..200 {
        enqueue(&db, job(&format!("{n:03}"), "mail", None, NOW)).await;
    }
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                let mut misses = 0;
                // A worker may find nothing while others hold the rows: look again.
                while misses < 5 {
                    let worker = format!("w{n}");
                    let leased = jobs::lease(&db, &["mail"], &worker, NOW, MINUTE, 7).await.unwrap();
                    assert!(leased.len() <= 7);
                    misses = if leased.is_empty() { misses + 1 } else { 0 };
                    for job in leased {
                        db.write(async |mut tx| jobs::finish(&mut tx, &job, NOW).await.map(|()| (tx, ())))
                            .await
                            .unwrap();
                        mine.push(job.id);
                    }
                }
                mine
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 200, "none twice");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200, "none forgotten");
    let counts = jobs::counts(&db).await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].state.as_str(), counts[0].number), ("done", 200));
}

async fn an_expired_lease_passes_on_and_the_old_worker_is_shut_out(db: Db) {
    enqueue(&db, job("1", "mail", None, NOW)).await;
    let first = lease(&db, &["mail"], "old", NOW).await.remove(0);
    assert!(lease(&db, &["mail"], "new", NOW + MINUTE - 1).await.is_empty());

    let mut tx = db.begin().await.unwrap();
    jobs::renew(&mut tx, &first, NOW + 2 * MINUTE).await.unwrap();
    tx.commit().await.unwrap();
    assert!(lease(&db, &["mail"], "new", NOW + MINUTE).await.is_empty(), "renewed");

    let second = lease(&db, &["mail"], "new", NOW + 2 * MINUTE).await.remove(0);
    assert_eq!(second.attempts, 2);
    let mut tx = db.begin().await.unwrap();
    let late = jobs::finish(&mut tx, &first, NOW + 2 * MINUTE).await;
    assert!(matches!(late, Err(StoreError::VersionConflict)), "{late:?}");
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    jobs::finish(&mut tx, &second, NOW + 2 * MINUTE).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_failed_job_waits_then_is_given_up(db: Db) {
    enqueue(&db, job("1", "mail", None, NOW)).await;
    let mut now = NOW;
    for attempt in 1..=3 {
        let leased = lease(&db, &["mail"], "w", now).await.remove(0);
        assert_eq!(leased.attempts, attempt);
        let after = jobs::backoff(attempt, now, 3);
        let mut tx = db.begin().await.unwrap();
        let error = "超时".repeat(400);
        jobs::fail(&mut tx, &leased, now, &error, after).await.unwrap();
        tx.commit().await.unwrap();
        if let AfterFailure::RetryAt(at) = after {
            assert!(lease(&db, &["mail"], "w", at - 1).await.is_empty());
            now = at;
        }
    }
    assert!(lease(&db, &["mail"], "w", now + 100 * MINUTE).await.is_empty());
    let failed = jobs::failed_list(&db, 10).await.unwrap();
    assert_eq!((failed[0].attempts, failed[0].failed_at), (3, now));
    assert_eq!(failed[0].last_error.chars().count(), 500);

    let mut tx = db.begin().await.unwrap();
    jobs::requeue(&mut tx, "1", now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lease(&db, &["mail"], "w", now).await[0].attempts, 1);
    assert!(jobs::failed_list(&db, 10).await.unwrap().is_empty());
}

async fn done_jobs_are_purged(db: Db) {
    enqueue(&db, job("1", "mail", Some("a"), NOW)).await;
    enqueue(&db, job("2", "mail", Some("b"), NOW + MINUTE)).await;
    let leased = lease(&db, &[], "w", NOW).await;
    let mut tx = db.begin().await.unwrap();
    jobs::finish(&mut tx, &leased[0], NOW).await.unwrap();
    assert_eq!(jobs::purge_done(&mut tx, NOW).await.unwrap(), 0);
    assert_eq!(jobs::purge_done(&mut tx, NOW + 1).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(jobs::counts(&db).await.unwrap().len(), 1);
}
