//! 容缺后补 and 告知承诺 while applying: what is promised, signed and kept word for word; who may not
//! promise any more (承诺不实); and what becomes of it when the draft is submitted.

use crate::drafts::{DraftView, signature};
use crate::fills::FillView;
use crate::identity::Owner;
use crate::promise_words as words;
use crate::{Failure, Service};
use domain::case::{Owed, OwedState, Promised};
use domain::catalogue::{Material, Matter};
use domain::ids::DraftId;
use domain::materials::{DeferredFill, Fill, PromiseFill};
use domain::rules::Answers;
use precheck::Level;
use store::Tx;
use store::tables::cases::CaseRow;
use store::tables::{drafts, follow_ups};

/// A promise as it was posted.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Typed under the text.
    pub name: &'a str,
    /// Handwriting as PNG, base64.
    pub png: Option<&'a str>,
    /// The box was ticked; it is never ticked in advance.
    pub agreed: bool,
    /// Version of the matter whose text was shown.
    pub seen: u32,
}

impl Service {
    /// 以后再补: fills the slot with a signed promise to hand it in.
    pub async fn defer_material(
        &self,
        owner: &Owner,
        id: DraftId,
        material: &str,
        by: Signing<'_>,
    ) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let mut draft = self.fillable(&mut tx, owner, id).await?;
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        let spec = asked(&matter, &draft.answers, material)?;
        let deferral = spec.deferral.as_ref().ok_or(Failure::NotFound)?;
        if matter.version != by.seen {
            return Err(Failure::Conflict);
        }
        let statement = deferral.statement(&spec.name);
        let signed = signature(by.name, false, by.png, by.agreed, &statement, self.now())?;
        let fill =
            DeferredFill { promised_at: signed.signed_at, until: None, statement: signed.statement, name: signed.name };
        self.put_fill_in(&mut tx, &draft, material, &Fill::Deferred(fill)).await?;
        draft.signature = None;
        drafts::save(&mut tx, &draft, self.now().0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_promised", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// 告知承诺: fills the slot with the promise, its whole text kept as it was shown. Refused for whoever
    /// has broken one and not repaired it (I5).
    pub async fn promise_material(
        &self,
        owner: &Owner,
        id: DraftId,
        material: &str,
        by: Signing<'_>,
    ) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        let mut draft = self.fillable(&mut tx, owner, id).await?;
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        let spec = asked(&matter, &draft.answers, material)?;
        let terms = spec.promise.as_ref().ok_or(Failure::NotFound)?;
        if matter.version != by.seen {
            return Err(Failure::Conflict);
        }
        let subject = matter.promisor(&draft.answers).ok_or(Failure::Rejected("promise.nobody"))?;
        if follow_ups::is_barred_in(&mut tx, &self.vault, &subject).await? {
            return Err(Failure::Rejected("promise.barred"));
        }
        let text = terms.text(&spec.name);
        let signed = signature(by.name, false, by.png, by.agreed, &text, self.now())?;
        let fill = PromiseFill {
            title: terms.title.clone(),
            text: signed.statement,
            name: signed.name,
            signed_at: signed.signed_at,
            png: signed.png,
        };
        self.put_fill_in(&mut tx, &draft, material, &Fill::Promise(fill)).await?;
        draft.signature = None;
        drafts::save(&mut tx, &draft, self.now().0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_promised", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the promise route is closed for whom these answers name.
    pub(crate) async fn promise_barred(&self, matter: &Matter, answers: &Answers) -> Result<bool, Failure> {
        match promisor(matter, answers) {
            Some(subject) => Ok(follow_ups::is_barred(&self.db, &self.vault, &subject).await?),
            None => Ok(false),
        }
    }

    /// The same inside a transaction.
    pub(crate) async fn promise_barred_in(
        &self,
        tx: &mut Tx,
        matter: &Matter,
        answers: &Answers,
    ) -> Result<bool, Failure> {
        match promisor(matter, answers) {
            Some(subject) => Ok(follow_ups::is_barred_in(tx, &self.vault, &subject).await?),
            None => Ok(false),
        }
    }

    /// The signed letters become documents of the case.
    pub(crate) async fn issue_letters(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        matter: &Matter,
        fills: &[FillView],
    ) -> Result<(), Failure> {
        let region = self.catalogue().region.clone();
        for (material, fill) in filled(matter, &row.answers, fills) {
            if let Some(letter) = words::letter(matter, row, material, fill, &region) {
                self.issue_document(tx, row, matter, letter).await?;
            }
        }
        Ok(())
    }
}

/// Whose promise it would be, where the matter takes promises at all.
fn promisor(matter: &Matter, answers: &Answers) -> Option<String> {
    matter.materials.iter().any(|m| m.promise.is_some()).then(|| matter.promisor(answers)).flatten()
}

/// The material, if these answers ask for it.
fn asked<'a>(matter: &'a Matter, answers: &Answers, material: &str) -> Result<&'a Material, Failure> {
    let slot = matter.personal_list(answers).into_iter().find(|s| s.material.id == material);
    slot.map(|s| s.material).ok_or(Failure::NotFound)
}

/// The slots that these answers ask for and that are filled without a file.
fn filled<'a>(matter: &'a Matter, answers: &Answers, fills: &'a [FillView]) -> Vec<(&'a Material, &'a Fill)> {
    let fill = |id: &str| fills.iter().find(|f| f.material == id && f.round == 0).map(|f| &f.fill);
    let list = matter.personal_list(answers).into_iter();
    list.filter_map(|slot| Some((slot.material, fill(&slot.material.id)?))).collect()
}

/// What is owed from the submission on.
pub(crate) fn owed_of(matter: &Matter, answers: &Answers, fills: &[FillView]) -> Vec<Owed> {
    filled(matter, answers, fills)
        .into_iter()
        .filter(|(_, fill)| matches!(fill, Fill::Deferred(_)))
        .filter_map(|(material, _)| {
            let rule = material.deferral.as_ref()?;
            Some(Owed {
                material: material.id.clone(),
                name: material.name.clone(),
                days: rule.days,
                unit: rule.unit,
                on_default: rule.on_default,
                until: None,
                returned: 0,
                state: OwedState::Promised,
            })
        })
        .collect()
}

/// What is promised in place of a proof.
pub(crate) fn promised_of(matter: &Matter, answers: &Answers, fills: &[FillView]) -> Vec<Promised> {
    filled(matter, answers, fills)
        .into_iter()
        .filter(|(_, fill)| matches!(fill, Fill::Promise(_)))
        .filter_map(|(material, _)| {
            let terms = material.promise.as_ref()?;
            Some(Promised {
                material: material.id.clone(),
                name: material.name.clone(),
                title: terms.title.clone(),
                immediate: terms.immediate,
                follow_up_days: terms.follow_up_days,
            })
        })
        .collect()
}

/// What the pre-check says about a slot that is filled with a promise: level and stable code.
pub(crate) fn doubt(draft: &DraftView, material: &Material, fill: &Fill) -> Option<(Level, &'static str)> {
    match fill {
        Fill::Deferred(owed) => {
            let same = material.deferral.as_ref().is_some_and(|rule| rule.statement(&material.name) == owed.statement);
            Some(if same { (Level::Note, "deferral.owed") } else { (Level::MustFix, "deferral.changed") })
        }
        Fill::Promise(_) if draft.promise_barred => Some((Level::MustFix, "promise.barred")),
        Fill::Promise(_) if draft.matter.promisor(&draft.answers).is_none() => Some((Level::MustFix, "promise.nobody")),
        Fill::Promise(promise) => {
            let same = material.promise.as_ref().is_some_and(|terms| terms.text(&material.name) == promise.text);
            (!same).then_some((Level::MustFix, "promise.changed"))
        }
        Fill::Licence(_) | Fill::Number(_) | Fill::Earlier(_) => None,
    }
}
