//! 等待支付结果: asks by itself while the payer is at the cashier's.

use crate::browser::{arguments, behaviour, call, data, is_hidden, part, reload, show};
use crate::pay::actions::PaymentState;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Between two questions, in ms.
const PAUSE: u32 = 3_000;
/// Two minutes; whoever takes longer presses the page's own button.
const TRIES: u32 = 40;

/// Asks for the bill's state and shows the page anew once it is settled.
#[island]
pub fn PayWatch() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let (waiting, late) = (part(&holder, "waiting")?, part(&holder, "late")?);
    show(&waiting, true);
    spawn_local(async move {
        if settled(&data(&holder, "data-bill")).await {
            reload();
        } else {
            show(&waiting, false);
            show(&late, true);
        }
    });
    Some(())
}

/// Whether the bill was settled in time. A page that nobody sees asks nothing.
async fn settled(bill: &str) -> bool {
    let mut tries = 0;
    while tries < TRIES {
        TimeoutFuture::new(PAUSE).await;
        if is_hidden() {
            continue;
        }
        tries += 1;
        match call::<PaymentState>(arguments(&[("bill", bill)])).await {
            Ok(state) if state != "open" => return true,
            Ok(_) => {}
            // No answer now may be one later.
            Err(error) if error.is_passing() => {}
            Err(_) => return false,
        }
    }
    false
}

/// The island for an unpaid bill with an order at the provider.
#[cfg(feature = "ssr")]
pub fn helper(bill_id: impl std::fmt::Display) -> AnyView {
    use crate::t::islands as t;
    view! {
        <div role="status" data-island data-bill=bill_id.to_string()>
            <p data-part="waiting" hidden>{t::pay_waiting()}</p>
            <p data-part="late" hidden>{t::pay_timeout()}</p>
            <PayWatch />
        </div>
    }
    .into_any()
}
