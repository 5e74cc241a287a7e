//! Checking a form: raw strings in, clean strings or all errors out.

use super::{CrossCheck, FieldKind, FieldSpec, Form, Section};
use crate::codes::CodeError;
use crate::codes::birth_certificate::BirthCertificateNumber;
use crate::codes::real_estate_unit::RealEstateUnit;
use crate::codes::resident_id::ResidentId;
use crate::codes::uscc::Uscc;
use crate::money::Fen;
use crate::rules::Answers;
use crate::text::{PersonName, Phone, TextError, normalise};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What checking depends on besides the answers.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext {
    /// Today in China; browser and server are handed the same one.
    pub today: Date,
}

/// One error at one field. The text for `code` lives in the locale files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub code: String,
}

/// All errors of a form, in the order of the fields.
pub type FormErrors = Vec<FieldError>;

impl Form {
    /// Checks every visible section. `Ok` holds the clean values of the visible fields only: what
    /// a person no longer has to answer is not sent on.
    pub fn check(&self, answers: &Answers, context: CheckContext) -> Result<Answers, FormErrors> {
        let mut clean = Answers::new();
        let mut errors = FormErrors::new();
        for section in self.visible(answers) {
            section.check_into(answers, context, &mut clean, &mut errors);
        }
        errors.extend(self.cross_errors(&clean));
        if errors.is_empty() { Ok(clean) } else { Err(errors) }
    }

    /// Checks one section, with the rules between fields that report inside it.
    pub fn check_section(
        &self,
        section: &Section,
        answers: &Answers,
        context: CheckContext,
    ) -> Result<Answers, FormErrors> {
        let mut clean = Answers::new();
        let mut errors = FormErrors::new();
        section.check_into(answers, context, &mut clean, &mut errors);
        let mut all = Answers::new();
        for other in self.visible(answers) {
            other.check_into(answers, context, &mut all, &mut FormErrors::new());
        }
        let here = |e: &FieldError| section.fields.iter().any(|f| f.name == e.field);
        errors.extend(self.cross_errors(&all).into_iter().filter(here));
        if errors.is_empty() { Ok(clean) } else { Err(errors) }
    }

    /// Cross checks look only at values that are right in themselves.
    fn cross_errors(&self, clean: &Answers) -> FormErrors {
        self.checks.iter().filter_map(|check| check.error(clean)).collect()
    }
}

impl CrossCheck {
    fn error(&self, clean: &Answers) -> Option<FieldError> {
        let value = clean.get(self.field()).filter(|v| !v.is_empty())?;
        let other = clean.get(self.other()).filter(|v| !v.is_empty())?;
        let code = match self {
            Self::Different { .. } => (value == other).then_some("cross.same")?,
            Self::NotBefore { .. } => (value < other).then_some("cross.before")?,
            Self::BirthDateOf { .. } => {
                let born = other.get(6..14)?;
                (value.replace('-', "") != born).then_some("cross.birth_date")?
            }
        };
        Some(FieldError { field: self.field().to_owned(), code: code.to_owned() })
    }
}

impl Section {
    fn check_into(&self, answers: &Answers, context: CheckContext, clean: &mut Answers, errors: &mut FormErrors) {
        for field in self.visible(answers) {
            let raw = answers.get(&field.name).map_or("", String::as_str);
            match field.check(raw, context) {
                Ok(value) => {
                    clean.insert(field.name.clone(), value);
                }
                Err(code) => errors.push(FieldError { field: field.name.clone(), code: code.to_owned() }),
            }
        }
    }
}

impl FieldSpec {
    /// The clean value, or the stable code of what is wrong. Empty is fine where optional.
    pub fn check(&self, raw: &str, context: CheckContext) -> Result<String, &'static str> {
        let text = normalise(raw);
        if text.is_empty() {
            return if self.optional { Ok(String::new()) } else { Err("required") };
        }
        match &self.kind {
            FieldKind::Text { max } => within(text, *max),
            FieldKind::LongText { max } => within(raw.trim().replace("\r\n", "\n"), *max),
            FieldKind::PersonName => PersonName::parse(&text).map(|n| n.to_string()).map_err(TextError::code),
            FieldKind::Phone => Phone::parse(&text).map(|p| p.to_string()).map_err(TextError::code),
            FieldKind::ResidentId => {
                ResidentId::parse(&text, context.today).map(|id| id.to_string()).map_err(CodeError::code)
            }
            FieldKind::Uscc => Uscc::parse(&text).map(|u| u.to_string()).map_err(CodeError::code),
            FieldKind::BirthCertificate => {
                BirthCertificateNumber::parse(&text).map(|b| b.to_string()).map_err(CodeError::code)
            }
            FieldKind::RealEstateUnit => RealEstateUnit::parse(&text).map(|u| u.to_string()).map_err(CodeError::code),
            FieldKind::Date { not_future, not_past } => check_date(&text, context.today, *not_future, *not_past),
            FieldKind::Choice { options } => {
                options.iter().any(|o| o.value == text).then_some(text).ok_or("choice.unknown")
            }
            FieldKind::Number { min, max, .. } => check_number(&text, *min, *max),
            FieldKind::Money { max_fen } => check_money(&text, *max_fen),
        }
    }
}

/// Length in Unicode characters, never in bytes or UTF-16 units.
fn within(text: String, max: u32) -> Result<String, &'static str> {
    if text.chars().count() > max as usize { Err("text.too_long") } else { Ok(text) }
}

/// Reads a day as people write it: 2026-11-22, 2026/11/22, 2026.11.22, 20261122 and 2026年11月22日. The stable
/// code of what is wrong with it otherwise.
pub fn read_date(raw: &str) -> Result<Date, &'static str> {
    calendar_day(&normalise(raw)).and_then(|date| sensible(date).ok_or("date.not_in_calendar"))
}

/// Nothing that is filed here is older or reaches further.
fn sensible(date: Date) -> Option<Date> {
    (1900..=2200).contains(&date.year()).then_some(date)
}

fn calendar_day(text: &str) -> Result<Date, &'static str> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let (y, m, d) = match parts[..] {
        [y, m, d] => (y, m, d),
        [all] if all.len() == 8 => (&all[..4], &all[4..6], &all[6..]),
        _ => return Err("date.shape"),
    };
    let (Ok(y), Ok(m), Ok(d)) = (y.parse(), m.parse(), d.parse()) else { return Err("date.shape") };
    Date::new(y, m, d).map_err(|_| "date.not_in_calendar")
}

fn check_date(text: &str, today: Date, not_future: bool, not_past: bool) -> Result<String, &'static str> {
    let date = calendar_day(text)?;
    match () {
        () if not_future && date > today => Err("date.future"),
        () if sensible(date).is_none() => Err("date.not_in_calendar"),
        () if not_past && date < today => Err("date.past"),
        () => Ok(date.to_string()),
    }
}

fn check_number(text: &str, min: i64, max: i64) -> Result<String, &'static str> {
    let number: i64 = text.parse().map_err(|_| "number.shape")?;
    if number < min {
        return Err("number.too_small");
    }
    if number > max {
        return Err("number.too_big");
    }
    Ok(number.to_string())
}

fn check_money(text: &str, max_fen: i64) -> Result<String, &'static str> {
    let fen = Fen::from_yuan_text(text.trim_end_matches('元').trim_end()).map_err(|_| "money.shape")?;
    if fen.0 < 0 {
        return Err("number.too_small");
    }
    if fen.0 > max_fen {
        return Err("number.too_big");
    }
    Ok(fen.yuan_text())
}
