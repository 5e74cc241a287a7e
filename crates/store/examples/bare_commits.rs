//! The transaction of keeping a payment notification and its job, in bare sqlx and nothing around it: what
//! `make bench` compares the server with. Prints commits per second, one after the other, each durable.
//!
//! Usage: `bare_commits FOLDER COUNT`

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::error::Error;
use std::time::Instant;

const EVENT: &str = "insert into events values ('alipay', $1, $1, $2, 0, null)";
const JOB: &str = "insert into jobs values ($1, 'pay_event', $1, $1, 0)";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare_commits FOLDER COUNT".into());
    };
    let count: u32 = count.parse()?;
    // The settings of `store::Db`.
    let options = SqliteConnectOptions::new()
        .filename(format!("{folder}/bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::raw_sql(
        "create table events (provider text not null, event_id text not null, out_trade_no text not null,
         notification text not null, received_at bigint not null, outcome text, primary key (provider, event_id));
         create table jobs (id text primary key, kind text not null, key text, payload text not null,
         run_at bigint not null);
         create unique index jobs_by_key on jobs (kind, key);",
    )
    .execute(&pool)
    .await?;
    keep(&pool, "warm", count / 10).await?;
    let from = Instant::now();
    keep(&pool, "kept", count).await?;
    let seconds = from.elapsed().as_secs_f64();
    #[allow(clippy::print_stdout, reason = "the figure")]
    {
        println!("{}", f64::from(count) / seconds);
    }
    Ok(())
}

async fn keep(pool: &SqlitePool, name: &str, count: u32) -> Result<(), sqlx::Error> {
    // As long as a notification that was read.
    let notification = "n".repeat(240);
    for number in 0..count {
        let id = format!("{name}{number:032}");
        let mut tx = pool.begin_with("begin immediate").await?;
        sqlx::query(EVENT).bind(&id).bind(&notification).execute(&mut *tx).await?;
        sqlx::query(JOB).bind(&id).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
