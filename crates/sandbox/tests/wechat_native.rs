//! `WeChat` Pay by a code (Native 支付) against the counterpart, both speaking the real protocol.

mod support;

use std::time::Duration;

use connect::wechat::WechatChannel;
use serde_json::json;
use service::ports::pay::{NewOrder, NewRefund, OrderState, PayError, PaymentProvider, RefundState, Way};
use support::{Merchant, Sandbox, in_half_an_hour, now, order};

/// For tests in which no notification is awaited: nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

/// By a code, on a phone.
fn channels(sandbox: &Sandbox) -> [WechatChannel; 2] {
    sandbox.wechat_account().channels()
}

fn code(error: &PayError) -> &str {
    match error {
        PayError::Refused { code, .. } => code,
        PayError::Unreachable(_) => "(unreachable)",
        PayError::AlreadyPaid => "(already paid)",
        PayError::NotAuthentic(_) => "(not authentic)",
    }
}

/// The name of the link that a code says.
fn prepay(content: &str) -> &str {
    content.rsplit_once("/wechat/code/").expect("the counterpart's code").1
}

#[tokio::test]
async fn d5_a_wechat_code_is_scanned_paid_told_and_found_by_query() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [native, phone] = channels(&sandbox);
    assert_eq!((native.id(), native.account(), native.way()), ("wechat_native", "wechat", Way::Code));
    assert_eq!((phone.id(), phone.account(), phone.way()), ("wechat", "wechat", Way::Phone));
    assert!(native.is_sandbox() && phone.is_sandbox());
    assert_eq!(native.acknowledgement(), "", "an empty answer goes with 204");

    let number = "OV2026-0101";
    let checkout = native.create(&order(number, in_half_an_hour())).await.unwrap();
    assert!(checkout.url.starts_with(&format!("{}/wechat/code/wx", sandbox.base)), "{}", checkout.url);
    let page = sandbox.http.get(&checkout.url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("沙箱 · 仅供本机演示，不是真实支付"));
    assert!(page.contains("data-amount-fen=\"8000\">80.00 元"));
    assert!(!page.contains("data-referer-missing"), "who scans comes from no page");
    assert_eq!(native.query(number).await.unwrap(), OrderState::Open);

    let fields = [("prepay", prepay(&checkout.url))];
    let paid = sandbox.post_form("/wechat/cashier/pay", &fields).await;
    assert_eq!(paid.status(), 200, "there is no way back from a scanned code");
    assert!(paid.text().await.unwrap().contains("支付成功"));

    let delivered = merchant.next().await;
    // One address takes the word about every channel of the account, so each of them understands it.
    let notification = native.open_notification(&delivered.header(), &delivered.body, now()).unwrap();
    assert_eq!(phone.open_notification(&delivered.header(), &delivered.body, now()).unwrap(), notification);
    assert_eq!(notification.out_trade_no, number);
    assert!(matches!(notification.state, OrderState::Paid { amount_fen: 8000, .. }), "{notification:?}");
    assert_eq!(native.query(number).await.unwrap(), notification.state);
    assert_eq!(phone.query(number).await.unwrap(), notification.state);

    let again = sandbox.http.get(&checkout.url).send().await.unwrap();
    assert!(again.text().await.unwrap().contains("不会重复扣款"));
    assert!(matches!(native.create(&order(number, in_half_an_hour())).await, Err(PayError::AlreadyPaid)));
    assert!(matches!(native.close(number).await, Err(PayError::AlreadyPaid)));
}

#[tokio::test]
async fn d5_the_same_again_gives_a_fresh_code_and_both_lead_to_one_order() {
    let sandbox = Sandbox::start(NOWHERE);
    let [native, phone] = channels(&sandbox);
    let number = "OV2026-0102";
    let terms = order(number, in_half_an_hour());
    let first = native.create(&terms).await.unwrap();
    // Who looks at the page from elsewhere gets the same order: a code's order does not name an address.
    let elsewhere =
        NewOrder { payer_ip: "2001:db8::1".into(), return_url: "http://localhost/x".into(), ..terms.clone() };
    let fresh = native.create(&elsewhere).await.unwrap();
    assert_ne!(first.url, fresh.url);
    for url in [&first.url, &fresh.url] {
        let page = sandbox.http.get(url).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(number) && page.contains("确认支付"), "{url}");
    }
    let dearer = NewOrder { amount_fen: 8001, ..terms.clone() };
    assert_eq!(code(&native.create(&dearer).await.unwrap_err()), "OUT_TRADE_NO_USED");
    assert_eq!(code(&phone.create(&terms).await.unwrap_err()), "OUT_TRADE_NO_USED", "one number, one product");

    native.close(number).await.unwrap();
    native.close(number).await.expect("closing twice is done");
    assert_eq!(native.query(number).await.unwrap(), OrderState::Closed);
    let page = sandbox.http.get(&first.url).send().await.unwrap();
    assert_eq!(page.status(), 410);
    assert!(page.text().await.unwrap().contains("已被商户关闭"));
    assert_eq!(code(&native.create(&terms).await.unwrap_err()), "ORDER_CLOSED");

    let link = phone.create(&order("OV2026-0103", in_half_an_hour())).await.unwrap();
    let link = reqwest::Url::parse(&link.url).unwrap();
    let prepay = link.query_pairs().find(|(name, _)| name == "prepay").expect("prepay").1.into_owned();
    let swapped = sandbox.http.get(format!("{}/wechat/code/{prepay}", sandbox.base)).send().await.unwrap();
    assert_eq!(swapped.status(), 404, "a link is no code");
}

#[tokio::test]
async fn d5_faults_meet_codes_as_they_meet_links() {
    let mut merchant = Merchant::listen(vec![]).await;
    let sandbox = Sandbox::start(&merchant.url);
    let [native, _] = sandbox.wechat_account().with_timeout(Duration::from_millis(300)).channels();
    let number = "OV2026-0104";
    let terms = order(number, in_half_an_hour());

    sandbox.faults(json!({ "answer": "error_500" })).await;
    assert_eq!(code(&native.create(&terms).await.unwrap_err()), "(unreachable)");
    assert_eq!(native.query(number).await.unwrap(), OrderState::Unknown);
    sandbox.faults(json!({ "answer": "slow_ms:900" })).await;
    assert_eq!(code(&native.create(&terms).await.unwrap_err()), "(unreachable)");
    assert_eq!(native.query(number).await.unwrap(), OrderState::Open);
    native.create(&terms).await.expect("the same again succeeds");

    sandbox.faults(json!({ "notify": "none" })).await;
    sandbox.pay(number).await;
    assert!(merchant.is_quiet().await);
    assert!(matches!(native.query(number).await.unwrap(), OrderState::Paid { amount_fen: 8000, .. }));

    for bad in [
        NewOrder { out_trade_no: "short".into(), ..terms.clone() },
        NewOrder { amount_fen: 0, ..terms.clone() },
        NewOrder { description: "长".repeat(128), ..terms.clone() },
        NewOrder { out_trade_no: "OV2026-0105".into(), expires_at: now() - 1_000_000, ..terms.clone() },
    ] {
        assert_eq!(code(&native.create(&bad).await.unwrap_err()), "PARAM_ERROR", "{bad:?}");
    }
}

#[tokio::test]
async fn d5_what_was_paid_by_a_code_goes_back_and_stands_in_the_account_s_bill() {
    let sandbox = Sandbox::start(NOWHERE);
    let [native, phone] = channels(&sandbox);
    for (channel, number) in [(&native, "OV2026-0106"), (&phone, "OV2026-0107")] {
        channel.create(&order(number, in_half_an_hour())).await.unwrap();
        sandbox.pay(number).await;
    }
    let part = NewRefund {
        out_refund_no: "OV2026-0106R1".into(),
        out_trade_no: "OV2026-0106".into(),
        amount_fen: 3000,
        total_fen: 8000,
        reason: "withdrawn".into(),
    };
    native.refund(&part).await.unwrap();
    let found = native.query_refund("OV2026-0106", "OV2026-0106R1").await.unwrap();
    assert!(matches!(found, RefundState::Success { amount_fen: 3000, total_fen: 8000, .. }), "{found:?}");

    let today = jiff::Timestamp::from_microsecond(now()).unwrap();
    let today = jiff::tz::Offset::constant(8).to_datetime(today).date();
    let lines = native.trade_bill(today).await.unwrap();
    assert_eq!(lines, phone.trade_bill(today).await.unwrap(), "one account has one bill");
    let mut seen: Vec<_> = lines.iter().map(|l| (l.number.as_str(), l.refund, l.amount_fen)).collect();
    seen.sort_unstable();
    assert_eq!(seen, [("OV2026-0106", false, 8000), ("OV2026-0106R1", true, 3000), ("OV2026-0107", false, 8000)]);
}
