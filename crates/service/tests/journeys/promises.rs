//! 容缺后补 and 告知承诺: promised in the draft, dated at acceptance, handed in, reminded of, ended, checked,
//! and barred after a broken promise.

use crate::support::{BIRTH, DAY, FOOD, HOUR, Person, TestWorld, code_of, in_pieces, pdf};
use domain::case::{CaseState, CaseStatus, ClosedHow, Outcome, OwedState};
use domain::ids::{CaseId, DraftId};
use domain::materials::Fill;
use domain::policy::Role;
use jiff::civil::date;
use precheck::Level;
use service::cases::{CaseView, NextStep};
use service::desk::{Can, DeskView};
use service::follow_ups::FollowUpState;
use service::promises::Signing;
use service::{Approver, Clerk, Failure, Session, Who};

const HYGIENE: &str = "public-place-hygiene";
const RELIEF: &str = "temporary-relief";
/// May come later in a food licence, else it is refused.
const RULES: &str = "safety_rules";
/// May come later in the relief, else the case ends.
const PROOF: &str = "hardship_proof";
/// A promise may stand for it.
const REPORT: &str = "test_report";

fn signing(world: &TestWorld, slug: &str) -> Signing<'static> {
    let seen = world.service.catalogue().matter(slug).unwrap().version;
    Signing { name: "欧阳签名", png: None, agreed: true, seen }
}

/// Answered and uploaded, but for these materials.
async fn without(world: &TestWorld, me: &Person, slug: &str, left: &[&str]) -> DraftId {
    let (draft, answers) = world.answered(&me.owner, slug, &[("stage", "new")]).await;
    let matter = world.service.catalogue().matter(slug).unwrap();
    for slot in matter.personal_list(&answers).iter().filter(|s| !left.contains(&s.material.id.as_str())) {
        let id = &slot.material.id;
        world.upload(&me.owner, draft, id, "一页.pdf", pdf(&format!("{draft} {id}"))).await.unwrap();
    }
    draft
}

async fn file(world: &TestWorld, me: &Person, draft: DraftId) -> CaseId {
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    world.run_jobs().await;
    case
}

async fn view(world: &TestWorld, me: &Person, case: CaseId) -> CaseView {
    world.service.my_case(&me.applicant, case).await.unwrap()
}

async fn clerk(world: &TestWorld) -> Clerk {
    world.staff(Role::Clerk).await.clerk().unwrap()
}

async fn approver(world: &TestWorld) -> Approver {
    world.staff(Role::Approver).await.approver().unwrap()
}

async fn desk(world: &TestWorld, who: &Session, case: CaseId) -> DeskView {
    let Who::Staff { roles, .. } = &who.who else { unreachable!() };
    world.service.desk_case(&who.reader().unwrap(), case, roles).await.unwrap()
}

/// An accepted case that is owed this material.
async fn owing(world: &TestWorld, phone: &str, slug: &str, material: &str) -> (Person, CaseId) {
    let me = world.sign_in(phone).await;
    let draft = without(world, &me, slug, &[material]).await;
    world.service.defer_material(&me.owner, draft, material, signing(world, slug)).await.unwrap();
    let case = file(world, &me, draft).await;
    let version = view(world, &me, case).await.version;
    world.service.accept(&clerk(world).await, case, version).await.unwrap();
    world.run_jobs().await;
    (me, case)
}

async fn put(world: &TestWorld, me: &Person, case: CaseId, material: &str, note: &str) -> Result<(), Failure> {
    let content = in_pieces(pdf(note));
    world.service.receive_correction(&me.applicant, case, material, "补交.pdf", "", content).await.map(drop)
}

fn told(world: &TestWorld, phone: &str, part: &str) -> usize {
    let sent = world.sms.to(phone);
    sent.iter().filter(|m| m.params.iter().any(|(_, value)| value.contains(part))).count()
}

#[tokio::test]
async fn m4_only_a_marked_material_may_be_owed_and_only_under_a_signed_promise() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340040").await;
    let draft = without(&world, &me, FOOD, &[RULES]).await;
    let by = signing(&world, FOOD);
    let service = &world.service;
    assert_eq!(code_of(service.defer_material(&me.owner, draft, "business_licence", by).await), "not_found");
    assert_eq!(code_of(service.defer_material(&me.owner, draft, "no_such", by).await), "not_found");
    let unticked = Signing { agreed: false, ..by };
    assert_eq!(code_of(service.defer_material(&me.owner, draft, RULES, unticked).await), "sign.not_agreed");
    let nameless = Signing { name: " ", ..by };
    assert_eq!(code_of(service.defer_material(&me.owner, draft, RULES, nameless).await), "sign.name");
    let old = Signing { seen: by.seen + 1, ..by };
    assert_eq!(code_of(service.defer_material(&me.owner, draft, RULES, old).await), "conflict");
    assert!(!service.report(&me.owner, draft).await.unwrap().may_submit(), "without it the material is missing");

    service.defer_material(&me.owner, draft, RULES, by).await.unwrap();
    let report = service.report(&me.owner, draft).await.unwrap();
    assert!(report.may_submit(), "{:?}", report.items);
    let item = report.items.iter().find(|i| i.code == "deferral.owed").expect("it is said");
    assert_eq!((item.level, item.detail[0].1.as_str()), (Level::Note, "5 个工作日"));
    let kept = service.draft(&me.owner, draft).await.unwrap();
    let Fill::Deferred(fill) = &kept.fills[0].fill else { panic!("{:?}", kept.fills) };
    assert!(fill.statement.contains("5 个工作日") && fill.name == "欧阳签名");

    let case = file(&world, &me, draft).await;
    let view = view(&world, &me, case).await;
    assert_eq!((view.case.owed.len(), view.case.owed[0].until), (1, None), "not dated before acceptance");
    assert_eq!(view.documents.iter().filter(|d| d.kind == "deferral").count(), 1);
    let late = put(&world, &me, case, RULES, "early").await;
    assert_eq!(code_of(late), "refusal.wrong_state", "the slot opens with acceptance");
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_the_date_is_fixed_at_acceptance_and_what_comes_is_looked_at_before_the_decision() {
    let world = TestWorld::new().await;
    let (me, case) = owing(&world, "13912340041", FOOD, RULES).await;
    let seen = view(&world, &me, case).await;
    // Monday, 2 March: five working days on.
    assert_eq!(seen.case.owed[0].until, Some(date(2026, 3, 9)));
    assert_eq!(seen.next, NextStep::Supply { until: date(2026, 3, 9) });
    assert!(seen.due.as_ref().is_some_and(|d| d.due().is_none()), "the clock waits");
    let paper = seen.documents.iter().find(|d| d.kind == "acceptance").unwrap().id;
    let text = world.service.document_pdf(&me.session, paper).await.unwrap().bytes;
    assert!(String::from_utf8(text).unwrap().contains("2026年3月9日"), "the acceptance names the day");

    let decides = world.staff(Role::Approver).await;
    let can = desk(&world, &decides, case).await.can;
    assert!(!can.contains(&Can::Grant) && !can.contains(&Can::Refuse), "{can:?}");
    let grant = world.service.grant(&decides.approver().unwrap(), case, seen.version).await;
    assert_eq!(code_of(grant), "refusal.material_owed");

    let supply = async || code_of(world.service.supply_owed(&me.applicant, case, RULES).await);
    assert_eq!(supply().await, "refusal.supply_incomplete");
    assert_eq!(code_of(put(&world, &me, case, "floor_plan", "x").await), "refusal.wrong_state", "just that slot");
    put(&world, &me, case, RULES, "rules").await.unwrap();
    let stranger = world.sign_in("13912340042").await;
    assert_eq!(code_of(world.service.supply_owed(&stranger.applicant, case, RULES).await), "not_found");
    assert_eq!(supply().await, "ok");
    assert_eq!(supply().await, "refusal.already_done");
    assert_eq!(code_of(put(&world, &me, case, RULES, "more").await), "refusal.wrong_state", "handed in is handed in");

    let looks = world.staff(Role::Clerk).await;
    let page = desk(&world, &looks, case).await;
    assert!(page.can.contains(&Can::JudgeOwed(RULES.into())));
    let (clerk, version) = (looks.clerk().unwrap(), page.view.version);
    let back = async |criteria: &[&str], version| {
        let list: Vec<String> = criteria.iter().map(|c| (*c).to_owned()).collect();
        code_of(world.service.return_owed(&clerk, case, version, RULES, &list, "第二页").await)
    };
    assert_eq!(back(&[], version).await, "verdict.missing");
    assert_eq!(back(&["invented"], version).await, "criterion.unlisted");
    assert_eq!(back(&["signed"], version - 1).await, "conflict");
    assert_eq!(back(&["contents", "signed"], version).await, "ok");
    let seen = view(&world, &me, case).await;
    assert_eq!((seen.case.owed[0].returned, seen.case.owed[0].until), (1, Some(date(2026, 3, 9))));
    assert_eq!(seen.documents.iter().filter(|d| d.kind == "owed_returned").count(), 1);

    put(&world, &me, case, RULES, "rules again").await.unwrap();
    assert_eq!(supply().await, "ok");
    let version = view(&world, &me, case).await.version;
    world.service.meet_owed(&clerk, case, version, RULES).await.unwrap();
    let seen = view(&world, &me, case).await;
    assert!(matches!(seen.case.owed[0].state, OwedState::Met { .. }));
    assert!(seen.due.as_ref().is_some_and(|d| d.due().is_some()), "the clock runs again");
    world.service.grant(&approver(&world).await, case, seen.version).await.unwrap();
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_reminders_go_out_once_each_and_the_case_ends_as_the_rule_says() {
    let world = TestWorld::new().await;
    let phone = "13912340043";
    let (me, case) = owing(&world, phone, RELIEF, PROOF).await;
    let until = view(&world, &me, case).await.case.owed[0].until.unwrap();
    assert_eq!(until, date(2026, 3, 16), "ten working days");
    let reminders = || told(&world, phone, "还缺");
    assert_eq!(reminders(), 0);
    // To Wednesday, 11 March, ten o'clock: five days before.
    world.pass(9 * DAY + HOUR);
    world.run_jobs().await;
    assert_eq!(reminders(), 1);
    world.run_jobs().await;
    assert_eq!(reminders(), 1, "once");
    world.pass(4 * DAY);
    world.run_jobs().await;
    assert_eq!(reminders(), 2, "the day before");
    world.pass(DAY);
    world.run_jobs().await;
    assert_eq!(reminders(), 3, "on the day");
    assert_eq!(view(&world, &me, case).await.case.status(), CaseStatus::InProgress, "until the end of the day");

    world.pass(DAY);
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    let CaseState::Closed(closed) = &seen.case.state else { panic!("{:?}", seen.case.state) };
    let ClosedHow::NotSupplied { materials } = &closed.how else { panic!("{:?}", closed.how) };
    assert_eq!(materials.len(), 1);
    let paper = seen.documents.iter().find(|d| d.kind == "not_supplied").expect("it is told in writing").id;
    let text = String::from_utf8(world.service.document_pdf(&me.session, paper).await.unwrap().bytes).unwrap();
    assert!(text.contains("终止办理") && text.contains("行政复议") && text.contains("重新申请"));
    assert_eq!(told(&world, phone, "终止办理"), 1);
    assert_eq!(code_of(world.service.supply_owed(&me.applicant, case, PROOF).await), "refusal.wrong_state");
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_what_came_late_but_before_the_end_still_counts_and_nothing_reminds_of_it() {
    let world = TestWorld::new().await;
    let phone = "13912340044";
    let (me, case) = owing(&world, phone, RELIEF, PROOF).await;
    // The workers stood still: it is the 17th, and nothing has ended yet.
    world.pass(15 * DAY);
    put(&world, &me, case, PROOF, "late").await.unwrap();
    world.service.supply_owed(&me.applicant, case, PROOF).await.unwrap();
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    assert!(matches!(seen.case.owed[0].state, OwedState::Supplied { .. }));
    assert_eq!(seen.case.status(), CaseStatus::InProgress);
    assert_eq!(told(&world, phone, "还缺"), 0, "reminders whose day is over are not sent");
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_files_that_lie_complete_in_the_slot_count_when_the_day_ends() {
    let world = TestWorld::new().await;
    let (me, case) = owing(&world, "13912340045", RELIEF, PROOF).await;
    put(&world, &me, case, PROOF, "uploaded, the button forgotten").await.unwrap();
    world.pass(15 * DAY);
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    assert!(matches!(seen.case.owed[0].state, OwedState::Supplied { .. }), "{:?}", seen.case.owed);
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_an_infected_file_hands_nothing_in() {
    let world = TestWorld::new().await;
    let (me, case) = owing(&world, "13912340048", RELIEF, PROOF).await;
    put(&world, &me, case, PROOF, "a virus inside").await.unwrap();
    let newest = "update files set scan = 'infected' where round > 0";
    assert_eq!(world.tamper(newest, Vec::new()).await, 1);
    let supplied = world.service.supply_owed(&me.applicant, case, PROOF).await;
    assert!(code_of(supplied).starts_with("refusal."));
    world.pass(15 * DAY);
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    assert!(!matches!(seen.case.owed[0].state, OwedState::Supplied { .. }), "{:?}", seen.case.owed);
}

#[tokio::test]
async fn m4_a_licence_is_refused_by_a_person_when_it_does_not_come() {
    let world = TestWorld::new().await;
    let (me, case) = owing(&world, "13912340046", FOOD, RULES).await;
    world.pass(8 * DAY);
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    assert_eq!(seen.case.status(), CaseStatus::InProgress, "rules never take");
    assert!(matches!(seen.case.owed[0].state, OwedState::Lapsed { .. }));
    let decides = world.staff(Role::Approver).await;
    let can = desk(&world, &decides, case).await.can;
    assert!(can.contains(&Can::Refuse) && !can.contains(&Can::Grant), "{can:?}");
    let reasons = vec!["申请时承诺后补的材料，到期没有补交".to_owned()];
    world.service.refuse(&decides.approver().unwrap(), case, seen.version, reasons).await.unwrap();
    let seen = view(&world, &me, case).await;
    let CaseState::Decided(decided) = &seen.case.state else { panic!("{:?}", seen.case.state) };
    assert!(matches!(&decided.outcome, Outcome::Refused { reasons } if reasons.len() == 1));
    world.assert_intact().await;
}

#[tokio::test]
async fn m4_the_clerk_finds_no_fault_with_what_has_not_come() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340047").await;
    let draft = without(&world, &me, FOOD, &[RULES]).await;
    world.service.defer_material(&me.owner, draft, RULES, signing(&world, FOOD)).await.unwrap();
    let case = file(&world, &me, draft).await;
    let verdict = world.service.set_verdict(&clerk(&world).await, case, RULES, Some("signed"), "").await;
    assert_eq!(code_of(verdict), "material.promised");
}

/// A complete draft with a promise in place of the report.
async fn promising(world: &TestWorld, phone: &str) -> (Person, DraftId) {
    let me = world.sign_in(phone).await;
    let draft = without(world, &me, HYGIENE, &[REPORT]).await;
    world.service.promise_material(&me.owner, draft, REPORT, signing(world, HYGIENE)).await.unwrap();
    (me, draft)
}

#[tokio::test]
async fn m5_the_promise_is_kept_word_for_word_and_either_way_is_open() {
    let world = TestWorld::new().await;
    let (me, draft) = promising(&world, "13912340050").await;
    let service = &world.service;
    let kept = service.draft(&me.owner, draft).await.unwrap();
    let material = kept.matter.material(REPORT).unwrap();
    let Fill::Promise(fill) = &kept.fills[0].fill else { panic!("{:?}", kept.fills) };
    assert_eq!(fill.text, material.promise.as_ref().unwrap().text(&material.name));
    // Never forced: the paper is as good.
    let blocked = world.upload(&me.owner, draft, REPORT, "a.pdf", pdf("report")).await;
    assert_eq!(code_of(blocked), "file.filled");
    service.remove_fill(&me.owner, draft, REPORT).await.unwrap();
    world.upload(&me.owner, draft, REPORT, "a.pdf", pdf("report")).await.unwrap();
    assert!(service.report(&me.owner, draft).await.unwrap().may_submit());
    let both = service.promise_material(&me.owner, draft, REPORT, signing(&world, HYGIENE)).await;
    assert_eq!(code_of(both), "fill.files_there");
    let other = service.promise_material(&me.owner, draft, "floor_plan", signing(&world, HYGIENE)).await;
    assert_eq!(code_of(other), "not_found", "only where the matter offers it");
    let unticked = Signing { agreed: false, ..signing(&world, HYGIENE) };
    let file = service.draft(&me.owner, draft).await.unwrap().files.iter().find(|f| f.material == REPORT).unwrap().id;
    service.remove_file(&me.owner, draft, file).await.unwrap();
    assert_eq!(code_of(service.promise_material(&me.owner, draft, REPORT, unticked).await), "sign.not_agreed");
}

#[tokio::test]
async fn m5_complete_and_promised_is_decided_on_the_same_day_by_one_authorised_person() {
    let world = TestWorld::new().await;
    let (me, draft) = promising(&world, "13912340051").await;
    let case = file(&world, &me, draft).await;
    let seen = view(&world, &me, case).await;
    assert_eq!(seen.due.as_ref().and_then(domain::time::Deadline::due), Some(date(2026, 3, 2)), "即办: today");
    let letter = seen.documents.iter().find(|d| d.kind == "promise").expect("the letter is a document").id;
    let text = String::from_utf8(world.service.document_pdf(&me.session, letter).await.unwrap().bytes).unwrap();
    assert!(text.contains("不实") && text.contains("欧阳签名"));

    let one = world.staff_with(&[Role::Clerk, Role::Approver]).await;
    let refused = world.service.set_verdict(&one.clerk().unwrap(), case, REPORT, None, "").await;
    assert_eq!(code_of(refused), "material.promised", "a promise is a right");
    world.service.accept(&one.clerk().unwrap(), case, seen.version).await.unwrap();
    let version = view(&world, &me, case).await.version;
    world.service.grant(&one.approver().unwrap(), case, version).await.unwrap();
    assert_eq!(view(&world, &me, case).await.case.status(), CaseStatus::Decided);
    world.assert_intact().await;
}

/// Granted on a promise; gives who decided.
async fn granted(world: &TestWorld, phone: &str) -> (Person, CaseId, Approver) {
    let (me, draft) = promising(world, phone).await;
    let case = file(world, &me, draft).await;
    let version = view(world, &me, case).await.version;
    world.service.accept(&clerk(world).await, case, version).await.unwrap();
    let decides = approver(world).await;
    let version = view(world, &me, case).await.version;
    world.service.grant(&decides, case, version).await.unwrap();
    world.run_jobs().await;
    (me, case, decides)
}

#[tokio::test]
async fn m5_a_grant_on_a_promise_opens_its_check_and_somebody_else_does_it_once() {
    let world = TestWorld::new().await;
    let (me, case, decides) = granted(&world, "13912340052").await;
    let checks = approver(&world).await;
    let list = world.service.follow_ups(&checks).await.unwrap().checks;
    let [check] = list.as_slice() else { panic!("{list:?}") };
    assert_eq!((check.case, check.state, check.due), (case, FollowUpState::Open, date(2026, 4, 1)));
    let id = check.id.clone();
    assert!(world.service.follow_ups(&decides).await.unwrap().checks[0].own_decision);
    let record = async |who: &Approver, note: &str| code_of(world.service.record_follow_up(who, &id, true, note).await);
    assert_eq!(record(&decides, "都做到了").await, "refusal.same_person");
    assert_eq!(record(&checks, "  ").await, "follow_up.text_missing");
    world.pass(31 * DAY);
    assert!(world.service.follow_ups(&checks).await.unwrap().checks[0].overdue);
    assert_eq!(record(&checks, "都做到了").await, "ok");
    assert_eq!(record(&checks, "再来一次").await, "conflict");
    let seen = view(&world, &me, case).await;
    assert_eq!((seen.follow_ups[0].state, seen.follow_ups[0].note.as_str()), (FollowUpState::Kept, "都做到了"));
    // Kept: the way stays open.
    let other = without(&world, &me, HYGIENE, &[REPORT]).await;
    world.service.promise_material(&me.owner, other, REPORT, signing(&world, HYGIENE)).await.unwrap();
    // A case without a promise opens no check.
    let plain = world.submit("13912340053", BIRTH, &[]).await;
    let one = world.staff_with(&[Role::Clerk, Role::Approver]).await;
    world.service.accept(&one.clerk().unwrap(), plain.case, world.version(&plain).await).await.unwrap();
    world.service.grant(&one.approver().unwrap(), plain.case, world.version(&plain).await).await.unwrap();
    assert_eq!(world.service.follow_ups(&checks).await.unwrap().checks.len(), 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn i5_a_broken_promise_bars_the_promise_route_until_two_people_have_repaired_it() {
    let world = TestWorld::new().await;
    let phone = "13912340054";
    let (me, case, _) = granted(&world, phone).await;
    // Promised before it was found out, and not yet submitted.
    let open = without(&world, &me, HYGIENE, &[REPORT]).await;
    world.service.promise_material(&me.owner, open, REPORT, signing(&world, HYGIENE)).await.unwrap();
    world.service.sign(&me.owner, open, "欧阳签名", None, true).await.unwrap();

    let (first, second) = (approver(&world).await, approver(&world).await);
    let id = world.service.follow_ups(&first).await.unwrap().checks[0].id.clone();
    world.service.record_follow_up(&first, &id, false, "没有消毒柜").await.unwrap();
    world.run_jobs().await;
    let seen = view(&world, &me, case).await;
    assert_eq!(seen.case.status(), CaseStatus::Decided, "the decision stands: to take it back is another act");
    let paper = seen.documents.iter().find(|d| d.kind == "breach").expect("told in writing").id;
    let text = String::from_utf8(world.service.document_pdf(&me.session, paper).await.unwrap().bytes).unwrap();
    for part in ["没有消毒柜", "异议", "修复", "不撤销"] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(told(&world, phone, "没有消毒柜"), 0, "a message says nothing of what was found");
    assert_eq!(told(&world, phone, "不属实"), 1);
    let stored =
        world.number("select count(*) as number from promise_breaches where subject_mac like '%91539999%'").await;
    assert_eq!(stored, 0, "the number is not there in clear");

    // Barred: in the open draft, at its submission, and for the next one; whoever files for the firm.
    let draft = world.service.draft(&me.owner, open).await.unwrap();
    assert!(draft.promise_barred);
    let report = world.service.report(&me.owner, open).await.unwrap();
    assert!(report.items.iter().any(|i| i.code == "promise.barred" && i.level == Level::MustFix));
    assert_eq!(code_of(world.service.submit(&me.applicant, open).await), "report.open");
    let colleague = world.sign_in("13912340055").await;
    let theirs = without(&world, &colleague, HYGIENE, &[REPORT]).await;
    let again = async || {
        code_of(world.service.promise_material(&colleague.owner, theirs, REPORT, signing(&world, HYGIENE)).await)
    };
    assert_eq!(again().await, "promise.barred");
    // The proof is as good as ever.
    world.upload(&colleague.owner, theirs, REPORT, "a.pdf", pdf("paper")).await.unwrap();
    assert!(world.service.report(&colleague.owner, theirs).await.unwrap().may_submit());

    let breach = world.service.follow_ups(&first).await.unwrap().breaches[0].id.clone();
    let answer = async |who: &Approver, agrees: bool| code_of(world.service.answer_repair(who, &breach, agrees).await);
    assert_eq!(answer(&second, true).await, "conflict", "nobody has asked");
    world.service.ask_repair(&first, &breach, "已经装了消毒柜").await.unwrap();
    assert_eq!(answer(&first, true).await, "refusal.same_person");
    assert_eq!(answer(&second, false).await, "ok");
    assert_eq!(answer(&second, true).await, "conflict", "declined: to be asked again");
    world.service.ask_repair(&first, &breach, "又看过一次，装好了").await.unwrap();
    assert_eq!(answer(&second, true).await, "ok");
    world.run_jobs().await;
    assert_eq!(told(&world, phone, "已经修复"), 1);
    assert!(!world.service.draft(&me.owner, open).await.unwrap().promise_barred);
    let there = world.service.draft(&colleague.owner, theirs).await.unwrap();
    let file = there.files.iter().find(|f| f.material == REPORT).unwrap().id;
    world.service.remove_file(&colleague.owner, theirs, file).await.unwrap();
    assert_eq!(again().await, "ok");
    world.assert_intact().await;
}
