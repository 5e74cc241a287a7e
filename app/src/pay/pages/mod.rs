//! Pages of `pay`.

mod bill;
mod code;
mod history;
mod link;
pub(crate) mod refunds;
mod ways;

pub use bill::{BillPage, ForOthers, bill};
pub use code::{CodePage, code};
pub use history::history;
pub use link::{LinkPage, link};
pub use ways::{WayToPay, account_name};
