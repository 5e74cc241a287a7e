//! The real router over a database of its own, in the test's process; and browsers to use it with.
//!
//! Doubles stand where the outside world begins (carrier, payment provider, PDF maker); they are
//! the same ones as in the tests of `service`.

#![allow(dead_code, unused_imports, reason = "each of the test programs uses its part")]

#[path = "../../../crates/service/tests/support/answers.rs"]
mod answers;
mod browser;
mod files;
mod house;
#[path = "../../../crates/service/tests/support/ports.rs"]
mod ports;

pub use answers::{answers_for, firm_code};
pub use browser::{Answer, Browser, encode, link_on};
pub use files::{Part, broken_form, multipart, pdf, pieces};
pub use house::{BIRTH, FOOD, Folder, House, PROPERTY, Person, TILL, repository, site};
