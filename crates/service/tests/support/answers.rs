//! Right answers for any matter of the catalogue.

use domain::catalogue::{Eligibility, Matter};
use domain::codes::{iso7064, uscc};
use domain::form::{CheckContext, CrossCheck, FieldKind, FieldSpec};
use domain::rules::Answers;
use jiff::civil::Date;

/// Answers that a test wants; the rest is made up.
pub type Answered<'a> = &'a [(&'a str, &'a str)];

/// Complete answers that the matter's own checks accept.
pub fn answers_for(matter: &Matter, wanted: Answered<'_>, today: Date) -> Answers {
    let mut answers: Answers = wanted.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    assert!(decide(matter, &mut answers), "no eligible way through the questions of {}", matter.slug);
    // Some fields are asked only after others are answered.
    for _ in 0..4 {
        let asked: Vec<FieldSpec> =
            matter.form.visible(&answers).flat_map(|s| s.visible(&answers)).filter(|f| !f.optional).cloned().collect();
        for field in asked {
            let value = value_of(matter, &field, &answers);
            answers.entry(field.name.clone()).or_insert(value);
        }
    }
    let fields = matter.form.visible(&answers).flat_map(|s| s.visible(&answers).map(|f| f.name.clone()));
    let shown: Vec<String> = fields.chain(matter.asked(&answers).map(|q| q.id.clone())).collect();
    answers.retain(|name, _| shown.contains(name));
    matter.form.check(&answers, CheckContext { today }).expect("made-up answers are right");
    answers
}

/// Answers the questions so that the matter may be applied for.
fn decide(matter: &Matter, answers: &mut Answers) -> bool {
    let Some(question) = matter.next_question(answers).cloned() else {
        return matter.verdict(answers).eligibility == Eligibility::Eligible;
    };
    for option in &question.options {
        let mut tried = answers.clone();
        tried.insert(question.id.clone(), option.value.clone());
        if decide(matter, &mut tried) {
            *answers = tried;
            return true;
        }
    }
    false
}

fn value_of(matter: &Matter, field: &FieldSpec, answers: &Answers) -> String {
    let place = matter.form.fields().position(|f| f.name == field.name).unwrap_or(0);
    match &field.kind {
        FieldKind::Text { max } | FieldKind::LongText { max } => {
            format!("特有文字{}", field.name).chars().take(*max as usize).collect()
        }
        FieldKind::PersonName => {
            let last = char::from_u32(0x4e00 + u32::try_from(place).unwrap_or(0)).unwrap_or('一');
            format!("欧阳锦{last}")
        }
        FieldKind::Phone => format!("1391234{:04}", 1000 + place),
        FieldKind::ResidentId => resident_id(place),
        FieldKind::Uscc => firm_code(place),
        FieldKind::BirthCertificate => "Z539876543".into(),
        FieldKind::RealEstateUnit => "539999001001GB00001F00010001".into(),
        FieldKind::Date { not_past: true, .. } => "2026-12-31".into(),
        FieldKind::Date { .. } => birth_date(matter, field, answers).unwrap_or_else(|| "2026-02-10".into()),
        FieldKind::Choice { options } => options[0].value.clone(),
        FieldKind::Number { min, max, .. } => (*min).max(1).min(*max).to_string(),
        FieldKind::Money { .. } => "876543.21".into(),
    }
}

/// The date that an identity number demands.
fn birth_date(matter: &Matter, field: &FieldSpec, answers: &Answers) -> Option<String> {
    let id_field = matter.form.checks.iter().find_map(|c| match c {
        CrossCheck::BirthDateOf { field: f, id_field } if *f == field.name => Some(id_field),
        _ => None,
    })?;
    let id = answers.get(id_field)?;
    Some(format!("{}-{}-{}", &id[6..10], &id[10..12], &id[12..14]))
}

/// A right number of the region that exists nowhere.
pub fn resident_id(place: usize) -> String {
    let body = format!("53999919900307{:03}", place % 1000);
    let check = iso7064::mod_11_2(body.as_bytes()).map(char::from).expect("digits");
    format!("{body}{check}")
}

/// A right code of a firm that exists nowhere.
pub fn firm_code(place: usize) -> String {
    let body = format!("91539999MA6{place:06}");
    let check = uscc::check_character(body.as_bytes()).expect("characters of the alphabet");
    format!("{body}{check}")
}
