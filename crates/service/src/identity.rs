//! Who is asking: sessions, sign-in by phone and code, staff sign-in, and the capability types
//! that the use-cases ask for.

use crate::counter::{Counter, FiledBy};
use crate::session_end::{Ending, IDLE};
use crate::{Denied, Failure, Service, password};
use domain::ids::{AccountId, StaffId};
use domain::policy::{Right, Role, any_allows};
use domain::text::Phone;
use std::collections::BTreeSet;
use store::tables::{accounts, drafts, sessions, staff};
use store::{counters, jobs, params, vault};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
/// A guest's session lives as long as an abandoned draft is worth keeping on one device.
const GUEST_LIFE: i64 = 30 * 24 * HOUR;
/// One-time codes: 5 minutes, 5 tries.
pub(crate) const CODE_LIFE: i64 = 5 * MINUTE;
const CODE_TRIES: i64 = 5;

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Guest,
    Applicant(AccountId),
    Staff { id: StaffId, name: String, roles: BTreeSet<Role> },
}

/// A resolved session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Digest of the cookie's token; empty while nothing had to be remembered yet.
    pub id: String,
    pub who: Who,
    /// Masked phone or staff name, for the header.
    pub greeting: String,
    /// The visitor for whom a clerk files now.
    pub counter: Option<Counter>,
    /// When it ends, for whoever is signed in.
    pub ending: Option<Ending>,
}

/// A session that was just opened: its token goes into the cookie, once.
pub struct NewSession {
    pub token: String,
    pub session: Session,
    /// The account prefers 长辈版.
    pub care: bool,
}

/// What was sent where.
#[derive(Debug, Clone)]
pub struct CodeSent {
    pub masked_phone: String,
    pub wait_seconds: i64,
}

/// Holder of drafts: an account, or a guest on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    key: String,
    /// The account is a visit's, and this clerk files.
    filed_by: Option<FiledBy>,
}

impl Owner {
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn filed_by(&self) -> Option<&FiledBy> {
        self.filed_by.as_ref()
    }

    pub(crate) fn account(id: AccountId) -> Self {
        Self { key: format!("account:{id}"), filed_by: None }
    }

    /// The holder of this applicant's drafts; at a counter still filed by the clerk.
    pub(crate) fn of(applicant: &Applicant) -> Self {
        Self { filed_by: applicant.filed_by.clone(), ..Self::account(applicant.account) }
    }
}

macro_rules! capability {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            id: StaffId,
        }

        impl $name {
            /// Who acts.
            pub fn id(&self) -> StaffId {
                self.id
            }
        }
    };
}

/// A signed-in applicant, or the visitor at a counter. Made only by [`Session::applicant`] and
/// [`Session::account_holder`].
#[derive(Debug, Clone)]
pub struct Applicant {
    pub(crate) account: AccountId,
    /// The account is a visit's, and this clerk files.
    pub(crate) filed_by: Option<FiledBy>,
}

impl Applicant {
    /// As the chain of events names them; at a counter with the clerk and the place.
    pub(crate) fn chain_name(&self) -> String {
        let account = self.account;
        match &self.filed_by {
            Some(by) => format!("applicant:{account} staff:{} place:{}", by.staff, by.place_id()),
            None => format!("applicant:{account}"),
        }
    }
}

capability!(/// May accept, refuse acceptance and issue the notice.
    Clerk);
capability!(/// May run special procedures and decide.
    Approver);
capability!(/// May issue results.
    Issuer);
capability!(/// May see cases and materials.
    Reader);
capability!(/// May see bills and payments.
    Treasurer);
capability!(/// May act on money: refunds, reconciliation, settlements, waivers.
    MoneyKeeper);
capability!(/// May see what was taken at windows.
    TakingReader);
capability!(/// May record what was taken at a window.
    Taker);
capability!(/// May see and retry failed jobs.
    Operator);
capability!(/// May see matters that are being changed.
    CatalogueReader);
capability!(/// May draft and propose matters.
    Editor);
capability!(/// May review what somebody else proposed.
    Reviewer);
capability!(/// May draw spot checks and follow them to their end.
    Supervisor);

impl Session {
    /// Nobody known yet.
    pub fn nobody() -> Self {
        Self { id: String::new(), who: Who::Guest, greeting: String::new(), counter: None, ending: None }
    }

    /// Ticked at signing in: a computer that many people use.
    pub fn on_shared_computer(&self) -> bool {
        self.ending.is_some_and(|ending| ending.shared)
    }

    /// Holder of drafts; staff only for the visitor at their counter, else with an account of their own.
    pub fn owner(&self) -> Result<Owner, Denied> {
        match &self.who {
            Who::Applicant(id) => Ok(Owner::account(*id)),
            Who::Guest if !self.id.is_empty() => Ok(Owner { key: format!("guest:{}", self.id), filed_by: None }),
            Who::Guest => Err(Denied::SignIn),
            Who::Staff { .. } => {
                let (account, by) = self.visit()?;
                Ok(Owner { filed_by: Some(by), ..Owner::account(account) })
            }
        }
    }

    /// Whoever applies: somebody signed in, or the visitor at this clerk's counter.
    pub fn applicant(&self) -> Result<Applicant, Denied> {
        match self.who {
            Who::Applicant(account) => Ok(Applicant { account, filed_by: None }),
            Who::Guest => Err(Denied::SignIn),
            Who::Staff { .. } => {
                let (account, by) = self.visit()?;
                Ok(Applicant { account, filed_by: Some(by) })
            }
        }
    }

    /// Somebody who signed in themselves, never a clerk for a visitor: for what rests on the phone having
    /// been proved by a code, and for what only an account that lasts can take back, such as a consent.
    pub fn account_holder(&self) -> Result<Applicant, Denied> {
        match self.who {
            Who::Staff { .. } => Err(Denied::Forbidden),
            Who::Guest | Who::Applicant(_) => self.applicant(),
        }
    }

    /// The visit's account and who files for it; nobody without the right to receive has one.
    fn visit(&self) -> Result<(AccountId, FiledBy), Denied> {
        let staff = self.staff(Right::Receive)?;
        let counter = self.counter.as_ref().ok_or(Denied::Forbidden)?;
        Ok((counter.account, FiledBy { staff, place: counter.place.clone() }))
    }

    fn staff(&self, right: Right) -> Result<StaffId, Denied> {
        match &self.who {
            Who::Guest => Err(Denied::SignIn),
            Who::Staff { id, roles, .. } if any_allows(roles, right) => Ok(*id),
            Who::Staff { .. } | Who::Applicant(_) => Err(Denied::Forbidden),
        }
    }

    pub fn clerk(&self) -> Result<Clerk, Denied> {
        self.staff(Right::Receive).map(|id| Clerk { id })
    }
    pub fn approver(&self) -> Result<Approver, Denied> {
        self.staff(Right::Decide).map(|id| Approver { id })
    }
    pub fn issuer(&self) -> Result<Issuer, Denied> {
        self.staff(Right::Issue).map(|id| Issuer { id })
    }
    pub fn reader(&self) -> Result<Reader, Denied> {
        self.staff(Right::ReadCases).map(|id| Reader { id })
    }
    pub fn treasurer(&self) -> Result<Treasurer, Denied> {
        self.staff(Right::ReadMoney).map(|id| Treasurer { id })
    }
    pub fn money_keeper(&self) -> Result<MoneyKeeper, Denied> {
        self.staff(Right::KeepMoney).map(|id| MoneyKeeper { id })
    }
    /// Whoever takes money at windows, and whoever looks at money.
    pub fn taking_reader(&self) -> Result<TakingReader, Denied> {
        let taker = self.staff(Right::TakeMoney);
        taker.or_else(|_| self.staff(Right::ReadMoney)).map(|id| TakingReader { id })
    }
    pub fn taker(&self) -> Result<Taker, Denied> {
        self.staff(Right::TakeMoney).map(|id| Taker { id })
    }
    pub fn operator(&self) -> Result<Operator, Denied> {
        self.staff(Right::Operate).map(|id| Operator { id })
    }
    pub fn catalogue_reader(&self) -> Result<CatalogueReader, Denied> {
        self.staff(Right::ReadCatalogue).map(|id| CatalogueReader { id })
    }
    pub fn editor(&self) -> Result<Editor, Denied> {
        self.staff(Right::EditCatalogue).map(|id| Editor { id })
    }
    pub fn reviewer(&self) -> Result<Reviewer, Denied> {
        self.staff(Right::ReviewCatalogue).map(|id| Reviewer { id })
    }
    pub fn supervisor(&self) -> Result<Supervisor, Denied> {
        self.staff(Right::Oversee).map(|id| Supervisor { id })
    }
}

impl Service {
    /// Resolves a cookie's token; an unknown or expired one is nobody.
    pub async fn session(&self, token: &str) -> Result<Session, Failure> {
        let now = self.now().0;
        let id = token_id(token);
        let Some(row) = sessions::find(&self.db, &id, now).await? else { return Ok(Session::nobody()) };
        let (who, greeting) = match row.who.as_str() {
            "applicant" => {
                let account = row.actor_id.parse().map_err(Failure::internal)?;
                let account = accounts::get(&self.db, &self.vault, account).await?;
                (Who::Applicant(account.id), domain::text::mask_phone(&account.phone))
            }
            "staff" => {
                let id = row.actor_id.parse().map_err(Failure::internal)?;
                let Some(staff) = staff::find(&self.db, id).await?.filter(|s| s.active) else {
                    return Ok(Session::nobody());
                };
                (Who::Staff { id, name: staff.name.clone(), roles: staff.roles }, staff.name)
            }
            _ => (Who::Guest, String::new()),
        };
        let counter = match (&who, &row.counter_visit) {
            (Who::Staff { id, .. }, Some(visit)) => self.open_visit(*id, visit).await?,
            _ => None,
        };
        let ending = self.keep_alive(&row, now).await?;
        Ok(Session { id, who, greeting, counter, ending })
    }

    /// A session for a guest who begins something that must not be lost.
    pub async fn open_guest_session(&self) -> Result<NewSession, Failure> {
        let mut tx = self.db.begin().await?;
        let (token, id) = self.insert_session(&mut tx, "guest", "", GUEST_LIFE).await?;
        tx.commit().await?;
        let session = Session { id, ..Session::nobody() };
        Ok(NewSession { token, session, care: false })
    }

    async fn insert_session(
        &self,
        tx: &mut store::Tx,
        who: &str,
        actor: &str,
        life: i64,
    ) -> Result<(String, String), Failure> {
        let token = hex::encode(vault::random::<32>()?);
        let id = token_id(&token);
        let now = self.now().0;
        sessions::insert(tx, &id, who, actor, now, now + life).await?;
        Ok((token, id))
    }

    /// Sends a one-time code. Limits: one a minute and ten a day per phone, thirty an hour per address.
    pub async fn send_code(&self, phone: &str, address: &str) -> Result<CodeSent, Failure> {
        let phone = Phone::parse(phone).map_err(|e| Failure::Rejected(e.code()))?;
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        // Counting comes first: its row lock makes two requests for one phone follow each other.
        self.count(&mut tx, &format!("code:{}", phone.as_str()), 24 * HOUR, 10).await?;
        if let Some(sent) = accounts::find_code(&mut tx, &self.vault, phone.as_str()).await? {
            let wait = sent.sent_at + self.settings.code_pause_seconds * 1_000_000 - now;
            // One from the future was sent under a wrong clock: nobody waits until it is past.
            if wait > 0 && sent.sent_at <= now {
                return Err(Failure::Busy(wait / 1_000_000 + 1));
            }
        }
        self.count_address(&mut tx, "code-address", address, HOUR, 30).await?;
        let code = format!("{:06}", u64::from_be_bytes(vault::random::<8>()?) % 1_000_000);
        accounts::put_code(&mut tx, &self.vault, phone.as_str(), &code, now, now + CODE_LIFE).await?;
        let message = vec![("code".to_owned(), code), ("minutes".to_owned(), "5".to_owned())];
        self.enqueue_sms(&mut tx, phone.as_str(), "sign_in_code", message).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(CodeSent { masked_phone: phone.masked(), wait_seconds: self.settings.code_pause_seconds })
    }

    pub(crate) async fn enqueue_sms(
        &self,
        tx: &mut store::Tx,
        phone: &str,
        template: &str,
        params: Vec<(String, String)>,
    ) -> Result<(), Failure> {
        self.enqueue_sms_once(tx, phone, template, params, None).await
    }

    /// The same; with a key there is one message of that key ever.
    pub(crate) async fn enqueue_sms_once(
        &self,
        tx: &mut store::Tx,
        phone: &str,
        template: &str,
        params: Vec<(String, String)>,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        let id = self.new_id().to_string();
        let plain = serde_json::to_vec(&(phone, template, params)).map_err(Failure::internal)?;
        let payload = hex::encode(self.vault.seal(&format!("jobs.sms:{id}"), &plain)?);
        let job = jobs::NewJob {
            id: &id,
            kind: "sms",
            key: key.or(Some(id.as_str())),
            payload: &payload,
            run_at: self.now().0,
        };
        jobs::enqueue(tx, &job, self.now().0).await?;
        Ok(())
    }

    /// Counts a hit in a fixed window; over the limit it is refused with the time to wait. The key
    /// may name a phone or a network address: it is kept as a keyed digest.
    pub(crate) async fn count(&self, tx: &mut store::Tx, key: &str, window: i64, limit: u32) -> Result<(), Failure> {
        self.count_in(tx, key, Window { length: window, at: self.now().0 }, limit).await
    }

    async fn count_in(&self, tx: &mut store::Tx, key: &str, window: Window, limit: u32) -> Result<(), Failure> {
        let key = self.vault.mac("counters", key)?;
        if counters::hit(tx, &key, window.start(), limit).await? > limit {
            return Err(Failure::Busy((window.start() + window.length - window.at) / 1_000_000 + 1));
        }
        Ok(())
    }

    /// The same for a network address, behind which a whole hall may sit.
    pub(crate) async fn count_address(
        &self,
        tx: &mut store::Tx,
        what: &str,
        address: &str,
        window: i64,
        limit: u32,
    ) -> Result<(), Failure> {
        let limit = limit.saturating_mul(self.settings.address_factor);
        self.count(tx, &format!("{what}:{address}"), window, limit).await
    }

    /// Signs in with the code; opens the account on first use, adopts the guest's drafts, and gives
    /// a new session id (the old one ends).
    pub async fn sign_in(&self, session: &Session, phone: &str, code: &str, care: bool) -> Result<NewSession, Failure> {
        let phone = Phone::parse(phone).map_err(|e| Failure::Rejected(e.code()))?;
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let sent =
            accounts::take_try(&mut tx, &self.vault, phone.as_str()).await?.ok_or(Failure::Rejected("code.expired"))?;
        if sent.expires_at < now {
            return Err(Failure::Rejected("code.expired"));
        }
        if sent.tries > CODE_TRIES {
            return Err(Failure::Rejected("code.tries"));
        }
        let typed = domain::text::digits_only_input(code);
        let mac = self.vault.mac("sign_in_codes.code", &format!("{}:{typed}", phone.as_str()))?;
        if aws_lc_rs::constant_time::verify_slices_are_equal(mac.as_bytes(), sent.code_mac.as_bytes()).is_err() {
            tx.commit().await?;
            return Err(Failure::Rejected("code.wrong"));
        }
        accounts::drop_code(&mut tx, &self.vault, phone.as_str()).await?;
        let mode = if care { "care" } else { "standard" };
        let new_id = AccountId(self.new_id());
        let account = accounts::find_or_open(&mut tx, &self.vault, phone.as_str(), new_id, mode, now).await?;
        let owner = Owner::account(account.id);
        let guest = session.owner().ok().filter(|_| matches!(session.who, Who::Guest));
        if let (Who::Guest, Ok(guest)) = (&session.who, session.owner()) {
            drafts::adopt(&mut tx, guest.key(), owner.key()).await?;
        }
        self.end_session(&mut tx, session).await?;
        let (token, id) = self.insert_session(&mut tx, "applicant", &account.id.to_string(), IDLE).await?;
        tx.commit().await?;
        if guest.is_some() {
            self.bring_back(&owner, &owner).await?;
        }
        let greeting = domain::text::mask_phone(&account.phone);
        let ending = Some(Ending::of_new(now));
        let session = Session { id, who: Who::Applicant(account.id), greeting, counter: None, ending };
        Ok(NewSession { token, session, care: care || account.mode == "care" })
    }

    /// Staff sign in by name and password; ten tries a quarter of an hour per name and per address.
    pub async fn staff_sign_in(
        &self,
        session: &Session,
        username: &str,
        typed: &str,
        address: &str,
    ) -> Result<NewSession, Failure> {
        // Counted before it is checked, so that guesses made at once are counted too; a right one is given back.
        let (by_name, by_address) = (format!("staff:{username}"), format!("staff-address:{address}"));
        let window = Window { length: 15 * MINUTE, at: self.now().0 };
        let mut tx = self.db.begin().await?;
        self.count_in(&mut tx, &by_name, window, 10).await?;
        self.count_in(&mut tx, &by_address, window, 30_u32.saturating_mul(self.settings.address_factor)).await?;
        tx.commit().await?;
        let found = staff::by_username(&self.db, username).await?.filter(|s| s.active);
        // The same work for an unknown name, so that time tells nothing.
        let hash = found.as_ref().map_or_else(password::placeholder, |s| s.password_hash.clone());
        let typed = typed.to_owned();
        let right =
            tokio::task::spawn_blocking(move || password::verify(&hash, &typed)).await.map_err(Failure::internal)?;
        let Some(member) = found.filter(|_| right) else { return Err(Failure::Rejected("staff.wrong")) };
        let mut tx = self.db.begin().await?;
        for key in [&by_name, &by_address] {
            counters::give_back(&mut tx, &self.vault.mac("counters", key)?, window.start()).await?;
        }
        self.end_session(&mut tx, session).await?;
        let (token, id) = self.insert_session(&mut tx, "staff", &member.id.to_string(), IDLE).await?;
        self.record(&mut tx, &format!("staff:{}", member.id), "sign_in", "", "").await?;
        tx.commit().await?;
        let who = Who::Staff { id: member.id, name: member.name.clone(), roles: member.roles };
        let ending = Some(Ending::of_new(self.now().0));
        let session = Session { id, who, greeting: member.name, counter: None, ending };
        Ok(NewSession { token, session, care: false })
    }

    /// Ends the session. A visit with something unfinished is ended at its counter first, where it is asked
    /// whether one is sure.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Failure> {
        self.nothing_unfinished(session).await?;
        let mut tx = self.db.begin().await?;
        self.end_session(&mut tx, session).await?;
        Ok(tx.commit().await?)
    }

    /// A session ends, and with it the visit that it had open.
    async fn end_session(&self, tx: &mut store::Tx, session: &Session) -> Result<(), Failure> {
        if session.id.is_empty() {
            return Ok(());
        }
        self.close_visit(tx, session).await?;
        Ok(sessions::delete(tx, &session.id).await?)
    }

    /// Keeps the chosen mode with the account, so that it is there on the next device.
    pub async fn set_mode(&self, session: &Session, care: bool) -> Result<(), Failure> {
        let Who::Applicant(account) = session.who else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        accounts::set_mode(&mut tx, account, if care { "care" } else { "standard" }).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn record(
        &self,
        tx: &mut store::Tx,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), Failure> {
        let id = self.new_id().to_string();
        Ok(store::tables::audit::record(tx, &id, self.now().0, actor, action, subject, detail).await?)
    }

    /// The database answers.
    pub async fn ready(&self) -> Result<(), Failure> {
        self.db.read("select 1 as one", params![]).await?;
        Ok(())
    }
}

/// A span of time that something is counted in, and the moment within it, in µs.
#[derive(Clone, Copy)]
struct Window {
    length: i64,
    at: i64,
}

impl Window {
    fn start(self) -> i64 {
        counters::window_start(self.at, self.length)
    }
}

fn token_id(token: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes()))
}
