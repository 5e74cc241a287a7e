//! Pictures of pages, and links that run out.

use crate::support::{FOOD, MINUTE, TestWorld, code_of, pdf};
use domain::policy::Role;
use service::previews::LinkProof;

const SLOT: &str = "floor_plan";

#[tokio::test]
async fn m3_a_page_is_shown_as_a_picture_to_whom_the_file_belongs_and_to_staff() {
    let world = TestWorld::new().await;
    let filed = world.submit("13912340311", FOOD, &[]).await;
    let file = world.view(&filed).await.files[0].clone();
    assert_eq!(file.pictures(), 1);
    let size = file.bytes;
    let owner = &filed.person.session;
    let text = async |page: u32, small: bool, quarters: u8| {
        let picture = world.service.preview_for(owner, file.id, page, small, quarters).await;
        picture.map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(text(1, false, 0).await.unwrap(), format!("Pdf 1 1600 0 {size}"));
    assert_eq!(text(1, true, 3).await.unwrap(), format!("Pdf 1 240 3 {size}"));
    assert_eq!(code_of(text(0, false, 0).await), "not_found");
    assert_eq!(code_of(text(2, false, 0).await), "not_found", "the file has one page");

    let clerk = world.staff(Role::Clerk).await;
    world.service.preview_for(&clerk, file.id, 1, false, 0).await.unwrap();
    let log = store::tables::audit::of_subject(&world.service.db, &filed.case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "preview_file" && e.detail == format!("{}#1", file.id)), "on record");
    let stranger = world.sign_in("13912340312").await;
    assert_eq!(code_of(world.service.preview_for(&stranger.session, file.id, 1, false, 0).await), "not_found");
    let treasurer = world.staff(Role::Treasurer).await;
    assert_eq!(code_of(world.service.preview_for(&treasurer, file.id, 1, false, 0).await), "forbidden");
}

#[tokio::test]
async fn m3_a_link_holds_for_ten_minutes_one_session_and_one_file() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340313").await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    let one = world.upload(&me.owner, draft, SLOT, "a.pdf", pdf("a")).await.unwrap().id;
    let other = world.upload(&me.owner, draft, "business_licence", "b.pdf", pdf("b")).await.unwrap().id;
    let session = world.service.session(&me.token).await.unwrap();
    let proof = world.service.file_proof(&session, one).unwrap();
    let holds =
        |session: &service::Session, file, proof: &LinkProof| world.service.link_holds(session, file, proof).unwrap();
    assert!(holds(&session, one, &proof));
    assert!(!holds(&session, other, &proof), "another file");
    let elsewhere = world.sign_in("13912340313").await;
    let elsewhere = world.service.session(&elsewhere.token).await.unwrap();
    assert!(!holds(&elsewhere, one, &proof), "another session of the same person");
    assert!(!holds(&session, one, &LinkProof { until: proof.until + 60, ..proof.clone() }), "a later end");
    assert!(!holds(&session, one, &LinkProof { sig: String::new(), ..proof.clone() }));
    world.pass(10 * MINUTE);
    assert!(holds(&session, one, &proof));
    world.pass(1);
    assert!(!holds(&session, one, &proof), "it has run out");
}
