//! The transaction of saving a form, in bare sqlx and nothing around it: what `make bench` compares
//! the server with. Prints CPU seconds per 1,000 transactions of this process.
//!
//! Usage: `bare_write FOLDER COUNT`

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlitePool};
use std::error::Error;

const FIND: &str = "select id, owner, answers, version from drafts where id = $1";
const SAVE: &str =
    "update drafts set answers = $2, version = version + 1, updated_at = $3 where id = $1 and version = $4";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare_write FOLDER COUNT".into());
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
        "create table drafts (id text primary key, owner text not null, answers blob not null,
         version bigint not null, updated_at bigint not null);
         insert into drafts values ('01912345-0000-7000-8000-000000000000', 'account:1', x'00', 1, 0);",
    )
    .execute(&pool)
    .await?;
    save(&pool, count / 10).await?;
    let before = cpu_ticks()?;
    save(&pool, count).await?;
    let seconds = f64::from(cpu_ticks()? - before) / 100.0;
    #[allow(clippy::print_stdout, reason = "the figure")]
    {
        println!("{}", seconds * 1000.0 / f64::from(count));
    }
    Ok(())
}

/// As many transactions, one after the other; each is durable before the next begins.
async fn save(pool: &SqlitePool, count: u32) -> Result<(), sqlx::Error> {
    let id = "01912345-0000-7000-8000-000000000000";
    for n in 0..count {
        let mut tx = pool.begin_with("begin immediate").await?;
        let row = sqlx::query(FIND).bind(id).fetch_one(&mut *tx).await?;
        let version: i64 = row.try_get("version")?;
        // As long as the sealed answers of a form that is half filled.
        let answers = vec![n.to_le_bytes()[0]; 700];
        sqlx::query(SAVE).bind(id).bind(answers).bind(i64::from(n)).bind(version).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// User and system time of this process, in ticks of 10 ms.
fn cpu_ticks() -> Result<u32, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    Ok(fields[11].parse::<u32>()? + fields[12].parse::<u32>()?)
}
