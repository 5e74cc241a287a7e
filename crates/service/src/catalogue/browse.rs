//! Browsing: which matters are on a list with filters. What is filtered by lies closely packed beside
//! the cards, so that a list of a hundred thousand matters costs no walk through all their cards.

use domain::catalogue::{Audience, Card, Processing, Region};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Filters of the list page; all of them must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "one switch each on the list page")]
pub struct Filter {
    pub audience: Option<Audience>,
    pub theme: Option<String>,
    /// 一件事
    pub life_event: Option<String>,
    /// Id of a body.
    pub body: Option<String>,
    pub immediate: bool,
    pub free: bool,
    /// 全程网办
    pub online: bool,
    /// 最多跑一次
    pub once: bool,
    /// 跨省通办
    pub cross: bool,
}

/// What can be filtered by: only what some matter has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub themes: Vec<String>,
    pub life_events: Vec<String>,
    /// Id and short name.
    pub bodies: Vec<(String, String)>,
}

impl Facets {
    /// Themes, life events and departments in use, in the order of the words or of the region.
    pub(super) fn of(cards: &[Arc<Card>], region: &Region) -> Self {
        let themes: BTreeSet<&String> = cards.iter().map(|m| &m.theme).collect();
        let events: BTreeSet<&String> = cards.iter().filter_map(|m| m.life_event.as_ref()).collect();
        let used: BTreeSet<&str> = cards.iter().map(|m| m.body.as_str()).collect();
        let bodies = region.bodies.iter().filter(|b| used.contains(b.id.as_str()));
        Self {
            themes: themes.into_iter().cloned().collect(),
            life_events: events.into_iter().cloned().collect(),
            bodies: bodies.map(|b| (b.id.clone(), b.short.clone())).collect(),
        }
    }
}

/// Stands for “none of the facets”: no filter asks for it.
const NONE: u16 = u16::MAX;

const PERSON: u8 = 1;
const FIRM: u8 = 1 << 1;
const IMMEDIATE: u8 = 1 << 2;
const FREE: u8 = 1 << 3;
const ONLINE: u8 = 1 << 4;
const ONCE: u8 = 1 << 5;
const CROSS: u8 = 1 << 6;

/// A card, as far as it can be filtered by; texts as places in the facets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    marks: u8,
    theme: u16,
    life_event: u16,
    body: u16,
}

impl Traits {
    pub fn of(card: &Card, facets: &Facets) -> Self {
        let mark = |holds: bool, mark: u8| if holds { mark } else { 0 };
        Self {
            marks: mark(card.audience.contains(&Audience::Person), PERSON)
                | mark(card.audience.contains(&Audience::Firm), FIRM)
                | mark(card.processing == Processing::Immediate, IMMEDIATE)
                | mark(card.free, FREE)
                | mark(card.online, ONLINE)
                | mark(card.is_once(), ONCE)
                | mark(card.cross_province, CROSS),
            theme: place(&facets.themes, |t| *t == card.theme),
            life_event: place(&facets.life_events, |e| card.life_event.as_ref() == Some(e)),
            body: place(&facets.bodies, |(id, _)| *id == card.body),
        }
    }
}

/// Which of them it is.
fn place<T>(list: &[T], is: impl Fn(&T) -> bool) -> u16 {
    list.iter().position(is).and_then(|n| u16::try_from(n).ok()).unwrap_or(NONE)
}

/// A filter, resolved once for all the cards of a list.
pub(super) struct Sieve {
    marks: u8,
    theme: Option<u16>,
    life_event: Option<u16>,
    body: Option<u16>,
    /// It asks for something that no matter has.
    nothing: bool,
}

impl Sieve {
    pub fn new(filter: &Filter, facets: &Facets) -> Self {
        let mark = |wanted: bool, mark: u8| if wanted { mark } else { 0 };
        let theme = filter.theme.as_ref().map(|t| place(&facets.themes, |own| own == t));
        let life_event = filter.life_event.as_ref().map(|e| place(&facets.life_events, |own| own == e));
        let body = filter.body.as_ref().map(|b| place(&facets.bodies, |(id, _)| id == b));
        Self {
            marks: mark(filter.audience == Some(Audience::Person), PERSON)
                | mark(filter.audience == Some(Audience::Firm), FIRM)
                | mark(filter.immediate, IMMEDIATE)
                | mark(filter.free, FREE)
                | mark(filter.online, ONLINE)
                | mark(filter.once, ONCE)
                | mark(filter.cross, CROSS),
            nothing: [theme, life_event, body].contains(&Some(NONE)),
            theme,
            life_event,
            body,
        }
    }

    pub fn passes(&self, card: Traits) -> bool {
        let same = |wanted: Option<u16>, has: u16| wanted.is_none_or(|w| w == has);
        !self.nothing
            && card.marks & self.marks == self.marks
            && same(self.theme, card.theme)
            && same(self.life_event, card.life_event)
            && same(self.body, card.body)
    }
}
