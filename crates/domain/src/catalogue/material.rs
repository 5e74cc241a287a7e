//! Materials (材料) and the personal list made from the answers.

use super::Matter;
use super::other_ways::{Deferral, LicenceUse, PromiseTerms};
use super::validity::Validity;
use crate::rules::{Answers, Rule, Truth, holds};
use serde::{Deserialize, Serialize};

/// 材料类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialKind {
    /// 证件证书证明
    Certificate,
    /// 申请表格文书
    Form,
    Other,
}

/// 材料形式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialForm {
    Paper,
    Electronic,
    Either,
}

/// 必要性.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// 必要
    Necessary,
    /// 非必要（按情形）: necessary only when its rule holds.
    Conditional,
    /// 可容缺后补
    Deferrable,
}

/// 来源.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 申请人自备
    Applicant,
    /// 政府核发
    Government,
    Other,
}

/// File kinds a slot takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedFile {
    Jpeg,
    Png,
    Pdf,
}

/// One acceptance criterion (受理标准); the clerk's reasons come from these and from nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub id: String,
    /// What a right material shows.
    pub text: String,
    /// How to mend it when it does not, in plain words.
    pub mend: String,
}

/// Shape of a licence photo (证件照宽高比), width to height, such as `26:32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Aspect {
    pub width: u32,
    pub height: u32,
}

impl TryFrom<String> for Aspect {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| (1..=10_000).contains(side));
        text.split_once(':')
            .and_then(|(width, height)| Some(Self { width: side(width)?, height: side(height)? }))
            .ok_or("not a shape such as 26:32")
    }
}

impl From<Aspect> for String {
    fn from(aspect: Aspect) -> Self {
        format!("{}:{}", aspect.width, aspect.height)
    }
}

/// A material of a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    pub id: String,
    pub name: String,
    pub kind: MaterialKind,
    pub form: MaterialForm,
    #[serde(default)]
    pub originals: u8,
    #[serde(default)]
    pub copies: u8,
    pub necessity: Necessity,
    pub source: Source,
    /// 签发机构 where the government issues it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Needed unless this is definitely false.
    #[serde(default)]
    pub when: Option<Rule>,
    pub criteria: Vec<Criterion>,
    /// 填报须知.
    #[serde(default)]
    pub hint: Option<String>,
    /// Sample picture under `/samples/`.
    #[serde(default)]
    pub sample: Option<String>,
    /// Picture of the form filled in, under `/samples/`.
    #[serde(default)]
    pub filled: Option<String>,
    /// Blank form under `/forms/`.
    #[serde(default)]
    pub blank: Option<String>,
    pub basis: String,
    pub accepts: Vec<AcceptedFile>,
    #[serde(default = "default_megabytes")]
    pub max_megabytes: u32,
    #[serde(default = "default_files")]
    pub max_files: u32,
    /// Least long edge of a photograph, pixels.
    #[serde(default = "default_edge")]
    pub min_long_edge: u32,
    /// Shape of a licence photo.
    #[serde(default)]
    pub aspect: Option<Aspect>,
    #[serde(default)]
    pub needs_signature: bool,
    /// Id in the list of proofs (证明事项清单).
    #[serde(default)]
    pub proof: Option<String>,
    /// 电子证照 that fills the slot in place of a file.
    #[serde(default)]
    pub licence: Option<LicenceUse>,
    /// 容缺后补
    #[serde(default)]
    pub deferral: Option<Deferral>,
    /// 告知承诺 that may stand in for it.
    #[serde(default)]
    pub promise: Option<PromiseTerms>,
    /// 有效期, where it is asked by which day it counts.
    #[serde(default)]
    pub validity: Option<Validity>,
}

impl Material {
    /// Whether this is a proof (证明) that may be asked for only when it is on the list: a certificate that
    /// somebody else has to write, and whose name, without what stands in brackets, ends in 证明 or 证明材料.
    ///
    /// 医学证明 is none: 出生医学证明 is a statutory, numbered certificate (母婴保健法第二十三条), like a licence.
    pub fn is_proof(&self) -> bool {
        let name = self.name.split('（').next().unwrap_or_default().trim_end();
        let proof = name.ends_with("证明") || name.ends_with("证明材料");
        self.kind == MaterialKind::Certificate
            && self.source != Source::Applicant
            && proof
            && !name.ends_with("医学证明")
    }
}

fn default_megabytes() -> u32 {
    20
}
fn default_files() -> u32 {
    10
}
fn default_edge() -> u32 {
    1000
}

/// One line of the personal list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<'a> {
    pub material: &'a Material,
    /// False while the answers leave it open whether this is needed.
    pub certain: bool,
    /// Why it is on the list, when a rule put it there.
    pub because: Option<String>,
}

impl Matter {
    /// The personal list of materials: those whose rule holds, or may hold.
    pub fn personal_list(&self, answers: &Answers) -> Vec<Slot<'_>> {
        self.materials
            .iter()
            .filter_map(|material| {
                let truth = holds(material.when.as_ref(), answers);
                truth.is_possible().then(|| Slot {
                    material,
                    certain: truth == Truth::Yes,
                    because: material.when.as_ref().map(|rule| rule.sentence(self)),
                })
            })
            .collect()
    }
}
