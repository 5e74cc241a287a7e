//! Joint matters (一件事): one case, its parts handled by their departments, one tracker, one result.

use crate::support::{DAY, Filed, PROPERTY, TestWorld, code_of};
use domain::case::{CaseStatus, PartState};
use domain::policy::Role;
use domain::time::Deadline;
use jiff::civil::date;
use service::desk::Can;
use service::parts::PartView;
use service::{Approver, Session, Who};

const NEWBORN: &str = "newborn";
const PHONE: &str = "13912340070";

/// Everything of a birth: the certificate is issued here, and the cost is paid back.
const ALL_SIX: [(&str, &str); 2] = [("has_certificate", "no_here"), ("expenses", "pay_self")];

async fn accept(world: &TestWorld, filed: &Filed) -> Approver {
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(filed).await).await.unwrap();
    world.staff(Role::Approver).await.approver().unwrap()
}

async fn accepted(world: &TestWorld, slug: &str, wanted: &[(&str, &str)]) -> (Filed, Approver) {
    let filed = world.submit(PHONE, slug, wanted).await;
    let approver = accept(world, &filed).await;
    (filed, approver)
}

async fn finish(world: &TestWorld, filed: &Filed, approver: &Approver, part: &str, note: &str) -> String {
    let version = world.version(filed).await;
    code_of(world.service.finish_part(approver, filed.case, version, part, note).await)
}

async fn fail(world: &TestWorld, filed: &Filed, approver: &Approver, part: &str, reason: &str) -> String {
    let version = world.version(filed).await;
    code_of(world.service.fail_part(approver, filed.case, version, part, reason).await)
}

async fn reopen(world: &TestWorld, filed: &Filed, approver: &Approver, part: &str) -> String {
    let version = world.version(filed).await;
    code_of(world.service.reopen_part(approver, filed.case, version, part, "证明补来了").await)
}

async fn grant(world: &TestWorld, filed: &Filed, approver: &Approver) -> String {
    code_of(world.service.grant(approver, filed.case, world.version(filed).await).await)
}

/// Issues the result and reads it.
async fn result(world: &TestWorld, filed: &Filed) -> String {
    let issuer = world.staff(Role::Issuer).await.issuer().unwrap();
    world.service.issue_result(&issuer, filed.case, world.version(filed).await).await.unwrap();
    let view = world.view(filed).await;
    let document = view.documents.iter().find(|d| d.kind == "decision").unwrap();
    String::from_utf8(world.service.document_pdf(&filed.person.session, document.id).await.unwrap().bytes).unwrap()
}

async fn part(world: &TestWorld, filed: &Filed, id: &str) -> PartView {
    world.view(filed).await.parts.into_iter().find(|p| p.id == id).unwrap()
}

/// `id state` of each part.
async fn standing(world: &TestWorld, filed: &Filed) -> Vec<String> {
    world.view(filed).await.parts.iter().map(|p| format!("{} {}", p.id, p.state.title())).collect()
}

/// The applicant was told so, in the portal and by short message.
async fn told(world: &TestWorld, filed: &Filed, words: &str) -> usize {
    world.run_jobs().await;
    let list = world.service.my_messages(&filed.person.applicant).await.unwrap();
    let inside = list.iter().filter(|m| m.body.contains(words)).count();
    let sent = world.sms.to(PHONE);
    let sent = sent.iter().filter(|s| s.params.iter().any(|(_, v)| v.contains(words))).count();
    assert_eq!(inside, sent, "{words}");
    inside
}

#[tokio::test]
async fn c9_parts_open_in_their_order_and_a_failure_stops_only_what_waits_for_it() {
    let world = TestWorld::new().await;
    let filed = world.submit(PHONE, NEWBORN, &ALL_SIX).await;
    assert!(world.view(&filed).await.parts.is_empty(), "nothing is handed out before acceptance");
    let approver = accept(&world, &filed).await;
    assert_eq!(
        standing(&world, &filed).await,
        [
            "birth_certificate 正在办",
            "vaccination 等前面的",
            "household 等前面的",
            "insurance 等前面的",
            "social_card 等前面的",
            "reimbursement 等前面的",
        ]
    );
    assert_eq!(told(&world, &filed, "分 6 项办").await, 1, "told with the acceptance, not once more");
    let first = part(&world, &filed, "birth_certificate").await;
    assert_eq!(first.due.as_ref().and_then(Deadline::due), Some(date(2026, 3, 3)), "its own promise: one working day");
    assert_eq!(finish(&world, &filed, &approver, "household", "").await, "refusal.part_waiting");
    assert_eq!(grant(&world, &filed, &approver).await, "refusal.parts_open");

    assert_eq!(finish(&world, &filed, &approver, "birth_certificate", "Z530000009").await, "ok");
    assert_eq!(told(&world, &filed, "接着办“预防接种证办理”、“出生登记（上户口）”、“生育医疗费用报销”").await, 1);
    assert_eq!(fail(&world, &filed, &approver, "household", " ").await, "refusal.reason_missing");
    assert_eq!(fail(&world, &filed, &approver, "household", &"长".repeat(501)).await, "note.too_long");
    assert_eq!(fail(&world, &filed, &approver, "household", "亲子关系证明看不清").await, "ok");
    assert_eq!(
        standing(&world, &filed).await,
        [
            "birth_certificate 办好",
            "vaccination 正在办",
            "household 没办成",
            "insurance 停下来等",
            "social_card 停下来等",
            "reimbursement 正在办",
        ]
    );
    assert_eq!(part(&world, &filed, "social_card").await.waits_for, ["出生登记（上户口）"]);
    assert_eq!(told(&world, &filed, "医保和社保卡要等户口").await, 1, "what happens next, as the matter says it");
    assert_eq!(finish(&world, &filed, &approver, "vaccination", "").await, "ok", "the others go on");

    world.pass(DAY);
    assert_eq!(reopen(&world, &filed, &approver, "vaccination").await, "refusal.part_not_failed");
    assert_eq!(reopen(&world, &filed, &approver, "household").await, "ok");
    let again = part(&world, &filed, "household").await;
    assert_eq!(again.due.as_ref().and_then(Deadline::due), Some(date(2026, 3, 4)), "counted from the day it reopened");
    assert_eq!(finish(&world, &filed, &approver, "household", "").await, "ok");
    let card = part(&world, &filed, "social_card").await;
    assert_eq!(card.due.as_ref().and_then(Deadline::due), Some(date(2026, 3, 6)), "three working days from today");
    let rest = world.finish_parts(&filed, &approver).await;
    assert_eq!(rest, ["insurance", "social_card", "reimbursement"]);
    assert_eq!(told(&world, &filed, "各项都办好了").await, 1);
    assert_eq!(grant(&world, &filed, &approver).await, "ok");
    let text = result(&world, &filed).await;
    assert!(text.contains("已经办好，各项结果见后") && text.contains("出生医学证明签发：办好"), "{text}");
    assert!(text.contains("Z530000009") && !text.contains("行政复议"), "{text}");
    world.assert_intact().await;
}

#[tokio::test]
async fn c9_a_partial_outcome_is_granted_for_what_is_done_and_names_the_rest() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world, NEWBORN, &[("has_certificate", "yes"), ("expenses", "settled")]).await;
    assert_eq!(
        standing(&world, &filed).await,
        ["vaccination 正在办", "household 正在办", "insurance 等前面的", "social_card 等前面的"],
        "what the answers rule out is not there"
    );
    assert_eq!(finish(&world, &filed, &approver, "birth_certificate", "").await, "refusal.part_unknown");
    assert_eq!(fail(&world, &filed, &approver, "household", "户口簿不是本县的").await, "ok");
    assert_eq!(grant(&world, &filed, &approver).await, "refusal.parts_open", "one is still being done");
    assert_eq!(finish(&world, &filed, &approver, "vaccination", "到城关接种点领").await, "ok");
    assert_eq!(grant(&world, &filed, &approver).await, "ok");
    let text = result(&world, &filed).await;
    for words in [
        "有的项没有办成",
        "预防接种证办理：办好。结果：预防接种证。到城关接种点领。",
        "出生登记（上户口）：没办成：户口簿不是本县的。医保和社保卡要等户口",
        "社会保障卡申领：没有办，要等“出生登记（上户口）”办好。",
        "行政复议",
    ] {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
    assert!(!text.contains("已经办好，各项结果见后"), "the whole is not said to be done");
    assert_eq!(finish(&world, &filed, &approver, "insurance", "").await, "refusal.wrong_state", "it is over");
    world.assert_intact().await;
}

#[tokio::test]
async fn c9_with_nothing_done_the_whole_can_only_be_refused() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world, NEWBORN, &ALL_SIX).await;
    assert_eq!(fail(&world, &filed, &approver, "birth_certificate", "不在本县医院出生").await, "ok");
    assert!(standing(&world, &filed).await[1..].iter().all(|s| s.ends_with("停下来等")));
    assert_eq!(grant(&world, &filed, &approver).await, "refusal.parts_failed");
    let version = world.version(&filed).await;
    world.service.refuse(&approver, filed.case, version, vec!["不在本县医院出生".into()]).await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::Decided);
    assert!(result(&world, &filed).await.contains("不予批准"));
    world.assert_intact().await;
}

#[tokio::test]
async fn c9_the_applicant_follows_every_part_signed_in_and_by_tracking_code() {
    let world = TestWorld::new().await;
    let (filed, approver) = accepted(&world, NEWBORN, &ALL_SIX).await;
    finish(&world, &filed, &approver, "birth_certificate", "编号 Z530000009").await;
    fail(&world, &filed, &approver, "household", "王某某的证明看不清").await;
    let mine = world.view(&filed).await;
    let track = world.service.track(&mine.tracking_code, &PHONE[7..], "192.0.2.99").await.unwrap();
    let shape = |list: &[PartView]| -> Vec<(String, String, &'static str, Option<Deadline>)> {
        list.iter().map(|p| (p.title.clone(), p.department.clone(), p.state.title(), p.due.clone())).collect()
    };
    assert_eq!(shape(&track.parts), shape(&mine.parts), "one tracker");
    assert!(mine.parts.iter().all(|p| !p.department.is_empty() && !p.if_fails.is_empty()));
    let departments: std::collections::BTreeSet<_> = mine.parts.iter().map(|p| &p.department).collect();
    assert!(departments.len() >= 4, "{departments:?}");
    let wrote = |list: &[PartView]| format!("{:?}", list.iter().map(|p| &p.state).collect::<Vec<_>>());
    assert!(wrote(&mine.parts).contains("王某某的证明看不清") && wrote(&mine.parts).contains("Z530000009"));
    let public = format!("{:?}{:?}", track.parts, track.timeline);
    assert!(!public.contains("王某某") && !public.contains("Z530000009"), "what staff wrote is not for a code");
    assert!(track.parts.iter().all(|p| p.fields.is_empty() && p.materials.is_empty()));
    let kinds: Vec<&str> = track.timeline.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["submitted", "accepted", "parts_opened", "part_finished", "part_failed"]);
    let failed = track.timeline.last().unwrap();
    assert!(failed.who.contains("公安") && failed.text.contains("自动接着办"), "{failed:?}");

    world.service.withdraw(&filed.person.applicant, filed.case).await.unwrap();
    assert!(part(&world, &filed, "vaccination").await.given_up, "the whole has ended");
    world.assert_intact().await;
}

#[tokio::test]
async fn c9_each_department_sees_only_its_share_and_a_clerk_handles_none() {
    let world = TestWorld::new().await;
    let filed = world.submit(PHONE, NEWBORN, &ALL_SIX).await;
    let both = world.staff_with(&[Role::Clerk, Role::Approver]).await;
    world.service.accept(&both.clerk().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    assert_eq!(finish(&world, &filed, &both.approver().unwrap(), "birth_certificate", "").await, "refusal.same_person");
    let clerk = world.staff(Role::Clerk).await;
    assert!(clerk.approver().is_err(), "the use-cases take an approver");
    let can = async |who: &Session| {
        let Who::Staff { roles, .. } = &who.who else { unreachable!() };
        world.service.desk_case(&who.reader().unwrap(), filed.case, roles).await.unwrap().can
    };
    let of_part = |can: &Can| matches!(can, Can::FinishPart(_) | Can::FailPart(_) | Can::ReopenPart(_));
    assert!(!can(&clerk).await.iter().any(of_part));
    assert!(!can(&both).await.iter().any(of_part));
    let approver = world.staff(Role::Approver).await;
    let own = can(&approver).await;
    let first = || "birth_certificate".to_owned();
    let offered: Vec<&Can> = own.iter().filter(|c| of_part(c)).collect();
    assert_eq!(offered, [&Can::FinishPart(first()), &Can::FailPart(first())], "only what is open");
    assert!(!own.contains(&Can::Grant) && own.contains(&Can::Refuse));

    let vaccination = part(&world, &filed, "vaccination").await;
    let matter = world.service.catalogue().matter(NEWBORN).unwrap().clone();
    let label = |name: &str| domain::rules::Labels::field(&*matter, name);
    assert!(vaccination.fields.contains(&label("home_address")));
    assert!(!vaccination.fields.contains(&label("parent_id")), "nothing beyond its need");
    assert!(!vaccination.fields.contains(&label("birth_certificate_no")), "nothing that was not answered");
    let household = part(&world, &filed, "household").await;
    let name = |id: &str| matter.material(id).unwrap().name.clone();
    assert!(household.materials.contains(&name("household_register")));
    assert!(!household.materials.contains(&name("birth_certificate")), "nothing that was not asked for");
    assert!(!household.materials.contains(&name("invoice")));
}

/// Pays the one bill of the world.
async fn pay(world: &TestWorld, filed: &Filed) {
    let Some(bill) = world.view(filed).await.bill else { return };
    let payer = &filed.person.applicant;
    world.service.start_payment(payer, bill.id, "till", "192.0.2.1").await.unwrap();
    world.till.pay(&world.till.only_order());
    world.service.check_payment(payer, bill.id).await.unwrap();
}

#[tokio::test]
async fn c9_all_five_joint_matters_come_to_their_end() {
    type Journey<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);
    let firm = ["registration", "seal", "tax", "social", "fund", "bank"];
    let five: [Journey; 5] = [
        (
            NEWBORN,
            &ALL_SIX,
            &["birth_certificate", "vaccination", "household", "insurance", "social_card", "reimbursement"],
        ),
        (
            "medical-settlement",
            &[("care", "inpatient"), ("hardship", "low_income"), ("relief_wanted", "yes")],
            &["basic", "identity", "serious_illness", "medical_aid", "temporary_relief"],
        ),
        (PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")], &["tax", "registration"]),
        ("firm-opening", &[("hires", "yes"), ("want_seal", "yes"), ("want_bank", "yes")], &firm),
        ("firm-change", &[("change_kind", "name"), ("has_staff", "yes"), ("want_bank", "yes")], &firm),
    ];
    for (slug, wanted, order) in five {
        let world = TestWorld::new().await;
        let (filed, approver) = accepted(&world, slug, wanted).await;
        assert_eq!(world.finish_parts(&filed, &approver).await, order, "{slug}");
        pay(&world, &filed).await;
        assert_eq!(grant(&world, &filed, &approver).await, "ok", "{slug}");
        let text = result(&world, &filed).await;
        let view = world.view(&filed).await;
        assert!(view.parts.iter().all(|p| matches!(p.state, PartState::Done { .. })), "{slug}");
        assert!(view.parts.iter().all(|p| text.contains(&p.title)), "{slug}: {text}");
        world.assert_intact().await;
    }
}

#[tokio::test]
async fn c9_relief_goes_on_when_the_insurance_pays_nothing() {
    let world = TestWorld::new().await;
    let wanted = [("care", "inpatient"), ("hardship", "low_income"), ("relief_wanted", "yes")];
    let (filed, approver) = accepted(&world, "medical-settlement", &wanted).await;
    assert_eq!(fail(&world, &filed, &approver, "basic", "不在报销范围").await, "ok");
    assert_eq!(
        standing(&world, &filed).await,
        [
            "basic 没办成",
            "identity 正在办",
            "serious_illness 停下来等",
            "medical_aid 停下来等",
            "temporary_relief 正在办",
        ],
        "生育津贴和临时救助不受影响，照样办"
    );
}
