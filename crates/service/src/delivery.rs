//! 结果邮寄: for matters marked 跨省通办 the result is sent to an address, and handed to the carrier on record.

use crate::carry_out::actor_name;
use crate::identity::{Applicant, Issuer};
use crate::{Failure, Service, wording};
use domain::case::{Actor, Case, CaseState, post};
use domain::catalogue::Matter;
use domain::form::{FieldError, FormErrors};
use domain::ids::CaseId;
use domain::text::{PersonName, Phone, normalise};
use domain::time::Instant;
use store::tables::cases;
use store::tables::deliveries::{self, Addressee, Delivery, Posted};

/// Shortest and longest address, in characters: a real one names at least a place and a house.
const ADDRESS: std::ops::RangeInclusive<usize> = 6..=200;
const LONGEST_CARRIER: usize = 20;
const WAYBILL: std::ops::RangeInclusive<usize> = 6..=32;

/// Where a result goes, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressForm {
    pub name: String,
    pub phone: String,
    pub address: String,
}

/// Where a result goes, and whether it has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    pub name: String,
    pub phone: String,
    pub address: String,
    pub posted: Option<PostedView>,
}

/// Handed to the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedView {
    pub carrier: String,
    pub waybill: String,
    pub at: Instant,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let Addressee { name, phone, address } = delivery.to;
        let posted = delivery.posted.map(|p| PostedView { carrier: p.carrier, waybill: p.waybill, at: Instant(p.at) });
        Self { name, phone, address, posted }
    }
}

/// A result that is still to come or just issued, of a matter that people far away apply for.
fn is_offered(case: &Case, matter: &Matter) -> bool {
    matter.cross_province && !matches!(case.state, CaseState::Closed(_))
}

impl AddressForm {
    /// Every mistake at once, by field.
    fn parse(&self) -> Result<Addressee, FormErrors> {
        let mut errors = FormErrors::new();
        let mut wrong = |field: &str, code: &str| errors.push(FieldError { field: field.into(), code: code.into() });
        let name = PersonName::parse(&self.name).map_err(|e| wrong("name", e.code()));
        let phone = Phone::parse(&self.phone).map_err(|e| wrong("phone", e.code()));
        let address = normalise(&self.address);
        if !ADDRESS.contains(&address.chars().count()) {
            wrong("address", "post.address");
        }
        match (name, phone) {
            (Ok(name), Ok(phone)) if errors.is_empty() => {
                Ok(Addressee { name: name.as_str().into(), phone: phone.as_str().into(), address })
            }
            _ => Err(errors),
        }
    }
}

impl Service {
    /// Where the result of this case goes; nothing while nobody asked. [`Failure::NotFound`] where results are
    /// not sent.
    pub async fn my_delivery(&self, applicant: &Applicant, id: CaseId) -> Result<Option<DeliveryView>, Failure> {
        let row = self.own_case(applicant, id).await?;
        let matter = self.matter_at(&row.case.matter).await?;
        if !is_offered(&row.case, &matter) {
            return Err(Failure::NotFound);
        }
        Ok(deliveries::find(&self.db, &row.key, id).await?.map(DeliveryView::from))
    }

    /// Asks for the result by post, or corrects the address while it has not gone.
    pub async fn ask_for_post(&self, applicant: &Applicant, id: CaseId, form: &AddressForm) -> Result<(), Failure> {
        if self.my_delivery(applicant, id).await?.is_some_and(|d| d.posted.is_some()) {
            return Err(Failure::Rejected("post.gone"));
        }
        let to = form.parse().map_err(Failure::Invalid)?;
        let mut tx = self.db.begin().await?;
        let row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        if !is_offered(&row.case, &matter) {
            return Err(Failure::NotFound);
        }
        match deliveries::ask(&mut tx, &row.key, id, &to, self.now().0).await {
            Err(store::StoreError::VersionConflict) => return Err(Failure::Rejected("post.gone")),
            asked => asked?,
        }
        // Whoever has the old address before them posts nothing. The office's own time runs on as before.
        cases::save(&mut tx, &row, row.updated_at).await?;
        self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_address", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// The issuer hands the result to the carrier, with the number by which it can be followed.
    pub async fn post_result(
        &self,
        issuer: &Issuer,
        id: CaseId,
        seen: i64,
        carrier: &str,
        waybill: &str,
    ) -> Result<(), Failure> {
        let actor = Actor::Issuer(issuer.id());
        self.may_act(actor, id).await?;
        let (carrier, waybill) = (normalise(carrier), normalise(waybill).to_ascii_uppercase());
        if carrier.is_empty() || carrier.chars().count() > LONGEST_CARRIER {
            return Err(Failure::Rejected("post.carrier"));
        }
        if !WAYBILL.contains(&waybill.len()) || !waybill.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Failure::Rejected("post.waybill"));
        }
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let row = cases::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if row.version != seen {
            return Err(Failure::Conflict);
        }
        let event = post(&row.case, issuer.id(), &carrier, &waybill, now)?;
        match deliveries::post(&mut tx, id, &Posted { carrier, waybill, at: now.0 }).await {
            Err(store::StoreError::VersionConflict) => return Err(Failure::Rejected("post.not_asked")),
            posted => posted?,
        }
        self.append(&mut tx, &row, &actor_name(actor), &event).await?;
        let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
        if let Some(text) = wording::message_for(&matter, &row.case, &event) {
            self.tell_applicant(&mut tx, &row, &text).await?;
        }
        cases::save(&mut tx, &row, now.0).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
