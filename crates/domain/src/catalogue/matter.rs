//! One matter (事项): the implementation as a county offers it (实施清单).

use super::{Condition, FeePlan, Material, Question};
use crate::form::{Choice, Form};
use crate::rules::Labels;
use crate::time::Limit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 事项类型, codes as in GB/T 39554.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 01 行政许可
    Licence,
    /// 04 行政征收
    Levy,
    /// 05 行政给付
    Benefit,
    /// 07 行政确认
    Confirmation,
    /// 08 行政奖励
    Award,
    /// 09 行政裁决
    Adjudication,
    /// 10 其他行政权力 (备案 among them)
    Other,
    /// 20 公共服务
    PublicService,
}

/// 行使层级, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Nation,
    Province,
    City,
    County,
    Township,
    Village,
}

/// 服务对象.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 自然人
    Person,
    /// 法人和其他组织
    Firm,
}

/// 办理形式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    Window,
    Web,
    Mobile,
    Post,
}

/// 办件类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Processing {
    /// 即办件
    Immediate,
    /// 承诺件
    Promised,
}

/// A legal basis (依据).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Title of the statute or rule, with its document number where it has one.
    pub title: String,
    /// Article, e.g. 第七条.
    pub article: String,
    /// What it says, in our words.
    pub says: String,
}

/// 到场次数 and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitPlan {
    pub times: u8,
    #[serde(default)]
    pub reason: Option<String>,
}

/// A step of the flow (流程) in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: String,
    pub text: String,
    /// Who does it: post, not person.
    pub who: String,
}

/// 特别程序 with its own limit; §45 行政许可法 decides whether it stops the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialProcedure {
    pub id: String,
    /// 现场勘验, 专家评审, 听证 …
    pub name: String,
    pub limit: Limit,
    /// False for 现场勘验 unless a basis says otherwise.
    pub suspends_clock: bool,
    pub basis: String,
    /// What the applicant has to do meanwhile, in plain words.
    pub note: String,
}

/// The other party of a matter that two people apply for together (共同申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// What the party is called, e.g. 出让方.
    pub title: String,
    /// Form fields that hold the party's name and phone.
    pub name_field: String,
    pub phone_field: String,
    /// Asked only when this holds (an inheritance has no other party).
    #[serde(default)]
    pub when: Option<crate::rules::Rule>,
    /// What the party declares when confirming.
    pub statement: String,
}

/// 中介服务: something that a third party must do before the matter can be applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntermediaryService {
    pub name: String,
    /// Who may do it, and where the list of those is.
    pub who: String,
    pub basis: String,
    /// What it costs and who pays, in plain words.
    pub cost: String,
}

/// A part of a joint matter (集成办): what one body does with its share of the one form and the one list.
///
/// The joint matter owns all fields and materials; a part only names the ones it needs, so nothing
/// can be asked twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub id: String,
    /// e.g. 社保卡申领.
    pub title: String,
    /// Id of the body in the region file.
    pub body: String,
    /// 承诺时限 of the part.
    pub promised: Limit,
    /// Ids of parts that must end well before this one can begin.
    #[serde(default)]
    pub after: Vec<String>,
    /// Ids of parts that must have ended, well or not, before this one can begin (what is left to pay
    /// is known only then).
    #[serde(default)]
    pub after_end: Vec<String>,
    /// Done only when this holds (somebody may not want the card).
    #[serde(default)]
    pub when: Option<crate::rules::Rule>,
    /// Form fields that are handed to the body, and nothing beyond them (least data).
    pub fields: Vec<String>,
    /// Material ids that are handed to the body.
    pub materials: Vec<String>,
    /// What comes out of it, e.g. 社会保障卡.
    pub result: String,
    /// What happens to the whole when this part fails, in plain words.
    pub if_fails: String,
}

/// What the applicant receives (办理结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultSpec {
    /// e.g. 食品经营许可证.
    pub name: String,
    /// Title of the document when granted.
    pub title: String,
    /// Prefix of the document number, e.g. 示市监许; the year and a running number follow.
    pub number_prefix: String,
    /// The decision in a sentence.
    pub text: String,
    /// Form fields printed on the result, in order.
    pub fields: Vec<String>,
    /// Years of validity; none means unlimited.
    #[serde(default)]
    pub valid_years: Option<u8>,
    /// How it is handed over, in plain words.
    pub delivery: String,
    /// Picture of a result under `/samples/`.
    #[serde(default)]
    pub sample: Option<String>,
}

/// Which version of a matter a draft or case was begun under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatterRef {
    /// Short address name, e.g. `food-licence`.
    pub slug: String,
    pub version: u32,
}

/// A matter with its full element set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// Stable part of the address, lower-case ASCII.
    pub slug: String,
    pub version: u32,
    pub effective: Date,
    /// 基本编码, at most 12 characters.
    pub basic_code: String,
    /// 实施编码, 31 characters: body's USCC + level + basic code.
    pub code: String,
    pub title: String,
    pub title_en: String,
    /// Colloquial names (俗称).
    pub aliases: Vec<String>,
    /// Pinyin of the title, syllables separated by spaces.
    pub pinyin: String,
    pub kind: ItemKind,
    pub level: Level,
    /// Id of the implementing body in the region file.
    pub body: String,
    /// Id of the window in the region file.
    pub window: String,
    pub audience: Vec<Audience>,
    pub theme: String,
    #[serde(default)]
    pub life_event: Option<String>,
    pub channels: Vec<ChannelKind>,
    /// 跨省通办: people from other provinces apply here like everybody else.
    #[serde(default)]
    pub cross_province: bool,
    pub processing: Processing,
    /// 网办深度 1–7.
    pub online_depth: u8,
    pub visits: VisitPlan,
    /// One plain sentence: what this is.
    pub summary: String,
    /// 办理条件, each one sentence.
    pub requirements: Vec<String>,
    pub basis: Vec<Basis>,
    /// 法定时限.
    pub statutory: Limit,
    /// 承诺时限.
    pub promised: Limit,
    /// 收件即受理: receipt itself starts the clock.
    #[serde(default)]
    pub accepted_on_receipt: bool,
    #[serde(default)]
    pub special: Vec<SpecialProcedure>,
    #[serde(default)]
    pub intermediary: Vec<IntermediaryService>,
    /// Parts of a joint matter; empty for a single one.
    #[serde(default)]
    pub parts: Vec<Part>,
    #[serde(default)]
    pub fee: Option<FeePlan>,
    pub steps: Vec<Step>,
    /// 办理人员 (post) and 责任人 (post or name as published).
    pub handler: String,
    pub responsible: String,
    pub consult_phone: String,
    pub complaint_phone: String,
    #[serde(default)]
    pub notes: Vec<String>,
    pub result: ResultSpec,
    pub questions: Vec<Question>,
    pub conditions: Vec<Condition>,
    pub form: Form,
    pub materials: Vec<Material>,
    /// What the applicant declares and signs.
    pub statement: String,
    #[serde(default)]
    pub party: Option<Party>,
    /// Form fields that hold the applicant's own name, identity number and phone.
    pub applicant: ApplicantFields,
    /// Id in the list of powers and duties (权责清单); every matter but a public service has one.
    #[serde(default)]
    pub power: Option<String>,
}

/// Where the form holds the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicantFields {
    pub name: String,
    pub phone: String,
}

impl Matter {
    pub fn reference(&self) -> MatterRef {
        MatterRef { slug: self.slug.clone(), version: self.version }
    }

    pub fn is_free(&self) -> bool {
        self.fee.is_none()
    }

    /// 全程网办: handled online to its result, without a visit.
    pub fn is_online(&self) -> bool {
        self.online_depth >= 6 && self.visits.times == 0
    }

    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|m| m.id == id)
    }

    pub fn special_procedure(&self, id: &str) -> Option<&SpecialProcedure> {
        self.special.iter().find(|s| s.id == id)
    }

    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.id == id)
    }

    /// The choices of a question or of a field; empty where anything may be written.
    fn choices(&self, name: &str) -> &[Choice] {
        self.question(name)
            .map(|q| q.options.as_slice())
            .or_else(|| self.form.field(name).map(|f| f.kind.choices()))
            .unwrap_or_default()
    }
}

impl Labels for Matter {
    fn field(&self, name: &str) -> String {
        self.question(name)
            .map(|q| q.text.clone())
            .or_else(|| self.form.field(name).map(|f| f.label.clone()))
            .unwrap_or_else(|| name.to_owned())
    }

    fn value(&self, field: &str, value: &str) -> String {
        self.choices(field).iter().find(|c| c.value == value).map_or_else(|| value.to_owned(), |c| c.label.clone())
    }
}
