//! The catalogue: matters (事项) with their guide, questions, form, materials, limits and fees, and
//! the region that offers them. Loaded from TOML, checked for completeness before it is served.

mod card;
mod changes;
mod completeness;
mod fee;
mod guidance;
mod held;
mod licence_kind;
mod listed;
mod lists;
mod material;
mod matter;
mod naming;
mod other_ways;
mod places;
mod promisor;
mod region;
mod revision;
mod shared_list;
mod validity;

pub use card::Card;
pub use changes::{Change, changes};
pub use completeness::{Gap, gaps, rules};
pub use fee::{Assessment, Ending, FeeItem, FeeLine, FeePlan, RaiseBill, Reduction};
pub use guidance::{Condition, Eligibility, Question, Verdict};
pub use held::{HeldAt, HeldPaper, held_already};
pub use licence_kind::{LicenceAttribute, LicenceKind};
pub use lists::{BasicEntry, Batch, IntermediaryItem, Lists, PowerItem, ProofItem, ReformList, Targets};
pub use material::{AcceptedFile, Aspect, Criterion, Material, MaterialForm, MaterialKind, Necessity, Slot, Source};
pub use matter::{
    ApplicantFields, Audience, Basis, ChannelKind, IntermediaryService, ItemKind, Level, Matter, MatterRef, Part,
    Party, Processing, ResultSpec, SpecialProcedure, Step, VisitPlan,
};
pub use naming::Unambiguous;
pub use other_ways::{Deferral, LicenceUse, OnDefault, PromiseTerms};
pub use places::{Accepts, Officer, Place, Township, Village};
pub use region::{Body, BodyNature, Region, Window};
pub use revision::{RevisionAct, RevisionActor, RevisionFacts, RevisionRefusal, RevisionStatus, advance};
pub use shared_list::{LONGEST_CHOICES, decode_choices, encode_choices};
pub use validity::{DayAsked, Validity};
