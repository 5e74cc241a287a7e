//! Words that search treats apart; content of the catalogue.

use serde::{Deserialize, Serialize};

/// The two lists of `words.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Words that say that somebody asks, not for what; longer ones first.
    pub asking: Vec<String>,
    /// Everyday words and what guides say instead: 娃, 孩子.
    pub alike: Vec<(String, String)>,
}
