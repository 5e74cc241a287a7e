//! A county's office with nobody in it yet.

use super::ports::{Printer, Sms, Till};
use super::{Browser, answers_for, pdf, photo, pieces};
use axum::Router;
use domain::catalogue::AcceptedFile;
use domain::ids::{CaseId, DraftId, StaffId};
use domain::policy::Role;
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::{date, time};
use server::config::{Config, Settings};
use server::ops::metrics::Metrics;
use server::start;
use service::cases::CaseView;
use service::{Applicant, Catalogue, Owner, Service, Session, Who, World};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use store::tables::{sessions, staff};
use store::{DbTarget, Vault};

pub const BIRTH: &str = "birth-registration";
pub const FOOD: &str = "food-licence";
pub const PROPERTY: &str = "property-transfer";
/// The one payment provider.
pub const TILL: &str = "wechat";

const SESSION: &str = "ov_session";
const HOUR: i64 = 3_600_000_000;

/// Somebody who signed in by phone.
pub struct Person {
    pub browser: Browser,
    pub session: Session,
    pub applicant: Applicant,
    pub owner: Owner,
    pub phone: String,
}

/// A folder that goes when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = format!("onevisit-{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the server lies in the repository")
}

/// Pages work without built assets: an empty site will do.
pub fn site(folder: &Path) -> PathBuf {
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("pkg")).expect("a folder");
    std::fs::write(site.join("manifest.json"), "{}").expect("written");
    site
}

pub struct House {
    pub service: Service,
    pub router: Router,
    pub config: Config,
    pub sms: Arc<Sms>,
    pub till: Arc<Till>,
    pub clock: Arc<AtomicI64>,
    people: AtomicU32,
    /// Dropped last.
    pub folder: Folder,
}

impl House {
    pub async fn new() -> Self {
        let folder = Folder::new("server");
        let settings = Settings {
            data_dir: Some(folder.0.join("data")),
            site_dir: Some(site(&folder.0)),
            catalogue_dir: Some(repository().join("catalogue")),
            environment: Some("development".into()),
            rate_scale: Some(100_000.0),
            ..Settings::default()
        };
        let config = Config::load(settings, |_| None).expect("right settings");
        // Monday, 2 March 2026, 09:00 in China.
        let clock = Arc::new(AtomicI64::new(Instant::at_china(date(2026, 3, 2), time(9, 0, 0, 0)).0));
        let (sms, till) = (Arc::new(Sms::default()), Arc::new(Till::new(TILL)));
        let service = service(&folder.0, &clock, &sms, &till).await;
        let web = start::web(&config, service.clone(), None).expect("the parts fit");
        let router = start::app(&config, &web, Some(metrics()));
        Self { service, router, config, sms, till, clock, people: AtomicU32::new(0), folder }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A number nobody used before.
    pub fn phone(&self) -> String {
        format!("138{:08}", 10_000 + self.people.fetch_add(1, Ordering::Relaxed))
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub async fn run_jobs(&self) {
        while self.service.run_jobs("test", 50).await.expect("jobs run") > 0 {}
    }

    /// The code that was sent to a phone.
    pub async fn code(&self, phone: &str) -> String {
        self.service.send_code(phone, &format!("address of {phone}")).await.expect("a code is sent");
        self.run_jobs().await;
        self.sms.code(phone)
    }

    pub async fn applicant(&self) -> Person {
        let phone = self.phone();
        let code = self.code(&phone).await;
        let new = self.service.sign_in(&Session::nobody(), &phone, &code, false).await.expect("signs in");
        let mut browser = self.browser();
        browser.cookies.insert(SESSION.into(), new.token);
        Person {
            browser,
            applicant: new.session.applicant().expect("signed in"),
            owner: new.session.owner().expect("signed in"),
            session: new.session,
            phone,
        }
    }

    /// A guest with a draft of their own on this device.
    pub async fn guest_with_draft(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post(&format!("/matters/{BIRTH}/start"), &[]).await;
        assert!(answer.location().starts_with("/apply/"), "{}", answer.status);
        browser
    }

    /// A member of staff who has signed in; no password is hashed for it.
    pub async fn staff(&self, role: Role) -> (Browser, Session) {
        let (id, now) = (StaffId(uuid::Uuid::now_v7()), self.service.now().0);
        let roles = BTreeSet::from([role]);
        let name = role.title().to_owned();
        let member = staff::Staff {
            id,
            username: id.to_string(),
            password_hash: "none".into(),
            name: name.clone(),
            roles: roles.clone(),
            active: true,
            place: None,
        };
        let token = format!("token of {id}").replace(' ', "-");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
        let mut tx = self.service.db.begin().await.expect("begins");
        staff::add(&mut tx, &member).await.expect("adds");
        sessions::insert(&mut tx, &hex::encode(digest), "staff", &id.to_string(), now, now + HOUR).await.expect("adds");
        tx.commit().await.expect("commits");
        let mut browser = self.browser();
        browser.cookies.insert(SESSION.into(), token);
        (browser, Session { who: Who::Staff { id, name: name.clone(), roles }, greeting: name, ..Session::nobody() })
    }

    /// A complete draft that is not signed yet.
    pub async fn complete(&self, owner: &Owner, slug: &str, wanted: &[(&str, &str)]) -> (DraftId, Answers) {
        let draft = self.service.start_draft(owner, slug).await.expect("begins");
        let matter = self.service.catalogue().matter(slug).expect("in the catalogue");
        let answers = answers_for(&matter, wanted, self.service.today());
        self.service.save_answers(owner, draft, answers.clone(), None).await.expect("saves");
        for slot in matter.personal_list(&answers) {
            let (content, name, kind) = if slot.material.accepts.contains(&AcceptedFile::Pdf) {
                (pdf(&format!("{draft} {}", slot.material.id)), "一页.pdf", "application/pdf")
            } else {
                (photo(), "照片.jpg", "image/jpeg")
            };
            let kept = self.service.receive_file(owner, draft, &slot.material.id, name, kind, pieces(content)).await;
            assert!(!kept.expect("kept").report.must_fix());
        }
        (draft, answers)
    }

    pub async fn signed(&self, owner: &Owner, slug: &str, wanted: &[(&str, &str)]) -> DraftId {
        let (draft, _) = self.complete(owner, slug, wanted).await;
        self.service.sign(owner, draft, "欧阳签名", None, true).await.expect("signs");
        draft
    }

    pub async fn submitted(&self, person: &Person, slug: &str, wanted: &[(&str, &str)]) -> (DraftId, CaseId) {
        let draft = self.signed(&person.owner, slug, wanted).await;
        (draft, self.service.submit(&person.applicant, draft).await.expect("submits"))
    }

    pub async fn view(&self, person: &Person, case: CaseId) -> CaseView {
        self.service.my_case(&person.applicant, case).await.expect("is there")
    }
}

async fn service(folder: &Path, clock: &Arc<AtomicI64>, sms: &Arc<Sms>, till: &Arc<Till>) -> Service {
    let db = store::Db::open(&DbTarget::Sqlite(folder.join("server.db"))).await.expect("opens");
    db.migrate(clock.load(Ordering::SeqCst)).await.expect("migrates");
    let shown = clock.clone();
    Service::new(World {
        db,
        vault: Vault::open([7; 32]).expect("a key of 32 bytes"),
        files: service::files::Files::local(folder.join("files")).expect("a folder"),
        shelf: catalogue().into(),
        messages: sms.clone(),
        providers: vec![till.clone()],
        documents: Arc::new(Printer::default()),
        register: None,
        scanner: None,
        previews: Arc::new(connect::preview::Painter::default()),
        binder: Arc::new(connect::binder::Binder::default()),
        licences: None,
        invoicer: None,
        clock: Arc::new(move || shown.load(Ordering::SeqCst)),
        settings: service::Settings { address_factor: 100_000, ..service::Settings::default() },
        wake: Arc::default(),
        checks: tokio::sync::Semaphore::new(2),
        writing: service::transfers::Locks::default(),
    })
}

/// Read once: it is the same for every test.
fn catalogue() -> Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let load = || Catalogue::load(&repository().join("catalogue")).unwrap_or_else(|e| panic!("{e:?}"));
    CATALOGUE.get_or_init(load).clone()
}

/// The recorder is the process's.
fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| Metrics::install().expect("the first recorder"))
}
