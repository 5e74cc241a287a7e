//! Slots that need no file of their own: what stands in them instead (材料收取方式). Slots with files: how
//! their pages are arranged, and which file belongs into which slot.

mod arranged;
mod deferral;
mod fill;
mod promise;
mod proof_day;
mod sorting;

pub use arranged::{Arranged, Crop, moved, share_of, share_text};
pub use deferral::{last_day, span_zh};
pub use fill::{DeferredFill, EarlierFill, Fill, LicenceFill, NumberFill, PromiseFill};
pub use proof_day::{DayDoubt, Judging};
pub use sorting::{MOST_UNSORTED, Offered, Room, UNSORTED, sort};
