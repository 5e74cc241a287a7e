//! The two drivers behind one shape: text, parameters in, rows out. Nothing else in the crate
//! knows which database runs, save `migrate` (lock) and `db` (opening).

use std::sync::Arc;

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Column, Executor, Postgres, Row as _, SqlSafeStr, Sqlite, TypeInfo, ValueRef};

use crate::error::StoreError;
use crate::value::{Row, Value};

/// A borrowed connection of either database.
pub(crate) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn<'_> {
    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn exec(self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError> {
        check(sql, &params)?;
        Ok(match self {
            Self::Sqlite(conn) => bind_sqlite(sql, params).execute(conn).await?.rows_affected(),
            Self::Postgres(conn) => bind_postgres(sql, params).execute(conn).await?.rows_affected(),
        })
    }

    /// Runs a statement to its end and gives its rows.
    pub(crate) async fn all(self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        check(sql, &params)?;
        match self {
            Self::Sqlite(conn) => {
                let rows = bind_sqlite(sql, params).fetch_all(conn).await?;
                let names = rows.first().map(|row| names(row.columns())).unwrap_or_default();
                rows.iter().map(|row| sqlite_row(&names, row)).collect()
            }
            Self::Postgres(conn) => {
                let rows = bind_postgres(sql, params).fetch_all(conn).await?;
                let names = rows.first().map(|row| names(row.columns())).unwrap_or_default();
                rows.iter().map(|row| postgres_row(&names, row)).collect()
            }
        }
    }

    /// Runs a text of several statements without parameters.
    pub(crate) async fn script(self, text: String) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
        match self {
            Self::Sqlite(conn) => script.execute(conn).await.map(drop)?,
            Self::Postgres(conn) => script.execute(conn).await.map(drop)?,
        }
        Ok(())
    }

    /// Lets the database compile a statement without running it.
    pub(crate) async fn prepare(self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => conn.prepare(sql.into_sql_str()).await.map(drop)?,
            Self::Postgres(conn) => conn.prepare(sql.into_sql_str()).await.map(drop)?,
        }
        Ok(())
    }
}

/// The at-most-one row of an answer; a second row is a mistake in the statement or the data.
pub(crate) fn at_most_one(rows: Vec<Row>) -> Result<Option<Row>, StoreError> {
    if rows.len() > 1 {
        return Err(StoreError::inconsistent("*", "one row expected, several found"));
    }
    Ok(rows.into_iter().next())
}

/// Makes the databases equally strict: `SQLite` takes a missing parameter for NULL and keeps a NUL
/// inside a text, `PostgreSQL` refuses both.
fn check(sql: &str, params: &[Value]) -> Result<(), StoreError> {
    let wanted = placeholders(sql);
    if wanted != params.len() {
        return Err(StoreError::misuse(format!("{wanted} parameters in the statement, {} given: {sql}", params.len())));
    }
    if params.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
        return Err(StoreError::misuse("a text parameter contains NUL"));
    }
    Ok(())
}

/// The highest `$n`.
fn placeholders(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .map(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[..digits].parse().unwrap_or(0)
        })
        .max()
        .unwrap_or(0)
}

fn bind_sqlite(sql: &'static str, params: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    let mut query = sqlx::query(sql);
    for value in params {
        query = match value {
            Value::Null | Value::NullText => query.bind(None::<String>),
            Value::NullInt => query.bind(None::<i64>),
            Value::NullBytes => query.bind(None::<Vec<u8>>),
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        };
    }
    query
}

fn bind_postgres(sql: &'static str, params: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    let mut query = sqlx::query(sql);
    for value in params {
        query = match value {
            Value::Null | Value::NullText => query.bind(None::<String>),
            Value::NullInt => query.bind(None::<i64>),
            Value::NullBytes => query.bind(None::<Vec<u8>>),
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        };
    }
    query
}

fn names<C: Column>(columns: &[C]) -> Arc<[String]> {
    columns.iter().map(|column| column.name().to_owned()).collect()
}

fn sqlite_row(names: &Arc<[String]>, row: &SqliteRow) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        values.push(if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().name() {
                "INTEGER" => Value::Int(row.try_get(index)?),
                "TEXT" => Value::Text(row.try_get(index)?),
                "BLOB" => Value::Bytes(row.try_get(index)?),
                other => return Err(unknown_type(name, other)),
            }
        });
    }
    Ok(Row::new(Arc::clone(names), values))
}

fn postgres_row(names: &Arc<[String]>, row: &PgRow) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        values.push(if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().name() {
                "INT8" => Value::Int(row.try_get(index)?),
                "INT4" => Value::Int(row.try_get::<i32, _>(index)?.into()),
                "BOOL" => Value::Int(row.try_get::<bool, _>(index)?.into()),
                "TEXT" | "VARCHAR" | "CHAR" | "NAME" => Value::Text(row.try_get(index)?),
                "BYTEA" => Value::Bytes(row.try_get(index)?),
                other => return Err(unknown_type(name, other)),
            }
        });
    }
    Ok(Row::new(Arc::clone(names), values))
}

fn unknown_type(column: &str, found: &str) -> StoreError {
    StoreError::inconsistent(column, format!("the type {found} is not used here; cast it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_by_the_highest_number() {
        assert_eq!(placeholders("select 1"), 0);
        assert_eq!(placeholders("update t set a = $2, b = $2 where id = $1"), 2);
        assert_eq!(placeholders("values ($1,$10, $9)"), 10);
        assert!(check("select $1", &[]).is_err());
        assert!(check("select $1", &[Value::from("a\0b")]).is_err());
        assert!(check("select $1", &[Value::from("ab")]).is_ok());
    }
}
