//! 窗口收款, 请别人代付 and 缴费记录: what counts only after a second person, what is handed back, and what a link
//! lets a stranger do and see.

use crate::support::{DAY, Filed, HOUR, Invoicer, PROPERTY, TestWorld, code_of};
use domain::bill::{CounterMeans, RefundReason, RefundState};
use domain::case::BillState;
use domain::ids::BillId;
use domain::ledger::Account;
use domain::policy::Role;
use service::money::takings::Takings;
use service::payments::{BillStatus, BillView};
use service::{MoneyKeeper, Taker};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const DUE: i64 = 9_000;
const STRANGER: &str = "192.0.2.9";

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

async fn view(world: &TestWorld, owed: &Owed) -> BillView {
    world.service.my_bill(&owed.filed.person.applicant, owed.bill).await.unwrap()
}

async fn taker(world: &TestWorld) -> Taker {
    world.staff(Role::Clerk).await.taker().unwrap()
}

async fn keeper(world: &TestWorld) -> MoneyKeeper {
    world.staff(Role::Treasurer).await.money_keeper().unwrap()
}

async fn recorded(world: &TestWorld) -> Takings {
    let reader = world.staff(Role::Supervisor).await.taking_reader().unwrap();
    world.service.takings(&reader).await.unwrap()
}

async fn balance(world: &TestWorld, account: Account) -> i64 {
    store::tables::ledger::balances(&world.service.db).await.unwrap().balance(&account).0
}

async fn told(world: &TestWorld, owed: &Owed, words: &str) -> usize {
    let list = world.service.my_messages(&owed.filed.person.applicant).await.unwrap();
    list.iter().filter(|m| m.body.contains(words)).count()
}

/// Recorded by a clerk; gives the entry.
async fn take(world: &TestWorld, owed: &Owed, means: &str, slip: &str) -> String {
    world.service.record_taking(&taker(world).await, &owed.number, means, slip).await.unwrap();
    let all = recorded(world).await.entries;
    all.into_iter().find(|e| e.bill_number == owed.number && e.state == "recorded").expect("recorded").id
}

#[tokio::test]
async fn d5_money_taken_at_a_window_counts_once_a_second_person_has_confirmed_it() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340800").await;
    let first = world.staff(Role::Treasurer).await;
    let service = &world.service;
    let record =
        async |slip: &str| service.record_taking(&first.taker().unwrap(), &owed.number, "counter_pos", slip).await;
    assert_eq!(code_of(record("无").await), "taking.slip");
    record("pos 0001").await.unwrap();
    assert_eq!(code_of(record("POS-0002").await), "taking.waiting");
    // Nothing has happened yet but that it is said, and that nobody pays a second time.
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.waiting.map(|w| w.means)), (BillStatus::Open, Some(CounterMeans::Pos)));
    assert_eq!(balance(&world, Account::Receivable).await, DUE);
    let me = &owed.filed.person.applicant;
    assert_eq!(code_of(service.start_payment(me, owed.bill, "till", STRANGER).await), "bill.at_window");

    let entry = recorded(&world).await.entries[0].clone();
    assert_eq!((entry.slip.as_str(), entry.state.as_str()), ("POS0001", "recorded"));
    let same = first.money_keeper().unwrap();
    assert_eq!(code_of(service.answer_taking(&same, &entry.id, true).await), "money.same_person");
    service.answer_taking(&keeper(&world).await, &entry.id, true).await.unwrap();
    assert_eq!(code_of(service.answer_taking(&keeper(&world).await, &entry.id, true).await), "conflict");
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.waiting, bill.pending), (BillStatus::Paid, None, false));
    assert!(bill.slip.is_some());
    assert_eq!(world.view(&owed.filed).await.case.bill, BillState::Paid);
    assert_eq!(balance(&world, Account::Clearing("counter_pos".into())).await, DUE);
    let seen = store::tables::audit::of_subject(&service.db, &entry.id).await.unwrap();
    assert_eq!(seen.len(), 2, "who recorded and who confirmed is on record");
    // Housekeeping asks no channel about it, and the cash office may settle it.
    world.run_jobs().await;
    service.housekeeping().await.unwrap();
    let today = service.today();
    service.record_settlement(&same, "counter_pos", today, "90", "入库 1").await.unwrap();
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_slip_counts_once_and_one_that_does_not_hold_is_declined() {
    let world = TestWorld::new().await;
    let (one, other) = (owed(&world, "13912340801").await, owed(&world, "13912340802").await);
    let entry = take(&world, &one, "counter_cash", "SJ-000123").await;
    let again = world.service.record_taking(&taker(&world).await, &other.number, "counter_cash", "sj-000123").await;
    assert_eq!(code_of(again), "taking.slip_known");
    world.service.answer_taking(&keeper(&world).await, &entry, false).await.unwrap();
    assert_eq!(view(&world, &one).await.waiting, None);
    assert_eq!(told(&world, &one, "核对没有通过").await, 1);
    // It was another's slip: now it may be recorded where it belongs.
    let entry = take(&world, &other, "counter_cash", "SJ-000123").await;
    world.service.answer_taking(&keeper(&world).await, &entry, true).await.unwrap();
    assert_eq!(view(&world, &one).await.status, BillStatus::Open);
    assert_eq!(view(&world, &other).await.status, BillStatus::Paid);
    let number = "53000000000000000000";
    assert_eq!(
        code_of(world.service.record_taking(&taker(&world).await, number, "counter_pos", "1234").await),
        "taking.no_bill"
    );
    let paid = world.service.record_taking(&taker(&world).await, &other.number, "counter_pos", "POS-9").await;
    assert_eq!(code_of(paid), "bill.paid");
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_money_that_came_online_meanwhile_wins_and_the_windows_goes_back_by_hand() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340803").await;
    let service = &world.service;
    let me = &owed.filed.person.applicant;
    service.start_payment(me, owed.bill, "till", STRANGER).await.unwrap();
    let order = world.till.only_order();
    let entry = take(&world, &owed, "counter_cash", "SJ-000200").await;
    // Closed before the window took anything; captured all the same.
    world.till.pay(&order);
    let body = world.till.notification(&order, "late");
    let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
    service.receive_notification("till", &header, &body).await.unwrap();
    world.run_jobs().await;
    assert_eq!(view(&world, &owed).await.status, BillStatus::Paid);
    service.answer_taking(&keeper(&world).await, &entry, true).await.unwrap();
    assert_eq!(told(&world, &owed, "请您来窗口领").await, 1);
    world.run_jobs().await;
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.refunds.len()), (BillStatus::Paid, 1));
    assert_eq!((bill.refunds[0].why, bill.refunds[0].state), (RefundReason::PaidTwice, RefundState::Due));
    assert_eq!(bill.refunds[0].by_hand, Some(CounterMeans::Cash));

    // Two persons again; before the second one it has not gone back.
    let due = recorded(&world).await.to_hand_back;
    assert_eq!((due.len(), due[0].amount.0), (1, DUE));
    let (first, second) = (keeper(&world).await, keeper(&world).await);
    service.record_hand_refund(&first, &due[0].number, "TK-000001").await.unwrap();
    assert_eq!(code_of(service.record_hand_refund(&second, &due[0].number, "TK-000002").await), "conflict");
    let all = recorded(&world).await;
    assert!(all.to_hand_back.is_empty());
    let back = all.entries.into_iter().find(|e| e.refund).expect("recorded").id;
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Due);
    assert_eq!(code_of(service.answer_taking(&first, &back, true).await), "money.same_person");
    service.answer_taking(&second, &back, true).await.unwrap();
    assert_eq!(view(&world, &owed).await.refunds[0].state, RefundState::Done);
    assert_eq!(told(&world, &owed, "窗口已经退给您").await, 1);
    assert_eq!(balance(&world, Account::Clearing("counter_cash".into())).await, 0);
    assert_eq!(balance(&world, Account::Payback).await, 0);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_case_that_ends_before_the_confirmation_gives_the_windows_money_back() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340804").await;
    let entry = take(&world, &owed, "counter_pos", "POS-000300").await;
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
    world.service.answer_taking(&keeper(&world).await, &entry, true).await.unwrap();
    let bill = view(&world, &owed).await;
    assert_eq!((bill.status, bill.refunds[0].why), (BillStatus::Closed, RefundReason::BillClosed));
    assert!(bill.slip.is_none(), "it is no income");
    assert_eq!(told(&world, &owed, "退回您刷的那张卡").await, 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_somebody_else_pays_by_a_link_that_says_nothing_about_whose_it_is() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340805").await;
    let (me, service) = (&owed.filed.person.applicant, &world.service);
    assert_eq!(service.my_pay_link(me, owed.bill).await.unwrap(), None);
    service.make_pay_link(me, owed.bill).await.unwrap();
    let token = service.my_pay_link(me, owed.bill).await.unwrap().expect("made");
    assert_eq!(token.len(), 32, "128 bits");
    service.make_pay_link(me, owed.bill).await.unwrap();
    assert_eq!(service.my_pay_link(me, owed.bill).await.unwrap().as_ref(), Some(&token), "it may have been sent");
    assert_eq!(world.number("select count(*) as number from pay_links").await, 1);
    let stranger = world.sign_in("13912340806").await;
    assert_eq!(code_of(service.make_pay_link(&stranger.applicant, owed.bill).await), "not_found");

    let shown = format!("{:?}", service.linked_bill(&token).await.unwrap());
    let case = world.view(&owed.filed).await;
    for (field, value) in &owed.filed.answers {
        let personal = field.ends_with("name") || value.chars().filter(char::is_ascii_digit).count() >= 11;
        assert!(!personal || value.is_empty() || !shown.contains(value.as_str()), "{field}");
    }
    assert!(!shown.contains(&case.case.number) && !shown.contains(&owed.number) && shown.contains("9000"));

    let url = service.pay_by_link(&token, "till", STRANGER).await.unwrap();
    let own = service.start_payment(me, owed.bill, "till", STRANGER).await.unwrap();
    assert_eq!(world.till.orders().len(), 1, "one order, whoever opens it: {url} {own}");
    world.till.pay(&world.till.only_order());
    service.check_by_link(&token, STRANGER).await.unwrap();
    let after = service.linked_bill(&token).await.unwrap();
    assert_eq!(after.status, BillStatus::Paid);
    assert_eq!(code_of(service.pay_by_link(&token, "till", STRANGER).await), "bill.paid");
    assert_eq!(view(&world, &owed).await.status, BillStatus::Paid);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_a_link_that_was_withdrawn_opens_nothing() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340807").await;
    let (me, service) = (&owed.filed.person.applicant, &world.service);
    service.make_pay_link(me, owed.bill).await.unwrap();
    let token = service.my_pay_link(me, owed.bill).await.unwrap().expect("made");
    service.withdraw_pay_link(me, owed.bill).await.unwrap();
    assert_eq!(code_of(service.linked_bill(&token).await), "not_found");
    assert_eq!(code_of(service.pay_by_link(&token, "till", STRANGER).await), "not_found");
    service.make_pay_link(me, owed.bill).await.unwrap();
    let anew = service.my_pay_link(me, owed.bill).await.unwrap().expect("made again");
    assert_ne!(anew, token);
    // It ends with its bill.
    service.withdraw(me, owed.filed.case).await.unwrap();
    assert_eq!(service.linked_bill(&anew).await.unwrap().status, BillStatus::Closed);
    assert_eq!(code_of(service.pay_by_link(&anew, "till", STRANGER).await), "bill.case_closed");
}

#[tokio::test]
async fn d5_a_payment_brings_a_slip_and_stands_in_the_list_of_ones_own_bills() {
    let world = TestWorld::new().await;
    let owed = owed(&world, "13912340808").await;
    let (me, service) = (&owed.filed.person.applicant, &world.service);
    service.start_payment(me, owed.bill, "till", STRANGER).await.unwrap();
    world.till.pay(&world.till.only_order());
    service.check_payment(me, owed.bill).await.unwrap();
    let list = service.my_bills(me).await.unwrap();
    assert_eq!((list.len(), list[0].bill.status, list[0].bill.total.0), (1, BillStatus::Paid, DUE));
    let slip = list[0].bill.slip.expect("came with the payment");
    let pdf = service.document_pdf(&owed.filed.person.session, slip).await.unwrap();
    assert_eq!(pdf.file_name, "缴款回单.pdf");
    let text = String::from_utf8(pdf.bytes).unwrap();
    assert!(text.contains(&owed.number) && text.contains("人民币玖拾元整") && text.contains("90.00 元"), "{text}");
    let slips: Vec<_> = world.view(&owed.filed).await.documents.into_iter().filter(|d| d.kind == "payment").collect();
    assert_eq!(slips.len(), 1);
    let verified = service.verify_document(&slips[0].verify_code).await.unwrap();
    assert!(verified.intact && verified.rows.iter().any(|(_, value)| *value == owed.number));
    let stranger = world.sign_in("13912340809").await;
    assert!(service.my_bills(&stranger.applicant).await.unwrap().is_empty());
    assert_eq!(code_of(service.document_pdf(&stranger.session, slip).await), "not_found");
}

#[tokio::test]
async fn d5_each_payment_gets_one_invoice_however_long_the_platform_is_away() {
    let platform = Arc::new(Invoicer::default());
    let world = TestWorld::new().await.with_invoicer(platform.clone());
    let owed = owed(&world, "13912340810").await;
    let (me, service) = (&owed.filed.person.applicant, &world.service);
    platform.down.store(true, Ordering::SeqCst);
    service.start_payment(me, owed.bill, "till", STRANGER).await.unwrap();
    world.till.pay(&world.till.only_order());
    service.check_payment(me, owed.bill).await.unwrap();
    for _ in 0..20 {
        world.run_jobs().await;
        world.pass(2 * HOUR);
    }
    let waiting = view(&world, &owed).await.invoice.expect("asked for");
    assert_eq!((waiting.numbers, waiting.reversed), (None, false));
    // It does it, and the answer is lost: asked again it is the same one.
    platform.down.store(false, Ordering::SeqCst);
    platform.swallows.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        world.run_jobs().await;
        world.pass(2 * HOUR);
    }
    let issued = view(&world, &owed).await.invoice.unwrap().numbers.expect("issued");
    assert_eq!((issued.number, issued.check_code.as_str()), (format!("N{}", owed.number), "c0ffee"));
    let (payer, times) = platform.issued.lock().unwrap()[&owed.number].clone();
    assert_eq!(times, 2);
    assert!(owed.filed.answers.values().any(|value| *value == payer), "the payer is the applicant");

    // The whole goes back: the counter-entry, once.
    service.withdraw(me, owed.filed.case).await.unwrap();
    world.run_jobs().await;
    assert!(platform.reversed.lock().unwrap().is_empty(), "not before the money has moved");
    world.till.settle_refunds();
    world.pass(DAY);
    world.run_jobs().await;
    world.pass(DAY);
    world.run_jobs().await;
    assert!(view(&world, &owed).await.invoice.unwrap().reversed);
    assert_eq!(platform.reversed.lock().unwrap()[&owed.number], 1);
    world.assert_intact().await;
}

#[tokio::test]
async fn d5_what_was_no_income_gets_no_invoice() {
    let platform = Arc::new(Invoicer::default());
    let world = TestWorld::new().await.with_invoicer(platform.clone());
    let owed = owed(&world, "13912340811").await;
    let entry = take(&world, &owed, "counter_pos", "POS-000400").await;
    world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
    world.service.answer_taking(&keeper(&world).await, &entry, true).await.unwrap();
    world.run_jobs().await;
    assert!(platform.issued.lock().unwrap().is_empty());
    assert_eq!(view(&world, &owed).await.invoice, None);
}
