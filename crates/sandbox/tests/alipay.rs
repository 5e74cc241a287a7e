//! Our Alipay client against the counterpart, both speaking the real protocol.

mod support;

use std::time::Duration;

use connect::alipay::{Alipay, AlipayChannel, RefundPart, Refunded};
use serde_json::json;
use service::ports::pay::{NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState};
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

/// By a code, at a computer, on a phone.
fn channels(sandbox: &Sandbox) -> [AlipayChannel; 3] {
    sandbox.alipay().channels()
}

fn open(channel: &AlipayChannel, delivered: &Delivered) -> Result<Notification, PayError> {
    channel.open_notification(&delivered.header(), &delivered.body, now())
}

fn paid_fen(state: &OrderState) -> i64 {
    match state {
        OrderState::Paid { amount_fen, .. } => *amount_fen,
        other => panic!("{other:?}"),
    }
}

/// Follows a link as the payer's browser does, to the cashier; gives its token.
async fn arrive(sandbox: &Sandbox, url: &str) -> String {
    let led = sandbox.http.get(url).send().await.expect("an answer");
    assert_eq!(led.status(), 303, "{url}");
    let cashier = led.headers()["location"].to_str().expect("ASCII").to_owned();
    let page = sandbox.http.get(&cashier).send().await.expect("an answer").text().await.expect("text");
    assert!(page.contains("沙箱 · 仅供本机演示，不是真实支付"));
    assert!(page.contains("data-amount-fen=\"8000\">80.00 元"), "{page}");
    assert!(page.contains("不动产登记费 &lt;住宅&gt;"));
    assert!(!page.contains("style=") && !page.contains("<script"));
    let url = reqwest::Url::parse(&cashier).expect("an address");
    let found = url.query_pairs().find(|(name, _)| name == "token");
    found.expect("token").1.into_owned()
}

#[tokio::test]
async fn d5_paid_by_a_link_then_notified_and_found_by_query() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [_, desk, phone] = channels(&sandbox);
    for (channel, number) in [(&desk, "OV20260001"), (&phone, "OV20260002")] {
        assert!(channel.is_sandbox());
        let checkout = channel.create(&order(number, in_half_an_hour())).await.unwrap();
        assert_eq!(channel.query(number).await.unwrap(), OrderState::Unknown, "nobody has come yet");
        let token = arrive(&sandbox, &checkout.url).await;
        assert_eq!(channel.query(number).await.unwrap(), OrderState::Open);

        let fields = [("token", token.as_str())];
        let cancelled = sandbox.post_form("/alipay/cashier/cancel", &fields).await;
        assert_eq!(cancelled.headers()["location"], "http://localhost:3000/pay/42?from=%E5%BE%AE%E4%BF%A1&x=1");
        assert_eq!(channel.query(number).await.unwrap(), OrderState::Open);

        let paid = sandbox.post_form("/alipay/cashier/pay", &fields).await;
        assert_eq!(paid.status(), 303);
        let back = paid.headers()["location"].to_str().unwrap();
        assert!(back.starts_with("http://localhost:3000/pay/42?"), "{back}");
        assert!(back.contains(&format!("out_trade_no={number}")), "{back}");

        let delivered = merchant.next().await;
        let notification = open(channel, &delivered).unwrap();
        assert_eq!(notification.out_trade_no, number);
        assert_eq!(paid_fen(&notification.state), 8000);
        assert_eq!(channel.query(number).await.unwrap(), notification.state);

        let again = sandbox.post_form("/alipay/cashier/pay", &fields).await;
        assert!(again.text().await.unwrap().contains("不会重复扣款"));
        let once_more = channel.create(&order(number, in_half_an_hour())).await;
        assert!(matches!(once_more, Err(PayError::AlreadyPaid)));
    }
    assert!(merchant.is_quiet().await);
}

#[tokio::test]
async fn d5_paid_by_a_code_that_is_scanned() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [by_code, ..] = channels(&sandbox);
    let number = "OV20260003";
    let terms = order(number, in_half_an_hour());
    let first = by_code.create(&terms).await.unwrap();
    assert_eq!(by_code.create(&terms).await.unwrap().url, first.url, "the same order, the same code");
    assert_eq!(by_code.query(number).await.unwrap(), OrderState::Unknown, "nobody has scanned it");
    let page = sandbox.http.get(&first.url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("支付宝收银台"));
    assert_eq!(by_code.query(number).await.unwrap(), OrderState::Open);
    sandbox.pay_alipay(number).await;
    assert_eq!(paid_fen(&open(&by_code, &merchant.next().await).unwrap().state), 8000);
    assert!(matches!(by_code.create(&terms).await, Err(PayError::AlreadyPaid)));
}

#[tokio::test]
async fn d5_query_create_and_close_tell_the_states_apart() {
    let sandbox = Sandbox::start(NOWHERE);
    let [by_code, _, phone] = channels(&sandbox);
    let (open, paid) = ("OV20260004", "OV20260005");
    assert_eq!(code(&phone.close(open).await.unwrap_err()), "ACQ.TRADE_NOT_EXIST");

    let terms = order(open, in_half_an_hour());
    let checkout = phone.create(&terms).await.unwrap();
    assert_eq!(code(&phone.close(open).await.unwrap_err()), "ACQ.TRADE_NOT_EXIST", "nobody has come yet");
    arrive(&sandbox, &checkout.url).await;
    // One number at two products, or with another amount, is another order.
    assert_eq!(code(&by_code.create(&terms).await.unwrap_err()), "ACQ.CONTEXT_INCONSISTENT");

    sandbox.faults(json!({ "answer": "userpaying", "times": 2 })).await;
    assert_eq!(phone.query(open).await.unwrap(), OrderState::Paying);
    assert_eq!(code(&phone.close(open).await.unwrap_err()), "(unreachable)");

    phone.close(open).await.unwrap();
    assert_eq!(phone.query(open).await.unwrap(), OrderState::Closed);
    phone.close(open).await.expect("closing twice is done");
    assert_eq!(code(&phone.create(&terms).await.unwrap_err()), "ACQ.TRADE_HAS_CLOSE");

    by_code.create(&order(paid, in_half_an_hour())).await.unwrap();
    sandbox.pay_alipay(paid).await;
    assert!(matches!(by_code.close(paid).await, Err(PayError::AlreadyPaid)));
}

#[tokio::test]
async fn d5_altered_notifications_are_refused() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [by_code, ..] = channels(&sandbox);
    by_code.create(&order("OV20260006", in_half_an_hour())).await.unwrap();
    sandbox.pay_alipay("OV20260006").await;
    let mut delivered = merchant.next().await;
    assert!(delivered.headers["content-type"].starts_with("application/x-www-form-urlencoded"));
    assert!(open(&by_code, &delivered).is_ok());
    let refused = |result: Result<_, PayError>| matches!(result, Err(PayError::NotAuthentic(_)));

    let text = String::from_utf8(delivered.body.clone()).unwrap();
    for (from, to) in [("80.00", "8.00"), ("OV20260006", "OV20260007"), ("trade_status_sync", "x"), ("sign=", "s=")] {
        assert!(text.contains(from), "{from}");
        delivered.body = text.replace(from, to).into_bytes();
        assert!(refused(open(&by_code, &delivered)), "{from}");
    }
    delivered.body = text.into_bytes();
    // Rightly signed, but not for us.
    for part in ["app_id", "seller_id"] {
        let mut config = sandbox.alipay_config();
        match part {
            "app_id" => config.app_id.push('0'),
            _ => config.seller_id.push('0'),
        }
        let other = Alipay::new(config, clock()).unwrap();
        assert!(refused(other.open_notification(&delivered.body)), "{part}");
    }
}

#[tokio::test]
async fn d5_a_wrong_key_is_refused_by_whoever_verifies_and_keys_may_rotate() {
    const OTHER_APP: &str = include_str!("../../connect/tests/vectors/test_merchant_key.pem");
    const OTHER_PLATFORM: &str = include_str!("../../connect/tests/vectors/platform_public.pem");
    let sandbox = Sandbox::start(NOWHERE);
    let number = "OV20260008";

    let mut config = sandbox.alipay_config();
    config.app_key_pem = OTHER_APP.into();
    let stranger = Alipay::new(config, clock()).unwrap();
    assert_eq!(code(&stranger.query(number).await.unwrap_err()), "isv.invalid-signature");

    let mut config = sandbox.alipay_config();
    config.app_id.push('0');
    let unknown = Alipay::new(config, clock()).unwrap();
    // The gateway does not sign what it says to somebody unknown, so nothing is concluded from it.
    assert_eq!(code(&unknown.query(number).await.unwrap_err()), "(not authentic)");

    let mut config = sandbox.alipay_config();
    config.alipay_keys_pem = vec![OTHER_PLATFORM.into()];
    let misled = Alipay::new(config.clone(), clock()).unwrap();
    assert_eq!(code(&misled.query(number).await.unwrap_err()), "(not authentic)");

    // While the provider's key changes, the old and the new one are both known.
    config.alipay_keys_pem.extend(sandbox.alipay_config().alipay_keys_pem);
    let both = Alipay::new(config, clock()).unwrap();
    assert_eq!(both.query(number).await.unwrap(), OrderState::Unknown);
}

#[tokio::test]
async fn d5_bad_parameters_are_refused_on_both_sides() {
    let sandbox = Sandbox::start(NOWHERE);
    let good = order("OV20260009", in_half_an_hour());
    let bad = [
        NewOrder { out_trade_no: "has-hyphen".into(), ..good.clone() },
        NewOrder { out_trade_no: "9".repeat(65), ..good.clone() },
        NewOrder { amount_fen: 0, ..good.clone() },
        NewOrder { amount_fen: 10_000_000_001, ..good.clone() },
        NewOrder { description: " ".into(), ..good.clone() },
    ];
    for channel in channels(&sandbox) {
        for order in &bad {
            assert_eq!(code(&channel.create(order).await.unwrap_err()), "ACQ.INVALID_PARAMETER", "{order:?}");
        }
    }
    // Only the provider knows that this instant has passed; at a page it tells the payer.
    let late = NewOrder { expires_at: now() - 1_000_000, ..good };
    let [by_code, desk, _] = channels(&sandbox);
    assert_eq!(code(&by_code.create(&late).await.unwrap_err()), "ACQ.INVALID_PARAMETER");
    let page = sandbox.http.get(desk.create(&late).await.unwrap().url).send().await.unwrap();
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("支付宝不能打开这笔订单"));
}

#[tokio::test]
async fn d5_slow_and_failing_answers_leave_the_outcome_open() {
    let sandbox = Sandbox::start(NOWHERE);
    let [by_code, ..] = sandbox.alipay().with_timeout(Duration::from_millis(300)).channels();
    let terms = order("OV20260010", in_half_an_hour());

    sandbox.faults(json!({ "answer": "error_500" })).await;
    assert_eq!(code(&by_code.create(&terms).await.unwrap_err()), "(unreachable)");
    sandbox.faults(json!({ "answer": "slow_ms:900" })).await;
    assert_eq!(code(&by_code.create(&terms).await.unwrap_err()), "(unreachable)");
    by_code.create(&terms).await.expect("the same again succeeds");

    let mut config = sandbox.alipay_config();
    config.base_url = "http://127.0.0.1:9/gateway.do".into();
    let nobody = Alipay::new(config, clock()).unwrap();
    assert_eq!(code(&nobody.query("OV20260010").await.unwrap_err()), "(unreachable)");
}

#[tokio::test]
async fn d5_only_the_word_success_ends_the_notifications() {
    // The second answer is a 200 that says something else.
    let mut merchant = Merchant::listen(vec![500, 200]).await;
    let sandbox = Sandbox::start_in(support::folder(), &merchant.url, "0.0001");
    let [by_code, ..] = channels(&sandbox);
    let create_and_pay = async |number: &str| {
        by_code.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay_alipay(number).await;
    };
    create_and_pay("OV20260011").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(open(&by_code, &merchant.next().await).unwrap().event_id);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(merchant.is_quiet().await, "acknowledged is final");
    let log = sandbox.get_json("/wechat/notifications").await;
    let answers: Vec<_> = log.as_array().unwrap().iter().map(|a| (&a["status"], &a["provider"])).collect();
    let alipay = json!("alipay");
    assert_eq!(answers, [(&json!(200), &alipay), (&json!(200), &alipay), (&json!(500), &alipay)]);

    sandbox.faults(json!({ "notify": "duplicate" })).await;
    create_and_pay("OV20260012").await;
    let (first, second) = (merchant.next().await, merchant.next().await);
    let (first, second) = (open(&by_code, &first).unwrap(), open(&by_code, &second).unwrap());
    assert_eq!(first, second);
    assert_ne!(first.event_id, ids[0]);
}

#[tokio::test]
async fn d5_faulty_notifications_are_what_they_say() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [by_code, ..] = channels(&sandbox);
    let create_and_pay = async |number: &str, fault: &str| {
        sandbox.faults(json!({ "notify": fault })).await;
        by_code.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay_alipay(number).await;
    };

    create_and_pay("OV20260013", "wrong_amount").await;
    let wrong = open(&by_code, &merchant.next().await).expect("the signature is right");
    assert_eq!(paid_fen(&wrong.state), 8001);
    assert_eq!(paid_fen(&by_code.query("OV20260013").await.unwrap()), 8000);

    create_and_pay("OV20260014", "bad_signature").await;
    assert!(matches!(open(&by_code, &merchant.next().await), Err(PayError::NotAuthentic(_))));

    create_and_pay("OV20260015", "unknown_order").await;
    let stray = open(&by_code, &merchant.next().await).unwrap();
    assert!(stray.out_trade_no.starts_with("NOBODY"));
    assert_eq!(open(&by_code, &merchant.next().await).unwrap().out_trade_no, "OV20260015");

    create_and_pay("OV20260016", "none").await;
    assert!(merchant.is_quiet().await);
    assert_eq!(paid_fen(&by_code.query("OV20260016").await.unwrap()), 8000);

    create_and_pay("OV20260017", "reordered").await;
    assert!(merchant.is_quiet().await);
    create_and_pay("OV20260018", "late_ms:100").await;
    assert_eq!(open(&by_code, &merchant.next().await).unwrap().out_trade_no, "OV20260018");
    assert_eq!(open(&by_code, &merchant.next().await).unwrap().out_trade_no, "OV20260017");
}

#[tokio::test]
async fn d5_money_goes_back_in_parts_each_once() {
    let sandbox = Sandbox::start(NOWHERE);
    let [by_code, ..] = channels(&sandbox);
    let alipay = by_code.merchant();
    let number = "OV20260019";
    by_code.create(&order(number, in_half_an_hour())).await.unwrap();
    let part = |request: &str, amount_fen: i64| RefundPart {
        out_trade_no: number.into(),
        out_request_no: request.into(),
        amount_fen,
        reason: "申请人撤回".into(),
    };
    assert_eq!(code(&alipay.refund(&part("R1", 1)).await.unwrap_err()), "ACQ.TRADE_NOT_EXIST");
    sandbox.pay_alipay(number).await;
    assert_eq!(alipay.query_refund(number, "R1").await.unwrap(), None);
    assert_eq!(alipay.refund(&part("R1", 3000)).await.unwrap(), Refunded::Done);
    assert_eq!(alipay.refund(&part("R1", 3000)).await.unwrap(), Refunded::NotMoved, "asked twice, given once");
    let found = alipay.query_refund(number, "R1").await.unwrap().expect("went back");
    assert_eq!((found.amount_fen, found.total_fen), (3000, 8000));
    assert!(now().abs_diff(found.done_at.expect("asked for")) < 60_000_000);
    assert_eq!(code(&alipay.refund(&part("R2", 5001)).await.unwrap_err()), "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
    assert_eq!(paid_fen(&alipay.query(number).await.unwrap()), 8000, "a part is not the whole");

    // The answer is lost, the money is not: the same part again, and the query says what came of it.
    sandbox.faults(json!({ "answer": "slow_ms:900" })).await;
    let hasty = sandbox.alipay().with_timeout(Duration::from_millis(300));
    assert_eq!(code(&hasty.refund(&part("R2", 5000)).await.unwrap_err()), "(unreachable)");
    assert_eq!(alipay.refund(&part("R2", 5000)).await.unwrap(), Refunded::NotMoved);
    assert_eq!(alipay.query_refund(number, "R2").await.unwrap().map(|found| found.amount_fen), Some(5000));
    assert_eq!(alipay.query(number).await.unwrap(), OrderState::Refunded);
}

#[tokio::test]
async fn d5_the_bill_of_a_day_lists_what_moved_by_every_channel_and_what_went_back() {
    let sandbox = Sandbox::start(NOWHERE);
    let [by_code, desk, _] = channels(&sandbox);
    let today = jiff::Timestamp::from_microsecond(now()).unwrap();
    let today = jiff::tz::Offset::constant(8).to_datetime(today).date();
    // No bill is an empty day only when it is over.
    let error = by_code.trade_bill(today).await.unwrap_err();
    assert_eq!(code(&error), "(unreachable)", "not there yet");
    assert!(by_code.trade_bill(jiff::civil::date(2026, 1, 2)).await.unwrap().is_empty());
    assert_eq!(by_code.merchant().bill_address(today).await.unwrap(), None);

    let (first, second) = ("OV20260021", "OV20260022");
    by_code.create(&order(first, in_half_an_hour())).await.unwrap();
    sandbox.pay_alipay(first).await;
    let part = NewRefund {
        out_refund_no: "OV20260021R1".into(),
        out_trade_no: first.into(),
        amount_fen: 3000,
        total_fen: 8000,
        reason: "withdrawn".into(),
    };
    assert!(matches!(by_code.refund(&part).await.unwrap(), RefundState::Success { amount_fen: 3000, .. }));
    let checkout = desk.create(&order(second, in_half_an_hour())).await.unwrap();
    arrive(&sandbox, &checkout.url).await;
    sandbox.pay_alipay(second).await;
    for channel in [&by_code, &desk] {
        let mut lines = channel.trade_bill(today).await.unwrap();
        lines.sort_by(|a, b| (a.refund, &a.number).cmp(&(b.refund, &b.number)));
        let seen: Vec<_> = lines.iter().map(|l| (l.refund, l.number.as_str(), l.amount_fen, l.fee_fen)).collect();
        let wanted = [(false, first, 8000, 48), (false, second, 8000, 48), (true, "OV20260021R1", 3000, -18)];
        assert_eq!(seen, wanted, "one bill of the account");
        assert_eq!(lines[2].out_trade_no, first);
        assert!(now().abs_diff(lines[1].at) < 60_000_000);
    }
    for (fault, count, sum) in [("missing_line", 2, 11_000), ("extra_line", 4, 19_100), ("wrong_line", 3, 19_001)] {
        sandbox.faults(json!({ "bill": fault })).await;
        let lines = desk.trade_bill(today).await.unwrap();
        let sums: i64 = lines.iter().map(|line| line.amount_fen).sum();
        assert_eq!((lines.len(), sums), (count, sum), "{fault}");
    }
    sandbox.faults(json!({ "bill": "wrong_digest" })).await;
    assert_eq!(code(&desk.trade_bill(today).await.unwrap_err()), "(unreachable)", "half a file is none");
}

#[tokio::test]
async fn d5_the_address_of_a_bill_does_not_live_long() {
    let sandbox = Sandbox::start(NOWHERE);
    let [by_code, ..] = channels(&sandbox);
    by_code.create(&order("OV20260023", in_half_an_hour())).await.unwrap();
    sandbox.pay_alipay("OV20260023").await;
    let today = jiff::Timestamp::from_microsecond(now()).unwrap();
    let today = jiff::tz::Offset::constant(8).to_datetime(today).date();
    let address = by_code.merchant().bill_address(today).await.unwrap().expect("there is one");
    assert_eq!(sandbox.http.get(&address).send().await.unwrap().status(), 200);
    let late = address.replace("until=", "until=-");
    assert_eq!(sandbox.http.get(&late).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn d5_trades_keys_and_unacknowledged_notifications_survive_a_restart() {
    let mut merchant = Merchant::listen(vec![500]).await;
    let folder = support::folder();
    let sandbox = Sandbox::start_in(folder.clone(), &merchant.url, "1000");
    let before = sandbox.alipay_config();
    let number = "OV20260020";
    let [by_code, ..] = channels(&sandbox);
    by_code.create(&order(number, in_half_an_hour())).await.unwrap();
    sandbox.pay_alipay(number).await;
    let first = open(&by_code, &merchant.next().await).unwrap();
    assert!(sandbox.terminate(), "ends well on SIGTERM");

    let sandbox = Sandbox::start_in(folder, &merchant.url, "1000");
    let [by_code, ..] = channels(&sandbox);
    assert_eq!(sandbox.alipay_config().seller_id, before.seller_id);
    let second = open(&by_code, &merchant.next().await).unwrap();
    assert_eq!(first, second);
    assert_eq!(by_code.query(number).await.unwrap(), second.state);
}
