//! Money: whatever the order, repetition or absence of the provider's words, a bill is paid once.

use crate::support::{DAY, Filed, HOUR, MINUTE, PROPERTY, Person, TestWorld, Till, code_of};
use domain::bill::RefundReason;
use domain::case::{BillState, CaseStatus};
use domain::ids::BillId;
use domain::policy::Role;
use futures_util::future::join_all;
use service::cases::NextStep;
use service::payments::{BillRow, BillStatus};
use std::sync::atomic::Ordering;

/// A registration of a dwelling with one extra copy: 80 + 10 yuan.
const DUE: i64 = 9_000;

struct Owed {
    filed: Filed,
    bill: BillId,
}

impl Owed {
    fn payer(&self) -> &Person {
        &self.filed.person
    }
}

async fn owed(world: &TestWorld) -> Owed {
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit("13912340060", PROPERTY, &wanted).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let bill = world.view(&filed).await.bill.expect("raised at acceptance");
    assert_eq!((bill.total.0, bill.status), (DUE, BillStatus::Open));
    Owed { bill: bill.id, filed }
}

async fn start(world: &TestWorld, owed: &Owed, provider: &str) -> Result<String, service::Failure> {
    world.service.start_payment(&owed.payer().applicant, owed.bill, provider, "192.0.2.1").await
}

async fn notify(world: &TestWorld, till: &Till, order: &str, event: &str) {
    let body = till.notification(order, event);
    let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
    world.service.receive_notification("till", &header, &body).await.expect("acknowledged");
}

async fn treasury(world: &TestWorld) -> Vec<BillRow> {
    let treasurer = world.staff(Role::Treasurer).await.treasurer().unwrap();
    world.service.bills(&treasurer).await.unwrap()
}

/// Paid exactly once, in every book.
async fn assert_paid_once(world: &TestWorld, owed: &Owed) {
    let bill = world.service.my_bill(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_eq!((bill.status, bill.total.0), (BillStatus::Paid, DUE));
    let view = world.view(&owed.filed).await;
    assert_eq!(view.case.bill, BillState::Paid);
    assert_eq!(view.timeline.iter().filter(|e| e.kind == "bill_paid").count(), 1);
    let rows = treasury(world).await;
    let income: i64 = rows.iter().filter(|r| r.status == BillStatus::Paid).map(|r| r.amount.0).sum();
    assert_eq!((rows.len(), income), (1, DUE));
    assert!(rows[0].transaction_id.is_some() && rows[0].paid_at.is_some());
    assert_eq!(world.number("select count(*) as number from orders where state = 'paid'").await, 1);
    world.assert_intact().await;
}

async fn assert_unpaid(world: &TestWorld, owed: &Owed) {
    assert_eq!(world.view(&owed.filed).await.case.bill, BillState::Due);
    assert!(treasury(world).await.iter().all(|r| r.status == BillStatus::Open && r.paid_at.is_none()));
}

async fn outcome_of(world: &TestWorld, event: &'static str) -> Option<String> {
    let mut tx = world.service.db.begin().await.unwrap();
    store::tables::bills::find_event(&mut tx, "till", event).await.unwrap().and_then(|(_, outcome)| outcome)
}

#[tokio::test]
async fn d5_the_bill_explains_itself_and_paying_it_lets_the_case_go_on() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    let view = world.view(&owed.filed).await;
    assert!(matches!(view.next, NextStep::Pay { amount, .. } if amount.0 == DUE));
    let bill = view.bill.unwrap();
    assert_eq!(bill.number.len(), 20, "缴款码 {}", bill.number);
    assert_eq!(bill.lines.iter().map(|l| l.amount.0).collect::<Vec<_>>(), [8_000, 1_000]);
    let approver = world.staff(Role::Approver).await.approver().unwrap();
    let grant =
        async || code_of(world.service.grant(&approver, owed.filed.case, world.version(&owed.filed).await).await);
    assert_eq!(grant().await, "refusal.bill_unpaid");
    let url = start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    assert!(url.ends_with(&order) && (6..=32).contains(&order.len()));
    assert!(world.service.my_bill(&owed.payer().applicant, owed.bill).await.unwrap().pending);
    world.till.pay(&order);
    notify(&world, &world.till, &order, "e1").await;
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
    assert_eq!(grant().await, "refusal.parts_open", "money alone is not enough for a joint matter");
    world.finish_parts(&owed.filed, &approver).await;
    assert_eq!(grant().await, "ok");
    assert_eq!(code_of(start(&world, &owed, "till").await), "bill.paid");
    let stranger = world.sign_in("13912340061").await;
    assert_eq!(code_of(world.service.my_bill(&stranger.applicant, owed.bill).await), "not_found");
    assert_eq!(code_of(world.service.start_payment(&stranger.applicant, owed.bill, "till", "x").await), "not_found");
    assert_eq!(code_of(start(&world, &owed, "no-such-provider").await), "bill.paid");
}

#[tokio::test]
async fn d5_the_same_notification_many_times_counts_once() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay(&order);
    for event in ["e1", "e1", "e2", "e1"] {
        notify(&world, &world.till, &order, event).await;
        world.run_jobs().await;
    }
    assert_paid_once(&world, &owed).await;
    assert_eq!(outcome_of(&world, "e1").await.as_deref(), Some("paid"));
    assert_eq!(outcome_of(&world, "e2").await.as_deref(), Some("repeated"));
    let told = world
        .sms
        .to(&owed.payer().phone)
        .iter()
        .filter(|m| m.params.iter().any(|(_, v)| v.contains("已收到缴款")))
        .count();
    assert_eq!(told, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d5_notifications_and_queries_at_once_count_once() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay(&order);
    for event in 0..4 {
        notify(&world, &world.till, &order, &format!("e{event}")).await;
    }
    let workers = (0..8).map(|n| {
        let (service, payer, bill) = (world.service.clone(), owed.payer().applicant.clone(), owed.bill);
        tokio::spawn(async move {
            if n % 2 == 0 {
                service.run_jobs(&format!("w{n}"), 1).await.map(drop)
            } else {
                service.check_payment(&payer, bill).await.map(drop)
            }
        })
    });
    for outcome in join_all(workers).await {
        outcome.unwrap().unwrap();
    }
    world.pass(2 * MINUTE);
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
    assert_eq!(treasury(&world).await[0].disputed, 0);
    assert_eq!(
        world.number("select count(*) as number from audit where action = 'pay_twice'").await,
        0,
        "no false alarm"
    );
}

#[tokio::test]
async fn d5_a_notification_a_day_late_still_counts() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay(&order);
    world.pass(DAY);
    notify(&world, &world.till, &order, "late").await;
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_without_any_notification_the_payer_checks_again() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let check = async || world.service.check_payment(&owed.payer().applicant, owed.bill).await;
    assert_eq!(check().await.unwrap().status, BillStatus::Open, "not paid yet");
    world.till.pay(&world.till.only_order());
    world.till.down.store(true, Ordering::SeqCst);
    assert_eq!(code_of(check().await), "pay.unreachable");
    world.till.down.store(false, Ordering::SeqCst);
    assert_eq!(check().await.unwrap().status, BillStatus::Paid);
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_without_any_notification_the_sweep_finds_the_payment() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    world.till.pay(&world.till.only_order());
    world.till.down.store(true, Ordering::SeqCst);
    world.pass(2 * MINUTE);
    world.service.housekeeping().await.expect("goes on though the provider is down");
    assert_unpaid(&world, &owed).await;
    world.till.down.store(false, Ordering::SeqCst);
    world.pass(MINUTE);
    world.service.housekeeping().await.unwrap();
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_the_notification_overtakes_the_answer_to_opening_the_order() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    world.till.slow.store(true, Ordering::SeqCst);
    let starting = start(&world, &owed, "till");
    let meanwhile = async {
        world.till.asked.notified().await;
        let order = world.till.only_order();
        world.till.pay(&order);
        notify(&world, &world.till, &order, "early").await;
        world.run_jobs().await;
        world.till.go_on.add_permits(1);
    };
    let (started, ()) = tokio::join!(starting, meanwhile);
    assert!(started.is_ok());
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_the_answer_to_opening_is_lost_and_the_same_order_is_used_again() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    world.till.swallows_answer.store(true, Ordering::SeqCst);
    assert_eq!(code_of(start(&world, &owed, "till").await), "pay.unreachable");
    start(&world, &owed, "till").await.unwrap();
    world.till.pay(&world.till.only_order());
    notify(&world, &world.till, &world.till.only_order(), "e").await;
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_a_right_seal_with_a_wrong_amount_pays_nothing_and_is_seen_by_the_treasurer() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay_amount(&order, 1);
    notify(&world, &world.till, &order, "e").await;
    world.run_jobs().await;
    assert_unpaid(&world, &owed).await;
    assert_eq!(outcome_of(&world, "e").await.as_deref(), Some("wrong_amount"));
    assert_eq!(treasury(&world).await[0].disputed, 1);
    // A late word about the same order does not wipe the dispute out.
    world.till.set(&order, service::ports::pay::OrderState::Closed);
    notify(&world, &world.till, &order, "closed").await;
    world.run_jobs().await;
    assert_eq!(treasury(&world).await[0].disputed, 1);
    // The right amount is paid with another order.
    start(&world, &owed, "till").await.unwrap();
    let second = world.till.orders().into_iter().find(|o| *o != order).unwrap();
    world.till.pay(&second);
    notify(&world, &world.till, &second, "right").await;
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_an_unknown_order_and_a_false_seal_change_nothing() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    world.till.pay_amount("no-such-order", DUE);
    notify(&world, &world.till, "no-such-order", "stray").await;
    world.run_jobs().await;
    assert_eq!(outcome_of(&world, "stray").await.as_deref(), Some("unknown_order"));
    let seen = store::tables::audit::of_subject(&world.service.db, "no-such-order").await.unwrap();
    assert_eq!(seen[0].action, "pay_unknown_order");

    let order = world.till.orders().into_iter().find(|o| o != "no-such-order").unwrap();
    world.till.pay(&order);
    let body = world.till.notification(&order, "forged");
    let forged = world.service.receive_notification("till", &|_| None, &body).await;
    assert_eq!(code_of(forged), "pay.not_authentic");
    assert_eq!(code_of(world.service.receive_notification("nobody", &|_| None, &body).await), "pay.provider");
    world.run_jobs().await;
    assert_unpaid(&world, &owed).await;
}

#[tokio::test]
async fn d5_a_success_after_a_closing_is_a_success() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.set(&order, service::ports::pay::OrderState::Closed);
    notify(&world, &world.till, &order, "closed").await;
    world.run_jobs().await;
    assert_unpaid(&world, &owed).await;
    world.till.pay(&order);
    notify(&world, &world.till, &order, "paid").await;
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
    // And once paid, a late “closed” or “open” takes nothing back.
    for (event, state) in
        [("late1", service::ports::pay::OrderState::Closed), ("late2", service::ports::pay::OrderState::Open)]
    {
        world.till.set(&order, state);
        notify(&world, &world.till, &order, event).await;
        world.run_jobs().await;
    }
    assert_paid_once(&world, &owed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d5_two_tabs_get_one_order() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    let tabs = (0..6).map(|_| {
        let (service, payer, bill) = (world.service.clone(), owed.payer().applicant.clone(), owed.bill);
        tokio::spawn(async move { service.start_payment(&payer, bill, "till", "192.0.2.1").await.unwrap() })
    });
    let urls: Vec<String> = join_all(tabs).await.into_iter().map(Result::unwrap).collect();
    assert!(urls.iter().all(|u| *u == urls[0]), "{urls:?}");
    world.till.pay(&world.till.only_order());
    world.service.check_payment(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_changing_the_provider_closes_the_first_order() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    start(&world, &owed, "other").await.unwrap();
    let first = world.till.only_order();
    assert!(world.till.notification(&first, "x").windows(6).any(|w| w == b"closed"));
    world.other_till.pay(&world.other_till.only_order());
    world.service.check_payment(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_paid_while_the_order_is_being_closed() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    world.till.pays_while_closing.store(true, Ordering::SeqCst);
    assert_eq!(code_of(start(&world, &owed, "other").await), "bill.paid");
    assert!(world.other_till.orders().is_empty(), "no second order");
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_paid_twice_at_two_providers_is_income_once_and_a_dispute() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    start(&world, &owed, "other").await.unwrap();
    let (first, second) = (world.till.only_order(), world.other_till.only_order());
    world.other_till.pay(&second);
    world.service.check_payment(&owed.payer().applicant, owed.bill).await.unwrap();
    // The closed order is paid all the same: the provider let it through.
    world.till.pay(&first);
    notify(&world, &world.till, &first, "twice").await;
    world.run_jobs().await;
    assert_eq!(outcome_of(&world, "twice").await.as_deref(), Some("paid_twice"));
    assert_paid_once(&world, &owed).await;
    assert_eq!(treasury(&world).await[0].disputed, 1, "money to be given back");
}

#[tokio::test]
async fn d5_an_expired_order_makes_room_for_a_new_one() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let first = world.till.only_order();
    world.pass(2 * HOUR);
    assert!(!world.service.my_bill(&owed.payer().applicant, owed.bill).await.unwrap().pending);
    world.service.housekeeping().await.unwrap();
    start(&world, &owed, "till").await.unwrap();
    let second = world.till.orders().into_iter().find(|o| *o != first).unwrap();
    world.till.pay(&second);
    world.service.check_payment(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_an_order_that_never_reached_the_provider_does_not_block_the_bill() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    world.till.down.store(true, Ordering::SeqCst);
    assert_eq!(code_of(start(&world, &owed, "till").await), "pay.unreachable");
    world.till.down.store(false, Ordering::SeqCst);
    world.pass(2 * HOUR);
    world.service.housekeeping().await.unwrap();
    assert_eq!(
        world.number("select count(*) as number from orders where state = 'open'").await,
        0,
        "asked about no more"
    );
    start(&world, &owed, "till").await.expect("a new order");
    world.till.pay(&world.till.only_order());
    world.service.check_payment(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_withdrawing_while_paying_gives_the_money_back() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.service.withdraw(&owed.payer().applicant, owed.filed.case).await.unwrap();
    assert_eq!(code_of(start(&world, &owed, "till").await), "bill.case_closed");
    world.till.pay(&order);
    notify(&world, &world.till, &order, "e").await;
    world.run_jobs().await;
    let bill = world.service.my_bill(&owed.payer().applicant, owed.bill).await.unwrap();
    assert_eq!((bill.status, bill.refunds.len(), bill.refunds[0].amount.0), (BillStatus::Closed, 1, DUE));
    assert_eq!(bill.refunds[0].why, RefundReason::BillClosed);
    assert_eq!(treasury(&world).await[0].disputed, 1);
    assert_eq!(world.till.refunds.lock().unwrap().len(), 1, "asked for by itself");
    world.till.settle_refunds();
    world.pass(MINUTE);
    world.run_jobs().await;
    assert_eq!(treasury(&world).await[0].disputed, 0);
    assert_eq!(world.status(&owed.filed).await, CaseStatus::Closed, "it stays withdrawn");
    world.assert_intact().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d5_money_and_a_change_of_the_case_at_once_lose_nothing() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay(&order);
    notify(&world, &world.till, &order, "e").await;
    let approver = world.staff(Role::Approver).await.approver().unwrap();
    let reasons = vec!["权属有争议".to_owned()];
    let version = world.version(&owed.filed).await;
    let (service, case) = (world.service.clone(), owed.filed.case);
    let refusing = tokio::spawn(async move { code_of(service.refuse(&approver, case, version, reasons).await) });
    let service = world.service.clone();
    let paying = tokio::spawn(async move { service.run_jobs("w", 10).await.unwrap() });
    let (refused, _) = (refusing.await.unwrap(), paying.await.unwrap());
    assert!(refused == "ok" || refused == "conflict", "{refused}");
    world.pass(MINUTE);
    world.run_jobs().await;
    let decided = world.status(&owed.filed).await == CaseStatus::Decided;
    assert_eq!(decided, refused == "ok");
    if !decided {
        return assert_paid_once(&world, &owed).await;
    }
    // Whichever came first, the refused applicant gets everything back.
    let bill = world.service.my_bill(&owed.payer().applicant, owed.bill).await.unwrap();
    assert!(matches!(bill.status, BillStatus::RefundDue | BillStatus::Closed), "{:?}", bill.status);
    assert_eq!(bill.refunds.iter().map(|r| r.amount.0).sum::<i64>(), DUE);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_rollback_does_not_swallow_the_first_notification() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    world.till.pay(&order);
    // The work fails after the notification was kept: the case cannot be read for a while.
    notify(&world, &world.till, &order, "e").await;
    world.tamper("update cases set status = 'closed'", Vec::new()).await;
    world.service.run_jobs("w", 10).await.unwrap();
    assert_eq!(outcome_of(&world, "e").await, None);
    assert_eq!(world.number("select count(*) as number from bills where status = 'paid'").await, 0, "all or nothing");
    world.tamper("update cases set status = 'in_progress'", Vec::new()).await;
    notify(&world, &world.till, &order, "e").await;
    world.pass(MINUTE);
    world.run_jobs().await;
    assert_paid_once(&world, &owed).await;
}

#[tokio::test]
async fn d5_treasurer_and_payer_see_the_same_bill() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    let rows = treasury(&world).await;
    let view = world.view(&owed.filed).await;
    assert_eq!((rows[0].number.clone(), rows[0].case_number.clone()), (view.bill.unwrap().number, view.case.number));
    assert_eq!((rows[0].status, rows[0].disputed), (BillStatus::Open, 0));
}
