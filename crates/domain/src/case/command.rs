//! What somebody wants to do with a case, who it is, and why it may be refused.

use super::{NoticeItem, SubCase};
use crate::catalogue::SpecialProcedure;
use crate::ids::{AccountId, DraftId, StaffId};
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    ConfirmParty,
    IssueNotice {
        items: Vec<NoticeItem>,
    },
    AnswerNotice,
    ReturnAnswer {
        items: Vec<NoticeItem>,
    },
    Accept,
    RefuseAcceptance {
        reasons: Vec<String>,
    },
    RecordPayment,
    /// 免缴: the whole fee is waived before it was paid; only the system does, once two persons agree.
    WaiveBill,
    StartSpecial {
        procedure: String,
    },
    EndSpecial {
        finding: String,
    },
    FinishPart {
        part: String,
        note: String,
    },
    FailPart {
        part: String,
        reason: String,
    },
    ReopenPart {
        part: String,
        reason: String,
    },
    /// 补交 of a material that is owed (容缺后补).
    SupplyOwed {
        material: String,
    },
    /// Looking at what came: no defects = 合格, otherwise it goes back with all of them.
    JudgeOwed {
        material: String,
        defects: Vec<String>,
    },
    /// The day of something owed is over.
    LapseOwed,
    Decide(Decision),
    IssueResult,
    Withdraw,
    Undo {
        draft: DraftId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Grant,
    Refuse { reasons: Vec<String> },
}

/// Who acts. Rights of staff were checked by the service; here the case's own rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Applicant(AccountId),
    /// The other party, proved by the link and the phone.
    Party,
    Clerk(StaffId),
    Approver(StaffId),
    Issuer(StaffId),
    /// The outbox: payments and automatic steps.
    System,
}

/// What the decision depends on besides the case.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, named where they are used")]
pub struct Facts<'a> {
    pub now: Instant,
    /// Today in China.
    pub today: Date,
    /// 即办件: one person may accept and decide.
    pub immediate: bool,
    /// 收件即受理: receipt itself starts the clock.
    pub accepted_on_receipt: bool,
    /// The matter raises its bill at acceptance, and these answers lead to one.
    pub bill_at_acceptance: bool,
    pub specials: &'a [SpecialProcedure],
    /// Last day to answer a notice issued today.
    pub answer_by: Date,
    /// Last day of the special procedure being started today.
    pub special_due: Date,
    /// Every item of the notice (the slot of the owed material) has a new file that passed the pre-check.
    pub notice_complete: bool,
    /// 免审即享: the rules that hold, word for word; set only while a claim is filed whose rules all
    /// hold. Lets the system grant and issue what nobody has to look at.
    pub automatic: Option<&'a [String]>,
    /// The joint matter's parts, should the case be accepted now.
    pub parts: Vec<SubCase>,
    /// Last days of the owed materials, were they counted from today.
    pub owed_until: Vec<(String, Date)>,
}

/// Why a command is not carried out. Texts live in the locale files under `refusal.*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// This actor never does that.
    #[error("wrong_actor")]
    WrongActor,
    /// Not in this state.
    #[error("wrong_state")]
    WrongState,
    /// The other party has not confirmed yet.
    #[error("party_missing")]
    PartyMissing,
    #[error("party_not_needed")]
    PartyNotNeeded,
    /// 一次性告知: a second notice with new defects is not allowed (行政许可法 §32).
    #[error("second_notice")]
    SecondNotice,
    /// Names a material that the notice did not name.
    #[error("new_defect")]
    NewDefect,
    #[error("empty_notice")]
    EmptyNotice,
    #[error("notice_incomplete")]
    NoticeIncomplete,
    #[error("reason_missing")]
    ReasonMissing,
    #[error("bill_unpaid")]
    BillUnpaid,
    #[error("no_bill")]
    NoBill,
    #[error("special_running")]
    SpecialRunning,
    #[error("special_unknown")]
    SpecialUnknown,
    #[error("no_special")]
    NoSpecial,
    /// Who accepted may not decide, who decided may not issue.
    #[error("same_person")]
    SamePerson,
    #[error("already_done")]
    AlreadyDone,
    /// A part is still being done or waits its turn.
    #[error("parts_open")]
    PartsOpen,
    /// No part was done: there is nothing to grant.
    #[error("parts_failed")]
    PartsFailed,
    #[error("part_unknown")]
    PartUnknown,
    /// Its turn has not come, or a failed part has stopped it.
    #[error("part_waiting")]
    PartWaiting,
    #[error("part_not_failed")]
    PartNotFailed,
    /// The ten minutes in which a submission can be undone are over.
    #[error("undo_over")]
    UndoOver,
    /// Somebody in the office has acted on it: it can be withdrawn, but not undone.
    #[error("staff_acted")]
    StaffActed,
    /// Nothing of that name was promised for later.
    #[error("owed_unknown")]
    OwedUnknown,
    /// Something may still come, or came and was not looked at.
    #[error("material_owed")]
    MaterialOwed,
    /// It did not come in time.
    #[error("material_lapsed")]
    MaterialLapsed,
    /// The slot holds no usable file.
    #[error("supply_incomplete")]
    SupplyIncomplete,
    /// No day is over yet.
    #[error("not_overdue")]
    NotOverdue,
}
