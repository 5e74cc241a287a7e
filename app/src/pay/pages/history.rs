//! 缴费记录: every bill of one's own, in words, with what goes back and its slip.

use super::refunds::lines;
use crate::paths;
use crate::t::pay_more as t;
use crate::ui::{Badge, Card, EmptyState, LinkButton, PageHeading, Stack, Symbol, Tone};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::money::history::PastBill;
use service::payments::{BillStatus, BillView};

/// The newest first.
pub fn history(list: &[PastBill]) -> AnyView {
    let body = if list.is_empty() {
        view! {
            <EmptyState symbol=Symbol::Pay title=t::history_none() body=t::history_none_body()>
                <LinkButton href=paths::MATTERS>{crate::t::mine::to_matters()}</LinkButton>
            </EmptyState>
        }
        .into_any()
    } else {
        let cards = list.iter().map(card).collect_view();
        view! { <Stack>{cards}</Stack> }.into_any()
    };
    view! { <PageHeading title=t::history_title() lead=t::history_lead() /> {body} }.into_any()
}

fn status(bill: &BillView) -> (&'static str, Tone) {
    match bill.status {
        BillStatus::Open if bill.waiting.is_some() => (t::history_window(), Tone::Warning),
        BillStatus::Open if bill.pending => (t::history_waiting(), Tone::Warning),
        BillStatus::Open => (t::history_open(), Tone::Warning),
        BillStatus::Paid => (t::history_paid(), Tone::Success),
        BillStatus::Closed => (t::history_closed(), Tone::Neutral),
        BillStatus::RefundDue => (t::history_refunding(), Tone::Warning),
        BillStatus::Refunded => (t::history_refunded(), Tone::Success),
    }
}

fn card(past: &PastBill) -> AnyView {
    let bill = &past.bill;
    let (text, tone) = status(bill);
    let day = match bill.paid_at {
        Some(at) => t::history_paid_at(format_date_zh(at.date_in_china())),
        None => t::history_raised(format_date_zh(past.raised_at.date_in_china())),
    };
    let number = bill.number.clone();
    let open = bill.status == BillStatus::Open && bill.waiting.is_none();
    let slip = bill.slip.map(|slip| {
        let of = format!("：{number}");
        view! {
            <p>
                <a class="ov-link" href=paths::document(slip)>
                    {t::slip()}
                    <span class="ov-vh">{of}</span>
                </a>
            </p>
        }
    });
    view! {
        <Card
            title=past.title.clone()
            href=paths::bill(bill.id)
            body=t::history_amount(bill.total, &past.body)
            heading_level=2
            important=open
            symbol=Symbol::Pay
        >
            <p><Badge text=text tone=tone /></p>
            <p class="ov-hint">{day}</p>
            <p class="ov-hint ov-num">{number}</p>
        </Card>
        {lines(&bill.refunds)}
        {slip}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::bill::{RefundReason, RefundState};
    use domain::ids::{BillId, CaseId, DocumentId};
    use domain::money::Fen;
    use domain::time::Instant;
    use jiff::civil::date;
    use service::money::refunds::RefundView;

    fn past(status: BillStatus) -> PastBill {
        PastBill {
            bill: BillView {
                id: "019a0000-0000-7000-8000-000000000002".parse::<BillId>().expect("a UUID"),
                case: "019a0000-0000-7000-8000-000000000003".parse::<CaseId>().expect("a UUID"),
                number: "53000026000000000017".into(),
                total: Fen(8000),
                lines: Vec::new(),
                status,
                pay_by: date(2026, 6, 1),
                paid_at: None,
                pending: false,
                refunds: Vec::new(),
                waiting: None,
                slip: None,
                invoice: None,
            },
            title: "不动产转移登记".into(),
            body: "示例县自然资源局".into(),
            raised_at: Instant(0),
        }
    }

    fn html(list: &[PastBill]) -> String {
        Owner::new().with(|| history(list).to_html())
    }

    #[test]
    fn d5_each_state_has_its_words_and_nothing_paid_is_a_next_step() {
        assert!(html(&[]).contains(t::history_none()));
        let all = [
            (BillStatus::Open, "等您缴费"),
            (BillStatus::Paid, "已缴"),
            (BillStatus::Closed, "不用缴了"),
            (BillStatus::RefundDue, "正在退给您"),
            (BillStatus::Refunded, "已经退给您"),
        ];
        for (status, words) in all {
            let page = html(&[past(status)]);
            assert!(page.contains(words) && page.contains("80.00 元") && page.contains("53000026000000000017"));
        }
    }

    #[test]
    fn d5_a_paid_bill_leads_to_its_slip_and_says_what_goes_back() {
        let mut one = past(BillStatus::Paid);
        let slip = "019a0000-0000-7000-8000-000000000004".parse::<DocumentId>().expect("a UUID");
        one.bill.slip = Some(slip);
        one.bill.refunds = vec![RefundView {
            amount: Fen(8000),
            why: RefundReason::PaidTwice,
            state: RefundState::Due,
            asked_at: Instant(0),
            done_at: None,
            by_hand: Some(domain::bill::CounterMeans::Cash),
        }];
        let page = html(&[one]);
        assert!(page.contains(&paths::document(slip)) && page.contains("付了两次") && page.contains("来窗口领"));
    }
}
