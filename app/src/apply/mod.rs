//! Applying: questions, form, materials, report, signature.

pub mod actions;
pub mod components;
pub mod finding;
#[cfg(feature = "ssr")]
pub mod pages;
