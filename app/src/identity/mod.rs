//! Signing in.

#[cfg(feature = "ssr")]
pub mod pages;
