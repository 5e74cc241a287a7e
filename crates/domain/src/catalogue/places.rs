//! Townships, villages, and the places near home that take matters for the county (就近办).

use super::Region;
use serde::{Deserialize, Serialize};

/// A village or neighbourhood (村、社区).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Village {
    /// 12 digits: the township's nine and three more.
    pub code: String,
    pub name: String,
}

/// A township (乡镇、街道).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Township {
    /// 9 digits: the county's six and three more.
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub villages: Vec<Village>,
}

/// How far a place goes with a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepts {
    /// 受理: entrusted to accept (委托受理).
    Accept,
    /// 代收、帮办: takes the papers and helps to fill in; the county accepts.
    Assist,
    /// 异地代收: a counter outside of the county that takes in, for it, what is marked 跨省通办.
    Forward,
}

/// A township's centre (便民服务中心) or a village's station (便民服务站).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub id: String,
    pub name: String,
    /// Code of the township or village it stands in; of the county, for one outside of the region.
    pub area: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    /// How to get there, in words.
    pub directions: String,
    /// Slugs of the matters that it takes.
    pub takes: Vec<String>,
    pub accepts: Accepts,
}

/// A person in charge (负责人), by post; the name only where the body publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    pub post: String,
    #[serde(default)]
    pub name: Option<String>,
    /// Id of the body in the region file.
    pub body: String,
    pub phone: String,
}

impl Place {
    pub fn takes(&self, slug: &str) -> bool {
        self.takes.iter().any(|taken| taken == slug)
    }

    /// Whether the matter can be filed here today. Outside of the county only while it is marked 跨省通办.
    pub fn files(&self, slug: &str, cross_province: bool) -> bool {
        self.takes(slug) && (cross_province || self.accepts != Accepts::Forward)
    }

    /// 委托受理: its clerks accept what they take in.
    pub fn is_entrusted(&self) -> bool {
        self.accepts == Accepts::Accept
    }
}

/// The township's part of a township or village code.
fn township_of(area: &str) -> &str {
    area.get(..9).unwrap_or(area)
}

impl Region {
    pub fn township(&self, code: &str) -> Option<&Township> {
        self.townships.iter().find(|t| t.code == code)
    }

    /// 临江镇 or 临江镇河口村; none for a code that the region does not have.
    pub fn area_name(&self, code: &str) -> Option<String> {
        let township = self.township(township_of(code))?;
        if township.code == code {
            return Some(township.name.clone());
        }
        let village = township.villages.iter().find(|v| v.code == code)?;
        Some(format!("{}{}", township.name, village.name))
    }

    /// Nearest first: the stations of the village (or of the township's villages), then the township's centre.
    pub fn places_near(&self, area: &str) -> Vec<&Place> {
        let centre = township_of(area);
        let stands_in = |place: &&Place| place.area != centre && place.area.starts_with(area);
        let mut near: Vec<&Place> = self.places.iter().filter(stands_in).collect();
        near.extend(self.places.iter().filter(|place| place.area == centre));
        near
    }

    /// A place by its id.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    /// Every place that takes the matter; those that accept by themselves first, those far away last.
    pub fn places_taking(&self, slug: &str) -> Vec<&Place> {
        let mut taking: Vec<&Place> = self.places.iter().filter(|place| place.takes(slug)).collect();
        taking.sort_by_key(|place| match place.accepts {
            Accepts::Accept => 0,
            Accepts::Assist => 1,
            Accepts::Forward => 2,
        });
        taking
    }
}
