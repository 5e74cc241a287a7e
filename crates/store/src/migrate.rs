//! The numbered migrations: one text for both databases, each run once in its own transaction.
//!
//! The token `{bytes}` becomes BLOB on `SQLite` and BYTEA on `PostgreSQL`. Unique constraints are
//! named `table_column_key`. An applied migration is never edited: its checksum is kept and
//! compared at every start.

use aws_lc_rs::digest;

use crate::db::{Db, Engine, Tx};
use crate::error::StoreError;
use crate::params;

/// One numbered step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3 … without gaps.
    pub version: i64,
    /// What it brings.
    pub name: &'static str,
    /// The text with its tokens.
    pub text: &'static str,
}

/// All migrations, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "infrastructure", text: include_str!("../migrations/0001_infrastructure.sql") },
    Migration { version: 2, name: "foundation", text: include_str!("../migrations/0002_foundation.sql") },
    Migration { version: 3, name: "installation", text: include_str!("../migrations/0003_installation.sql") },
    Migration { version: 4, name: "revisions", text: include_str!("../migrations/0004_revisions.sql") },
    Migration { version: 5, name: "spot_checks", text: include_str!("../migrations/0005_spot_checks.sql") },
    Migration { version: 6, name: "benefits", text: include_str!("../migrations/0006_benefits.sql") },
    Migration { version: 7, name: "claim_subjects", text: include_str!("../migrations/0007_claim_subjects.sql") },
    Migration { version: 8, name: "counter", text: include_str!("../migrations/0008_counter.sql") },
    Migration { version: 9, name: "shared_terminals", text: include_str!("../migrations/0009_shared_terminals.sql") },
    Migration { version: 10, name: "scan", text: include_str!("../migrations/0010_scan.sql") },
    Migration { version: 11, name: "transfers", text: include_str!("../migrations/0011_transfers.sql") },
    Migration { version: 12, name: "fills", text: include_str!("../migrations/0012_fills.sql") },
    Migration { version: 13, name: "follow_ups", text: include_str!("../migrations/0013_follow_ups.sql") },
    Migration { version: 14, name: "pages", text: include_str!("../migrations/0014_pages.sql") },
    Migration { version: 15, name: "ledger", text: include_str!("../migrations/0015_ledger.sql") },
    Migration { version: 16, name: "proof_days", text: include_str!("../migrations/0016_proof_days.sql") },
    Migration { version: 17, name: "counter_money", text: include_str!("../migrations/0017_counter_money.sql") },
    Migration { version: 18, name: "draft_saves", text: include_str!("../migrations/0018_draft_saves.sql") },
    Migration {
        version: 19,
        name: "slips_and_vouchers",
        text: include_str!("../migrations/0019_slips_and_vouchers.sql"),
    },
];

/// Runs before the tables exist, therefore not part of the registry.
const CREATE_TABLE: &str = "create table if not exists schema_migrations (
    version bigint not null primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null)";

crate::sql! {
    const APPLIED = "select version, name, checksum from schema_migrations order by version";
    const RECORD = "insert into schema_migrations (version, name, checksum, applied_at)
        values ($1, $2, $3, $4)";
}

/// What only `PostgreSQL` needs.
pub mod postgres {
    crate::sql! {
        /// Two servers starting at once migrate one after the other. The number is arbitrary and
        /// must not change. `SQLite` has this for free: its transaction is the only writer.
        pub(super) const PATIENCE = "select set_config('lock_timeout', '120s', true) as value";
        /// The lock itself.
        pub(super) const LOCK = "select cast(pg_advisory_xact_lock($1) as text) as locked";
    }
}

/// The key of the advisory lock ("onevisit" in ASCII).
const LOCK_KEY: i64 = 0x6f6e_6576_6973_6974;

impl Db {
    /// Brings the schema up to the newest migration; `now` in microseconds since 1970. Gives the
    /// number of migrations that were applied. Fails when an applied migration was edited or the
    /// database is newer than the program.
    pub async fn migrate(&self, now: i64) -> Result<usize, StoreError> {
        self.migrate_with(MIGRATIONS, now).await
    }

    /// Like [`Db::migrate`] with another list, for tests of the migrations themselves.
    pub async fn migrate_with(&self, list: &[Migration], now: i64) -> Result<usize, StoreError> {
        let mut count = 0;
        while self.migrate_one(list, now).await? {
            count += 1;
        }
        Ok(count)
    }

    /// Applies the next migration; false when there is none left.
    async fn migrate_one(&self, list: &[Migration], now: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if tx.engine() == Engine::Postgres {
            tx.one(postgres::PATIENCE, params![]).await?;
            tx.one(postgres::LOCK, params![LOCK_KEY]).await?;
        }
        tx.exec(CREATE_TABLE, params![]).await?;
        let applied = check_applied(&mut tx, list).await?;
        let Some(next) = list.get(applied) else {
            tx.commit().await?;
            return Ok(false);
        };
        tx.script(render(next.text, tx.engine())).await?;
        tx.exec(RECORD, params![next.version, next.name, checksum(next.text), now]).await?;
        tx.commit().await?;
        tracing::info!(version = next.version, name = next.name, "migration applied");
        Ok(true)
    }
}

/// Compares the applied migrations with the list and gives their number.
async fn check_applied(tx: &mut Tx, list: &[Migration]) -> Result<usize, StoreError> {
    let rows = tx.all(APPLIED, params![]).await?;
    for (index, row) in rows.iter().enumerate() {
        let version = row.i64("version")?;
        let Some(known) = list.get(index) else {
            return Err(StoreError::Migration(format!(
                "the database is at version {version}, newer than this program"
            )));
        };
        if known.version != version || row.str("checksum")? != checksum(known.text) {
            return Err(StoreError::Migration(format!(
                "migration {version} ({}) was edited after it had been applied",
                row.str("name")?
            )));
        }
    }
    Ok(rows.len())
}

fn render(text: &str, engine: Engine) -> String {
    let bytes = match engine {
        Engine::Sqlite => "blob",
        Engine::Postgres => "bytea",
    };
    text.replace("{bytes}", bytes)
}

/// SHA-256 of the text; line ends do not count, as a checkout may change them.
fn checksum(text: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, text.replace("\r\n", "\n").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_without_gaps_and_tokens_are_known() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(migration.version).unwrap(), index + 1);
            for engine in [Engine::Sqlite, Engine::Postgres] {
                let text = render(migration.text, engine);
                assert!(!text.contains(['{', '}']), "unknown token in {}", migration.name);
            }
        }
        assert_eq!(checksum("a\r\nb"), checksum("a\nb"));
    }
}
