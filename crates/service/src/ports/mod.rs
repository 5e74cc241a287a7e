//! What the service needs from outside. `connect` implements these against real protocols.

pub mod bundle;
pub mod documents;
pub mod invoice;
pub mod licences;
pub mod message;
pub mod pay;
pub mod preview;
pub mod register;
pub mod scan;
