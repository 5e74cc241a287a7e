//! What names and queries are compared by.

use super::readings::folded;
use super::{Readings, Words};
use crate::text::normalise;

/// A feature: a hash of its kind and text. Two texts share one with negligible probability.
pub(super) type Feature = u64;

/// Kinds, each with its weight in the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One character of a name.
    Char,
    /// Two neighbouring characters of a name.
    Pair,
    /// Three neighbouring letters of a name's folded pinyin.
    Sound,
    /// Some of the first letters of a name's syllables.
    Initials,
    /// Two neighbouring characters of the description.
    Text,
}

impl Kind {
    pub(super) const fn weight(self) -> f32 {
        match self {
            Self::Char => 0.6,
            Self::Pair => 2.0,
            Self::Initials => 3.0,
            Self::Sound | Self::Text => 0.5,
        }
    }
}

/// FNV-1a, 64 bit.
pub(super) fn feature(kind: Kind, text: &[char]) -> Feature {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ (kind as u64);
    for char in text {
        for byte in u32::from(*char).to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

/// A name or a query, taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parts {
    /// Chinese characters and other letters and digits, in one spelling.
    pub chars: Vec<char>,
    /// Folded pinyin; latin letters stand for themselves.
    pub sound: Vec<char>,
    /// First letters of the syllables of Chinese characters; latin letters stand for themselves.
    pub initials: Vec<char>,
}

/// Letters, digits and characters of any script, lower case, everyday words exchanged; nothing else.
pub(super) fn plain(text: &str, words: &Words) -> String {
    let mut text: String = normalise(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    for (said, meant) in &words.alike {
        if text.contains(said.as_str()) {
            text = text.replace(said.as_str(), meant);
        }
    }
    text
}

impl Parts {
    /// `text` is [`plain`].
    pub(super) fn of(text: &str, readings: &Readings) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (mut sound, mut initials) = (String::new(), Vec::new());
        for char in &chars {
            if let Some(syllable) = readings.syllable(*char) {
                sound.push_str(syllable);
                initials.extend(syllable.chars().next());
            } else if char.is_ascii_alphanumeric() {
                sound.push(*char);
                initials.push(*char);
            }
        }
        Self { chars, sound: folded(&sound).chars().collect(), initials }
    }

    /// The same with the pinyin that an editor wrote, for characters of several readings.
    pub(super) fn with_pinyin(mut self, pinyin: &str) -> Self {
        if !pinyin.trim().is_empty() {
            self.sound = folded(&pinyin.to_lowercase()).chars().collect();
            self.initials = pinyin.split_whitespace().filter_map(|s| s.chars().next()).collect();
        }
        self
    }

    pub(super) fn is_latin(&self) -> bool {
        self.chars.iter().all(char::is_ascii)
    }

    /// The features of a name in the index.
    pub(super) fn features(&self) -> Vec<(Kind, Feature)> {
        let mut out = Vec::new();
        let mut push = |kind, text: &[char]| out.push((kind, feature(kind, text)));
        for char in self.chars.iter().filter(|c| !c.is_ascii()) {
            push(Kind::Char, std::slice::from_ref(char));
        }
        for pair in self.chars.windows(2) {
            push(Kind::Pair, pair);
        }
        for three in self.sound.windows(3) {
            push(Kind::Sound, three);
        }
        for length in 2..=MOST_INITIALS.min(self.initials.len()) {
            for some in self.initials.windows(length) {
                push(Kind::Initials, some);
            }
        }
        out
    }
}

/// Longest run of initials that is looked up as one.
pub(super) const MOST_INITIALS: usize = 5;
