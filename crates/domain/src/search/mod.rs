//! Finding a matter by what people type: Chinese characters, colloquial names, pinyin (whole, in part,
//! with or without spaces), initials, and all of these with typing errors.
//!
//! Pure, so that the browser ranks its small downloaded index exactly as the server ranks all of it.
//! Two steps: an inverted index over short features finds candidates whatever the number of matters;
//! the few best are then compared name by name.

pub mod download;
mod features;
mod index;
mod query;
mod readings;
mod words;

pub use index::{Builder, Entry, Hit, Index};
pub use readings::Readings;
pub use words::Words;
