//! Our client of the treasury's payment platform against the counterpart, both by the published profile.

mod support;

use connect::treasury::Treasury;
use serde_json::json;
use service::ports::pay::{NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, Way};
use support::{Delivered, Merchant, Sandbox, clock, in_half_an_hour, now, order};

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

fn open(treasury: &Treasury, delivered: &Delivered) -> Result<Notification, PayError> {
    treasury.open_notification(&delivered.header(), &delivered.body, now())
}

fn paid_fen(state: &OrderState) -> i64 {
    match state {
        OrderState::Paid { amount_fen, .. } => *amount_fen,
        other => panic!("{other:?}"),
    }
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
async fn d5_a_bill_is_paid_on_the_treasurys_page() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let treasury = sandbox.treasury();
    let terms = order("OV20260001", in_half_an_hour());
    assert_eq!((treasury.id(), treasury.account(), treasury.way()), ("treasury", "treasury", Way::Anywhere));
    assert!(treasury.is_sandbox());
    assert_eq!(treasury.query("OV20260001").await.unwrap(), OrderState::Unknown);
    let checkout = treasury.create(&terms).await.unwrap();
    assert_eq!(treasury.create(&terms).await.unwrap().url, checkout.url, "the same order has the same page");
    assert_eq!(treasury.query("OV20260001").await.unwrap(), OrderState::Open);

    let page = sandbox.http.get(&checkout.url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("data-bill-number=\"{0}\">{0}", terms.bill_number)), "{page}");
    assert!(page.contains("不动产登记费 &lt;住宅&gt;") && page.contains("data-amount-fen=\"8000\">80.00 元"), "{page}");
    let token = checkout.url.split_once("token=").expect("in the address").1.to_owned();
    let cancelled = sandbox.post_form("/treasury/cashier/cancel", &[("token", &token)]).await;
    assert_eq!(cancelled.status(), 303);
    assert_eq!(treasury.query("OV20260001").await.unwrap(), OrderState::Open, "nothing was paid");
    let paid = sandbox.post_form("/treasury/cashier/pay", &[("token", &token)]).await;
    assert_eq!(paid.status(), 303);
    assert!(paid.headers()["location"].to_str().unwrap().starts_with("http://localhost:3000/pay/42?from="));

    let notice = open(&treasury, &merchant.next().await).unwrap();
    assert_eq!((notice.out_trade_no.as_str(), notice.bill_number), ("OV20260001", Some(terms.bill_number.clone())));
    assert_eq!(treasury.query("OV20260001").await.unwrap(), notice.state);
    assert_eq!(paid_fen(&notice.state), 8000);
    let again = sandbox.post_form("/treasury/cashier/pay", &[("token", &token)]).await;
    assert!(again.text().await.unwrap().contains("已经缴清"), "nothing is taken twice");
    assert!(merchant.is_quiet().await);
    assert!(matches!(treasury.create(&terms).await, Err(PayError::AlreadyPaid)));
    let other = NewOrder { out_trade_no: "OV20260001B".into(), ..terms };
    assert!(matches!(treasury.create(&other).await, Err(PayError::AlreadyPaid)), "the same 缴款码");
}

#[tokio::test]
async fn d5_a_bill_number_has_one_open_order_with_one_set_of_terms() {
    let sandbox = Sandbox::start(NOWHERE);
    let treasury = sandbox.treasury();
    let terms = order("OV20260002", in_half_an_hour());
    treasury.create(&terms).await.unwrap();
    let other = NewOrder { out_trade_no: "OV20260002B".into(), ..terms.clone() };
    assert_eq!(code(&treasury.create(&other).await.unwrap_err()), "BILL_HAS_ORDER");
    let mut dearer = NewOrder { amount_fen: 8001, ..terms.clone() };
    assert_eq!(code(&treasury.create(&dearer).await.unwrap_err()), "PARAMETER", "the items do not come to it");
    dearer.items[0].amount_fen = 8001;
    assert_eq!(code(&treasury.create(&dearer).await.unwrap_err()), "ORDER_DIFFERS");
    for bad in [
        NewOrder { bill_number: String::new(), ..terms.clone() },
        NewOrder { bill_number: "5300/../1".into(), ..terms.clone() },
        NewOrder { body: String::new(), ..terms.clone() },
    ] {
        assert_eq!(code(&treasury.create(&bad).await.unwrap_err()), "PARAMETER");
    }
    let late = order("OV20260003", now() - 1_000_000);
    assert_eq!(code(&treasury.create(&late).await.unwrap_err()), "EXPIRED");

    assert_eq!(code(&treasury.close("OV20260009").await.unwrap_err()), "ORDER_UNKNOWN");
    treasury.close("OV20260002").await.unwrap();
    treasury.close("OV20260002").await.expect("closing twice is done");
    assert_eq!(treasury.query("OV20260002").await.unwrap(), OrderState::Closed);
    assert_eq!(code(&treasury.create(&terms).await.unwrap_err()), "ORDER_CLOSED");
    treasury.create(&other).await.expect("the number is free again");
    sandbox.pay_treasury("OV20260002B").await;
    assert!(matches!(treasury.close("OV20260002B").await, Err(PayError::AlreadyPaid)), "paid while it was closed");
}

#[tokio::test]
async fn d5_forged_and_stale_notifications_are_refused() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let treasury = sandbox.treasury();
    treasury.create(&order("OV20260004", in_half_an_hour())).await.unwrap();
    sandbox.pay_treasury("OV20260004").await;
    let mut delivered = merchant.next().await;
    assert!(open(&treasury, &delivered).is_ok());
    let refused = |result: Result<_, PayError>| matches!(result, Err(PayError::NotAuthentic(_)));
    for skew in [-310_000_000, 310_000_000] {
        let late = treasury.open_notification(&delivered.header(), &delivered.body, now() + skew);
        assert!(refused(late), "{skew}");
    }
    let text = String::from_utf8(delivered.body.clone()).unwrap();
    for (from, to) in [("8000", "800"), ("OV20260004", "OV20260005"), ("5300002603", "5300002604")] {
        assert!(text.contains(from), "{from}");
        delivered.body = text.replace(from, to).into_bytes();
        assert!(refused(open(&treasury, &delivered)), "{from}");
    }
    delivered.body = text.into_bytes();
    for name in ["x-treasury-app", "x-treasury-nonce", "x-treasury-signature", "x-treasury-timestamp"] {
        let right = delivered.headers.insert(name.into(), "0".into()).expect("it is there");
        assert!(refused(open(&treasury, &delivered)), "{name}");
        delivered.headers.insert(name.into(), right);
    }
    // Rightly signed, for another door.
    let mut config = sandbox.treasury_config();
    config.notify_url = config.notify_url.replace("/callbacks/treasury", "/callbacks/other");
    let elsewhere = Treasury::new(config, clock()).unwrap();
    assert!(refused(open(&elsewhere, &delivered)));
    assert!(open(&treasury, &delivered).is_ok());
}

#[tokio::test]
async fn d5_faulty_notifications_are_what_they_say() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let treasury = sandbox.treasury();
    let create_and_pay = async |number: &str, fault: &str| {
        sandbox.faults(json!({ "notify": fault })).await;
        treasury.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay_treasury(number).await;
    };
    create_and_pay("OV20260013", "wrong_amount").await;
    let wrong = open(&treasury, &merchant.next().await).expect("the signature is right");
    assert_eq!(paid_fen(&wrong.state), 8001);
    assert_eq!(paid_fen(&treasury.query("OV20260013").await.unwrap()), 8000);

    create_and_pay("OV20260014", "bad_signature").await;
    assert!(matches!(open(&treasury, &merchant.next().await), Err(PayError::NotAuthentic(_))));

    create_and_pay("OV20260015", "unknown_order").await;
    let stray = open(&treasury, &merchant.next().await).unwrap();
    assert!(stray.out_trade_no.starts_with("NOBODY"));
    assert_eq!(open(&treasury, &merchant.next().await).unwrap().out_trade_no, "OV20260015");

    create_and_pay("OV20260016", "none").await;
    assert!(merchant.is_quiet().await);
    assert_eq!(paid_fen(&treasury.query("OV20260016").await.unwrap()), 8000);

    create_and_pay("OV20260017", "duplicate").await;
    let (first, second) = (merchant.next().await, merchant.next().await);
    assert_eq!(open(&treasury, &first).unwrap(), open(&treasury, &second).unwrap());
    let log = sandbox.get_json("/wechat/notifications").await;
    assert!(log.as_array().unwrap().iter().all(|attempt| attempt["provider"] == "treasury"));
}

#[tokio::test]
async fn d5_a_false_answer_and_a_slow_one_prove_nothing() {
    let sandbox = Sandbox::start(NOWHERE);
    let treasury = sandbox.treasury();
    let terms = order("OV20260021", in_half_an_hour());
    sandbox.faults(json!({ "answer": "error_500" })).await;
    assert_eq!(code(&treasury.create(&terms).await.unwrap_err()), "(unreachable)");
    sandbox.faults(json!({ "answer": "slow_ms:3500" })).await;
    assert_eq!(code(&treasury.create(&terms).await.unwrap_err()), "(unreachable)");
    treasury.create(&terms).await.expect("the same again succeeds");
    sandbox.faults(json!({ "answer": "userpaying", "times": 2 })).await;
    assert_eq!(treasury.query("OV20260021").await.unwrap(), OrderState::Paying);
    assert_eq!(code(&treasury.close("OV20260021").await.unwrap_err()), "(unreachable)");

    let mut config = sandbox.treasury_config();
    config.key = "k".repeat(48);
    let stranger = Treasury::new(config, clock()).unwrap();
    assert_eq!(code(&stranger.query("OV20260021").await.unwrap_err()), "(not authentic)");
    let mut config = sandbox.treasury_config();
    config.sandbox = false;
    assert!(Treasury::new(config.clone(), clock()).is_err(), "http is for the counterpart only");
    assert!(!format!("{config:?}").contains(&config.key));
}

#[tokio::test]
async fn d5_a_refund_is_taken_moves_later_and_is_never_made_twice() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let treasury = sandbox.treasury();
    let number = "OV20260030";
    treasury.create(&order(number, in_half_an_hour())).await.unwrap();
    assert_eq!(code(&treasury.refund(&refund(number, 1, 8000)).await.unwrap_err()), "ORDER_NOT_PAID");
    assert_eq!(treasury.query_refund(number, "OV20260030R1").await.unwrap(), RefundState::Unknown);
    sandbox.pay_treasury(number).await;
    open(&treasury, &merchant.next().await).unwrap();

    assert_eq!(treasury.refund(&refund(number, 1, 3000)).await.unwrap(), RefundState::Processing);
    let told = open(&treasury, &merchant.next().await).unwrap();
    let OrderState::Refund { out_refund_no, state } = &told.state else { panic!("{told:?}") };
    assert_eq!((told.out_trade_no.as_str(), out_refund_no.as_str()), (number, "OV20260030R1"));
    assert_eq!(moved(state), Some((3000, 8000)), "a part of the whole");
    let again = treasury.refund(&refund(number, 1, 3000)).await.unwrap();
    assert_eq!(moved(&again), Some((3000, 8000)), "the same number again is the same refund");
    assert_eq!(code(&treasury.refund(&refund(number, 1, 3001)).await.unwrap_err()), "REFUND_DIFFERS");
    assert_eq!(code(&treasury.refund(&refund(number, 2, 5001)).await.unwrap_err()), "REFUND_AMOUNT");
    assert!(merchant.is_quiet().await);
    assert_eq!(paid_fen(&treasury.query(number).await.unwrap()), 8000, "a part is not the whole");

    sandbox.faults(json!({ "refund": "not_enough" })).await;
    assert_eq!(code(&treasury.refund(&refund(number, 2, 5000)).await.unwrap_err()), "NOT_ENOUGH");
    sandbox.faults(json!({ "refund": "pending" })).await;
    assert_eq!(treasury.refund(&refund(number, 2, 5000)).await.unwrap(), RefundState::Processing);
    assert_eq!(treasury.query_refund(number, "OV20260030R2").await.unwrap(), RefundState::Processing);
    assert!(merchant.is_quiet().await);
    assert_eq!(sandbox.post_json("/treasury/refunds/settle", &json!({})).await.status(), 200);
    open(&treasury, &merchant.next().await).unwrap();
    assert_eq!(moved(&treasury.query_refund(number, "OV20260030R2").await.unwrap()), Some((5000, 8000)));
    assert_eq!(treasury.query(number).await.unwrap(), OrderState::Refunded);

    let other = "OV20260031";
    treasury.create(&order(other, in_half_an_hour())).await.unwrap();
    sandbox.pay_treasury(other).await;
    sandbox.faults(json!({ "refund": "abnormal" })).await;
    assert_eq!(treasury.refund(&refund(other, 1, 8000)).await.unwrap(), RefundState::Abnormal);
}

#[tokio::test]
async fn d5_the_bill_of_a_day_lists_what_moved() {
    let sandbox = Sandbox::start(NOWHERE);
    let treasury = sandbox.treasury();
    let today = jiff::Timestamp::from_microsecond(now()).unwrap();
    let today = jiff::tz::Offset::constant(8).to_datetime(today).date();
    assert!(treasury.trade_bill(today).await.unwrap().is_empty(), "nothing has moved yet");
    let number = "OV20260040";
    treasury.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay_treasury(number).await;
    treasury.refund(&refund(number, 1, 3000)).await.unwrap();
    let mut lines = treasury.trade_bill(today).await.unwrap();
    lines.sort_by_key(|line| line.refund);
    let seen: Vec<_> = lines.iter().map(|l| (l.refund, l.number.as_str(), l.amount_fen, l.fee_fen)).collect();
    assert_eq!(seen, [(false, number, 8000, 0), (true, "OV20260040R1", 3000, 0)]);
    assert_eq!(lines[1].out_trade_no, number);
    assert!(treasury.trade_bill(jiff::civil::date(2026, 1, 2)).await.unwrap().is_empty());
    for (fault, count, sum) in [("missing_line", 1, 3000), ("extra_line", 3, 11_100), ("wrong_line", 2, 11_001)] {
        sandbox.faults(json!({ "bill": fault })).await;
        let lines = treasury.trade_bill(today).await.unwrap();
        let sums: i64 = lines.iter().map(|line| line.amount_fen).sum();
        assert_eq!((lines.len(), sums), (count, sum), "{fault}");
    }
    sandbox.faults(json!({ "bill": "wrong_digest" })).await;
    assert_eq!(code(&treasury.trade_bill(today).await.unwrap_err()), "(not authentic)");
}

#[tokio::test]
async fn d5_orders_keys_and_unacknowledged_notifications_survive_a_restart() {
    let mut merchant = Merchant::listen(vec![500]).await;
    let folder = support::folder();
    let sandbox = Sandbox::start_in(folder.clone(), &merchant.url, "1000");
    let before = sandbox.treasury_config();
    let number = "OV20260050";
    let treasury = sandbox.treasury();
    treasury.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay_treasury(number).await;
    let first = open(&treasury, &merchant.next().await).unwrap();
    assert!(sandbox.terminate(), "ends well on SIGTERM");

    let sandbox = Sandbox::start_in(folder, &merchant.url, "1000");
    let treasury = sandbox.treasury();
    assert_eq!(sandbox.treasury_config().key, before.key);
    let second = open(&treasury, &merchant.next().await).unwrap();
    assert_eq!(first, second);
    assert_eq!(treasury.query(number).await.unwrap(), second.state);
}
