//! Our SMS client against the counterpart.

mod support;

use connect::aliyun_sms::AliyunSms;
use serde_json::json;
use service::ports::message::{MessageError, MessageSender, ShortMessage};
use support::{Sandbox, clock, now};

const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

fn sign_in(key: &str, phone: &str, code: &str) -> ShortMessage {
    ShortMessage {
        key: key.into(),
        phone: phone.into(),
        template: "sign_in_code".into(),
        params: vec![("code".into(), code.into()), ("minutes".into(), "5".into())],
    }
}

fn code(error: &MessageError) -> &str {
    match error {
        MessageError::Unreachable(_) => "(unreachable)",
        MessageError::Refused { code, .. } => code,
    }
}

#[tokio::test]
async fn d7_a_message_sent_twice_with_one_key_appears_once() {
    let sandbox = Sandbox::start(NOWHERE);
    let sms = sandbox.sms();
    let message = sign_in("job-1", "13800000001", "246810");
    sms.send(&message).await.unwrap();
    sms.send(&message).await.unwrap();
    sms.send(&sign_in("job-2", "13800000002", "135790")).await.unwrap();
    let changed = ShortMessage {
        key: "job-3 & more".into(),
        phone: "13800000001".into(),
        template: "case_changed".into(),
        params: vec![("text".into(), "您的办件OV2026+1已受理 <b>*~".into()), ("code".into(), "K7M2".into())],
    };
    sms.send(&changed).await.unwrap();

    let mine = sandbox.get_json("/messages.json?phone=13800000001").await;
    let mine = mine.as_array().unwrap();
    assert_eq!(mine.len(), 2);
    assert_eq!(mine[0]["text"], "您的办件OV2026+1已受理 <b>*~（查询码K7M2）");
    assert_eq!(mine[0]["code"], serde_json::Value::Null, "no sign-in code");
    assert_eq!(mine[1]["code"], "246810");
    assert_eq!(mine[1]["requests"], 2);
    assert_eq!(mine[1]["out_id"], "job-1");

    let page = sandbox.get_text("/messages?phone=13800000001").await;
    assert!(page.contains("data-phone=\"13800000001\" data-code=\"246810\""));
    assert!(page.contains("已受理 &lt;b&gt;*~"));
    assert!(page.contains("沙箱 · 仅供本机演示，不是真实支付"));
    assert!(!page.contains("13800000002"));
    assert!(sandbox.get_text("/messages").await.contains("135790"));
}

#[tokio::test]
async fn d7_refusals_are_final_and_passing_troubles_are_not() {
    let sandbox = Sandbox::start(NOWHERE);
    let sms = sandbox.sms();
    let message = sign_in("job-1", "13800000001", "246810");

    for (fault, expected) in [
        ("limit_control", "(unreachable)"),
        ("error_500", "(unreachable)"),
        ("bad_number", "isv.MOBILE_NUMBER_ILLEGAL"),
    ] {
        sandbox.faults(json!({ "sms": fault })).await;
        assert_eq!(code(&sms.send(&message).await.unwrap_err()), expected);
    }
    let unknown = ShortMessage { template: "nobody_approved_this".into(), ..message.clone() };
    assert_eq!(code(&sms.send(&unknown).await.unwrap_err()), "TEMPLATE_NOT_CONFIGURED");
    let empty = ShortMessage { params: vec![], ..message.clone() };
    assert_eq!(code(&sms.send(&empty).await.unwrap_err()), "isv.TEMPLATE_MISSING_PARAMETERS");
    let abroad = sign_in("job-1", "+85212345678", "246810");
    assert_eq!(code(&sms.send(&abroad).await.unwrap_err()), "isv.MOBILE_NUMBER_ILLEGAL");
    assert_eq!(sandbox.get_json("/messages.json").await, json!([]));
    sms.send(&message).await.unwrap();
}

#[tokio::test]
async fn d7_unsigned_or_wrongly_signed_messages_are_not_accepted() {
    let sandbox = Sandbox::start(NOWHERE);
    let message = sign_in("job-1", "13800000001", "246810");

    let mut config = sandbox.sms_config();
    config.access_key_secret.push('x');
    let stranger = AliyunSms::new(config, clock()).unwrap();
    assert_eq!(code(&stranger.send(&message).await.unwrap_err()), "SignatureDoesNotMatch");
    let mut config = sandbox.sms_config();
    config.access_key_id.push('x');
    let stranger = AliyunSms::new(config, clock()).unwrap();
    assert_eq!(code(&stranger.send(&message).await.unwrap_err()), "InvalidAccessKeyId.NotFound");
    let late = AliyunSms::new(sandbox.sms_config(), std::sync::Arc::new(|| now() - 16 * 60 * 1_000_000)).unwrap();
    assert_eq!(code(&late.send(&message).await.unwrap_err()), "InvalidTimeStamp.Expired");
    let unsigned = sandbox.post_form("/sms/", &[("PhoneNumbers", "13800000001")]).await;
    assert_eq!(unsigned.status(), 400);
    assert_eq!(sandbox.get_json("/messages.json").await, json!([]));
}
