//! Our client of the invoice platform against the counterpart.

mod support;

use serde_json::json;
use service::ports::invoice::{EInvoicer, InvoiceError, InvoiceItem, NewInvoice};
use support::Sandbox;

const NOWHERE: &str = "http://127.0.0.1:9/callbacks/wechat";

fn wanted(bill_number: &str) -> NewInvoice {
    NewInvoice {
        bill_number: bill_number.into(),
        body: "示例县自然资源局".into(),
        payer: "陈秀兰".into(),
        items: vec![InvoiceItem { code: "103044501".into(), name: "不动产登记费".into(), amount_fen: 8_000 }],
        total_fen: 8_000,
        paid_at: 1,
    }
}

#[tokio::test]
async fn d5_one_bill_has_one_invoice_and_one_red_counter_entry() {
    let sandbox = Sandbox::start(NOWHERE);
    let platform = sandbox.invoices();
    let invoice = platform.issue(&wanted("53000026000000000017")).await.expect("issued");
    assert_eq!(platform.issue(&wanted("53000026000000000017")).await, Ok(invoice.clone()), "asked again");
    let other = platform.issue(&wanted("53000026000000000025")).await.expect("issued");
    assert_ne!(other.number, invoice.number);
    let red = platform.reverse("53000026000000000017").await.expect("reversed");
    assert_eq!(platform.reverse("53000026000000000017").await, Ok(red.clone()));
    assert_ne!(red.number, invoice.number);
    assert_eq!(platform.reverse("53000026000000000033").await, Err(InvoiceError::Refused));
    let wrong = NewInvoice { total_fen: 1, ..wanted("53000026000000000041") };
    assert_eq!(platform.issue(&wrong).await, Err(InvoiceError::Refused), "the items do not come to the total");
}

#[tokio::test]
async fn d5_the_platforms_answers_are_checked() {
    let sandbox = Sandbox::start(NOWHERE);
    let platform = sandbox.invoices();
    for (fault, expected) in [
        ("bad_signature", InvoiceError::Refused),
        ("error_500", InvoiceError::Unreachable),
        ("slow_ms:3500", InvoiceError::Unreachable),
    ] {
        sandbox.faults(json!({ "invoices": fault })).await;
        assert_eq!(platform.issue(&wanted("53000026000000000017")).await, Err(expected), "{fault}");
    }
    assert!(platform.issue(&wanted("53000026000000000017")).await.is_ok());
}
