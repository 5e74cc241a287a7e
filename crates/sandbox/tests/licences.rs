//! Our client of the licence store against the counterpart.

mod support;

use connect::licences::CountyLicences;
use serde_json::json;
use service::ports::licences::{
    Holder, LicenceAnswer, LicenceError, LicenceQuestion, LicenceStore, NumberAnswer, NumberQuestion,
};
use std::path::Path;
use std::sync::Arc;
use support::{Sandbox, clock, now};

const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";
const IDENTITY_CARD: &str = "1100000000001366XA001";
const MARRIAGE: &str = "1100000000001302XB001";
const DISABILITY: &str = "1100000000001466XF001";

fn question(name: &str, phone: &str, type_codes: &[&str]) -> LicenceQuestion {
    LicenceQuestion {
        holder: Holder { name: name.into(), number: "539999199003070017".into(), phone: phone.into() },
        type_codes: type_codes.iter().map(|c| (*c).to_owned()).collect(),
        purpose: "办理出生登记".into(),
        reference: "draft-1".into(),
    }
}

/// The demonstration's own person.
fn demo() -> LicenceQuestion {
    question("陈秀兰", "13900000001", &[IDENTITY_CARD, MARRIAGE])
}

fn number(holder_name: &str, number: &str) -> NumberQuestion {
    NumberQuestion {
        type_code: IDENTITY_CARD.into(),
        number: number.into(),
        holder_name: holder_name.into(),
        holder_number: number.into(),
        purpose: "办理出生登记".into(),
        reference: "draft-1".into(),
    }
}

#[tokio::test]
async fn m2_licences_come_with_their_data_to_who_has_name_number_and_phone() {
    let sandbox = Sandbox::start(NOWHERE);
    let store = sandbox.licences();
    let Ok(LicenceAnswer::Held(held)) = store.list(&demo()).await else { panic!("held") };
    assert_eq!(held.len(), 2, "only what was asked for");
    let card = held.iter().find(|l| l.licence_id.type_code() == IDENTITY_CARD).expect("the identity card");
    assert_eq!((card.holder_name.as_str(), card.number.as_str()), ("陈秀兰", "539999199003070017"));
    assert_eq!(card.data.get("ethnicity").map(String::as_str), Some("汉族"));
    assert!(card.valid_until.is_some());
    let Ok(LicenceAnswer::Held(old)) = store.list(&question("陈秀兰", "13900000001", &[DISABILITY])).await else {
        panic!("held")
    };
    assert!(old[0].valid_until < card.valid_until, "what has run out says so");
    for stranger in [question("别人", "13900000001", &[IDENTITY_CARD]), question("陈秀兰", "13900000009", &[MARRIAGE])]
    {
        assert!(store.list(&stranger).await == Ok(LicenceAnswer::NoMatch));
    }
    assert!(sandbox.get_text("/messages").await.contains("13900000001"), "shown to whoever tries it out");
}

#[tokio::test]
async fn m1_a_number_is_confirmed_and_nothing_else_is_told() {
    let sandbox = Sandbox::start(NOWHERE);
    let store = sandbox.licences();
    let right = store.check(&number("赵志强", "539999198805120026")).await;
    assert!(matches!(right, Ok(NumberAnswer::Valid { valid_until: Some(_) })), "{right:?}");
    assert_eq!(store.check(&number("别人", "539999198805120026")).await, Ok(NumberAnswer::NotValid));

    let holder = json!({ "name": "周新", "number": "539999199003070017", "phone": "13900000077", "licences": [
        { "type_code": IDENTITY_CARD, "number": "539999199003070017", "issuer": "示例县公安局", "valid_until": "2001-01-01" },
    ] });
    assert_eq!(sandbox.post_json("/licences/held", &holder).await.status(), 200);
    assert_eq!(store.check(&number("周新", "539999199003070017")).await, Ok(NumberAnswer::NotValid), "run out");
}

#[tokio::test]
async fn m2_the_stores_answers_are_checked() {
    let sandbox = Sandbox::start(NOWHERE);
    let store = sandbox.licences();
    for (fault, expected) in [
        ("bad_signature", LicenceError::Refused),
        ("error_500", LicenceError::Unreachable),
        ("slow_ms:3500", LicenceError::Unreachable),
    ] {
        sandbox.faults(json!({ "licences": fault })).await;
        assert!(store.list(&demo()).await == Err(expected), "{fault}");
    }
    assert!(store.list(&demo()).await.is_ok());
}

#[tokio::test]
async fn m2_strangers_are_told_nothing() {
    let sandbox = Sandbox::start(NOWHERE);
    let mut config = sandbox.licence_config();
    config.key.push('x');
    let stranger = CountyLicences::new(config, true, clock()).unwrap();
    assert!(stranger.list(&demo()).await == Err(LicenceError::Refused));
    let clock = Arc::new(|| now() - 10 * 60 * 1_000_000);
    let late = CountyLicences::new(sandbox.licence_config(), true, clock).unwrap();
    assert!(late.list(&demo()).await == Err(LicenceError::Refused));
    let unsigned = sandbox.post_json("/licences/v1/licences/list", &json!({ "name": "陈秀兰" })).await;
    assert_eq!(unsigned.status(), 401);
}

#[tokio::test]
async fn m1_the_counterpart_has_only_kinds_of_the_countys_list() {
    let sandbox = Sandbox::start(NOWHERE);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/licences.toml");
    let list = std::fs::read_to_string(file).unwrap();
    let held = sandbox.get_json("/licences/held").await;
    let all: Vec<_> = held.as_array().unwrap().iter().flat_map(|h| h["licences"].as_array().unwrap()).collect();
    assert!(all.len() >= 8);
    for licence in all {
        assert!(list.contains(licence["type_code"].as_str().unwrap()), "{licence}");
        for attribute in licence["data"].as_object().unwrap().keys() {
            assert!(list.contains(&format!("id = \"{attribute}\"")), "{attribute}");
        }
    }
}
