//! What is there before a route is asked: all of it the owner's.

use crate::support::{FOOD, House, PROPERTY, Person, encode, firm_code, pdf, photo, pieces};
use domain::ids::{CaseId, DraftId};
use domain::policy::Role;
use service::Clerk;
use service::delivery::AddressForm;
use service::promises::Signing;
use service::revisions::Sheet;
use service::spot_checks::Looked;
use service::transfers::{Begin, Place};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How far things have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Nothing,
    /// A complete draft.
    Draft,
    Signed,
    /// The same, and an upload that has begun.
    Sending,
    /// Submitted, nobody has looked at it.
    Received,
    /// The same with a photograph, which is bound.
    Bundled,
    /// The clerk has found a defect.
    Faulty,
    /// The notice is out.
    Correcting,
    /// What the notice asks for was sent again, the answer is not yet given.
    Resent,
    /// The answer is given and has a defect.
    FaultyAnswer,
    Accepted,
    /// A special procedure runs.
    Special,
    /// A joint matter is accepted, its first part open.
    Joint,
    /// The same, and that part has failed.
    JointFailed,
    Granted,
    /// Issued, and to be sent by post.
    ByPost,
    /// A bill waits to be paid.
    Billed,
    /// Another party is asked to confirm.
    Invited,
    /// A message was given up.
    FailedJob,
    /// A guide was drawn for a spot check.
    SpotDrawn,
    /// Something is wrong in it.
    SpotFound,
    /// A draft with a slot that a promise may fill.
    Promising,
    /// Accepted, one material is owed and lies in its slot.
    Owing,
    /// It is handed in.
    Supplied,
    /// Granted on a promise, not checked yet.
    ToCheck,
    /// The promise was found broken.
    Breached,
    /// Somebody asks to take it as repaired.
    RepairAsked,
    /// A refund that the channel refused.
    RefundFailed,
    /// A channel's bill says otherwise than the book.
    Differing,
    /// Somebody proposes to repair that.
    RepairProposed,
    /// A payment into the treasury account waits to be confirmed.
    SettlementRecorded,
    /// A waiver waits for its answer.
    WaiverAsked,
    /// A window has taken the money, nobody has confirmed it.
    Taken,
    /// It was confirmed, and is to be handed back.
    ToHandBack,
    /// Somebody else may pay by a link.
    LinkMade,
    /// A matter is being drafted.
    Drafting,
    /// It waits for a review.
    Proposed,
}

pub struct Scene {
    draft: Option<DraftId>,
    case: Option<CaseId>,
    names: BTreeMap<&'static str, String>,
}

const MATERIAL: &str = "floor_plan";
const HYGIENE: &str = "public-place-hygiene";
/// What a promise may stand for there.
const PROOF: &str = "test_report";
/// What may come later in a food licence.
const LATER: &str = "safety_rules";
/// The first part of the joint matter.
const PART: &str = "tax";

impl Scene {
    pub async fn set(house: &House, stage: Stage, owner: &Person) -> Self {
        let mut scene = Self { draft: None, case: None, names: BTreeMap::new() };
        let fixed = [
            ("slug", FOOD),
            ("benefit", "elder-allowance"),
            ("question", "stage"),
            ("section", "shop"),
            ("material", MATERIAL),
            ("provider", crate::support::TILL),
            ("token", "no-such-token"),
            ("code", "NOSUCHCODE"),
            ("list", "proofs"),
            ("body", "police"),
            ("part", PART),
            ("group", "basis"),
            ("kind", "xlsx"),
            ("page", "1"),
            ("round", "0"),
        ];
        for (name, value) in fixed {
            scene.put(name, value);
        }
        match stage {
            Stage::Nothing => {}
            Stage::FailedJob => scene.failed_job(house).await,
            Stage::Drafting | Stage::Proposed => scene.revision(house, stage).await,
            Stage::SpotDrawn | Stage::SpotFound => scene.spot_check(house, stage).await,
            Stage::Promising => {
                let draft = scene.without(house, owner, HYGIENE, PROOF).await;
                scene.put_draft(house, owner, draft).await;
                scene.put("material", PROOF);
                let version = house.service.catalogue().matter(HYGIENE).unwrap().version;
                scene.put("version", &version.to_string());
            }
            Stage::Owing | Stage::Supplied => scene.owed(house, owner, stage).await,
            Stage::ToCheck | Stage::Breached | Stage::RepairAsked => scene.promised(house, owner, stage).await,
            Stage::Draft | Stage::Signed | Stage::Sending => {
                let (draft, _) = house.complete(&owner.owner, FOOD, &[("stage", "new")]).await;
                if stage == Stage::Signed {
                    house.service.sign(&owner.owner, draft, "欧阳签名", None, true).await.unwrap();
                }
                if stage == Stage::Sending {
                    let place = Place::Draft(owner.owner.clone(), draft);
                    let begin = Begin { size: 9, partial: false, metadata: "" };
                    let upload = house.service.begin_transfer(&place, MATERIAL, &begin).await.unwrap();
                    scene.put("upload", &upload.id.to_string());
                }
                scene.put_draft(house, owner, draft).await;
            }
            Stage::Bundled => {
                let (draft, _) = house.complete(&owner.owner, FOOD, &[("stage", "new")]).await;
                let photo = pieces(photo());
                let kept =
                    house.service.receive_file(&owner.owner, draft, MATERIAL, "图.jpg", "", photo).await.unwrap();
                assert!(kept.is_picture());
                house.service.sign(&owner.owner, draft, "欧阳签名", None, true).await.unwrap();
                scene.draft = Some(draft);
                scene.case = Some(house.service.submit(&owner.applicant, draft).await.unwrap());
                while house.service.run_jobs("matrix", 50).await.unwrap() > 0 {}
            }
            Stage::Billed => {
                scene.submit(house, owner, PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")]).await;
                scene.accept(house, owner).await;
                let bill = scene.look(house, owner).await.bill.expect("raised at acceptance");
                scene.put("bill", &bill.id.to_string());
            }
            Stage::RefundFailed | Stage::WaiverAsked => scene.billed(house, owner, stage).await,
            Stage::Taken | Stage::ToHandBack | Stage::LinkMade => scene.at_window(house, owner, stage).await,
            Stage::Differing | Stage::RepairProposed | Stage::SettlementRecorded => {
                scene.reconciled(house, stage).await;
            }
            Stage::Joint | Stage::JointFailed => {
                scene.submit(house, owner, PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")]).await;
                scene.accept(house, owner).await;
                if stage == Stage::JointFailed {
                    let approver = house.staff(Role::Approver).await.1.approver().unwrap();
                    let (case, version) = (scene.case.unwrap(), scene.version(house, owner).await);
                    house.service.fail_part(&approver, case, version, PART, "税款没有缴清").await.unwrap();
                }
            }
            Stage::ByPost => scene.by_post(house, owner).await,
            Stage::Invited => {
                scene.submit(house, owner, PROPERTY, &[("scenario", "sale"), ("seller_phone", "13912340031")]).await;
                let link = scene.look(house, owner).await.party.expect("a party is invited").link;
                scene.put("token", link.rsplit('/').next().unwrap());
            }
            _ => scene.go_to(house, owner, stage).await,
        }
        if scene.case.is_some() {
            scene.put_case(house, owner).await;
        }
        scene
    }

    fn put(&mut self, name: &'static str, value: &str) {
        self.names.insert(name, value.to_owned());
    }

    /// Puts the names into a path or a form.
    pub fn fill(&self, template: &str, phone: &str) -> String {
        let mut text = template.replace("{phone}", phone);
        for (name, value) in &self.names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        assert!(!text.contains('{'), "the scene lacks a name: {text}");
        text
    }

    /// Everything of the owner's that a request might change.
    pub async fn state(&self, house: &House, owner: &Person) -> String {
        let mut text = String::new();
        if let Some(draft) = self.draft {
            text = match house.service.draft(&owner.owner, draft).await {
                Ok(d) => format!("draft {} {} {:?} {:?}", d.version, d.files.len(), d.signature, d.submitted),
                Err(failure) => failure.to_string(),
            };
        }
        if self.case.is_some() {
            let view = self.look(house, owner).await;
            let bill = view.bill.map(|b| (b.status, b.pending));
            let party = view.party.map(|p| p.confirmed_at);
            let status = view.case.status();
            let _ = write!(text, " case {} {} {status:?} {bill:?} {party:?}", view.version, view.files.len());
        }
        text
    }

    async fn look(&self, house: &House, owner: &Person) -> service::cases::CaseView {
        house.view(owner, self.case.expect("submitted")).await
    }

    async fn version(&self, house: &House, owner: &Person) -> i64 {
        self.look(house, owner).await.version
    }

    async fn submit(&mut self, house: &House, owner: &Person, slug: &str, wanted: &[(&str, &str)]) {
        let (draft, case) = house.submitted(owner, slug, wanted).await;
        self.draft = Some(draft);
        self.case = Some(case);
    }

    async fn accept(&self, house: &House, owner: &Person) {
        let clerk = clerk(house).await;
        house.service.accept(&clerk, self.case.unwrap(), self.version(house, owner).await).await.unwrap();
    }

    async fn defect(&self, house: &House, clerk: &Clerk) {
        let matter = house.service.catalogue().matter(FOOD).unwrap();
        let criterion = &matter.material(MATERIAL).unwrap().criteria[0].id;
        house.service.set_verdict(clerk, self.case.unwrap(), MATERIAL, Some(criterion), "看不清").await.unwrap();
    }

    /// Carries a food licence so far.
    async fn go_to(&mut self, house: &House, owner: &Person, stage: Stage) {
        self.submit(house, owner, FOOD, &[("stage", "new")]).await;
        let (service, case) = (&house.service, self.case.unwrap());
        match stage {
            Stage::Accepted | Stage::Special | Stage::Granted => {
                self.accept(house, owner).await;
                let approver = house.staff(Role::Approver).await.1.approver().unwrap();
                let version = self.version(house, owner).await;
                match stage {
                    Stage::Special => service.start_special(&approver, case, version, "review").await.unwrap(),
                    Stage::Granted => service.grant(&approver, case, version).await.unwrap(),
                    _ => {}
                }
            }
            Stage::Faulty | Stage::Correcting | Stage::Resent | Stage::FaultyAnswer => {
                let clerk = clerk(house).await;
                self.defect(house, &clerk).await;
                if stage == Stage::Faulty {
                    return;
                }
                service.issue_notice(&clerk, case, self.version(house, owner).await).await.unwrap();
                if stage == Stage::Correcting {
                    return;
                }
                let content = pieces(pdf(&format!("{case} again")));
                service.receive_correction(&owner.applicant, case, MATERIAL, "新.pdf", "", content).await.unwrap();
                if stage == Stage::FaultyAnswer {
                    service.answer_notice(&owner.applicant, case).await.unwrap();
                    self.defect(house, &clerk).await;
                }
            }
            _ => {}
        }
    }

    /// A draft that is complete but for one material.
    async fn without(&self, house: &House, owner: &Person, slug: &str, material: &str) -> DraftId {
        // A firm of its own for each scene: a broken promise bars the way for the one that gave it.
        static FIRMS: AtomicUsize = AtomicUsize::new(500_000);
        let firm = firm_code(FIRMS.fetch_add(1, Ordering::Relaxed));
        let wanted = [("stage", "new"), ("firm_uscc", firm.as_str())];
        let (draft, _) = house.complete(&owner.owner, slug, &wanted).await;
        let view = house.service.draft(&owner.owner, draft).await.unwrap();
        for file in view.files.iter().filter(|f| f.material == material) {
            house.service.remove_file(&owner.owner, draft, file.id).await.unwrap();
        }
        draft
    }

    async fn file(&mut self, house: &House, owner: &Person, draft: DraftId) {
        house.service.sign(&owner.owner, draft, "欧阳签名", None, true).await.unwrap();
        self.draft = Some(draft);
        self.case = Some(house.service.submit(&owner.applicant, draft).await.unwrap());
        self.accept(house, owner).await;
    }

    async fn owed(&mut self, house: &House, owner: &Person, stage: Stage) {
        let draft = self.without(house, owner, FOOD, LATER).await;
        house.service.defer_material(&owner.owner, draft, LATER, signing(house, FOOD)).await.unwrap();
        self.file(house, owner, draft).await;
        let case = self.case.unwrap();
        let content = pieces(pdf(&format!("{case} later")));
        house.service.receive_correction(&owner.applicant, case, LATER, "补.pdf", "", content).await.unwrap();
        if stage == Stage::Supplied {
            house.service.supply_owed(&owner.applicant, case, LATER).await.unwrap();
        }
        self.put("material", LATER);
    }

    async fn promised(&mut self, house: &House, owner: &Person, stage: Stage) {
        let draft = self.without(house, owner, HYGIENE, PROOF).await;
        house.service.promise_material(&owner.owner, draft, PROOF, signing(house, HYGIENE)).await.unwrap();
        self.file(house, owner, draft).await;
        let case = self.case.unwrap();
        let decider = house.staff(Role::Approver).await.1.approver().unwrap();
        house.service.grant(&decider, case, self.version(house, owner).await).await.unwrap();
        let checker = house.staff(Role::Approver).await.1.approver().unwrap();
        let list = house.service.follow_ups(&checker).await.unwrap();
        let check = list.checks.into_iter().find(|c| c.case == case).expect("a check is open").id;
        self.put("check", &check);
        if stage == Stage::ToCheck {
            return;
        }
        house.service.record_follow_up(&checker, &check, false, "没有消毒柜").await.unwrap();
        let list = house.service.follow_ups(&checker).await.unwrap();
        let breach = list.breaches.into_iter().find(|b| b.case == case).expect("recorded").id;
        if stage == Stage::RepairAsked {
            house.service.ask_repair(&checker, &breach, "改好了").await.unwrap();
        }
        self.put("breach", &breach);
    }

    async fn billed(&mut self, house: &House, owner: &Person, stage: Stage) {
        self.submit(house, owner, PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")]).await;
        self.accept(house, owner).await;
        let bill = self.look(house, owner).await.bill.expect("raised at acceptance");
        let session = house.staff(Role::Treasurer).await.1;
        let (keeper, reader) = (session.money_keeper().unwrap(), session.treasurer().unwrap());
        let service = &house.service;
        if stage == Stage::WaiverAsked {
            service.ask_waiver(&keeper, &bill.number, "0", "财税〔2019〕45号", "低保家庭").await.unwrap();
            let asked = service.waivers(&reader).await.unwrap().into_iter().find(|w| w.bill_number == bill.number);
            return self.put("waiver", &asked.expect("asked").id);
        }
        let before = house.till.orders();
        service.start_payment(&owner.applicant, bill.id, crate::support::TILL, "192.0.2.1").await.unwrap();
        let order = house.till.orders().into_iter().find(|o| !before.contains(o)).expect("a new order");
        house.till.pay(&order);
        service.check_payment(&owner.applicant, bill.id).await.unwrap();
        *house.till.refuses_refunds.lock().unwrap() = Some("USER_ACCOUNT_ABNORMAL");
        service.withdraw(&owner.applicant, self.case.unwrap()).await.unwrap();
        house.run_jobs().await;
        *house.till.refuses_refunds.lock().unwrap() = None;
        let open = service.open_refunds(&reader).await.unwrap();
        self.put("refund", &open.into_iter().find(|r| r.out_trade_no == order).expect("it failed").number);
    }

    async fn at_window(&mut self, house: &House, owner: &Person, stage: Stage) {
        self.submit(house, owner, PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")]).await;
        self.accept(house, owner).await;
        let bill = self.look(house, owner).await.bill.expect("raised at acceptance");
        let service = &house.service;
        if stage == Stage::LinkMade {
            service.make_pay_link(&owner.applicant, bill.id).await.unwrap();
            let token = service.my_pay_link(&owner.applicant, bill.id).await.unwrap();
            return self.put("token", &token.expect("made"));
        }
        let clerk = house.staff(Role::Clerk).await.1;
        let slip = format!("POS-{}", uuid::Uuid::now_v7().simple());
        service.record_taking(&clerk.taker().unwrap(), &bill.number, "counter_pos", &slip).await.unwrap();
        let reader = clerk.taking_reader().unwrap();
        let all = service.takings(&reader).await.unwrap();
        let entry = all.entries.into_iter().find(|e| e.bill_number == bill.number).expect("recorded").id;
        if stage == Stage::ToHandBack {
            let keeper = house.staff(Role::Treasurer).await.1.money_keeper().unwrap();
            service.answer_taking(&keeper, &entry, true).await.unwrap();
            service.withdraw(&owner.applicant, self.case.unwrap()).await.unwrap();
            let back = service.takings(&reader).await.unwrap().to_hand_back;
            let due = back.into_iter().find(|r| r.bill_number == bill.number).expect("it goes back");
            self.put("refund", &due.number);
        }
        self.put("entry", &entry);
    }

    async fn reconciled(&mut self, house: &House, stage: Stage) {
        let session = house.staff(Role::Treasurer).await.1;
        let (keeper, reader) = (session.money_keeper().unwrap(), session.treasurer().unwrap());
        let (service, number) = (&house.service, uuid::Uuid::now_v7().simple().to_string());
        let yesterday = service.today().yesterday().unwrap();
        if stage == Stage::SettlementRecorded {
            service.record_settlement(&keeper, crate::support::TILL, yesterday, "80", &number).await.unwrap();
            let all = service.balances(&reader).await.unwrap().settlements;
            let recorded = all.into_iter().find(|s| s.voucher == number).expect("recorded");
            return self.put("settlement", &recorded.id);
        }
        let line = service::ports::pay::TradeLine {
            refund: false,
            number: number.clone(),
            out_trade_no: number.clone(),
            provider_no: number.clone(),
            amount_fen: 100,
            fee_fen: 0,
            at: service.now().0,
        };
        *house.till.bill.lock().unwrap() = Some(vec![line]);
        service.reconcile(&keeper, crate::support::TILL, yesterday).await.unwrap();
        *house.till.bill.lock().unwrap() = None;
        let all = service.reconciliation(&reader).await.unwrap().differences;
        let found = all.into_iter().find(|d| d.what.number == number).expect("found").id;
        if stage == Stage::RepairProposed {
            service.propose_correction(&keeper, &found, "已核对").await.unwrap();
        }
        self.put("difference", &found);
    }

    /// Carries a matter for people far away to its result.
    async fn by_post(&mut self, house: &House, owner: &Person) {
        self.submit(house, owner, "disability-card", &[]).await;
        self.accept(house, owner).await;
        let (service, case) = (&house.service, self.case.unwrap());
        let approver = house.staff(Role::Approver).await.1.approver().unwrap();
        service.grant(&approver, case, self.version(house, owner).await).await.unwrap();
        let issuer = house.staff(Role::Issuer).await.1.issuer().unwrap();
        service.issue_result(&issuer, case, self.version(house, owner).await).await.unwrap();
        let to =
            AddressForm { name: "张三".into(), phone: owner.phone.clone(), address: "邻县便民路 2 号".into() };
        service.ask_for_post(&owner.applicant, case, &to).await.unwrap();
    }

    async fn put_draft(&mut self, house: &House, owner: &Person, draft: DraftId) {
        let view = house.service.draft(&owner.owner, draft).await.unwrap();
        self.draft = Some(draft);
        self.put("draft", &draft.to_string());
        self.put("file", &view.files[0].id.to_string());
    }

    async fn put_case(&mut self, house: &House, owner: &Person) {
        let view = self.look(house, owner).await;
        let newest = view.files.iter().max_by_key(|f| f.round).expect("has files");
        self.put("draft", &self.draft.unwrap().to_string());
        self.put("case", &view.case.id.to_string());
        self.put("version", &view.version.to_string());
        self.put("file", &newest.id.to_string());
        self.put("document", &view.documents[0].id.to_string());
        self.put("code", &view.documents[0].verify_code);
        self.put("tracking", &encode(&view.tracking_code));
        self.put("last4", &owner.phone[7..]);
    }

    async fn spot_check(&mut self, house: &House, stage: Stage) {
        let supervisor = house.staff(Role::Supervisor).await.1.supervisor().unwrap();
        let seed = house.service.draw_spot_checks(&supervisor, "", 1).await.unwrap();
        let all = house.service.spot_checks(&supervisor).await.unwrap();
        let id = all.into_iter().find(|check| check.seed == seed).expect("one was drawn").id;
        if stage == Stage::SpotFound {
            let looked = Looked::Found { text: "电话打不通".into(), due: house.service.today() };
            house.service.record_spot_finding(&supervisor, &id, &looked).await.unwrap();
        }
        self.put("check", &id);
    }

    /// A complete new matter, written by somebody who is not among those who ask.
    async fn revision(&mut self, house: &House, stage: Stage) {
        let session = house.staff(Role::Editor).await.1;
        let (editor, reader) = (session.editor().unwrap(), session.catalogue_reader().unwrap());
        let service = &house.service;
        let mut sheet = Sheet::of(&house.service.catalogue().matter(FOOD).unwrap());
        let slug = format!("m-{}", uuid::Uuid::now_v7());
        sheet.0.get_mut("matter").unwrap()[0].insert("slug".into(), slug);
        let id = service.import_sheet(&editor, &sheet).await.unwrap().unwrap();
        service.save_reason(&editor, id, 1, "新事项").await.unwrap();
        if stage == Stage::Proposed {
            service.propose(&editor, id, 2).await.unwrap();
        }
        let view = service.revision(&reader, id).await.unwrap();
        self.put("revision", &id.to_string());
        self.put("lock", &view.lock.to_string());
        self.put("today", &service.today().to_string());
    }

    async fn failed_job(&mut self, house: &House) {
        house.sms.refuses.store(true, Ordering::SeqCst);
        house.service.send_code(&house.phone(), "198.51.100.1").await.unwrap();
        house.run_jobs().await;
        house.sms.refuses.store(false, Ordering::SeqCst);
        let operator = house.staff(Role::Administrator).await.1.operator().unwrap();
        let failed = house.service.failed_jobs(&operator).await.unwrap();
        self.put("job", &failed.first().expect("a job was given up").id);
    }
}

/// The whole text was read, ticked and signed.
fn signing(house: &House, slug: &str) -> Signing<'static> {
    let seen = house.service.catalogue().matter(slug).unwrap().version;
    Signing { name: "欧阳签名", png: None, agreed: true, seen }
}

async fn clerk(house: &House) -> Clerk {
    house.staff(Role::Clerk).await.1.clerk().unwrap()
}
