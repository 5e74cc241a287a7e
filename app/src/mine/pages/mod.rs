//! Pages of `mine`: the list of drafts and cases, one case, the account.

mod account;
mod case;
mod delivery;
mod list;
mod owed;
pub(crate) mod undo;

pub use account::mine;
pub use case::case;
pub use delivery::delivery;
pub use list::{cases, delete_draft};
pub use undo::undo;
