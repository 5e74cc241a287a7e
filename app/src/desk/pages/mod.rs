//! Pages of the staff desk.

mod bills;
mod case;
pub mod jobs;
mod message;
mod queue;
pub mod revisions;
mod sign_in;
#[cfg(test)]
mod tests;

pub use bills::bills;
pub use case::case;
pub use jobs::{JobRow, jobs};
pub use message::message;
pub use queue::queue;
pub use sign_in::sign_in;
