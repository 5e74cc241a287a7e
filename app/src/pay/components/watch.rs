//! 等待支付结果: asks by itself while the payer is at the cashier's.

use crate::browser::{call, is_hidden, window};
use crate::pay::actions::PaymentState;
use crate::t::islands as t;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Between two questions, in ms.
const PAUSE: u32 = 3_000;
/// Two minutes; whoever takes longer presses the page's own button.
const TRIES: u32 = 40;

/// Asks for the bill's state and shows the page anew once it is settled.
#[island]
pub fn PayWatch(
    /// Bill id.
    bill: String,
) -> impl IntoView {
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let bill = bill.clone();
        spawn_local(async move {
            said.set(t::pay_waiting());
            if wait_for_end(bill).await {
                // Never fails for the page itself.
                let _ = window().location().reload();
            } else {
                said.set(t::pay_timeout());
            }
        });
    });
    view! { <p class="ov-hint" role="status">{move || said.get()}</p> }
}

/// Whether the bill was settled in time. A page that nobody sees asks nothing.
async fn wait_for_end(bill: String) -> bool {
    let arguments = PaymentState { bill };
    let mut tries = 0;
    while tries < TRIES {
        TimeoutFuture::new(PAUSE).await;
        if is_hidden() {
            continue;
        }
        tries += 1;
        match call(&arguments).await {
            Ok(state) if state != "open" => return true,
            // The other answer, and no answer, may change with time.
            Ok(_) => {}
            Err(error) if error.is_passing() => {}
            Err(_) => return false,
        }
    }
    false
}

/// The island for an unpaid bill with an order at the provider.
#[cfg(feature = "ssr")]
pub fn helper(bill_id: impl std::fmt::Display) -> AnyView {
    view! { <PayWatch bill=bill_id.to_string() /> }.into_any()
}
