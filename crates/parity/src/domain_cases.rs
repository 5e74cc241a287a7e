//! Cases for the rules that browser and server share: codes, names, dates, money, forms, rules, fees.
//! The catalogue's own matters are the forms under test; a small generator makes right, wrong and
//! nearly right answers.

use super::rule_cases;
use domain::catalogue::{DayAsked, Matter, Validity};
use domain::codes::CodeError;
use domain::codes::tracking::TrackingCode;
use domain::form::{CheckContext, FieldKind, FieldSpec, read_date};
use domain::materials::Judging;
use domain::money::{Fen, MoneyError};
use domain::rules::{Answers, UNKNOWN};
use domain::text::{mask_id, mask_name, mask_phone, normalise};
use serde_json::{Value, json};

const MATTERS: [&str; 3] = [
    include_str!("../../../catalogue/matters/birth-registration.toml"),
    include_str!("../../../catalogue/matters/food-licence.toml"),
    include_str!("../../../catalogue/matters/property-transfer.toml"),
];
/// Cases for each matter.
const EACH: u32 = 80;

/// How many cases there are: matters, texts, then rules.
pub fn count() -> u32 {
    EACH * 3 + u32::try_from(TEXTS.len()).unwrap_or(0) + rule_cases::COUNT
}

/// Texts with what people really type: full-width digits, rare characters, odd spaces, wrong codes.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "５３２９０１１９９００３０７１０１Ｘ",
    "53290119900307101X",
    "532901199002307101",
    "11010519491231002X",
    "91350100M000100Y43",
    "91350100M000100Y44",
    "9135 0100 M000 100Y 43",
    "阿卜杜热合曼·买买提依明",
    "㺭明",
    "𠮷野",
    "张三3",
    "138 0000 1234",
    "+86 13800001234",
    "23800001234",
    "2026-02-29",
    "2024-02-29",
    "20261122",
    "2026年11月22日",
    "350000.505",
    "350,000",
    "１２０",
    "\u{200b}隐\u{202e}藏",
];

/// The verdict of one case as JSON; empty behind the end.
pub fn run(index: u32) -> String {
    let index = index as usize;
    let each = EACH as usize;
    if index < each * 3 {
        return matter_case(index / each, index % each).to_string();
    }
    if let Some(text) = TEXTS.get(index - each * 3) {
        return text_case(text).to_string();
    }
    let index = index - each * 3 - TEXTS.len();
    if index < rule_cases::COUNT as usize { rule_case(index).to_string() } else { String::new() }
}

fn context() -> CheckContext {
    CheckContext { today: domain::time::Instant(1_795_305_600_000_000).date_in_china() }
}

fn text_case(text: &str) -> Value {
    let kinds = [
        FieldKind::Text { max: 10 },
        FieldKind::PersonName,
        FieldKind::Phone,
        FieldKind::ResidentId,
        FieldKind::Uscc,
        FieldKind::BirthCertificate,
        FieldKind::RealEstateUnit,
        FieldKind::Date { not_future: true, not_past: false },
        FieldKind::Number { min: 0, max: 1000, unit: String::new() },
        FieldKind::Money { max_fen: 100_000_000 },
    ];
    let checked: Vec<Value> = kinds.into_iter().map(|kind| json!(spec(kind).check(text, context()))).collect();
    json!({
        "checked": checked,
        "normal": normalise(text),
        "masks": [mask_name(text), mask_id(text), mask_phone(text)],
        "money": Fen::from_yuan_text(text).map(Fen::yuan_text).map_err(MoneyError::code),
        "days": days(text),
        "tracking": TrackingCode::parse(text).map(|c| c.to_string()).map_err(CodeError::code),
    })
}

/// What the rules about the day on a paper (有效期) make of it, in a draft and in a case that was filed before.
fn days(text: &str) -> Vec<Value> {
    let today = context().today;
    let filed = Judging { on: domain::time::Instant(1_771_900_000_000_000).date_in_china(), today };
    let verdict = |(asks, months)| {
        let rule = Validity { asks, months, basis: String::new() };
        match read_date(text) {
            Ok(day) => {
                let said = |judging| json!(rule.doubt_on(Some(day), judging).map(|doubt| (doubt.code, doubt.detail)));
                json!([said(Judging::at(today)), said(filed)])
            }
            Err(code) => json!(code),
        }
    };
    [(DayAsked::Issued, Some(3)), (DayAsked::Until, None)].into_iter().map(verdict).collect()
}

fn spec(kind: FieldKind) -> FieldSpec {
    FieldSpec {
        name: "x".into(),
        label: "x".into(),
        hint: None,
        example: None,
        kind,
        optional: false,
        when: None,
        autocomplete: None,
    }
}

fn matter(which: usize) -> Result<Matter, Value> {
    toml::from_str(MATTERS[which]).map_err(|error| json!({ "unreadable": error.message() }))
}

fn rule_case(index: usize) -> Value {
    match matter(index % MATTERS.len()) {
        Ok(matter) => rule_cases::run(&matter, index),
        Err(unreadable) => unreadable,
    }
}

fn matter_case(which: usize, seed: usize) -> Value {
    let matter = match matter(which) {
        Ok(matter) => matter,
        Err(unreadable) => return unreadable,
    };
    let answers = answers(&matter, seed as u64 * 7919 + which as u64);
    let verdict = matter.verdict(&answers);
    let slots: Vec<Value> =
        matter.personal_list(&answers).iter().map(|s| json!([s.material.id, s.certain, s.because])).collect();
    json!({
        "eligibility": verdict.eligibility,
        "deciding": verdict.deciding().map(|c| c.id.clone()).collect::<Vec<_>>(),
        "next": matter.next_question(&answers).map(|q| q.id.clone()),
        "slots": slots,
        "fee": matter.assess(&answers),
        "form": matter.form.check(&answers, context()),
    })
}

/// Numbers that look drawn by chance and are the same everywhere.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number from 0, below this one.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

/// Seeded answers: some missing, some 不清楚, some wrong, most right.
pub(crate) fn answers(matter: &Matter, seed: u64) -> Answers {
    let mut numbers = Draw::new(seed);
    let mut draw = |below: usize| numbers.below(below);
    let mut answers = Answers::new();
    for question in &matter.questions {
        let value = match draw(8) {
            0 => continue,
            1 => UNKNOWN.to_owned(),
            _ => question.options[draw(question.options.len())].value.clone(),
        };
        answers.insert(question.id.clone(), value);
    }
    for field in matter.form.fields() {
        if draw(9) == 0 {
            continue;
        }
        let value = match (&field.kind, draw(5)) {
            (FieldKind::Choice { options }, _) => options[draw(options.len())].value.clone(),
            (_, 0) => TEXTS[draw(TEXTS.len())].to_owned(),
            (FieldKind::Phone, _) => "13800001234".into(),
            (FieldKind::ResidentId, _) => "11010519491231002X".into(),
            (FieldKind::Uscc, _) => "91350100M000100Y43".into(),
            (FieldKind::Date { .. }, _) => "2026-11-10".into(),
            (FieldKind::Number { .. } | FieldKind::Money { .. }, n) => n.to_string(),
            (FieldKind::BirthCertificate, _) => "P530000001".into(),
            (FieldKind::RealEstateUnit, _) => "539999001001GB00001F00010001".into(),
            _ => "张小明".into(),
        };
        answers.insert(field.name.clone(), value);
    }
    answers
}
