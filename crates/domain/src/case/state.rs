//! The states of a case, each with its own data.

use super::{NoticeItem, Owed, Promised, SubCase};
use crate::catalogue::MatterRef;
use crate::ids::{AccountId, CaseId, DraftId, StaffId};
use crate::time::{Instant, Suspension};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A case with what holds in every state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// 办件编号, 43 characters.
    pub number: String,
    pub matter: MatterRef,
    pub applicant: AccountId,
    pub submitted_at: Instant,
    pub party: PartyState,
    /// 首问负责: the first clerk who touched it stays answerable.
    pub first_clerk: Option<StaffId>,
    /// Who accepted, and who decided: never one person unless the matter is 即办.
    pub accepted_by: Option<StaffId>,
    pub decided_by: Option<StaffId>,
    /// The start of the clock.
    pub accepted_on: Option<Date>,
    /// Times that do not count (行政许可法 §45).
    pub suspensions: Vec<Suspension>,
    pub notice: Option<NoticeRecord>,
    pub specials: Vec<SpecialRecord>,
    /// 分项 of a joint matter, from acceptance on; cases accepted before there were parts have none.
    #[serde(default)]
    pub parts: Vec<SubCase>,
    /// 容缺后补: materials promised for later.
    #[serde(default)]
    pub owed: Vec<Owed>,
    /// 告知承诺: promises that stand for materials.
    #[serde(default)]
    pub promised: Vec<Promised>,
    pub bill: BillState,
    pub state: CaseState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum CaseState {
    /// 收件
    Received(Received),
    /// 补齐补正: waiting for the applicant
    Correcting(Correcting),
    /// 受理 / 在办
    InProgress(InProgress),
    /// 挂起: a special procedure that stops the clock
    Suspended(Suspended),
    /// 办结
    Decided(Decided),
    /// 退件: acceptance refused, or withdrawn
    Closed(Closed),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub since: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correcting {
    pub since: Instant,
    /// Last day to answer the notice.
    pub answer_by: Date,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InProgress {
    pub since: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    pub since: Instant,
    /// Id of the special procedure in the matter.
    pub procedure: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub at: Instant,
    pub outcome: Outcome,
    /// Set when the result document has been issued.
    pub issued_at: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub at: Instant,
    pub how: ClosedHow,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Granted,
    /// With reasons and the routes of review and suit (行政许可法 §38).
    Refused {
        reasons: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum ClosedHow {
    AcceptanceRefused {
        reasons: Vec<String>,
    },
    Withdrawn,
    /// 撤销, within ten minutes of the submission.
    Undone {
        /// Where the content goes on.
        draft: DraftId,
    },
    /// 补交不来: names of the materials that were promised and did not come in time.
    NotSupplied {
        materials: Vec<String>,
    },
}

/// The other party of a joint application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "party", rename_all = "snake_case")]
pub enum PartyState {
    NotNeeded,
    Waiting,
    Confirmed { at: Instant },
}

/// The one notice (一次性补正告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRecord {
    pub items: Vec<NoticeItem>,
    pub issued_at: Instant,
    pub answered_at: Option<Instant>,
    /// How often the answer had to be sent back over the same items.
    pub returned: u32,
}

/// A special procedure that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialRecord {
    pub procedure: String,
    pub name: String,
    pub stops_clock: bool,
    pub started_on: Date,
    pub due_on: Date,
    pub ended_on: Option<Date>,
    pub finding: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillState {
    None,
    Due,
    Paid,
    /// 应退: it was paid for a case that was undone.
    RefundDue,
}

/// The state without its data; stored in a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    Received,
    Correcting,
    InProgress,
    Suspended,
    Decided,
    Closed,
}

impl CaseStatus {
    pub const ALL: [Self; 6] =
        [Self::Received, Self::Correcting, Self::InProgress, Self::Suspended, Self::Decided, Self::Closed];

    /// Stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Correcting => "correcting",
            Self::InProgress => "in_progress",
            Self::Suspended => "suspended",
            Self::Decided => "decided",
            Self::Closed => "closed",
        }
    }

    /// 业务状态 as the standard names it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Received => "收件",
            Self::Correcting => "补齐补正",
            Self::InProgress => "在办",
            Self::Suspended => "挂起",
            Self::Decided => "办结",
            Self::Closed => "退件",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Nothing more is asked of anybody's clock.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Decided | Self::Closed)
    }
}

impl Case {
    pub fn status(&self) -> CaseStatus {
        match self.state {
            CaseState::Received(_) => CaseStatus::Received,
            CaseState::Correcting(_) => CaseStatus::Correcting,
            CaseState::InProgress(_) => CaseStatus::InProgress,
            CaseState::Suspended(_) => CaseStatus::Suspended,
            CaseState::Decided(_) => CaseStatus::Decided,
            CaseState::Closed(_) => CaseStatus::Closed,
        }
    }

    /// The special procedure that is running, if any.
    pub fn open_special(&self) -> Option<&SpecialRecord> {
        self.specials.iter().find(|s| s.ended_on.is_none())
    }
}
