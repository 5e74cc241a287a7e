//! What travels between browser and server. An error is `{code, incident_id}`: the texts lie in the
//! locale files, on the side that shows them.

use crate::t;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why a call did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// Stable code of `service`, or `offline`, `bad_request`, `internal`.
    pub code: String,
    /// Under which the server logged the request; to be read out on the telephone.
    #[serde(default)]
    pub incident_id: String,
}

/// No answer came: the device is offline, or the server cannot be reached.
pub const OFFLINE: &str = "offline";
const INTERNAL: &str = "internal";

impl WireError {
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), incident_id: String::new() }
    }

    /// Whether the same call may succeed later without the person changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.code.as_str(),
            OFFLINE | INTERNAL | "busy" | "conflict" | "rate_limited" | "unavailable" | "timeout" | "storage.full"
        )
    }

    /// What to say about it.
    pub fn text(&self) -> &'static str {
        match self.code.as_str() {
            OFFLINE => t::islands::offline(),
            "busy" | "rate_limited" => t::islands::busy(),
            code => t::failure::by_key(code).or_else(|| t::transfer::by_key(code)).unwrap_or_else(t::failure::internal),
        }
    }
}

impl FromServerFnError for WireError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        // What cannot be read is the caller's mistake, not ours.
        #[cfg(feature = "ssr")]
        if matches!(value, ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_)) {
            crate::backend::set_status(http::StatusCode::BAD_REQUEST);
        }
        Self::new(match value {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => "bad_request",
            ServerFnErrorErr::Request(_) => OFFLINE,
            _ => INTERNAL,
        })
    }
}

/// What saving answers did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedWire {
    /// Version of the draft after saving.
    pub version: i64,
    /// `10:32`, in China.
    pub time: String,
    /// Names of fields that another device had changed; the typed value won.
    pub conflicts: Vec<String>,
    /// What those had put there, in the same order.
    pub theirs: Vec<String>,
}

/// A group of elements as it stands after saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveWire {
    /// The state that was saved, to be saved over next.
    pub lock: i64,
    /// `10:32`, in China.
    pub time: String,
    /// What is missing or wrong in the group, each in a sentence.
    pub problems: Vec<String>,
}

/// One matter offered while typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub title: String,
    pub slug: String,
    /// Badges in words: 不收费 · 即办.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::WireError;

    #[test]
    fn every_error_has_words() {
        for code in ["sign_in", "not_found", "draft.submitted", "busy", "offline", "never heard of"] {
            let text = WireError::new(code).text();
            assert!(!text.is_empty() && !text.contains('{'), "{code}: {text}");
        }
    }

    #[test]
    fn what_waiting_mends_is_tried_again() {
        assert!(WireError::new("offline").is_passing());
        assert!(!WireError::new("draft.submitted").is_passing());
    }
}
