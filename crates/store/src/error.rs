//! What can go wrong in the store.

use std::fmt;

/// Every failure of this crate.
///
/// No variant carries a bound value or a row's content: what reaches a log names tables, columns
/// and constraints, never a person.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the connection to it refused.
    #[error("database: {0}")]
    Driver(DriverError),
    /// The row was changed by someone else since it was read (optimistic `version` check), or the
    /// job's lease passed to another worker.
    #[error("the row was changed by someone else")]
    VersionConflict,
    /// A unique or primary key constraint refused the row; the name is `table.column[,column…]`,
    /// the same on both databases.
    #[error("{0} is taken")]
    Unique(String),
    /// A foreign key refused the change: the row it points to does not exist, or is still used.
    #[error("a referenced row is missing or still in use")]
    Reference,
    /// A stored value is not what the program expects: a missing column, another type, a number
    /// out of range, an unknown code.
    #[error("inconsistent data in {}.{column}: {detail}", table.unwrap_or("?"))]
    Inconsistent {
        /// The table, where the caller named it (see [`StoreError::in_table`]).
        table: Option<&'static str>,
        /// The column as the statement names it.
        column: String,
        /// What was found; never the value itself.
        detail: String,
    },
    /// A statement that has to find exactly one row found none.
    #[error("no such row")]
    NotFound,
    /// The migrations in the database and in the program do not agree.
    #[error("migrations: {0}")]
    Migration(String),
    /// Sealed data could not be made or opened.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
}

impl StoreError {
    /// True when running the whole transaction again may succeed: serialization failure, deadlock,
    /// lock time-out, busy database. Never true when the outcome of a commit is unknown.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Driver(error) if error.retryable)
    }

    /// True when the database found no room to write: the transaction did not happen.
    pub fn is_full(&self) -> bool {
        let Self::Driver(DriverError { code: Some(code), .. }) = self else { return false };
        // SQLITE_FULL, SQLITE_IOERR_WRITE (a quota or a limit) and SQLITE_IOERR_SHMSIZE; PostgreSQL's disk_full.
        matches!(code.as_str(), "13" | "778" | "4874" | "53100")
    }

    /// Names the table in an [`StoreError::Inconsistent`]; leaves every other error as it is.
    #[must_use]
    pub fn in_table(self, name: &'static str) -> Self {
        match self {
            Self::Inconsistent { table: None, column, detail } => {
                Self::Inconsistent { table: Some(name), column, detail }
            }
            other => other,
        }
    }

    /// A stored value that the domain cannot read; `detail` says why without repeating the value.
    pub fn inconsistent(column: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Inconsistent { table: None, column: column.into(), detail: detail.into() }
    }

    /// A mistake of the program in using this layer.
    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self::Driver(DriverError { code: None, message: message.into(), retryable: false })
    }
}

/// Errors that tell whether their whole transaction may be run again; see `Db::write`.
pub trait Retry {
    /// True when a second run may succeed.
    fn is_retryable(&self) -> bool;
}

impl Retry for StoreError {
    fn is_retryable(&self) -> bool {
        StoreError::is_retryable(self)
    }
}

/// A driver's refusal, reduced to what may be logged: the drivers' own error types also carry
/// the refused row.
#[derive(Debug, Clone)]
pub struct DriverError {
    /// SQLSTATE on `PostgreSQL`, the extended result code on `SQLite`.
    pub code: Option<String>,
    /// The driver's message.
    pub message: String,
    /// Whether the transaction may be run again.
    pub retryable: bool,
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "[{code}] {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        let Some(database) = error.as_database_error() else {
            return Self::misuse(error.to_string());
        };
        if database.is_unique_violation() {
            return Self::Unique(unique_name(database));
        }
        if database.is_foreign_key_violation() {
            return Self::Reference;
        }
        let code = database.code().map(std::borrow::Cow::into_owned);
        let retryable = code.as_deref().is_some_and(|code| {
            if database.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                sqlite_busy(code)
            } else {
                // serialization_failure, deadlock_detected, lock_not_available
                matches!(code, "40001" | "40P01" | "55P03")
            }
        });
        Self::Driver(DriverError { code, message: database.message().to_owned(), retryable })
    }
}

/// `SQLITE_BUSY` (5) and `SQLITE_LOCKED` (6) with any extension in the higher bits.
fn sqlite_busy(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

fn unique_name(error: &dyn sqlx::error::DatabaseError) -> String {
    match error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        Some(pg) => {
            let table = pg.table().unwrap_or("?");
            match pg.detail().and_then(detail_columns) {
                Some(columns) => format!("{table}.{columns}"),
                None => constraint_columns(table, pg.constraint().unwrap_or("?")),
            }
        }
        None => sqlite_columns(error.message()),
    }
}

/// `UNIQUE constraint failed: jobs.kind, jobs.key` → `jobs.kind,key`.
fn sqlite_columns(message: &str) -> String {
    let list = message.rsplit_once("failed: ").map_or(message, |(_, list)| list);
    let mut name = String::new();
    for part in list.split(", ") {
        match part.split_once('.') {
            Some((table, column)) if name.is_empty() => name = format!("{table}.{column}"),
            Some((_, column)) => name = format!("{name},{column}"),
            None => return list.to_owned(),
        }
    }
    name
}

/// `Key (kind, key)=(a, b) already exists.` → `kind,key`. Works in every server language: the
/// shape in parentheses is not translated. The values are dropped here.
fn detail_columns(detail: &str) -> Option<String> {
    let (_, rest) = detail.split_once('(')?;
    let (columns, _) = rest.split_once(")=(")?;
    Some(columns.replace(", ", ",").replace('"', ""))
}

/// The fallback when the server keeps the detail from us: `cases_number_key` → `cases.number`.
fn constraint_columns(table: &str, constraint: &str) -> String {
    let column = constraint
        .strip_prefix(table)
        .and_then(|rest| rest.strip_prefix('_'))
        .and_then(|rest| rest.strip_suffix("_key"));
    format!("{table}.{}", column.unwrap_or(constraint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraint_names_are_the_same_on_both_databases() {
        assert_eq!(sqlite_columns("UNIQUE constraint failed: cases.number"), "cases.number");
        assert_eq!(sqlite_columns("UNIQUE constraint failed: jobs.kind, jobs.key"), "jobs.kind,key");
        assert_eq!(detail_columns("键值\"(kind, key)=(a, )=(b)\" 已经存在").as_deref(), Some("kind,key"));
        assert_eq!(constraint_columns("case_files", "case_files_digest_key"), "case_files.digest");
        assert_eq!(constraint_columns("jobs", "jobs_pkey"), "jobs.jobs_pkey");
    }

    #[test]
    fn a_full_disk_is_known_on_both_databases() {
        let of = |code: &str| {
            let error = DriverError {
                code: Some(code.to_owned()),
                message: "database or disk is full".into(),
                retryable: false,
            };
            StoreError::Driver(error).is_full()
        };
        assert!(of("13") && of("778") && of("53100"));
        // SQLITE_BUSY, SQLITE_IOERR_READ
        assert!(!of("5") && !of("266") && !StoreError::NotFound.is_full());
    }

    #[test]
    fn only_the_first_naming_of_a_table_counts() {
        let error = StoreError::inconsistent("status", "unknown code").in_table("cases");
        assert_eq!(error.in_table("bills").to_string(), "inconsistent data in cases.status: unknown code");
    }
}
