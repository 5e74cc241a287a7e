//! What the people who run the server need: logs, figures, health, an orderly end.

pub mod health;
pub mod logging;
pub mod metrics;
pub mod shutdown;
