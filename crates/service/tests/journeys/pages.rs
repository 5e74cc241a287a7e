//! Pages of a slot: turned, cut, put in order, retaken, bound as one PDF; and many files sorted at once.

use crate::support::{FOOD, HOUR, Person, Sort, TestWorld, code_of, corpus, in_pieces, pdf};
use domain::ids::{DraftId, FileId};
use domain::materials::{Crop, UNSORTED};
use domain::policy::Role;
use futures_util::StreamExt;
use service::arrange::Change;
use service::drafts::DraftView;
use service::report::report_of;
use service::sorting::waiting;
use service::uploads::FileView;
use service::{Owner, Session};
use std::sync::atomic::Ordering;

const SLOT: &str = "floor_plan";

async fn in_slot(world: &TestWorld, me: &Person, draft: DraftId, material: &str) -> Vec<FileView> {
    let view = world.service.draft(&me.owner, draft).await.unwrap();
    view.files.into_iter().filter(|f| f.material == material).collect()
}

async fn order(world: &TestWorld, me: &Person, draft: DraftId) -> Vec<FileId> {
    in_slot(world, me, draft, SLOT).await.iter().map(|f| f.id).collect()
}

async fn photo(world: &TestWorld, me: &Person, draft: DraftId, material: &str, nth: u32) -> FileId {
    let file =
        world.upload(&me.owner, draft, material, &format!("照片{nth}.jpg"), corpus(Sort::Photo, nth).bytes).await;
    let file = file.unwrap();
    assert!(file.is_picture(), "{:?}", file.report);
    file.id
}

async fn is_signed(world: &TestWorld, me: &Person, draft: DraftId) -> bool {
    world.service.draft(&me.owner, draft).await.unwrap().signature.is_some()
}

async fn shown(world: &TestWorld, session: &Session, file: FileId) -> String {
    String::from_utf8(world.service.preview_for(session, file, 1, false, 0).await.unwrap()).unwrap()
}

async fn bundle(world: &TestWorld, session: &Session, case: domain::ids::CaseId, round: i64) -> String {
    let content = world.service.bundle_for(session, case, SLOT, round).await.unwrap();
    assert_eq!((content.name.as_str(), content.media_type.as_str()), ("经营场所平面图.pdf", "application/pdf"));
    let parts: Vec<_> = content.content.stream().map(|part| part.unwrap()).collect().await;
    String::from_utf8(parts.concat()).unwrap()
}

#[tokio::test]
async fn m3_pages_are_turned_cut_and_put_in_order_and_each_change_takes_the_signature_away() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340321").await;
    let (draft, _) = world.answered(&me.owner, FOOD, &[]).await;
    let [a, b, c] = [
        photo(&world, &me, draft, SLOT, 0).await,
        photo(&world, &me, draft, SLOT, 1).await,
        photo(&world, &me, draft, SLOT, 2).await,
    ];
    let sign = async || world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let arrange = async |file, change| world.service.arrange(&me.session, file, change).await;

    sign().await;
    arrange(a, Change::Earlier).await.unwrap();
    assert!(is_signed(&world, &me, draft).await, "it is the first already: nothing has changed");
    arrange(c, Change::Earlier).await.unwrap();
    assert_eq!(order(&world, &me, draft).await, [a, c, b]);
    assert!(!is_signed(&world, &me, draft).await);
    arrange(a, Change::Later).await.unwrap();
    assert_eq!(order(&world, &me, draft).await, [c, a, b]);

    sign().await;
    arrange(a, Change::TurnRight).await.unwrap();
    assert!(!is_signed(&world, &me, draft).await);
    assert!(shown(&world, &me.session, a).await.ends_with(" turned 1 cut "));
    arrange(a, Change::Cut(Crop::new(100, 0, 0, 50).unwrap())).await.unwrap();
    assert!(shown(&world, &me.session, a).await.ends_with(" turned 1 cut 100,0,0,50"));
    let whole = world.service.uncut_preview(&me.session, a).await.unwrap();
    assert!(String::from_utf8(whole).unwrap().ends_with(" turned 1 cut "), "the page on which it is cut shows all");
    arrange(a, Change::TurnLeft).await.unwrap();
    assert!(shown(&world, &me.session, a).await.ends_with(" turned 0 cut 0,0,50,100"), "the cut turns with it");

    world.service.cut_to_edges(&me.session, b).await.unwrap();
    assert!(shown(&world, &me.session, b).await.ends_with(" turned 0 cut 100,100,100,100"));
    arrange(c, Change::TurnRight).await.unwrap();
    arrange(c, Change::TurnRight).await.unwrap();
    assert_eq!(code_of(world.service.cut_to_edges(&me.session, c).await), "page.no_edges");
    arrange(b, Change::Undo).await.unwrap();
    let files = in_slot(&world, &me, draft, SLOT).await;
    assert!(files.iter().find(|f| f.id == b).unwrap().arranged.is_original());
    let bytes = files.iter().find(|f| f.id == a).unwrap().bytes;
    assert_eq!(bytes, corpus(Sort::Photo, 0).bytes.len() as u64, "what came stays as it came");

    world.service.retake(&me.session, a).await.unwrap();
    assert_eq!(order(&world, &me, draft).await, [c, b]);
}

#[tokio::test]
async fn m3_only_the_owner_arranges_and_only_while_the_slot_is_open() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340322").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    let sheet = in_slot(&world, &me, draft, SLOT).await[0].id;
    let file = photo(&world, &me, draft, SLOT, 0).await;
    let turned = async |session: &Session, file| code_of(world.service.arrange(session, file, Change::TurnRight).await);
    assert_eq!(turned(&me.session, sheet).await, "page.not_picture");
    assert_eq!(code_of(world.service.arrange(&me.session, sheet, Change::Later).await), "ok", "but it is moved");
    let stranger = world.sign_in("13912340323").await;
    assert_eq!(turned(&stranger.session, file).await, "not_found");
    assert_eq!(turned(&Session::nobody(), file).await, "sign_in");
    assert_eq!(turned(&world.staff(Role::Clerk).await, file).await, "forbidden");

    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    world.run_jobs().await;
    assert_eq!(turned(&me.session, file).await, "draft.submitted");
    assert_eq!(code_of(world.service.arrangeable(&me.session, file).await), "draft.submitted");
    assert_eq!(code_of(world.service.retake(&me.session, file).await), "draft.submitted");

    // A slot that the notice reopens is arranged like one of a draft, until the answer is given.
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    let matter = world.service.catalogue().matter(FOOD).unwrap();
    let criterion = matter.material(SLOT).unwrap().criteria[0].id.clone();
    world.service.set_verdict(&clerk, case, SLOT, Some(&criterion), "看不清").await.unwrap();
    let version = world.service.my_case(&me.applicant, case).await.unwrap().version;
    world.service.issue_notice(&clerk, case, version).await.unwrap();
    let content = in_pieces(corpus(Sort::Photo, 1).bytes);
    let again = world.service.receive_correction(&me.applicant, case, SLOT, "新.jpg", "", content).await.unwrap().id;
    assert_eq!(turned(&me.session, file).await, "draft.submitted", "what was submitted stays");
    let lies = world.service.arrange(&me.session, again, Change::TurnRight).await.unwrap();
    assert_eq!((lies.case, lies.owed), (Some(case), false));
    world.service.answer_notice(&me.applicant, case).await.unwrap();
    assert_ne!(turned(&me.session, again).await, "ok");
    world.run_jobs().await;
    let view = world.service.my_case(&me.applicant, case).await.unwrap();
    let rounds: Vec<(i64, u32)> = view.bundles.iter().map(|b| (b.round, b.pages)).collect();
    assert_eq!(rounds, [(0, 1), (1, 1)], "one document for each handing-in");
    assert!(bundle(&world, &me.session, case, 1).await.contains(" 1 [] "), "turned");
    world.assert_intact().await;
}

#[tokio::test]
async fn m3_the_pictures_of_a_slot_become_one_document_beside_the_originals() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340324").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    let first = photo(&world, &me, draft, SLOT, 0).await;
    let second = photo(&world, &me, draft, SLOT, 1).await;
    world.service.arrange(&me.session, second, Change::Earlier).await.unwrap();
    world.service.arrange(&me.session, first, Change::Cut(Crop::new(0, 0, 0, 300).unwrap())).await.unwrap();
    let files = in_slot(&world, &me, draft, SLOT).await;
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();

    // What cannot be made now is made later; the case does not wait for it.
    world.binder.broken.store(true, Ordering::SeqCst);
    let case = world.service.submit(&me.applicant, draft).await.unwrap();
    world.run_jobs().await;
    assert!(world.view_of(case).await.bundles.is_empty());
    assert_eq!(code_of(world.service.bundle_for(&me.session, case, SLOT, 0).await), "not_found");
    world.binder.broken.store(false, Ordering::SeqCst);
    world.pass(HOUR);
    world.run_jobs().await;
    world.run_jobs().await;
    assert_eq!(world.binder.bound.load(Ordering::SeqCst), 1, "once");

    let view = world.view_of(case).await;
    let seen: Vec<(&str, i64, u32)> = view.bundles.iter().map(|b| (b.material.as_str(), b.round, b.pages)).collect();
    assert_eq!(seen, [(SLOT, 0, 2)], "the PDF stays as it is");
    let line = |id: FileId, crop: &str| {
        let file = files.iter().find(|f| f.id == id).unwrap();
        format!("{:?} 0 [{crop}] {}\n", file.report.kind.accepted().unwrap(), file.bytes)
    };
    let wanted = format!("经营场所平面图\n{}{}", line(second, ""), line(first, "0,0,0,300"));
    assert_eq!(bundle(&world, &me.session, case, 0).await, wanted, "in order, as they were arranged");

    let clerk = world.staff(Role::Clerk).await;
    assert_eq!(bundle(&world, &clerk, case, 0).await, wanted);
    let log = store::tables::audit::of_subject(&world.service.db, &case.to_string()).await.unwrap();
    assert!(log.iter().any(|e| e.action == "read_bundle" && e.detail == format!("{SLOT}.0")), "on record");
    let stranger = world.sign_in("13912340325").await.session;
    let treasurer = world.staff(Role::Treasurer).await;
    for (session, code) in [(stranger, "not_found"), (treasurer, "forbidden"), (Session::nobody(), "sign_in")] {
        assert_eq!(code_of(world.service.bundle_for(&session, case, SLOT, 0).await), code);
    }
    world.assert_intact().await;
}

#[tokio::test]
async fn m3_many_files_wait_until_somebody_has_said_what_each_is() {
    let world = TestWorld::new().await;
    let me = world.sign_in("13912340326").await;
    let (draft, _) = world.fill(&me.owner, FOOD, &[]).await;
    for file in in_slot(&world, &me, draft, SLOT).await {
        world.service.remove_file(&me.owner, draft, file.id).await.unwrap();
    }
    photo(&world, &me, draft, UNSORTED, 0).await;
    let plan = world.upload(&me.owner, draft, UNSORTED, "经营场所平面图.pdf", pdf("plan")).await.unwrap().id;
    let odd = world.upload(&me.owner, draft, UNSORTED, "IMG_1.pdf", pdf("odd")).await.unwrap().id;
    let objects = world.objects().len();

    let view = world.service.draft(&me.owner, draft).await.unwrap();
    let proposals: Vec<Option<String>> = waiting(&view).into_iter().map(|w| w.proposal).collect();
    assert_eq!(proposals, [None, Some(SLOT.to_owned()), None], "only what its name says");
    let open =
        |view: DraftView| report_of(&view, world.service.today()).items.iter().any(|i| i.code == "material.unsorted");
    assert!(open(view), "nothing is submitted while files wait");
    world.service.sign(&me.owner, draft, "欧阳签名", None, true).await.unwrap();
    assert_eq!(code_of(world.service.submit(&me.applicant, draft).await), "report.open");

    let stranger = world.sign_in("13912340327").await;
    let sort = async |owner: &Owner, list: &[(FileId, String)]| world.service.sort_files(owner, draft, list).await;
    let chosen = [(plan, SLOT.to_owned()), (odd, SLOT.to_owned())];
    assert_eq!(code_of(sort(&stranger.owner, &chosen).await), "not_found");
    assert_eq!(sort(&me.owner, &chosen).await.unwrap(), None);
    assert!(!is_signed(&world, &me, draft).await, "what is signed is what is sent");
    assert_eq!(sort(&me.owner, &chosen).await.unwrap(), None, "a second tap changes nothing");
    assert_eq!(order(&world, &me, draft).await, [plan, odd]);
    assert_eq!(world.objects().len(), objects, "uploaded once");
    assert_eq!(code_of(sort(&me.owner, &[(plan, "no_such".to_owned())]).await), "not_found");

    // A slot that is full says so, and the others are moved all the same.
    let left = in_slot(&world, &me, draft, UNSORTED).await[0].id;
    let more = world.upload(&me.owner, draft, UNSORTED, "又一份.pdf", pdf("more")).await.unwrap().id;
    world.upload(&me.owner, draft, "business_licence", "副本.pdf", pdf("copy")).await.unwrap();
    let problem = sort(&me.owner, &[(more, "business_licence".to_owned()), (left, SLOT.to_owned())]).await.unwrap();
    assert_eq!(problem, Some(("file.too_many", "business_licence".to_owned())));
    assert_eq!(order(&world, &me, draft).await, [plan, odd, left]);
    world.service.remove_file(&me.owner, draft, more).await.unwrap();
    assert!(!open(world.service.draft(&me.owner, draft).await.unwrap()));
}
