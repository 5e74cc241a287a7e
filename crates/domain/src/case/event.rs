//! What has happened to a case. Append-only; the chain of hashes goes over these.

use super::{Outcome, SubCase};
use crate::ids::{DraftId, StaffId};
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One defect of the one notice, made from a criterion of the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeItem {
    /// Id of the material, which reopens for the applicant.
    pub material: String,
    /// Its name at the time, as printed.
    pub name: String,
    /// Id of the criterion that is not met.
    pub criterion: String,
    /// What is wrong and how to mend it, as printed.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    PartyConfirmed {
        at: Instant,
    },
    NoticeIssued {
        at: Instant,
        by: StaffId,
        items: Vec<NoticeItem>,
        answer_by: Date,
    },
    NoticeAnswered {
        at: Instant,
    },
    /// The same items go back once more; never a new defect.
    AnswerReturned {
        at: Instant,
        by: StaffId,
        items: Vec<NoticeItem>,
        answer_by: Date,
    },
    Accepted {
        at: Instant,
        by: Option<StaffId>,
        on: Date,
    },
    AcceptanceRefused {
        at: Instant,
        by: StaffId,
        reasons: Vec<String>,
    },
    BillRaised {
        at: Instant,
    },
    BillPaid {
        at: Instant,
    },
    /// 免缴
    BillWaived {
        at: Instant,
    },
    SpecialStarted {
        at: Instant,
        by: StaffId,
        procedure: String,
        name: String,
        stops_clock: bool,
        on: Date,
        due_on: Date,
    },
    SpecialEnded {
        at: Instant,
        by: StaffId,
        procedure: String,
        on: Date,
        finding: String,
    },
    /// 分办: the joint matter's parts, as they stand at acceptance.
    PartsOpened {
        at: Instant,
        parts: Vec<SubCase>,
    },
    PartFinished {
        at: Instant,
        by: StaffId,
        part: String,
        note: String,
        /// Parts that could begin because of it.
        opened: Vec<String>,
    },
    PartFailed {
        at: Instant,
        by: StaffId,
        part: String,
        reason: String,
        /// Parts that had only waited for its end.
        opened: Vec<String>,
        /// Parts that stop until it is mended.
        stopped: Vec<String>,
    },
    PartReopened {
        at: Instant,
        by: StaffId,
        part: String,
        reason: String,
    },
    /// 补交期限: each owed material's last day, fixed at acceptance; the clock waits from `from` on.
    OwedDated {
        at: Instant,
        from: Date,
        dates: Vec<(String, Date)>,
    },
    OwedSupplied {
        at: Instant,
        material: String,
    },
    OwedMet {
        at: Instant,
        by: StaffId,
        material: String,
    },
    /// What came goes back, with everything that is wrong and a new last day.
    OwedReturned {
        at: Instant,
        by: StaffId,
        material: String,
        texts: Vec<String>,
        from: Date,
        until: Date,
    },
    /// 到期未补.
    OwedLapsed {
        at: Instant,
        on: Date,
        materials: Vec<String>,
        /// 终止办理: the case ends with it.
        closes: bool,
    },
    Decided {
        at: Instant,
        /// None: 免审即享, the rules alone decided.
        by: Option<StaffId>,
        outcome: Outcome,
        /// The rules that decided, word for word, where nobody did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        grounds: Vec<String>,
    },
    ResultIssued {
        at: Instant,
        by: Option<StaffId>,
    },
    Withdrawn {
        at: Instant,
    },
    /// 首问负责: the first clerk who touched it, and stays answerable.
    FirstContact {
        at: Instant,
        by: StaffId,
    },
    /// 结果邮寄: the result was handed to the carrier.
    Posted {
        at: Instant,
        by: StaffId,
        carrier: String,
        waybill: String,
    },
    /// 撤销: what was decided without anybody in the office is taken back with it.
    Undone {
        at: Instant,
        /// Where the content goes on.
        draft: DraftId,
    },
}

impl Event {
    /// Stable name, as stored and hashed.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PartyConfirmed { .. } => "party_confirmed",
            Self::NoticeIssued { .. } => "notice_issued",
            Self::NoticeAnswered { .. } => "notice_answered",
            Self::AnswerReturned { .. } => "answer_returned",
            Self::Accepted { .. } => "accepted",
            Self::AcceptanceRefused { .. } => "acceptance_refused",
            Self::BillRaised { .. } => "bill_raised",
            Self::BillPaid { .. } => "bill_paid",
            Self::BillWaived { .. } => "bill_waived",
            Self::SpecialStarted { .. } => "special_started",
            Self::SpecialEnded { .. } => "special_ended",
            Self::PartsOpened { .. } => "parts_opened",
            Self::PartFinished { .. } => "part_finished",
            Self::PartFailed { .. } => "part_failed",
            Self::PartReopened { .. } => "part_reopened",
            Self::OwedDated { .. } => "owed_dated",
            Self::OwedSupplied { .. } => "owed_supplied",
            Self::OwedMet { .. } => "owed_met",
            Self::OwedReturned { .. } => "owed_returned",
            Self::OwedLapsed { .. } => "owed_lapsed",
            Self::Decided { .. } => "decided",
            Self::ResultIssued { .. } => "result_issued",
            Self::Withdrawn { .. } => "withdrawn",
            Self::FirstContact { .. } => "first_contact",
            Self::Posted { .. } => "posted",
            Self::Undone { .. } => "undone",
        }
    }

    pub fn at(&self) -> Instant {
        match self {
            Self::PartyConfirmed { at }
            | Self::NoticeIssued { at, .. }
            | Self::NoticeAnswered { at }
            | Self::AnswerReturned { at, .. }
            | Self::Accepted { at, .. }
            | Self::AcceptanceRefused { at, .. }
            | Self::BillRaised { at }
            | Self::BillPaid { at }
            | Self::BillWaived { at }
            | Self::SpecialStarted { at, .. }
            | Self::SpecialEnded { at, .. }
            | Self::PartsOpened { at, .. }
            | Self::PartFinished { at, .. }
            | Self::PartFailed { at, .. }
            | Self::PartReopened { at, .. }
            | Self::OwedDated { at, .. }
            | Self::OwedSupplied { at, .. }
            | Self::OwedMet { at, .. }
            | Self::OwedReturned { at, .. }
            | Self::OwedLapsed { at, .. }
            | Self::Decided { at, .. }
            | Self::ResultIssued { at, .. }
            | Self::FirstContact { at, .. }
            | Self::Posted { at, .. }
            | Self::Withdrawn { at }
            | Self::Undone { at, .. } => *at,
        }
    }
}
