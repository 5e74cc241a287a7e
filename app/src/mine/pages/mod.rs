//! Pages of `mine`: the list of drafts and cases, one case, the account.

mod account;
mod case;
mod list;
pub(crate) mod undo;

pub use account::mine;
pub use case::case;
pub use list::cases;
pub use undo::undo;
