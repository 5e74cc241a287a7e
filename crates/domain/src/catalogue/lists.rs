//! The public lists (清单) that a county keeps beside its matters: what may be offered at all, which
//! proofs may be asked for, which third parties may be sent for, and by which power a body acts.

use super::{Basis, Card, ItemKind, Level, LicenceKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A basic entry (基本目录): that a matter exists, apart from who offers it and how. One entry may have
/// several implementations (实施清单): at the county, in each township, by several bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicEntry {
    /// 基本编码, at most 12 characters.
    pub code: String,
    pub title: String,
    /// 设定依据.
    pub basis: Vec<Basis>,
    /// 事项类型.
    pub kind: ItemKind,
    /// 行使层级 at which it may be implemented.
    pub levels: Vec<Level>,
}

/// An entry of the list of proofs (证明事项清单): only these may be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofItem {
    pub id: String,
    pub name: String,
    pub basis: String,
    /// Who writes it (开具单位).
    pub issuer: String,
    /// What it is asked for, in plain words (用途).
    pub purpose: String,
}

/// An entry of the list of intermediary services (中介服务清单): only these may be a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntermediaryItem {
    pub id: String,
    /// A matter names the service by this.
    pub name: String,
    /// Who may do it, and when it is needed (条件).
    pub conditions: String,
    /// 流程
    pub flow: String,
    /// 时限, in words.
    pub limit: String,
    /// 收费, in words.
    pub fee: String,
    pub basis: String,
}

/// An entry of the list of powers and duties (权责清单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerItem {
    /// 权责编码
    pub id: String,
    pub title: String,
    /// Id of the body in the region file.
    pub body: String,
    pub kind: ItemKind,
    pub basis: String,
}

/// One of the two lists (两张清单) by which a county tells how far its reform has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReformList {
    /// 最多跑一次
    Once,
    /// 全程网办
    Online,
}

impl ReformList {
    /// 已实现 rather than 改革后实现: read off the matter as it is offered, so that nobody can merely say so.
    pub fn is_achieved(self, card: &Card) -> bool {
        match self {
            Self::Once => card.is_once(),
            Self::Online => card.online,
        }
    }
}

/// Matters that are announced together (分批公布): 成熟一批、公布一批.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    pub id: String,
    pub list: ReformList,
    /// 第一批 …
    pub title: String,
    /// 公布日期
    pub announced: Date,
    /// Slugs of the matters, in the order in which they were announced.
    pub slugs: Vec<String>,
    /// 公开承诺书: what the departments promise in public, one paragraph a line.
    pub pledge: Option<String>,
}

/// Shares that every department has to reach (占比目标), percent of its matters; none where none is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// 最多跑一次
    pub once_percent: Option<u8>,
    /// 全程网办
    pub online_percent: Option<u8>,
}

impl Targets {
    /// How many of `all` matters are wanting until `percent` of them are reached (还差几项); 0 when they are.
    pub fn wanting(percent: u8, reached: usize, all: usize) -> usize {
        (all * usize::from(percent)).div_ceil(100).saturating_sub(reached)
    }
}

/// The lists of a region; an empty one is not kept yet, and nothing is checked against it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// 基本目录
    #[serde(default)]
    pub basic: Vec<BasicEntry>,
    /// 证明事项清单
    #[serde(default)]
    pub proofs: Vec<ProofItem>,
    /// 中介服务清单
    #[serde(default)]
    pub intermediaries: Vec<IntermediaryItem>,
    /// 权责清单
    #[serde(default)]
    pub powers: Vec<PowerItem>,
    /// 两张清单, by batches.
    #[serde(default)]
    pub batches: Vec<Batch>,
    /// 电子证照目录
    #[serde(default)]
    pub licences: Vec<LicenceKind>,
}

impl Lists {
    /// The basic entry with this 基本编码.
    pub fn find_basic(&self, code: &str) -> Option<&BasicEntry> {
        self.basic.iter().find(|entry| entry.code == code)
    }

    pub fn find_proof(&self, id: &str) -> Option<&ProofItem> {
        self.proofs.iter().find(|item| item.id == id)
    }

    /// The intermediary service of this name.
    pub fn find_intermediary(&self, name: &str) -> Option<&IntermediaryItem> {
        self.intermediaries.iter().find(|item| item.name == name)
    }

    pub fn find_power(&self, id: &str) -> Option<&PowerItem> {
        self.powers.iter().find(|item| item.id == id)
    }

    /// The kind of licence with this id.
    pub fn find_licence(&self, id: &str) -> Option<&LicenceKind> {
        self.licences.iter().find(|kind| kind.id == id)
    }

    /// The batches of one of the two lists, in the order of the file.
    pub fn batches_of(&self, list: ReformList) -> impl Iterator<Item = &Batch> {
        self.batches.iter().filter(move |batch| batch.list == list)
    }
}
