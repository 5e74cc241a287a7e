//! What goes into a statement and what comes out of it.

use std::sync::Arc;

use crate::error::StoreError;

/// A bound parameter or a stored value.
///
/// `PostgreSQL` wants to know the type of a NULL that is bound; therefore the typed nulls, made by
/// `From<Option<_>>`. What comes out of the database is always the plain [`Value::Null`].
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL as read, or as bound where the type does not matter (bound as text).
    Null,
    /// NULL for a BIGINT column.
    NullInt,
    /// NULL for a TEXT column.
    NullText,
    /// NULL for a BLOB / BYTEA column.
    NullBytes,
    /// BIGINT: counts, fen, microseconds since 1970, flags as 0 and 1.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB / BYTEA.
    Bytes(Vec<u8>),
}

/// Shows the type and the length only: a parameter may be a person's name.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null | Self::NullInt | Self::NullText | Self::NullBytes => f.write_str("Null"),
            Self::Int(_) => f.write_str("Int(…)"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

macro_rules! nullable {
    ($null:ident: $($type:ty),+) => {
        $(impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                value.map_or(Self::$null, Self::from)
            }
        })+
    };
}

nullable!(NullInt: i64, i32, u32, bool);
nullable!(NullText: &str, &String, String);
nullable!(NullBytes: Vec<u8>, &[u8]);

/// The parameters of a statement in the order `$1`, `$2`, …: `params![case_id, version, None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        ::std::vec![$($crate::Value::from($value)),*]
    };
}

/// One row of an answer.
#[derive(Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

/// Shows the column names only.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Row").field(&self.columns).finish()
    }
}

impl Row {
    pub(crate) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The value of a column as it was read.
    pub fn value(&self, column: &str) -> Result<&Value, StoreError> {
        self.columns
            .iter()
            .position(|name| name == column)
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| StoreError::inconsistent(column, "the statement has no such column"))
    }

    /// A whole number. `sum(…)` is NUMERIC on `PostgreSQL`: write `cast(sum(x) as bigint)`.
    pub fn i64(&self, column: &str) -> Result<i64, StoreError> {
        self.opt_i64(column)?.ok_or_else(|| null(column))
    }

    /// A whole number or NULL.
    pub fn opt_i64(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Int(value) => Ok(Some(*value)),
            other => none_or(column, other, "a whole number"),
        }
    }

    /// A whole number that fits 32 bits without sign, such as a count or a sequence number.
    pub fn u32(&self, column: &str) -> Result<u32, StoreError> {
        u32::try_from(self.i64(column)?).map_err(|_| StoreError::inconsistent(column, "out of range"))
    }

    /// A flag: 0 or 1, nothing else.
    pub fn bool(&self, column: &str) -> Result<bool, StoreError> {
        match self.i64(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StoreError::inconsistent(column, "neither 0 nor 1")),
        }
    }

    /// Text.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        self.str(column).map(str::to_owned)
    }

    /// Text, borrowed.
    pub fn str(&self, column: &str) -> Result<&str, StoreError> {
        self.opt_str(column)?.ok_or_else(|| null(column))
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.opt_str(column)?.map(str::to_owned))
    }

    /// Text or NULL, borrowed.
    pub fn opt_str(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Text(value) => Ok(Some(value)),
            other => none_or(column, other, "text"),
        }
    }

    /// Bytes, borrowed.
    pub fn bytes(&self, column: &str) -> Result<&[u8], StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| null(column))
    }

    /// Bytes or NULL, borrowed.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<&[u8]>, StoreError> {
        match self.value(column)? {
            Value::Bytes(value) => Ok(Some(value)),
            other => none_or(column, other, "bytes"),
        }
    }
}

fn null(column: &str) -> StoreError {
    StoreError::inconsistent(column, "NULL where a value is required")
}

fn none_or<T>(column: &str, value: &Value, wanted: &str) -> Result<Option<T>, StoreError> {
    match value {
        Value::Null | Value::NullInt | Value::NullText | Value::NullBytes => Ok(None),
        other => Err(StoreError::inconsistent(column, format!("{wanted} expected, found {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let columns: Arc<[String]> = ["n", "name", "gone"].map(str::to_owned).into();
        Row::new(columns, vec![Value::Int(2), Value::Text("张三".into()), Value::Null])
    }

    #[test]
    fn a_wrong_type_names_the_column_and_hides_the_value() {
        let error = row().i64("name").unwrap_err().to_string();
        assert!(error.contains("?.name") && !error.contains("张三"), "{error}");
        assert!(row().bool("n").is_err());
        assert!(row().text("nowhere").is_err());
        assert!(row().text("gone").is_err());
        assert_eq!(row().opt_i64("gone").unwrap(), None);
        assert!(!format!("{:?} {:?}", row(), Value::from("张三")).contains("张三"));
    }

    #[test]
    fn options_become_typed_nulls() {
        let bound = params![None::<i64>, None::<&str>, None::<Vec<u8>>, Some(true)];
        assert!(bound == [Value::NullInt, Value::NullText, Value::NullBytes, Value::Int(1)]);
    }
}
