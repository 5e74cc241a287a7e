//! Our client of the register of persons against the counterpart.

mod support;

use connect::register::HouseholdRegister;
use serde_json::json;
use service::ports::register::{PersonRegister, RegisterAnswer, RegisterError, RegisterQuestion};
use std::sync::Arc;
use support::{Sandbox, clock, now};

const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

fn question(name: &str, id_number: &str) -> RegisterQuestion {
    RegisterQuestion {
        id_number: id_number.into(),
        name: name.into(),
        purpose: "高龄津贴免审即享".into(),
        reference: "draft-1".into(),
    }
}

/// The demonstration's own person.
fn demo() -> RegisterQuestion {
    question("王德福", "539999194303120183")
}

fn here(alive: bool) -> RegisterAnswer {
    RegisterAnswer::Confirmed { household: "539999".into(), alive }
}

#[tokio::test]
async fn d11_name_and_number_are_confirmed_together() {
    let sandbox = Sandbox::start(NOWHERE);
    let register = sandbox.register();
    assert_eq!(register.confirm(&demo()).await, Ok(here(true)));
    assert_eq!(register.confirm(&question("别人", &demo().id_number)).await, Ok(RegisterAnswer::NoMatch));
    assert_eq!(register.confirm(&question("王德福", "539999194301010023")).await, Ok(RegisterAnswer::NoMatch));

    let person = json!({ "name": "王德福", "id_number": demo().id_number, "household": "539999", "alive": false });
    assert_eq!(sandbox.post_json("/register/persons", &person).await.status(), 200);
    assert_eq!(register.confirm(&demo()).await, Ok(here(false)));
    assert!(sandbox.get_text("/messages").await.contains(&demo().id_number), "shown to whoever tries it out");
}

#[tokio::test]
async fn d11_the_registers_answers_are_checked() {
    let sandbox = Sandbox::start(NOWHERE);
    let register = sandbox.register();
    for (fault, expected) in [
        ("bad_signature", RegisterError::Refused),
        ("error_500", RegisterError::Unreachable),
        ("slow_ms:3500", RegisterError::Unreachable),
    ] {
        sandbox.faults(json!({ "register": fault })).await;
        assert_eq!(register.confirm(&demo()).await, Err(expected), "{fault}");
    }
    assert_eq!(register.confirm(&demo()).await, Ok(here(true)));
}

#[tokio::test]
async fn d11_strangers_are_told_nothing() {
    let sandbox = Sandbox::start(NOWHERE);
    let mut config = sandbox.register_config();
    config.key.push('x');
    let stranger = HouseholdRegister::new(config, true, clock()).unwrap();
    assert_eq!(stranger.confirm(&demo()).await, Err(RegisterError::Refused));
    let mut config = sandbox.register_config();
    config.app_id.push('x');
    let stranger = HouseholdRegister::new(config, true, clock()).unwrap();
    assert_eq!(stranger.confirm(&demo()).await, Err(RegisterError::Refused));
    let clock = Arc::new(|| now() - 10 * 60 * 1_000_000);
    let late = HouseholdRegister::new(sandbox.register_config(), true, clock).unwrap();
    assert_eq!(late.confirm(&demo()).await, Err(RegisterError::Refused));
    let mut nowhere = sandbox.register_config();
    nowhere.base_url = "http://127.0.0.1:9".into();
    let nobody = HouseholdRegister::new(nowhere, true, support::clock()).unwrap();
    assert_eq!(nobody.confirm(&demo()).await, Err(RegisterError::Unreachable));
    let unsigned = sandbox.post_json("/register/v1/persons/confirm", &json!({ "name": "王德福" })).await;
    assert_eq!(unsigned.status(), 401);
}
