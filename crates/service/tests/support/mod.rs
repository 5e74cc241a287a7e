//! A whole service on a fresh database: clock to be set, files in a folder of its own, messages,
//! payments and documents recorded.
//!
//! `SQLite` in a temporary folder; with `TEST_DATABASE_URL_PG` set, a `PostgreSQL` schema of its own.

mod answers;
mod database;
mod files;
mod ports;

pub use answers::{Answered, answers_for};
pub use database::Base;
pub use files::{Sort, broken, corpus, in_pieces, pdf};
pub use ports::{Binder, Invoicer, Nose, Painter, Persons, Printer, Sms, Till, Wallet};

use domain::case::{CaseStatus, PartState};
use domain::catalogue::AcceptedFile;
use domain::ids::{CaseId, DraftId, StaffId};
use domain::policy::Role;
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::{date, time};
use service::cases::CaseView;
use service::identity::NewSession;
use service::ports::pay::{PaymentProvider, Way};
use service::uploads::FileView;
use service::{Applicant, Approver, Catalogue, Failure, Owner, Service, Session, Settings, Who, World};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::tables::staff;
use store::{Value, Vault};

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 86_400;

pub const BIRTH: &str = "birth-registration";
pub const FOOD: &str = "food-licence";
pub const PROPERTY: &str = "property-transfer";

/// Somebody who signed in by phone.
pub struct Person {
    pub session: Session,
    pub applicant: Applicant,
    pub owner: Owner,
    pub phone: String,
    pub token: String,
}

/// A submitted case with its applicant.
pub struct Filed {
    pub person: Person,
    pub draft: DraftId,
    pub case: CaseId,
    pub answers: Answers,
}

pub struct TestWorld {
    pub service: Service,
    pub clock: Arc<AtomicI64>,
    pub sms: Arc<Sms>,
    pub till: Arc<Till>,
    pub other_till: Arc<Till>,
    /// Two channels of one account: by a code, and on a phone.
    pub code_till: Arc<Till>,
    pub phone_till: Arc<Till>,
    pub printer: Arc<Printer>,
    pub persons: Arc<Persons>,
    pub binder: Arc<Binder>,
    pub wallet: Arc<Wallet>,
    counter: AtomicI64,
    /// Dropped last: takes the database and the folder away.
    pub base: Base,
}

impl TestWorld {
    /// Monday, 2 March 2026, 09:00 in China: a week of plain working days.
    pub async fn new() -> Self {
        let base = Base::new().await;
        let clock = Arc::new(AtomicI64::new(Instant::at_china(date(2026, 3, 2), time(9, 0, 0, 0)).0));
        let db = store::Db::open(&base.target).await.expect("opens");
        db.migrate(clock.load(Ordering::SeqCst)).await.expect("migrates");
        let (sms, printer) = (Arc::new(Sms::default()), Arc::new(Printer::default()));
        let persons = Arc::new(Persons::default());
        let binder = Arc::new(Binder::default());
        let wallet = Arc::new(Wallet::default());
        let (till, other_till) = (Arc::new(Till::new("till")), Arc::new(Till::new("other")));
        let code_till = Arc::new(Till::channel("alipay_code", "alipay", Way::Code, "success"));
        let phone_till = Arc::new(Till::channel("alipay_phone", "alipay", Way::Phone, "success"));
        let shown = clock.clone();
        let service = Service::new(World {
            db,
            vault: Vault::open([7; 32]).expect("a key of 32 bytes"),
            files: service::files::Files::local(base.folder.join("files")).expect("a folder"),
            shelf: catalogue().into(),
            messages: sms.clone(),
            providers: vec![till.clone(), other_till.clone(), code_till.clone(), phone_till.clone()],
            documents: printer.clone(),
            register: Some(persons.clone()),
            scanner: None,
            previews: Arc::new(Painter),
            binder: binder.clone(),
            licences: Some(wallet.clone()),
            invoicer: None,
            clock: Arc::new(move || shown.load(Ordering::SeqCst)),
            settings: Settings::default(),
            wake: Arc::default(),
            checks: tokio::sync::Semaphore::new(2),
            writing: service::transfers::Locks::default(),
        });
        Self {
            service,
            clock,
            sms,
            till,
            other_till,
            code_till,
            phone_till,
            printer,
            persons,
            binder,
            wallet,
            counter: AtomicI64::new(0),
            base,
        }
    }

    /// The same office, restarted with another catalogue.
    pub fn restarted_with(&self, catalogue: Catalogue) -> Service {
        self.again(catalogue, true)
    }

    /// The same office, where no register of persons is connected.
    pub fn without_register(&self) -> Service {
        self.again(catalogue(), false)
    }

    /// The same office, from now on with a scanner for viruses.
    pub fn with_scanner(mut self, scanner: Arc<Nose>) -> Self {
        self.service = Service::new(World { scanner: Some(scanner), ..self.copy() });
        self
    }

    /// The same office, from now on with a platform of invoices.
    pub fn with_invoicer(mut self, invoicer: Arc<Invoicer>) -> Self {
        self.service = Service::new(World { invoicer: Some(invoicer), ..self.copy() });
        self
    }

    /// The same office, which reaches its payment providers through these.
    pub fn with_providers(mut self, providers: Vec<Arc<dyn PaymentProvider>>) -> Self {
        self.service = Service::new(World { providers, ..self.copy() });
        self
    }

    fn again(&self, catalogue: Catalogue, register: bool) -> Service {
        let copy = self.copy();
        let register = copy.register.clone().filter(|_| register);
        Service::new(World { shelf: catalogue.into(), register, ..copy })
    }

    /// What the office is made of, once more over the same database and folder.
    fn copy(&self) -> World {
        let old = &self.service;
        World {
            db: old.db.clone(),
            vault: Vault::open([7; 32]).expect("a key of 32 bytes"),
            files: old.files.clone(),
            shelf: catalogue().into(),
            messages: old.messages.clone(),
            providers: old.providers.clone(),
            documents: old.documents.clone(),
            register: old.register.clone(),
            scanner: old.scanner.clone(),
            previews: old.previews.clone(),
            binder: old.binder.clone(),
            licences: old.licences.clone(),
            invoicer: old.invoicer.clone(),
            clock: old.clock.clone(),
            settings: old.settings.clone(),
            wake: Arc::default(),
            checks: tokio::sync::Semaphore::new(2),
            writing: service::transfers::Locks::default(),
        }
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn next(&self) -> i64 {
        self.counter.fetch_add(1, Ordering::SeqCst)
    }

    /// A network address nobody used before, so that limits per address do not meddle.
    pub fn address(&self) -> String {
        format!("192.0.2.{}", self.next())
    }

    /// Runs jobs until none is due; gives how many ran.
    pub async fn run_jobs(&self) -> usize {
        let mut total = 0;
        loop {
            match self.service.run_jobs("test", 50).await.expect("jobs run") {
                0 => return total,
                n => total += n,
            }
        }
    }

    /// Asks for a code and reads it from the message.
    pub async fn code(&self, phone: &str) -> String {
        self.service.send_code(phone, &self.address()).await.expect("a code is sent");
        self.run_jobs().await;
        self.sms.code(phone)
    }

    pub async fn sign_in(&self, phone: &str) -> Person {
        self.sign_in_from(&Session::nobody(), phone).await
    }

    pub async fn sign_in_from(&self, session: &Session, phone: &str) -> Person {
        let code = self.code(phone).await;
        let new = self.service.sign_in(session, phone, &code, false).await.expect("signs in");
        person(new, phone)
    }

    /// A member of staff with one role.
    pub async fn staff(&self, role: Role) -> Session {
        self.staff_with(&[role]).await
    }

    /// A member of staff; the password is never used, so none is hashed.
    pub async fn staff_with(&self, roles: &[Role]) -> Session {
        let id = StaffId(uuid::Uuid::now_v7());
        let roles: BTreeSet<Role> = roles.iter().copied().collect();
        let name = format!("工作人员{}", self.next());
        let member = staff::Staff {
            id,
            username: id.to_string(),
            password_hash: "none".into(),
            name: name.clone(),
            roles: roles.clone(),
            active: true,
            place: None,
        };
        let mut tx = self.service.db.begin().await.expect("begins");
        staff::add(&mut tx, &member).await.expect("adds");
        tx.commit().await.expect("commits");
        Session { who: Who::Staff { id, name: name.clone(), roles }, greeting: name, ..Session::nobody() }
    }

    pub async fn upload(
        &self,
        owner: &Owner,
        draft: DraftId,
        material: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<FileView, Failure> {
        self.service.receive_file(owner, draft, material, name, "", in_pieces(bytes)).await
    }

    /// A draft with right answers everywhere; `wanted` decides where there is a choice.
    pub async fn answered(&self, owner: &Owner, slug: &str, wanted: Answered<'_>) -> (DraftId, Answers) {
        let draft = self.service.start_draft(owner, slug).await.expect("begins");
        let matter = self.service.catalogue().matter(slug).expect("in the catalogue");
        let answers = answers_for(&matter, wanted, self.service.today());
        self.service.save_answers(owner, draft, answers.clone(), None).await.expect("saves");
        (draft, answers)
    }

    /// A good file in every slot that these answers need.
    pub async fn attach_all(&self, owner: &Owner, draft: DraftId) {
        let view = self.service.draft(owner, draft).await.expect("is there");
        for slot in view.matter.personal_list(&view.answers) {
            let (bytes, name) = if slot.material.accepts.contains(&AcceptedFile::Pdf) {
                (pdf(&format!("{draft} {}", slot.material.id)), format!("{}.pdf", slot.material.name))
            } else {
                (corpus(Sort::Photo, 0).bytes, format!("{}.jpg", slot.material.name))
            };
            let file = self.upload(owner, draft, &slot.material.id, &name, bytes).await.expect("kept");
            assert!(!file.report.must_fix(), "{:?}", file.report);
            // Fresh, or good until today: where a rule asks for the day.
            if slot.material.validity.is_some() {
                let today = self.service.today().to_string();
                self.service.date_proof(owner, file.id, &today).await.expect("dated");
            }
        }
    }

    /// Complete and signed: ready to be submitted.
    pub async fn fill(&self, owner: &Owner, slug: &str, wanted: Answered<'_>) -> (DraftId, Answers) {
        let (draft, answers) = self.answered(owner, slug, wanted).await;
        self.attach_all(owner, draft).await;
        self.service.sign(owner, draft, "欧阳签名", None, true).await.expect("signs");
        (draft, answers)
    }

    /// Fills, submits and sends the messages.
    pub async fn submit(&self, phone: &str, slug: &str, wanted: Answered<'_>) -> Filed {
        let person = self.sign_in(phone).await;
        let (draft, answers) = self.fill(&person.owner, slug, wanted).await;
        let case = self.service.submit(&person.applicant, draft).await.expect("submits");
        self.run_jobs().await;
        Filed { person, draft, case, answers }
    }

    /// The case as its applicant sees it.
    pub async fn view(&self, filed: &Filed) -> CaseView {
        self.service.my_case(&filed.person.applicant, filed.case).await.expect("is there")
    }

    /// A case as staff of the county see it.
    pub async fn view_of(&self, case: CaseId) -> CaseView {
        let reader = self.staff(Role::Clerk).await.reader().expect("a clerk");
        self.service.desk_case(&reader, case, &BTreeSet::from([Role::Clerk])).await.expect("is there").view
    }

    pub async fn version(&self, filed: &Filed) -> i64 {
        self.view(filed).await.version
    }

    pub async fn status(&self, filed: &Filed) -> CaseStatus {
        self.view(filed).await.case.status()
    }

    /// The first part that is being done now.
    pub async fn open_part(&self, filed: &Filed) -> Option<String> {
        let open = self.view(filed).await.parts.into_iter().find(|p| matches!(p.state, PartState::Open { .. }));
        open.map(|p| p.id)
    }

    /// Finishes every part of a joint case, as they open; gives them in that order.
    pub async fn finish_parts(&self, filed: &Filed, approver: &Approver) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(part) = self.open_part(filed).await {
            let version = self.version(filed).await;
            self.service.finish_part(approver, filed.case, version, &part, "").await.expect("an open part");
            done.push(part);
        }
        done
    }

    /// Changes the database behind the service's back.
    pub async fn tamper(&self, sql: &'static str, params: Vec<Value>) -> u64 {
        let mut tx = self.service.db.begin().await.expect("begins");
        let changed = tx.exec(sql, params).await.expect("changes");
        tx.commit().await.expect("commits");
        changed
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        self.service.db.read_one(sql, Vec::new()).await.expect("reads").i64("number").expect("a number")
    }

    /// Every object in the file store.
    pub fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.base.folder.join("files"), &mut found);
        found
    }

    /// No problem in chains, states, documents and files.
    pub async fn assert_intact(&self) {
        let found = self.service.verify().await.expect("verifies");
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        assert!(found.cases > 0 && found.events > 0);
    }
}

pub fn person(new: NewSession, phone: &str) -> Person {
    Person {
        applicant: new.session.applicant().expect("signed in"),
        owner: new.session.owner().expect("signed in"),
        session: new.session,
        token: new.token,
        phone: phone.to_owned(),
    }
}

/// The stable code of a refusal.
pub fn code_of<T>(outcome: Result<T, Failure>) -> String {
    outcome.err().map_or_else(|| "ok".to_owned(), |e| e.code())
}

pub fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue")
}

/// Read once: it is the same for every test.
fn catalogue() -> Catalogue {
    static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(load);
    CATALOGUE.clone()
}

fn load() -> Catalogue {
    let folder = shipped();
    Catalogue::load(&folder).unwrap_or_else(|errors| {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("the catalogue has errors:\n{}", list.join("\n"))
    })
}

pub fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
    }
}
