//! The `onevisit` server: configuration, routes, security layers, workers, command line.

pub mod config;
pub mod http;
pub mod ops;
pub mod page;
pub mod routes;
pub mod site;
pub mod start;
