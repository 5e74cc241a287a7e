//! 免提交: slots filled from the licence store with consent, numbers checked, files of earlier cases used again.

use crate::support::{Answered, BIRTH, DAY, FOOD, Filed, Person, TestWorld, code_of, pdf};
use domain::ids::DraftId;
use domain::materials::Fill;
use domain::policy::Role;
use domain::rules::Answers;
use jiff::civil::date;
use service::licences::value_offers;
use service::report::report_of;
use std::sync::atomic::Ordering;
use store::tables::audit;

const CARD: &str = "1100000000001366XA001";
const REGISTER: &str = "1100000000001366XA002";
const MARRIAGE: &str = "1100000000001302XB001";
const BUSINESS: &str = "1100000000001444XD001";
const NEWBORN: &str = "newborn";

/// The mother applies herself.
const MOTHER: Answered<'_> = &[("applicant_name", "陈秀兰"), ("parent_name", "陈秀兰")];

/// Somebody with a draft for the birth, and what the store has on record for her and this phone.
async fn begun(world: &TestWorld, phone: &str) -> (Person, DraftId, Answers) {
    let me = world.sign_in(phone).await;
    let (draft, answers) = world.answered(&me.owner, BIRTH, MOTHER).await;
    let holder = ["陈秀兰", answers["parent_id"].as_str(), phone];
    world.wallet.put(holder, CARD, Some(date(2040, 5, 6)), &[("name", "陈秀兰"), ("secret", "不该有的")]);
    world.wallet.put(holder, REGISTER, None, &[("address", "示例县城关镇示范路 8 号")]);
    // Run out yesterday.
    world.wallet.put(holder, MARRIAGE, Some(date(2026, 3, 1)), &[]);
    (me, draft, answers)
}

#[tokio::test]
async fn m2_nothing_is_asked_before_consent_and_with_it_slots_fill_by_themselves() {
    let world = TestWorld::new().await;
    let (me, draft, answers) = begun(&world, "13912340501").await;
    let service = &world.service;
    let refused = service.consent_and_fill(&me.applicant, draft, false).await;
    assert_eq!(code_of(refused), "licence.consent");
    assert_eq!(code_of(service.fill_again(&me.applicant, draft).await), "licence.consent");
    assert!(world.wallet.asked.lock().unwrap().is_empty(), "nothing was asked");

    assert_eq!(
        service.consent_and_fill(&me.applicant, draft, true).await.unwrap(),
        2,
        "what has run out fills nothing"
    );
    let view = service.draft(&me.owner, draft).await.unwrap();
    let card = view.fills.iter().find(|f| f.material == "parent_id_card").expect("filled");
    let Fill::Licence(licence) = &card.fill else { panic!("{:?}", card.fill) };
    assert_eq!((licence.title.as_str(), licence.holder_name.as_str()), ("居民身份证", "陈秀兰"));
    assert_eq!(licence.licence_id.type_code(), CARD);
    assert_eq!(licence.rows().collect::<Vec<_>>(), [("姓名", "陈秀兰")], "no more than the county's list names");
    assert!(view.fills.iter().all(|f| f.material != "marriage_certificate"));
    let report = report_of(&view, service.today());
    let missing =
        |id: &str| report.items.iter().any(|i| i.code == "material.missing" && format!("{:?}", i.place).contains(id));
    assert!(!missing("\"parent_id_card\"") && missing("\"marriage_certificate\""));

    let asked = world.wallet.asked.lock().unwrap().clone();
    let purpose = format!("办理{}", view.matter.title);
    assert_eq!(asked, [(purpose, draft.to_string())]);
    let log = audit::of_subject(&service.db, &draft.to_string()).await.unwrap();
    let consent = log.iter().find(|e| e.action == "licence_consent").expect("on record");
    let question = log.iter().find(|e| e.action == "licence_asked").expect("on record");
    assert!(consent.actor.starts_with("applicant:") && question.detail.ends_with("：held"), "{}", question.detail);
    for entry in &log {
        assert!(!entry.detail.contains(&answers["parent_id"]) && !entry.detail.contains("陈秀兰"), "{}", entry.detail);
    }
    assert_eq!(world.number("select count(*) as number from licence_consents").await, 1);
    service.withdraw_licence_consent(&me.applicant, draft).await.unwrap();
    assert_eq!(code_of(service.fill_again(&me.applicant, draft).await), "licence.consent");
}

#[tokio::test]
async fn m2_a_filled_slot_takes_no_file_until_it_is_emptied_and_the_signature_goes() {
    let world = TestWorld::new().await;
    let (me, draft, _) = begun(&world, "13912340502").await;
    let service = &world.service;
    let first = world.upload(&me.owner, draft, "household_register", "a.pdf", pdf("a")).await.unwrap();
    service.sign(&me.owner, draft, "陈秀兰", None, true).await.unwrap();
    assert_eq!(service.consent_and_fill(&me.applicant, draft, true).await.unwrap(), 1, "the other slot has a file");
    assert!(service.draft(&me.owner, draft).await.unwrap().signature.is_none(), "what is signed is what is sent");
    let upload = world.upload(&me.owner, draft, "parent_id_card", "b.pdf", pdf("b")).await;
    assert_eq!(code_of(upload), "file.filled");
    service.remove_file(&me.owner, draft, first.id).await.unwrap();
    assert_eq!(service.fill_one(&me.applicant, draft, "household_register").await.unwrap(), 1);
    service.remove_fill(&me.owner, draft, "parent_id_card").await.unwrap();
    service.remove_fill(&me.owner, draft, "parent_id_card").await.unwrap();
    world.upload(&me.owner, draft, "parent_id_card", "b.pdf", pdf("b")).await.unwrap();
    let view = service.draft(&me.owner, draft).await.unwrap();
    assert_eq!((view.fills.len(), view.files.len()), (1, 1));
    let stranger = world.sign_in("13912340503").await;
    assert_eq!(code_of(service.remove_fill(&stranger.owner, draft, "household_register").await), "not_found");
    assert_eq!(code_of(service.consent_and_fill(&stranger.applicant, draft, true).await), "not_found");
}

#[tokio::test]
async fn m2_a_strangers_licences_open_to_nobody_who_knows_name_and_number() {
    let world = TestWorld::new().await;
    let (_, _, answers) = begun(&world, "13912340504").await;
    let thief = world.sign_in("13912340505").await;
    let wanted =
        [("applicant_name", "陈秀兰"), ("parent_name", "陈秀兰"), ("parent_id", answers["parent_id"].as_str())];
    let (draft, _) = world.answered(&thief.owner, BIRTH, &wanted).await;
    let service = &world.service;
    assert_eq!(code_of(service.consent_and_fill(&thief.applicant, draft, true).await), "licence.no_match");
    // Somebody else's than the applicant's own are not even asked for.
    let other =
        [("applicant_name", "欧阳不同"), ("parent_name", "陈秀兰"), ("parent_id", answers["parent_id"].as_str())];
    service
        .save_answers(&thief.owner, draft, other.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(), None)
        .await
        .unwrap();
    let before = world.wallet.asked.lock().unwrap().len();
    assert_eq!(code_of(service.fill_again(&thief.applicant, draft).await), "licence.holder");
    assert_eq!(world.wallet.asked.lock().unwrap().len(), before);
    // Five questions a day, whatever they are about.
    service
        .save_answers(&thief.owner, draft, [("applicant_name".to_owned(), "陈秀兰".to_owned())].into(), None)
        .await
        .unwrap();
    for _ in 0..4 {
        assert_eq!(code_of(service.fill_again(&thief.applicant, draft).await), "licence.no_match");
    }
    assert_eq!(code_of(service.fill_again(&thief.applicant, draft).await), "licence.limit");
    world.pass(DAY);
    let again = world.sign_in("13912340505").await;
    assert_eq!(code_of(service.fill_again(&again.applicant, draft).await), "licence.no_match");
}

#[tokio::test]
async fn m2_a_store_that_is_down_or_missing_leaves_uploading_open() {
    let world = TestWorld::new().await;
    let (me, draft, _) = begun(&world, "13912340506").await;
    world.wallet.down.store(true, Ordering::SeqCst);
    assert_eq!(code_of(world.service.consent_and_fill(&me.applicant, draft, true).await), "licence.down");
    world.upload(&me.owner, draft, "parent_id_card", "b.pdf", pdf("b")).await.unwrap();
    let log = audit::of_subject(&world.service.db, &draft.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "licence_asked" && e.detail.ends_with("：unreachable")));
    world.wallet.down.store(false, Ordering::SeqCst);
    assert_eq!(world.service.fill_again(&me.applicant, draft).await.unwrap(), 1);
}

#[tokio::test]
async fn m2_the_desk_sees_verified_data_and_judges_it_like_a_file() {
    let world = TestWorld::new().await;
    let (me, draft, answers) = begun(&world, "13912340507").await;
    let service = &world.service;
    service.consent_and_fill(&me.applicant, draft, true).await.unwrap();
    let view = service.draft(&me.owner, draft).await.unwrap();
    for slot in view.matter.personal_list(&view.answers) {
        let id = &slot.material.id;
        if view.fills.iter().all(|f| f.material != *id) {
            world.upload(&me.owner, draft, id, "a.pdf", pdf(&format!("{draft} {id}"))).await.unwrap();
        }
    }
    service.sign(&me.owner, draft, "陈秀兰", None, true).await.unwrap();
    let case = service.submit(&me.applicant, draft).await.unwrap();
    let filed = Filed { person: me, draft, case, answers };
    let shown = world.view(&filed).await;
    assert_eq!(shown.fills.len(), 2);
    let receipt = shown.documents.iter().find(|d| d.kind == "receipt").unwrap();
    let pdf = service.document_pdf(&filed.person.session, receipt.id).await.unwrap();
    assert!(String::from_utf8(pdf.bytes).unwrap().contains("（电子证照，免提交）"));
    let session = world.staff(Role::Clerk).await;
    let (clerk, reader) = (session.clerk().unwrap(), session.reader().unwrap());
    let roles = [Role::Clerk].into();
    let desk = service.desk_case(&reader, case, &roles).await.unwrap();
    assert!(desk.view.fills.iter().any(|f| f.material == "parent_id_card"));
    service.set_verdict(&clerk, case, "parent_id_card", None, "").await.unwrap();
    world.assert_intact().await;
    let changed = world.tamper("update fills set content = content || content", Vec::new()).await;
    assert_eq!(changed, 2);
    let found = service.verify().await.unwrap();
    assert!(!found.problems.is_empty(), "tampering is seen");
}

#[tokio::test]
async fn m2_a_fill_that_ran_out_or_is_no_longer_the_holders_blocks_submission() {
    let world = TestWorld::new().await;
    let (me, draft, answers) = begun(&world, "13912340508").await;
    let service = &world.service;
    let holder = ["陈秀兰", answers["parent_id"].as_str(), "13912340508"];
    world.wallet.put(holder, MARRIAGE, Some(date(2026, 3, 3)), &[]);
    assert_eq!(service.consent_and_fill(&me.applicant, draft, true).await.unwrap(), 3);
    let codes = async || {
        let view = service.draft(&me.owner, draft).await.unwrap();
        let report = report_of(&view, service.today());
        report.items.iter().filter(|i| i.code.starts_with("fill.")).map(|i| i.code.clone()).collect::<Vec<_>>()
    };
    assert!(codes().await.is_empty());
    world.pass(2 * DAY);
    assert_eq!(codes().await, ["fill.expired"]);
    let other = [("parent_name".to_owned(), "陈秀英".to_owned())].into();
    service.save_answers(&me.owner, draft, other, None).await.unwrap();
    assert_eq!(codes().await.iter().filter(|c| *c == "fill.holder").count(), 3);
}

#[tokio::test]
async fn i3_what_a_licence_says_is_offered_to_empty_fields_only() {
    let world = TestWorld::new().await;
    let (me, draft, _) = begun(&world, "13912340509").await;
    let service = &world.service;
    service.consent_and_fill(&me.applicant, draft, true).await.unwrap();
    let offers =
        async || value_offers(&service.draft(&me.owner, draft).await.unwrap(), "household_register", service.today());
    assert!(offers().await.is_empty(), "what was typed stays");
    let empty = [("household_address".to_owned(), String::new())].into();
    service.save_answers(&me.owner, draft, empty, None).await.unwrap();
    let offer = offers().await.remove(0);
    assert_eq!((offer.field.as_str(), offer.value.as_str()), ("household_address", "示例县城关镇示范路 8 号"));
    service.take_values(&me.owner, draft, "household_register").await.unwrap();
    let view = service.draft(&me.owner, draft).await.unwrap();
    assert_eq!(view.answers["household_address"], offer.value);
    let ways = service.ways(&me.session, &view).await.unwrap();
    assert!(ways.values.is_empty() && ways.consent_at.is_some() && ways.signed_in && ways.connected);
}

#[tokio::test]
async fn m1_of_somebody_else_only_the_number_is_checked() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340510").await;
    let wanted = [
        ("other_parent_name", "王德福"),
        ("other_parent_id_type", "resident_id"),
        ("other_parent_id", "539999194303120183"),
    ];
    let (draft, answers) = world.answered(&me.owner, NEWBORN, &wanted).await;
    let service = &world.service;
    let check = async || service.check_number(&me.applicant, draft, "other_parent_id_card", "").await;
    assert_eq!(code_of(check().await), "licence.not_valid");
    let holder = [answers["other_parent_name"].as_str(), answers["other_parent_id"].as_str(), "13900000000"];
    world.wallet.put(holder, CARD, Some(date(2040, 5, 6)), &[("address", "别人的地址")]);
    check().await.unwrap();
    let view = service.draft(&me.owner, draft).await.unwrap();
    let Fill::Number(number) = &view.fills[0].fill else { panic!("{:?}", view.fills) };
    assert_eq!(number.number, answers["other_parent_id"]);
    assert!(!serde_json::to_string(&view.fills[0].fill).unwrap().contains("地址"), "nothing else is known");
    assert_eq!(code_of(service.fill_one(&me.applicant, draft, "other_parent_id_card").await), "licence.holder");
    let log = audit::of_subject(&service.db, &draft.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.detail.ends_with("：valid")) && log.iter().any(|e| e.detail.ends_with("：not_valid")));
}

#[tokio::test]
async fn m2_a_firms_licence_comes_to_the_phone_that_the_store_has_on_record() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340511").await;
    let (draft, answers) = world.answered(&me.owner, FOOD, &[]).await;
    let firm = |phone| [answers["firm_name"].as_str(), answers["firm_uscc"].as_str(), phone];
    world.wallet.put(firm("13900000000"), BUSINESS, None, &[]);
    assert_eq!(code_of(world.service.consent_and_fill(&me.applicant, draft, true).await), "licence.no_match");
    world.wallet.put(firm("13912340511"), BUSINESS, None, &[]);
    assert_eq!(world.service.fill_again(&me.applicant, draft).await.unwrap(), 1);
}

/// A finished case in which the business licence was accepted.
async fn finished(world: &TestWorld, phone: &str) -> Filed {
    let filed = world.submit(phone, FOOD, &[]).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.set_verdict(&clerk, filed.case, "business_licence", None, "").await.unwrap();
    let criterion =
        world.service.catalogue().matter(FOOD).unwrap().material("floor_plan").unwrap().criteria[0].id.clone();
    world.service.set_verdict(&clerk, filed.case, "floor_plan", Some(&criterion), "").await.unwrap();
    let version = world.version(&filed).await;
    world.service.refuse_acceptance(&clerk, filed.case, version, vec!["不属于本机关职权范围".into()]).await.unwrap();
    filed
}

#[tokio::test]
async fn m1_what_was_accepted_in_an_earlier_case_serves_again_for_its_months() {
    let world = TestWorld::new().await;
    let filed = finished(&world, "13912340512").await;
    let me = &filed.person;
    let service = &world.service;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    assert_ne!(draft, filed.draft);
    let ways = async || {
        let view = service.draft(&me.owner, draft).await.unwrap();
        service.ways(&me.session, &view).await.unwrap()
    };
    let offers = ways().await.earlier;
    assert_eq!(
        offers.iter().map(|o| o.material.as_str()).collect::<Vec<_>>(),
        ["business_licence"],
        "accepted ones only"
    );
    assert_eq!(offers[0].fill.case, filed.case);
    assert_eq!(offers[0].fill.accepted_on, date(2026, 3, 2));
    let used = service.use_earlier(&me.applicant, draft, "floor_plan", filed.case).await;
    assert_eq!(code_of(used), "earlier.gone");
    service.use_earlier(&me.applicant, draft, "business_licence", filed.case).await.unwrap();
    assert!(ways().await.earlier.is_empty(), "the slot is filled");

    // The file stays what it is: for its owner and for staff, for nobody else.
    let file = offers[0].fill.files[0];
    assert!(service.file_for(&me.session, file).await.is_ok());
    assert!(service.file_for(&world.staff(Role::Clerk).await, file).await.is_ok());
    let stranger = world.sign_in("13912340513").await;
    assert_eq!(code_of(service.file_for(&stranger.session, file).await.map(drop)), "not_found");
    let (other, _) = world.answered(&stranger.owner, FOOD, &[]).await;
    let theirs = service.draft(&stranger.owner, other).await.unwrap();
    assert!(service.ways(&stranger.session, &theirs).await.unwrap().earlier.is_empty(), "another account's");

    let firm = [("firm_uscc", "91539999MA9999001Q")];
    for slot in service.draft(&me.owner, draft).await.unwrap().matter.personal_list(&filed.answers) {
        let id = &slot.material.id;
        if id != "business_licence" {
            world.upload(&me.owner, draft, id, "a.pdf", pdf(&format!("{draft} {id}"))).await.unwrap();
        }
    }
    service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = service.submit(&me.applicant, draft).await.unwrap();
    let clerk = world.staff(Role::Clerk).await;
    assert!(service.file_through(&clerk, case, file).await.is_ok(), "through the case in which it serves again");
    let plan = world.view(&filed).await.files.iter().find(|f| f.material == "floor_plan").unwrap().id;
    assert_eq!(code_of(service.file_through(&clerk, case, plan).await.map(drop)), "not_found", "no other file");
    assert_eq!(code_of(service.file_through(&stranger.session, case, file).await.map(drop)), "not_found");
    let log = audit::of_subject(&service.db, &case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "read_file" && e.detail == file.to_string()));

    let (another, _) = world.answered(&me.owner, FOOD, &firm).await;
    let view = service.draft(&me.owner, another).await.unwrap();
    assert!(service.ways(&me.session, &view).await.unwrap().earlier.is_empty(), "another firm's");
}
