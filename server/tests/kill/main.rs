//! The server is killed at random instants while people use it, and started again: what was
//! acknowledged is there, nothing is there twice, and `onevisit verify` finds nothing.
//!
//! `KILL_LOOPS` sets how often each door is hit, `KILL_SEED` repeats a run.

#![allow(clippy::unwrap_used, reason = "tests")]

mod chance;
#[path = "../support/mod.rs"]
mod support;
mod town;
mod tus;

use chance::loops;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use support::{FOOD, PROPERTY, link_on, pdf};
use town::{Citizen, Town, case_of};

const NEW: [(&str, &str); 1] = [("stage", "new")];

/// Twice what the request takes when nobody disturbs it: half of the kills hit its inside.
fn window(began: Instant) -> Duration {
    began.elapsed() * 2
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_an_acknowledged_draft_save_survives_a_kill() {
    let mut town = Town::open("save").await;
    let mut citizen = town.sign_in("13800000001").await;
    let draft = citizen.begin(FOOD).await;
    let form = format!("{draft}/form/shop");
    let (sent, acknowledged) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    for turn in 0..loops() {
        let (writer, path) = (citizen.clone(), form.clone());
        let (counted, known) = (sent.clone(), acknowledged.clone());
        let writing = tokio::spawn(async move {
            loop {
                let n = counted.fetch_add(1, Ordering::SeqCst) + 1;
                let request = writer.form(&path, &[("shop_name", &format!("第{n}家店"))]);
                let Ok(answer) = request.send().await else { return };
                assert_eq!(answer.status().as_u16(), 303, "save {n}");
                known.store(n, Ordering::SeqCst);
            }
        });
        let delay = town.chance.within(Duration::from_millis(300));
        tokio::time::sleep(delay).await;
        town.kill();
        writing.await.unwrap();
        town.verify_and_start().await;
        let page = citizen.get(&form).await.text();
        let there = page
            .split_once("value=\"第")
            .and_then(|(_, rest)| rest.split_once('家'))
            .map_or(0, |(n, _)| n.parse().unwrap());
        let (low, high) = (acknowledged.load(Ordering::SeqCst), sent.load(Ordering::SeqCst));
        assert!((low..=high).contains(&there), "turn {turn}: {low} was acknowledged, {high} sent, {there} is there");
    }
    assert!(acknowledged.load(Ordering::SeqCst) > 0, "something was saved at all");
    assert_eq!(town.number("select count(*) as number from drafts", vec![]).await, 1);
}

/// The files that a page links to.
fn files_on(page: &str) -> BTreeSet<String> {
    page.split("/files/")
        .skip(1)
        .filter_map(|rest| rest.get(..36))
        .filter(|id| id.split('-').count() == 5)
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_an_acknowledged_upload_survives_a_kill_and_a_retry_is_no_second_file() {
    let mut town = Town::open("upload").await;
    let mut citizen = town.sign_in("13800000002").await;
    let draft = citizen.begin(FOOD).await;
    citizen.post(&format!("{draft}/form/shop"), &NEW).await;
    let upload = format!("{}/safety_rules", draft.replace("/apply/", "/uploads/drafts/"));
    let materials = format!("{draft}/materials");
    let mut longest = Duration::from_millis(50);
    for turn in 0..loops() {
        // Big enough to be written in several parts.
        let mut content = pdf(&format!("turn {turn}"));
        content.resize(2_500_000 + turn, b'\n');
        let request = citizen.file(&upload, &content);
        let answer = town.kill_during(longest, request).await;
        let acknowledged = answer.as_ref().is_some_and(town::Reply::acknowledged);
        town.verify_and_start().await;
        let there = files_on(&citizen.get(&materials).await.text());
        assert!(
            there.len() <= 1 && (!acknowledged || there.len() == 1),
            "turn {turn}: acknowledged {acknowledged}, {there:?}"
        );
        let began = Instant::now();
        let request = citizen.file(&upload, &content);
        assert!(citizen.send(request).await.acknowledged());
        longest = window(began);
        let after = files_on(&citizen.get(&materials).await.text());
        assert!(after.len() == 1 && after.is_superset(&there), "turn {turn}: {there:?}, then {after:?}");
        let file = after.first().unwrap();
        let about = citizen.get(&format!("/files/{file}/view")).await.text();
        let link = link_on(&about, &format!("/files/{file}?")).expect("a link");
        assert!(citizen.get(&link).await.body == content, "turn {turn}: the same bytes");
        citizen.post(&format!("{draft}/files/{file}/remove"), &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m9_a_submission_survives_a_kill_as_one_case_with_one_number() {
    let mut town = Town::open("submit").await;
    let mut citizen = town.sign_in("13800000003").await;
    let mut cases = BTreeSet::new();
    let mut longest = Duration::ZERO;
    // The first one warms up, the second one is measured.
    for _ in 0..2 {
        let draft = citizen.fill(FOOD, &NEW).await;
        let began = Instant::now();
        cases.insert(case_of(&citizen.post(&format!("{draft}/submit"), &[]).await.location));
        longest = began.elapsed() * 5 / 4;
    }
    for turn in 0..loops() {
        let draft = citizen.fill(FOOD, &NEW).await;
        let submit = format!("{draft}/submit");
        let request = citizen.form(&submit, &[]);
        let answer = town.kill_during(longest, request).await;
        town.verify_and_start().await;
        let again = case_of(&citizen.post(&submit, &[]).await.location);
        if let Some(first) = answer.filter(town::Reply::acknowledged) {
            assert_eq!(case_of(&first.location), again, "turn {turn}: the acknowledged case");
        }
        let id = draft.trim_start_matches("/apply/");
        assert_eq!(
            town.number("select count(*) as number from cases where draft_id = $1", vec![id.into()]).await,
            1,
            "turn {turn}"
        );
        assert!(cases.insert(again.clone()), "turn {turn}: a case of its own");
        let documents = "select count(*) as number from documents where case_id = $1 and kind = 'receipt'";
        assert_eq!(town.number(documents, vec![again.as_str().into()]).await, 1, "turn {turn}: one receipt");
    }
    let total = i64::try_from(cases.len()).unwrap();
    assert_eq!(town.number("select count(distinct number) as number from cases", vec![]).await, total);
    assert_eq!(town.number("select count(*) as number from cases", vec![]).await, total);
    town.kill();
    town.verify();
}

/// The clerk accepts; gives how long that took.
async fn accept(town: &Town, clerk: &mut Citizen, case: &str) -> Duration {
    let version = town.number("select version as number from cases where id = $1", vec![case.into()]).await.to_string();
    let began = Instant::now();
    let answer = clerk.post(&format!("/desk/cases/{case}/accept"), &[("version", &version)]).await;
    assert!(answer.location.contains("say=done"), "{} {}", answer.status, answer.location);
    began.elapsed()
}

/// A bill of an accepted case; gives its address.
async fn billed(town: &Town, citizen: &mut Citizen, clerk: &mut Citizen) -> (String, String) {
    let case = citizen.submitted(PROPERTY, &[("scenario", "inheritance"), ("house_use", "dwelling")]).await;
    accept(town, clerk, &case).await;
    let bill = town.words("select id as text from bills where case_id = $1", vec![case.as_str().into()]).await;
    (case, bill)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d5_a_payment_is_booked_once_though_the_server_dies_while_it_is_told() {
    let mut town = Town::open("pay").await;
    let (mut citizen, mut clerk) = (town.sign_in("13800000004").await, town.staff("clerk").await);
    // How the kills fell: before the notification was kept, between keeping and booking, after booking.
    let mut fell = [0_u32; 3];
    let mut longest = Duration::from_millis(60);
    for turn in 0..=loops() {
        let (case, bill) = billed(&town, &mut citizen, &mut clerk).await;
        let pay = citizen.post(&format!("/bills/{bill}/pay"), &[("provider", "wechat")]).await;
        assert!(pay.location.starts_with(&town.sandbox_url), "{} {}", pay.status, pay.location);
        let order =
            town.words("select out_trade_no as text from orders where bill_id = $1", vec![bill.as_str().into()]).await;
        let request = town.http.post(format!("{}/wechat/pay-directly", town.sandbox_url));
        let body = serde_json::json!({ "out_trade_no": order }).to_string();
        let request = request.header("content-type", "application/json").body(body);
        if turn == 0 {
            // Undisturbed, to know how long the telling and booking take.
            let began = Instant::now();
            request.send().await.unwrap();
            assert!(booked_within(&town, &bill, Duration::from_secs(10)).await, "undisturbed");
            longest = began.elapsed();
            continue;
        }
        // The payer pays; the provider's notification and the kill race.
        let paid = town.kill_during(longest, request).await;
        assert_eq!(paid.map(|p| p.status), Some(200), "turn {turn}: the provider has the money");
        let told = town
            .number("select count(*) as number from pay_events where out_trade_no = $1", vec![order.as_str().into()])
            .await;
        let paid = town.words("select status as text from bills where id = $1", vec![bill.as_str().into()]).await;
        fell[if paid == "paid" { 2 } else { usize::from(told > 0) }] += 1;
        town.verify_and_start().await;
        if turn % 2 == 0 {
            // “我已支付，重新查询” while the notification is repeated.
            let check = citizen.post(&format!("/bills/{bill}/check"), &[]).await;
            assert!(check.location.contains("say=checked"), "{}", check.location);
        }
        if !booked_within(&town, &bill, Duration::from_secs(5)).await {
            // The dead server had taken the job: it is not lost, it waits until the lease runs out.
            let kept =
                "select count(*) as number from pay_events e join jobs j on j.payload = e.provider || ':' || e.event_id
                where e.out_trade_no = $1 and e.outcome is null";
            assert!(town.number(kept, vec![order.as_str().into()]).await >= 1, "turn {turn}: told, but forgotten");
            citizen.post(&format!("/bills/{bill}/check"), &[]).await;
            assert!(booked_within(&town, &bill, Duration::from_secs(6)).await, "turn {turn}: never booked");
        }
        let booked = "select count(*) as number from case_events where case_id = $1 and kind = 'bill_paid'";
        assert_eq!(town.number(booked, vec![case.as_str().into()]).await, 1, "turn {turn}: booked once");
        let orders = "select count(*) as number from orders where bill_id = $1";
        assert_eq!(town.number(orders, vec![bill.as_str().into()]).await, 1, "turn {turn}: one order");
        assert!(citizen.get(&format!("/bills/{bill}")).await.text().contains("已"), "turn {turn}");
    }
    println!("killed before the notification was kept, before it was booked, after: {fell:?}");
    // What is still under way, and in the long run what waits for a dead server's lease, changes nothing.
    let rest = if loops() > 20 { Duration::from_secs(75) } else { Duration::from_millis(500) };
    tokio::time::sleep(rest).await;
    if loops() > 20 {
        let open = "select count(*) as number from pay_events where outcome is null";
        assert_eq!(town.number(open, vec![]).await, 0, "every notification is worked off");
    }
    let total = i64::try_from(loops() + 1).unwrap();
    assert_eq!(town.number("select count(*) as number from case_events where kind = 'bill_paid'", vec![]).await, total);
    assert_eq!(town.number("select count(*) as number from orders where state = 'paid'", vec![]).await, total);
    assert_eq!(town.number("select count(*) as number from orders where state <> 'paid'", vec![]).await, 0);
    town.kill();
    town.verify();
}

async fn booked_within(town: &Town, bill: &str, longest: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < longest {
        if town.words("select status as text from bills where id = $1", vec![bill.into()]).await == "paid" {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

/// A forged notification at the real provider's door.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d5_a_forged_notification_is_refused_by_the_real_connector() {
    let town = Town::open("forged").await;
    let mut stranger = town.citizen();
    let forged = stranger
        .form("/callbacks/wechat", &[("id", "1")])
        .header("wechatpay-signature", "AAAA")
        .header("wechatpay-serial", "1");
    let answer = stranger.send(forged.header("wechatpay-timestamp", "1795000000").header("wechatpay-nonce", "x")).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    let forged = [("sign_type", "RSA2"), ("sign", "AAAA"), ("notify_id", "1"), ("trade_status", "TRADE_SUCCESS")];
    let answer = stranger.post("/callbacks/alipay", &forged).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_ne!(answer.text(), "success");
    assert_eq!(stranger.post("/callbacks/nobody", &[]).await.status, 404);
    assert_eq!(town.number("select count(*) as number from pay_events", vec![]).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h1_a_decision_survives_a_kill_and_is_made_once() {
    let mut town = Town::open("decide").await;
    let mut citizen = town.sign_in("13800000005").await;
    let (mut clerk, mut approver, mut issuer) =
        (town.staff("clerk").await, town.staff("approver").await, town.staff("issuer").await);
    for turn in 0..loops() {
        let case = citizen.submitted(FOOD, &NEW).await;
        let longest = accept(&town, &mut clerk, &case).await * 2;
        for (who, name, event) in [(&mut approver, "grant", "decided"), (&mut issuer, "issue", "result_issued")] {
            let version = town
                .number("select version as number from cases where id = $1", vec![case.as_str().into()])
                .await
                .to_string();
            let path = format!("/desk/cases/{case}/{name}");
            let request = who.form(&path, &[("version", &version)]);
            let answer = town.kill_during(longest, request).await;
            let acknowledged = answer.is_some_and(|a| a.location.contains("say=done"));
            town.verify_and_start().await;
            let count = "select count(*) as number from case_events where case_id = $1 and kind = $2";
            let made = town.number(count, vec![case.as_str().into(), event.into()]).await;
            assert!(
                made <= 1 && (!acknowledged || made == 1),
                "turn {turn}: {name} acknowledged {acknowledged}, made {made}"
            );
            let again = who.post(&path, &[("version", &version)]).await.location;
            let expected = if made == 1 { "say=conflict" } else { "say=done" };
            assert!(again.contains(expected), "turn {turn}: {name} again: {again}");
            assert_eq!(
                town.number(count, vec![case.as_str().into(), event.into()]).await,
                1,
                "turn {turn}: {name} once"
            );
        }
        let results = "select count(*) as number from documents where case_id = $1 and kind = 'decision'";
        assert_eq!(town.number(results, vec![case.as_str().into()]).await, 1, "turn {turn}: one result");
    }
    let documents = town.number("select count(*) as number from documents", vec![]).await;
    assert_eq!(
        town.number("select count(distinct number) as number from documents", vec![]).await,
        documents,
        "numbers are unique"
    );
    town.kill();
    town.verify();
}
