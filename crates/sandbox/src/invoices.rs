//! The invoice platform (财政电子票据) by our own profile: one invoice for each 缴款码, and one red counter-entry.

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
    signed::{Keeper, bad_request, before},
};

/// 票据代码 of this made-up county.
const CODE: &str = "53990126";

/// One invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    bill_number: String,
    number: String,
    check_code: String,
    total_fen: i64,
    /// Number and check code of the red counter-entry.
    reversal: Option<(String, String)>,
    /// How often each was asked for.
    asked: u32,
    asked_to_reverse: u32,
}

/// Everything that was issued.
#[derive(Default, Serialize, Deserialize)]
pub struct Invoices {
    issued: Vec<Invoice>,
}

/// Numbers count up; the check code is made from the number, so that it can be looked at by eye.
fn numbers(serial: usize) -> (String, String) {
    (format!("{serial:010}"), format!("{:06x}", (serial * 7_919 + 104_729) % 0x0100_0000))
}

impl Invoices {
    /// The same bill again gives the same invoice; over another amount it is refused.
    fn issue(&mut self, bill_number: &str, total_fen: i64) -> Value {
        let serial = 1 + self.issued.len() + self.issued.iter().filter(|i| i.reversal.is_some()).count();
        if let Some(known) = self.issued.iter_mut().find(|i| i.bill_number == bill_number) {
            known.asked += 1;
            if known.total_fen != total_fen {
                return json!({ "result": "refused" });
            }
            return answer(bill_number, &known.number, &known.check_code);
        }
        let (number, check_code) = numbers(serial);
        let said = answer(bill_number, &number, &check_code);
        self.issued.push(Invoice {
            bill_number: bill_number.to_owned(),
            number,
            check_code,
            total_fen,
            reversal: None,
            asked: 1,
            asked_to_reverse: 0,
        });
        said
    }

    /// Again gives the same; what was never issued cannot be reversed.
    fn reverse(&mut self, bill_number: &str) -> Value {
        let serial = 1 + self.issued.len() + self.issued.iter().filter(|i| i.reversal.is_some()).count();
        let Some(known) = self.issued.iter_mut().find(|i| i.bill_number == bill_number) else {
            return json!({ "result": "refused" });
        };
        known.asked_to_reverse += 1;
        let (number, check_code) = known.reversal.get_or_insert_with(|| numbers(serial));
        answer(bill_number, number, check_code)
    }
}

fn answer(bill_number: &str, number: &str, check_code: &str) -> Value {
    json!({ "result": "issued", "bill_number": bill_number, "code": CODE, "number": number, "check_code": check_code })
}

#[derive(Deserialize)]
struct Item {
    code: String,
    name: String,
    amount_fen: i64,
}

#[derive(Deserialize)]
struct IssueQuestion {
    bill_number: String,
    body: String,
    payer: String,
    items: Vec<Item>,
    total_fen: i64,
    paid_at: i64,
}

impl IssueQuestion {
    /// Every part is there and the items come to the total.
    fn is_whole(&self) -> bool {
        let texts = [&self.bill_number, &self.body, &self.payer].iter().all(|text| !text.is_empty());
        let items = self.items.iter().all(|item| !item.code.is_empty() && !item.name.is_empty());
        let sum: i64 = self.items.iter().map(|item| item.amount_fen).sum();
        texts && items && sum == self.total_fen && self.total_fen > 0 && self.paid_at > 0
    }
}

#[derive(Deserialize)]
struct ReverseQuestion {
    bill_number: String,
}

fn keeper(app: &App) -> Keeper<'_> {
    Keeper { prefix: "x-invoices", app_id: &app.keys.invoices_app_id, key: &app.keys.invoices_key }
}

/// `GET /invoices/issued`.
pub async fn issued(State(app): State<Shared>) -> Json<Vec<Invoice>> {
    Json(app.invoices().issued.clone())
}

/// `POST /invoices/v1/invoices/issue`.
pub async fn issue(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = app.faults().take_invoices();
    if let Some(broken) = before(fault).await {
        return broken;
    }
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let Ok(question) = serde_json::from_slice::<IssueQuestion>(&body) else { return bad_request("question") };
    if !question.is_whole() {
        return bad_request("items");
    }
    let answer = app.change_invoices(|all| all.issue(&question.bill_number, question.total_fen));
    match answer {
        Ok(answer) => keeper(&app).answer(uri.path(), nonce, answer.to_string(), fault),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `POST /invoices/v1/invoices/reverse`.
pub async fn reverse(
    State(app): State<Shared>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = app.faults().take_invoices();
    if let Some(broken) = before(fault).await {
        return broken;
    }
    let nonce = match keeper(&app).authenticate(&app, uri.path(), &headers, &body) {
        Ok(nonce) => nonce,
        Err(refusal) => return *refusal,
    };
    let Ok(question) = serde_json::from_slice::<ReverseQuestion>(&body) else { return bad_request("question") };
    let answer = app.change_invoices(|all| all.reverse(&question.bill_number));
    match answer {
        Ok(answer) => keeper(&app).answer(uri.path(), nonce, answer.to_string(), fault),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_a_bill_has_one_invoice_and_one_counter_entry() {
        let mut all = Invoices::default();
        let first = all.issue("1", 9_000);
        assert_eq!(all.issue("1", 9_000), first, "asked again");
        assert_eq!(all.issue("1", 1), json!({ "result": "refused" }));
        assert_ne!(all.issue("2", 9_000)["number"], first["number"]);
        let red = all.reverse("1");
        assert_eq!(all.reverse("1"), red);
        assert_ne!(red["number"], first["number"]);
        assert_ne!(all.issue("3", 1)["number"], red["number"]);
        assert_eq!(all.reverse("9"), json!({ "result": "refused" }));
    }
}
