//! 缴费: what for, which rule, how much, until when; and never a doubt whether it was paid.

use super::refunds::refunds;
use super::ways::{self, WayToPay};
use crate::paths;
use crate::t::{failure, money, pay as t};
use crate::ui::{
    ActionBar, Button, Details, LinkButton, MoneyLine, MoneyTable, Notification, PageHeading, Panel, SummaryList,
    SummaryRow, Symbol, Tone,
};
use domain::catalogue::FeeLine;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::payments::{BillStatus, BillView};

/// What the page says besides the bill.
#[derive(Debug, Clone, Copy, Default)]
pub struct BillPage<'a> {
    pub matter_title: &'a str,
    /// Texts of the fee plan: who pays, what happens otherwise, whether it is given back.
    pub payer: &'a str,
    pub unpaid: &'a str,
    pub refund: &'a str,
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

/// The bill in its state: to pay, waiting for the result, paid, closed.
pub fn bill(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let waiting = view.status == BillStatus::Open && (view.pending || page.came_back);
    let action = match view.status {
        BillStatus::Paid | BillStatus::Closed | BillStatus::RefundDue | BillStatus::Refunded => to_case(view),
        BillStatus::Open if waiting => wait(view, page),
        BillStatus::Open => pay(view, page),
    };
    let sandbox = page.sandbox.then(|| {
        view! { <Notification tone=Tone::Info title=t::sandbox_title()><p>{t::sandbox_text()}</p></Notification> }
    });
    let lines = view.lines.iter().map(line).collect::<Vec<_>>();
    view! {
        {said(view, page.message)}
        <PageHeading caption=page.matter_title title=t::title() />
        {sandbox}
        {state(view, waiting)}
        <MoneyTable caption=t::lines() lines=lines total=view.total.to_string() />
        <SummaryList rows=facts(view, page) />
        {refunds(&view.refunds)}
        {action}
        {about(page)}
    }
    .into_any()
}

fn said(view: &BillView, message: Option<&str>) -> AnyView {
    // “Already paid” is said by the page itself once it is true.
    let Some(code) = message.filter(|code| !(*code == "bill.paid" && view.status == BillStatus::Paid)) else {
        return ().into_any();
    };
    let text =
        t::by_key(&format!("message.{code}")).or_else(|| failure::by_key(code)).unwrap_or_else(|| failure::internal());
    let tone = if matches!(code, "bill.paid" | "pay.not_yet") { Tone::Info } else { Tone::Danger };
    view! { <div id="errors"><Notification tone=tone title=text live=true /></div> }.into_any()
}

fn state(view: &BillView, waiting: bool) -> AnyView {
    let (tone, title, text) = match view.status {
        BillStatus::Paid => (Tone::Success, t::paid_title(), t::paid_text()),
        BillStatus::Closed => (Tone::Info, t::closed_title(), t::closed_text()),
        BillStatus::RefundDue => (Tone::Warning, money::refunding_title(), money::refunding_text()),
        BillStatus::Refunded => (Tone::Success, money::refunded_title(), money::refunded_text()),
        BillStatus::Open if waiting && view.pending => (Tone::Warning, t::pending_title(), t::pending_text()),
        BillStatus::Open if waiting => (Tone::Warning, t::back_title(), t::back_text()),
        BillStatus::Open => return ().into_any(),
    };
    let at = view.paid_at.map(|at| view! { <p>{t::paid_at(at.format_zh())}</p> });
    view! { <Notification tone=tone title=title heading_level=2 live=true>{at}<p>{text}</p></Notification> }.into_any()
}

fn line(line: &FeeLine) -> MoneyLine {
    let label = if line.quantity == 1 {
        line.name.clone()
    } else {
        t::quantity(&line.name, line.unit_fen, line.quantity, &line.unit)
    };
    MoneyLine {
        before_reduction: line.reduction.as_ref().map(|_| line.full.to_string()),
        reduction: line.reduction.clone(),
        ..MoneyLine::new(label, line.basis.clone(), line.amount.to_string())
    }
}

fn facts(view: &BillView, page: &BillPage<'_>) -> Vec<SummaryRow> {
    let status = match view.status {
        BillStatus::Open => t::status_open(),
        BillStatus::Paid => t::status_paid(),
        BillStatus::Closed => t::status_closed(),
        BillStatus::RefundDue => money::status_refunding(),
        BillStatus::Refunded => money::status_refunded(),
    };
    let mut rows = vec![
        SummaryRow::new(t::matter(), page.matter_title),
        SummaryRow::new(t::number(), view.number.clone()).numeric(),
        SummaryRow::new(t::status(), status),
    ];
    if view.status == BillStatus::Open {
        rows.push(SummaryRow::new(t::until(), format_date_zh(view.pay_by)));
    }
    if let Some(at) = view.paid_at {
        rows.push(SummaryRow::new(t::paid_at_label(), at.format_zh()));
    }
    rows
}

/// The ways to pay, each one button.
fn pay(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let form = ways::forms(view, page, true);
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
fn wait(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let on = ways::forms(view, page, false);
    view! {
        <form class="ov-stack" method="post" action=paths::check_payment(view.id)>
            <ActionBar><Button symbol=Symbol::Search>{t::check()}</Button></ActionBar>
        </form>
        {island(view)}
        <Details summary=t::not_paid_yet()>
            <p>{t::once()}</p>
            {on}
        </Details>
    }
    .into_any()
}

/// The place of the island that asks by itself.
fn island(view: &BillView) -> AnyView {
    crate::pay::components::watch::helper(view.id)
}

fn to_case(view: &BillView) -> AnyView {
    let href = paths::case(view.case);
    view! { <ActionBar><LinkButton href=href>{t::to_case()}</LinkButton></ActionBar> }.into_any()
}

fn about(page: &BillPage<'_>) -> AnyView {
    let rows = [(t::payer(), page.payer), (t::unpaid(), page.unpaid), (t::refund(), page.refund)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| SummaryRow::new(label, text))
        .collect::<Vec<_>>();
    view! { <Panel title=t::about() id="about"><SummaryList rows=rows /></Panel> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{BillId, CaseId};
    use domain::money::Fen;
    use domain::time::Instant;
    use jiff::civil::date;
    use service::ports::pay::Way;

    fn view(status: BillStatus, pending: bool) -> BillView {
        BillView {
            id: "019a0000-0000-7000-8000-000000000002".parse::<BillId>().expect("a UUID"),
            case: "019a0000-0000-7000-8000-000000000003".parse::<CaseId>().expect("a UUID"),
            number: "53000026000000000017".into(),
            total: Fen(8000),
            lines: vec![FeeLine {
                item_code: "1".into(),
                name: "不动产登记费".into(),
                basis: "发改价格规〔2016〕2559号".into(),
                unit: "件".into(),
                unit_fen: Fen(8000),
                quantity: 1,
                full: Fen(8000),
                amount: Fen(8000),
                reduction: None,
            }],
            status,
            pay_by: date(2026, 6, 1),
            paid_at: (status == BillStatus::Paid).then_some(Instant(0)),
            pending,
            refunds: Vec::new(),
        }
    }

    fn html(view: &BillView, came_back: bool) -> String {
        let wechat = WayToPay { id: "wechat", account: "wechat", way: Way::Phone };
        let page = BillPage { ways: &[wechat], came_back, ..BillPage::default() };
        Owner::new().with(|| bill(view, &page).to_html())
    }

    #[test]
    fn an_open_bill_says_the_rule_and_offers_each_way_to_pay() {
        let view = view(BillStatus::Open, false);
        let page = html(&view, false);
        assert!(page.contains("发改价格规〔2016〕2559号") && page.contains("80.00 元"));
        assert!(page.contains("name=\"provider\"") && page.contains("value=\"wechat\""));
        assert!(!page.contains(&paths::check_payment(view.id)));
    }

    #[test]
    fn d5_what_goes_back_is_explained_with_how_far_it_is() {
        use domain::bill::{RefundReason, RefundState};
        let mut view = view(BillStatus::Paid, false);
        for (state, word) in [
            (RefundState::Due, "不用申请"),
            (RefundState::Sent, "已经交给支付平台"),
            (RefundState::Done, "已经原路退回"),
            (RefundState::Failed, "收费人员正在处理"),
        ] {
            view.refunds = vec![service::money::refunds::RefundView {
                amount: Fen(8000),
                why: RefundReason::PaidTwice,
                state,
                asked_at: Instant(0),
                done_at: Some(Instant(0)),
            }];
            let page = html(&view, false);
            assert!(page.contains(word) && page.contains("付了两次") && page.contains("80.00 元"), "{state:?}");
        }
    }

    #[test]
    fn while_waiting_asking_again_comes_before_paying_again() {
        for (pending, came_back) in [(true, false), (false, true)] {
            let view = view(BillStatus::Open, pending);
            let page = html(&view, came_back);
            let check = page.find(&paths::check_payment(view.id)).expect("may ask again");
            let pay = page.find(&paths::pay(view.id)).expect("may pay on");
            assert!(check < pay);
        }
    }

    #[test]
    fn a_bill_that_is_paid_or_closed_never_asks_for_money() {
        for status in [BillStatus::Paid, BillStatus::Closed, BillStatus::RefundDue, BillStatus::Refunded] {
            let view = view(status, false);
            let page = html(&view, true);
            assert!(!page.contains(&paths::pay(view.id)) && !page.contains(&paths::check_payment(view.id)));
        }
    }
}
