//! What was typed, without the words that every question holds.

use super::features::{Feature, Kind, MOST_INITIALS, Parts, feature, plain};
use super::{Readings, Words};

/// Longest query that is looked at, in characters.
const LONGEST: usize = 60;

/// A query, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// Everything that was typed.
    pub whole: Parts,
    /// Without the asking words; the whole when nothing else is left.
    pub core: Parts,
    pub latin: bool,
}

impl Query {
    pub(super) fn new(text: &str, readings: &Readings, words: &Words) -> Self {
        let text: String = plain(text, words).chars().take(LONGEST).collect();
        let whole = Parts::of(&text, readings);
        let mut rest = text;
        for word in &words.asking {
            rest = rest.replace(word.as_str(), "");
        }
        let core = Parts::of(&rest, readings);
        let latin = whole.is_latin();
        let core = if core.chars.is_empty() { whole.clone() } else { core };
        Self { whole, core, latin }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.whole.chars.is_empty()
    }

    /// Features with how much each counts; for characters also what they sound like, since the wrong
    /// one of two alike is the commonest typing error.
    pub(super) fn features(&self) -> Vec<(Kind, Feature, f32)> {
        let mut out: Vec<(Kind, Feature, f32)> = Vec::new();
        let mut push =
            |kind: Kind, text: &[char], share: f32| out.push((kind, feature(kind, text), kind.weight() * share));
        let Parts { chars, sound, initials } = &self.core;
        for char in chars.iter().filter(|c| !c.is_ascii()) {
            push(Kind::Char, std::slice::from_ref(char), 1.0);
        }
        for pair in chars.windows(2).filter(|p| p.iter().any(|c| !c.is_ascii())) {
            push(Kind::Pair, pair, 1.0);
            push(Kind::Text, pair, 1.0);
        }
        let mixed = chars.iter().any(char::is_ascii);
        let heard = if self.latin {
            3.0
        } else if mixed {
            1.5
        } else {
            0.7
        };
        for three in sound.windows(3) {
            push(Kind::Sound, three, heard);
        }
        if self.latin && (2..=8).contains(&chars.len()) {
            let length = chars.len().min(MOST_INITIALS);
            for some in initials.windows(length) {
                push(Kind::Initials, some, 1.0);
            }
            // One letter too many in front or behind, as in 办失业证 for 失业证.
            if length >= 4 {
                for some in initials.windows(length - 1) {
                    push(Kind::Initials, some, 0.4);
                }
            }
        }
        out
    }
}
