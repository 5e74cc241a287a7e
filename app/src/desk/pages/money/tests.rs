//! Every place of the treasurer's pages that shows a channel or an account has words for it.

use super::*;
use crate::pay::pages::account_name;
use domain::bill::{RefundReason, RefundState};
use domain::money::Fen;
use domain::reconcile::{Difference, DifferenceKind, Movement};
use domain::time::Instant;
use jiff::civil::date;
use service::money::reconcile::{FoundDifference, ReconDay};
use service::money::report::{DailyReport, ReportRow};
use service::money::settle::Settlement;

const CHANNELS: [(&str, &str); 6] = [
    ("wechat", "微信支付"),
    ("wechat_native", "微信扫码"),
    ("alipay_phone", "支付宝手机支付"),
    ("alipay_desk", "支付宝网页支付"),
    ("alipay_code", "支付宝扫码"),
    ("treasury", "财政统一支付平台"),
];
const ACCOUNTS: [(&str, &str); 3] = [("wechat", "微信支付"), ("alipay", "支付宝"), ("treasury", "财政统一支付平台")];

/// Ids stand in values of forms, never between tags.
fn assert_said(page: &str, words: &str, id: &str) {
    assert!(page.contains(words), "{words}: {page}");
    let shown = page.split('<').filter_map(|tag| tag.split_once('>')).any(|(_, text)| text.contains(id));
    assert!(!shown, "{id} is shown: {page}");
}

#[test]
fn d5_channels_and_accounts_have_names() {
    for (id, words) in CHANNELS.into_iter().chain(ACCOUNTS) {
        assert_eq!(channel_name(id), words);
    }
    for (id, words) in ACCOUNTS {
        assert_eq!(account_name(id), words, "what payers read");
    }
    assert_eq!(channel_name("nobody"), "nobody");
}

fn refund(channel: &str) -> OpenRefund {
    OpenRefund {
        number: "R1".into(),
        bill_number: "53000026000000000017".into(),
        case_number: "C1".into(),
        provider: channel.into(),
        out_trade_no: "O1".into(),
        amount: Fen(8000),
        why: RefundReason::PaidTwice,
        state: RefundState::Sent,
        problem: None,
        asked_at: Instant(0),
    }
}

fn recon(account: &str) -> Reconciliation {
    let day = ReconDay {
        provider: account.into(),
        day: "2026-03-02".into(),
        lines: 1,
        paid_fen: 8000,
        refunded_fen: 0,
        fee_fen: 48,
        fetched_at: 0,
    };
    let what = Difference {
        kind: DifferenceKind::OnlyThere,
        movement: Movement::Payment,
        number: "N1".into(),
        here: Fen(0),
        there: Fen(8000),
    };
    let found = FoundDifference {
        id: "D1".into(),
        provider: account.into(),
        day: "2026-03-02".into(),
        what,
        state: "open".into(),
        reason: String::new(),
        asked_by: None,
        asked_at: None,
        agreed_by: None,
        settled_at: None,
    };
    Reconciliation { accounts: vec![account.into()], days: vec![day], differences: vec![found] }
}

fn settlement(account: &str) -> Settlement {
    Settlement {
        id: "S1".into(),
        provider: account.into(),
        day: "2026-03-02".into(),
        amount_fen: 8000,
        voucher: "V1".into(),
        state: "asked".into(),
        asked_by: "A".into(),
        asked_at: 0,
        agreed_by: None,
        agreed_at: None,
    }
}

#[test]
fn d5_the_treasurers_page_says_every_channel_and_account_in_words() {
    for (id, words) in ACCOUNTS {
        let accounts = [Account::Clearing, Account::Fee, Account::Suspense].map(|of| (of(id.to_owned()), Fen(1)));
        let balances = Balances { accounts: accounts.to_vec(), settlements: vec![settlement(id)] };
        let recon = recon(id);
        let page = MoneyPage { balances: &balances, refunds: &[], recon: &recon, waivers: &[], keeps: true, say: None };
        let html = Owner::new().with(|| money(&page).to_html());
        assert_said(&html, &format!("渠道在途（{words}）"), id);
        assert_said(&html, &format!("2026-03-02 {words}"), id);
    }
    for (id, words) in CHANNELS {
        let rows = [refund(id)];
        let html = Owner::new().with(|| refunds::open(&rows, true).to_html());
        assert_said(&html, words, id);
    }
}

#[test]
fn d5_the_report_says_every_account_in_words_on_paper_and_in_files() {
    for (id, words) in ACCOUNTS {
        let row = ReportRow {
            body: "示例县自然资源局".into(),
            item_code: "1".into(),
            item: "不动产登记费".into(),
            means: id.into(),
            paid: Fen(8000),
            returned: Fen(0),
        };
        let day = DailyReport { day: date(2026, 3, 2), rows: vec![row] };
        let html = Owner::new().with(|| report(&day).to_html());
        assert_said(&html, words, id);
        let csv = day.csv(channel_name);
        assert!(csv.contains(&format!("\"{words}\"")) && !csv.contains(id), "{csv}");
        let book = day.workbook(channel_name);
        assert!(book.pages[0].cells.iter().flatten().any(|cell| cell == words));
    }
}
