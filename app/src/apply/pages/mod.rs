//! Pages of applying, in the order in which people meet them.

pub mod arrange;
pub mod correction;
pub mod form;
pub mod join;
pub(crate) mod licences;
pub mod many;
pub mod materials;
pub mod other_ways;
pub mod personal_list;
pub mod promise;
pub mod proof_day;
pub mod questions;
pub mod receipt;
pub mod report;
pub mod sign;
pub mod steps;
