//! Pages of the staff desk.

mod bills;
mod calendar;
mod case;
mod counter;
pub mod follow_ups;
pub mod jobs;
mod message;
pub mod money;
mod queue;
pub mod revisions;
mod sign_in;
pub mod spot_checks;
pub mod takings;
#[cfg(test)]
mod tests;

pub use bills::bills;
pub use calendar::reminded;
pub use case::case;
pub use counter::{CounterState, counter};
pub use follow_ups::follow_ups;
pub use jobs::{JobRow, jobs};
pub use message::message;
pub use queue::queue;
pub use sign_in::sign_in;
pub use spot_checks::spot_checks;
pub use takings::takings;
