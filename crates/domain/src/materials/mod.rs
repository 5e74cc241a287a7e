//! Slots that need no file of their own: what stands in them instead (材料收取方式).

mod deferral;
mod fill;
mod promise;

pub use deferral::{last_day, span_zh};
pub use fill::{DeferredFill, EarlierFill, Fill, LicenceFill, NumberFill, PromiseFill};
