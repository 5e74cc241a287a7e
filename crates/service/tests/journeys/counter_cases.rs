//! What becomes of cases that were filed at a counter: who sees them, who is answerable, what is not asked for
//! again, how the visitor comes back, and how the result reaches somebody far away.

use crate::counter::{ELDER, VISITOR, clerk_at, filed, visited};
use crate::support::{DAY, FOOD, TestWorld, code_of, in_pieces, pdf};
use domain::case::CaseStatus;
use domain::ids::CaseId;
use domain::policy::Role;
use service::delivery::AddressForm;
use service::desk::{Can, QueueFilter};
use service::{Clerk, Session};
use std::collections::BTreeSet;
use store::tables::{audit, cases, events};

const CARD: &str = "disability-card";

async fn version(world: &TestWorld, case: CaseId) -> i64 {
    cases::find(&world.service.db, &world.service.vault, case).await.unwrap().unwrap().version
}

/// A material that is asked for, and its first criterion.
fn first_material(world: &TestWorld, slug: &str) -> (String, String) {
    let material = world.service.catalogue().matter(slug).unwrap().materials[0].clone();
    (material.id, material.criteria[0].id.clone())
}

async fn seen_by(world: &TestWorld, session: &Session, place: &str) -> Vec<CaseId> {
    let filter = QueueFilter { place: place.into(), ..QueueFilter::default() };
    let rows = world.service.queue(&session.reader().unwrap(), &filter).await.unwrap();
    rows.iter().map(|row| row.id).collect()
}

async fn can(world: &TestWorld, session: &Session, case: CaseId, role: Role) -> BTreeSet<Can> {
    world.service.desk_case(&session.reader().unwrap(), case, &BTreeSet::from([role])).await.unwrap().can
}

#[tokio::test]
async fn c17_a_place_sees_its_own_cases_and_the_queue_can_be_narrowed_to_a_place() {
    let world = TestWorld::new().await;
    let (token, baishi) = clerk_at(&world, Some("baishi")).await;
    let case = filed(&world, &visited(&world, &token).await, CARD).await;
    let online = world.submit("13912345567", FOOD, &[]).await.case;

    let county = world.staff(Role::Clerk).await;
    assert_eq!(BTreeSet::from_iter(seen_by(&world, &county, "").await), BTreeSet::from([case, online]));
    assert_eq!(seen_by(&world, &county, "baishi").await, [case]);
    assert!(seen_by(&world, &county, "linjiang").await.is_empty());
    assert!(seen_by(&world, &county, "@county").await.is_empty());
    assert!(world.service.queue_places(&county.reader().unwrap()).await.unwrap().iter().any(|p| p.0 == "baishi"));

    // Its own, whatever it asks for; the rest is not there.
    assert_eq!(seen_by(&world, &baishi, "").await, [case]);
    assert_eq!(seen_by(&world, &baishi, "@county").await, [case]);
    assert!(world.service.queue_places(&baishi.reader().unwrap()).await.unwrap().is_empty());
    let (_, linjiang) = clerk_at(&world, Some("linjiang")).await;
    assert!(seen_by(&world, &linjiang, "").await.is_empty());
    let roles = BTreeSet::from([Role::Clerk]);
    for (who, there) in [(&linjiang, case), (&baishi, online)] {
        let looked = world.service.desk_case(&who.reader().unwrap(), there, &roles).await;
        assert_eq!(code_of(looked), "not_found");
        let accepted = world.service.accept(&who.clerk().unwrap(), there, version(&world, there).await).await;
        assert_eq!(code_of(accepted), "not_found");
        let (material, _) = first_material(&world, CARD);
        let judged = world.service.set_verdict(&who.clerk().unwrap(), there, &material, None, "").await;
        assert_eq!(code_of(judged), "not_found");
    }
    let view = world.view_of(online).await;
    let file = world.service.file_for(&linjiang, view.files[0].id).await;
    assert_eq!(code_of(file), "not_found");
    let document = world.service.document_pdf(&linjiang, view.documents[0].id).await;
    assert_eq!(code_of(document), "not_found");

    // 委托受理: the township accepts what it took in.
    assert!(can(&world, &baishi, case, Role::Clerk).await.contains(&Can::Accept));
    world.service.accept(&baishi.clerk().unwrap(), case, version(&world, case).await).await.unwrap();
}

#[tokio::test]
async fn c17_a_place_that_only_takes_papers_in_does_not_accept() {
    let world = TestWorld::new().await;
    let (token, dongmen) = clerk_at(&world, Some("dongmen")).await;
    let case = filed(&world, &visited(&world, &token).await, ELDER).await;
    assert!(!can(&world, &dongmen, case, Role::Clerk).await.contains(&Can::Accept));
    let accepted = world.service.accept(&dongmen.clerk().unwrap(), case, version(&world, case).await).await;
    assert_eq!(code_of(accepted), "counter.only_takes");
}

fn address(name: &str) -> AddressForm {
    AddressForm { name: name.into(), phone: VISITOR.into(), address: "邻县便民路２号 3 栋 501".into() }
}

#[tokio::test]
async fn c10_what_is_marked_is_filed_far_away_handed_to_the_body_and_the_result_posted() {
    let world = TestWorld::new().await;
    let service = &world.service;
    let (token, far) = clerk_at(&world, Some("linxian")).await;
    let open = visited(&world, &token).await;
    let page = service.counter(&open.clerk().unwrap(), &open, "").await.unwrap();
    assert!(!page.matters.is_empty() && page.matters.iter().all(|card| card.cross_province));
    assert_eq!(code_of(service.start_draft(&open.owner().unwrap(), ELDER).await), "counter.not_taken");
    let case = filed(&world, &open, CARD).await;
    let applicant = open.applicant().unwrap();
    let view = service.my_case(&applicant, case).await.unwrap();
    assert!(view.timeline[0].text.contains("邻县政务服务中心"), "{}", view.timeline[0].text);
    assert!(view.timeline[0].text.contains("交示例县残疾人联合会办理"), "{}", view.timeline[0].text);

    // Both sides read the same: received there, for that body; only the county acts.
    let (clerk, approver, issuer) =
        (world.staff(Role::Clerk).await, world.staff(Role::Approver).await, world.staff(Role::Issuer).await);
    let mut said = Vec::new();
    for side in [&far, &clerk] {
        let rows = service.queue(&side.reader().unwrap(), &QueueFilter::default()).await.unwrap();
        said.push(rows.into_iter().find(|row| row.id == case).expect("in the queue").received.unwrap());
    }
    assert_eq!(said[0], said[1]);
    assert!(said[0].far && said[0].place.starts_with("邻县") && said[0].body == "示例县残疾人联合会");
    let accepted = service.accept(&far.clerk().unwrap(), case, version(&world, case).await).await;
    assert_eq!(code_of(accepted), "counter.only_takes");

    // The visitor wants it by post.
    assert_eq!(service.my_delivery(&applicant, case).await.unwrap(), None);
    assert_eq!(code_of(service.ask_for_post(&applicant, case, &address("张三9")).await), "invalid");
    service.ask_for_post(&applicant, case, &address("李四")).await.unwrap();
    let printed = version(&world, case).await;
    service.ask_for_post(&applicant, case, &address("张三")).await.unwrap();
    assert_ne!(version(&world, case).await, printed, "whoever has printed the old address is told");
    for (who, role) in [(&clerk, Role::Clerk), (&issuer, Role::Issuer)] {
        let roles = BTreeSet::from([role]);
        let desk = service.desk_case(&who.reader().unwrap(), case, &roles).await.unwrap();
        assert_eq!((desk.by_post, desk.delivery.is_some()), (true, role == Role::Issuer), "whither, only who posts it");
    }
    let kept = service.my_delivery(&applicant, case).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.posted), ("张三", None));
    let stored = "select count(*) as number from deliveries where cast(address as text) like '%便民路%'";
    assert_eq!(world.number(stored).await, 0, "sealed");

    let hand_over = async |issuer: &Session, waybill: &'static str| {
        let seen = version(&world, case).await;
        service.post_result(&issuer.issuer().unwrap(), case, seen, "中国邮政", waybill).await
    };
    assert_eq!(code_of(hand_over(&issuer, "EA123456789CN").await), "refusal.wrong_state");
    service.accept(&clerk.clerk().unwrap(), case, version(&world, case).await).await.unwrap();
    service.grant(&approver.approver().unwrap(), case, version(&world, case).await).await.unwrap();
    service.issue_result(&issuer.issuer().unwrap(), case, version(&world, case).await).await.unwrap();
    assert!(can(&world, &issuer, case, Role::Issuer).await.contains(&Can::Post));
    assert_eq!(code_of(hand_over(&issuer, "单号").await), "post.waybill");
    hand_over(&issuer, "ea123456789cn").await.unwrap();
    assert_eq!(code_of(hand_over(&issuer, "EA123456789CN").await), "post.not_asked", "once");
    assert!(!can(&world, &issuer, case, Role::Issuer).await.contains(&Can::Post));
    assert_eq!(code_of(service.ask_for_post(&applicant, case, &address("张三")).await), "post.gone");
    let told = service.my_messages(&applicant).await.unwrap();
    assert!(told.iter().any(|m| m.body.contains("中国邮政，单号 EA123456789CN")));
    let view = service.my_case(&applicant, case).await.unwrap();
    assert!(view.timeline.iter().any(|e| e.kind == "posted" && e.text.contains("EA123456789CN")));
    assert_eq!(view.case.status(), CaseStatus::Decided);
    world.assert_intact().await;
}

#[tokio::test]
async fn c10_results_go_by_post_only_where_the_matter_is_marked() {
    let world = TestWorld::new().await;
    let food = world.submit("13912345567", FOOD, &[]).await;
    assert_eq!(code_of(world.service.my_delivery(&food.person.applicant, food.case).await), "not_found");
    let asked = world.service.ask_for_post(&food.person.applicant, food.case, &address("张三")).await;
    assert_eq!(code_of(asked), "not_found");
}

#[tokio::test]
async fn c16_the_visitor_comes_back_with_number_and_name_to_hand_in_what_the_notice_asks_for() {
    let world = TestWorld::new().await;
    let service = &world.service;
    let (token, baishi) = clerk_at(&world, Some("baishi")).await;
    let clerk = baishi.clerk().unwrap();
    let case = filed(&world, &visited(&world, &token).await, CARD).await;
    let number = world.view_of(case).await.case.number;
    let (material, criterion) = first_material(&world, CARD);
    service.set_verdict(&clerk, case, &material, Some(&criterion), "看不清").await.unwrap();
    service.issue_notice(&clerk, case, version(&world, case).await).await.unwrap();
    let open = service.session(&token).await.unwrap();
    assert_eq!(code_of(service.resume_visit(&clerk, &open, &number, "张三").await), "counter.open");
    service.end_visit(&clerk, &open, false).await.unwrap();

    // Another name, another place, another number: the same words.
    let plain = service.session(&token).await.unwrap();
    let (other_token, other) = clerk_at(&world, Some("linjiang")).await;
    let (same_token, same) = clerk_at(&world, Some("baishi")).await;
    assert_eq!(code_of(service.resume_visit(&clerk, &plain, &number, "李四").await), "counter.unknown");
    assert_eq!(code_of(service.resume_visit(&clerk, &plain, "539999", "张三").await), "counter.unknown");
    let elsewhere = service.resume_visit(&other.clerk().unwrap(), &other, &number, "张三").await;
    assert_eq!(code_of(elsewhere), "counter.unknown");
    assert!(service.session(&other_token).await.unwrap().counter.is_none());

    service.resume_visit(&clerk, &plain, &number.to_lowercase(), "张三").await.unwrap();
    let again = service.resume_visit(&same.clerk().unwrap(), &same, &number, "张三").await;
    assert_eq!(code_of(again), "counter.elsewhere", "one window at a time");
    assert!(service.session(&same_token).await.unwrap().counter.is_none());
    let back = service.session(&token).await.unwrap();
    let applicant = back.applicant().unwrap();
    let sent = in_pieces(pdf("again"));
    service.receive_correction(&applicant, case, &material, "新.pdf", "", sent).await.unwrap();
    service.answer_notice(&applicant, case).await.unwrap();
    service.end_visit(&clerk, &back, false).await.unwrap();
    assert!(service.session(&token).await.unwrap().applicant().is_err());

    let log = audit::of_subject(&service.db, &case.to_string()).await.unwrap();
    for action in ["counter_resume_refused", "counter_resumed", "counter_file", "counter_answered"] {
        assert!(log.iter().any(|e| e.action == action), "{action}");
    }
    let row = cases::find(&service.db, &service.vault, case).await.unwrap().unwrap();
    let chain = events::list(&service.db, &row.key, case).await.unwrap();
    let answered = chain.iter().find(|e| e.kind == "notice_answered").unwrap();
    assert!(answered.actor.ends_with(&format!("staff:{} place:baishi", clerk.id())), "{}", answered.actor);
    world.assert_intact().await;
}

async fn county_clerk(world: &TestWorld) -> Clerk {
    world.staff(Role::Clerk).await.clerk().unwrap()
}

#[tokio::test]
async fn c16_a_paper_of_an_earlier_case_is_not_asked_for_again() {
    let world = TestWorld::new().await;
    let (service, clerk) = (&world.service, county_clerk(&world).await);
    let first = world.submit("13912345567", FOOD, &[]).await;
    world.pass(DAY);
    let second = world.submit("13912345567", FOOD, &[]).await;
    let licence = |case, note: &'static str| {
        let criterion = first_criterion(&world, "business_licence");
        let clerk = clerk.clone();
        async move { service.set_verdict(&clerk, case, "business_licence", Some(&criterion), note).await }
    };
    // Not held before somebody has found it right; and what became held meanwhile stops the notice itself.
    licence(second.case, "看不清").await.unwrap();
    service.accept(&clerk, first.case, world.version(&first).await).await.unwrap();
    let notice = service.issue_notice(&clerk, second.case, world.version(&second).await).await;
    assert_eq!(code_of(notice), "material.held");
    assert_eq!(code_of(licence(second.case, "看不清").await), "material.held");
    let reader = world.staff(Role::Clerk).await.reader().unwrap();
    let desk = service.desk_case(&reader, second.case, &BTreeSet::from([Role::Clerk])).await.unwrap();
    let held = desk.held.iter().find(|h| h.material == "business_licence").expect("named where it is held");
    assert_eq!(held.case.as_ref().map(|(number, _)| number.clone()), Some(world.view(&first).await.case.number));

    // What bears the same name for another shop is another thing.
    let plan = first_criterion(&world, "floor_plan");
    service.set_verdict(&clerk, second.case, "floor_plan", Some(&plan), "").await.unwrap();
    // Where the one that is held does not serve, the clerk says why, on record.
    let criterion = first_criterion(&world, "business_licence");
    let despite = async |note: &'static str| {
        service.ask_despite_held(&clerk, second.case, "business_licence", &criterion, note).await
    };
    assert_eq!(code_of(despite(" 旧 ").await), "held.reason");
    despite("已经换了新照，旧的作废").await.unwrap();
    service.issue_notice(&clerk, second.case, world.version(&second).await).await.unwrap();
    let log = audit::of_subject(&service.db, &second.case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "held_overruled" && e.detail == "business_licence"));

    // One account, another firm: what is held of the one is not held of the other.
    world.pass(DAY);
    let shop = world.submit("13912345567", FOOD, &[("firm_uscc", "91539999MA9999001Q")]).await;
    licence(shop.case, "看不清").await.unwrap();

    // Somebody else's papers are nobody's business.
    let other = world.submit("13912345568", FOOD, &[]).await;
    licence(other.case, "看不清").await.unwrap();
}

#[tokio::test]
async fn c16_what_was_found_right_in_this_case_is_not_asked_for_again() {
    let world = TestWorld::new().await;
    let (service, clerk) = (&world.service, county_clerk(&world).await);
    let filed = world.submit("13912345567", FOOD, &[]).await;
    let rules = first_criterion(&world, "safety_rules");
    let plan = first_criterion(&world, "floor_plan");
    // Within the round a clerk may change their mind.
    service.set_verdict(&clerk, filed.case, "safety_rules", Some(&rules), "").await.unwrap();
    service.set_verdict(&clerk, filed.case, "safety_rules", None, "").await.unwrap();
    service.set_verdict(&clerk, filed.case, "safety_rules", Some(&rules), "").await.unwrap();
    service.set_verdict(&clerk, filed.case, "safety_rules", None, "").await.unwrap();
    service.set_verdict(&clerk, filed.case, "floor_plan", Some(&plan), "").await.unwrap();
    service.issue_notice(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let sent = in_pieces(pdf("again"));
    let applicant = &filed.person.applicant;
    service.receive_correction(applicant, filed.case, "floor_plan", "新.pdf", "", sent).await.unwrap();
    service.answer_notice(applicant, filed.case).await.unwrap();
    let again = service.set_verdict(&clerk, filed.case, "safety_rules", Some(&rules), "").await;
    assert_eq!(code_of(again), "material.held");
    service.set_verdict(&clerk, filed.case, "floor_plan", Some(&plan), "还是看不清").await.unwrap();
}

fn first_criterion(world: &TestWorld, material: &str) -> String {
    world.service.catalogue().matter(FOOD).unwrap().material(material).unwrap().criteria[0].id.clone()
}

#[tokio::test]
async fn m7_the_first_clerk_is_on_record_and_stays() {
    let world = TestWorld::new().await;
    let service = &world.service;
    let filed = world.submit("13912345567", FOOD, &[]).await;
    let (one, two) = (world.staff(Role::Clerk).await, world.staff(Role::Clerk).await);
    let roles = BTreeSet::from([Role::Clerk]);
    let shown = async || service.desk_case(&two.reader().unwrap(), filed.case, &roles).await.unwrap().first_clerk;
    assert_eq!(shown().await, None, "looking is not touching");
    let before = world.version(&filed).await;
    service.set_verdict(&one.clerk().unwrap(), filed.case, "floor_plan", None, "").await.unwrap();
    assert_eq!(world.version(&filed).await, before, "nobody's page has to be loaded again");
    service.set_verdict(&two.clerk().unwrap(), filed.case, "floor_plan", None, "").await.unwrap();
    service.accept(&two.clerk().unwrap(), filed.case, before).await.unwrap();
    assert_eq!(shown().await, Some(one.greeting.clone()));
    let row = cases::find(&service.db, &service.vault, filed.case).await.unwrap().unwrap();
    let chain = events::list(&service.db, &row.key, filed.case).await.unwrap();
    assert_eq!(chain.iter().filter(|e| e.kind == "first_contact").count(), 1);
    assert!(world.view(&filed).await.timeline.iter().all(|e| e.kind != "first_contact"), "inside the office");

    let (token, township) = clerk_at(&world, Some("baishi")).await;
    let case = filed_at(&world, &token).await;
    let desk = service.desk_case(&township.reader().unwrap(), case, &roles).await.unwrap();
    assert_eq!(desk.first_clerk.as_deref(), Some("何乡镇"), "whoever took it in");
    world.assert_intact().await;
}

async fn filed_at(world: &TestWorld, token: &str) -> CaseId {
    filed(world, &visited(world, token).await, ELDER).await
}
