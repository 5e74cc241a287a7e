//! Use-cases: one function = authorise → load → decide (domain) → save → audit → outbox, in one
//! transaction. Declares the ports it needs from outside.
//!
//! | module | use-cases |
//! |---|---|
//! | [`catalogue`] | load and check the catalogue, search, lists |
//! | [`shelf`] | the catalogue that is offered now, versions of matters |
//! | [`catalogue_lists`] | load and check the public lists, townships and places |
//! | [`identity`] | sessions, sign-in by code, staff sign-in, capability types |
//! | [`session_end`] | when a session ends, shared computers |
//! | [`drafts`] | begin, save, list, delete, sign a draft |
//! | [`counter`] | filing for a visitor at a counter: the visit, what is taken there |
//! | [`expiry`] | telling owners before a draft is deleted |
//! | [`local_copy`] | the key of what a device keeps |
//! | [`personal_list`] | the list behind a link, and a draft begun from it |
//! | [`licences`] | slots filled from the licence store, with consent; numbers checked there |
//! | [`earlier`] | what was accepted in an earlier case serves again |
//! | [`fills`] | what stands in a slot in place of a file |
//! | [`sorting`] | many files at once: they wait, and each gets its slot |
//! | [`uploads`] | receive, check, keep, read and remove files |
//! | [`arrange`] | pages of a slot: turned, cut, put in order |
//! | [`bundles`] | the pictures of a slot as one PDF, after each handing-in |
//! | [`previews`] | pages of a file as pictures, and the short-lived links to files |
//! | [`scans`] | the search for viruses in what was handed in |
//! | [`transfers`] | uploads that can be resumed: begin, go on, put together, known content, expiry |
//! | [`revisions`] | changing the catalogue: draft, propose, review, publish, files in and out |
//! | [`report`] | everything that is missing or doubtful, at once |
//! | [`submit`] | the one idempotent act of submission |
//! | [`undo`] | taking a submission back within ten minutes |
//! | [`cases`] | what applicants see of their cases; notice answers; withdrawal; tracking |
//! | [`promises`] | 容缺后补 and 告知承诺 while applying |
//! | [`owed`] | what was promised for later: handed in, looked at, reminded of, ended |
//! | [`follow_ups`] | checks after a decision on a promise, broken promises and their repair |
//! | [`parts`] | the parts of a joint case: what is seen of them, each department's acts |
//! | [`party`] | the other party of a joint application |
//! | [`money`] | the book: refunds, reconciliation, waivers, reports |
//! | [`payments`] | bills, orders, notifications, “check again” |
//! | [`documents`] | composing, issuing and verifying documents |
//! | [`benefits`] | what somebody is entitled to, with consent, and claiming it in one step |
//! | [`delivery`] | results that go by post |
//! | [`reach`] | what staff of a place see and do |
//! | [`held`] | papers that the office holds already |
//! | [`desk`] | the staff's queue, case and acts |
//! | [`jobs`] | the outbox's handlers |
//! | [`spot_checks`] | guides drawn at random, what was found, until it is put right |
//! | [`staffing`] | accounts of real staff |
//! | [`integrity`] | verifying the event chain and the files |

pub mod arrange;
pub mod backup;
pub mod benefits;
pub mod bundles;
pub mod carry_out;
pub mod cases;
pub mod catalogue;
mod catalogue_benefits;
pub mod catalogue_lists;
pub mod counter;
pub mod delivery;
pub mod desk;
pub mod documents;
pub mod drafts;
pub mod earlier;
mod error;
pub mod expiry;
pub mod files;
pub mod fills;
pub mod follow_ups;
pub mod held;
pub mod identity;
pub mod integrity;
pub mod jobs;
pub mod licences;
pub mod local_copy;
pub mod money;
mod numbers;
pub mod owed;
pub mod parts;
pub mod party;
pub mod password;
pub mod payments;
pub mod personal_list;
pub mod ports;
pub mod previews;
mod promise_words;
pub mod promises;
pub mod proofs;
pub mod reach;
pub mod report;
pub mod revisions;
pub mod scans;
pub mod seed;
pub mod session_end;
pub mod shelf;
pub mod sorting;
pub mod spot_checks;
pub mod staffing;
pub mod submit;
pub mod transfers;
pub mod turns;
pub mod undo;
pub mod uploads;
pub mod wording;

pub use catalogue::Catalogue;
pub use error::{Denied, Failure};
pub use identity::{
    Applicant, Approver, CatalogueReader, Clerk, Editor, Issuer, MoneyKeeper, Operator, Owner, Reader, Reviewer,
    Session, Supervisor, Taker, TakingReader, Treasurer, Who,
};

use domain::time::Instant;
use jiff::civil::Date;
use ports::bundle::PageBinder;
use ports::documents::DocumentMaker;
use ports::invoice::EInvoicer;
use ports::licences::LicenceStore;
use ports::message::MessageSender;
use ports::pay::PaymentProvider;
use ports::preview::PreviewMaker;
use ports::register::PersonRegister;
use ports::scan::Scanner;
use std::sync::Arc;
use store::{Db, Vault};

/// The clock port: µs since the epoch. Tests set it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What does not change while the server runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Public address without a trailing slash, printed in QR codes and messages.
    pub public_url: String,
    /// Days a draft is kept after its last change.
    pub draft_days: i64,
    /// Days an applicant has to answer a correction notice.
    pub notice_days: i64,
    /// Seconds between two codes to one phone.
    pub code_pause_seconds: i64,
    /// Multiplies the limits per network address, for halls where many people share one.
    pub address_factor: u32,
    /// What one person may have under way at once.
    pub transfers: transfers::Allowance,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:3000".into(),
            draft_days: 90,
            notice_days: 30,
            code_pause_seconds: 60,
            address_factor: 1,
            transfers: transfers::Allowance::default(),
        }
    }
}

/// Everything the use-cases stand on. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<World>);

/// The parts, as given at start.
pub struct World {
    pub db: Db,
    pub vault: Vault,
    pub files: files::Files,
    pub shelf: shelf::Shelf,
    pub messages: Arc<dyn MessageSender>,
    pub providers: Vec<Arc<dyn PaymentProvider>>,
    pub documents: Arc<dyn DocumentMaker>,
    /// Register of persons (户籍登记); without it nothing is granted before a person has looked.
    pub register: Option<Arc<dyn PersonRegister>>,
    /// Search for viruses (查毒); without it files are shown as they came.
    pub scanner: Option<Arc<dyn Scanner>>,
    pub previews: Arc<dyn PreviewMaker>,
    /// 合并 PDF.
    pub binder: Arc<dyn PageBinder>,
    /// 电子证照库; without it every material is uploaded.
    pub licences: Option<Arc<dyn LicenceStore>>,
    /// 财政电子票据; without it a payment has its slip alone.
    pub invoicer: Option<Arc<dyn EInvoicer>>,
    pub clock: Clock,
    pub settings: Settings,
    /// Wakes the job worker after a commit.
    pub wake: Arc<tokio::sync::Notify>,
    /// At most this many files are looked into at once: bounds memory.
    pub checks: tokio::sync::Semaphore,
    /// Resumable uploads that are being written to now.
    pub writing: transfers::Locks,
}

impl std::ops::Deref for Service {
    type Target = World;
    fn deref(&self) -> &World {
        &self.0
    }
}

impl Service {
    pub fn new(world: World) -> Self {
        Self(Arc::new(world))
    }

    pub fn now(&self) -> Instant {
        Instant((self.clock)())
    }

    /// Today in China.
    pub fn today(&self) -> Date {
        self.now().date_in_china()
    }

    /// The year whose holidays (放假安排) should be loaded and are not.
    pub fn missing_calendar(&self) -> Option<i16> {
        self.catalogue().region.calendar.missing_year(self.today())
    }

    /// A fresh time-ordered id.
    #[allow(clippy::unused_self, reason = "identifiers belong to the world that makes them")]
    pub(crate) fn new_id(&self) -> uuid::Uuid {
        uuid::Uuid::now_v7()
    }
}
