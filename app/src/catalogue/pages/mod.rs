//! Pages of finding.

mod batches;
pub mod bodies;
pub mod figures;
pub mod guide;
pub mod home;
pub mod list;
mod list_kind;
pub mod lists;
pub mod places;
pub mod shared_list;
mod structured;
