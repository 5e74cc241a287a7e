//! 电子证照 in place of paper (免提交、免证办): with consent the store is asked, and slots fill by themselves.

mod ask;
mod holder;

pub(crate) use holder::{HolderKey, holder_of};

use crate::drafts::DraftView;
use crate::earlier::EarlierOffer;
use crate::identity::{Applicant, Owner, Session};
use crate::{Failure, Service};
use domain::catalogue::{LicenceKind, Matter};
use domain::form::CheckContext;
use domain::ids::DraftId;
use domain::materials::Fill;
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::tables::licence_consents::{self, Consent};

/// What the page of materials offers besides uploading.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// A licence store is connected.
    pub connected: bool,
    /// Only who signed in may have licences asked for: the store goes by the phone, proved by its code.
    pub signed_in: bool,
    /// A clerk files for a visitor: numbers may be checked, licences not listed.
    pub at_counter: bool,
    /// When the person consented to have the store asked for this draft.
    pub consent_at: Option<Instant>,
    pub earlier: Vec<EarlierOffer>,
    /// Slot → values of its licence for fields that are still empty.
    pub values: BTreeMap<String, Vec<ValueOffer>>,
    /// The kinds that this matter's slots take.
    pub kinds: Vec<LicenceKind>,
}

/// A value on a licence for a field that is still empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueOffer {
    pub field: String,
    pub label: String,
    pub value: String,
}

/// What the person agrees to before the store is asked (个人信息保护法 §14, §17): shown and kept word for word.
pub fn consent_text(matter: &Matter) -> String {
    format!(
        "同意用我登录的手机号和表格里填的姓名、号码，向电子证照库查询我本人（本单位）的电子证照，只用于办理“{}”。\
         可以不同意：不同意也能照常上传文件办理。同意以后可以撤回。",
        matter.title
    )
}

/// What the store keeps as the purpose of a question.
fn purpose(matter: &Matter) -> String {
    format!("办理{}", matter.title)
}

/// The values of a slot's licence for fields of the form that are still empty and would take them.
pub fn value_offers(draft: &DraftView, material: &str, today: Date) -> Vec<ValueOffer> {
    let licence = draft.matter.material(material).and_then(|m| m.licence.as_ref());
    let fill = draft.fills.iter().find(|f| f.material == material).map(|f| &f.fill);
    let (Some(licence), Some(Fill::Licence(held))) = (licence, fill) else { return Vec::new() };
    let offer = |(name, attribute): (&String, &String)| {
        let field = holder::visible_field(&draft.matter, &draft.answers, name)?;
        let empty = draft.answers.get(name).is_none_or(|value| value.trim().is_empty());
        let value = field.check(held.data.get(attribute)?, CheckContext { today }).ok()?;
        empty.then(|| ValueOffer { field: name.clone(), label: field.label.clone(), value })
    };
    licence.fills.iter().filter_map(offer).collect()
}

impl Service {
    /// What may be offered in the slots of a draft.
    pub async fn ways(&self, session: &Session, draft: &DraftView) -> Result<Ways, Failure> {
        let connected = self.licences.is_some();
        let today = self.today();
        let offers = draft.fills.iter().map(|f| (f.material.clone(), value_offers(draft, &f.material, today)));
        let values = offers.filter(|(_, list)| !list.is_empty()).collect();
        let used = |kind: &&LicenceKind| {
            draft.matter.materials.iter().any(|m| m.licence.as_ref().is_some_and(|l| l.kind == kind.id))
        };
        let kinds = self.catalogue().region.lists.licences.iter().filter(used).cloned().collect();
        let ways = Ways { connected, values, kinds, ..Ways::default() };
        let Ok(applicant) = session.applicant() else { return Ok(ways) };
        let signed_in = session.account_holder().is_ok();
        let consent = licence_consents::find(&self.db, draft.id).await?;
        Ok(Ways {
            signed_in,
            at_counter: !signed_in,
            consent_at: consent.map(|c| Instant(c.at)),
            earlier: self.earlier_offers(&applicant, draft).await?,
            ..ways
        })
    }

    /// Keeps the consent and fills every slot that the store can fill; gives how many.
    pub async fn consent_and_fill(&self, applicant: &Applicant, id: DraftId, agreed: bool) -> Result<usize, Failure> {
        ask::by_themselves(applicant)?;
        if !agreed {
            return Err(Failure::Rejected("licence.consent"));
        }
        let owner = Owner::of(applicant);
        let matter = self.draft(&owner, id).await?.matter;
        let mut tx = self.db.begin().await?;
        self.fillable(&mut tx, &owner, id).await?;
        let consent =
            Consent { draft_id: id, account_id: applicant.account, text: consent_text(&matter), at: self.now().0 };
        licence_consents::put(&mut tx, &consent).await?;
        let actor = applicant.chain_name();
        self.record(&mut tx, &actor, "licence_consent", &id.to_string(), &purpose(&matter)).await?;
        tx.commit().await?;
        self.fill_slots(applicant, id, None).await
    }

    /// Asks once more under the consent that was given for this draft.
    pub async fn fill_again(&self, applicant: &Applicant, id: DraftId) -> Result<usize, Failure> {
        self.own_draft(&Owner::of(applicant), id).await?;
        if licence_consents::find(&self.db, id).await?.is_none() {
            return Err(Failure::Rejected("licence.consent"));
        }
        self.fill_slots(applicant, id, None).await
    }

    /// Fills one slot: pressing its button is the consent to ask for this one kind.
    pub async fn fill_one(&self, applicant: &Applicant, id: DraftId, material: &str) -> Result<usize, Failure> {
        self.fill_slots(applicant, id, Some(material)).await
    }

    /// Withdraws the consent: nothing more is asked. What fills a slot stays until it is taken out.
    pub async fn withdraw_licence_consent(&self, applicant: &Applicant, id: DraftId) -> Result<(), Failure> {
        self.own_draft(&Owner::of(applicant), id).await?;
        let mut tx = self.db.begin().await?;
        if licence_consents::delete(&mut tx, id).await? {
            let actor = applicant.chain_name();
            self.record(&mut tx, &actor, "licence_consent_withdrawn", &id.to_string(), "").await?;
        }
        Ok(tx.commit().await?)
    }

    /// Puts the values of a slot's licence into the fields that are still empty.
    pub async fn take_values(&self, owner: &Owner, id: DraftId, material: &str) -> Result<(), Failure> {
        let draft = self.draft(owner, id).await?;
        let values: Answers =
            value_offers(&draft, material, self.today()).into_iter().map(|o| (o.field, o.value)).collect();
        self.save_answers(owner, id, values, None).await.map(drop)
    }
}
