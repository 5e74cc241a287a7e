//! 政策找人 and 免审即享: consent, matches with reasons, claiming in one step.

use crate::support::{Person, TestWorld, code_of};
use domain::case::{CaseState, CaseStatus, Outcome};
use domain::catalogue::Audience;
use domain::codes::iso7064;
use domain::rules::{Answers, Truth};
use service::benefits::{Claimed, Match};
use service::cases::NextStep;
use store::tables::audit;

const ELDER: &str = "elder-allowance";

fn typed(list: &[(&str, &str)]) -> Answers {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// An identity number of somebody born on this day; `n` tells people apart.
fn born(day: &str, n: u32) -> String {
    let body = format!("539999{day}{n:03}");
    let check = iso7064::mod_11_2(body.as_bytes()).map(char::from).expect("digits");
    format!("{body}{check}")
}

async fn tells(world: &TestWorld, person: &Person, id: &str) {
    let told = typed(&[("resident_id", id), ("household_in_county", "yes"), ("living_subsidy", "no")]);
    world.service.consent_and_save_facts(&person.applicant, told, true, None).await.unwrap();
    world.persons.put(id, "王德福", "539999", true);
}

async fn matched(world: &TestWorld, person: &Person, id: &str) -> Match {
    let found = world.service.matching(&person.applicant, Audience::Person).await.unwrap();
    found.list.into_iter().find(|m| m.benefit.id == id).expect("listed")
}

fn asked() -> Answers {
    typed(&[
        ("bank_name", "示例农村商业银行"),
        ("bank_account", "6200000000000000000"),
        ("home_address", "示例县城关镇示范路 8 号"),
    ])
}

async fn claims(world: &TestWorld, person: &Person) -> Claimed {
    world.service.claim(&person.applicant, ELDER, &asked(), "王德福", true).await.unwrap()
}

#[tokio::test]
async fn d11_the_shipped_benefits_have_no_gaps() {
    let world = TestWorld::new().await;
    let catalogue = world.service.catalogue();
    let benefits = &catalogue.benefits;
    let gaps = benefits.gaps(&|slug: &str| catalogue.matters.iter().find(|m| m.slug == slug).cloned());
    assert!(gaps.is_empty(), "{gaps:#?}");
    let of = |audience| benefits.benefits.iter().filter(|b| b.audience == audience).count();
    assert!(of(Audience::Person) >= 8 && of(Audience::Firm) >= 4);
    assert!(benefits.consent.contains("撤回") && benefits.consent.contains("第十四条"));
}

#[tokio::test]
async fn d11_without_consent_nothing_is_kept_and_nothing_is_matched() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340201").await;
    let told = typed(&[("household_in_county", "yes")]);
    let outcome = world.service.consent_and_save_facts(&me.applicant, told, false, None).await;
    assert_eq!(code_of(outcome), "benefit.consent");
    assert!(world.service.fact_sheet(&me.applicant).await.unwrap().is_none());
    assert!(world.service.matching(&me.applicant, Audience::Person).await.unwrap().list.is_empty());
    assert_eq!(code_of(world.service.claim_page(&me.applicant, ELDER).await), "benefit.consent");
    assert_eq!(code_of(world.service.claim(&me.applicant, ELDER, &asked(), "王德福", true).await), "benefit.consent");
    assert_eq!(world.number("select count(*) as number from fact_sheets").await, 0);
}

#[tokio::test]
async fn d11_consent_brings_matches_with_reasons_and_withdrawing_deletes_what_was_told() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340202").await;
    // 79 years old, 80 tomorrow.
    tells(&world, &me, &born("19460303", 1)).await;
    let elder = matched(&world, &me, ELDER).await;
    assert_eq!((elder.truth, elder.why.as_slice()), (Truth::No, ["「年龄（周岁）」至少为 80".to_owned()].as_slice()));
    assert_eq!(code_of(world.service.claim(&me.applicant, ELDER, &asked(), "王德福", true).await), "benefit.not_fit");
    let medical = matched(&world, &me, "resident-medical").await;
    assert_eq!((medical.truth, medical.missing.as_slice()), (Truth::Unknown, ["现在的医保".to_owned()].as_slice()));
    world.pass(crate::support::DAY);
    assert_eq!(matched(&world, &me, ELDER).await.truth, Truth::Yes, "the birthday");

    // Somebody else sees nothing of it.
    let other = world.sign_in("13912340203").await;
    assert!(world.service.fact_sheet(&other.applicant).await.unwrap().is_none());

    assert!(world.service.withdraw_consent(&me.applicant).await.unwrap());
    assert!(!world.service.withdraw_consent(&me.applicant).await.unwrap(), "there is nothing left");
    assert_eq!(world.number("select count(*) as number from fact_sheets").await, 0);
    assert!(world.service.matching(&me.applicant, Audience::Person).await.unwrap().list.is_empty());
}

#[tokio::test]
async fn d11_a_wrong_number_is_told_and_matches_nothing() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340204").await;
    tells(&world, &me, "123").await;
    let found = world.service.matching(&me.applicant, Audience::Person).await.unwrap();
    assert_eq!(found.errors[0].code, "id.length");
    let elder = found.list.iter().find(|m| m.benefit.id == ELDER).unwrap();
    assert_eq!((elder.truth, elder.missing.as_slice()), (Truth::Unknown, ["身份证号".to_owned()].as_slice()));
}

#[tokio::test]
async fn d11_the_allowance_is_claimed_in_one_step_and_granted_by_its_rules() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340205").await;
    tells(&world, &me, &born("19430101", 2)).await;
    let page = world.service.claim_page(&me.applicant, ELDER).await.unwrap();
    assert!(page.one_step && page.truth == Truth::Yes && page.case.is_none());
    assert_eq!(
        page.ask.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["bank_name", "bank_account", "home_address"]
    );

    let Claimed::Case(case) = claims(&world, &me).await else { panic!("one step") };
    let view = world.service.my_case(&me.applicant, case).await.unwrap();
    let CaseState::Decided(decided) = &view.case.state else { panic!("{:?}", view.case.state) };
    assert_eq!(decided.outcome, Outcome::Granted);
    assert!(decided.issued_at.is_some() && view.next == NextStep::Collect);
    assert_eq!((view.case.accepted_by, view.case.decided_by), (None, None));
    assert!(view.documents.iter().any(|d| d.kind == "decision" && d.title == "高龄津贴审核通知书"));
    assert_eq!(view.answers.get("applicant_name").map(String::as_str), Some("王德福"));
    assert_eq!(view.answers.get("age").map(String::as_str), Some("from80"));
    assert!(view.files.is_empty(), "nothing had to be handed in");
    assert_eq!(view.signature.name, "王德福");
    let line = view.timeline.iter().find(|e| e.kind == "decided").unwrap();
    assert!(line.text.contains("「年龄（周岁）」至少为 80：符合（按身份证号算出）"), "{}", line.text);
    let log = audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    let granted = log.iter().find(|e| e.action == "benefit_granted").expect("on record");
    assert_eq!(granted.actor, "system");
    assert!(granted.detail.contains("「户口」是“在示例县”：符合（户籍登记核对）"), "{}", granted.detail);
    assert!(!granted.detail.contains("19430101"), "no personal data");
    let asked = world.persons.asked.lock().unwrap().clone();
    let (purpose, reference) = asked.first().expect("the register was asked");
    assert_eq!((asked.len(), purpose.as_str()), (1, "高龄津贴免审即享"));
    let log = audit::of_subject(&world.service.db, reference).await.unwrap();
    let question = log.iter().find(|e| e.action == "register_asked").expect("on record");
    assert!(question.actor.starts_with("applicant:"), "{}", question.actor);
    assert_eq!(question.detail, "高龄津贴免审即享：confirmed");

    // Once more is the same case, and the list says so.
    assert_eq!(claims(&world, &me).await, Claimed::Case(case));
    assert_eq!(matched(&world, &me, ELDER).await.case, Some(case));
    assert_eq!(world.number("select count(*) as number from cases").await, 1);
    world.run_jobs().await;
    world.assert_intact().await;
}

#[tokio::test]
async fn d11_two_taps_at_once_make_one_case() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340206").await;
    tells(&world, &me, &born("19420505", 3)).await;
    let (first, second) = tokio::join!(claims(&world, &me), claims(&world, &me));
    assert_eq!(first, second);
    assert_eq!(world.number("select count(*) as number from cases").await, 1);
}

#[tokio::test]
async fn d11_what_is_wrong_comes_at_once_and_files_nothing() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340207").await;
    tells(&world, &me, &born("19430101", 4)).await;
    let wrong = typed(&[("bank_name", "示例农村商业银行")]);
    let failure = world.service.claim(&me.applicant, ELDER, &wrong, "", false).await.unwrap_err();
    let service::Failure::Invalid(errors) = failure else { panic!("not told by field") };
    let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["bank_account", "home_address", "agreed"]);
    assert!(world.service.drafts(&me.owner).await.unwrap().is_empty());
    assert_eq!(world.number("select count(*) as number from cases").await, 0);
}

#[tokio::test]
async fn d11_the_same_number_from_another_phone_is_left_to_people() {
    let world = TestWorld::new().await;
    let id = born("19430101", 5);
    let first = world.sign_in("13912340208").await;
    tells(&world, &first, &id).await;
    claims(&world, &first).await;
    let second = world.sign_in("13912340209").await;
    tells(&world, &second, &id).await;
    let Claimed::ByHand(case) = claims(&world, &second).await else { panic!("filed all the same") };
    let view = world.service.my_case(&second.applicant, case).await.unwrap();
    assert_eq!(view.case.status(), CaseStatus::InProgress);
    assert!(!view.documents.iter().any(|d| d.kind == "decision"));
}

#[tokio::test]
async fn d11_a_draft_that_somebody_began_is_not_overwritten() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340210").await;
    tells(&world, &me, &born("19430101", 6)).await;
    let draft = world.service.start_draft(&me.owner, ELDER).await.unwrap();
    let mine = typed(&[("who", "helper"), ("bank_name", "我自己填的")]);
    world.service.save_answers(&me.owner, draft, mine.clone(), None).await.unwrap();
    assert_eq!(claims(&world, &me).await, Claimed::Draft(draft));
    assert_eq!(world.service.draft(&me.owner, draft).await.unwrap().answers, mine);
}

#[tokio::test]
async fn d11_what_needs_materials_begins_filled_in_and_own_cases_offer_the_number() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340211").await;
    let told = typed(&[("work", "jobless"), ("paid_year", "yes"), ("resigned", "no")]);
    world.service.consent_and_save_facts(&me.applicant, told, true, None).await.unwrap();
    let claimed = world.service.claim(&me.applicant, "unemployment-benefit", &Answers::new(), "", false).await.unwrap();
    let Claimed::Draft(draft) = claimed else { panic!("a photo of the card is needed") };
    let view = world.service.draft(&me.owner, draft).await.unwrap();
    assert_eq!(view.answers.get("now").map(String::as_str), Some("jobless"));
    assert_eq!(view.answers.get("paid_year").map(String::as_str), Some("yes"));
    assert_eq!(view.answers.get("applicant_phone").map(String::as_str), Some("13912340211"));
    assert!(world.service.matching(&me.applicant, Audience::Person).await.unwrap().offered.is_empty());

    let filed = world.submit("13912340212", "unemployment-benefit", &[]).await;
    let person = &filed.person;
    assert!(
        world.service.matching(&person.applicant, Audience::Person).await.unwrap().offered.is_empty(),
        "no consent"
    );
    world.service.consent_and_save_facts(&person.applicant, Answers::new(), true, None).await.unwrap();
    let offered = world.service.matching(&person.applicant, Audience::Person).await.unwrap().offered;
    assert_eq!(offered.len(), 1);
    assert_eq!((offered[0].fact.as_str(), offered[0].title.as_str()), ("resident_id", "失业保险金申领"));
    assert_eq!(Some(&offered[0].value), filed.answers.get("applicant_id"));
}

#[tokio::test]
async fn d11_whom_the_register_does_not_confirm_is_decided_by_people() {
    let world = TestWorld::new().await;
    for (n, (household, alive, name)) in
        [("539998", true, "王德福"), ("539999", false, "王德福"), ("539999", true, "别的人")].into_iter().enumerate()
    {
        let me = world.sign_in(&format!("1391234022{n}")).await;
        let id = born("19430102", 20 + 2 * u32::try_from(n).unwrap());
        let told = typed(&[("resident_id", &id), ("household_in_county", "yes"), ("living_subsidy", "no")]);
        world.service.consent_and_save_facts(&me.applicant, told, true, None).await.unwrap();
        world.persons.put(&id, name, household, alive);
        let Claimed::ByHand(case) = claims(&world, &me).await else { panic!("granted: {household} {alive} {name}") };
        let view = world.service.my_case(&me.applicant, case).await.unwrap();
        assert_eq!(view.case.status(), CaseStatus::InProgress);
        assert!(!view.documents.iter().any(|d| d.kind == "decision"));
    }
    let me = world.sign_in("13912340224").await;
    tells(&world, &me, &born("19430102", 40)).await;
    world.persons.down.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(matches!(claims(&world, &me).await, Claimed::ByHand(_)), "no answer is no reason to lose the filing");
}

#[tokio::test]
async fn d11_without_a_register_the_claim_is_filed_and_the_page_says_so() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340225").await;
    tells(&world, &me, &born("19430103", 41)).await;
    assert!(world.service.claim_page(&me.applicant, ELDER).await.unwrap().at_once);
    let service = world.without_register();
    let page = service.claim_page(&me.applicant, ELDER).await.unwrap();
    assert!(page.one_step && !page.at_once);
    let claimed = service.claim(&me.applicant, ELDER, &asked(), "王德福", true).await.unwrap();
    assert!(matches!(claimed, Claimed::ByHand(_)));
    assert!(world.persons.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn d11_an_open_case_of_the_same_person_keeps_the_system_from_granting_until_it_is_withdrawn() {
    let world = TestWorld::new().await;
    let id = born("19430104", 42);
    let wanted = [("who", "helper"), ("elder_id", id.as_str()), ("age", "from80"), ("disability_allowance", "no")];
    let filed = world.submit("13912340226", ELDER, &wanted).await;
    let me = world.sign_in("13912340227").await;
    tells(&world, &me, &id).await;
    let Claimed::ByHand(second) = claims(&world, &me).await else { panic!("a helper's case is open") };
    assert_eq!(world.number("select count(*) as number from claim_subjects where state = 'open'").await, 2);

    world.service.withdraw(&filed.person.applicant, filed.case).await.unwrap();
    world.service.withdraw(&me.applicant, second).await.unwrap();
    assert_eq!(world.number("select count(*) as number from claim_subjects").await, 0);
    assert!(matches!(claims(&world, &me).await, Claimed::Case(_)), "nothing stands in the way any more");
    assert_eq!(world.number("select count(*) as number from claim_subjects where state = 'granted'").await, 1);
}

#[tokio::test]
async fn d11_an_older_tab_never_brings_back_what_was_withdrawn() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340228").await;
    tells(&world, &me, &born("19430105", 43)).await;
    let seen = world.service.fact_sheet(&me.applicant).await.unwrap().unwrap().version;
    let told = |hardship: &str| typed(&[("hardship", hardship)]);
    let save = |told, seen| world.service.consent_and_save_facts(&me.applicant, told, true, seen);
    save(told("yes"), Some(seen)).await.unwrap();
    save(told("yes"), Some(seen)).await.expect("a second tap");
    assert_eq!(code_of(save(told("no"), Some(seen)).await), "conflict");
    assert!(world.service.withdraw_consent(&me.applicant).await.unwrap());
    assert_eq!(code_of(save(told("yes"), Some(seen + 1)).await), "conflict");
    assert!(world.service.fact_sheet(&me.applicant).await.unwrap().is_none());
    save(told("yes"), Some(0)).await.expect("agreed to anew");
}

#[tokio::test]
async fn d11_what_was_kept_under_an_older_text_is_seen_unused_and_withdrawable() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340229").await;
    tells(&world, &me, &born("19430106", 44)).await;
    let mut tx = world.service.db.begin().await.unwrap();
    tx.exec("update fact_sheets set consent_text = 'older'", Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let sheet = world.service.fact_sheet(&me.applicant).await.unwrap().expect("seen");
    assert!(!sheet.covered && sheet.facts.contains_key("resident_id"));
    assert!(world.service.matching(&me.applicant, Audience::Person).await.unwrap().list.is_empty());
    assert_eq!(code_of(world.service.claim_page(&me.applicant, ELDER).await), "benefit.consent");
    assert!(world.service.withdraw_consent(&me.applicant).await.unwrap());
}

#[tokio::test]
async fn d11_what_the_system_granted_is_undone_within_ten_minutes_and_can_be_claimed_again() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340230").await;
    tells(&world, &me, &born("19430107", 45)).await;
    let Claimed::Case(case) = claims(&world, &me).await else { panic!("granted") };
    let decision =
        |view: &service::cases::CaseView| view.documents.iter().find(|d| d.kind == "decision").expect("issued").clone();
    let view = world.service.my_case(&me.applicant, case).await.unwrap();
    assert!(view.undo_until.is_some() && decision(&view).revoked_at.is_none());
    assert_eq!(world.service.my_results(&me.applicant).await.unwrap().len(), 1);

    world.service.undo(&me.applicant, case).await.unwrap();
    world.run_jobs().await;
    let view = world.service.my_case(&me.applicant, case).await.unwrap();
    assert_eq!((view.case.status(), view.undo_until), (CaseStatus::Closed, None));
    let checked = world.service.verify_document(&decision(&view).verify_code).await.unwrap();
    assert!(checked.intact && checked.revoked_at.is_some());
    assert!(world.service.my_results(&me.applicant).await.unwrap().is_empty());
    assert_eq!(world.number("select count(*) as number from claim_subjects").await, 0);
    assert_eq!(matched(&world, &me, ELDER).await.case, None);

    let Claimed::Case(again) = claims(&world, &me).await else { panic!("nothing stands in the way") };
    assert_ne!(again, case);
    world.pass(601);
    assert_eq!(code_of(world.service.undo(&me.applicant, again).await), "refusal.undo_over");
    world.assert_intact().await;
}
