//! The outbox and its workers: a job is written in the same transaction as the change it follows
//! from, leased by a worker later, and finished, tried again, or given up loudly.
//!
//! A job can run twice (a worker that dies after its work and before [`finish`]), so handlers are
//! idempotent. A worker that loses its lease cannot finish the job any more. All times are in
//! microseconds since 1970.

use crate::db::{Db, Tx};
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

/// The kinds that one [`lease`] call can name.
pub const MAX_KINDS: usize = 16;
/// The longest kept error text, in characters.
const MAX_ERROR: usize = 500;
/// The waiting time after the first failure: 10 s.
const FIRST_PAUSE_US: i64 = 10_000_000;
/// The longest waiting time: 1 h.
const LONGEST_PAUSE_US: i64 = 3_600_000_000;

crate::sql! {
    const ENQUEUE = "insert into jobs
        (id, kind, key, payload, run_at, lease_until, attempts, state, created_at)
        values ($1, $2, $3, $4, $5, 0, 0, 'queued', $6)
        on conflict do nothing";
    /// The outer conditions repeat the inner ones: on `PostgreSQL` a second worker waits for the row
    /// and then checks them again on what the first has made of it.
    const LEASE = "update jobs set lease_until = $1, lease_by = $2, attempts = attempts + 1
        where id in (
            select id from jobs
            where state = 'queued' and run_at <= $3 and lease_until <= $3
              and ($5 = 0 or kind in ($6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                                      $18, $19, $20, $21))
            order by run_at, id limit $4)
          and state = 'queued' and lease_until <= $3
        returning id, kind, key, payload, attempts, run_at, created_at";
    const RENEW = "update jobs set lease_until = $1
        where id = $2 and lease_by = $3 and attempts = $4 and state = 'queued'";
    const FINISH = "update jobs
        set state = 'done', finished_at = $1, lease_until = 0, lease_by = null, last_error = null
        where id = $2 and lease_by = $3 and attempts = $4 and state = 'queued'";
    const RETRY = "update jobs
        set run_at = $1, last_error = $5, lease_until = 0, lease_by = null
        where id = $2 and lease_by = $3 and attempts = $4 and state = 'queued'";
    const GIVE_UP = "update jobs
        set state = 'failed', finished_at = $1, last_error = $5, lease_until = 0, lease_by = null
        where id = $2 and lease_by = $3 and attempts = $4 and state = 'queued'";
    const REQUEUE = "update jobs
        set state = 'queued', run_at = $1, attempts = 0, lease_until = 0, lease_by = null,
            finished_at = null
        where id = $2 and state = 'failed'";
    const FAILED = "select id, kind, key, attempts, last_error, created_at, finished_at from jobs
        where state = 'failed' order by finished_at desc, id desc limit $1";
    const COUNTS = "select kind, state, count(*) as number, min(run_at) as oldest from jobs
        group by kind, state order by kind, state";
    const FIND = "select state, attempts, run_at, last_error from jobs where kind = $1 and key = $2";
    const PURGE = "delete from jobs where state = 'done' and finished_at < $1";
}

/// A job to be written.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// A fresh `UUIDv7`.
    pub id: &'a str,
    /// Which handler takes it.
    pub kind: &'a str,
    /// With a key there is one job of this kind and key ever, also after it is done; without one,
    /// any number.
    pub key: Option<&'a str>,
    /// What the handler needs; personal data only sealed.
    pub payload: &'a str,
    /// Not before.
    pub run_at: i64,
}

/// A job in a worker's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The job's id.
    pub id: String,
    /// Which handler takes it.
    pub kind: String,
    /// See [`NewJob::key`].
    pub key: Option<String>,
    /// See [`NewJob::payload`].
    pub payload: String,
    /// This attempt's number, from 1. Together with the worker it proves the lease.
    pub attempts: i64,
    /// When it was due.
    pub run_at: i64,
    /// When it was written.
    pub created_at: i64,
    worker: String,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// Try again, not before.
    RetryAt(i64),
    /// Give up; the job stays in [`failed_list`] until someone calls [`requeue`].
    GiveUp,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// The job's id.
    pub id: String,
    /// Which handler had it.
    pub kind: String,
    /// See [`NewJob::key`].
    pub key: Option<String>,
    /// Attempts made.
    pub attempts: i64,
    /// The last attempt's error.
    pub last_error: String,
    /// When it was written.
    pub created_at: i64,
    /// When it was given up.
    pub failed_at: i64,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// `queued`, `done` or `failed`.
    pub state: String,
    /// The number.
    pub number: i64,
    /// The earliest due time among them; how far the workers are behind.
    pub oldest: i64,
}

/// Writes a job; false when one of the same kind and key exists already.
pub async fn enqueue(tx: &mut Tx, job: &NewJob<'_>, now: i64) -> Result<bool, StoreError> {
    let params = params![job.id, job.kind, job.key, job.payload, job.run_at, now];
    Ok(tx.exec(ENQUEUE, params).await? == 1)
}

/// Leases up to `limit` due jobs of the given kinds (none given: of every kind) for `lease_us`,
/// the longest due first. No two workers get the same job as long as its lease lasts.
pub async fn lease(
    db: &Db,
    kinds: &[&str],
    worker: &str,
    now: i64,
    lease_us: i64,
    limit: u32,
) -> Result<Vec<Leased>, StoreError> {
    if kinds.len() > MAX_KINDS {
        return Err(StoreError::misuse(format!("more than {MAX_KINDS} kinds of job in one lease")));
    }
    let mut params = params![now + lease_us, worker, now, limit, !kinds.is_empty()];
    // The list has a fixed length; the last kind fills it up.
    for index in 0..MAX_KINDS {
        let kind = kinds.get(index).or(kinds.last()).copied().unwrap_or_default();
        params.push(Value::from(kind));
    }
    let rows = db.write(async |mut tx| tx.all(LEASE, params.clone()).await.map(|rows| (tx, rows))).await?;
    let mut leased = rows
        .iter()
        .map(|row| read_leased(row, worker))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.in_table("jobs"))?;
    leased.sort_by(|a, b| (a.run_at, &a.id).cmp(&(b.run_at, &b.id)));
    Ok(leased)
}

fn read_leased(row: &Row, worker: &str) -> Result<Leased, StoreError> {
    Ok(Leased {
        id: row.text("id")?,
        kind: row.text("kind")?,
        key: row.opt_text("key")?,
        payload: row.text("payload")?,
        attempts: row.i64("attempts")?,
        run_at: row.i64("run_at")?,
        created_at: row.i64("created_at")?,
        worker: worker.to_owned(),
    })
}

/// Prolongs a lease during long work; [`StoreError::VersionConflict`] when it is lost.
pub async fn renew(tx: &mut Tx, job: &Leased, lease_until: i64) -> Result<(), StoreError> {
    tx.exec_versioned(RENEW, params![lease_until, &job.id, &job.worker, job.attempts]).await
}

/// Marks a job as done, best in the transaction of its effect. [`StoreError::VersionConflict`]
/// when the lease has passed to another worker; then the effect must not be committed either.
pub async fn finish(tx: &mut Tx, job: &Leased, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(FINISH, params![now, &job.id, &job.worker, job.attempts]).await
}

/// Records a failed attempt. `error` is kept for the staff: no personal data.
pub async fn fail(tx: &mut Tx, job: &Leased, now: i64, error: &str, after: AfterFailure) -> Result<(), StoreError> {
    let error: String = error.chars().filter(|c| *c != '\0').take(MAX_ERROR).collect();
    let (sql, at) = match after {
        AfterFailure::RetryAt(at) => (RETRY, at),
        AfterFailure::GiveUp => (GIVE_UP, now),
    };
    tx.exec_versioned(sql, params![at, &job.id, &job.worker, job.attempts, error]).await
}

/// The usual answer to a failure: wait 10 s, 20 s, 40 s … at most 1 h, and give up after
/// `max_attempts`.
pub fn backoff(attempts: i64, now: i64, max_attempts: i64) -> AfterFailure {
    if attempts >= max_attempts {
        return AfterFailure::GiveUp;
    }
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    AfterFailure::RetryAt(now + (FIRST_PAUSE_US << doublings).min(LONGEST_PAUSE_US))
}

/// Puts a given-up job back into the queue with all its attempts; [`StoreError::VersionConflict`]
/// when it is not given up (any more).
pub async fn requeue(tx: &mut Tx, id: &str, now: i64) -> Result<(), StoreError> {
    tx.exec_versioned(REQUEUE, params![now, id]).await
}

/// The given-up jobs, the newest first.
pub async fn failed_list(db: &Db, limit: u32) -> Result<Vec<FailedJob>, StoreError> {
    let rows = db.read(FAILED, params![limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(FailedJob {
                id: row.text("id")?,
                kind: row.text("kind")?,
                key: row.opt_text("key")?,
                attempts: row.i64("attempts")?,
                last_error: row.opt_text("last_error")?.unwrap_or_default(),
                created_at: row.i64("created_at")?,
                failed_at: row.i64("finished_at")?,
            })
        })
        .collect::<Result<_, StoreError>>()
        .map_err(|error| error.in_table("jobs"))
}

/// The number of jobs by kind and state, for the health page and the metrics.
pub async fn counts(db: &Db) -> Result<Vec<JobCount>, StoreError> {
    let rows = db.read(COUNTS, params![]).await?;
    rows.iter()
        .map(|row| {
            Ok(JobCount {
                kind: row.text("kind")?,
                state: row.text("state")?,
                number: row.i64("number")?,
                oldest: row.i64("oldest")?,
            })
        })
        .collect::<Result<_, StoreError>>()
        .map_err(|error| error.in_table("jobs"))
}

/// The state of the job of a kind and key (`queued`, `done`, `failed`), if there is one.
pub async fn state_of(db: &Db, kind: &str, key: &str) -> Result<Option<String>, StoreError> {
    let row = db.read_opt(FIND, params![kind, key]).await?;
    row.map(|row| row.text("state").map_err(|error| error.in_table("jobs"))).transpose()
}

/// Removes the jobs that were done before `before`; gives their number. Their keys can be used
/// again after that, so keep them longer than any provider repeats its messages.
pub async fn purge_done(tx: &mut Tx, before: i64) -> Result<u64, StoreError> {
    tx.exec(PURGE, params![before]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_then_it_gives_up() {
        assert_eq!(backoff(1, 0, 20), AfterFailure::RetryAt(10_000_000));
        assert_eq!(backoff(3, 5, 20), AfterFailure::RetryAt(40_000_005));
        assert_eq!(backoff(19, 0, 20), AfterFailure::RetryAt(LONGEST_PAUSE_US));
        assert_eq!(backoff(20, 0, 20), AfterFailure::GiveUp);
    }
}
