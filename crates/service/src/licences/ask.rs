//! Asking the licence store. Every question is counted and on record, without name and number.

use super::holder::own_holder;
use super::{HolderKey, holder_of, purpose};
use crate::drafts::DraftView;
use crate::identity::{Applicant, Owner};
use crate::ports::licences::{
    HeldLicence, Holder, LicenceAnswer, LicenceError, LicenceQuestion, LicenceStore, NumberAnswer, NumberQuestion,
};
use crate::{Denied, Failure, Service};
use domain::catalogue::{LicenceKind, Lists, Material};
use domain::ids::DraftId;
use domain::materials::{Fill, LicenceFill, NumberFill};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::tables::{accounts, drafts, files, fills};

/// The window of [`QUESTIONS`], µs.
const DAY: i64 = 86_400_000_000;
/// Questions to the store in one account's name a day: nobody finds out numbers by trying.
const QUESTIONS: u32 = 5;
/// The same for one clerk, whoever stands at the counter.
const STAFF_QUESTIONS: u32 = 100;
/// Longest licence number that is asked about, in characters.
const LONGEST_NUMBER: usize = 80;

/// An open slot that a licence could fill.
struct Wanted {
    material: Material,
    kind: LicenceKind,
}

/// A slot with the licence for it.
struct Pick {
    material: Material,
    holder: HolderKey,
    fill: Fill,
}

impl Service {
    /// Fills the open slots (or the one that is named) from what the store holds; gives how many. The store
    /// is asked before any lock is taken: one that hangs holds nobody up.
    pub(super) async fn fill_slots(
        &self,
        applicant: &Applicant,
        id: DraftId,
        only: Option<&str>,
    ) -> Result<usize, Failure> {
        by_themselves(applicant)?;
        let owner = Owner::of(applicant);
        self.own_draft(&owner, id).await?;
        // A second tap while the first is being answered asks nothing, and uses up no question of the day.
        let _asking = self.writing.take(id.0).ok_or(Failure::Rejected("licence.asking"))?;
        let draft = self.draft(&owner, id).await?;
        if draft.submitted.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let store = self.licences.clone().ok_or(Failure::Rejected("licence.down"))?;
        let wanted = wanted(&draft, &self.catalogue().region.lists, only, self.today());
        if wanted.is_empty() {
            return Err(Failure::Rejected("licence.holder"));
        }
        let account = accounts::get(&self.db, &self.vault, applicant.account).await?;
        let mut picks = Vec::new();
        let mut problem = "licence.none";
        for (key, slots) in wanted {
            match self.count_question(applicant).await {
                Ok(()) => {}
                // What was found until then still fills its slots.
                Err(Failure::Rejected(code)) => {
                    problem = code;
                    break;
                }
                Err(failure) => return Err(failure),
            }
            let question = LicenceQuestion {
                holder: Holder { name: key.name.clone(), number: key.number.clone(), phone: account.phone.clone() },
                type_codes: slots.iter().map(|w| w.kind.type_code.clone()).collect(),
                purpose: purpose(&draft.matter),
                reference: id.to_string(),
            };
            let answer = store.list(&question).await;
            let titles: Vec<&str> = slots.iter().map(|w| w.kind.title.as_str()).collect();
            self.record_question(applicant, &question.purpose, &titles, id, listed(&answer)).await?;
            match answer {
                Ok(LicenceAnswer::Held(held)) => {
                    let pick = |w: Wanted| self.pick(w, &key, &held, &question.reference);
                    picks.extend(slots.into_iter().filter_map(pick));
                }
                Ok(LicenceAnswer::NoMatch) => problem = "licence.no_match",
                Err(LicenceError::Unreachable | LicenceError::Refused) => problem = "licence.down",
            }
        }
        match self.put_picks(&owner, id, picks).await? {
            0 => Err(Failure::Rejected(problem)),
            count => Ok(count),
        }
    }

    /// The licence of this slot's kind that is in force and the holder's, with no more of its data than the
    /// county's list names.
    fn pick(&self, wanted: Wanted, holder: &HolderKey, held: &[HeldLicence], reference: &str) -> Option<Pick> {
        let (kind, today) = (&wanted.kind, self.today());
        let usable = |l: &&HeldLicence| {
            l.licence_id.type_code() == kind.type_code
                && l.holder_name == holder.name
                && l.valid_until.is_none_or(|last| last >= today)
        };
        let licence = held.iter().filter(usable).max_by_key(|l| l.issued_on)?;
        let data = licence.data.iter().filter(|(name, _)| kind.attribute(name).is_some());
        let fill = Fill::Licence(LicenceFill {
            kind: kind.id.clone(),
            title: kind.title.clone(),
            licence_id: licence.licence_id.clone(),
            number: licence.number.clone(),
            holder_name: holder.name.clone(),
            holder_number: holder.number.clone(),
            issuer: licence.issuer.clone(),
            issued_on: licence.issued_on,
            valid_until: licence.valid_until,
            data: data.map(|(name, value)| (name.clone(), value.clone())).collect(),
            labels: kind.attributes.iter().map(|a| (a.id.clone(), a.label.clone())).collect(),
            checked_at: self.now(),
            reference: reference.to_owned(),
        });
        Some(Pick { material: wanted.material, holder: holder.clone(), fill })
    }

    /// Puts them in under the draft's lock, where the slot is still open and the form still names this holder.
    async fn put_picks(&self, owner: &Owner, id: DraftId, picks: Vec<Pick>) -> Result<usize, Failure> {
        if picks.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.begin().await?;
        let mut draft = self.fillable(&mut tx, owner, id).await?;
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        let uploaded = files::list_in(&mut tx, &draft.key, id).await?;
        let filled = fills::list_in(&mut tx, &draft.key, id).await?;
        let mut count = 0;
        for Pick { material, holder, fill } in picks {
            let taken = uploaded.iter().any(|f| f.material == material.id && f.round == 0)
                || filled.iter().any(|f| f.material == material.id && f.round == 0);
            let licence = material.licence.as_ref();
            let now = licence.and_then(|l| holder_of(&matter, &draft.answers, l, self.today()));
            if taken || now.as_ref() != Some(&holder) {
                continue;
            }
            self.put_fill_in(&mut tx, &draft, &material.id, &fill).await?;
            count += 1;
        }
        if count > 0 {
            draft.signature = None;
            drafts::save(&mut tx, &draft, self.now().0).await?;
            self.note_visit(&mut tx, owner.filed_by(), "counter_file", &id.to_string()).await?;
            tx.commit().await?;
        }
        Ok(count)
    }

    /// Has a licence number checked, and fills the slot when it is right. The answer is yes or no: it may be
    /// about somebody else (a parent, the other party), of whom nothing is told.
    pub async fn check_number(
        &self,
        applicant: &Applicant,
        id: DraftId,
        material: &str,
        typed: &str,
    ) -> Result<(), Failure> {
        let owner = Owner::of(applicant);
        self.own_draft(&owner, id).await?;
        let _asking = self.writing.take(id.0).ok_or(Failure::Rejected("licence.asking"))?;
        let draft = self.draft(&owner, id).await?;
        if draft.submitted.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let store = self.licences.clone().ok_or(Failure::Rejected("licence.down"))?;
        let spec = draft.matter.material(material).cloned().ok_or(Failure::NotFound)?;
        let licence = spec.licence.as_ref().filter(|l| l.number_only).ok_or(Failure::NotFound)?;
        let kind = self.catalogue().region.lists.find_licence(&licence.kind).cloned().ok_or(Failure::NotFound)?;
        let holder = holder_of(&draft.matter, &draft.answers, licence, self.today());
        let holder = holder.ok_or(Failure::Rejected("licence.holder"))?;
        let number = if kind.number_is_holder { holder.number.clone() } else { domain::text::normalise(typed) };
        if number.is_empty() || number.chars().count() > LONGEST_NUMBER {
            return Err(Failure::Rejected("licence.number"));
        }
        self.count_question(applicant).await?;
        let question = NumberQuestion {
            type_code: kind.type_code.clone(),
            number: number.clone(),
            holder_name: holder.name.clone(),
            holder_number: holder.number.clone(),
            purpose: purpose(&draft.matter),
            reference: id.to_string(),
        };
        let answer = self.checked(&store, applicant, &question, &kind.title, id).await?;
        let NumberAnswer::Valid { valid_until } = answer else { return Err(Failure::Rejected("licence.not_valid")) };
        let fill = Fill::Number(NumberFill {
            kind: kind.id,
            title: kind.title,
            number,
            holder_name: holder.name.clone(),
            holder_number: holder.number.clone(),
            checked_at: self.now(),
            reference: question.reference,
            valid_until,
        });
        match self.put_picks(&owner, id, vec![Pick { material: spec, holder, fill }]).await? {
            0 => Err(Failure::Rejected("fill.files_there")),
            _ => Ok(()),
        }
    }

    async fn checked(
        &self,
        store: &Arc<dyn LicenceStore>,
        applicant: &Applicant,
        question: &NumberQuestion,
        title: &str,
        id: DraftId,
    ) -> Result<NumberAnswer, Failure> {
        let answer = store.check(question).await;
        let outcome = match &answer {
            Ok(NumberAnswer::Valid { .. }) => "valid",
            Ok(NumberAnswer::NotValid) => "not_valid",
            Err(error) => failed(*error),
        };
        self.record_question(applicant, &question.purpose, &[title], id, outcome).await?;
        answer.map_err(|_| Failure::Rejected("licence.down"))
    }

    async fn count_question(&self, applicant: &Applicant) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let mut counted = self.count(&mut tx, &format!("licences:{}", applicant.account), DAY, QUESTIONS).await;
        // Each visit has an account of its own; the clerk is the same.
        if counted.is_ok()
            && let Some(by) = &applicant.filed_by
        {
            counted = self.count(&mut tx, &format!("licences-staff:{}", by.staff), DAY, STAFF_QUESTIONS).await;
        }
        match counted {
            Ok(()) => Ok(tx.commit().await?),
            Err(Failure::Busy(_)) => Err(Failure::Rejected("licence.limit")),
            Err(failure) => Err(failure),
        }
    }

    /// Who asked for which kinds and why, and what came of it in a word; never about whom (I3).
    async fn record_question(
        &self,
        applicant: &Applicant,
        purpose: &str,
        titles: &[&str],
        id: DraftId,
        outcome: &str,
    ) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let (actor, kinds) = (applicant.chain_name(), titles.join("、"));
        let detail = format!("{purpose}，{kinds}：{outcome}");
        self.record(&mut tx, &actor, "licence_asked", &id.to_string(), &detail).await?;
        Ok(tx.commit().await?)
    }
}

/// The phone of a visit was told to the clerk and proved by no code: no licences are listed by it.
pub(super) fn by_themselves(applicant: &Applicant) -> Result<(), Failure> {
    if applicant.filed_by.is_some() { Err(Denied::Forbidden.into()) } else { Ok(()) }
}

/// The open slots by holder: one question is about one holder.
fn wanted(draft: &DraftView, lists: &Lists, only: Option<&str>, today: Date) -> BTreeMap<HolderKey, Vec<Wanted>> {
    let mut found: BTreeMap<HolderKey, Vec<Wanted>> = BTreeMap::new();
    for slot in draft.matter.personal_list(&draft.answers) {
        let material = slot.material;
        let taken = draft.files.iter().any(|f| f.material == material.id)
            || draft.fills.iter().any(|f| f.material == material.id);
        if taken || only.is_some_and(|wanted| wanted != material.id) {
            continue;
        }
        let Some(licence) = material.licence.as_ref().filter(|l| !l.number_only) else { continue };
        let Some(kind) = lists.find_licence(&licence.kind) else { continue };
        let Some(holder) = own_holder(&draft.matter, &draft.answers, licence, today) else { continue };
        found.entry(holder).or_default().push(Wanted { material: material.clone(), kind: kind.clone() });
    }
    found
}

/// What came of a question, in a word without personal data.
fn listed(answer: &Result<LicenceAnswer, LicenceError>) -> &'static str {
    match answer {
        Ok(LicenceAnswer::Held(held)) if held.is_empty() => "none",
        Ok(LicenceAnswer::Held(_)) => "held",
        Ok(LicenceAnswer::NoMatch) => "no_match",
        Err(error) => failed(*error),
    }
}

fn failed(error: LicenceError) -> &'static str {
    match error {
        LicenceError::Unreachable => "unreachable",
        LicenceError::Refused => "refused",
    }
}
