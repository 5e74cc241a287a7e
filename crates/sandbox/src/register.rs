//! The register of persons (户籍登记): confirms whether name and number belong together. Its people are
//! made up, and lie in `register.json` of the state folder.

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    app::{App, Shared},
    page::escape,
    signed::{Keeper, bad_request, before},
};

/// Somebody who exists only here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub id_number: String,
    /// 行政区划代码 of the household, 6 digits.
    pub household: String,
    pub alive: bool,
}

/// Everybody whom the register knows.
#[derive(Serialize, Deserialize)]
pub struct Register {
    persons: Vec<Person>,
}

impl Register {
    /// Who is there to be tried out with: born on 12 March 1943, of the example county.
    pub fn demo() -> Self {
        let person = |name: &str, household: &str, id_number: &str| Person {
            name: name.into(),
            id_number: id_number.into(),
            household: household.into(),
            alive: true,
        };
        Self { persons: vec![person("王德福", "539999", "539999194303120183")] }
    }

    /// The newest word on a number holds.
    fn put(&mut self, person: Person) {
        self.persons.retain(|known| known.id_number != person.id_number);
        self.persons.push(person);
    }

    fn find(&self, name: &str, id_number: &str) -> Option<&Person> {
        self.persons.iter().find(|p| p.id_number == id_number && p.name == name)
    }

    /// The first ones, for the page of messages.
    pub fn hint(&self) -> String {
        let shown =
            self.persons.iter().take(1).map(|p| {
                format!("<strong>{}</strong>，身份证号 <code>{}</code>", escape(&p.name), escape(&p.id_number))
            });
        let shown: Vec<String> = shown.collect();
        if shown.is_empty() {
            return String::new();
        }
        format!(
            "<p class=\"quiet\">沙箱的户籍登记里有这位老人（编造的，不是真人），可以拿来试“高龄津贴免审即享”：{}。</p>\n",
            shown.join("；")
        )
    }
}

#[derive(Deserialize)]
struct Question {
    id_number: String,
    name: String,
    purpose: String,
    reference: String,
}

/// `GET /register/persons`.
pub async fn list(State(app): State<Shared>) -> Json<Vec<Person>> {
    Json(app.register().persons.clone())
}

/// `POST /register/persons`: adds somebody, or changes what is known of a number.
pub async fn add(State(app): State<Shared>, Json(person): Json<Person>) -> Response {
    match app.change_register(|register| register.put(person)) {
        Ok(()) => Json(json!({ "sandbox": true })).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `POST /register/v1/persons/confirm`.
pub async fn confirm(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = app.faults().take_register();
    if let Some(broken) = before(fault).await {
        return broken;
    }
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let Ok(question) = serde_json::from_slice::<Question>(&body) else { return bad_request("question") };
    // A register answers only for a stated purpose, which it keeps with the reference.
    if question.purpose.is_empty() || question.reference.is_empty() {
        return bad_request("purpose");
    }
    let answer = answer(app.register().find(&question.name, &question.id_number)).to_string();
    keeper(&app).answer(uri.path(), nonce, answer, fault)
}

fn keeper(app: &App) -> Keeper<'_> {
    Keeper { prefix: "x-register", app_id: &app.keys.register_app_id, key: &app.keys.register_key }
}

fn answer(person: Option<&Person>) -> Value {
    match person {
        Some(person) => json!({ "result": "confirmed", "household": person.household, "alive": person.alive }),
        None => json!({ "result": "no_match" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d11_name_and_number_belong_together_or_nothing_is_said() {
        let mut register = Register::demo();
        let demo = register.persons[0].clone();
        assert_eq!(answer(register.find(&demo.name, &demo.id_number))["alive"], true);
        assert_eq!(answer(register.find("别人", &demo.id_number)), json!({ "result": "no_match" }));
        register.put(Person { alive: false, ..demo.clone() });
        assert_eq!(register.persons.len(), 1, "the newest word on a number holds");
        assert_eq!(answer(register.find(&demo.name, &demo.id_number))["alive"], false);
        assert!(register.hint().contains(&demo.id_number));
    }
}
