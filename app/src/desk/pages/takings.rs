//! 窗口收款: the bill to be paid, what was recorded and waits for a second person, what is to be handed back.

use super::message;
use super::money::channel_name;
use crate::paths;
use crate::t::{money, takings as t};
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, DataTable, Field, Notification, PageHeading, Panel, SelectField,
    SummaryList, SummaryRow, Tone, field_id,
};
use domain::bill::CounterMeans;
use leptos::prelude::*;
use service::money::takings::{TakingBill, TakingView, Takings, ToHandBack};
use service::payments::BillStatus;

/// What the page shows besides what was recorded.
#[derive(Debug, Clone, Copy, Default)]
pub struct TakingsPage<'a> {
    /// 缴款码 as typed, and its bill.
    pub number: &'a str,
    pub bill: Option<&'a TakingBill>,
    /// May record; supervision only looks.
    pub takes: bool,
    /// May confirm, and record what was handed back.
    pub keeps: bool,
    /// What came of the last act.
    pub say: Option<&'a str>,
}

pub fn takings(all: &Takings, page: &TakingsPage<'_>) -> AnyView {
    let find = page.takes.then(|| find_form(page.number));
    let bill = page.bill.map(|bill| take(bill, page.takes));
    view! {
        {said(page.say)}
        <PageHeading title=t::title() lead=t::lead() />
        {find}
        {bill}
        {entries(&all.entries, page.keeps)}
        {to_hand_back(&all.to_hand_back, page.keeps)}
    }
    .into_any()
}

/// Codes that are not of this page have their sentence at the desk.
fn said(code: Option<&str>) -> AnyView {
    let own = code.and_then(|code| Some((code, t::by_key(&format!("message.{code}"))?)));
    let Some((code, text)) = own else { return message(code) };
    let tone = match code {
        "saved" | "done" => Tone::Success,
        "conflict" => Tone::Warning,
        _ => Tone::Danger,
    };
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

fn find_form(number: &str) -> AnyView {
    let value = number.to_owned();
    view! {
        <form class="ov-stack ov-stack--tight" method="get" action=paths::DESK_TAKINGS>
            <Field
                name="number"
                label=t::find_number()
                hint=t::find_hint()
                value=value
                inputmode="numeric"
                autocomplete="off"
            />
            <div>
                <Button kind=ButtonKind::Secondary>{t::find_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn take(bill: &TakingBill, takes: bool) -> AnyView {
    let (status, _) = super::bills::bill_status(bill.status);
    let rows = vec![
        SummaryRow::new(t::find_number(), bill.number.clone()).numeric(),
        SummaryRow::new(t::take_for(), bill.title.clone()),
        SummaryRow::new(t::take_amount(), bill.amount.to_string()),
        SummaryRow::new(t::take_state(), status),
    ];
    let act = match bill.waiting {
        Some(waiting) => {
            let text = t::take_waiting(waiting.since.format_zh());
            view! { <p>{text}</p> }.into_any()
        }
        None if bill.status != BillStatus::Open => view! { <p>{t::take_not_open()}</p> }.into_any(),
        None if takes => take_form(bill),
        None => ().into_any(),
    };
    view! {
        <Panel title=t::take_title() id="take">
            <SummaryList rows=rows />
            {act}
        </Panel>
    }
    .into_any()
}

fn take_form(bill: &TakingBill) -> AnyView {
    let number = bill.number.clone();
    let choices = CounterMeans::ALL
        .into_iter()
        .map(|means| Choice::new(means.channel(), channel_name(means.channel())))
        .collect();
    let sure = t::take_sure(bill.amount);
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::DESK_TAKINGS>
            <input type="hidden" name="bill_number" value=number />
            <p>{sure}</p>
            <SelectField name="means" label=t::take_means() choices=choices />
            <Field name="slip" label=t::take_slip() hint=t::take_slip_hint() autocomplete="off" />
            <div>
                <Button>{t::take_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn entries(rows: &[TakingView], keeps: bool) -> AnyView {
    let columns = vec![
        Column::new(t::col_bill()),
        Column::new(t::col_what()),
        Column::numeric(t::col_amount()),
        Column::new(t::col_slip()),
        Column::new(t::col_state()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(|row| entry(row, keeps)).collect();
    view! {
        <Panel title=t::list_title() id="recorded">
            <DataTable
                caption=t::list_title()
                caption_hidden=true
                columns=columns
                rows=lines
                empty=t::list_empty()
            />
        </Panel>
    }
    .into_any()
}

fn entry(row: &TakingView, keeps: bool) -> Vec<Cell> {
    let means = channel_name(row.means.channel());
    let what = if row.refund { t::returned(means) } else { t::taken(means) };
    let state = t::by_key(&format!("state.{}", row.state)).unwrap_or_default();
    let tone = match row.state.as_str() {
        "recorded" => Tone::Warning,
        "confirmed" => Tone::Success,
        _ => Tone::Neutral,
    };
    let act = match row.state.as_str() {
        "recorded" if row.own => Cell::from(t::own()),
        "recorded" if keeps => Cell::View(answer_form(row)),
        _ => Cell::from(""),
    };
    vec![
        Cell::Text(row.bill_number.clone()),
        Cell::Text(what),
        Cell::Text(row.amount.to_string()),
        Cell::Text(t::slip_at(&row.slip, &row.place, row.recorded_at.format_zh())),
        Cell::Badge(state.to_owned(), tone),
        act,
    ]
}

fn answer_form(row: &TakingView) -> AnyView {
    let action = paths::answer_taking(&row.id);
    view! {
        <form class="ov-cluster" method="post" action=action>
            <Button kind=ButtonKind::Secondary name="outcome" value="agree">{t::confirm()}</Button>
            <Button kind=ButtonKind::Quiet name="outcome" value="decline">{t::decline()}</Button>
        </form>
    }
    .into_any()
}

fn to_hand_back(rows: &[ToHandBack], keeps: bool) -> AnyView {
    let columns = vec![
        Column::new(t::col_bill()),
        Column::numeric(t::col_amount()),
        Column::new(t::col_why()),
        Column::new(t::col_act()),
    ];
    let lines = rows.iter().map(|row| back(row, keeps)).collect();
    view! {
        <Panel title=t::back_title() id="back">
            <p>{t::back_text()}</p>
            <DataTable caption=t::back_title() caption_hidden=true columns=columns rows=lines empty=t::back_empty() />
        </Panel>
    }
    .into_any()
}

fn back(row: &ToHandBack, keeps: bool) -> Vec<Cell> {
    let why = money::by_key(&format!("why.{}", row.why.code())).unwrap_or_default();
    let act = if keeps { Cell::View(back_form(row)) } else { Cell::from("") };
    vec![
        Cell::Text(row.bill_number.clone()),
        Cell::Text(format!("{} {}", row.amount, channel_name(row.means.channel()))),
        Cell::Text(format!("{why}，{}", row.since.format_zh())),
        act,
    ]
}

/// By hand: the page holds one such input per line, so its id needs the line's.
fn back_form(row: &ToHandBack) -> AnyView {
    let action = paths::hand_refund(&row.number);
    let id = field_id(&format!("slip-{}", row.number));
    let of = format!("：{}", row.bill_number);
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=action>
            <div class="ov-field">
                <label class="ov-field__label" for=id.clone()>
                    {t::take_slip()}
                    <span class="ov-vh">{of}</span>
                </label>
                <div class="ov-field__box">
                    <input class="ov-field__input" id=id name="slip" type="text" maxlength="60" autocomplete="off" />
                </div>
            </div>
            <div>
                <Button kind=ButtonKind::Secondary>{t::back_submit()}</Button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::bill::RefundReason;
    use domain::money::Fen;
    use domain::time::Instant;

    fn taking(own: bool) -> TakingView {
        TakingView {
            id: "e1".into(),
            refund: false,
            bill_number: "53000026000000000017".into(),
            means: CounterMeans::Pos,
            amount: Fen(8000),
            slip: "POS-000123".into(),
            place: "县政务服务中心".into(),
            state: "recorded".into(),
            recorded_at: Instant(0),
            own,
        }
    }

    fn html(all: &Takings, keeps: bool) -> String {
        let page = TakingsPage { takes: true, keeps, ..TakingsPage::default() };
        Owner::new().with(|| takings(all, &page).to_html())
    }

    #[test]
    fn d5_whoever_recorded_it_is_not_offered_to_confirm_it() {
        for (own, keeps, offered) in [(false, true, true), (true, true, false), (false, false, false)] {
            let all = Takings { entries: vec![taking(own)], to_hand_back: Vec::new() };
            let page = html(&all, keeps);
            assert!(page.contains("POS-000123") && page.contains("窗口刷卡") && page.contains("等另一个人确认"));
            assert_eq!(page.contains(&paths::answer_taking("e1")), offered, "{own} {keeps}");
        }
    }

    #[test]
    fn d5_what_is_to_be_handed_back_asks_for_a_slip() {
        let back = ToHandBack {
            number: "1R1".into(),
            bill_number: "53000026000000000017".into(),
            means: CounterMeans::Cash,
            amount: Fen(8000),
            why: RefundReason::PaidTwice,
            since: Instant(0),
        };
        let all = Takings { entries: Vec::new(), to_hand_back: vec![back] };
        assert!(html(&all, true).contains(&paths::hand_refund("1R1")));
        let looked_at = html(&all, false);
        assert!(looked_at.contains("付了两次") && !looked_at.contains(&paths::hand_refund("1R1")));
    }
}
