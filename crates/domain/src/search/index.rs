//! The inverted index, and the comparison of the best candidates name by name.

use super::features::{Feature, Kind, Parts, plain};
use super::query::Query;
use super::{Readings, Words};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// So many of the best candidates are compared name by name.
const COMPARED: usize = 48;
/// A feature in more of the matters than this share tells little; it is left out when rarer ones exist.
const COMMON: f32 = 0.2;
/// Descriptions whose matters are candidates by the description alone: more than any small catalogue has.
const TOLD: usize = 400;
/// Of matters that share a description, so many.
const ALIKE: usize = 16;

/// What is known of a matter to find it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The official title first, then what people call it.
    pub names: Vec<String>,
    /// Pinyin of the title, syllables separated by spaces.
    pub pinyin: String,
    /// Summary and the like: counts little. Implementations of one basic matter share it.
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

/// A name in one spelling, with the pinyin that an editor wrote for it.
#[derive(Debug, Clone)]
struct Name {
    plain: Arc<str>,
    pinyin: Option<Box<str>>,
}

/// The index over all matters.
#[derive(Debug, Clone, Default)]
pub struct Index {
    readings: Arc<Readings>,
    words: Words,
    /// Numbers of the matters whose names have a feature, ascending, by feature.
    named: HashMap<Feature, Box<[u32]>>,
    /// Numbers of the descriptions that have a feature.
    told: HashMap<Feature, Box<[u32]>>,
    /// The matters of each description.
    tellers: Vec<Box<[u32]>>,
    /// The description of each matter.
    telling: Vec<u32>,
    names: Vec<Box<[Name]>>,
    shares: Vec<f32>,
}

/// An index in the making: entries are added one by one, so that a large catalogue is never held twice.
#[derive(Debug, Default)]
pub struct Builder {
    readings: Arc<Readings>,
    words: Words,
    named: HashMap<Feature, Vec<u32>>,
    told: HashMap<Feature, Vec<u32>>,
    tellers: Vec<Vec<u32>>,
    telling: Vec<u32>,
    /// Descriptions by a hash of their text.
    texts: HashMap<Feature, u32>,
    /// Names that several matters have are kept once.
    known: HashSet<Arc<str>>,
    names: Vec<Box<[Name]>>,
    shares: Vec<f32>,
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn note(postings: &mut HashMap<Feature, Vec<u32>>, feature: Feature, number: u32) {
    let list = postings.entry(feature).or_default();
    if list.last() != Some(&number) {
        list.push(number);
    }
}

fn packed(postings: HashMap<Feature, Vec<u32>>) -> HashMap<Feature, Box<[u32]>> {
    postings.into_iter().map(|(feature, list)| (feature, list.into_boxed_slice())).collect()
}

impl Builder {
    pub fn new(readings: Arc<Readings>, words: Words) -> Self {
        Self { readings, words, ..Self::default() }
    }

    /// Adds a matter; its number is how many were added before.
    pub fn add(&mut self, entry: &Entry) {
        let own = number(self.names.len());
        let names: Vec<Name> = entry
            .names
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let pinyin = (place == 0 && !entry.pinyin.trim().is_empty()).then(|| entry.pinyin.as_str().into());
                Name { plain: self.once(&plain(name, &self.words)), pinyin }
            })
            .collect();
        for (_, feature) in names.iter().flat_map(|name| name.parts(&self.readings).features()) {
            note(&mut self.named, feature, own);
        }
        let description = self.description(&entry.text);
        self.tellers[description as usize].push(own);
        self.telling.push(description);
        self.names.push(names.into_boxed_slice());
        self.shares.push(entry.use_share);
    }

    fn once(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        self.known.insert(name.clone());
        name
    }

    fn description(&mut self, text: &str) -> u32 {
        let chars: Vec<char> = text.chars().collect();
        let next = number(self.tellers.len());
        let own = *self.texts.entry(super::features::feature(Kind::Text, &chars)).or_insert(next);
        if own == next {
            self.tellers.push(Vec::new());
            let chars: Vec<char> = plain(text, &self.words).chars().collect();
            for pair in chars.windows(2) {
                note(&mut self.told, super::features::feature(Kind::Text, pair), own);
            }
        }
        own
    }

    pub fn finish(self) -> Index {
        Index {
            readings: self.readings,
            words: self.words,
            named: packed(self.named),
            told: packed(self.told),
            tellers: self.tellers.into_iter().map(Vec::into_boxed_slice).collect(),
            telling: self.telling,
            names: self.names,
            shares: self.shares,
        }
    }
}

impl Name {
    fn parts(&self, readings: &Readings) -> Parts {
        let parts = Parts::of(&self.plain, readings);
        match &self.pinyin {
            Some(pinyin) => parts.with_pinyin(pinyin),
            None => parts,
        }
    }
}

/// Numbers that have a feature, and what the feature counts.
type Weighed<'a> = (&'a [u32], f32);

/// Scores of numbered things, and which of them have one.
struct Scores {
    by_number: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    fn of(lists: &[Weighed<'_>], all: usize) -> Self {
        let mut scores = Self { by_number: vec![0.0; all], touched: Vec::new() };
        for (list, weight) in lists {
            for number in *list {
                let score = &mut scores.by_number[*number as usize];
                if *score == 0.0 {
                    scores.touched.push(*number);
                }
                *score += weight;
            }
        }
        scores
    }
}

impl Index {
    pub fn new(entries: &[Entry], readings: Arc<Readings>, words: Words) -> Self {
        let mut builder = Builder::new(readings, words);
        for entry in entries {
            builder.add(entry);
        }
        builder.finish()
    }

    /// The closest matters, at most `most`; empty when nothing is close.
    pub fn search(&self, text: &str, most: usize) -> Vec<Hit> {
        let query = Query::new(text, &self.readings, &self.words);
        if query.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = self.candidates(&query);
        for hit in &mut hits {
            let names = self.names[hit.number as usize].iter();
            let closest = names.map(|name| closeness(&query, &name.parts(&self.readings)));
            hit.score = hit.score * 0.4 + closest.fold(0.0, f32::max) + self.shares[hit.number as usize] * 0.05;
        }
        hits.retain(|hit| hit.score > LEAST);
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
        hits.truncate(most);
        hits
    }

    /// The best by shared features; the score is the share of the query's weight that they explain.
    fn candidates(&self, query: &Query) -> Vec<Hit> {
        let (mut named, mut told): (Vec<Weighed<'_>>, Vec<Weighed<'_>>) = (Vec::new(), Vec::new());
        let mut total = 0.0;
        for (kind, feature, weight) in query.features() {
            let (postings, lists, all) = match kind {
                Kind::Text => (&self.told, &mut told, self.tellers.len()),
                _ => (&self.named, &mut named, self.names.len()),
            };
            let list = postings.get(&feature).map_or(&[][..], |list| list);
            #[allow(clippy::cast_precision_loss, reason = "a weight")]
            let rarity = (1.0 + all.max(1) as f32 / (1.0 + list.len() as f32)).ln();
            total += weight * rarity;
            if !list.is_empty() {
                lists.push((list, weight * rarity));
            }
        }
        let rare = |lists: &[Weighed<'_>], all: usize| lists.iter().any(|(list, _)| list.len() <= common(all));
        if rare(&named, self.names.len()) || rare(&told, self.tellers.len()) {
            named.retain(|(list, _)| list.len() <= common(self.names.len()));
            told.retain(|(list, _)| list.len() <= common(self.tellers.len()));
        }
        let by_name = Scores::of(&named, self.names.len());
        let mut by_text = Scores::of(&told, self.tellers.len());
        let score = |number: u32| {
            let text = by_text.by_number[self.telling[number as usize] as usize];
            (by_name.by_number[number as usize] + text) / total
        };
        let mut hits: Vec<Hit> =
            by_name.touched.iter().map(|number| Hit { number: *number, score: score(*number) }).collect();
        let known = |number: &u32| by_name.by_number[*number as usize] > 0.0;
        best(&mut by_text.touched, TOLD, |text| by_text.by_number[*text as usize]);
        for text in &by_text.touched {
            let alike = self.tellers[*text as usize].iter().filter(|n| !known(n)).take(ALIKE);
            hits.extend(alike.map(|number| Hit { number: *number, score: score(*number) }));
        }
        if hits.len() > COMPARED {
            hits.select_nth_unstable_by(COMPARED, |a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
            hits.truncate(COMPARED);
        }
        hits
    }
}

/// How many may have a feature that still tells something.
fn common(all: usize) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a bound")]
    let share = (all as f32 * COMMON) as usize;
    share.max(64)
}

/// Keeps the `most` with the highest score.
fn best(list: &mut Vec<u32>, most: usize, score: impl Fn(&u32) -> f32) {
    if list.len() > most {
        list.select_nth_unstable_by(most, |a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
        list.truncate(most);
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
