//! Pages of finding.

pub mod figures;
pub mod guide;
pub mod home;
pub mod list;
pub mod lists;
pub mod places;
pub mod shared_list;
mod structured;
