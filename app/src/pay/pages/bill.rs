//! 缴费: what for, which rule, how much, until when; and never a doubt whether it was paid.

use super::refunds::refunds;
use super::ways::{self, Offer, WayToPay};
use crate::paths;
use crate::t::{failure, money, pay as t, pay_more as others};
use crate::ui::{
    ActionBar, Button, ButtonKind, Details, LinkButton, MoneyLine, MoneyTable, Notification, PageHeading, Panel,
    SummaryList, SummaryRow, Symbol, Tone,
};
use domain::catalogue::FeeLine;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::money::invoices::InvoiceView;
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
    pub for_others: ForOthers<'a>,
    /// Where whoever looks takes money at a window.
    pub window: Option<&'a str>,
}

/// 请别人代付: what the owner may do about it here.
#[derive(Debug, Clone, Copy, Default)]
pub enum ForOthers<'a> {
    /// A clerk looks, for a visitor: nobody could withdraw a link after the visit.
    #[default]
    Nothing,
    /// There is no link yet.
    Make,
    /// The whole address of the link.
    Made(&'a str),
}

/// The bill in its state: to pay, waiting for the result, paid, closed.
pub fn bill(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let taken = view.waiting.is_some();
    let waiting = view.status == BillStatus::Open && !taken && (view.pending || page.came_back);
    let action = match view.status {
        BillStatus::Paid | BillStatus::Closed | BillStatus::RefundDue | BillStatus::Refunded => to_case(view),
        BillStatus::Open if taken => to_case(view),
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
        {slip(view)}
        {for_others(view, page)}
        {to_window(view, page)}
        {about(page)}
    }
    .into_any()
}

fn said(view: &BillView, message: Option<&str>) -> AnyView {
    // “Already paid” is said by the page itself once it is true; so is what asking again has brought.
    let code = match message {
        Some("bill.paid") if view.status == BillStatus::Paid => None,
        Some("checked") => (view.status == BillStatus::Open).then_some("pay.not_yet"),
        other => other,
    };
    let Some(code) = code else { return ().into_any() };
    let text = t::by_key(&format!("message.{code}"))
        .or_else(|| others::by_key(&format!("message.{code}")))
        .or_else(|| failure::by_key(code))
        .unwrap_or_else(|| failure::internal());
    let tone = if matches!(code, "bill.paid" | "bill.at_window" | "pay.not_yet") { Tone::Info } else { Tone::Danger };
    view! { <div id="errors"><Notification tone=tone title=text live=true /></div> }.into_any()
}

fn state(view: &BillView, waiting: bool) -> AnyView {
    if let (BillStatus::Open, Some(taken)) = (view.status, view.waiting) {
        let at = others::waiting_since(taken.since.format_zh());
        return view! {
            <Notification tone=Tone::Warning title=others::waiting_title() heading_level=2 live=true>
                <p>{at}</p>
                <p>{others::waiting_text()}</p>
            </Notification>
        }
        .into_any();
    }
    let by_hand = view.refunds.iter().any(|refund| refund.by_hand.is_some());
    let (tone, title, text) = match view.status {
        BillStatus::Paid => (Tone::Success, t::paid_title(), t::paid_text()),
        BillStatus::Closed => (Tone::Info, t::closed_title(), t::closed_text()),
        BillStatus::RefundDue if by_hand => (Tone::Warning, money::refunding_title(), others::hand_refunding()),
        BillStatus::RefundDue => (Tone::Warning, money::refunding_title(), money::refunding_text()),
        BillStatus::Refunded if by_hand => (Tone::Success, money::refunded_title(), others::hand_refunded()),
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
    rows.extend(view.invoice.as_ref().map(invoice));
    rows
}

fn offer<'a>(view: &BillView, page: &BillPage<'a>) -> Offer<'a> {
    Offer { action: paths::pay(view.id), total: view.total, ways: page.ways, handheld: page.handheld }
}

/// 财政电子票据, with what it takes to check it.
fn invoice(invoice: &InvoiceView) -> SummaryRow {
    let row = match &invoice.numbers {
        Some(n) => SummaryRow::new(others::invoice(), others::invoice_numbers(&n.code, &n.number, &n.check_code)),
        None => SummaryRow::new(others::invoice(), others::invoice_waiting()),
    };
    if invoice.reversed { row.note(others::invoice_reversed()) } else { row }
}

/// The ways to pay, each one button.
fn pay(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let form = ways::forms(&offer(view, page), true);
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
    let on = ways::forms(&offer(view, page), false);
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

/// 缴款回单
fn slip(view: &BillView) -> AnyView {
    let Some(slip) = view.slip else { return ().into_any() };
    let href = paths::document(slip);
    view! { <p><a class="ov-link" href=href>{others::slip()}</a></p> }.into_any()
}

/// 请别人代付: the link there is, or the button that makes one.
fn for_others(view: &BillView, page: &BillPage<'_>) -> AnyView {
    if view.status != BillStatus::Open || view.waiting.is_some() {
        return ().into_any();
    }
    let body = match page.for_others {
        ForOthers::Nothing => return ().into_any(),
        ForOthers::Made(link) => {
            let (href, text) = (link.to_owned(), link.to_owned());
            let withdraw = paths::withdraw_pay_link(view.id);
            view! {
                <p>{others::link_send()}</p>
                <p><a class="ov-link" href=href>{text}</a></p>
                <p class="ov-hint">{others::link_care()}</p>
                <form method="post" action=withdraw>
                    <Button kind=ButtonKind::Secondary>{others::link_withdraw()}</Button>
                </form>
            }
            .into_any()
        }
        ForOthers::Make => {
            let make = paths::make_pay_link(view.id);
            view! {
                <p>{others::link_text()}</p>
                <form method="post" action=make>
                    <Button kind=ButtonKind::Secondary>{others::link_make()}</Button>
                </form>
            }
            .into_any()
        }
    };
    view! { <Panel title=others::link_title() id="link">{body}</Panel> }.into_any()
}

/// For a clerk with a visitor: the page where money is taken.
fn to_window(view: &BillView, page: &BillPage<'_>) -> AnyView {
    let Some(href) = page.window.filter(|_| view.status == BillStatus::Open) else { return ().into_any() };
    let href = href.to_owned();
    view! { <p><a class="ov-link" href=href>{others::to_window()}</a></p> }.into_any()
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
            waiting: None,
            slip: None,
            invoice: None,
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
                by_hand: None,
            }];
            let page = html(&view, false);
            assert!(page.contains(word) && page.contains("付了两次") && page.contains("80.00 元"), "{state:?}");
        }
    }

    #[test]
    fn d5_what_a_window_has_taken_is_said_and_not_asked_for_again() {
        use domain::bill::CounterMeans;
        let mut view = view(BillStatus::Open, true);
        view.waiting = Some(service::money::takings::Waiting { means: CounterMeans::Cash, since: Instant(0) });
        let page = html(&view, true);
        assert!(page.contains("窗口已经收了您的钱") && !page.contains(&paths::pay(view.id)));
    }

    #[test]
    fn d5_whoever_may_have_somebody_else_pay_finds_the_button_or_the_link() {
        let view = view(BillStatus::Open, false);
        let shown = |for_others| {
            let page = BillPage { for_others, ..BillPage::default() };
            Owner::new().with(|| bill(&view, &page).to_html())
        };
        let (without, with) = (shown(ForOthers::Make), shown(ForOthers::Made("https://one.example/pay/abc")));
        assert!(without.contains(&paths::make_pay_link(view.id)) && !without.contains("/pay/abc"));
        assert!(with.contains("https://one.example/pay/abc") && with.contains(&paths::withdraw_pay_link(view.id)));
        assert!(!html(&view, false).contains(&paths::make_pay_link(view.id)));
    }

    #[test]
    fn d5_the_invoice_is_shown_with_what_it_takes_to_check_it() {
        let mut view = view(BillStatus::Paid, false);
        view.invoice = Some(InvoiceView { numbers: None, reversed: false });
        assert!(html(&view, false).contains("正在开"));
        let numbers = Some(service::money::invoices::Numbered {
            code: "53990126".into(),
            number: "0000000001".into(),
            check_code: "a1b2c3".into(),
        });
        view.invoice = Some(InvoiceView { numbers, reversed: true });
        let page = html(&view, false);
        assert!(page.contains("0000000001") && page.contains("a1b2c3") && page.contains("已冲红"));
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
