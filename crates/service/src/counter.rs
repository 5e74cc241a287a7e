//! Filing at a counter for somebody who is there in person (窗口代办, 就近办): no account is needed, the
//! rules and the case are the same, and it goes to the body that is responsible.
//!
//! Each visit has an account of its own, to which nobody can sign in. While it is open, the clerk's session
//! stands for that account and for nothing else of anybody's.

use crate::cases::CaseSummary;
use crate::drafts::DraftSummary;
use crate::identity::{Clerk, Owner, Session, Who};
use crate::{Denied, Failure, Service};
use domain::catalogue::{Card, ChannelKind, Matter, Place};
use domain::ids::{AccountId, StaffId};
use domain::text::{PersonName, Phone, mask_name};
use std::sync::Arc;
use store::tables::counter_visits::{self, NewVisit};
use store::tables::{accounts, drafts, staff};
use store::{StoreError, Tx};

/// A visit lasts two hours at most: what was forgotten to be ended does not stay open for the next visitor.
const LONGEST: i64 = 2 * 3_600_000_000;

/// The visit that a clerk's session has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    pub(crate) account: AccountId,
    /// 张*, for the banner: others may look at the screen.
    pub name_masked: String,
    /// Id of a place of the region; none at the county's windows.
    pub place: Option<String>,
}

/// Who files for a visitor, and where: kept with the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FiledBy {
    pub(crate) staff: StaffId,
    pub(crate) place: Option<String>,
}

/// The visit that is open, with what it has begun and filed.
pub struct VisitView {
    pub name_masked: String,
    pub drafts: Vec<DraftSummary>,
    pub cases: Vec<CaseSummary>,
}

/// The counter's page.
pub struct CounterView {
    /// Name of the place; none at the county's windows.
    pub place: Option<String>,
    pub visit: Option<VisitView>,
    /// What is taken here and fits the search.
    pub matters: Vec<Arc<Card>>,
}

impl Service {
    /// The counter of this clerk; `query` searches what is taken there.
    pub async fn counter(&self, clerk: &Clerk, session: &Session, query: &str) -> Result<CounterView, Failure> {
        let place = self.place_of(clerk).await?;
        let visit = match &session.counter {
            None => None,
            Some(counter) => Some(VisitView {
                name_masked: counter.name_masked.clone(),
                drafts: self.drafts(&session.owner()?).await?,
                cases: self.my_cases(&session.applicant()?).await?,
            }),
        };
        Ok(CounterView {
            matters: self.taken(place.as_deref(), query.trim()),
            place: place.map(|id| self.place(&id).map_or(id, |p| p.name)),
            visit,
        })
    }

    /// Begins a visit: an account of its own, tied to this session alone.
    pub async fn begin_visit(
        &self,
        clerk: &Clerk,
        session: &Session,
        name: &str,
        phone: &str,
    ) -> Result<Session, Failure> {
        let name = PersonName::parse(name).map_err(|e| Failure::Rejected(e.code()))?;
        let phone = Phone::parse(phone).map_err(|e| Failure::Rejected(e.code()))?;
        let place = self.place_of(clerk).await?;
        let now = self.now().0;
        let (id, account) = (self.new_id().to_string(), AccountId(self.new_id()));
        let mut tx = self.db.begin().await?;
        match counter_visits::hold(&mut tx, &session.id, clerk.id(), account, now - LONGEST).await {
            Err(StoreError::VersionConflict) => return Err(Failure::Rejected("counter.open")),
            held => held?,
        }
        accounts::open_for_visit(&mut tx, &self.vault, account, phone.as_str(), now).await?;
        let visit = NewVisit { id: &id, staff: clerk.id(), account, place: place.as_deref(), name: name.as_str() };
        counter_visits::insert(&mut tx, &self.vault, &visit, now).await?;
        let at = place.as_deref().unwrap_or_default();
        self.record(&mut tx, &format!("staff:{}", clerk.id()), "counter_opened", &account.to_string(), at).await?;
        tx.commit().await?;
        let counter = Counter { account, name_masked: mask_name(name.as_str()), place };
        Ok(Session { counter: Some(counter), ..session.clone() })
    }

    /// Ends the visit. What was begun and not submitted goes, as nobody could reach it any more; so it asks
    /// whether one is `sure`. Ending twice is no error.
    pub async fn end_visit(&self, _: &Clerk, session: &Session, sure: bool) -> Result<(), Failure> {
        if session.counter.is_none() {
            return Ok(());
        }
        let owner = session.owner()?;
        let begun = drafts::list(&self.db, &self.vault, owner.key()).await?;
        if !begun.is_empty() && !sure {
            return Err(Failure::Rejected("counter.unfinished"));
        }
        for draft in begun {
            match self.drop_draft(draft.id).await {
                // Submitted on another tab meanwhile.
                Ok(()) | Err(Failure::Conflict) => {}
                Err(failure) => return Err(failure),
            }
        }
        let mut tx = self.db.begin().await?;
        self.close_visit(&mut tx, session).await?;
        Ok(tx.commit().await?)
    }

    /// The session's visit ends, if it has one: also when the session itself ends.
    pub(crate) async fn close_visit(&self, tx: &mut Tx, session: &Session) -> Result<(), Failure> {
        let (Who::Staff { id, .. }, Some(counter)) = (&session.who, &session.counter) else { return Ok(()) };
        counter_visits::close(tx, counter.account, *id, self.now().0).await?;
        counter_visits::leave(tx, &session.id).await?;
        self.record(tx, &format!("staff:{id}"), "counter_closed", &counter.account.to_string(), "").await
    }

    /// The visit behind a session of staff, if it is theirs and still open.
    pub(crate) async fn open_visit(&self, staff: StaffId, account: &str) -> Result<Option<Counter>, Failure> {
        let since = self.now().0 - LONGEST;
        let visit = counter_visits::open(&self.db, &self.vault, account, staff, since).await?;
        Ok(visit.map(|v| Counter { account: v.account, name_masked: mask_name(&v.name), place: v.place }))
    }

    /// A place files what it takes; the county's windows whatever may be handed in at a window.
    pub(crate) fn taken_at(&self, by: &FiledBy, matter: &Matter) -> Result<(), Failure> {
        let taken = match &by.place {
            Some(id) => self.place(id).is_some_and(|place| place.takes(&matter.slug)),
            None => matter.channels.contains(&ChannelKind::Window),
        };
        if taken { Ok(()) } else { Err(Failure::Rejected("counter.not_taken")) }
    }

    /// Refuses to begin what is not taken at this owner's counter.
    pub(crate) async fn may_begin(&self, owner: &Owner, slug: &str) -> Result<(), Failure> {
        match owner.filed_by() {
            Some(by) => self.taken_at(by, &self.matter_of(slug).await?),
            None => Ok(()),
        }
    }

    async fn place_of(&self, clerk: &Clerk) -> Result<Option<String>, Failure> {
        let member = staff::find(&self.db, clerk.id()).await?.ok_or(Denied::Forbidden)?;
        Ok(member.place)
    }

    fn place(&self, id: &str) -> Option<Place> {
        self.catalogue().region.places.iter().find(|place| place.id == id).cloned()
    }

    /// At a place what it takes, at the county's windows what was searched for or is asked for most.
    fn taken(&self, place: Option<&str>, query: &str) -> Vec<Arc<Card>> {
        let catalogue = self.catalogue();
        let Some(id) = place else {
            return if query.is_empty() { catalogue.common() } else { catalogue.search(query) };
        };
        let slugs = self.place(id).map_or_else(Vec::new, |place| place.takes);
        let taken = slugs.iter().filter_map(|slug| catalogue.card(slug).cloned());
        if query.is_empty() {
            return taken.collect();
        }
        let found = catalogue.search(query);
        taken.filter(|card| card.title.contains(query) || found.iter().any(|f| f.slug == card.slug)).collect()
    }
}
