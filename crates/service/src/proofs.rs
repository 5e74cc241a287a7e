//! 有效期: the day that stands on a paper is asked where the matter has a rule for it, and judged by that rule,
//! as long as the slot is open. What was handed in is looked at by people, who are shown the day.

use crate::arrange::{Lies, open_place};
use crate::identity::Owner;
use crate::uploads::{FileView, reopened_round};
use crate::{Failure, Service};
use domain::case::Case;
use domain::catalogue::Matter;
use domain::form::read_date;
use domain::ids::FileId;
use domain::materials::{DayDoubt, Judging};
use jiff::civil::Date;
use precheck::{Code, Finding, Level};
use std::collections::BTreeSet;
use store::tables::cases::{self, CaseRow};
use store::tables::{drafts, files};

/// Puts what the rules say about days beside the first file of each slot that `is_open` tells to be so. The same
/// decides on the page, in the report and when it is handed in.
pub(crate) fn judge_days(matter: &Matter, list: &mut [FileView], today: Date, is_open: impl Fn(&FileView) -> bool) {
    judge(matter, list, is_open, |_| Judging::at(today));
}

fn judge(
    matter: &Matter,
    list: &mut [FileView],
    is_open: impl Fn(&FileView) -> bool,
    judging: impl Fn(&str) -> Judging,
) {
    for material in &matter.materials {
        let Some(rule) = &material.validity else { continue };
        let of_slot = |file: &FileView| file.material == material.id;
        let rounds: BTreeSet<i64> = list.iter().filter(|f| of_slot(f) && is_open(f)).map(|f| f.round).collect();
        for round in rounds {
            let mut slot = list.iter_mut().filter(|f| of_slot(f) && f.round == round);
            let Some(first) = slot.next() else { continue };
            let day = first.proof_day.or_else(|| slot.find_map(|f| f.proof_day));
            let judging = judging(&material.id);
            first.doubt = rule.doubt_on(day, judging).map(finding);
            first.judged_on = Some(judging);
        }
    }
}

/// The same for a case: only what the notice reopened, or what is owed, is still to be handed in. Age and last day
/// are measured on the day that counts for the slot; that no day lies in the future is asked of today.
pub(crate) fn judge_days_of_case(matter: &Matter, row: &CaseRow, list: &mut [FileView], today: Date) {
    let is_open = |file: &FileView| reopened_round(row, &file.material).is_ok_and(|round| round == file.round);
    judge(matter, list, is_open, |material| Judging { on: day_that_counts(&row.case, material, today), today });
}

/// 补正 mends an application that was made in time: its papers must have counted on the day of filing, whatever has
/// run out since. What is owed (容缺后补) counts on the day on which it is handed in, and no later than its last day:
/// what lies complete in the slot when that day ends is not judged by the day after.
fn day_that_counts(case: &Case, material: &str, today: Date) -> Date {
    let owed = case.owed_material(material).filter(|owed| owed.is_open());
    let last = owed.and_then(|owed| owed.until);
    last.map_or_else(|| case.submitted_at.date_in_china(), |last| today.min(last))
}

fn finding(doubt: DayDoubt) -> Finding {
    let code = Code::ALL.into_iter().find(|code| code.as_str() == doubt.code);
    // Every code of the rule is one of ours; a test says so.
    Finding { code: code.unwrap_or(Code::ProofExpired), level: Level::MustFix, detail: doubt.detail }
}

impl Service {
    /// Keeps the day that stands on the paper in whose slot this file lies: several files may be one paper. A
    /// signature given before no longer covers it.
    pub async fn date_proof(&self, owner: &Owner, id: FileId, typed: &str) -> Result<Lies, Failure> {
        let known = files::draft_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let known = self.own_draft(owner, known).await?;
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, known.id).await?.ok_or(Failure::NotFound)?;
        let all = files::list_in(&mut tx, &draft.key, draft.id).await?;
        let file = all.iter().find(|f| f.id == id).ok_or(Failure::NotFound)?;
        let case = match draft.case_id {
            Some(case) => Some(cases::find_in(&mut tx, &self.vault, case).await?.ok_or(Failure::NotFound)?),
            None => None,
        };
        let lies = open_place(&draft, file, case.as_ref())?;
        let matter = match &case {
            Some(case) => self.matter_at_in(&mut tx, &case.case.matter).await?,
            None => self.matter_of_in(&mut tx, &draft.slug).await?,
        };
        // Nobody is asked for a day that no rule looks at.
        if matter.material(&file.material).is_none_or(|material| material.validity.is_none()) {
            return Err(Failure::NotFound);
        }
        if typed.trim().is_empty() {
            return Err(Failure::Rejected("proof.day_missing"));
        }
        let day = read_date(typed).map_err(|_| Failure::Rejected("proof.day_wrong"))?;
        files::date(&mut tx, draft.id, &file.material, file.round, &day.to_string()).await?;
        if draft.case_id.is_none() {
            draft.signature = None;
            drafts::save(&mut tx, &draft, self.now().0).await?;
        }
        let subject = draft.case_id.map_or_else(|| draft.id.to_string(), |case| case.to_string());
        self.note_visit(&mut tx, owner.filed_by(), "counter_proof_dated", &subject).await?;
        tx.commit().await?;
        Ok(lies)
    }

    /// Where a file of an open slot lies, to lead back to its card.
    pub async fn place_of_file(&self, owner: &Owner, id: FileId) -> Result<Lies, Failure> {
        let draft = files::draft_of(&self.db, id).await?.ok_or(Failure::NotFound)?;
        let draft = self.own_draft(owner, draft).await?;
        let file = files::find(&self.db, &draft.key, id).await?.ok_or(Failure::NotFound)?;
        let case = match draft.case_id {
            Some(case) => Some(cases::find(&self.db, &self.vault, case).await?.ok_or(Failure::NotFound)?),
            None => None,
        };
        open_place(&draft, &file, case.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::{DayAsked, Validity};
    use jiff::civil::date;

    #[test]
    fn m3_every_doubt_of_the_rule_has_a_code_of_its_own() {
        let (today, rule) = (date(2026, 3, 2), |asks, months| Validity { asks, months, basis: "依据".to_owned() });
        let (issued, until) = (rule(DayAsked::Issued, Some(3)), rule(DayAsked::Until, None));
        let cases = [
            (&issued, None, Code::ProofUndated),
            (&issued, Some(date(2026, 3, 3)), Code::ProofFuture),
            (&issued, Some(date(2025, 12, 1)), Code::ProofTooOld),
            (&until, None, Code::ProofNoEnd),
            (&until, Some(date(2026, 3, 1)), Code::ProofExpired),
        ];
        for (rule, day, code) in cases {
            let doubt = rule.doubt(day, today).unwrap();
            assert_eq!(doubt.code, code.as_str());
            assert_eq!(finding(doubt).code, code);
        }
    }
}
