//! Room `help`.

#[cfg(feature = "ssr")]
pub mod pages;
