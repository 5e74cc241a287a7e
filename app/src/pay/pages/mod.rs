//! Pages of `pay`.

mod bill;

pub use bill::{BillPage, bill};
