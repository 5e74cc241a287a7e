//! Identifiers. All are `UUIDv7` made by the service; here they are only told apart by type.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
/// The bare identifier, for what only staff name.
pub use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

id!(/// A citizen's or firm member's account (账户).
    AccountId);
id!(/// A member of staff (工作人员).
    StaffId);
id!(/// A draft application (草稿).
    DraftId);
id!(/// A submitted application (办件).
    CaseId);
id!(/// One uploaded file.
    FileId);
id!(/// One resumable upload (断点续传).
    TransferId);
id!(/// One bill (缴款书).
    BillId);
id!(/// One issued document (文书).
    DocumentId);
