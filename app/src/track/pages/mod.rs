//! Pages of `track`, and the pieces about progress that other rooms reuse.

mod form;
mod parts;
mod pieces;
mod result;

pub use form::form;
pub use parts::{part_badge, part_rows, parts};
pub use pieces::{days_left, due_box, next_step, next_step_text, status_text, status_tone, timeline};
pub use result::result;
