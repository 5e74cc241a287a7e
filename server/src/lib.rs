//! The `onevisit` server: configuration, routes, security layers, workers, command line.

// The layered router nests deeper than the default of 128.
#![recursion_limit = "256"]

pub mod config;
pub mod http;
pub mod ops;
pub mod page;
pub mod public_pages;
pub mod routes;
pub mod site;
pub mod start;
