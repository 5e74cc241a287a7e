//! Days, limits and the clock of a case. Nothing here reads a clock: today comes in as an argument.

mod calendar;
mod clock;
mod explain;
mod instant;
mod limit;

pub use calendar::{CalendarError, DayKind, LocalHoliday, OffReason, WorkCalendar, YearCalendar};
pub use clock::{Alert, Clock, Deadline, deadline};
pub use explain::{ClockLine, LineKind};
pub use instant::{Instant, format_date_zh};
pub use limit::{Limit, LimitStart, LimitUnit, Suspension};
