//! Pages of `pay`.

mod bill;
pub(crate) mod refunds;

pub use bill::{BillPage, bill};
