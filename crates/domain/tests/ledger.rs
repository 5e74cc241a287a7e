//! The bill machine and the book: over many interleavings of attempts, captures, closings, endings, waivers
//! and refunds, no income twice, every surplus goes back, and the book always says the same as the bills.

use domain::bill::{
    AttemptState, BillEvent, BillRefusal, BillStatus, Billing, Fact, RefundReason, RefundState, Standing, decide,
};
use domain::ledger::{Account, Book, EntryKind, Posting, expected, posting, raised, settlement};
use domain::money::Fen;
use domain::reconcile::{Difference, DifferenceKind, Movement, Ours, Repair, Theirs, compare};
use proptest::prelude::*;

const DUE: i64 = 9_000;
const ORDERS: [(&str, &str); 4] = [("o1", "wechat"), ("o2", "alipay"), ("o3", "pos"), ("o4", "wechat")];

/// A bill and the book that everything about it is written to.
struct World {
    bill: Billing,
    book: Book,
}

impl World {
    fn new(amount: i64) -> Self {
        let mut book = Book::default();
        book.post(&raised(Fen(amount)).expect("an amount"));
        Self { bill: Billing::raised(Fen(amount)), book }
    }

    fn tell(&mut self, fact: &Fact) -> Result<Vec<BillEvent>, BillRefusal> {
        let events = decide(&self.bill, fact)?;
        for event in &events {
            if let Some(entry) = posting(&self.bill, event) {
                self.book.post(&entry);
            }
            self.bill.apply(event);
        }
        Ok(events)
    }

    /// Every refund that is still to be made goes through.
    fn pay_back(&mut self) {
        let open: Vec<(String, Fen)> = self
            .bill
            .refunds()
            .filter(|(_, refund)| refund.state != RefundState::Done)
            .map(|(_, refund)| (refund.number.clone(), refund.amount))
            .collect();
        for (number, amount) in open {
            self.tell(&Fact::RefundDone { number, amount }).expect("it is known");
        }
    }

    fn check(&self) {
        assert_eq!(self.book.total(), Fen::ZERO, "debits and credits");
        assert_eq!(self.book.differences(&expected(&self.bill)), Vec::new(), "{:?}", self.bill);
        let won = self.bill.attempts.iter().filter(|a| a.state == AttemptState::Won).count();
        assert!(won <= 1, "paid at most once");
        for attempt in &self.bill.attempts {
            if let AttemptState::Surplus { captured } = attempt.state {
                assert_eq!(attempt.given_back(), captured, "every fen of a surplus goes back");
            }
            assert!(attempt.given_back() <= attempt.captured(), "never more than was taken");
        }
        let income = -self.book.balance(&Account::Income).0;
        assert!((0..=DUE).contains(&income), "{income}");
        assert!(self.book.balance(&Account::Payback).0 <= 0);
    }
}

fn order() -> impl Strategy<Value = (String, String)> {
    (0..ORDERS.len()).prop_map(|n| (ORDERS[n].0.to_owned(), ORDERS[n].1.to_owned()))
}

fn amount() -> impl Strategy<Value = Fen> {
    prop_oneof![6 => Just(Fen(DUE)), 1 => Just(Fen(1)), 1 => Just(Fen(DUE + 1)), 1 => Just(Fen(0)), 1 => Just(Fen(4_000))]
}

fn number() -> impl Strategy<Value = String> {
    (order(), 1..3_u8).prop_map(|((order, _), n)| format!("{order}R{n}"))
}

fn fact() -> impl Strategy<Value = Fact> {
    let why = prop::sample::select(vec![RefundReason::Undone, RefundReason::Withdrawn, RefundReason::Refused]);
    prop_oneof![
        6 => order().prop_map(|(order, channel)| Fact::Opened { order, channel }),
        8 => (order(), amount()).prop_map(|((order, _), amount)| Fact::Captured { order, amount }),
        2 => order().prop_map(|(order, _)| Fact::OrderClosed { order }),
        1 => Just(Fact::Expired),
        1 => Just(Fact::Ended),
        2 => why.prop_map(|why| Fact::GivenBack { why }),
        1 => prop_oneof![Just(0_i64), Just(4_000), Just(DUE), Just(-1)].prop_map(|to| Fact::Reduced { to: Fen(to) }),
        3 => number().prop_map(|number| Fact::RefundSent { number }),
        3 => (number(), amount()).prop_map(|(number, amount)| Fact::RefundDone { number, amount }),
        1 => number().prop_map(|number| Fact::RefundFailed { number }),
        1 => number().prop_map(|number| Fact::RefundRetried { number }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12_000, ..ProptestConfig::default() })]

    #[test]
    fn d5_whatever_the_order_of_facts_the_book_and_the_bill_agree(facts in prop::collection::vec(fact(), 0..40)) {
        let mut world = World::new(DUE);
        for fact in &facts {
            let before = world.bill.clone();
            match world.tell(fact) {
                // Told again, it changes nothing; only a failure can be followed by another try.
                Ok(events) if !events.is_empty() => {
                    let after = world.bill.clone();
                    let again = world.tell(fact);
                    prop_assert!(again.is_err() || world.bill == after, "{fact:?} twice: {again:?}");
                }
                Ok(_) | Err(_) => prop_assert_eq!(&before, &world.bill),
            }
            world.check();
        }
        world.pay_back();
        world.check();
        // What is left with the channels is exactly what the treasury is owed, and nobody is owed anything back.
        let held: i64 = ["wechat", "alipay", "pos"].map(|c| world.book.balance(&Account::Clearing(c.into())).0).iter().sum();
        let receivable = world.book.balance(&Account::Receivable).0;
        prop_assert_eq!(held + receivable, -world.book.balance(&Account::Income).0);
        prop_assert_eq!(world.book.balance(&Account::Payback), Fen::ZERO);
    }
}

fn opened(world: &mut World, order: &str, channel: &str) {
    world.tell(&Fact::Opened { order: order.into(), channel: channel.into() }).expect("payable");
}

fn captured(world: &mut World, order: &str, amount: i64) -> Vec<BillEvent> {
    world.tell(&Fact::Captured { order: order.into(), amount: Fen(amount) }).expect("known")
}

#[test]
fn d5_of_several_channels_the_first_to_be_captured_wins_and_the_others_go_back() {
    let mut world = World::new(DUE);
    for (order, channel) in &ORDERS[..3] {
        opened(&mut world, order, channel);
    }
    assert_eq!(world.bill.status(), BillStatus::Paying);
    assert_eq!(captured(&mut world, "o2", DUE), [BillEvent::Won { order: "o2".into() }]);
    assert_eq!(world.bill.status(), BillStatus::Paid);
    for late in ["o1", "o3"] {
        let events = captured(&mut world, late, DUE);
        let why = events.iter().find_map(|e| match e {
            BillEvent::RefundDue { refund, .. } => Some((refund.number.clone(), refund.amount, refund.why)),
            _ => None,
        });
        assert_eq!(why, Some((format!("{late}R1"), Fen(DUE), RefundReason::PaidTwice)));
    }
    assert_eq!(world.bill.status(), BillStatus::Paid, "it stays paid, whatever else was taken");
    assert_eq!(world.book.balance(&Account::Payback), Fen(-2 * DUE));
    world.pay_back();
    world.check();
    assert_eq!(world.book.balance(&Account::Clearing("alipay".into())), Fen(DUE));
    assert_eq!(world.book.balance(&Account::Clearing("wechat".into())), Fen::ZERO);
    let refused = world.tell(&Fact::Opened { order: "o4".into(), channel: "wechat".into() });
    assert_eq!(refused, Err(BillRefusal::NotPayable));
}

#[test]
fn d5_every_state_of_a_bill_is_reached_and_left_by_its_facts() {
    let mut world = World::new(DUE);
    assert_eq!(world.bill.status(), BillStatus::Open);
    opened(&mut world, "o1", "wechat");
    assert_eq!(world.bill.status(), BillStatus::Paying);
    world.tell(&Fact::OrderClosed { order: "o1".into() }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Open);
    // A success after a closing is a success.
    captured(&mut world, "o1", DUE);
    assert_eq!(world.bill.status(), BillStatus::Paid);
    world.tell(&Fact::GivenBack { why: RefundReason::Withdrawn }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Refunding);
    let number = "o1R1".to_owned();
    world.tell(&Fact::RefundSent { number: number.clone() }).unwrap();
    world.tell(&Fact::RefundDone { number: number.clone(), amount: Fen(1) }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Disputed, "another amount than was asked for");
    world.tell(&Fact::RefundRetried { number: number.clone() }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Refunding);
    world.tell(&Fact::RefundDone { number, amount: Fen(DUE) }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Refunded);
    world.check();

    for (fact, status) in [(Fact::Expired, BillStatus::Expired), (Fact::Ended, BillStatus::Cancelled)] {
        let mut world = World::new(DUE);
        opened(&mut world, "o1", "wechat");
        world.tell(&fact).unwrap();
        assert_eq!(world.bill.status(), status);
        captured(&mut world, "o1", DUE);
        assert_eq!(world.bill.status(), BillStatus::Refunding, "what comes too late goes back");
        world.pay_back();
        assert_eq!(world.bill.status(), status);
        world.check();
    }
}

#[test]
fn d5_a_waiver_lowers_what_is_due_or_gives_back_what_was_paid() {
    let mut world = World::new(DUE);
    world.tell(&Fact::Reduced { to: Fen(4_000) }).unwrap();
    opened(&mut world, "o1", "wechat");
    captured(&mut world, "o1", 4_000);
    assert_eq!((world.bill.status(), world.book.balance(&Account::Income)), (BillStatus::Paid, Fen(-4_000)));
    world.tell(&Fact::Reduced { to: Fen(1_000) }).unwrap();
    assert_eq!(world.bill.status(), BillStatus::Paid, "a part that goes back leaves it paid");
    assert_eq!(world.book.balance(&Account::Payback), Fen(-3_000));
    assert_eq!(world.tell(&Fact::Reduced { to: Fen(1_001) }), Err(BillRefusal::Amount), "never more than is left");
    world.tell(&Fact::GivenBack { why: RefundReason::Refused }).unwrap();
    world.pay_back();
    world.check();
    assert_eq!((world.bill.status(), world.book.balance(&Account::Income)), (BillStatus::Refunded, Fen::ZERO));

    let mut world = World::new(DUE);
    world.tell(&Fact::Reduced { to: Fen::ZERO }).unwrap();
    assert_eq!((world.bill.standing, world.bill.status()), (Standing::Cancelled, BillStatus::Cancelled));
}

#[test]
fn d5_a_posting_cannot_be_made_unbalanced() {
    let lines = |a: i64, b: i64| vec![(Account::Receivable, Fen(a)), (Account::Income, Fen(b))];
    assert!(Posting::new(EntryKind::Bill, lines(1, -1)).is_ok());
    for (a, b) in [(1, -2), (0, 0), (i64::MAX, 1)] {
        assert!(Posting::new(EntryKind::Bill, lines(a, b)).is_err(), "{a} {b}");
    }
    assert!(Posting::new(EntryKind::Bill, Vec::new()).is_err());
    assert_eq!(Posting::transfer(EntryKind::Bill, Account::Income, Account::Treasury, Fen::ZERO), None);
}

#[test]
fn accounts_and_codes_read_back() {
    let accounts = [
        Account::Receivable,
        Account::Income,
        Account::Payback,
        Account::Treasury,
        Account::Clearing("wechat".into()),
        Account::Fee("wechat".into()),
        Account::Suspense("pos".into()),
    ];
    for account in accounts {
        assert_eq!(account.to_string().parse::<Account>(), Ok(account));
    }
    for bad in ["", "clearing", "clearing:", "cash:wechat", "Income"] {
        assert!(bad.parse::<Account>().is_err(), "{bad}");
    }
    assert!(EntryKind::ALL.iter().all(|kind| EntryKind::parse(kind.code()) == Some(*kind)));
    assert!(RefundReason::ALL.iter().all(|why| RefundReason::parse(why.code()) == Some(*why)));
    assert!(RefundState::ALL.iter().all(|state| RefundState::parse(state.code()) == Some(*state)));
}

/// A small generator of numbers, so that thirty days are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What the channel has and what it will pay out, beside what the books say.
#[derive(Default)]
struct Channel {
    held: i64,
    bill: Vec<Theirs>,
}

impl Channel {
    fn moves(&mut self, movement: Movement, number: &str, amount: i64) {
        self.held += if movement == Movement::Payment { amount } else { -amount };
        self.bill.push(Theirs { movement, number: number.into(), amount: Fen(amount) });
    }
}

/// One bill of a day: paid, perhaps given back, and perhaps told wrongly or not at all.
fn one_bill(book: &mut Book, channel: &mut Channel, dice: &mut Dice, number: &str) -> (Billing, Vec<Ours>) {
    let amount = 100 + i64::try_from(dice.roll(900_000)).expect("small");
    let mut world = World { bill: Billing::raised(Fen(amount)), book: std::mem::take(book) };
    world.book.post(&raised(Fen(amount)).expect("an amount"));
    opened(&mut world, number, "wechat");
    let mut ours = Vec::new();
    let fault = dice.roll(8);
    // 0: the channel took it and we never heard; 1: its bill is dearer; 2: its bill lacks it.
    let told = if fault == 1 { amount + 1 } else { amount };
    if fault != 2 {
        channel.moves(Movement::Payment, number, told);
    }
    if fault != 0 {
        captured(&mut world, number, amount);
    }
    ours.push(Ours { movement: Movement::Payment, number: number.into(), amount: Fen(amount), moved: fault != 0 });
    if fault > 4 {
        world.tell(&Fact::GivenBack { why: RefundReason::Withdrawn }).expect("it is paid");
        let refund = format!("{number}R1");
        channel.moves(Movement::Refund, &refund, amount);
        let heard = fault != 5;
        if heard {
            world.tell(&Fact::RefundDone { number: refund.clone(), amount: Fen(amount) }).expect("it is due");
        }
        ours.push(Ours { movement: Movement::Refund, number: refund, amount: Fen(amount), moved: heard });
    }
    *book = world.book;
    (world.bill, ours)
}

#[test]
fn d5_thirty_days_with_seeded_faults_end_with_every_fen_explained() {
    let (mut book, mut channel, mut dice) = (Book::default(), Channel::default(), Dice(20_260_302));
    let (mut kinds, mut explained) = (std::collections::BTreeSet::new(), 0);
    for day in 0..30 {
        let mut bills = Vec::new();
        let mut ours = Vec::new();
        for n in 0..12 {
            let (bill, known) = one_bill(&mut book, &mut channel, &mut dice, &format!("d{day:02}n{n:02}"));
            bills.push(bill);
            ours.extend(known);
        }
        if dice.roll(2) == 0 {
            channel.moves(Movement::Payment, &format!("nobody{day}"), 777);
        }
        let theirs = std::mem::take(&mut channel.bill);
        for difference in compare(&ours, &theirs) {
            kinds.insert(difference.kind);
            match difference.repair("wechat").expect("there is something to repair") {
                Repair::Book(posting) => {
                    explained += difference.excess().0;
                    book.post(&posting);
                }
                Repair::Note => note(&mut book, &mut bills, &difference),
            }
        }
        assert_eq!(book.total(), Fen::ZERO);
        assert_eq!(book.balance(&Account::Clearing("wechat".into())).0, channel.held, "day {day}");
        // The channel pays out what it holds.
        book.post(&settlement("wechat", Fen(channel.held)).expect("something is held"));
        channel.held = 0;
        assert!(bills.iter().all(|bill| bill.refunds().all(|(_, refund)| refund.state == RefundState::Done)));
    }
    assert_eq!(kinds.len(), DifferenceKind::ALL.len(), "each of the four kinds occurred: {kinds:?}");
    assert_eq!(book.balance(&Account::Clearing("wechat".into())), Fen::ZERO);
    assert_eq!((book.balance(&Account::Receivable), book.balance(&Account::Payback)), (Fen::ZERO, Fen::ZERO));
    assert_eq!(book.balance(&Account::Suspense("wechat".into())).0, -explained, "line by line");
    // What the treasury got is its income and what was explained, to the fen.
    assert_eq!(book.balance(&Account::Treasury).0, -book.balance(&Account::Income).0 + explained);
}

/// The channel's word, noted for the bill that it belongs to.
fn note(book: &mut Book, bills: &mut [Billing], difference: &Difference) {
    let order = difference.number.trim_end_matches("R1");
    let bill = bills.iter_mut().find(|bill| bill.attempt(order).is_some()).expect("the number is known");
    let mut world = World { bill: bill.clone(), book: std::mem::take(book) };
    let (number, amount) = (difference.number.clone(), difference.there);
    let fact = match difference.movement {
        Movement::Payment => Fact::Captured { order: number, amount },
        Movement::Refund => Fact::RefundDone { number, amount },
    };
    world.tell(&fact).expect("it fits");
    *book = world.book;
    *bill = world.bill;
}
