//! What lists show of a matter: enough to choose by, and nothing else.

use super::{Audience, Level, Matter, MatterRef, Processing, SpecialProcedure, VisitPlan};
use crate::time::Limit;
use serde::{Deserialize, Serialize};

/// A matter as lists, filters and figures know it. The whole matter is read only when somebody opens it,
/// so a catalogue may hold very many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "one each for the lists that people know by name")]
pub struct Card {
    pub slug: String,
    pub version: u32,
    pub title: String,
    pub summary: String,
    pub audience: Vec<Audience>,
    pub theme: String,
    pub life_event: Option<String>,
    /// Id of the body in the region file.
    pub body: String,
    /// 行使层级
    pub level: Level,
    pub processing: Processing,
    pub visits: VisitPlan,
    pub promised: Limit,
    /// 不收费
    pub free: bool,
    /// 全程网办
    pub online: bool,
    /// 跨省通办
    pub cross_province: bool,
    /// 一件事: several departments, one form.
    pub joint: bool,
    /// 基本编码: which entry of the basic catalogue it implements.
    pub basic_code: String,
    /// Its entry in 权责清单.
    pub power: Option<String>,
    /// Proofs that it asks for, as 证明事项清单 names them.
    pub proofs: Vec<String>,
    /// Names of the intermediary services that it needs.
    pub intermediary: Vec<String>,
    pub special: Vec<SpecialProcedure>,
}

impl Card {
    pub fn reference(&self) -> MatterRef {
        MatterRef { slug: self.slug.clone(), version: self.version }
    }

    /// 最多跑一次: also those for which nobody has to come at all.
    pub fn is_once(&self) -> bool {
        self.visits.times <= 1
    }
}

impl From<&Matter> for Card {
    fn from(m: &Matter) -> Self {
        Self {
            slug: m.slug.clone(),
            version: m.version,
            title: m.title.clone(),
            summary: m.summary.clone(),
            audience: m.audience.clone(),
            theme: m.theme.clone(),
            life_event: m.life_event.clone(),
            body: m.body.clone(),
            level: m.level,
            processing: m.processing,
            visits: m.visits.clone(),
            promised: m.promised.clone(),
            free: m.is_free(),
            online: m.is_online(),
            cross_province: m.cross_province,
            joint: !m.parts.is_empty(),
            basic_code: m.basic_code.clone(),
            power: m.power.clone(),
            proofs: m.materials.iter().filter_map(|x| x.proof.clone()).collect(),
            intermediary: m.intermediary.iter().map(|i| i.name.clone()).collect(),
            special: m.special.clone(),
        }
    }
}
