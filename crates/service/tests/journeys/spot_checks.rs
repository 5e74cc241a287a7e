//! Spot checks of guides: drawn by a seed, followed until what was found is put right.

use crate::support::{DAY, TestWorld, code_of};
use domain::catalogue::MatterRef;
use domain::policy::Role;
use service::spot_checks::{CheckStatus, Looked, draw};
use service::{Denied, Supervisor};

async fn supervisor(world: &TestWorld) -> Supervisor {
    world.staff(Role::Supervisor).await.supervisor().unwrap()
}

fn guides(world: &TestWorld) -> Vec<MatterRef> {
    world.service.catalogue().matters.iter().map(|m| m.reference()).collect()
}

#[tokio::test]
async fn c15_the_same_seed_draws_the_same_guides() {
    let world = TestWorld::new().await;
    let first = draw("彩票 2026-031", guides(&world), 5);
    let mut reversed = guides(&world);
    reversed.reverse();
    assert_eq!(first, draw("彩票 2026-031", reversed, 5), "whatever the order of the guides");
    assert_eq!(first[..3], draw("彩票 2026-031", guides(&world), 3)[..], "a smaller draw is its beginning");
    assert!((0..20).any(|n| draw(&n.to_string(), guides(&world), 5) != first), "another seed, other guides");

    let who = supervisor(&world).await;
    assert_eq!(world.service.draw_spot_checks(&who, " 彩票 2026-031 ", 5).await.unwrap(), "彩票 2026-031");
    let mut kept: Vec<String> =
        world.service.spot_checks(&who).await.unwrap().into_iter().map(|check| check.slug).collect();
    kept.sort();
    let mut expected: Vec<String> = first.into_iter().map(|guide| guide.slug).collect();
    expected.sort();
    assert_eq!(kept, expected);
    assert_eq!(code_of(world.service.draw_spot_checks(&who, "彩票 2026-031", 5).await), "spot.seed_used");
    for number in [0, 51] {
        assert_eq!(code_of(world.service.draw_spot_checks(&who, "", number).await), "spot.number");
    }
    let made_up = world.service.draw_spot_checks(&who, "", 1).await.unwrap();
    assert_eq!(made_up.len(), 16, "a seed is made up and kept: {made_up}");
}

#[tokio::test]
async fn c15_what_was_found_stays_open_until_it_is_put_right() {
    let world = TestWorld::new().await;
    let who = supervisor(&world).await;
    world.service.draw_spot_checks(&who, "种子", 2).await.unwrap();
    let drawn = world.service.spot_checks(&who).await.unwrap();
    assert!(drawn.iter().all(|check| check.status == CheckStatus::Open && !check.title.is_empty()));
    let (bad, good) = (&drawn[0].id, &drawn[1].id);
    world.service.record_spot_finding(&who, good, &Looked::Clear).await.unwrap();

    let today = world.service.today();
    let found = |text: &str, due| Looked::Found { text: text.to_owned(), due };
    let empty = world.service.record_spot_finding(&who, bad, &found("  ", today)).await;
    assert_eq!(code_of(empty), "spot.text_missing");
    let late = world.service.record_spot_finding(&who, bad, &found("电话不对", today.yesterday().unwrap())).await;
    assert_eq!(code_of(late), "spot.due_past");
    assert_eq!(code_of(world.service.close_spot_finding(&who, bad, "改了").await), "conflict", "nothing found yet");
    world.service.record_spot_finding(&who, bad, &found("电话不对", today)).await.unwrap();
    let again = world.service.record_spot_finding(&who, bad, &Looked::Clear).await;
    assert_eq!(code_of(again), "conflict", "a finding is not talked away");

    world.pass(2 * DAY);
    let status = async || {
        let all = world.service.spot_checks(&who).await.unwrap();
        let of = |id: &String| all.iter().find(|check| check.id == *id).map(|c| (c.status, c.overdue)).unwrap();
        (of(bad), of(good))
    };
    assert_eq!(status().await, ((CheckStatus::Found, true), (CheckStatus::Clear, false)));
    assert_eq!(code_of(world.service.close_spot_finding(&who, bad, "").await), "spot.text_missing");
    world.service.close_spot_finding(&who, bad, "第 2 版换了电话").await.unwrap();
    assert_eq!(status().await.0, (CheckStatus::Fixed, false));
    assert_eq!(code_of(world.service.close_spot_finding(&who, bad, "再来").await), "conflict");
    assert_eq!(code_of(world.service.close_spot_finding(&who, "no-such-check", "改了").await), "not_found");

    let seen = store::tables::audit::of_subject(&world.service.db, &format!("spot_check:{bad}")).await.unwrap();
    let acts: Vec<&str> = seen.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(acts, ["spot_check_drawn", "spot_check_found", "spot_check_fixed"]);
    assert!(seen.iter().all(|entry| entry.actor == format!("staff:{}", who.id())));
}

#[tokio::test]
async fn c15_only_supervision_draws() {
    let world = TestWorld::new().await;
    for role in Role::ALL {
        let session = world.staff(role).await;
        assert_eq!(session.supervisor().is_ok(), role == Role::Supervisor, "{role:?}");
    }
    let person = world.sign_in("13912340190").await;
    assert_eq!(person.session.supervisor().err(), Some(Denied::Forbidden));
}
