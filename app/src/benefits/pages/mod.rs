//! Pages of `benefits`, in the order in which people meet them.

mod claim;
mod list;
mod matches;

pub use claim::{AGREED, NAME, claim};
pub use list::list;
pub use matches::{SEEN, Said, matches};

use domain::catalogue::Audience;

/// The value of `for` in addresses.
pub fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Person => "person",
        Audience::Firm => "firm",
    }
}
