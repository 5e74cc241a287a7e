//! Values shared by several components.

/// Meaning of a coloured element. Colour is never the only sign: components add an icon or words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No judgement.
    #[default]
    Neutral,
    /// Something to know.
    Info,
    /// Done, good.
    Success,
    /// Look at this; nothing is broken.
    Warning,
    /// Wrong, refused, overdue.
    Danger,
}

impl Tone {
    /// The BEM modifier of this tone.
    pub const fn modifier(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// A text that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What the person reads; says where it leads without its surroundings.
    pub label: String,
    /// Address, as made by `paths`.
    pub href: String,
}

impl Link {
    /// A link from its two parts.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// One entry of the main navigation (tab bar on phones, header on desks).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// What the person reads, two to four characters.
    pub label: String,
    /// Address.
    pub href: String,
    /// Picture above the label.
    pub symbol: super::Symbol,
    /// Whether the page shown belongs to this entry (`aria-current="page"`).
    pub current: bool,
    /// Number of things waiting there; 0 shows nothing.
    pub count: u32,
}

impl NavItem {
    /// An entry that is not current and has nothing waiting.
    pub fn new(label: impl Into<String>, href: impl Into<String>, symbol: super::Symbol) -> Self {
        Self { label: label.into(), href: href.into(), symbol, current: false, count: 0 }
    }

    /// The same entry, marked as the place where the person is (or not).
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }

    /// The same entry with a number of waiting things.
    #[must_use]
    pub fn count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }
}

/// One answer of [`Radios`](super::Radios) or [`SelectField`](super::SelectField).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is submitted.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// One sentence that explains the answer (not shown in a select).
    pub hint: Option<String>,
    /// Cannot be chosen now; say why in `hint`.
    pub disabled: bool,
}

impl Choice {
    /// An answer without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// The same answer with an explanation.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Hidden form fields, name and value (CSRF token, return path, version).
pub type Hidden = Vec<(String, String)>;

#[cfg(test)]
mod tests {
    use crate::ui::field_id;

    #[test]
    fn ids_are_stable_and_safe_in_selectors() {
        assert_eq!(field_id("name"), "f-name");
        assert_eq!(field_id("owner[0].id_no"), "f-owner-0--id_no");
    }
}
