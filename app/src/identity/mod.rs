//! Room `identity`.

#[cfg(feature = "ssr")]
pub mod pages;
