//! A joint application: the other party confirms by link and phone.

use crate::support::{DAY, Filed, PROPERTY, Person, TestWorld, code_of};
use domain::case::{CaseStatus, PartyState};
use domain::policy::Role;
use futures_util::future::join_all;
use jiff::civil::date;
use service::Session;
use service::cases::NextStep;

const BUYER: &str = "13912340030";
const SELLER: &str = "13912340031";

async fn filed(world: &TestWorld) -> (Filed, String) {
    let wanted = [("scenario", "sale"), ("seller_phone", SELLER), ("seller_name", "司马出让")];
    let filed = world.submit(BUYER, PROPERTY, &wanted).await;
    let link = world.view(&filed).await.party.expect("a party is invited").link;
    let token = link.rsplit('/').next().unwrap().to_owned();
    (filed, token)
}

async fn confirm(world: &TestWorld, who: &Person, token: &str, name: &str) -> String {
    code_of(world.service.confirm_party(&who.applicant, token, name, None, true).await)
}

#[tokio::test]
async fn c9_the_link_reaches_the_other_phone_and_shows_only_what_it_may() {
    let world = TestWorld::new().await;
    let (filed, token) = filed(&world).await;
    let sms = world.sms.to(SELLER);
    assert_eq!(sms.len(), 1);
    assert!(sms[0].template == "party_invited" && sms[0].params.iter().any(|(_, v)| v.ends_with(&token)));
    let next = world.view(&filed).await.next;
    assert!(matches!(next, NextStep::WaitForParty { link } if link.ends_with(&token)));

    let shown = world.service.party_invitation(&token, &Session::nobody()).await.unwrap();
    assert_eq!((shown.party_name.as_str(), shown.phone_ok, shown.summary.len()), ("司***", None, 0));
    let buyer = world.service.party_invitation(&token, &filed.person.session).await.unwrap();
    assert_eq!((buyer.phone_ok, buyer.summary.len()), (Some(false), 0));
    let seller = world.sign_in(SELLER).await;
    let open = world.service.party_invitation(&token, &seller.session).await.unwrap();
    assert_eq!((open.party_name.as_str(), open.phone_ok), ("司马出让", Some(true)));
    let text = format!("{:?}", open.summary);
    assert!(text.contains("876543.21") || text.contains("876"), "the price is shown to the seller");
    assert!(!text.contains(&filed.answers["applicant_id"]), "identity numbers stay masked");
    assert_eq!(code_of(world.service.party_invitation("no-such-token", &seller.session).await), "not_found");
}

#[tokio::test]
async fn c9_only_the_right_phone_and_name_confirm_and_the_clerk_waits() {
    let world = TestWorld::new().await;
    let (filed, token) = filed(&world).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    let accept = async || code_of(world.service.accept(&clerk, filed.case, world.version(&filed).await).await);
    assert_eq!(accept().await, "refusal.party_missing");
    assert_eq!(confirm(&world, &filed.person, &token, "司马出让").await, "party.other_phone");
    let seller = world.sign_in(SELLER).await;
    assert_eq!(confirm(&world, &seller, &token, "诸葛别人").await, "party.other_name");
    let unagreed = world.service.confirm_party(&seller.applicant, &token, "司马出让", None, false).await;
    assert_eq!(code_of(unagreed), "sign.not_agreed");
    assert_eq!(world.view(&filed).await.case.party, PartyState::Waiting);

    assert_eq!(confirm(&world, &seller, &token, "司马 出让").await, "ok");
    assert_eq!(confirm(&world, &seller, &token, "司马出让").await, "ok", "the first confirmation stands");
    let view = world.view(&filed).await;
    assert!(matches!(view.case.party, PartyState::Confirmed { .. }));
    assert_eq!(view.timeline.iter().filter(|e| e.kind == "party_confirmed").count(), 1);
    assert_eq!(accept().await, "ok");
    // The seller sees the invitation, never the case.
    assert_eq!(code_of(world.service.my_case(&seller.applicant, filed.case).await), "not_found");
    world.assert_intact().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c9_confirming_twice_at_once_is_one_confirmation() {
    let world = TestWorld::new().await;
    let (filed, token) = filed(&world).await;
    let seller = world.sign_in(SELLER).await;
    let both = (0..4).map(|_| {
        let (service, who, token) = (world.service.clone(), seller.applicant.clone(), token.clone());
        tokio::spawn(async move { code_of(service.confirm_party(&who, &token, "司马出让", None, true).await) })
    });
    let outcomes: Vec<String> = join_all(both).await.into_iter().map(Result::unwrap).collect();
    assert!(outcomes.iter().all(|o| o == "ok"), "{outcomes:?}");
    assert_eq!(world.view(&filed).await.timeline.iter().filter(|e| e.kind == "party_confirmed").count(), 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn c9_the_five_days_begin_when_the_application_is_made_by_both() {
    let world = TestWorld::new().await;
    let (filed, token) = filed(&world).await;
    world.pass(14 * DAY); // Monday, the 16th
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::Received, "nothing is accepted without the second party");
    let seller = world.sign_in(SELLER).await;
    confirm(&world, &seller, &token, "司马出让").await;
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.status(&filed).await, CaseStatus::Received, "the clerk gets his five days");
    assert_eq!(world.view(&filed).await.due.and_then(|d| d.due()), Some(date(2026, 3, 23)));
}

#[tokio::test]
async fn c9_a_withdrawn_case_cannot_be_confirmed() {
    let world = TestWorld::new().await;
    let (filed, token) = filed(&world).await;
    world.service.withdraw(&filed.person.applicant, filed.case).await.unwrap();
    let seller = world.sign_in(SELLER).await;
    assert_eq!(confirm(&world, &seller, &token, "司马出让").await, "refusal.wrong_state");
}

#[tokio::test]
async fn c9_a_firm_confirms_with_its_own_name_brackets_and_digits_included() {
    let world = TestWorld::new().await;
    let wanted = [("scenario", "sale"), ("seller_phone", SELLER), ("seller_name", "示例(集团)１号实业有限公司")];
    let filed = world.submit(BUYER, PROPERTY, &wanted).await;
    let token = world.view(&filed).await.party.unwrap().link.rsplit('/').next().unwrap().to_owned();
    let seller = world.sign_in(SELLER).await;
    assert_eq!(confirm(&world, &seller, &token, "示例（集团）2号实业有限公司").await, "party.other_name");
    assert_eq!(confirm(&world, &seller, &token, "示例（集团）1号实业有限公司").await, "ok");
}
