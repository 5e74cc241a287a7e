//! What is true everywhere: types and their parsing, the matter model, questions, forms, material
//! and fee rules, the working-day clock, the case state machine and the permission policy.
//!
//! Pure: no clock, no randomness, no I/O. Today's date, the calendar and the catalogue version
//! come in as arguments, so browser and server decide alike.

pub mod benefits;
pub mod bill;
pub mod capitals;
pub mod case;
pub mod catalogue;
pub mod codes;
pub mod form;
pub mod ids;
pub mod ledger;
pub mod materials;
pub mod money;
pub mod policy;
pub mod reconcile;
pub mod rules;
pub mod search;
pub mod text;
pub mod time;
