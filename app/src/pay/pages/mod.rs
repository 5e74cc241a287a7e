//! Pages of `pay`.

mod bill;
mod code;
pub(crate) mod refunds;
mod ways;

pub use bill::{BillPage, bill};
pub use code::{CodePage, code};
pub use ways::{WayToPay, account_name};
