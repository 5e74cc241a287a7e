//! What stands in a slot in place of an uploaded file.

use crate::codes::LicenceId;
use crate::ids::{CaseId, FileId};
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a slot is filled without a file of its own (免提交).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Fill {
    /// 电子证照 from the store, with its data.
    Licence(LicenceFill),
    /// A licence number that the store confirmed; nothing else of the licence is known.
    Number(NumberFill),
    /// Handed in earlier: an accepted file of another case of the same person, or of another part of a joint one.
    Earlier(EarlierFill),
    /// 容缺后补: owed, with a signed promise to hand it in by a date.
    Deferred(DeferredFill),
    /// 告知承诺 in place of a proof.
    Promise(PromiseFill),
}

/// A licence as the store gave it (电子证照, 国务院令第 716 号第十条: of the same force as the paper one).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceFill {
    /// Id of the kind in the catalogue's list of licences.
    pub kind: String,
    /// Title of the kind, as it was then.
    pub title: String,
    /// 电子证照标识 (GB/T 36904).
    pub licence_id: LicenceId,
    /// 证照编号, as printed on it.
    pub number: String,
    pub holder_name: String,
    /// Identity number or 统一社会信用代码, as asked.
    pub holder_number: String,
    /// 颁发机构.
    pub issuer: String,
    #[serde(default)]
    pub issued_on: Option<Date>,
    /// Last day on which it holds; none = without end (长期).
    #[serde(default)]
    pub valid_until: Option<Date>,
    /// Attribute → value, as the catalogue's list of licences names them.
    pub data: BTreeMap<String, String>,
    /// Attribute and its label, in order, as they were then: the data stays readable whatever becomes of the list.
    #[serde(default)]
    pub labels: Vec<(String, String)>,
    pub checked_at: Instant,
    /// Our id of the question, which the store has on record too.
    pub reference: String,
}

/// A licence of which only the number was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFill {
    pub kind: String,
    pub title: String,
    pub number: String,
    pub holder_name: String,
    pub holder_number: String,
    pub checked_at: Instant,
    pub reference: String,
    #[serde(default)]
    pub valid_until: Option<Date>,
}

/// Files that were accepted (合格) in another case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierFill {
    pub case: CaseId,
    pub case_number: String,
    /// Name of the material there.
    pub material: String,
    pub files: Vec<FileId>,
    pub accepted_on: Date,
    /// Whose material it is: a number, or a name where the form asks for no number.
    #[serde(default)]
    pub whose: Option<String>,
    /// Last day on which it may be submitted again.
    #[serde(default)]
    pub serves_until: Option<Date>,
}

/// 容缺后补.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferredFill {
    pub promised_at: Instant,
    /// Fixed at acceptance, from which the days count.
    #[serde(default)]
    pub until: Option<Date>,
    /// What was signed, word for word.
    pub statement: String,
    pub name: String,
}

/// 告知承诺 (国办发〔2020〕42 号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseFill {
    pub title: String,
    /// As shown, word for word.
    pub text: String,
    pub name: String,
    pub signed_at: Instant,
    /// Handwriting as PNG, base64; none when the name was typed.
    #[serde(default)]
    pub png: Option<String>,
}

impl LicenceFill {
    /// Label and value, in order.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().filter_map(|(id, label)| Some((label.as_str(), self.data.get(id)?.as_str())))
    }
}

impl Fill {
    /// Stable name of the way, as it is stored.
    pub const fn way(&self) -> &'static str {
        match self {
            Self::Licence(_) => "licence",
            Self::Number(_) => "number",
            Self::Earlier(_) => "earlier",
            Self::Deferred(_) => "deferred",
            Self::Promise(_) => "promise",
        }
    }

    /// Last day on which the licence holds or the earlier files serve, where there is one.
    pub const fn valid_until(&self) -> Option<Date> {
        match self {
            Self::Licence(licence) => licence.valid_until,
            Self::Number(number) => number.valid_until,
            Self::Earlier(earlier) => earlier.serves_until,
            Self::Deferred(_) | Self::Promise(_) => None,
        }
    }

    /// Name and number of the holder, where the store was asked about one.
    pub fn holder(&self) -> Option<(&str, &str)> {
        match self {
            Self::Licence(licence) => Some((licence.holder_name.as_str(), licence.holder_number.as_str())),
            Self::Number(number) => Some((number.holder_name.as_str(), number.holder_number.as_str())),
            Self::Earlier(_) | Self::Deferred(_) | Self::Promise(_) => None,
        }
    }

    /// Whether it no longer holds on `today`; its last day still counts.
    pub fn has_expired(&self, today: Date) -> bool {
        self.valid_until().is_some_and(|last| last < today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn number(valid_until: Option<Date>) -> Fill {
        Fill::Number(NumberFill {
            kind: "identity_card".into(),
            title: "居民身份证".into(),
            number: "539999199003070012".into(),
            holder_name: "欧阳锦".into(),
            holder_number: "539999199003070012".into(),
            checked_at: Instant(1),
            reference: "r".into(),
            valid_until,
        })
    }

    #[test]
    fn m2_a_licence_holds_through_its_last_day() {
        let fill = number(Some(date(2026, 10, 9)));
        assert!(!fill.has_expired(date(2026, 10, 9)));
        assert!(fill.has_expired(date(2026, 10, 10)));
        assert!(!number(None).has_expired(date(2026, 10, 10)), "长期");
    }

    #[test]
    fn m1_a_fill_is_read_back_as_it_was_written_and_names_its_way() {
        let fill = number(None);
        let text = serde_json::to_string(&fill).unwrap();
        assert!(text.contains("\"way\":\"number\""));
        assert_eq!(serde_json::from_str::<Fill>(&text).unwrap(), fill);
        assert_eq!(fill.way(), "number");
    }
}
