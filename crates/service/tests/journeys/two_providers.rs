//! Two providers, several channels: whatever is tried beside each other, a bill is paid once.

use crate::support::{DAY, Filed, PROPERTY, TestWorld, Till, code_of};
use domain::case::BillState;
use domain::ids::BillId;
use domain::policy::Role;
use service::Failure;
use service::payments::{BillStatus, BillView};
use service::ports::pay::{Notification, OrderState};
use std::sync::atomic::Ordering;

/// A registration of a dwelling with one extra copy: 80 + 10 yuan.
const DUE: i64 = 9_000;
const CODE: &str = "alipay_code";
const PHONE: &str = "alipay_phone";

struct Owed {
    filed: Filed,
    bill: BillId,
}

async fn owed(world: &TestWorld) -> Owed {
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit("13912340070", PROPERTY, &wanted).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let bill = world.view(&filed).await.bill.expect("raised at acceptance");
    assert_eq!((bill.total.0, bill.status), (DUE, BillStatus::Open));
    Owed { bill: bill.id, filed }
}

async fn start(world: &TestWorld, owed: &Owed, channel: &str) -> Result<String, Failure> {
    world.service.start_payment(&owed.filed.person.applicant, owed.bill, channel, "192.0.2.1").await
}

async fn shown(world: &TestWorld, owed: &Owed, channel: &str) -> Result<(BillView, Option<String>), Failure> {
    world.service.payment_code(&owed.filed.person.applicant, owed.bill, channel, "192.0.2.1").await
}

async fn notify(world: &TestWorld, account: &str, till: &Till, order: &str, event: &str) -> &'static str {
    let body = till.notification(order, event);
    let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
    world.service.receive_notification(account, &header, &body).await.expect("acknowledged")
}

async fn assert_paid_once(world: &TestWorld, owed: &Owed, disputed: usize) {
    let treasurer = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let rows = world.service.bills(&treasurer).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].status, rows[0].amount.0, rows[0].disputed), (BillStatus::Paid, DUE, disputed));
    let view = world.view(&owed.filed).await;
    assert_eq!(view.case.bill, BillState::Paid);
    assert_eq!(view.timeline.iter().filter(|e| e.kind == "bill_paid").count(), 1);
    assert_eq!(world.number("select count(*) as number from orders where state = 'paid'").await, 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_code_is_shown_again_for_the_same_order_until_it_is_paid() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    let (view, code) = shown(&world, &owed, CODE).await.unwrap();
    assert!(!view.pending && code.is_none(), "looking opens no order");
    let first = start(&world, &owed, CODE).await.unwrap();
    for _ in 0..3 {
        let (view, code) = shown(&world, &owed, CODE).await.unwrap();
        assert!(view.pending);
        assert_eq!(code.as_deref(), Some(first.as_str()));
    }
    let order = world.code_till.only_order();
    assert!(shown(&world, &owed, PHONE).await.unwrap().1.is_none(), "another channel has none");
    assert!(shown(&world, &owed, "till").await.unwrap().1.is_none());
    assert_eq!(code_of(shown(&world, &owed, "nobody").await), "pay.provider");
    let stranger = world.sign_in("13912340071").await;
    let theirs = world.service.payment_code(&stranger.applicant, owed.bill, CODE, "192.0.2.1").await;
    assert_eq!(code_of(theirs), "not_found");

    // Scanned and paid on another phone, no notification yet: showing the code once more finds it out.
    world.code_till.pay(&order);
    assert_eq!(code_of(shown(&world, &owed, CODE).await), "bill.paid");
    let (view, code) = shown(&world, &owed, CODE).await.unwrap();
    assert_eq!((view.status, code), (BillStatus::Paid, None));
    assert_paid_once(&world, &owed, 0).await;
}

#[tokio::test]
async fn d5_channels_of_one_account_share_its_callback_and_its_word() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, PHONE).await.unwrap();
    let order = world.phone_till.only_order();
    world.phone_till.pay(&order);
    for _ in 0..2 {
        assert_eq!(notify(&world, "alipay", &world.phone_till, &order, "n1").await, "success");
        world.run_jobs().await;
    }
    assert_paid_once(&world, &owed, 0).await;
    // A channel is no account: there is one door for each account.
    let body = world.phone_till.notification(&order, "n2");
    let wrong_door = world.service.receive_notification(PHONE, &|_| Some("right".into()), &body).await;
    assert_eq!(code_of(wrong_door), "pay.provider");
    // The first provider still wants no word.
    let stray = notify(&world, "till", &world.till, "no-such-order", "n3").await;
    assert_eq!(stray, "");
}

#[tokio::test]
async fn d5_changing_from_the_code_to_the_app_closes_the_first_order() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, CODE).await.unwrap();
    start(&world, &owed, PHONE).await.unwrap();
    let (by_code, on_phone) = (world.code_till.only_order(), world.phone_till.only_order());
    assert_ne!(by_code, on_phone, "one number at two channels would be refused");
    assert!(world.code_till.notification(&by_code, "x").windows(6).any(|w| w == b"closed"));
    assert!(shown(&world, &owed, CODE).await.unwrap().1.is_none(), "the old code is not shown any more");
    world.phone_till.pay(&on_phone);
    world.service.check_payment(&owed.filed.person.applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d5_of_two_payments_at_two_providers_at_once_the_first_captured_counts() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, PHONE).await.unwrap();
    start(&world, &owed, "till").await.unwrap();
    let (first, second) = (world.phone_till.only_order(), world.till.only_order());
    // The payer had the app open all the while, and paid in both.
    world.phone_till.pay(&first);
    world.till.pay(&second);
    assert_eq!(notify(&world, "alipay", &world.phone_till, &first, "a").await, "success");
    assert_eq!(notify(&world, "till", &world.till, &second, "w").await, "");
    let workers = ["w1", "w2", "w3"].map(|name| {
        let service = world.service.clone();
        tokio::spawn(async move { service.run_jobs(name, 1).await.map(drop) })
    });
    for worker in workers {
        worker.await.unwrap().unwrap();
    }
    world.pass(DAY);
    world.run_jobs().await;
    assert_paid_once(&world, &owed, 1).await;
}

#[tokio::test]
async fn d5_a_code_that_never_reached_the_provider_does_not_block_the_other_one() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    world.code_till.down.store(true, Ordering::SeqCst);
    assert_eq!(code_of(start(&world, &owed, CODE).await), "pay.unreachable");
    assert_eq!(code_of(shown(&world, &owed, CODE).await), "pay.unreachable");
    // As long as nobody knows whether it is open there, no second order is opened beside it.
    assert_eq!(code_of(start(&world, &owed, "till").await), "pay.unreachable");
    world.code_till.down.store(false, Ordering::SeqCst);
    start(&world, &owed, "till").await.unwrap();
    world.till.pay(&world.till.only_order());
    world.service.check_payment(&owed.filed.person.applicant, owed.bill).await.unwrap();
    assert_paid_once(&world, &owed, 0).await;
}

#[tokio::test]
async fn d5_a_notification_that_names_another_bill_books_nothing() {
    let world = TestWorld::new().await;
    let owed = owed(&world).await;
    start(&world, &owed, "till").await.unwrap();
    let order = world.till.only_order();
    let own = world.view(&owed.filed).await.bill.expect("raised").number;
    let named = |number: &str, event: &str| {
        let state = OrderState::Paid { transaction_id: "T1".into(), amount_fen: DUE, paid_at: 1_772_500_000_000_000 };
        let said = Notification {
            event_id: event.into(),
            out_trade_no: order.clone(),
            bill_number: Some(number.to_owned()),
            state,
        };
        serde_json::to_vec(&said).unwrap()
    };
    let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
    world.service.receive_notification("till", &header, &named("53990126030200000017", "n1")).await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.view(&owed.filed).await.bill.expect("raised").status, BillStatus::Open);
    assert_eq!(world.number("select count(*) as number from pay_events where outcome = 'wrong_bill'").await, 1);

    world.till.pay(&order);
    world.service.receive_notification("till", &header, &named(&own, "n2")).await.unwrap();
    world.run_jobs().await;
    assert_paid_once(&world, &owed, 0).await;
}
