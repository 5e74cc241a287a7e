//! What went wrong with money once, and must not again: orders that nobody asked about any more, bills from before
//! there was a book, channels that are not offered any more.

use crate::support::{DAY, Filed, HOUR, MINUTE, PROPERTY, TestWorld, code_of};
use domain::bill::{RefundReason, RefundState};
use domain::ids::BillId;
use domain::policy::Role;
use futures_util::future::join_all;
use jiff::civil::date;
use service::payments::{BillStatus, BillView};
use service::ports::pay::{OrderState, PaymentProvider, TradeLine};
use service::{Failure, MoneyKeeper, Treasurer};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const DUE: i64 = 9_000;
const ADDRESS: &str = "192.0.2.1";
const OPEN: &str = "select count(*) as number from orders where state = 'open'";

struct Owed {
    filed: Filed,
    bill: BillId,
    number: String,
}

async fn owed(world: &TestWorld, phone: &str) -> Owed {
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit(phone, PROPERTY, &wanted).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let bill = world.view(&filed).await.bill.expect("raised at acceptance");
    Owed { filed, bill: bill.id, number: bill.number }
}

async fn start(world: &TestWorld, owed: &Owed, channel: &str) -> Result<String, Failure> {
    world.service.start_payment(&owed.filed.person.applicant, owed.bill, channel, ADDRESS).await
}

/// The number of the order that was opened.
async fn order(world: &TestWorld, owed: &Owed, channel: &str) -> String {
    let url = start(world, owed, channel).await.unwrap();
    url.rsplit('/').next().expect("the number").to_owned()
}

async fn check(world: &TestWorld, owed: &Owed) -> BillView {
    world.service.check_payment(&owed.filed.person.applicant, owed.bill).await.unwrap()
}

async fn view(world: &TestWorld, owed: &Owed) -> BillView {
    world.service.my_bill(&owed.filed.person.applicant, owed.bill).await.unwrap()
}

async fn withdraw(world: &TestWorld, owed: &Owed) {
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
}

async fn keeper(world: &TestWorld) -> MoneyKeeper {
    world.staff(Role::Treasurer).await.money_keeper().unwrap()
}

async fn reader(world: &TestWorld) -> Treasurer {
    world.staff(Role::Treasurer).await.treasurer().unwrap()
}

/// As it was before there was a book.
async fn without_book(world: &TestWorld) {
    for sql in [
        "delete from ledger_lines",
        "delete from ledger_entries",
        "delete from refunds",
        "delete from jobs where kind = 'refund'",
        "update orders set captured_fen = null",
    ] {
        world.tamper(sql, Vec::new()).await;
    }
}

#[tokio::test]
async fn d5_money_from_before_there_was_a_book_goes_back_only_once_a_person_says_so() {
    let world = TestWorld::new().await;
    let (back, closed) = (owed(&world, "13912341000").await, owed(&world, "13912341001").await);
    let wrong = owed(&world, "13912341002").await;
    // Paid and withdrawn; paid after it was withdrawn; paid with another amount.
    let first = order(&world, &back, "till").await;
    world.till.pay(&first);
    check(&world, &back).await;
    withdraw(&world, &back).await;
    let second = order(&world, &closed, "till").await;
    withdraw(&world, &closed).await;
    world.till.pay(&second);
    check(&world, &closed).await;
    let third = order(&world, &wrong, "other").await;
    world.other_till.pay_amount(&third, 1);
    check(&world, &wrong).await;
    without_book(&world).await;

    assert_eq!(world.service.backfill_ledger().await.unwrap(), 3);
    for _ in 0..2 {
        world.run_jobs().await;
        world.pass(HOUR);
    }
    assert!(world.till.refunds.lock().unwrap().is_empty() && world.other_till.refunds.lock().unwrap().is_empty());
    let statuses = [view(&world, &back).await, view(&world, &closed).await, view(&world, &wrong).await];
    assert_eq!(statuses.map(|bill| bill.status), [BillStatus::RefundDue, BillStatus::Closed, BillStatus::Open]);
    let waiting = world.service.open_refunds(&reader(&world).await).await.unwrap();
    assert_eq!(waiting.len(), 3);
    for refund in &waiting {
        assert_eq!((refund.state, refund.problem.as_deref()), (RefundState::Failed, Some("BEFORE_BOOK")));
    }
    world.assert_intact().await;

    let number = waiting.into_iter().find(|refund| refund.out_trade_no == first).expect("planned").number;
    world.service.retry_refund(&keeper(&world).await, &number, "查过了，没有退过").await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.till.refunds.lock().unwrap().keys().collect::<Vec<_>>(), [&number]);
    assert_eq!(view(&world, &back).await.refunds[0].state, RefundState::Sent);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_bill_left_open_by_a_case_that_ended_before_there_was_a_book_is_closed() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341003").await;
    withdraw(&world, &owed).await;
    without_book(&world).await;
    world.tamper("update bills set status = 'open'", Vec::new()).await;
    assert_eq!(world.service.backfill_ledger().await.unwrap(), 1);
    assert_eq!(view(&world, &owed).await.status, BillStatus::Closed);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_an_order_its_provider_did_not_know_yet_is_asked_about_after_it_was_closed() {
    let world = TestWorld::new().await;
    let (twice, once) = (owed(&world, "13912341004").await, owed(&world, "13912341005").await);
    world.till.lazy.store(true, Ordering::SeqCst);
    // Paid at the second channel, and then in the first one's page, which was open all the while.
    let first = order(&world, &twice, "till").await;
    let second = order(&world, &twice, "other").await;
    assert!(world.till.orders().is_empty(), "nobody has come there yet");
    world.other_till.pay(&second);
    assert_eq!(check(&world, &twice).await.status, BillStatus::Paid);
    world.till.pay_amount(&first, DUE);
    // Paid in the first one's page alone.
    let only = order(&world, &once, "till").await;
    order(&world, &once, "other").await;
    world.till.pay_amount(&only, DUE);
    world.pass(2 * MINUTE);
    world.service.housekeeping().await.unwrap();
    world.run_jobs().await;
    let bill = view(&world, &twice).await;
    assert_eq!((bill.status, bill.refunds.len()), (BillStatus::Paid, 1));
    assert_eq!(bill.refunds[0].why, RefundReason::PaidTwice);
    assert_eq!(world.till.refunds.lock().unwrap().len(), 1, "asked to go back by itself");
    let bill = view(&world, &once).await;
    assert_eq!((bill.status, bill.refunds.len()), (BillStatus::Paid, 0));
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_an_order_over_an_old_amount_is_never_used_again() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341006").await;
    let old = order(&world, &owed, "till").await;
    world.service.ask_waiver(&keeper(&world).await, &owed.number, "40", "财税〔2019〕45号", "低保家庭").await.unwrap();
    let id = world.service.waivers(&reader(&world).await).await.unwrap()[0].id.clone();
    // The channel is away: nobody can close the order there.
    world.till.down.store(true, Ordering::SeqCst);
    world.service.answer_waiver(&keeper(&world).await, &id, true).await.unwrap();
    assert_eq!(world.number(OPEN).await, 1);
    world.till.down.store(false, Ordering::SeqCst);
    let new = order(&world, &owed, "till").await;
    assert_ne!(old, new);
    assert_eq!(world.number("select amount_fen as number from orders where state = 'open'").await, 4_000);
    world.till.pay(&new);
    let bill = check(&world, &owed).await;
    assert_eq!((bill.status, bill.total.0), (BillStatus::Paid, 4_000));
    world.assert_intact().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d5_two_tabs_at_two_channels_leave_one_order_open() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341007").await;
    let tabs = ["till", "other", "till", "other"].map(|channel| {
        let (service, payer, bill) = (world.service.clone(), owed.filed.person.applicant.clone(), owed.bill);
        tokio::spawn(async move { code_of(service.start_payment(&payer, bill, channel, ADDRESS).await) })
    });
    for outcome in join_all(tabs).await {
        let code = outcome.unwrap();
        assert!(["ok", "pay.again", "pay.refused"].contains(&code.as_str()), "{code}");
    }
    assert!(world.number(OPEN).await <= 1);
    let last = order(&world, &owed, "other").await;
    assert_eq!(world.number(OPEN).await, 1);
    world.other_till.pay(&last);
    assert_eq!(check(&world, &owed).await.status, BillStatus::Paid);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_nothing_is_waived_while_a_window_has_the_money() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341008").await;
    world.service.ask_waiver(&keeper(&world).await, &owed.number, "40", "财税〔2019〕45号", "低保家庭").await.unwrap();
    let taker = world.staff(Role::Clerk).await.taker().unwrap();
    world.service.record_taking(&taker, &owed.number, "counter_cash", "SJ-001000").await.unwrap();
    let id = world.service.waivers(&reader(&world).await).await.unwrap()[0].id.clone();
    let second = keeper(&world).await;
    assert_eq!(code_of(world.service.answer_waiver(&second, &id, true).await), "waiver.at_window");
    let looker = world.staff(Role::Supervisor).await.taking_reader().unwrap();
    let entry = world.service.takings(&looker).await.unwrap().entries[0].id.clone();
    world.service.answer_taking(&second, &entry, false).await.unwrap();
    world.service.answer_waiver(&second, &id, true).await.unwrap();
    assert_eq!(view(&world, &owed).await.total.0, 4_000);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_channel_that_is_not_offered_any_more_holds_a_bill_up_only_until_its_order_ends() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341009").await;
    order(&world, &owed, "till").await;
    let left: Vec<Arc<dyn PaymentProvider>> = vec![world.other_till.clone()];
    let world = world.with_providers(left);
    assert_eq!(code_of(start(&world, &owed, "other").await), "pay.provider");
    world.pass(2 * HOUR);
    world.service.housekeeping().await.unwrap();
    assert_eq!(world.number(OPEN).await, 0);
    let order = order(&world, &owed, "other").await;
    world.other_till.pay(&order);
    assert_eq!(check(&world, &owed).await.status, BillStatus::Paid);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_refund_waits_for_a_channel_that_is_not_offered_for_a_while() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341010").await;
    let order = order(&world, &owed, "till").await;
    world.till.pay(&order);
    check(&world, &owed).await;
    let all: Vec<Arc<dyn PaymentProvider>> = vec![world.till.clone(), world.other_till.clone()];
    let left: Vec<Arc<dyn PaymentProvider>> = vec![world.other_till.clone()];
    let world = world.with_providers(left);
    withdraw(&world, &owed).await;
    for _ in 0..20 {
        world.run_jobs().await;
        world.pass(2 * HOUR);
    }
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Due);
    let world = world.with_providers(all);
    world.run_jobs().await;
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Sent);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_an_order_that_was_given_back_at_the_providers_own_desk_is_over() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341011").await;
    let first = order(&world, &owed, "till").await;
    world.till.set(&first, OrderState::Refunded);
    assert_eq!(check(&world, &owed).await.status, BillStatus::Open);
    assert_eq!(world.number(OPEN).await, 0);
    let seen = store::tables::audit::of_subject(&world.service.db, &first).await.unwrap();
    assert_eq!(seen[0].action, "pay_refunded_elsewhere");
    assert_ne!(order(&world, &owed, "till").await, first);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_provider_that_is_away_keeps_no_other_from_being_asked() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341012").await;
    let paid = order(&world, &owed, "till").await;
    // Left over from before one order was open at a time; it is asked about first.
    let beside = "insert into orders (out_trade_no, bill_id, provider, amount_fen, state, created_at, expires_at)
        select 'beside', bill_id, 'other', amount_fen, 'open', created_at + 1, expires_at from orders";
    assert_eq!(world.tamper(beside, Vec::new()).await, 1);
    world.other_till.down.store(true, Ordering::SeqCst);
    let me = &owed.filed.person.applicant;
    assert_eq!(code_of(world.service.check_payment(me, owed.bill).await), "pay.unreachable");
    world.till.pay(&paid);
    assert_eq!(check(&world, &owed).await.status, BillStatus::Paid);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_whoever_pays_by_a_link_reads_nothing_of_the_matter_in_their_app() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341013").await;
    let (me, service) = (&owed.filed.person.applicant, &world.service);
    order(&world, &owed, "till").await;
    service.make_pay_link(me, owed.bill).await.unwrap();
    let token = service.my_pay_link(me, owed.bill).await.unwrap().expect("made");
    service.pay_by_link(&token, "till", ADDRESS).await.unwrap();
    let titles = world.till.titles.lock().unwrap().clone();
    assert_eq!((titles.len(), &titles[0]), (2, &titles[1]), "the same, whoever pays");
    let body = service.linked_bill(&token).await.unwrap().body;
    assert_eq!(titles[0], format!("{body} 缴款"));
    let matter = world.view(&owed.filed).await.matter.title.clone();
    assert!(!titles[0].contains(&matter), "{matter}");
}

fn line(order: &str) -> TradeLine {
    TradeLine {
        refund: false,
        number: order.into(),
        out_trade_no: order.into(),
        provider_no: format!("P{order}"),
        amount_fen: DUE,
        fee_fen: 54,
        at: domain::time::Instant::start_of(date(2026, 3, 3)).0,
    }
}

#[tokio::test]
async fn d5_a_difference_that_comes_right_while_its_repair_waits_is_not_booked() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341014").await;
    let paid = order(&world, &owed, "till").await;
    world.till.pay(&paid);
    check(&world, &owed).await;
    world.pass(2 * DAY);
    let (first, second) = (keeper(&world).await, keeper(&world).await);
    *world.till.bill.lock().unwrap() = Some(Vec::new());
    let day = date(2026, 3, 3);
    assert_eq!(world.service.reconcile(&first, "till", day).await.unwrap(), 1);
    let id = world.service.reconciliation(&reader(&world).await).await.unwrap().differences[0].id.clone();
    world.service.propose_correction(&first, &id, "渠道说没有收到").await.unwrap();
    *world.till.bill.lock().unwrap() = Some(vec![line(&paid)]);
    assert_eq!(world.service.reconcile(&first, "till", day).await.unwrap(), 0);
    assert_eq!(code_of(world.service.answer_correction(&second, &id, true).await), "conflict");
    let list = world.service.reconciliation(&reader(&world).await).await.unwrap();
    assert_eq!((list.differences[0].state.as_str(), list.differences[0].reason.as_str()), ("settled", "vanished"));
    assert_eq!(world.number("select count(*) as number from ledger_entries where kind = 'repair'").await, 0);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_days_after_which_nothing_ran_are_reconciled_later() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912341015").await;
    let paid = order(&world, &owed, "till").await;
    world.till.pay(&paid);
    check(&world, &owed).await;
    *world.till.bill.lock().unwrap() = Some(vec![line(&paid)]);
    // Friday 6 March, 11:00; the first bill was raised on Monday.
    world.pass(4 * DAY + 2 * HOUR);
    for _ in 0..2 {
        world.service.housekeeping().await.unwrap();
        world.run_jobs().await;
    }
    assert_eq!(world.number("select count(*) as number from recon_days where provider = 'till'").await, 4);
    assert_eq!(world.number("select count(*) as number from jobs where kind = 'trade_bill'").await, 12);
    assert_eq!(world.number("select count(*) as number from recon_differences").await, 0);
}

#[tokio::test]
async fn d5_a_settlement_that_was_mistyped_is_refused_and_recorded_anew() {
    let world = TestWorld::new().await;
    let (first, second) = (keeper(&world).await, keeper(&world).await);
    let (service, day) = (&world.service, world.service.today());
    let record = async |yuan: &str| service.record_settlement(&first, "till", day, yuan, "入库 2026-0009").await;
    record("900").await.unwrap();
    assert_eq!(code_of(record("90").await), "settlement.known");
    let list = async || service.balances(&reader(&world).await).await.unwrap().settlements;
    let wrong = list().await[0].id.clone();
    service.refuse_settlement(&first, &wrong).await.unwrap();
    assert_eq!(code_of(service.confirm_settlement(&second, &wrong).await), "conflict", "it is over");
    assert_eq!(code_of(service.refuse_settlement(&second, &wrong).await), "conflict");
    record("90").await.unwrap();
    let right = list().await.into_iter().find(|row| row.state == "asked").expect("recorded anew").id;
    service.confirm_settlement(&second, &right).await.unwrap();
    assert_eq!(code_of(service.refuse_settlement(&second, &right).await), "conflict", "it is booked");
    assert_eq!(code_of(record("90").await), "settlement.known");
    let book = store::tables::ledger::balances(&service.db).await.unwrap();
    assert_eq!(book.balance(&domain::ledger::Account::Treasury).0, 9_000);
}
