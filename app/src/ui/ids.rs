//! Ids derived from field names, the same on the server and in the islands.

/// Id of the control for a form field: `f-` + the name, everything but letters, digits, `_` and
/// `-` replaced by `-`. Same name, same id, on server and in islands.
pub fn field_id(name: &str) -> String {
    let clean = |c: char| {
        if c.is_alphanumeric() || c == '_' { c } else { '-' }
    };
    std::iter::once("f-").flat_map(str::chars).chain(name.chars().map(clean)).collect()
}

/// Id of the hint that belongs to the control `id`.
pub fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

/// Id of the error message that belongs to the control `id`.
pub fn error_id(id: &str) -> String {
    format!("{id}-error")
}
