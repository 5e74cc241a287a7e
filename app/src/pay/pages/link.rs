//! 请别人代付: what whoever pays for somebody else sees. Nothing here says whose bill it is.

use super::ways::{Offer, WayToPay, forms};
use crate::paths;
use crate::t::{failure, pay as t, pay_more as words};
use crate::ui::{ActionBar, Button, Details, Notification, PageHeading, Panel, SummaryList, SummaryRow, Symbol, Tone};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::money::pay_links::LinkedBill;
use service::payments::BillStatus;

/// What the page says besides the bill.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkPage<'a> {
    pub token: &'a str,
    pub ways: &'a [WayToPay<'a>],
    /// The page is read on a phone: what works there comes first.
    pub handheld: bool,
    /// The providers are local counterparts: no real money moves.
    pub sandbox: bool,
    /// Stable code of what failed last (`bill.…`, `pay.…`).
    pub message: Option<&'a str>,
    /// The person has just come back from the cashier.
    pub came_back: bool,
}

/// The bill without its owner: to pay, waiting for the result, paid, over.
pub fn link(bill: &LinkedBill, page: &LinkPage<'_>) -> AnyView {
    let open = bill.status == BillStatus::Open && !bill.at_window;
    let (lead, body) = if open { (words::link_lead(), to_pay(bill, page)) } else { ("", over(bill)) };
    let sandbox = (open && page.sandbox).then(|| {
        view! { <Notification tone=Tone::Info title=t::sandbox_title()><p>{t::sandbox_text()}</p></Notification> }
    });
    view! {
        {said(bill, page.message)}
        <PageHeading title=words::link_page_title() lead=lead />
        {sandbox}
        {body}
    }
    .into_any()
}

fn said(bill: &LinkedBill, message: Option<&str>) -> AnyView {
    // What is over is said by the page itself.
    let Some(code) = message.filter(|_| bill.status == BillStatus::Open) else { return ().into_any() };
    let code = if code == "checked" { "pay.not_yet" } else { code };
    let text = t::by_key(&format!("message.{code}"))
        .or_else(|| words::by_key(&format!("message.{code}")))
        .or_else(|| failure::by_key(code))
        .unwrap_or_else(|| failure::internal());
    let tone = if matches!(code, "bill.paid" | "bill.at_window" | "pay.not_yet") { Tone::Info } else { Tone::Danger };
    view! { <div id="errors"><Notification tone=tone title=text live=true /></div> }.into_any()
}

/// No amounts and no items any more: whoever finds the link later learns nothing by it.
fn over(bill: &LinkedBill) -> AnyView {
    let (tone, title, text) = match bill.status {
        BillStatus::Open => (Tone::Warning, words::link_window_title(), words::link_window_text()),
        BillStatus::Paid => (Tone::Success, words::link_paid_title(), words::link_paid_text()),
        BillStatus::Closed | BillStatus::RefundDue | BillStatus::Refunded => {
            (Tone::Info, words::link_over_title(), words::link_over_text())
        }
    };
    view! { <Notification tone=tone title=title heading_level=2 live=true><p>{text}</p></Notification> }.into_any()
}

fn to_pay(bill: &LinkedBill, page: &LinkPage<'_>) -> AnyView {
    let items: Vec<String> = bill.items.iter().map(|(name, amount)| words::link_item(name, amount)).collect();
    let rows = vec![
        SummaryRow::new(words::link_body(), bill.body.clone()),
        SummaryRow::new(words::link_items(), items.join("；")),
        SummaryRow::new(words::link_total(), bill.total.to_string()),
        SummaryRow::new(words::link_until(), format_date_zh(bill.pay_by)),
    ];
    let offer =
        Offer { action: paths::pay_link(page.token), total: bill.total, ways: page.ways, handheld: page.handheld };
    let action = if bill.pending || page.came_back { wait(page, &offer) } else { pay(&offer) };
    view! {
        <SummaryList rows=rows />
        <p class="ov-hint">{words::link_privacy()}</p>
        {action}
    }
    .into_any()
}

fn pay(offer: &Offer<'_>) -> AnyView {
    let form = forms(offer, true);
    view! {
        <Panel title=t::pay_title() id="pay">
            <p>{t::pay_hint()}</p>
            <p>{t::once()}</p>
            {form}
        </Panel>
    }
    .into_any()
}

/// Waiting for the provider's word: asking again comes first, paying on is the second choice.
fn wait(page: &LinkPage<'_>, offer: &Offer<'_>) -> AnyView {
    let on = forms(offer, false);
    view! {
        <Notification tone=Tone::Warning title=t::pending_title() heading_level=2 live=true>
            <p>{t::pending_text()}</p>
        </Notification>
        <form class="ov-stack" method="post" action=paths::check_pay_link(page.token)>
            <ActionBar><Button symbol=Symbol::Search>{t::check()}</Button></ActionBar>
        </form>
        <Details summary=t::not_paid_yet()>
            <p>{t::once()}</p>
            {on}
        </Details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Fen;
    use jiff::civil::date;
    use service::ports::pay::Way;

    fn html(status: BillStatus, pending: bool, at_window: bool) -> String {
        let bill = LinkedBill {
            body: "示例县自然资源局".into(),
            items: vec![("不动产登记费".into(), Fen(8000))],
            total: Fen(8000),
            status,
            pay_by: date(2026, 6, 1),
            pending,
            at_window,
        };
        let wechat = WayToPay { id: "wechat", account: "wechat", way: Way::Phone };
        let page = LinkPage { token: "abc", ways: &[wechat], ..LinkPage::default() };
        Owner::new().with(|| link(&bill, &page).to_html())
    }

    #[test]
    fn d5_the_link_says_what_is_paid_to_whom_and_offers_the_ways() {
        let page = html(BillStatus::Open, false, false);
        assert!(page.contains("示例县自然资源局") && page.contains("不动产登记费") && page.contains("80.00 元"));
        assert!(page.contains("action=\"/pay/abc\"") && page.contains("value=\"wechat\""));
        let waiting = html(BillStatus::Open, true, false);
        let check = waiting.find("/pay/abc/check").expect("may ask again");
        assert!(check < waiting.find("action=\"/pay/abc\"").expect("may pay on"));
    }

    #[test]
    fn d5_a_link_that_is_over_asks_for_nothing_and_shows_no_more() {
        for (status, at_window) in [
            (BillStatus::Open, true),
            (BillStatus::Paid, false),
            (BillStatus::Closed, false),
            (BillStatus::RefundDue, false),
            (BillStatus::Refunded, false),
        ] {
            let page = html(status, false, at_window);
            assert!(!page.contains("<form") && !page.contains("80.00") && !page.contains("不动产"), "{status:?}");
        }
    }
}
