//! 已提交过的不再提交: files that were accepted (合格) in an earlier case of the same person serve again.

use crate::drafts::DraftView;
use crate::identity::{Applicant, Owner};
use crate::licences::holder_of;
use crate::{Failure, Service};
use domain::catalogue::{Material, Matter};
use domain::ids::{CaseId, DraftId};
use domain::materials::{EarlierFill, Fill};
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::Date;
use store::tables::cases::{self, CaseRow};
use store::tables::files::{self, FileRow, Scan};
use store::tables::verdicts::{self, Verdict};

/// Files of an earlier case that may stand in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierOffer {
    /// The slot of this draft.
    pub material: String,
    pub fill: EarlierFill,
}

/// An open slot that takes earlier files, for so many months.
struct Open<'a> {
    material: &'a Material,
    months: u16,
}

impl Service {
    /// For each open slot the newest files that serve again.
    pub(crate) async fn earlier_offers(
        &self,
        applicant: &Applicant,
        draft: &DraftView,
    ) -> Result<Vec<EarlierOffer>, Failure> {
        let slots = open_slots(draft);
        if slots.is_empty() {
            return Ok(Vec::new());
        }
        let mut offers: Vec<EarlierOffer> = Vec::new();
        let months = slots.iter().map(|slot| i64::from(slot.months)).max().unwrap_or(0);
        let since = Instant::start_of(self.today().saturating_add(jiff::Span::new().months(-months))).0;
        for row in cases::finished_of_account(&self.db, &self.vault, applicant.account, since).await? {
            let matter = self.matter_at(&row.case.matter).await?;
            let said = verdicts::list(&self.db, &row.key, row.case.id).await?;
            let rows = files::list(&self.db, &row.key, row.draft_id).await?;
            for slot in &slots {
                let Some(fill) = self.offer(draft, slot, &row, &matter, &said, &rows) else { continue };
                match offers.iter_mut().find(|o| o.material == slot.material.id) {
                    Some(known) if known.fill.accepted_on >= fill.accepted_on => {}
                    Some(known) => known.fill = fill,
                    None => offers.push(EarlierOffer { material: slot.material.id.clone(), fill }),
                }
            }
        }
        Ok(offers)
    }

    /// The files of one case for one slot: of the same material and holder, accepted, and not too old.
    fn offer(
        &self,
        draft: &DraftView,
        slot: &Open<'_>,
        row: &CaseRow,
        matter: &Matter,
        said: &[Verdict],
        rows: &[FileRow],
    ) -> Option<EarlierFill> {
        let today = self.today();
        let holder = whose(&draft.matter, &draft.answers, slot.material, today)?;
        let there = matter.materials.iter().filter(|m| same_material(m, slot.material));
        let of_same_holder = |m: &&Material| whose(matter, &row.answers, m, today).as_ref() == Some(&holder);
        there.filter(of_same_holder).find_map(|material| {
            let verdict = said.iter().filter(|v| v.material == material.id).max_by_key(|v| v.round)?;
            let accepted_on = Instant(verdict.at).date_in_china();
            let serves_until = accepted_on.saturating_add(jiff::Span::new().months(i64::from(slot.months)));
            if !verdict.criterion.is_empty() {
                return None;
            }
            let own: Vec<&FileRow> = rows.iter().filter(|f| f.material == material.id).collect();
            let newest = own.iter().map(|f| f.round).max()?;
            let serves_until = match &slot.material.validity {
                // By the day on the paper too; without it nobody knows whether it still counts.
                Some(rule) => serves_until.min(rule.last_day(day_of(&own, newest)?)),
                None => serves_until,
            };
            if serves_until < today {
                return None;
            }
            let mut sent = own.iter().filter(|f| f.round == newest);
            // What staff cannot open proves nothing to them.
            if sent.any(|f| matches!(f.scan, Scan::Waiting | Scan::Infected)) {
                return None;
            }
            Some(EarlierFill {
                case: row.case.id,
                case_number: row.case.number.clone(),
                material: material.name.clone(),
                files: own.iter().filter(|f| f.round == newest).map(|f| f.id).collect(),
                accepted_on,
                whose: Some(holder.clone()),
                serves_until: Some(serves_until),
            })
        })
    }

    /// Puts the files of an earlier case into a slot; only what is offered now.
    pub async fn use_earlier(
        &self,
        applicant: &Applicant,
        id: DraftId,
        material: &str,
        case: CaseId,
    ) -> Result<(), Failure> {
        let owner = Owner::of(applicant);
        let draft = self.draft(&owner, id).await?;
        if draft.submitted.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let offers = self.earlier_offers(applicant, &draft).await?;
        let offer = offers.into_iter().find(|o| o.material == material && o.fill.case == case);
        let offer = offer.ok_or(Failure::Rejected("earlier.gone"))?;
        self.put_fill(&owner, id, material, &Fill::Earlier(offer.fill)).await
    }
}

fn open_slots(draft: &DraftView) -> Vec<Open<'_>> {
    let list = draft.matter.personal_list(&draft.answers);
    let open = list.iter().filter(|slot| {
        let id = &slot.material.id;
        !draft.files.iter().any(|f| f.material == *id) && !draft.fills.iter().any(|f| f.material == *id)
    });
    open.filter_map(|slot| {
        let months = slot.material.licence.as_ref()?.newest_months?;
        Some(Open { material: slot.material, months })
    })
    .collect()
}

/// The day on the paper that was handed in last.
fn day_of(files: &[&FileRow], round: i64) -> Option<Date> {
    files.iter().filter(|f| f.round == round).find_map(|f| f.proof_day.parse().ok())
}

/// The same licence, the same entry of the list of proofs, or the same name.
fn same_material(a: &Material, b: &Material) -> bool {
    let kind = |m: &Material| m.licence.as_ref().filter(|l| !l.number_only).map(|l| l.kind.clone());
    let same_kind = kind(a).is_some() && kind(a) == kind(b);
    let same_proof = a.proof.is_some() && a.proof == b.proof;
    same_kind || same_proof || a.name == b.name
}

/// Whose material it is: the holder's number where the form has it, otherwise the applicant's. The name alone, which
/// many share, only where the form asks for no number.
pub(crate) fn whose(matter: &Matter, answers: &Answers, material: &Material, today: Date) -> Option<String> {
    let holder = material.licence.as_ref().and_then(|l| holder_of(matter, answers, l, today));
    let number = holder.map(|h| h.number).or_else(|| matter.promisor(answers));
    number.or_else(|| answers.get(&matter.applicant.name).filter(|_| !matter.has_promisor()).cloned())
}
