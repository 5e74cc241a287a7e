//! 退款: what goes back of a bill, why, and how far it is; in sentences, for the payer.

use crate::t::{money as t, pay_more};
use crate::ui::Panel;
use domain::bill::{CounterMeans, RefundState};
use domain::time::Instant;
use leptos::prelude::*;
use service::money::refunds::RefundView;

/// The panel of the bill's page; nothing where nothing goes back.
pub(super) fn refunds(list: &[RefundView]) -> AnyView {
    let Some(lines) = lines(list) else { return ().into_any() };
    view! { <Panel title=t::refunds_title() id="refunds">{lines}</Panel> }.into_any()
}

/// The same sentences without a panel, for the case's page.
pub(crate) fn lines(list: &[RefundView]) -> Option<AnyView> {
    if list.is_empty() {
        return None;
    }
    let lines = list.iter().map(|refund| view! { <li>{sentence(refund)}</li> }).collect_view();
    Some(view! { <ul>{lines}</ul> }.into_any())
}

fn sentence(refund: &RefundView) -> String {
    let why = t::by_key(&format!("why.{}", refund.why.code())).unwrap_or_default();
    let amount = refund.amount;
    if let Some(means) = refund.by_hand {
        return by_hand(refund, means, why);
    }
    match refund.state {
        RefundState::Due => t::refund_due(amount, why),
        RefundState::Sent => t::refund_sent(amount, why),
        RefundState::Done => t::refund_done(amount, why, refund.done_at.map_or_else(String::new, Instant::format_zh)),
        RefundState::Failed => t::refund_failed(amount, why),
    }
}

/// Taken at a window: no channel moves it, people do.
fn by_hand(refund: &RefundView, means: CounterMeans, why: &str) -> String {
    match (refund.done_at, means) {
        (Some(at), _) => pay_more::handed_back(refund.amount, why, at.format_zh()),
        (None, CounterMeans::Pos) => pay_more::hand_back_card(refund.amount, why),
        (None, CounterMeans::Cash) => pay_more::hand_back_cash(refund.amount, why),
    }
}
