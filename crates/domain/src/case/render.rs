//! The state machine as a table and a diagram, drawn by running it: the documents cannot lie.

use super::{
    Actor, BillState, Case, CaseStatus, Command, Decision, Event, Facts, NoticeItem, Outcome, Owed, OwedState,
    PartState, PartyState, Refusal, SubCase, Submitted, apply, decide, open,
};
use crate::catalogue::{MatterRef, OnDefault, SpecialProcedure};
use crate::ids::{AccountId, CaseId, DraftId, StaffId};
use crate::time::{Instant, Limit, LimitStart, LimitUnit};
use jiff::civil::{Date, date};
use std::fmt::Write;
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 2);
const NOW: Instant = Instant(1_793_600_000_000_000);

/// Staff who stand for the roles in the drawing.
pub const CLERK: StaffId = StaffId(Uuid::from_u128(1));
pub const APPROVER: StaffId = StaffId(Uuid::from_u128(2));
pub const ISSUER: StaffId = StaffId(Uuid::from_u128(3));
pub const APPLICANT: AccountId = AccountId(Uuid::from_u128(9));
/// The draft into which an undone application goes back.
pub const DRAFT: DraftId = DraftId(Uuid::from_u128(11));

/// The part that the drawing is about.
const PART: &str = "sample";
/// The owed material that the drawing is about.
const OWED: &str = "rules";

/// One notice item for the drawing.
pub fn sample_item() -> NoticeItem {
    NoticeItem {
        material: "plan".into(),
        name: "平面图".into(),
        criterion: "scale".into(),
        text: "平面图没有标尺寸".into(),
    }
}

/// Two special procedures: one inside the limit, one that stops the clock.
pub fn sample_specials() -> Vec<SpecialProcedure> {
    let make = |id: &str, name: &str, suspends_clock| SpecialProcedure {
        id: id.into(),
        name: name.into(),
        limit: Limit { amount: 5, unit: LimitUnit::WorkingDays, start: LimitStart::Acceptance, basis: String::new() },
        suspends_clock,
        basis: "行政许可法第四十五条".into(),
        note: String::new(),
    };
    vec![make("site", "现场勘验", false), make("review", "专家评审", true)]
}

/// Facts of an ordinary day.
pub fn sample_facts(specials: &[SpecialProcedure]) -> Facts<'_> {
    Facts {
        now: NOW,
        today: TODAY,
        immediate: false,
        accepted_on_receipt: false,
        bill_at_acceptance: false,
        specials,
        answer_by: date(2026, 12, 2),
        special_due: date(2026, 11, 9),
        notice_complete: true,
        automatic: None,
        parts: Vec::new(),
        owed_until: Vec::new(),
    }
}

/// A case led to `status` by events.
pub fn sample_case(status: CaseStatus) -> Case {
    let fresh = open(Submitted {
        id: CaseId(Uuid::from_u128(7)),
        number: "示例".into(),
        matter: MatterRef { slug: "sample".into(), version: 1 },
        applicant: APPLICANT,
        at: NOW,
        needs_party: false,
        bill_raised: false,
        owed: Vec::new(),
        promised: Vec::new(),
    });
    let accepted = Event::Accepted { at: NOW, by: Some(CLERK), on: TODAY };
    let path: Vec<Event> = match status {
        CaseStatus::Received => vec![],
        CaseStatus::Correcting => {
            vec![Event::NoticeIssued { at: NOW, by: CLERK, items: vec![sample_item()], answer_by: TODAY }]
        }
        CaseStatus::InProgress => vec![accepted],
        CaseStatus::Suspended => vec![accepted, special_started("review", "专家评审", true)],
        CaseStatus::Decided => vec![
            accepted,
            Event::Decided { at: NOW, by: Some(APPROVER), outcome: Outcome::Granted, grounds: Vec::new() },
        ],
        CaseStatus::Closed => vec![Event::Withdrawn { at: NOW }],
    };
    path.iter().fold(fresh, apply)
}

/// The event of a special procedure that has begun.
pub fn special_started(id: &str, name: &str, stops_clock: bool) -> Event {
    Event::SpecialStarted {
        at: NOW,
        by: APPROVER,
        procedure: id.into(),
        name: name.into(),
        stops_clock,
        on: TODAY,
        due_on: date(2026, 11, 9),
    }
}

/// Every command with the actor whose it is, in the order of a case's life.
pub fn sample_commands() -> Vec<(&'static str, Command, Actor)> {
    let reasons = vec!["不符合条件".to_owned()];
    let reason = "缺一份证明".to_owned();
    vec![
        ("另一方确认", Command::ConfirmParty, Actor::Party),
        ("一次性告知", Command::IssueNotice { items: vec![sample_item()] }, Actor::Clerk(CLERK)),
        ("补正提交", Command::AnswerNotice, Actor::Applicant(APPLICANT)),
        ("补正退回（仅原项）", Command::ReturnAnswer { items: vec![sample_item()] }, Actor::Clerk(CLERK)),
        ("受理", Command::Accept, Actor::Clerk(CLERK)),
        ("不予受理", Command::RefuseAcceptance { reasons: reasons.clone() }, Actor::Clerk(CLERK)),
        ("记录缴款", Command::RecordPayment, Actor::System),
        ("免缴", Command::WaiveBill, Actor::System),
        ("开始现场勘验", Command::StartSpecial { procedure: "site".into() }, Actor::Approver(APPROVER)),
        ("开始专家评审", Command::StartSpecial { procedure: "review".into() }, Actor::Approver(APPROVER)),
        ("结束特别程序", Command::EndSpecial { finding: "符合要求".into() }, Actor::Approver(APPROVER)),
        ("分项办好了", Command::FinishPart { part: PART.into(), note: String::new() }, Actor::Approver(APPROVER)),
        ("分项没办成", Command::FailPart { part: PART.into(), reason: reason.clone() }, Actor::Approver(APPROVER)),
        ("分项重新办", Command::ReopenPart { part: PART.into(), reason }, Actor::Approver(APPROVER)),
        ("补交", Command::SupplyOwed { material: OWED.into() }, Actor::Applicant(APPLICANT)),
        ("补交合格", Command::JudgeOwed { material: OWED.into(), defects: Vec::new() }, Actor::Clerk(CLERK)),
        ("补交退回", Command::JudgeOwed { material: OWED.into(), defects: reasons.clone() }, Actor::Clerk(CLERK)),
        ("到期未补", Command::LapseOwed, Actor::System),
        ("准予", Command::Decide(Decision::Grant), Actor::Approver(APPROVER)),
        ("不予许可", Command::Decide(Decision::Refuse { reasons }), Actor::Approver(APPROVER)),
        ("出具结果", Command::IssueResult, Actor::Issuer(ISSUER)),
        ("撤回", Command::Withdraw, Actor::Applicant(APPLICANT)),
        ("撤销（十分钟内）", Command::Undo { draft: DRAFT }, Actor::Applicant(APPLICANT)),
    ]
}

/// The status after the command, or the refusal.
pub fn outcome(case: &Case, command: &Command, actor: Actor, facts: &Facts) -> Result<CaseStatus, Refusal> {
    let events = decide(case, command, actor, facts)?;
    Ok(events.iter().fold(case.clone(), apply).status())
}

/// `docs/case-states.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# 办件的状态\n\nGenerated from `crates/domain/src/case` by running the machine: \
         `UPDATE_DOCS=1 cargo test -p domain`. A stale copy fails the tests.\n\n## 状态 × 命令\n\n\
         Each cell: the state that follows, or the refusal's code. Without another party, without a bill.\n\n| 命令 |",
    );
    for status in CaseStatus::ALL {
        let _ = write!(text, " {} |", status.title());
    }
    text.push_str("\n|---|---|---|---|---|---|---|\n");
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let mut arrows = String::new();
    for (name, command, actor) in sample_commands() {
        let _ = write!(text, "| {name} |");
        for status in CaseStatus::ALL {
            match outcome(&sample_case(status), &command, actor, &facts) {
                Ok(next) => {
                    let _ = write!(text, " → {} |", next.title());
                    let _ = writeln!(arrows, "    {} --> {}: {name}", status.title(), next.title());
                }
                Err(refusal) => {
                    let _ = write!(text, " `{refusal}` |");
                }
            }
        }
        text.push('\n');
    }
    text.push_str(&parts_table(&facts));
    text.push_str(&owed_table(&facts));
    let _ = write!(text, "\n## 状态图\n\n```mermaid\nstateDiagram-v2\n    [*] --> 收件: 提交\n{arrows}```\n");
    text
}

/// The states of a part, in the order of its life.
pub fn sample_part_states() -> [PartState; 6] {
    [
        PartState::Waiting,
        PartState::Open { since: NOW },
        PartState::Done { at: NOW, by: APPROVER, note: String::new() },
        PartState::Failed { at: NOW, by: APPROVER, reason: "缺一份证明".into() },
        PartState::Blocked { by: "other".into() },
        PartState::NotNeeded,
    ]
}

/// A case in progress with this one part.
pub fn sample_joint(state: PartState) -> Case {
    let part = SubCase {
        part: PART.into(),
        title: "分项".into(),
        body: "body".into(),
        after: Vec::new(),
        after_end: Vec::new(),
        state,
    };
    Case { parts: vec![part], ..sample_case(CaseStatus::InProgress) }
}

/// The states of a part against the commands that touch it.
fn parts_table(facts: &Facts) -> String {
    let mut text = String::from(
        "\n## 一件事的分项 × 命令\n\nA joint case in progress with one part. Each cell: the state of the part \
         (of the case, once it is decided) that follows, or the refusal's code.\n\n| 命令 |",
    );
    for state in sample_part_states() {
        let _ = write!(text, " {} |", state.title());
    }
    text.push_str("\n|---|---|---|---|---|---|---|\n");
    for (name, command, actor) in sample_commands() {
        let touches = matches!(command, Command::Decide(_)) || name.starts_with("分项");
        if !touches {
            continue;
        }
        let _ = write!(text, "| {name} |");
        for state in sample_part_states() {
            let case = sample_joint(state);
            let _ = match decide(&case, &command, actor, facts) {
                Ok(events) => {
                    let next = events.iter().fold(case, apply);
                    let decided = next.status() == CaseStatus::Decided;
                    let title = if decided { next.status().title() } else { next.parts[0].state.title() };
                    write!(text, " → {title} |")
                }
                Err(refusal) => write!(text, " `{refusal}` |"),
            };
        }
        text.push('\n');
    }
    text
}

/// The states of an owed material, in the order of its life; the last ones are over their day.
pub fn sample_owed_states() -> [(&'static str, Owed); 6] {
    let owed = |state, until, on_default| Owed {
        material: OWED.into(),
        name: "卫生管理制度".into(),
        days: 5,
        unit: LimitUnit::WorkingDays,
        on_default,
        until: Some(until),
        returned: 0,
        state,
    };
    let (ahead, gone) = (date(2026, 11, 9), date(2026, 10, 30));
    [
        ("待补交", owed(OwedState::Promised, ahead, OnDefault::Close)),
        ("已补交，待审", owed(OwedState::Supplied { at: NOW }, ahead, OnDefault::Close)),
        ("已补齐", owed(OwedState::Met { at: NOW, by: CLERK }, ahead, OnDefault::Close)),
        ("过了期限（终止）", owed(OwedState::Promised, gone, OnDefault::Close)),
        ("过了期限（不予批准）", owed(OwedState::Promised, gone, OnDefault::Refuse)),
        ("过期未补", owed(OwedState::Lapsed { at: NOW }, gone, OnDefault::Refuse)),
    ]
}

/// A case in progress that is owed this one material.
pub fn sample_owing(owed: Owed) -> Case {
    Case { owed: vec![owed], ..sample_case(CaseStatus::InProgress) }
}

/// The states of an owed material against the commands that touch it.
fn owed_table(facts: &Facts) -> String {
    let mut text = String::from(
        "\n## 容缺后补的材料 × 命令\n\nA case in progress that is owed one material. Each cell: the state of the \
         material (of the case, once it is over) that follows, or the refusal's code.\n\n| 命令 |",
    );
    for (title, _) in sample_owed_states() {
        let _ = write!(text, " {title} |");
    }
    text.push_str("\n|---|---|---|---|---|---|---|\n");
    for (name, command, actor) in sample_commands() {
        let touches = matches!(
            command,
            Command::SupplyOwed { .. } | Command::JudgeOwed { .. } | Command::LapseOwed | Command::Decide(_)
        );
        if !touches {
            continue;
        }
        let _ = write!(text, "| {name} |");
        for (_, owed) in sample_owed_states() {
            let case = sample_owing(owed);
            let _ = match decide(&case, &command, actor, facts) {
                Ok(events) => {
                    let next = events.iter().fold(case, apply);
                    let over = next.status().is_final();
                    let title = if over { next.status().title() } else { next.owed[0].state.title() };
                    write!(text, " → {title} |")
                }
                Err(refusal) => write!(text, " `{refusal}` |"),
            };
        }
        text.push('\n');
    }
    text
}

/// A case whose other party has not confirmed yet.
pub fn waiting_for_party() -> Case {
    Case { party: PartyState::Waiting, ..sample_case(CaseStatus::Received) }
}

/// A case in progress with an unpaid bill.
pub fn unpaid() -> Case {
    Case { bill: BillState::Due, ..sample_case(CaseStatus::InProgress) }
}
