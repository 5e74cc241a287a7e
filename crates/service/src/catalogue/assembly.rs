//! The catalogue in the making: published revisions, the folder's matters, and which stand under which.

use super::browse::Traits;
use super::finding::readings;
use super::{Catalogue, Facets, Folder, Offer};
use domain::catalogue::{Card, Level, Matter, MatterRef};
use domain::search::download;
use domain::search::{Builder, Entry};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A catalogue in the making: published revisions come one by one, so that many are never held twice.
pub struct Assembly {
    folder: Arc<Folder>,
    cards: Vec<Arc<Card>>,
    by_slug: HashMap<String, u32>,
    entries: Vec<Entry>,
    /// Of townships and villages: whether their county offers the same is known when all are there.
    lower: Vec<Offer>,
    index: Builder,
    taken: HashSet<MatterRef>,
}

impl Assembly {
    pub fn new(folder: Arc<Folder>) -> Self {
        let index = Builder::new(readings(), folder.words.clone());
        Self {
            folder,
            cards: Vec::new(),
            by_slug: HashMap::new(),
            entries: Vec::new(),
            lower: Vec::new(),
            index,
            taken: HashSet::new(),
        }
    }

    /// Adds a published revision, unless the folder holds a newer version.
    pub fn add(&mut self, offer: Offer) {
        let newer = self.folder.matters.get(&offer.card.slug).is_some_and(|m| m.version > offer.card.version);
        if !newer {
            self.sort_in(offer);
        }
    }

    fn sort_in(&mut self, offer: Offer) {
        if offer.card.level > Level::County { self.lower.push(offer) } else { self.put(offer) }
    }

    /// This version of a folder's matter was published here.
    pub fn take(&mut self, version: MatterRef) {
        if self.folder.matters.get(&version.slug).is_some_and(|m| m.version == version.version) {
            tracing::error!(slug = %version.slug, version = version.version, "the folder's version has the number of a published one; raise it");
        }
        self.taken.insert(version);
    }

    fn put(&mut self, Offer { card, entry }: Offer) {
        self.index.add(&entry);
        self.shelve(card);
        // Beyond what browsers download, the texts need not be kept.
        if self.cards.len() <= download::MOST {
            self.entries.push(entry);
        } else {
            self.entries = Vec::new();
        }
    }

    fn shelve(&mut self, card: Card) {
        let number = u32::try_from(self.cards.len()).unwrap_or(u32::MAX);
        self.by_slug.insert(card.slug.clone(), number);
        self.cards.push(Arc::new(card));
    }

    /// Townships and villages: by themselves where nobody above offers the same, else found through that one.
    /// The latter come last, because the index numbers only what it holds.
    fn put_lower(&mut self) {
        if self.lower.is_empty() {
            return;
        }
        let above: HashSet<String> = self.cards.iter().map(|card| card.basic_code.clone()).collect();
        let (under, alone): (Vec<Offer>, Vec<Offer>) =
            std::mem::take(&mut self.lower).into_iter().partition(|offer| above.contains(&offer.card.basic_code));
        for offer in alone {
            self.put(offer);
        }
        for offer in under {
            self.shelve(offer.card);
        }
    }

    /// Adds the folder's matters and puts everything in order.
    pub fn finish(mut self, generation: i64) -> Catalogue {
        let folder = self.folder.clone();
        let lower: HashSet<String> = self.lower.iter().map(|offer| offer.card.slug.clone()).collect();
        let offered = |m: &&Arc<Matter>| !self.by_slug.contains_key(&m.slug) && !lower.contains(&m.slug);
        let mut matters: Vec<Arc<Matter>> = folder.matters.values().filter(offered).cloned().collect();
        matters.sort_by(|a, b| a.title.cmp(&b.title));
        for matter in &matters {
            self.sort_in(Offer::of(matter, &folder.region));
        }
        self.put_lower();
        let cards = self.cards;
        let mut by_title: Vec<u32> = (0..u32::try_from(cards.len()).unwrap_or(u32::MAX)).collect();
        by_title.sort_by(|a, b| {
            let (a, b) = (&cards[*a as usize], &cards[*b as usize]);
            a.title.cmp(&b.title).then_with(|| a.slug.cmp(&b.slug))
        });
        let facets = Facets::of(&cards, &folder.region);
        Catalogue {
            region: folder.region.clone(),
            matters,
            benefits: folder.benefits.clone(),
            traits: cards.iter().map(|card| Traits::of(card, &facets)).collect(),
            facets,
            shared: shared(&cards),
            folder,
            cards,
            by_title,
            by_slug: self.by_slug,
            index: Arc::new(self.index.finish()),
            entries: self.entries,
            taken: self.taken,
            generation,
        }
    }
}

/// Basic entries with several implementations, and the numbers of these.
fn shared(cards: &[Arc<Card>]) -> HashMap<String, Vec<u32>> {
    let mut found: HashMap<String, Vec<u32>> = HashMap::new();
    for (number, card) in (0_u32..).zip(cards) {
        found.entry(card.basic_code.clone()).or_default().push(number);
    }
    found.retain(|_, numbers| numbers.len() > 1);
    for numbers in found.values_mut() {
        numbers.sort_by_key(|number| cards[*number as usize].level);
    }
    found
}
