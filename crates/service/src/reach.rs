//! How far staff reach. Those of a place (乡镇便民服务中心、村便民服务站、县外的代收窗口) see what was taken in there
//! and nothing else: they need no more for their work (个人信息保护法第六条). The county's staff see everything.

use crate::counter::COUNTY;
use crate::identity::Reader;
use crate::{Denied, Failure, Service};
use domain::case::Actor;
use domain::catalogue::{Accepts, Matter};
use domain::ids::{CaseId, StaffId};
use store::tables::{counter_cases, staff};

/// Where a case was taken in, for which body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Name of the place.
    pub place: String,
    /// Name of the body that is responsible.
    pub body: String,
    /// Taken in outside of the county (异地代收).
    pub far: bool,
}

/// The whole county, or one place.
pub(crate) enum Reach {
    County,
    Place {
        id: String,
        /// 委托受理: accepts what it takes in.
        entrusted: bool,
    },
}

impl Service {
    /// Id of the place where somebody works; none at the county's windows.
    pub(crate) async fn place_of(&self, id: StaffId) -> Result<Option<String>, Failure> {
        let member = staff::find(&self.db, id).await?.ok_or(Denied::Forbidden)?;
        Ok(member.place)
    }

    pub(crate) async fn reach(&self, id: StaffId) -> Result<Reach, Failure> {
        let Some(id) = self.place_of(id).await? else { return Ok(Reach::County) };
        let entrusted = self.place(&id).is_some_and(|place| place.is_entrusted());
        Ok(Reach::Place { id, entrusted })
    }

    /// Whether a case lies within this reach, for lists.
    pub(crate) async fn reaches(&self, reach: &Reach, case: CaseId) -> Result<bool, Failure> {
        let Reach::Place { id, .. } = reach else { return Ok(true) };
        match self.taken_in_at(id, case).await {
            Ok(()) => Ok(true),
            Err(Failure::NotFound) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// A case of somewhere else is not found: its existence is not this place's business.
    pub(crate) async fn within_reach(&self, staff: StaffId, case: CaseId) -> Result<(), Failure> {
        match self.reach(staff).await? {
            Reach::County => Ok(()),
            Reach::Place { id, .. } => self.taken_in_at(&id, case).await,
        }
    }

    async fn taken_in_at(&self, place: &str, case: CaseId) -> Result<(), Failure> {
        let taken = counter_cases::find(&self.db, case).await?;
        if taken.is_some_and(|t| t.place == place) { Ok(()) } else { Err(Failure::NotFound) }
    }

    /// The same for an act. What a place only takes in (代收) is accepted by the county.
    pub(crate) async fn may_act(&self, actor: Actor, case: CaseId) -> Result<(), Failure> {
        let (Actor::Clerk(staff) | Actor::Approver(staff) | Actor::Issuer(staff)) = actor else { return Ok(()) };
        let Reach::Place { id, entrusted } = self.reach(staff).await? else { return Ok(()) };
        self.taken_in_at(&id, case).await?;
        if matches!(actor, Actor::Clerk(_)) && !entrusted {
            return Err(Failure::Rejected("counter.only_takes"));
        }
        Ok(())
    }

    /// The places by which the queue can be narrowed: id and name. Staff of a place see only their own anyway.
    pub async fn queue_places(&self, reader: &Reader) -> Result<Vec<(String, String)>, Failure> {
        if matches!(self.reach(reader.id()).await?, Reach::Place { .. }) {
            return Ok(Vec::new());
        }
        let region = self.catalogue().region.clone();
        let county = (COUNTY.to_owned(), COUNTY_NAME.to_owned());
        let places = region.places.iter().map(|place| (place.id.clone(), place.name.clone()));
        Ok(std::iter::once(county).chain(places).collect())
    }

    /// “Received at X for Y”, the same for both sides.
    pub(crate) fn received(&self, place: &str, matter: &Matter) -> Received {
        let region = self.catalogue().region.clone();
        let at = region.place(place);
        Received {
            place: at.map_or(COUNTY_NAME, |p| p.name.as_str()).to_owned(),
            body: region.body(&matter.body).map_or_else(String::new, |b| b.name.clone()),
            far: at.is_some_and(|p| p.accepts == Accepts::Forward),
        }
    }
}

/// The county's own windows, as people know them.
pub(crate) const COUNTY_NAME: &str = "县政务服务中心";
