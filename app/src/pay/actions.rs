//! Server functions of paying.

use crate::wire::WireError;
use leptos::prelude::*;

/// `open`, `paid`, `closed`, `refund_due` or `refunded`, after asking the provider.
#[server(prefix = "/api", endpoint = "payment_state")]
pub async fn payment_state(bill: String) -> Result<String, WireError> {
    use crate::backend::{backend, refuse};
    use service::payments::BillStatus;
    let backend = backend()?;
    let applicant = backend.session.applicant().map_err(refuse)?;
    let id = bill.parse().map_err(|_| refuse(service::Failure::NotFound))?;
    let bill = backend.service.check_payment(&applicant, id).await.map_err(refuse)?;
    let state = match bill.status {
        BillStatus::Open => "open",
        BillStatus::Paid => "paid",
        BillStatus::Closed => "closed",
        BillStatus::RefundDue => "refund_due",
        BillStatus::Refunded => "refunded",
    };
    Ok(state.to_owned())
}
