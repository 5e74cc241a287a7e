//! The catalogue that is offered: what lists, filters, figures and search stand on.
//!
//! Matters of the folder stay in memory whole; of published revisions only a [`Card`] and the search index
//! do, and `Service::matter_of` reads the rest when somebody opens one (see `docs/adr/0011-revisions.md`).

mod assembly;
mod browse;
mod finding;
mod folder;

pub use assembly::Assembly;
pub use browse::{Facets, Filter};
pub(crate) use folder::read;
pub use folder::{CatalogueError, Folder};

use browse::{Sieve, Traits};
use domain::benefits::Benefits;
use domain::catalogue::{Card, Matter, MatterRef, Processing, Region};
use domain::search::download::{self, Listing};
use domain::search::{Entry, Index};
use finding::{COMMON_CHARS, entry, readings};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// A published revision, as far as it is held in memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Offer {
    pub card: Card,
    /// What search knows of it.
    pub entry: Entry,
}

impl Offer {
    pub fn of(matter: &Matter, region: &Region) -> Self {
        Self { card: Card::from(matter), entry: entry(matter, region) }
    }
}

/// The region and its matters; sorted by title.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub region: Arc<Region>,
    /// The offered matters of the folder, by title.
    pub matters: Vec<Arc<Matter>>,
    /// 惠民惠企政策.
    pub benefits: Arc<Benefits>,
    folder: Arc<Folder>,
    cards: Vec<Arc<Card>>,
    /// Numbers of the cards, by title.
    by_title: Vec<u32>,
    by_slug: HashMap<String, u32>,
    /// Numbers of the cards of each basic entry that has several (基本目录), the widest level first.
    shared: HashMap<String, Vec<u32>>,
    facets: Facets,
    /// What each card is filtered by, by its number.
    traits: Vec<Traits>,
    index: Arc<Index>,
    /// What browsers download to search by; empty where there are too many matters for that.
    entries: Vec<Entry>,
    /// Versions of the folder's matters that were published: they stay what they were, whatever a later
    /// folder calls by the same number.
    taken: HashSet<MatterRef>,
    /// Counts publications: pages kept under an older number are stale.
    pub generation: i64,
}

/// Matters on one page of a list.
pub const PER_PAGE: usize = 30;
/// Most matters that a search gives.
const MOST_FOUND: usize = 30;
/// Most other implementations that a page names.
const MOST_OTHERS: usize = 12;

/// How far a department has come; shares are of `all`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// Name of the department; empty for the sum.
    pub name: String,
    /// Matters with a complete guide: an incomplete one is not published.
    pub all: usize,
    /// 最多跑一次
    pub once: usize,
    /// 全程网办
    pub online: usize,
    /// 即办
    pub immediate: usize,
}

impl Catalogue {
    /// Loads a folder and checks everything; nothing published is added yet.
    pub fn load(folder: &Path) -> Result<Self, Vec<CatalogueError>> {
        Ok(Assembly::new(Arc::new(Folder::read(folder)?)).finish(0))
    }

    /// The folder that this stands on.
    pub fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }

    /// The offered matter, where the folder holds it.
    pub fn matter(&self, slug: &str) -> Option<Arc<Matter>> {
        let card = self.card(slug)?;
        self.held(&card.reference())
    }

    /// This very version, where the folder holds it.
    pub fn held(&self, wanted: &MatterRef) -> Option<Arc<Matter>> {
        if self.taken.contains(wanted) {
            return None;
        }
        let offered = self.folder.matters.get(&wanted.slug).filter(|m| m.version == wanted.version);
        offered.or_else(|| self.folder.past.get(wanted)).cloned()
    }

    /// What lists show of an offered matter.
    pub fn card(&self, slug: &str) -> Option<&Arc<Card>> {
        self.cards.get(*self.by_slug.get(slug)? as usize)
    }

    /// Everything offered, by title.
    pub fn cards(&self) -> impl ExactSizeIterator<Item = &Arc<Card>> {
        self.by_title.iter().map(|number| &self.cards[*number as usize])
    }

    /// Who else implements the same basic entry (实施清单): the county beside its townships, a township beside
    /// its county. The widest level first, so many as a page can name.
    pub fn others(&self, card: &Card) -> Vec<Arc<Card>> {
        let numbers = self.shared.get(&card.basic_code).map(Vec::as_slice).unwrap_or_default();
        let cards = numbers.iter().filter_map(|number| self.cards.get(*number as usize));
        cards.filter(|other| other.slug != card.slug).take(MOST_OTHERS).cloned().collect()
    }

    /// Matters by closeness: 汉字, colloquial names, 拼音, 首字母, with typing errors. What townships and
    /// villages offer beside their county stands under the county's matter ([`Catalogue::others`]), so that
    /// nobody has to choose among ten lines of one name.
    pub fn search(&self, query: &str) -> Vec<Arc<Card>> {
        self.search_within(query, &Filter::default())
    }

    /// Of what search finds, that which passes.
    pub fn search_within(&self, query: &str, filter: &Filter) -> Vec<Arc<Card>> {
        let sieve = Sieve::new(filter, &self.facets);
        let passes = |number: usize| self.traits.get(number).is_some_and(|t| sieve.passes(*t));
        let hits = self.index.search(query, MOST_FOUND).into_iter().map(|hit| hit.number as usize);
        hits.filter(|number| passes(*number)).map(|number| self.cards[number].clone()).collect()
    }

    /// One page of a list, from 1, and how many there are in all.
    pub fn list(&self, filter: &Filter, page: usize) -> (Vec<Arc<Card>>, usize) {
        let first = page.saturating_sub(1).saturating_mul(PER_PAGE);
        let sieve = Sieve::new(filter, &self.facets);
        let mut total = 0;
        let mut shown = Vec::with_capacity(PER_PAGE);
        for number in self.by_title.iter().map(|n| *n as usize).filter(|n| sieve.passes(self.traits[*n])) {
            if total >= first && shown.len() < PER_PAGE {
                shown.push(self.cards[number].clone());
            }
            total += 1;
        }
        (shown, total)
    }

    /// What the departments have put online, by department and in all (两张清单的占比).
    pub fn figures(&self) -> Vec<Figure> {
        let mut rows: Vec<Figure> =
            self.region.bodies.iter().map(|b| Figure { name: b.name.clone(), ..Figure::default() }).collect();
        let place: HashMap<&str, usize> =
            self.region.bodies.iter().enumerate().map(|(n, b)| (b.id.as_str(), n)).collect();
        let mut sum = Figure::default();
        for card in &self.cards {
            sum.count(card);
            if let Some(row) = place.get(card.body.as_str()).and_then(|n| rows.get_mut(*n)) {
                row.count(card);
            }
        }
        rows.retain(|row| row.all > 0);
        rows.push(sum);
        rows
    }

    /// What the lists can be filtered by.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// What a browser downloads to suggest while somebody types; `note` words a matter's badges.
    pub fn download(&self, note: impl Fn(&Card) -> String) -> String {
        // None at all where there are too many for a download.
        let pairs = self.cards.iter().zip(&self.entries);
        let listing = |(c, e): (&Arc<Card>, &Entry)| Listing { slug: c.slug.clone(), note: note(c), entry: e.clone() };
        let list: Vec<Listing> = pairs.map(listing).collect();
        let common: HashSet<char> = COMMON_CHARS.chars().collect();
        download::write(&list, &self.folder.words, &readings(), |c| common.contains(&c))
    }

    /// 常办: the matters most asked for, as the region lists them; the first when it lists none.
    pub fn common(&self) -> Vec<Arc<Card>> {
        let listed: Vec<_> = self.region.common.iter().filter_map(|slug| self.card(slug).cloned()).collect();
        if listed.is_empty() { self.cards().take(PER_PAGE).cloned().collect() } else { listed }
    }

    /// Joint matters (一件事), for the front page.
    pub fn joint(&self) -> Vec<Arc<Card>> {
        self.cards().filter(|c| c.joint).take(PER_PAGE).cloned().collect()
    }
}

impl Figure {
    fn count(&mut self, card: &Card) {
        let one = usize::from;
        self.all += 1;
        self.once += one(card.is_once());
        self.online += one(card.online);
        self.immediate += one(card.processing == Processing::Immediate);
    }
}
