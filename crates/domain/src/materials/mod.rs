//! Slots that need no file of their own: what stands in them instead (材料收取方式).

mod fill;

pub use fill::{DeferredFill, EarlierFill, Fill, LicenceFill, NumberFill, PromiseFill};
