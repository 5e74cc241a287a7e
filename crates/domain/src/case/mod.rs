//! The case (办件): a state machine without side effects. `decide` turns a command into events or
//! a refusal, `apply` folds an event into the case. Dates, calendars and matters come in as facts.

mod apply;
mod command;
mod decide;
mod event;
mod handover;
mod owed;
mod parts;
pub mod render;
mod state;
mod undo;

pub use apply::{Submitted, apply, open};
pub use command::{Actor, Command, Decision, Facts, Refusal};
pub use decide::{decide, rules_may_grant};
pub use event::{Event, NoticeItem};
pub use handover::{first_contact, post};
pub use owed::{Owed, OwedState, Promised, WAITING};
pub use parts::{PartCommand, PartState, PartsOutcome, SubCase, decide_part, fan_out, parts_outcome};
pub use state::{
    BillState, Case, CaseState, CaseStatus, Closed, ClosedHow, Correcting, Decided, InProgress, NoticeRecord, Outcome,
    PartyState, Received, SpecialRecord, Suspended,
};
pub use undo::{may_undo, undo_until};
