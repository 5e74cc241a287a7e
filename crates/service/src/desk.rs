//! The staff desk: queue, case, verdicts, and the acts of clerk, approver and issuer.

use crate::carry_out::actor_name;
use crate::cases::CaseView;
use crate::delivery::DeliveryView;
use crate::held::{HeldView, held_views, refuse_held, with_this_case};
use crate::identity::{Approver, Clerk, Issuer, Reader};
use crate::reach::{Reach, Received};
use crate::{Failure, Service};
use domain::case::render::sample_item;
use domain::case::{
    Actor, BillState, Case, CaseState, CaseStatus, Command, Decision, Facts, NoticeItem, apply, decide, first_contact,
};
use domain::catalogue::{HeldPaper, Matter, Processing, held_already};
use domain::ids::{CaseId, StaffId};
use domain::policy::Role;
use domain::text::mask_name;
use domain::time::{Deadline, Instant};
use std::collections::BTreeSet;
use store::tables::verdicts::{self, Verdict};
use store::tables::{cases, counter_cases, deliveries, staff};

/// What only those do who accept.
const INTAKE: [Can; 5] = [Can::Verdict, Can::Accept, Can::Notice, Can::ReturnAnswer, Can::RefuseAcceptance];
/// A reason says at least this much, in characters.
const SHORTEST_REASON: usize = 4;

#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    pub status: Option<CaseStatus>,
    /// Case number, whole.
    pub number: String,
    /// Where the case was taken in: id of a place, or `@county`; empty for all, online ones too.
    pub place: String,
}

/// One line of the queue.
pub struct QueueRow {
    pub id: CaseId,
    pub number: String,
    pub title: String,
    pub applicant_masked: String,
    pub status: CaseStatus,
    pub due: Option<Deadline>,
    /// The running special procedure, or what the case waits for.
    pub special: Option<String>,
    pub bill: BillState,
    pub waits_for_party: bool,
    /// Something promised for later has not come yet.
    pub owed: bool,
    pub submitted_at: Instant,
    /// Filed at a counter.
    pub received: Option<Received>,
}

#[derive(Debug, Clone)]
pub struct VerdictView {
    pub material: String,
    pub round: i64,
    /// None = 合格.
    pub criterion: Option<String>,
    pub note: String,
}

/// What this member of staff may do with the case now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Can {
    Verdict,
    Accept,
    Notice,
    ReturnAnswer,
    RefuseAcceptance,
    StartSpecial(String),
    EndSpecial,
    Grant,
    Refuse,
    Issue,
    /// Hand the result to the carrier.
    Post,
    FinishPart(String),
    FailPart(String),
    ReopenPart(String),
    /// Look at what came of an owed material.
    JudgeOwed(String),
}

pub struct DeskView {
    pub view: CaseView,
    pub verdicts: Vec<VerdictView>,
    pub round: i64,
    pub can: BTreeSet<Can>,
    /// Filed at a counter.
    pub received: Option<Received>,
    /// 首问负责: name of the first clerk who touched it.
    pub first_clerk: Option<String>,
    /// What must not be asked for, as it is held already.
    pub held: Vec<HeldView>,
    /// The result goes by post.
    pub by_post: bool,
    /// Whither: for whoever posts it (个人信息保护法第六条).
    pub delivery: Option<DeliveryView>,
}

impl Service {
    /// The queue, the most urgent first.
    pub async fn queue(&self, reader: &Reader, filter: &QueueFilter) -> Result<Vec<QueueRow>, Failure> {
        let place = match self.reach(reader.id()).await? {
            Reach::County => filter.place.clone(),
            Reach::Place { id, .. } => id,
        };
        let number = domain::text::normalise(&filter.number).to_ascii_uppercase();
        let mut list = Vec::new();
        for (row, at) in cases::queue(&self.db, &self.vault, filter.status, &number, &place).await? {
            let matter = self.matter_at(&row.case.matter).await?;
            let name = row.answers.get(&matter.applicant.name).map_or("", String::as_str);
            list.push(QueueRow {
                id: row.case.id,
                number: row.case.number.clone(),
                title: matter.title.clone(),
                applicant_masked: mask_name(name),
                status: row.case.status(),
                due: self.deadline_of(&row.case, &matter),
                special: row.case.open_special().map(|s| s.name.clone()),
                bill: row.case.bill,
                waits_for_party: row.case.party == domain::case::PartyState::Waiting,
                owed: row.case.owed.iter().any(domain::case::Owed::is_open),
                submitted_at: row.case.submitted_at,
                received: at.map(|at| self.received(&at, &matter)),
            });
        }
        Ok(list)
    }

    /// A case with everything needed to decide; the look is recorded.
    pub async fn desk_case(&self, reader: &Reader, id: CaseId, roles: &BTreeSet<Role>) -> Result<DeskView, Failure> {
        self.within_reach(reader.id(), id).await?;
        let row = cases::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let mut tx = self.db.begin().await?;
        self.record(&mut tx, &format!("staff:{}", reader.id()), "read_case", &id.to_string(), "").await?;
        tx.commit().await?;
        let list = verdicts::list(&self.db, &row.key, id).await?;
        let matter = self.matter_at(&row.case.matter).await?;
        let mut can = self.possible(&row.case, &matter, reader.id(), roles);
        if matches!(self.reach(reader.id()).await?, Reach::Place { entrusted: false, .. }) {
            // What a place only takes in is looked at by the county.
            can.retain(|c| !INTAKE.contains(c) && !matches!(c, Can::JudgeOwed(_)));
        }
        let round = current_round(&row.case);
        // Only whoever finds fault has to know what is held.
        let earlier = if can.contains(&Can::Verdict) { self.earlier_papers(&row).await? } else { Vec::new() };
        let held = held_views(&matter, round, &with_this_case(earlier, &matter, &list));
        let delivery = deliveries::find(&self.db, &row.key, id).await?.map(DeliveryView::from);
        let issued = matches!(&row.case.state, CaseState::Decided(d) if d.issued_at.is_some());
        if issued && roles.contains(&Role::Issuer) && delivery.as_ref().is_some_and(|d| d.posted.is_none()) {
            can.insert(Can::Post);
        }
        let by_post = delivery.is_some();
        let delivery = delivery.filter(|_| roles.contains(&Role::Issuer));
        let received = counter_cases::find(&self.db, id).await?.map(|taken| self.received(&taken.place, &matter));
        let first_clerk = match row.case.first_clerk {
            Some(clerk) => staff::find(&self.db, clerk).await?.map(|member| member.name),
            None => None,
        };
        let verdicts = list
            .into_iter()
            .map(|v| VerdictView {
                material: v.material,
                round: v.round,
                criterion: Some(v.criterion).filter(|c| !c.is_empty()),
                note: v.note,
            })
            .collect();
        let view = self.case_view(row).await?;
        Ok(DeskView { view, verdicts, round, can, received, first_clerk, held, by_post, delivery })
    }

    /// What the machine would allow this person now: asked of the same `decide`.
    fn possible(&self, case: &Case, matter: &Matter, staff: StaffId, roles: &BTreeSet<Role>) -> BTreeSet<Can> {
        let facts = Facts {
            immediate: matter.processing == Processing::Immediate || case.on_the_spot(),
            ..self.plain_facts(matter)
        };
        let reason = || vec!["理由".to_owned()];
        let item = || NoticeItem {
            material: case
                .notice
                .as_ref()
                .and_then(|n| n.items.first())
                .map_or_else(|| sample_item().material, |i| i.material.clone()),
            ..sample_item()
        };
        let mut tries: Vec<(Can, Role, Command)> = vec![
            (Can::Accept, Role::Clerk, Command::Accept),
            (Can::Notice, Role::Clerk, Command::IssueNotice { items: vec![item()] }),
            (Can::ReturnAnswer, Role::Clerk, Command::ReturnAnswer { items: vec![item()] }),
            (Can::RefuseAcceptance, Role::Clerk, Command::RefuseAcceptance { reasons: reason() }),
            (Can::EndSpecial, Role::Approver, Command::EndSpecial { finding: "结论".into() }),
            (Can::Grant, Role::Approver, Command::Decide(Decision::Grant)),
            (Can::Refuse, Role::Approver, Command::Decide(Decision::Refuse { reasons: reason() })),
            (Can::Issue, Role::Issuer, Command::IssueResult),
        ];
        for special in &matter.special {
            let command = Command::StartSpecial { procedure: special.id.clone() };
            tries.push((Can::StartSpecial(special.id.clone()), Role::Approver, command));
        }
        for sub in &case.parts {
            let (part, reason) = (|| sub.part.clone(), || "理由".to_owned());
            let finish = Command::FinishPart { part: part(), note: String::new() };
            tries.push((Can::FinishPart(part()), Role::Approver, finish));
            let fail = Command::FailPart { part: part(), reason: reason() };
            tries.push((Can::FailPart(part()), Role::Approver, fail));
            let reopen = Command::ReopenPart { part: part(), reason: reason() };
            tries.push((Can::ReopenPart(part()), Role::Approver, reopen));
        }
        for owed in &case.owed {
            let command = Command::JudgeOwed { material: owed.material.clone(), defects: Vec::new() };
            tries.push((Can::JudgeOwed(owed.material.clone()), Role::Clerk, command));
        }
        let mut can: BTreeSet<Can> = tries
            .into_iter()
            .filter(|(_, role, command)| {
                let actor = match role {
                    Role::Clerk => Actor::Clerk(staff),
                    Role::Approver => Actor::Approver(staff),
                    _ => Actor::Issuer(staff),
                };
                roles.contains(role) && decide(case, command, actor, &facts).is_ok()
            })
            .map(|(can, _, _)| can)
            .collect();
        if can.contains(&Can::RefuseAcceptance) {
            can.insert(Can::Verdict);
        }
        can
    }

    fn plain_facts<'a>(&self, matter: &'a Matter) -> Facts<'a> {
        let today = self.today();
        Facts {
            now: self.now(),
            today,
            immediate: matter.processing == Processing::Immediate,
            accepted_on_receipt: matter.accepted_on_receipt,
            bill_at_acceptance: false,
            specials: &matter.special,
            answer_by: today,
            special_due: today,
            notice_complete: true,
            automatic: None,
            parts: Vec::new(),
            owed_until: Vec::new(),
        }
    }

    /// The clerk's verdict on a material: 合格, or the criterion that is not met. Only criteria of
    /// the published matter exist: nothing more can be asked for (C14), and nothing that is held already (C16).
    pub async fn set_verdict(
        &self,
        clerk: &Clerk,
        case: CaseId,
        material: &str,
        criterion: Option<&str>,
        note: &str,
    ) -> Result<(), Failure> {
        self.judge(clerk, case, material, criterion, note, false).await
    }

    /// The same where the paper that is held does not serve: it has run out, or is about something else. The
    /// note has to say why; it goes to the applicant and on record.
    pub async fn ask_despite_held(
        &self,
        clerk: &Clerk,
        case: CaseId,
        material: &str,
        criterion: &str,
        note: &str,
    ) -> Result<(), Failure> {
        if note.trim().chars().count() < SHORTEST_REASON {
            return Err(Failure::Rejected("held.reason"));
        }
        self.judge(clerk, case, material, Some(criterion), note, true).await
    }

    async fn judge(
        &self,
        clerk: &Clerk,
        case: CaseId,
        material: &str,
        criterion: Option<&str>,
        note: &str,
        another_paper: bool,
    ) -> Result<(), Failure> {
        self.may_act(Actor::Clerk(clerk.id()), case).await?;
        let criterion = criterion.unwrap_or("");
        let papers = if criterion.is_empty() { Vec::new() } else { self.earlier_papers_of(case).await? };
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?;
        if row.case.status() != CaseStatus::Received {
            return Err(Failure::Refused(domain::case::Refusal::WrongState));
        }
        // Nothing has come yet, and a promise (告知承诺) is a right: there is nothing to find fault with (C14).
        if row.case.owed_material(material).is_some() || row.case.promised.iter().any(|p| p.material == material) {
            return Err(Failure::Rejected("material.promised"));
        }
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        let list = matter.personal_list(&row.answers);
        let spec =
            list.iter().find(|s| s.material.id == material).ok_or(Failure::Rejected("material.unlisted"))?.material;
        if !criterion.is_empty() && !spec.criteria.iter().any(|c| c.id == criterion) {
            return Err(Failure::Rejected("criterion.unlisted"));
        }
        if note.chars().count() > 500 {
            return Err(Failure::Rejected("note.too_long"));
        }
        let round = current_round(&row.case);
        if !criterion.is_empty() {
            let papers = with_this_case(papers, &matter, &verdicts::list_in(&mut tx, &row.key, case).await?);
            if held_already(spec, round, &papers).is_some() && !another_paper {
                return Err(Failure::Rejected("material.held"));
            }
        }
        if another_paper {
            self.record(&mut tx, &format!("staff:{}", clerk.id()), "held_overruled", &case.to_string(), material)
                .await?;
        }
        let verdict = Verdict {
            material: material.into(),
            round,
            criterion: criterion.into(),
            note: note.trim().into(),
            by_staff: clerk.id().to_string(),
            at: self.now().0,
            another_paper,
        };
        verdicts::put(&mut tx, &row.key, case, &verdict).await?;
        // 首问负责: whoever looks at it first stays answerable.
        if let Some(event) = first_contact(&row.case, clerk.id(), self.now()) {
            row.case = apply(row.case.clone(), &event);
            self.append(&mut tx, &row, &actor_name(Actor::Clerk(clerk.id())), &event).await?;
            cases::remember(&mut tx, &row).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Carries out a command over the version that the page showed.
    pub(crate) async fn act(&self, id: CaseId, seen: i64, command: Command, actor: Actor) -> Result<(), Failure> {
        self.act_on_defects(id, seen, actor, Vec::new(), |_| Ok(command)).await
    }

    /// The same with a command made from the verdicts of this round, read under the case's lock:
    /// two people never overwrite each other, and no verdict slips in between.
    async fn act_on_defects(
        &self,
        id: CaseId,
        seen: i64,
        actor: Actor,
        papers: Vec<HeldPaper>,
        command: impl FnOnce(Vec<NoticeItem>) -> Result<Command, Failure>,
    ) -> Result<(), Failure> {
        self.may_act(actor, id).await?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if row.version != seen {
            return Err(Failure::Conflict);
        }
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        let list = verdicts::list_in(&mut tx, &row.key, id).await?;
        let round = current_round(&row.case);
        let command = command(defects(&matter, &list, round))?;
        refuse_held(&command, &matter, round, &with_this_case(papers, &matter, &list), &list)?;
        self.carry_out(&mut tx, &mut row, &command, actor, false).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    pub async fn accept(&self, clerk: &Clerk, id: CaseId, seen: i64) -> Result<(), Failure> {
        let command = |defects: Vec<NoticeItem>| {
            if defects.is_empty() { Ok(Command::Accept) } else { Err(Failure::Rejected("accept.defects")) }
        };
        self.act_on_defects(id, seen, Actor::Clerk(clerk.id()), Vec::new(), command).await
    }

    /// The one notice, composed from the verdicts: every defect at once.
    pub async fn issue_notice(&self, clerk: &Clerk, id: CaseId, seen: i64) -> Result<(), Failure> {
        let (actor, papers) = (Actor::Clerk(clerk.id()), self.earlier_papers_of(id).await?);
        self.act_on_defects(id, seen, actor, papers, |items| Ok(Command::IssueNotice { items })).await
    }

    /// Sends an answer back over the same items.
    pub async fn return_answer(&self, clerk: &Clerk, id: CaseId, seen: i64) -> Result<(), Failure> {
        let (actor, papers) = (Actor::Clerk(clerk.id()), self.earlier_papers_of(id).await?);
        self.act_on_defects(id, seen, actor, papers, |items| Ok(Command::ReturnAnswer { items })).await
    }

    pub async fn refuse_acceptance(
        &self,
        clerk: &Clerk,
        id: CaseId,
        seen: i64,
        reasons: Vec<String>,
    ) -> Result<(), Failure> {
        self.act(id, seen, Command::RefuseAcceptance { reasons }, Actor::Clerk(clerk.id())).await
    }

    pub async fn start_special(
        &self,
        approver: &Approver,
        id: CaseId,
        seen: i64,
        procedure: &str,
    ) -> Result<(), Failure> {
        let command = Command::StartSpecial { procedure: procedure.into() };
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }

    pub async fn end_special(&self, approver: &Approver, id: CaseId, seen: i64, finding: &str) -> Result<(), Failure> {
        let command = Command::EndSpecial { finding: finding.into() };
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }

    pub async fn grant(&self, approver: &Approver, id: CaseId, seen: i64) -> Result<(), Failure> {
        self.act(id, seen, Command::Decide(Decision::Grant), Actor::Approver(approver.id())).await
    }

    pub async fn refuse(
        &self,
        approver: &Approver,
        id: CaseId,
        seen: i64,
        reasons: Vec<String>,
    ) -> Result<(), Failure> {
        let command = Command::Decide(Decision::Refuse { reasons });
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }

    pub async fn issue_result(&self, issuer: &Issuer, id: CaseId, seen: i64) -> Result<(), Failure> {
        self.act(id, seen, Command::IssueResult, Actor::Issuer(issuer.id())).await
    }
}

/// Notice items from this round's verdicts.
fn defects(matter: &Matter, list: &[Verdict], round: i64) -> Vec<NoticeItem> {
    let open = list.iter().filter(|v| v.round == round && !v.criterion.is_empty());
    open.filter_map(|v| notice_item(matter, v)).collect()
}

fn notice_item(matter: &Matter, verdict: &Verdict) -> Option<NoticeItem> {
    let material = matter.material(&verdict.material)?;
    let criterion = material.criteria.iter().find(|c| c.id == verdict.criterion)?;
    let note = if verdict.note.is_empty() { String::new() } else { format!("（{}）", verdict.note) };
    Some(NoticeItem {
        material: material.id.clone(),
        name: material.name.clone(),
        criterion: criterion.id.clone(),
        text: format!("没有做到“{}”{note}。{}", criterion.text.trim_end_matches('。'), criterion.mend),
    })
}

/// 0 for what was submitted, n for the n-th answer to the notice.
pub(crate) fn current_round(case: &Case) -> i64 {
    case.notice.as_ref().map_or(0, |n| i64::from(n.returned) + 1)
}
