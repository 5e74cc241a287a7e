//! Known answers: what OpenSSL signed over texts that a script put together by the public description, with a key of
//! which only the public half is kept.

use std::sync::Arc;

use connect::alipay::{
    Alipay, AlipayConfig, Clock,
    signature::{Params, Signer, Verifier, request_text},
};
use service::ports::pay::{Notification, OrderState, PayError, PaymentProvider, Way};

const APP_KEY: &str = include_str!("vectors/test_merchant_key.pem");
const PLATFORM: &str = include_str!("vectors/alipay/platform_public.pem");
const OTHER: &str = include_str!("vectors/platform_public.pem");
const NOTIFICATION: &str = include_str!("vectors/alipay/notification.txt");

fn config() -> AlipayConfig {
    AlipayConfig {
        base_url: "https://openapi.alipay.com/gateway.do".into(),
        app_id: "2021000000000001".into(),
        seller_id: "2088000000000001".into(),
        app_key_pem: APP_KEY.into(),
        alipay_keys_pem: vec![PLATFORM.into()],
        notify_url: "https://portal.example.gov.cn/callbacks/alipay".into(),
        sandbox: false,
    }
}

fn alipay(config: AlipayConfig) -> Alipay {
    Alipay::new(config, Arc::new(|| 1_778_034_720_000_000_i64)).expect("a usable configuration")
}

#[test]
fn d5_a_request_is_signed_as_openssl_signs_its_sorted_parameters() {
    let pairs = [
        ("timestamp", "2026-05-06 10:32:00"),
        ("biz_content", r#"{"out_trade_no":"OV20260001","subject":"不动产登记费","total_amount":"80.00"}"#),
        ("version", "1.0"),
        ("app_id", "2021000000000001"),
        ("sign_type", "RSA2"),
        ("format", "JSON"),
        ("charset", "utf-8"),
        ("method", "alipay.trade.precreate"),
        ("notify_url", "https://portal.example.gov.cn/callbacks/alipay"),
        ("return_url", ""),
    ];
    let params: Params = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let text = request_text(&params);
    assert_eq!(text, include_str!("vectors/alipay/request_text.txt"));
    let signature = Signer::new(APP_KEY).unwrap().sign(&text).unwrap();
    assert_eq!(signature, include_str!("vectors/alipay/request_signature.txt").trim());
}

#[test]
fn d5_an_answer_is_verified_as_it_is_written_with_either_of_two_keys() {
    let answer = include_str!("vectors/alipay/answer.json");
    let from = answer.find(":{").unwrap() + 1;
    let until = answer.rfind(",\"sign\"").unwrap();
    let sign = answer[until..].trim_start_matches(",\"sign\":\"").trim_end_matches("\"}");
    let response = &answer[from..until];
    for keys in [vec![PLATFORM], vec![OTHER, PLATFORM], vec![PLATFORM, OTHER]] {
        let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        let verifier = Verifier::new(&keys).unwrap();
        assert!(verifier.verify(response, sign).is_ok());
        // The same JSON in other words is not what was signed.
        assert!(verifier.verify(&response.replace("\\/", "/"), sign).is_err());
        assert!(verifier.verify(response, "AAAA").is_err());
    }
    assert!(Verifier::new(&[OTHER.to_owned()]).unwrap().verify(response, sign).is_err());
}

fn refused(result: Result<Notification, PayError>) -> bool {
    matches!(result, Err(PayError::NotAuthentic(_)))
}

#[test]
fn d5_a_notification_is_read_after_decoding_and_says_who_paid_what() {
    let read = alipay(config()).open_notification(NOTIFICATION.as_bytes()).unwrap();
    assert_eq!(read.event_id, "2026050600222103200000000000000001");
    assert_eq!(read.out_trade_no, "OV20260001");
    assert_eq!(
        read.state,
        OrderState::Paid {
            transaction_id: "2026050622001400000000000001".into(),
            amount_fen: 8000,
            paid_at: 1_778_034_720_000_000,
        }
    );
    let closed = include_str!("vectors/alipay/notification_closed.txt");
    assert_eq!(alipay(config()).open_notification(closed.as_bytes()).unwrap().state, OrderState::Closed);
}

#[test]
fn d5_a_notification_that_was_changed_or_is_another_s_is_refused() {
    let ours = alipay(config());
    for (from, to) in [
        ("total_amount=80.00", "total_amount=8.00"),
        ("out_trade_no=OV20260001", "out_trade_no=OV20260002"),
        ("TRADE_SUCCESS", "TRADE_FINISHED"),
        ("sign_type=RSA2", "sign_type=RSA"),
        ("sign=", "signature="),
    ] {
        assert!(NOTIFICATION.contains(from), "{from}");
        assert!(refused(ours.open_notification(NOTIFICATION.replacen(from, to, 1).as_bytes())), "{from}");
    }
    assert!(
        refused(ours.open_notification(format!("{NOTIFICATION}&more=1").as_bytes())),
        "what is added is signed too"
    );
    assert!(refused(ours.open_notification(format!("{NOTIFICATION}&trade_no=1").as_bytes())), "said twice");
    assert!(refused(ours.open_notification(b"\xff\xfe")));
    assert!(refused(ours.open_notification(b"")));
    for strange in [
        include_str!("vectors/alipay/notification_other_seller.txt"),
        include_str!("vectors/alipay/notification_other_app.txt"),
    ] {
        assert!(refused(ours.open_notification(strange.as_bytes())), "rightly signed, but not for us");
    }
    let strict = alipay(AlipayConfig { alipay_keys_pem: vec![OTHER.into()], ..config() });
    assert!(refused(strict.open_notification(NOTIFICATION.as_bytes())));
}

#[test]
fn d5_three_channels_share_one_account() {
    let channels = alipay(config()).channels();
    let ids: Vec<_> = channels.iter().map(|c| (c.id(), c.way())).collect();
    assert_eq!(ids, [("alipay_code", Way::Code), ("alipay_desk", Way::Desk), ("alipay_phone", Way::Phone)]);
    assert!(channels.iter().all(|c| c.account() == "alipay" && c.acknowledgement() == "success" && !c.is_sandbox()));
}

#[test]
fn d5_a_configuration_with_which_nothing_could_be_paid_is_refused() {
    let clock = || -> Clock { Arc::new(|| 0_i64) };
    let bad = [
        AlipayConfig { base_url: "http://openapi.alipay.com/gateway.do".into(), ..config() },
        AlipayConfig { notify_url: "https://portal.example.gov.cn/callbacks/alipay?x=1".into(), ..config() },
        AlipayConfig { app_id: String::new(), ..config() },
        AlipayConfig { seller_id: String::new(), ..config() },
        AlipayConfig { app_key_pem: PLATFORM.into(), ..config() },
        AlipayConfig { alipay_keys_pem: Vec::new(), ..config() },
        AlipayConfig { alipay_keys_pem: vec![PLATFORM.into(), APP_KEY.into()], ..config() },
    ];
    for config in bad {
        assert!(Alipay::new(config.clone(), clock()).is_err(), "{config:?}");
    }
    assert!(!format!("{:?}", config()).contains("BEGIN"), "no key in logs");
}
