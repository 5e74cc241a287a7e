//! Filing at a counter for somebody who is there in person (窗口代办, 就近办): no account is needed, the
//! rules and the case are the same, and it goes to the body that is responsible.
//!
//! Each visit has an account of its own, to which nobody can sign in. While it is open, the clerk's session
//! stands for that account and for nothing else of anybody's.

use crate::cases::CaseSummary;
use crate::drafts::DraftSummary;
use crate::identity::{Clerk, Owner, Session, Who};
use crate::{Failure, Service};
use domain::catalogue::{Card, ChannelKind, Matter, Place};
use domain::ids::{AccountId, CaseId, StaffId};
use domain::text::{PersonName, Phone, mask_name, normalise};
use std::sync::Arc;
use store::tables::counter_visits::{self, NewVisit, Visit};
use store::tables::{accounts, cases, counter_cases, drafts};
use store::{StoreError, Tx};

/// A visit lasts two hours at most: what was forgotten to be ended does not stay open for the next visitor.
const LONGEST: i64 = 2 * HOUR;
const HOUR: i64 = 3_600_000_000;
/// Stands for the county's own windows where a place is named; no place has such an id.
pub const COUNTY: &str = "@county";

/// The visit that a clerk's session has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    visit: String,
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

impl FiledBy {
    /// The place's id, or that of the county's windows.
    pub(crate) fn place_id(&self) -> &str {
        self.place.as_deref().unwrap_or(COUNTY)
    }
}

/// The visit that is open, with what it has begun and filed.
pub struct VisitView {
    pub name_masked: String,
    pub drafts: Vec<DraftSummary>,
    pub cases: Vec<CaseSummary>,
    /// Those whose result can be sent by post (跨省通办).
    pub by_post: Vec<CaseId>,
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
        let place = self.place_of(clerk.id()).await?;
        let visit = match &session.counter {
            None => None,
            Some(counter) => Some(VisitView {
                name_masked: counter.name_masked.clone(),
                drafts: self.drafts(&session.owner()?).await?,
                cases: self.my_cases(&session.applicant()?).await?,
                by_post: self.sent_by_post(counter.account).await?,
            }),
        };
        Ok(CounterView {
            matters: self.taken(place.as_deref(), query.trim()),
            place: place.map(|id| self.place(&id).map_or(id, |p| p.name)),
            visit,
        })
    }

    async fn sent_by_post(&self, account: AccountId) -> Result<Vec<CaseId>, Failure> {
        let mut list = Vec::new();
        for row in cases::of_account(&self.db, &self.vault, account).await? {
            if self.matter_at(&row.case.matter).await?.cross_province {
                list.push(row.case.id);
            }
        }
        Ok(list)
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
        let place = self.place_of(clerk.id()).await?;
        let account = AccountId(self.new_id());
        let mut tx = self.db.begin().await?;
        accounts::open_for_visit(&mut tx, &self.vault, account, phone.as_str(), self.now().0).await?;
        let counter = self.tie(&mut tx, clerk, session, account, &name, place).await?;
        self.note_visit(&mut tx, Some(&counter.filed_by(clerk.id())), "counter_opened", &account.to_string()).await?;
        tx.commit().await?;
        Ok(Session { counter: Some(counter), ..session.clone() })
    }

    /// The visitor is here again, to hand in what the notice asks for: by the number of the case and the name
    /// that they show, at the place that took it in. Whatever does not fit is one and the same refusal.
    pub async fn resume_visit(
        &self,
        clerk: &Clerk,
        session: &Session,
        number: &str,
        name: &str,
    ) -> Result<Session, Failure> {
        let name = PersonName::parse(name).map_err(|e| Failure::Rejected(e.code()))?;
        let number = normalise(number).to_ascii_uppercase();
        let place = self.place_of(clerk.id()).await?;
        let by = FiledBy { staff: clerk.id(), place: place.clone() };
        let mut tx = self.db.begin().await?;
        self.count(&mut tx, &format!("counter-resume:{}", clerk.id()), HOUR, 20).await?;
        tx.commit().await?;
        self.sweep_visits().await?;
        let found = counter_cases::by_number(&self.db, &number).await?.ok_or(Failure::Rejected("counter.unknown"))?;
        let before = counter_visits::latest(&self.db, &self.vault, found.account).await?;
        let fits = found.place == by.place_id() && before.is_some_and(|visit| visit.name == name.as_str());
        let mut tx = self.db.begin().await?;
        if !fits {
            self.note_visit(&mut tx, Some(&by), "counter_resume_refused", &found.case.to_string()).await?;
            tx.commit().await?;
            return Err(Failure::Rejected("counter.unknown"));
        }
        let counter = self.tie(&mut tx, clerk, session, found.account, &name, place).await?;
        self.note_visit(&mut tx, Some(&by), "counter_resumed", &found.case.to_string()).await?;
        self.note_visit(&mut tx, Some(&by), "counter_opened", &found.account.to_string()).await?;
        tx.commit().await?;
        Ok(Session { counter: Some(counter), ..session.clone() })
    }

    /// Ties the session to a new visit of this account. Neither may have one that is open.
    async fn tie(
        &self,
        tx: &mut Tx,
        clerk: &Clerk,
        session: &Session,
        account: AccountId,
        name: &PersonName,
        place: Option<String>,
    ) -> Result<Counter, Failure> {
        let (id, now) = (self.new_id().to_string(), self.now().0);
        match counter_visits::hold(tx, &session.id, clerk.id(), &id, now - LONGEST).await {
            Err(StoreError::VersionConflict) => return Err(Failure::Rejected("counter.open")),
            held => held?,
        }
        let at = place.as_deref().unwrap_or(COUNTY);
        let visit = NewVisit { id: &id, staff: clerk.id(), account, place: at, name: name.as_str() };
        match counter_visits::insert(tx, &self.vault, &visit, now).await {
            Err(StoreError::Unique(_)) => return Err(Failure::Rejected("counter.elsewhere")),
            inserted => inserted?,
        }
        Ok(Counter { visit: id, account, name_masked: mask_name(name.as_str()), place })
    }

    /// Ends the visit. What was begun and not submitted goes, as nobody could reach it any more; so it asks
    /// whether one is `sure`. Ending twice is no error.
    pub async fn end_visit(&self, _: &Clerk, session: &Session, sure: bool) -> Result<(), Failure> {
        if session.counter.is_none() {
            return Ok(());
        }
        if !sure {
            self.nothing_unfinished(session).await?;
        }
        let mut tx = self.db.begin().await?;
        self.close_visit(&mut tx, session).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses to go on while the visit has something begun and not submitted.
    pub(crate) async fn nothing_unfinished(&self, session: &Session) -> Result<(), Failure> {
        let Some(counter) = &session.counter else { return Ok(()) };
        let open = drafts::list(&self.db, &self.vault, Owner::account(counter.account).key()).await?;
        if open.is_empty() { Ok(()) } else { Err(Failure::Rejected("counter.unfinished")) }
    }

    /// The session's visit ends, if it has one: also when the session itself ends.
    pub(crate) async fn close_visit(&self, tx: &mut Tx, session: &Session) -> Result<(), Failure> {
        let (Who::Staff { id, .. }, Some(counter)) = (&session.who, &session.counter) else { return Ok(()) };
        counter_visits::leave(tx, &session.id).await?;
        self.close(tx, &counter.visit, &counter.filed_by(*id), counter.account, "counter_closed").await
    }

    async fn close(
        &self,
        tx: &mut Tx,
        visit: &str,
        by: &FiledBy,
        account: AccountId,
        how: &'static str,
    ) -> Result<(), Failure> {
        // Somebody else has ended it, and the account may have another one by now.
        if !counter_visits::close(tx, visit, by.staff, self.now().0).await? {
            return Ok(());
        }
        for draft in counter_visits::clear(tx, Owner::account(account).key()).await? {
            self.drop_contents(tx, draft).await?;
        }
        self.note_visit(tx, Some(by), how, &account.to_string()).await
    }

    /// Visits that nobody ended end by themselves: too long ago, or their session is gone.
    pub(crate) async fn sweep_visits(&self) -> Result<(), Failure> {
        let now = self.now().0;
        for visit in counter_visits::forgotten(&self.db, now - LONGEST, now).await? {
            let by = FiledBy { staff: visit.staff, place: place_of_visit(visit.place) };
            let mut tx = self.db.begin().await?;
            match self.close(&mut tx, &visit.id, &by, visit.account, "counter_expired").await {
                Ok(()) => tx.commit().await?,
                // Something was submitted at this very moment: the next sweep ends it.
                Err(Failure::Conflict) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// The visit behind a session of staff, if it is theirs and still open.
    pub(crate) async fn open_visit(&self, staff: StaffId, visit: &str) -> Result<Option<Counter>, Failure> {
        let since = self.now().0 - LONGEST;
        let found = counter_visits::open(&self.db, &self.vault, visit, staff, since).await?;
        Ok(found.map(|Visit { id, account, place, name }| Counter {
            visit: id,
            account,
            name_masked: mask_name(&name),
            place: place_of_visit(place),
        }))
    }

    /// What a clerk does for a visitor goes on record with their id and the place; without one nothing.
    pub(crate) async fn note_visit(
        &self,
        tx: &mut Tx,
        by: Option<&FiledBy>,
        action: &str,
        subject: &str,
    ) -> Result<(), Failure> {
        match by {
            Some(by) => self.record(tx, &format!("staff:{}", by.staff), action, subject, by.place_id()).await,
            None => Ok(()),
        }
    }

    /// A place files what it takes; the county's windows whatever may be handed in at a window.
    pub(crate) fn taken_at(&self, by: &FiledBy, matter: &Matter) -> Result<(), Failure> {
        let taken = match &by.place {
            Some(id) => self.place(id).is_some_and(|place| place.files(&matter.slug, matter.cross_province)),
            None => matter.channels.contains(&ChannelKind::Window),
        };
        if taken { Ok(()) } else { Err(Failure::Rejected("counter.not_taken")) }
    }

    /// Refuses to begin what is not taken at this owner's counter.
    pub(crate) async fn may_begin(&self, owner: &Owner, slug: &str) -> Result<(), Failure> {
        match owner.filed_by() {
            Some(by) => self.taken_at(by, self.matter_of(slug).await?.as_ref()),
            None => Ok(()),
        }
    }

    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        self.catalogue().region.place(id).cloned()
    }

    /// At a place what it takes, at the county's windows what was searched for or is asked for most.
    fn taken(&self, place: Option<&str>, query: &str) -> Vec<Arc<Card>> {
        let catalogue = self.catalogue();
        let Some(id) = place else {
            return if query.is_empty() { catalogue.common() } else { catalogue.search(query) };
        };
        let Some(place) = self.place(id) else { return Vec::new() };
        let cards = place.takes.iter().filter_map(|slug| catalogue.card(slug).cloned());
        let taken = cards.filter(|card| place.files(&card.slug, card.cross_province));
        if query.is_empty() {
            return taken.collect();
        }
        let found = catalogue.search(query);
        taken.filter(|card| card.title.contains(query) || found.iter().any(|f| f.slug == card.slug)).collect()
    }
}

impl Counter {
    fn filed_by(&self, staff: StaffId) -> FiledBy {
        FiledBy { staff, place: self.place.clone() }
    }
}

/// Id of a place of the region; none at the county's windows.
fn place_of_visit(place: String) -> Option<String> {
    Some(place).filter(|id| id != COUNTY)
}
