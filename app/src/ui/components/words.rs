//! Text that a component may be given or not.

use leptos::prelude::*;

/// Optional text as a prop: takes `&str`, `String`, and `Option` of either.
///
/// Empty text counts as none, because an empty hint or an empty error message is never meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Option<String>);

impl Words {
    /// The text, if there is any.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text, if there is any, by value: fits an optional HTML attribute.
    pub fn into_option(self) -> Option<String> {
        self.0
    }

    /// Whether there is text.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// The text, or what stands for it by default.
    pub fn unwrap_or(self, default: &str) -> String {
        self.0.unwrap_or_else(|| default.to_owned())
    }

    /// The text inside an element made by `wrap`, or nothing at all.
    pub(super) fn map_view<V: IntoView>(self, wrap: impl FnOnce(String) -> V) -> Option<V> {
        self.0.map(wrap)
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self((!text.is_empty()).then_some(text))
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Words {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<Option<String>> for Words {
    fn from(text: Option<String>) -> Self {
        text.map_or_else(Self::default, Self::from)
    }
}

impl From<Option<&str>> for Words {
    fn from(text: Option<&str>) -> Self {
        text.map_or_else(Self::default, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn empty_text_is_no_text() {
        assert!(!Words::from("").is_some());
        assert!(!Words::from(Some(String::new())).is_some());
        assert_eq!(Words::from("㺭").as_deref(), Some("㺭"));
    }
}
