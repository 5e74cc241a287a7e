//! Our `WeChat` Pay client against the counterpart, both speaking the real protocol.

mod support;

use std::time::Duration;

use connect::wechat::WechatPay;
use serde_json::json;
use service::ports::pay::{NewOrder, NewRefund, OrderState, PayError, PaymentProvider, RefundState};
use support::{Merchant, Sandbox, clock, in_half_an_hour, now, order};

/// For tests in which no notification is awaited: nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

fn code(error: &PayError) -> &str {
    match error {
        PayError::Refused { code, .. } => code,
        PayError::Unreachable(_) => "(unreachable)",
        PayError::AlreadyPaid => "(already paid)",
        PayError::NotAuthentic(_) => "(not authentic)",
    }
}

/// The `prepay` parameter of a checkout address.
fn prepay(url: &str) -> String {
    let url = reqwest::Url::parse(url).expect("an address");
    let found = url.query_pairs().find(|(name, _)| name == "prepay");
    found.expect("prepay").1.into_owned()
}

#[tokio::test]
async fn d5_paid_at_the_cashier_then_notified_and_found_by_query() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let wechat = sandbox.wechat();
    assert_eq!(wechat.id(), "wechat");
    assert!(wechat.is_sandbox());

    let checkout = wechat.create(&order("OV2026-0001|*", in_half_an_hour())).await.unwrap();
    let url = reqwest::Url::parse(&checkout.url).unwrap();
    let back = url.query_pairs().find(|(name, _)| name == "redirect_url");
    assert_eq!(back.unwrap().1, "http://localhost:3000/pay/42?from=微信&x=1");

    let page = sandbox.http.get(url).send().await.unwrap();
    assert_eq!(page.headers()["cache-control"], "no-store");
    let page = page.text().await.unwrap();
    assert!(page.contains("沙箱 · 仅供本机演示，不是真实支付"));
    assert!(page.contains("不动产登记费 &lt;住宅&gt;"));
    assert!(page.contains("data-amount-fen=\"8000\">80.00 元"));
    assert!(!page.contains("style=") && !page.contains("<script"));

    let prepay = prepay(&checkout.url);
    let fields = [("prepay", prepay.as_str()), ("redirect_url", "http://localhost:3000/pay/42?from=微信&x=1")];
    let cancelled = sandbox.post_form("/wechat/cashier/cancel", &fields).await;
    assert_eq!(cancelled.status(), 303);
    assert_eq!(wechat.query("OV2026-0001|*").await.unwrap(), OrderState::Open);

    let paid = sandbox.post_form("/wechat/cashier/pay", &fields).await;
    assert_eq!(paid.status(), 303);
    assert_eq!(paid.headers()["location"], "http://localhost:3000/pay/42?from=%E5%BE%AE%E4%BF%A1&x=1");

    let delivered = merchant.next().await;
    let notification = wechat.open_notification(&delivered.header(), &delivered.body, now()).unwrap();
    assert_eq!(notification.out_trade_no, "OV2026-0001|*");
    let OrderState::Paid { amount_fen, paid_at, ref transaction_id } = notification.state else {
        panic!("{notification:?}")
    };
    assert_eq!(amount_fen, 8000);
    assert!(now().abs_diff(paid_at) < 60_000_000);
    assert_eq!(transaction_id.len(), 28);
    assert_eq!(wechat.query("OV2026-0001|*").await.unwrap(), notification.state);

    let again = sandbox.post_form("/wechat/cashier/pay", &fields).await;
    assert!(again.text().await.unwrap().contains("不会重复扣款"));
    assert!(merchant.is_quiet().await);
}

#[tokio::test]
async fn d5_altered_notifications_are_refused() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let wechat = sandbox.wechat();
    let number = "OV2026-0002";
    wechat.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay(number).await;
    let mut delivered = merchant.next().await;
    let open =
        |delivered: &support::Delivered, at: i64| wechat.open_notification(&delivered.header(), &delivered.body, at);
    assert!(open(&delivered, now()).is_ok());

    let refused = |result: Result<_, PayError>| matches!(result, Err(PayError::NotAuthentic(_)));
    let sent: i64 = delivered.headers["wechatpay-timestamp"].parse().unwrap();
    let sent = sent * 1_000_000;
    assert!(open(&delivered, sent + 300_000_000).is_ok());
    assert!(refused(open(&delivered, sent + 301_000_000)));
    assert!(refused(open(&delivered, sent - 301_000_000)));

    for (name, value) in [
        ("wechatpay-signature", "QUJD"),
        ("wechatpay-signature", "WECHATPAY/SIGNTEST/x"),
        ("wechatpay-serial", "PUB_KEY_ID_0000000000000000000000000000"),
        ("wechatpay-nonce", "another"),
        ("wechatpay-timestamp", "soon"),
    ] {
        let kept = delivered.headers.insert(name.into(), value.into()).unwrap();
        assert!(refused(open(&delivered, now())), "{name}: {value}");
        delivered.headers.remove(name);
        assert!(refused(open(&delivered, now())), "{name} missing");
        delivered.headers.insert(name.into(), kept);
    }
    let position = delivered.body.len() / 2;
    delivered.body[position] ^= 1;
    assert!(refused(open(&delivered, now())));
    delivered.body[position] ^= 1;
    assert!(open(&delivered, now()).is_ok());

    // Rightly signed, but not for us or not under our key.
    let mut other = sandbox.wechat_config();
    other.api_v3_key = "0123456789abcdef0123456789ABCDEF".into();
    let other = WechatPay::new(other, clock()).unwrap();
    assert!(refused(other.open_notification(&delivered.header(), &delivered.body, now())));
    for part in ["appid", "mchid"] {
        let mut other = sandbox.wechat_config();
        match part {
            "appid" => other.appid.push('0'),
            _ => other.mchid.push('0'),
        }
        let other = WechatPay::new(other, clock()).unwrap();
        assert!(refused(other.open_notification(&delivered.header(), &delivered.body, now())), "{part}");
    }
}

#[tokio::test]
async fn d5_query_create_and_close_tell_the_states_apart() {
    let sandbox = Sandbox::start(NOWHERE);
    let wechat = sandbox.wechat();
    let (open, paid) = ("OV2026-0003", "OV2026-0004");
    assert_eq!(wechat.query(open).await.unwrap(), OrderState::Unknown);
    assert_eq!(code(&wechat.close(open).await.unwrap_err()), "ORDER_NOT_EXIST");

    let terms = order(open, in_half_an_hour());
    let first = wechat.create(&terms).await.unwrap();
    assert_eq!(wechat.query(open).await.unwrap(), OrderState::Open);
    let fresh = wechat.create(&terms).await.unwrap();
    assert_ne!(first.url, fresh.url);
    let dearer = NewOrder { amount_fen: 8001, ..terms.clone() };
    assert_eq!(code(&wechat.create(&dearer).await.unwrap_err()), "OUT_TRADE_NO_USED");

    sandbox.faults(json!({ "answer": "userpaying", "times": 2 })).await;
    assert_eq!(wechat.query(open).await.unwrap(), OrderState::Paying);
    assert_eq!(code(&wechat.close(open).await.unwrap_err()), "(unreachable)");

    wechat.close(open).await.unwrap();
    assert_eq!(wechat.query(open).await.unwrap(), OrderState::Closed);
    wechat.close(open).await.expect("closing twice is done");
    assert_eq!(code(&wechat.create(&terms).await.unwrap_err()), "ORDER_CLOSED");

    let terms = order(paid, in_half_an_hour());
    wechat.create(&terms).await.unwrap();
    sandbox.pay(paid).await;
    assert!(matches!(wechat.close(paid).await, Err(PayError::AlreadyPaid)));
    assert!(matches!(wechat.create(&terms).await, Err(PayError::AlreadyPaid)));
}

#[tokio::test]
async fn d5_bad_parameters_are_refused_on_both_sides() {
    let sandbox = Sandbox::start(NOWHERE);
    let wechat = sandbox.wechat();
    let good = order("OV2026-0005", in_half_an_hour());
    let bad = [
        NewOrder { out_trade_no: "short".into(), ..good.clone() },
        NewOrder { out_trade_no: "../../../etc".into(), ..good.clone() },
        NewOrder { amount_fen: 0, ..good.clone() },
        NewOrder { description: "长".repeat(128), ..good.clone() },
        NewOrder { payer_ip: "here".into(), ..good.clone() },
        // Only the provider knows that this instant has passed.
        NewOrder { expires_at: now() - 1_000_000, ..good.clone() },
    ];
    for order in &bad {
        let error = wechat.create(order).await.unwrap_err();
        assert_eq!(code(&error), "PARAM_ERROR", "{order:?}");
    }
}

#[tokio::test]
async fn d5_a_wrong_key_is_refused_by_whoever_verifies() {
    const OTHER_MERCHANT: &str = include_str!("../../connect/tests/vectors/test_merchant_key.pem");
    const OTHER_PLATFORM: &str = include_str!("../../connect/tests/vectors/platform_public.pem");
    let sandbox = Sandbox::start(NOWHERE);
    let number = "OV2026-0006";

    let mut config = sandbox.wechat_config();
    config.merchant_key_pem = OTHER_MERCHANT.into();
    let stranger = WechatPay::new(config, clock()).unwrap();
    assert_eq!(code(&stranger.query(number).await.unwrap_err()), "SIGN_ERROR");

    let late = WechatPay::new(sandbox.wechat_config(), std::sync::Arc::new(|| now() - 301_000_000)).unwrap();
    // The provider refuses our old request, and we refuse its answer as too far from our clock.
    assert_eq!(code(&late.query(number).await.unwrap_err()), "(not authentic)");

    let mut config = sandbox.wechat_config();
    config.platform_keys[0].1 = OTHER_PLATFORM.into();
    let misled = WechatPay::new(config, clock()).unwrap();
    assert_eq!(code(&misled.query(number).await.unwrap_err()), "(not authentic)");

    // While a merchant migrates, both kinds of platform key are known and the serial chooses.
    let mut config = sandbox.wechat_config();
    config.platform_keys.insert(0, ("5157F09EFDC096DE15EBE81A47057A72".into(), OTHER_PLATFORM.into()));
    let both = WechatPay::new(config, clock()).unwrap();
    assert_eq!(both.query(number).await.unwrap(), OrderState::Unknown);
}

#[tokio::test]
async fn d5_slow_and_failing_answers_leave_the_outcome_open() {
    let sandbox = Sandbox::start(NOWHERE);
    let [_, wechat] = sandbox.wechat_account().with_timeout(Duration::from_millis(300)).channels();
    let terms = order("OV2026-0007", in_half_an_hour());

    sandbox.faults(json!({ "answer": "error_500" })).await;
    assert_eq!(code(&wechat.create(&terms).await.unwrap_err()), "(unreachable)");
    assert_eq!(wechat.query("OV2026-0007").await.unwrap(), OrderState::Unknown);

    sandbox.faults(json!({ "answer": "slow_ms:900" })).await;
    assert_eq!(code(&wechat.create(&terms).await.unwrap_err()), "(unreachable)");
    assert_eq!(wechat.query("OV2026-0007").await.unwrap(), OrderState::Open);
    wechat.create(&terms).await.expect("the same again succeeds");

    let mut config = sandbox.wechat_config();
    config.base_url = "http://127.0.0.1:9".into();
    let nobody = WechatPay::new(config, clock()).unwrap();
    assert_eq!(code(&nobody.query("OV2026-0007").await.unwrap_err()), "(unreachable)");
}

#[tokio::test]
async fn d5_retried_and_duplicate_notifications_carry_one_event_id() {
    let mut merchant = Merchant::listen(vec![500, 404]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let wechat = sandbox.wechat();
    let create_and_pay = async |number: &str| {
        wechat.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay(number).await;
    };
    create_and_pay("OV2026-0008").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let delivered = merchant.next().await;
        let notification = wechat.open_notification(&delivered.header(), &delivered.body, now()).unwrap();
        ids.push(notification.event_id);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(merchant.is_quiet().await, "acknowledged is final");
    let log = sandbox.get_json("/wechat/notifications").await;
    let statuses: Vec<_> = log.as_array().unwrap().iter().map(|a| &a["status"]).collect();
    assert_eq!(statuses, [204, 404, 500]);

    sandbox.faults(json!({ "notify": "duplicate" })).await;
    create_and_pay("OV2026-0009").await;
    let (first, second) = (merchant.next().await, merchant.next().await);
    let open = |d: &support::Delivered| wechat.open_notification(&d.header(), &d.body, now());
    let (first, second) = (open(&first).unwrap(), open(&second).unwrap());
    assert_eq!(first, second);
    assert_ne!(first.event_id, ids[0]);
}

#[tokio::test]
async fn d5_faulty_notifications_are_what_they_say() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let wechat = sandbox.wechat();
    let create_and_pay = async |number: &str, fault: &str| {
        sandbox.faults(json!({ "notify": fault })).await;
        wechat.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay(number).await;
    };
    let open = |d: &support::Delivered| wechat.open_notification(&d.header(), &d.body, now());
    let amount = |state: &OrderState| match state {
        OrderState::Paid { amount_fen, .. } => *amount_fen,
        other => panic!("{other:?}"),
    };

    create_and_pay("OV2026-0010", "wrong_amount").await;
    let wrong = open(&merchant.next().await).expect("the signature is right");
    assert_eq!(amount(&wrong.state), 8001);
    assert_eq!(amount(&wechat.query("OV2026-0010").await.unwrap()), 8000);

    create_and_pay("OV2026-0011", "bad_signature").await;
    let forged = merchant.next().await;
    assert!(matches!(open(&forged), Err(PayError::NotAuthentic(_))));

    create_and_pay("OV2026-0012", "unknown_order").await;
    let stray = open(&merchant.next().await).unwrap();
    assert!(stray.out_trade_no.starts_with("NOBODY"));
    let genuine = open(&merchant.next().await).unwrap();
    assert_eq!(genuine.out_trade_no, "OV2026-0012");

    create_and_pay("OV2026-0013", "none").await;
    assert!(merchant.is_quiet().await);
    assert_eq!(amount(&wechat.query("OV2026-0013").await.unwrap()), 8000);

    create_and_pay("OV2026-0014", "reordered").await;
    assert!(merchant.is_quiet().await);
    create_and_pay("OV2026-0015", "late_ms:100").await;
    let first = open(&merchant.next().await).unwrap();
    let second = open(&merchant.next().await).unwrap();
    assert_eq!(first.out_trade_no, "OV2026-0015");
    assert_eq!(second.out_trade_no, "OV2026-0014");
}

fn refund(number: &str, part: u32, amount_fen: i64) -> NewRefund {
    NewRefund {
        out_refund_no: format!("{number}R{part}"),
        out_trade_no: number.into(),
        amount_fen,
        total_fen: 8000,
        reason: "withdrawn".into(),
    }
}

fn moved(state: &RefundState) -> Option<(i64, i64)> {
    match state {
        RefundState::Success { amount_fen, total_fen, .. } => Some((*amount_fen, *total_fen)),
        _ => None,
    }
}

#[tokio::test]
async fn d5_a_refund_is_accepted_moves_later_and_is_never_made_twice() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let wechat = sandbox.wechat();
    let number = "OV2026-0030";
    let open = |d: &support::Delivered| wechat.open_notification(&d.header(), &d.body, now()).unwrap();
    wechat.create(&order(number, in_half_an_hour())).await.unwrap();
    assert_eq!(code(&wechat.refund(&refund(number, 1, 8000)).await.unwrap_err()), "INVALID_REQUEST", "not paid");
    assert_eq!(wechat.query_refund(number, &format!("{number}R1")).await.unwrap(), RefundState::Unknown);
    sandbox.pay(number).await;
    open(&merchant.next().await);

    assert_eq!(wechat.refund(&refund(number, 1, 3000)).await.unwrap(), RefundState::Processing);
    let told = open(&merchant.next().await);
    let OrderState::Refund { out_refund_no, state } = &told.state else { panic!("{told:?}") };
    assert_eq!((told.out_trade_no.as_str(), out_refund_no.as_str()), (number, "OV2026-0030R1"));
    assert_eq!(moved(state), Some((3000, 8000)), "a part of the whole");
    assert_eq!(moved(&wechat.query_refund(number, out_refund_no).await.unwrap()), Some((3000, 8000)));
    let again = wechat.refund(&refund(number, 1, 3000)).await.unwrap();
    assert_eq!(moved(&again), Some((3000, 8000)), "the same number again is the same refund");
    assert!(wechat.refund(&refund(number, 1, 3001)).await.is_err(), "another amount under one number");
    assert_eq!(code(&wechat.refund(&refund(number, 2, 5001)).await.unwrap_err()), "PARAM_ERROR", "more than was paid");
    assert!(merchant.is_quiet().await);
    assert_eq!(wechat.query(number).await.unwrap(), OrderState::Refunded);

    sandbox.faults(json!({ "refund": "not_enough" })).await;
    assert_eq!(code(&wechat.refund(&refund(number, 2, 1000)).await.unwrap_err()), "NOT_ENOUGH");
    sandbox.faults(json!({ "refund": "pending" })).await;
    assert_eq!(wechat.refund(&refund(number, 2, 1000)).await.unwrap(), RefundState::Processing);
    assert_eq!(wechat.query_refund(number, "OV2026-0030R2").await.unwrap(), RefundState::Processing);
    assert!(merchant.is_quiet().await);
    let settled = sandbox.post_json("/wechat/refunds/settle", &json!({})).await;
    assert_eq!(settled.status(), 200);
    open(&merchant.next().await);
    assert_eq!(moved(&wechat.query_refund(number, "OV2026-0030R2").await.unwrap()), Some((1000, 8000)));
    sandbox.faults(json!({ "refund": "abnormal" })).await;
    assert_eq!(wechat.refund(&refund(number, 3, 1000)).await.unwrap(), RefundState::Abnormal);
}

#[tokio::test]
async fn d5_the_trade_bill_of_a_day_lists_what_moved_and_its_digest_is_checked() {
    let sandbox = Sandbox::start(NOWHERE);
    let wechat = sandbox.wechat();
    let today = jiff::Timestamp::from_microsecond(now()).unwrap();
    let today = jiff::tz::Offset::constant(8).to_datetime(today).date();
    assert!(wechat.trade_bill(today).await.unwrap().is_empty(), "nothing has moved yet");
    let number = "OV2026-0031";
    wechat.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay(number).await;
    wechat.refund(&refund(number, 1, 3000)).await.unwrap();
    let lines = wechat.trade_bill(today).await.unwrap();
    let seen: Vec<_> = lines.iter().map(|l| (l.refund, l.number.as_str(), l.amount_fen, l.fee_fen)).collect();
    assert_eq!(seen, [(false, number, 8000, 48), (true, "OV2026-0031R1", 3000, -18)]);
    assert_eq!(lines[1].out_trade_no, number);
    for (fault, count, first) in [("missing_line", 1, 3000), ("extra_line", 3, 8000), ("wrong_line", 2, 8001)] {
        sandbox.faults(json!({ "bill": fault })).await;
        let lines = wechat.trade_bill(today).await.unwrap();
        assert_eq!((lines.len(), lines[0].amount_fen), (count, first), "{fault}");
    }
    sandbox.faults(json!({ "bill": "wrong_digest" })).await;
    assert_eq!(code(&wechat.trade_bill(today).await.unwrap_err()), "(not authentic)");
}

#[tokio::test]
async fn d5_orders_keys_and_unacknowledged_notifications_survive_a_restart() {
    let mut merchant = Merchant::listen(vec![500]).await;
    let folder = support::folder();
    let sandbox = Sandbox::start_in(folder.clone(), &merchant.url, "1000");
    let before = sandbox.wechat_config();
    let number = "OV2026-0016";
    let wechat = sandbox.wechat();
    wechat.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay(number).await;
    let first = merchant.next().await;
    let first = wechat.open_notification(&first.header(), &first.body, now()).unwrap();
    #[cfg(unix)]
    for name in ["keys.json", "client.json", "orders.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(sandbox.terminate(), "ends well on SIGTERM");

    let sandbox = Sandbox::start_in(folder, &merchant.url, "1000");
    let wechat = sandbox.wechat();
    assert_eq!(sandbox.wechat_config().api_v3_key, before.api_v3_key);
    let second = merchant.next().await;
    let second = wechat.open_notification(&second.header(), &second.body, now()).unwrap();
    assert_eq!(first, second);
    assert_eq!(wechat.query(number).await.unwrap(), second.state);
}
