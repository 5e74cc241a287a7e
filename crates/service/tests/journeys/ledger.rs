//! The book over whole journeys: what is paid too much or for nothing goes back by itself, every fen is booked,
//! and what a channel's bill says otherwise is found and repaired by two persons.

use crate::support::{DAY, Filed, HOUR, MINUTE, PROPERTY, TestWorld, Till, code_of};
use domain::bill::{RefundReason, RefundState};
use domain::case::BillState;
use domain::ids::BillId;
use domain::ledger::Account;
use domain::policy::Role;
use domain::reconcile::DifferenceKind;
use jiff::civil::{Date, date};
use service::MoneyKeeper;
use service::payments::{BillStatus, BillView};
use service::ports::pay::TradeLine;
use std::sync::atomic::Ordering;

const DUE: i64 = 9_000;
/// The day on which the test's channel says that money moves.
const PAID_ON: Date = date(2026, 3, 3);

struct Owed {
    filed: Filed,
    bill: BillId,
}

async fn owed(world: &TestWorld, phone: &str) -> Owed {
    let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
    let filed = world.submit(phone, PROPERTY, &wanted).await;
    let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
    world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
    let bill = world.view(&filed).await.bill.expect("raised at acceptance").id;
    Owed { filed, bill }
}

async fn start(world: &TestWorld, owed: &Owed, provider: &str) {
    let me = &owed.filed.person.applicant;
    world.service.start_payment(me, owed.bill, provider, "192.0.2.1").await.unwrap();
}

async fn paid(world: &TestWorld, phone: &str) -> (Owed, String) {
    let before = world.till.orders();
    let owed = owed(world, phone).await;
    start(world, &owed, "till").await;
    let order = world.till.orders().into_iter().find(|o| !before.contains(o)).expect("a new order");
    world.till.pay(&order);
    world.service.check_payment(&owed.filed.person.applicant, owed.bill).await.unwrap();
    (owed, order)
}

async fn view(world: &TestWorld, owed: &Owed) -> BillView {
    world.service.my_bill(&owed.filed.person.applicant, owed.bill).await.unwrap()
}

async fn keeper(world: &TestWorld) -> MoneyKeeper {
    world.staff(Role::Treasurer).await.money_keeper().unwrap()
}

async fn balance(world: &TestWorld, account: Account) -> i64 {
    store::tables::ledger::balances(&world.service.db).await.unwrap().balance(&account).0
}

fn clearing(till: &str) -> Account {
    Account::Clearing(till.into())
}

async fn told(world: &TestWorld, owed: &Owed, words: &str) -> usize {
    let list = world.service.my_messages(&owed.filed.person.applicant).await.unwrap();
    list.iter().filter(|m| m.body.contains(words)).count()
}

async fn move_refunds(world: &TestWorld, till: &Till) {
    till.settle_refunds();
    world.pass(HOUR);
    world.run_jobs().await;
}

#[tokio::test]
async fn d5_a_withdrawn_case_gives_the_fee_back_by_itself() {
    let world = TestWorld::new().await;
    let (owed, order) = paid(&world, "13912340700").await;
    assert_eq!((balance(&world, clearing("till")).await, balance(&world, Account::Income).await), (DUE, -DUE));
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
    assert_eq!(view(&world, &owed).await.status, BillStatus::RefundDue);
    assert_eq!(balance(&world, Account::Payback).await, -DUE, "owed to the payer before it has moved");
    world.run_jobs().await;
    let bill = view(&world, &owed).await;
    assert_eq!((bill.refunds[0].why, bill.refunds[0].state), (RefundReason::Withdrawn, RefundState::Sent));
    assert_eq!(told(&world, &owed, "您撤回了申请").await, 1);
    assert_eq!(told(&world, &owed, "已经原路退回").await, 0, "accepted is not moved");
    // It is asked about until it has moved, and asked for once.
    for _ in 0..3 {
        world.pass(HOUR);
        world.run_jobs().await;
    }
    move_refunds(&world, &world.till).await;
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.refunds[0].state), (BillStatus::Refunded, RefundState::Done));
    assert!(bill.refunds[0].done_at.is_some());
    assert_eq!(told(&world, &owed, "已经原路退回").await, 1);
    let number = format!("{order}R1");
    assert_eq!(world.till.refunds.lock().unwrap()[&number].2, 1);
    for account in [clearing("till"), Account::Income, Account::Payback, Account::Receivable] {
        assert_eq!(balance(&world, account.clone()).await, 0, "{account}");
    }
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_refused_case_gives_the_fee_back_and_an_unpaid_bill_is_cancelled() {
    let world = TestWorld::new().await;
    let (paid, _) = paid(&world, "13912340701").await;
    let unpaid = owed(&world, "13912340702").await;
    start(&world, &unpaid, "other").await;
    let approver = world.staff(Role::Approver).await.approver().unwrap();
    for owed in [&paid, &unpaid] {
        let (case, version) = (owed.filed.case, world.version(&owed.filed).await);
        world.service.refuse(&approver, case, version, vec!["权属有争议".into()]).await.unwrap();
    }
    world.run_jobs().await;
    assert_eq!(view(&world, &paid).await.status, BillStatus::RefundDue);
    assert_eq!(view(&world, &unpaid).await.status, BillStatus::Closed);
    let open = "select count(*) as number from orders where state = 'open'";
    assert_eq!(world.number(open).await, 0, "the channel was told that nothing is to be paid any more");
    move_refunds(&world, &world.till).await;
    assert_eq!(view(&world, &paid).await.status, BillStatus::Refunded);
    assert_eq!(balance(&world, Account::Income).await, 0);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_paid_at_two_channels_the_second_goes_back_and_the_payer_is_told() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340703").await;
    start(&world, &owed, "till").await;
    start(&world, &owed, "other").await;
    let (first, second) = (world.till.only_order(), world.other_till.only_order());
    world.other_till.pay(&second);
    world.till.pay(&first);
    world.service.check_payment(&owed.filed.person.applicant, owed.bill).await.unwrap();
    let body = world.till.notification(&first, "twice");
    let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
    world.service.receive_notification("till", &header, &body).await.unwrap();
    world.run_jobs().await;
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.refunds.len()), (BillStatus::Paid, 1));
    assert_eq!((bill.refunds[0].why, bill.refunds[0].amount.0), (RefundReason::PaidTwice, DUE));
    assert_eq!(told(&world, &owed, "付了两次").await, 1);
    assert_eq!(balance(&world, Account::Payback).await, -DUE);
    // The channel's own word about the refund is enough, and counts once.
    world.till.settle_refunds();
    for event in ["r1", "r1", "r2"] {
        let body = world.till.refund_notification(&format!("{first}R1"), event);
        world.service.receive_notification("till", &header, &body).await.unwrap();
        world.run_jobs().await;
    }
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Done);
    assert_eq!(told(&world, &owed, "已经原路退回").await, 1);
    assert_eq!((balance(&world, clearing("till")).await, balance(&world, clearing("other")).await), (0, DUE));
    assert_eq!(world.number("select count(*) as number from ledger_entries where kind = 'refund'").await, 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_refund_whose_answer_is_lost_is_asked_for_again_under_one_number() {
    let world = TestWorld::new().await;
    let (owed, order) = paid(&world, "13912340704").await;
    world.till.swallows_refund.store(true, Ordering::SeqCst);
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
    world.run_jobs().await;
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Due);
    world.till.down.store(true, Ordering::SeqCst);
    for _ in 0..20 {
        world.pass(2 * HOUR);
        world.run_jobs().await;
    }
    world.till.down.store(false, Ordering::SeqCst);
    world.pass(2 * HOUR);
    world.run_jobs().await;
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Sent, "however long the channel was away");
    assert_eq!(world.till.refunds.lock().unwrap()[&format!("{order}R1")].2, 2);
    move_refunds(&world, &world.till).await;
    assert_eq!(view(&world, &owed).await.status, BillStatus::Refunded);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_refund_that_the_channel_refuses_waits_for_a_person() {
    let world = TestWorld::new().await;
    let (owed, order) = paid(&world, "13912340705").await;
    *world.till.refuses_refunds.lock().unwrap() = Some("USER_ACCOUNT_ABNORMAL");
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
    world.run_jobs().await;
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Failed);
    assert_eq!(told(&world, &owed, "正在处理").await, 1);
    let (reader, keeper) = (world.staff(Role::Supervisor).await.treasurer().unwrap(), keeper(&world).await);
    let open = world.service.open_refunds(&reader).await.unwrap();
    assert_eq!((open.len(), open[0].problem.as_deref()), (1, Some("USER_ACCOUNT_ABNORMAL")));
    assert!(world.staff(Role::Supervisor).await.money_keeper().is_err(), "supervision looks and does not act");
    let number = format!("{order}R1");
    assert_eq!(code_of(world.service.retry_refund(&keeper, &number, " ").await), "money.text_missing");
    *world.till.refuses_refunds.lock().unwrap() = None;
    world.service.retry_refund(&keeper, &number, "付款人已恢复账户").await.unwrap();
    assert_eq!(code_of(world.service.retry_refund(&keeper, &number, "再一次").await), "conflict");
    world.run_jobs().await;
    move_refunds(&world, &world.till).await;
    assert_eq!(view(&world, &owed).await.status, BillStatus::Refunded);
    let seen = store::tables::audit::of_subject(&world.service.db, &number).await.unwrap();
    assert_eq!(seen[0].action, "refund_retried");
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_bills_from_before_there_was_a_book_are_taken_into_it_once() {
    let world = TestWorld::new().await;
    let (paid, _) = paid(&world, "13912340706").await;
    let open = owed(&world, "13912340707").await;
    start(&world, &open, "other").await;
    let order = world.other_till.only_order();
    world.other_till.pay_amount(&order, 1);
    world.service.check_payment(&open.filed.person.applicant, open.bill).await.unwrap();
    for sql in [
        "delete from ledger_lines",
        "delete from ledger_entries",
        "delete from refunds",
        "update orders set captured_fen = null",
    ] {
        world.tamper(sql, Vec::new()).await;
    }
    assert!(!world.service.verify().await.unwrap().problems.is_empty());
    assert_eq!(world.service.backfill_ledger().await.unwrap(), 2);
    assert_eq!(world.service.backfill_ledger().await.unwrap(), 0);
    assert_eq!((balance(&world, clearing("till")).await, balance(&world, clearing("other")).await), (DUE, 1));
    assert_eq!(
        (view(&world, &paid).await.status, view(&world, &open).await.status),
        (BillStatus::Paid, BillStatus::Open)
    );
    assert_eq!(view(&world, &open).await.refunds[0].why, RefundReason::WrongAmount);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_whoever_changes_the_book_is_found() {
    let changes = [
        "update ledger_lines set fen = fen * 2",
        "update ledger_entries set note = 'x' where seq = 1",
        "delete from ledger_entries where seq = 1",
        "delete from ledger_entries where seq = (select max(seq) from ledger_entries)",
        "update orders set amount_fen = 1",
    ];
    for sql in changes {
        let world = TestWorld::new().await;
        paid(&world, "13912340708").await;
        world.assert_intact().await;
        world.tamper(sql, Vec::new()).await;
        assert!(!world.service.verify().await.unwrap().problems.is_empty(), "{sql}");
    }
}

fn line(number: &str, amount_fen: i64, refund: bool) -> TradeLine {
    TradeLine {
        refund,
        number: number.into(),
        out_trade_no: number.into(),
        provider_no: format!("P{number}"),
        amount_fen,
        fee_fen: amount_fen * 6 / 1000,
        at: domain::time::Instant::start_of(PAID_ON).0,
    }
}

#[tokio::test]
async fn d5_each_kind_of_difference_is_found_and_repaired_by_two_persons() {
    let world = TestWorld::new().await;
    let (_, right) = paid(&world, "13912340710").await;
    let (_, dearer) = paid(&world, "13912340711").await;
    let (_, missing) = paid(&world, "13912340712").await;
    let late = owed(&world, "13912340713").await;
    let known = world.till.orders();
    start(&world, &late, "till").await;
    let unnoticed = world.till.orders().into_iter().find(|o| !known.contains(o)).unwrap();
    world.till.pay(&unnoticed);
    world.pass(2 * DAY);
    let lines = vec![
        line(&right, DUE, false),
        line(&dearer, DUE + 1, false),
        line(&unnoticed, DUE, false),
        line("nobody's", 500, false),
    ];
    *world.till.bill.lock().unwrap() = Some(lines);
    let (first, second) = (keeper(&world).await, keeper(&world).await);
    let reader = world.staff(Role::Treasurer).await.treasurer().unwrap();
    assert_eq!(code_of(world.service.reconcile(&first, "till", world.service.today()).await), "recon.too_early");
    assert_eq!(code_of(world.service.reconcile(&first, "other", PAID_ON).await), "recon.not_offered");
    assert_eq!(world.service.reconcile(&first, "till", PAID_ON).await.unwrap(), 4);
    assert_eq!(world.service.reconcile(&first, "till", PAID_ON).await.unwrap(), 4, "the same again");
    let list = world.service.reconciliation(&reader).await.unwrap();
    assert_eq!((list.differences.len(), list.days.len(), list.days[0].lines), (4, 1, 4));
    let kind = |kind: DifferenceKind| list.differences.iter().find(|d| d.what.kind == kind).expect("found");
    assert_eq!(kind(DifferenceKind::OnlyHere).what.number, missing);
    assert_eq!(kind(DifferenceKind::State).what.number, unnoticed);
    for difference in &list.differences {
        let id = &difference.id;
        assert_eq!(code_of(world.service.propose_correction(&first, id, "").await), "money.text_missing");
        world.service.propose_correction(&first, id, "已和渠道核对").await.unwrap();
        assert_eq!(code_of(world.service.answer_correction(&first, id, true).await), "money.same_person");
        world.service.answer_correction(&second, id, true).await.unwrap();
        assert_eq!(code_of(world.service.answer_correction(&second, id, true).await), "conflict");
    }
    assert_eq!(view(&world, &late).await.status, BillStatus::Paid, "the channel's word was noted");
    // What the channel holds by its bill, less its fees, is what the book says; the rest is explained.
    let fees = balance(&world, Account::Fee("till".into())).await;
    assert_eq!(balance(&world, clearing("till")).await, 3 * DUE + 1 + 500 - fees);
    assert_eq!(balance(&world, Account::Suspense("till".into())).await, DUE - 1 - 500);
    let list = world.service.reconciliation(&reader).await.unwrap();
    assert!(list.differences.iter().all(|d| d.state == "settled" && d.agreed_by.is_some()));
    settle(&world, &first, &second).await;
    world.assert_intact().await;
}

/// What the channel paid into the treasury account empties the channel's account in the book.
async fn settle(world: &TestWorld, first: &MoneyKeeper, second: &MoneyKeeper) {
    let held = domain::money::Fen(balance(world, clearing("till")).await);
    let record = async || {
        let day = world.service.today();
        world.service.record_settlement(first, "till", day, &held.yuan_text(), "入库 2026-0001").await
    };
    record().await.unwrap();
    assert_eq!(code_of(record().await), "settlement.known", "one voucher is booked once");
    let reader = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let id = world.service.balances(&reader).await.unwrap().settlements[0].id.clone();
    assert_eq!(code_of(world.service.confirm_settlement(first, &id).await), "money.same_person");
    world.service.confirm_settlement(second, &id).await.unwrap();
    assert_eq!((balance(world, clearing("till")).await, balance(world, Account::Treasury).await), (0, held.0));
}

#[tokio::test]
async fn d5_yesterdays_bill_is_fetched_by_itself_and_the_report_adds_up() {
    let world = TestWorld::new().await;
    let (_, order) = paid(&world, "13912340714").await;
    *world.till.bill.lock().unwrap() = Some(vec![line(&order, DUE, false)]);
    // Tuesday 3 March is the day on which the channel says the money came; it is told from Wednesday 10:00 on.
    world.pass(2 * DAY + HOUR - 2 * MINUTE);
    world.service.housekeeping().await.unwrap();
    world.run_jobs().await;
    let days = "select count(*) as number from recon_days where day = '2026-03-03'";
    assert_eq!(world.number(days).await, 0, "before ten");
    world.pass(3 * MINUTE);
    world.service.housekeeping().await.unwrap();
    world.service.housekeeping().await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.number(days).await, 1);
    assert_eq!(world.number("select count(*) as number from recon_differences").await, 0);
    let reader = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let report = world.service.daily_report(&reader, PAID_ON).await.unwrap();
    assert_eq!((report.rows.len(), report.paid().0, report.returned().0), (2, DUE, 0));
    assert!(report.rows.iter().all(|row| row.means == "till" && !row.item_code.is_empty()));
    let csv = report.csv();
    assert!(csv.starts_with('\u{feff}') && csv.contains("\"80.00\"") && csv.lines().count() == 4, "{csv}");
    assert_eq!(report.workbook().pages[0].cells.len(), 4);
    let empty = world.service.daily_report(&reader, date(2026, 3, 9)).await.unwrap();
    assert_eq!(empty.paid().0, 0);
}

#[tokio::test]
async fn d5_a_waiver_needs_a_basis_and_a_second_person() {
    let world = TestWorld::new().await;
    let whole = owed(&world, "13912340715").await;
    let part = owed(&world, "13912340716").await;
    let (back, _) = paid(&world, "13912340717").await;
    let (first, second) = (keeper(&world).await, keeper(&world).await);
    let reader = world.staff(Role::Treasurer).await.treasurer().unwrap();
    let ask = async |owed: &Owed, to: &str, basis: &str| {
        let number = view(&world, owed).await.number;
        world.service.ask_waiver(&first, &number, to, basis, "低保家庭").await
    };
    assert_eq!(code_of(ask(&whole, "0", "").await), "money.text_missing");
    assert_eq!(code_of(ask(&whole, "90", "财税〔2019〕45号").await), "money.amount");
    for (owed, to) in [(&whole, "0"), (&part, "40"), (&back, "40")] {
        ask(owed, to, "财税〔2019〕45号").await.unwrap();
        assert_eq!(code_of(ask(owed, to, "财税〔2019〕45号").await), "conflict");
    }
    for waiver in world.service.waivers(&reader).await.unwrap() {
        assert_eq!(code_of(world.service.answer_waiver(&first, &waiver.id, true).await), "money.same_person");
        world.service.answer_waiver(&second, &waiver.id, true).await.unwrap();
        let seen = store::tables::audit::of_subject(&world.service.db, &waiver.id).await.unwrap();
        let acts: Vec<&str> = seen.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(acts, ["waiver_asked", "waiver_agreed"]);
    }
    assert_eq!(world.view(&whole.filed).await.case.bill, BillState::None, "nothing holds the grant back");
    let bill = view(&world, &part).await;
    assert_eq!((bill.total.0, bill.lines.iter().map(|l| l.amount.0).sum::<i64>()), (4_000, 4_000));
    assert!(bill.lines.iter().any(|l| l.reduction.as_deref().is_some_and(|r| r.contains("财税〔2019〕45号"))));
    let bill = view(&world, &back).await;
    assert_eq!((bill.status, bill.refunds[0].amount.0), (BillStatus::Paid, DUE - 4_000));
    move_refunds(&world, &world.till).await;
    world.run_jobs().await;
    move_refunds(&world, &world.till).await;
    assert_eq!(balance(&world, clearing("till")).await, 4_000);
    world.assert_intact().await;
}
