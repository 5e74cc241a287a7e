//! The licence store (电子证照库): says what somebody holds, to whoever has the holder's name, number and phone
//! together, and whether a number is right. Its people and licences are made up, and lie in `licences.json`
//! of the state folder.

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::{
    app::{App, Shared},
    clock,
    page::escape,
    signed::{Keeper, bad_request, before},
};

mod demo;

/// One licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the protocol's own names")]
pub struct Licence {
    /// 证照类型代码.
    pub type_code: String,
    /// Left out when one is added: then it is made.
    #[serde(default)]
    pub licence_id: Option<String>,
    pub number: String,
    pub issuer: String,
    #[serde(default)]
    pub issued_on: Option<Date>,
    #[serde(default)]
    pub valid_until: Option<Date>,
    #[serde(default)]
    pub data: BTreeMap<String, String>,
}

/// Somebody who exists only here: a person or a firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    pub name: String,
    /// Identity number or 统一社会信用代码.
    pub number: String,
    /// The phone that the store has on record for this holder.
    pub phone: String,
    pub licences: Vec<Licence>,
}

/// Everybody whom the store knows.
#[derive(Default, Serialize, Deserialize)]
pub struct Licences {
    holders: Vec<Holder>,
}

impl Licences {
    /// Who is there to be tried out with.
    pub fn demo() -> Self {
        let mut all = Self::default();
        for holder in demo::holders() {
            all.put(holder);
        }
        all
    }

    /// The newest word on a holder holds. Licences without an identifier get one.
    fn put(&mut self, mut holder: Holder) {
        for (index, licence) in holder.licences.iter_mut().enumerate() {
            if licence.licence_id.is_none() {
                licence.licence_id = Some(identifier(&licence.type_code, &format!("{}{index:02}", holder.number)));
            }
        }
        self.holders.retain(|known| known.number != holder.number);
        self.holders.push(holder);
    }

    fn list(&self, question: &ListQuestion) -> Value {
        let found = self
            .holders
            .iter()
            .find(|h| h.number == question.number && h.name == question.name && h.phone == question.phone);
        let Some(holder) = found else { return json!({ "result": "no_match" }) };
        let wanted = holder.licences.iter().filter(|l| question.type_codes.contains(&l.type_code));
        let licences: Vec<Value> = wanted
            .map(|l| {
                json!({
                    "licence_id": l.licence_id, "number": l.number, "holder_name": holder.name, "issuer": l.issuer,
                    "issued_on": l.issued_on, "valid_until": l.valid_until, "data": l.data,
                })
            })
            .collect();
        json!({ "result": "held", "licences": licences })
    }

    fn check(&self, question: &CheckQuestion, today: Date) -> Value {
        let holder = self.holders.iter().find(|h| h.number == question.holder_number && h.name == question.holder_name);
        let licence = holder
            .and_then(|h| h.licences.iter().find(|l| l.type_code == question.type_code && l.number == question.number));
        match licence.filter(|l| l.valid_until.is_none_or(|last| last >= today)) {
            Some(licence) => json!({ "result": "valid", "valid_until": licence.valid_until }),
            None => json!({ "result": "not_valid" }),
        }
    }

    /// The first person, for the page of messages.
    pub fn hint(&self) -> String {
        let Some(holder) = self.holders.first() else { return String::new() };
        format!(
            "<p class=\"quiet\">沙箱的电子证照库里有<strong>{}</strong>（编造的，不是真人）：身份证号 <code>{}</code>，\
             要用手机号 <code>{}</code> 登录才查得到。</p>\n",
            escape(&holder.name),
            escape(&holder.number),
            escape(&holder.phone)
        )
    }
}

#[derive(Deserialize)]
struct ListQuestion {
    name: String,
    number: String,
    phone: String,
    type_codes: Vec<String>,
    purpose: String,
    reference: String,
}

#[derive(Deserialize)]
struct CheckQuestion {
    type_code: String,
    number: String,
    holder_name: String,
    holder_number: String,
    purpose: String,
    reference: String,
}

fn keeper(app: &App) -> Keeper<'_> {
    Keeper { prefix: "x-licences", app_id: &app.keys.licences_app_id, key: &app.keys.licences_key }
}

/// 电子证照标识 (GB/T 36904) of the first version: the check character is ISO 7064 MOD 37,36 over the parts.
fn identifier(type_code: &str, serial: &str) -> String {
    let parts = [type_code, "539999", serial, "001"];
    let product = parts.concat().chars().fold(36, |product, c| {
        let sum = (product + c.to_digit(36).unwrap_or(0)) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    let check = char::from_digit((37 - product) % 36, 36).unwrap_or('0').to_ascii_uppercase();
    format!("1.2.156.3005.2.{}.{check}", parts.join("."))
}

/// `GET /licences/held`.
pub async fn held(State(app): State<Shared>) -> Json<Vec<Holder>> {
    Json(app.licences().holders.clone())
}

/// `POST /licences/held`: adds somebody with licences, or changes what is known of a number.
pub async fn add(State(app): State<Shared>, Json(holder): Json<Holder>) -> Response {
    match app.change_licences(|licences| licences.put(holder)) {
        Ok(()) => Json(json!({ "sandbox": true })).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `POST /licences/v1/licences/list`.
pub async fn list(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = app.faults().take_licences();
    if let Some(broken) = before(fault).await {
        return broken;
    }
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let Ok(question) = serde_json::from_slice::<ListQuestion>(&body) else { return bad_request("question") };
    // A store answers only for a stated purpose, which it keeps with the reference.
    if question.purpose.is_empty() || question.reference.is_empty() {
        return bad_request("purpose");
    }
    let answer = app.licences().list(&question).to_string();
    keeper(&app).answer(uri.path(), nonce, answer, fault)
}

/// `POST /licences/v1/licences/check`.
pub async fn check(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = app.faults().take_licences();
    if let Some(broken) = before(fault).await {
        return broken;
    }
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let Ok(question) = serde_json::from_slice::<CheckQuestion>(&body) else { return bad_request("question") };
    if question.purpose.is_empty() || question.reference.is_empty() {
        return bad_request("purpose");
    }
    let answer = app.licences().check(&question, clock::today()).to_string();
    keeper(&app).answer(uri.path(), nonce, answer, fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn question(name: &str, number: &str, phone: &str) -> ListQuestion {
        ListQuestion {
            name: name.into(),
            number: number.into(),
            phone: phone.into(),
            type_codes: vec![demo::IDENTITY_CARD.into()],
            purpose: "p".into(),
            reference: "r".into(),
        }
    }

    #[test]
    fn m2_only_name_number_and_phone_together_are_answered() {
        let store = Licences::demo();
        let holder = store.holders[0].clone();
        let ask = |name: &str, phone: &str| store.list(&question(name, &holder.number, phone));
        let found = ask(&holder.name, &holder.phone);
        assert_eq!(found["licences"].as_array().unwrap().len(), 1, "only the kind that was asked for");
        assert_eq!(ask(&holder.name, "13900009999"), json!({ "result": "no_match" }), "somebody else's phone");
        assert_eq!(ask("别人", &holder.phone), json!({ "result": "no_match" }));
        assert!(store.hint().contains(&holder.phone));
    }

    #[test]
    fn m2_every_licence_has_a_right_identifier_and_a_number_is_only_confirmed() {
        let store = Licences::demo();
        assert!(store.holders.iter().flat_map(|h| &h.licences).all(|l| l.licence_id.is_some()));
        let real = identifier("11100000000013661B006", "209FA4E88F9E4C878F3E9BED2CE7EA49");
        assert!(real.starts_with("1.2.156.3005.2.11100000000013661B006.539999.209FA4E88F9E4C878F3E9BED2CE7EA49.001."));
        let holder = &store.holders[0];
        let mut asked = CheckQuestion {
            type_code: demo::IDENTITY_CARD.into(),
            number: holder.number.clone(),
            holder_name: holder.name.clone(),
            holder_number: holder.number.clone(),
            purpose: "p".into(),
            reference: "r".into(),
        };
        let answer = store.check(&asked, date(2026, 3, 2));
        assert_eq!(answer["result"], "valid");
        assert!(answer.get("data").is_none(), "nothing else is said");
        assert_eq!(store.check(&asked, date(2099, 1, 1)), json!({ "result": "not_valid" }), "run out");
        asked.holder_name = "别人".into();
        assert_eq!(store.check(&asked, date(2026, 3, 2)), json!({ "result": "not_valid" }));
    }
}
