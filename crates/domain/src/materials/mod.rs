//! How a material may come otherwise than as a file handed in at once.

mod deferral;
mod promise;

pub use deferral::{Deferral, OnDefault, last_day, span_zh};
pub use promise::PromiseTerms;
