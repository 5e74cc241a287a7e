//! `onevisit verify` sees what was changed behind the service's back.

use crate::support::{BIRTH, Filed, TestWorld};
use domain::policy::Role;
use store::params;

async fn finished(world: &TestWorld) -> Filed {
    let filed = world.submit("13912340090", BIRTH, &[]).await;
    let one = world.staff_with(&[Role::Clerk, Role::Approver, Role::Issuer]).await;
    let service = &world.service;
    service.accept(&one.clerk().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    service.grant(&one.approver().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    service.issue_result(&one.issuer().unwrap(), filed.case, world.version(&filed).await).await.unwrap();
    filed
}

/// Tampers, and gives the problems found.
async fn after(sql: &'static str) -> Vec<String> {
    let world = TestWorld::new().await;
    let filed = finished(&world).await;
    world.assert_intact().await;
    assert!(world.tamper(sql, params![]).await > 0, "{sql}");
    let found = world.service.verify().await.unwrap();
    for problem in &found.problems {
        assert!(
            !filed.answers.values().any(|v| v.chars().count() > 3 && problem.contains(v.as_str())),
            "ids only: {problem}"
        );
    }
    found.problems
}

#[tokio::test]
async fn h13_a_changed_actor_time_or_kind_is_found() {
    for sql in [
        "update case_events set actor = 'clerk:somebody' where seq = 2",
        "update case_events set at = at - 86400000000 where seq = 2",
        "update case_events set kind = 'withdrawn' where seq = 3",
    ] {
        let problems = after(sql).await;
        assert!(problems.iter().any(|p| p.contains("content was changed")), "{sql}: {problems:?}");
    }
}

#[tokio::test]
async fn h13_a_changed_payload_or_salt_is_found() {
    for sql in [
        "update case_events set payload = (select e.payload from case_events e where e.seq = 3) where seq = 2",
        "update case_events set salt = (select e.salt from case_events e where e.seq = 3) where seq = 2",
    ] {
        assert!(!after(sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn h13_a_deleted_event_is_found_also_the_newest() {
    for sql in [
        "delete from case_events where seq = 2",
        "delete from case_events where seq = 4",
        "delete from case_events where seq > 1",
        "delete from case_events",
    ] {
        assert!(!after(sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn h13_a_changed_state_or_list_of_files_is_found() {
    for sql in [
        "update cases set status = 'closed'",
        "update cases set manifest = '[]'",
        "delete from files where id = (select min(id) from files)",
        "update files set removed_at = 1",
        "update files set digest_mac = 'x'",
        "update documents set content_digest = 'x' where kind = 'decision'",
    ] {
        assert!(!after(sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn h13_a_changed_exchanged_or_missing_file_on_disk_is_found() {
    let world = TestWorld::new().await;
    finished(&world).await;
    let objects = world.objects();
    let original = std::fs::read(&objects[0]).unwrap();
    let mut flipped = original.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let other = std::fs::read(&objects[1]).unwrap();
    let cut = original[..original.len() - 20].to_vec();
    for (what, bytes) in [("a flipped bit", flipped), ("another file's content", other), ("cut off", cut)] {
        std::fs::write(&objects[0], bytes).unwrap();
        assert_eq!(world.service.verify().await.unwrap().problems.len(), 1, "{what}");
    }
    std::fs::remove_file(&objects[0]).unwrap();
    assert_eq!(world.service.verify().await.unwrap().problems.len(), 1, "missing");
    std::fs::write(&objects[0], original).unwrap();
    world.assert_intact().await;
}

/// The wrong key file would be noticed only when something is opened, after new data was sealed with it.
#[tokio::test]
async fn a_master_key_of_another_database_is_refused_at_the_start() {
    let world = TestWorld::new().await;
    assert!(world.service.check_master_key().await.unwrap());
    assert!(world.service.check_master_key().await.unwrap());
    assert_eq!(world.tamper("update installation set value = 'another' where name = 'master_key'", params![]).await, 1);
    assert!(!world.service.check_master_key().await.unwrap());
}
