//! The inverted index, and the comparison of the best candidates name by name.

use super::features::{Feature, Kind, Parts, plain};
use super::query::Query;
use super::{Readings, Words};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// So many of the best candidates are compared name by name.
const COMPARED: usize = 48;
/// A feature in more of the matters than this share tells little; it is left out when rarer ones exist.
const COMMON: f32 = 0.2;

/// What is known of a matter to find it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The official title first, then what people call it.
    pub names: Vec<String>,
    /// Pinyin of the title, syllables separated by spaces.
    pub pinyin: String,
    /// Summary and the like: counts little.
    pub text: String,
    /// How often it is used, 0 to 1: decides between equals.
    pub use_share: f32,
}

/// A matter found; `number` is its place among the entries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub number: u32,
    /// Higher is closer; comparable within one query only.
    pub score: f32,
}

/// The index over all matters.
#[derive(Debug, Clone, Default)]
pub struct Index {
    readings: Arc<Readings>,
    words: Words,
    /// Numbers of the matters that have a feature, ascending, by feature.
    postings: HashMap<Feature, Box<[u32]>>,
    names: Vec<Box<[Parts]>>,
    shares: Vec<f32>,
}

impl Index {
    pub fn new(entries: &[Entry], readings: Arc<Readings>, words: Words) -> Self {
        let mut postings: HashMap<Feature, Vec<u32>> = HashMap::new();
        let mut names = Vec::with_capacity(entries.len());
        for (number, entry) in entries.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let parts: Vec<Parts> = entry
                .names
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let parts = Parts::of(&plain(name, &words), &readings);
                    if place == 0 { parts.with_pinyin(&entry.pinyin) } else { parts }
                })
                .collect();
            let text = Parts::of(&plain(&entry.text, &words), &readings);
            let named = parts.iter().flat_map(Parts::features).map(|(_, feature)| feature);
            let described = text.chars.windows(2).map(|pair| super::features::feature(Kind::Text, pair));
            for feature in named.chain(described) {
                let list = postings.entry(feature).or_default();
                if list.last() != Some(&number) {
                    list.push(number);
                }
            }
            names.push(parts.into_boxed_slice());
        }
        let postings = postings.into_iter().map(|(feature, list)| (feature, list.into_boxed_slice())).collect();
        Self { readings, words, postings, names, shares: entries.iter().map(|e| e.use_share).collect() }
    }

    /// The closest matters, at most `most`; empty when nothing is close.
    pub fn search(&self, text: &str, most: usize) -> Vec<Hit> {
        let query = Query::new(text, &self.readings, &self.words);
        if query.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = self.candidates(&query);
        for hit in &mut hits {
            let closest = self.names[hit.number as usize].iter().map(|name| closeness(&query, name));
            hit.score = hit.score * 0.4 + closest.fold(0.0, f32::max) + self.shares[hit.number as usize] * 0.05;
        }
        hits.retain(|hit| hit.score > LEAST);
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
        hits.truncate(most);
        hits
    }

    /// The best by shared features; the score is the share of the query's weight that they explain.
    fn candidates(&self, query: &Query) -> Vec<Hit> {
        #[allow(clippy::cast_precision_loss, reason = "a weight")]
        let all = self.names.len().max(1) as f32;
        let mut wanted: Vec<(&[u32], f32)> = Vec::new();
        let mut total = 0.0;
        for (_, feature, weight) in query.features() {
            let list = self.postings.get(&feature).map_or(&[][..], |list| list);
            #[allow(clippy::cast_precision_loss, reason = "a weight")]
            let rarity = (1.0 + all / (1.0 + list.len() as f32)).ln();
            total += weight * rarity;
            if !list.is_empty() {
                wanted.push((list, weight * rarity));
            }
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a bound"
        )]
        let common = ((all * COMMON) as usize).max(64);
        if wanted.iter().any(|(list, _)| list.len() <= common) {
            wanted.retain(|(list, _)| list.len() <= common);
        }
        let mut scores = vec![0.0_f32; self.names.len()];
        let mut touched: Vec<u32> = Vec::new();
        for (list, weight) in wanted {
            for number in list {
                let score = &mut scores[*number as usize];
                if *score == 0.0 {
                    touched.push(*number);
                }
                *score += weight;
            }
        }
        let mut hits: Vec<Hit> =
            touched.into_iter().map(|number| Hit { number, score: scores[number as usize] / total }).collect();
        if hits.len() > COMPARED {
            hits.select_nth_unstable_by(COMPARED, |a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
            hits.truncate(COMPARED);
        }
        hits
    }
}

/// Longest query that is looked at as one misspelt name, in characters.
const SHORT: usize = 8;
/// Below this nothing is alike but chance.
const LEAST: f32 = 0.22;

/// How close a query is to one name, 0 to about 2.
fn closeness(query: &Query, name: &Parts) -> f32 {
    let (core, whole) = (&query.core, &query.whole);
    if whole.chars == name.chars || core.chars == name.chars {
        return 2.0;
    }
    let spoken = share(&core.sound, &name.sound, 3);
    if query.latin {
        let letters = &core.chars;
        let starts = f32::from(u8::from(name.initials.starts_with(letters)));
        let same = f32::from(u8::from(name.initials == *letters));
        let inside = f32::from(u8::from(letters.len() >= 2 && contains(&name.initials, letters)));
        let begins = f32::from(u8::from(core.sound.len() >= 3 && name.sound.starts_with(&core.sound)));
        let heard = f32::from(u8::from(core.sound.len() >= 4 && contains(&name.sound, &core.sound)));
        let around = if name.initials.len() >= 3 && contains(letters, &name.initials) {
            ratio(name.initials.len(), letters.len())
        } else {
            0.0
        };
        let by_letters = same * 1.6 + starts * 0.9 + inside * 0.5 + around * 0.8;
        return by_letters.max(begins * 1.2 + heard * 0.6 + spoken);
    }
    let inside = if contains(&core.chars, &name.chars) {
        // The name stands in the question: the longer, the surer.
        0.6 + ratio(name.chars.len(), core.chars.len()) * 0.6
    } else if contains(&name.chars, &core.chars) {
        0.7 + ratio(core.chars.len(), name.chars.len()) * 0.5
    } else {
        0.0
    };
    let written = share(&core.chars, &name.chars, 2);
    // A name that shares no character has to sound much alike, else everything resembles something.
    let shares = core.chars.iter().any(|c| name.chars.contains(c));
    let spoken = if shares || spoken >= 0.5 { spoken } else { 0.0 };
    let in_order = if core.chars.len() <= SHORT { in_order(&core.chars, &name.chars) * 0.8 } else { 0.0 };
    inside.max(written.max(spoken * 0.85)).max(in_order)
}

/// Share of the characters that stand in both in the same order: one wrong or missing character of a
/// short name spoils all pairs, but not this.
fn in_order(query: &[char], name: &[char]) -> f32 {
    let mut row = vec![0_usize; name.len() + 1];
    for q in query {
        let mut before = 0;
        for (at, n) in name.iter().enumerate() {
            let here = row[at + 1];
            row[at + 1] = if q == n { before + 1 } else { here.max(row[at]) };
            before = here;
        }
    }
    let common = row[name.len()];
    if common < 2 { 0.0 } else { ratio(common, query.len().max(name.len())) }
}

fn contains(text: &[char], part: &[char]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|w| w == part)
}

#[allow(clippy::cast_precision_loss, reason = "short texts")]
fn ratio(a: usize, b: usize) -> f32 {
    a as f32 / b.max(1) as f32
}

/// Share of common neighbours: the mean of how much of the query and how much of the name is met.
fn share(query: &[char], name: &[char], size: usize) -> f32 {
    if query.len() < size || name.len() < size {
        return 0.0;
    }
    let common = query.windows(size).filter(|w| name.windows(size).any(|n| n == *w)).count();
    let met = name.windows(size).filter(|w| query.windows(size).any(|q| q == *w)).count();
    let (q, n) = (ratio(common, query.len() + 1 - size), ratio(met, name.len() + 1 - size));
    f32::midpoint(q, n)
}
