//! Thirty days of payments with everything that goes wrong, from one seed: paid twice, with a wrong amount, told late,
//! given back, and bills of the channels that lack lines, have strange ones, name wrong amounts or count to the next
//! day. In the end every fen is explained by the channels' own truth.

use crate::support::{DAY, Filed, HOUR, PROPERTY, TestWorld, Till, code_of};
use domain::ids::BillId;
use domain::ledger::Account;
use domain::money::Fen;
use domain::policy::Role;
use domain::time::Instant;
use jiff::civil::Date;
use service::ports::pay::{OrderState, RefundState, TradeLine};
use service::{MoneyKeeper, Treasurer};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const DUE: i64 = 9_000;
const SEED: u64 = 20_260_302;
/// Id and account of each channel.
const CHANNELS: [(&str, &str); 4] =
    [("till", "till"), ("other", "other"), ("alipay_code", "alipay"), ("alipay_phone", "alipay")];
const ACCOUNTS: [&str; 3] = ["till", "other", "alipay"];

/// The same days again for the same seed (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn channel(&mut self) -> usize {
        usize::try_from(self.below(4)).unwrap()
    }
}

/// Sums of one account, in fen.
#[derive(Default)]
struct Truth {
    /// What has moved, whatever anybody says.
    real: i64,
    /// What its bills say.
    stated: i64,
    fees: i64,
}

struct Owed {
    filed: Filed,
    bill: BillId,
}

struct Month {
    world: TestWorld,
    chance: Chance,
    truth: BTreeMap<&'static str, Truth>,
    /// What a day's bill has to say, by account.
    moved: BTreeMap<(&'static str, Date), Vec<TradeLine>>,
    /// Notifications under way: the day on which they come, the channel, the order.
    late: Vec<(Date, usize, String)>,
    events: u32,
    first: MoneyKeeper,
    second: MoneyKeeper,
    reader: Treasurer,
}

impl Month {
    async fn begin() -> Self {
        let world = TestWorld::new().await;
        world.pass(3 * HOUR);
        Self {
            first: world.staff(Role::Treasurer).await.money_keeper().unwrap(),
            second: world.staff(Role::Treasurer).await.money_keeper().unwrap(),
            reader: world.staff(Role::Treasurer).await.treasurer().unwrap(),
            world,
            chance: Chance(SEED),
            truth: ACCOUNTS.into_iter().map(|account| (account, Truth::default())).collect(),
            moved: BTreeMap::new(),
            late: Vec::new(),
            events: 0,
        }
    }

    fn till(&self, channel: usize) -> Arc<Till> {
        let world = &self.world;
        [&world.till, &world.other_till, &world.code_till, &world.phone_till][channel].clone()
    }

    fn now(&self) -> i64 {
        self.world.clock.load(Ordering::SeqCst)
    }

    async fn owed(&mut self, number: i64) -> Owed {
        let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
        let filed = self.world.submit(&format!("139123408{number:02}"), PROPERTY, &wanted).await;
        let clerk = self.world.staff(Role::Clerk).await.clerk().unwrap();
        self.world.service.accept(&clerk, filed.case, self.world.version(&filed).await).await.unwrap();
        let bill = self.world.view(&filed).await.bill.expect("raised at acceptance").id;
        Owed { filed, bill }
    }

    /// Opens an order at a channel.
    async fn order(&self, owed: &Owed, channel: usize) -> String {
        let till = self.till(channel);
        let before = till.orders();
        let me = &owed.filed.person.applicant;
        self.world.service.start_payment(me, owed.bill, CHANNELS[channel].0, "192.0.2.1").await.unwrap();
        till.orders().into_iter().find(|order| !before.contains(order)).expect("a new order")
    }

    /// Money moves at a channel, whoever hears of it.
    fn moves(&mut self, channel: usize, number: &str, out_trade_no: &str, amount: i64, refund: bool) {
        let (account, at) = (CHANNELS[channel].1, self.now());
        let sign = if refund { -1 } else { 1 };
        self.truth.get_mut(account).unwrap().real += sign * amount;
        self.moved.entry((account, Instant(at).date_in_china())).or_default().push(TradeLine {
            refund,
            number: number.into(),
            out_trade_no: out_trade_no.into(),
            provider_no: format!("P{number}"),
            amount_fen: amount,
            fee_fen: sign * (amount * 6 / 1000),
            at,
        });
    }

    fn pay(&mut self, channel: usize, order: &str, amount_fen: i64) {
        let paid_at = self.now();
        self.till(channel).set(order, OrderState::Paid { transaction_id: format!("T{order}"), amount_fen, paid_at });
        self.moves(channel, order, order, amount_fen, false);
    }

    async fn tell(&mut self, channel: usize, body: &[u8]) {
        let header = |name: &str| (name == "x-seal").then(|| "right".to_owned());
        self.world.service.receive_notification(CHANNELS[channel].1, &header, body).await.unwrap();
        self.world.run_jobs().await;
    }

    async fn notify(&mut self, channel: usize, order: &str) {
        self.events += 1;
        let body = self.till(channel).notification(order, &format!("n{}", self.events));
        for _ in 0..=self.chance.below(2) {
            self.tell(channel, &body).await;
        }
    }

    /// What one payer does, well or badly.
    async fn one_payer(&mut self, number: i64, today: Date) {
        let owed = self.owed(number).await;
        let (channel, kind) = (self.chance.channel(), self.chance.below(6));
        let order = self.order(&owed, channel).await;
        match kind {
            // Pays in the app of one provider, then in the other's, which was open all the while.
            2 => {
                let other = (channel + 1) % CHANNELS.len();
                let second = self.order(&owed, other).await;
                self.pay(other, &second, DUE);
                self.pay(channel, &order, DUE);
                self.notify(other, &second).await;
                self.notify(channel, &order).await;
            }
            // Another amount than was asked for is no income.
            3 => {
                self.pay(channel, &order, DUE - 100);
                self.notify(channel, &order).await;
                let again = (channel + 1) % CHANNELS.len();
                let right = self.order(&owed, again).await;
                self.pay(again, &right, DUE);
                self.notify(again, &right).await;
            }
            // Nobody hears of it before its day is reconciled.
            4 => {
                self.pay(channel, &order, DUE);
                let days = i64::try_from(self.chance.below(4)).unwrap() + 1;
                self.late.push((today.saturating_add(jiff::Span::new().days(days)), channel, order));
            }
            5 => {
                self.pay(channel, &order, DUE);
                self.notify(channel, &order).await;
                self.world.service.withdraw(&owed.filed.person.applicant, owed.filed.case).await.unwrap();
            }
            _ => {
                self.pay(channel, &order, DUE);
                let me = &owed.filed.person.applicant;
                self.world.service.check_payment(me, owed.bill).await.unwrap();
            }
        }
        self.world.run_jobs().await;
    }

    /// Some of what was asked to go back moves; of some of it the channel tells.
    async fn refunds(&mut self, all: bool) {
        for channel in 0..CHANNELS.len() {
            let till = self.till(channel);
            let waiting: Vec<(String, String, i64, i64)> = till
                .refunds
                .lock()
                .unwrap()
                .iter()
                .filter(|(_, (_, state, _))| *state == RefundState::Processing)
                .map(|(number, (wanted, _, _))| {
                    (number.clone(), wanted.out_trade_no.clone(), wanted.amount_fen, wanted.total_fen)
                })
                .collect();
            for (number, out_trade_no, amount_fen, total_fen) in waiting {
                if !all && self.chance.below(2) == 0 {
                    continue;
                }
                let state = RefundState::Success {
                    refund_id: format!("B{number}"),
                    amount_fen,
                    total_fen,
                    done_at: self.now(),
                };
                if let Some(refund) = till.refunds.lock().unwrap().get_mut(&number) {
                    refund.1 = state;
                }
                self.moves(channel, &number, &out_trade_no, amount_fen, true);
                if self.chance.below(2) == 0 {
                    self.events += 1;
                    let body = till.refund_notification(&number, &format!("n{}", self.events));
                    self.tell(channel, &body).await;
                }
            }
        }
    }

    async fn latecomers(&mut self, today: Date) {
        let (due, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.late).into_iter().partition(|late| late.0 <= today);
        self.late = rest;
        for (_, channel, order) in due {
            self.notify(channel, &order).await;
        }
    }

    /// The channel's bill of a day as the channel tells it.
    fn write_bill(&mut self, account: &'static str, day: Date, faulty: bool) {
        let mut lines = self.moved.remove(&(account, day)).unwrap_or_default();
        let fault = if faulty { self.chance.below(6) } else { 9 };
        let own = lines.iter().position(|line| Instant(line.at).date_in_china() == day);
        match (fault, own) {
            (0, Some(at)) => drop(lines.remove(at)),
            (1, Some(at)) => {
                let line = lines.remove(at);
                self.moved.entry((account, day.tomorrow().unwrap())).or_default().push(line);
            }
            (2, _) => lines.push(TradeLine {
                refund: false,
                number: format!("NOBODY{account}{day}"),
                out_trade_no: format!("NOBODY{account}{day}"),
                provider_no: "P".into(),
                amount_fen: 500,
                fee_fen: 3,
                at: Instant::start_of(day).0,
            }),
            (3, Some(at)) => lines[at].amount_fen += 7,
            _ => {}
        }
        let truth = self.truth.get_mut(account).unwrap();
        for line in &lines {
            truth.stated += if line.refund { -line.amount_fen } else { line.amount_fen };
            truth.fees += line.fee_fen;
        }
        // Any channel of the account is asked: here the first.
        let channel = CHANNELS.iter().position(|(_, of)| *of == account).unwrap();
        self.till(channel).bills.lock().unwrap().insert(day, lines);
    }

    /// The bills of a day against the book; what is older than a day is repaired by two persons.
    async fn reconcile(&mut self, day: Date, faulty: bool) {
        for account in ACCOUNTS {
            self.write_bill(account, day, faulty);
            self.world.service.reconcile(&self.first, account, day).await.unwrap();
        }
        let before = day.to_string();
        let found = self.world.service.reconciliation(&self.reader).await.unwrap().differences;
        for difference in found.iter().filter(|d| d.state == "open" && d.day < before) {
            let id = &difference.id;
            self.world.service.propose_correction(&self.first, id, "已和渠道核对").await.unwrap();
            assert_eq!(code_of(self.world.service.answer_correction(&self.first, id, true).await), "money.same_person");
            self.world.service.answer_correction(&self.second, id, true).await.unwrap();
        }
        self.world.run_jobs().await;
    }

    async fn balance(&self, account: Account) -> i64 {
        store::tables::ledger::balances(&self.world.service.db).await.unwrap().balance(&account).0
    }

    /// What the provider holds, less its fees, is paid into the treasury.
    async fn settle(&self, account: &str) {
        let held = self.balance(Account::Clearing(account.into())).await;
        let day = self.world.service.today();
        let (voucher, yuan) = (format!("入库 {account}"), Fen(held).yuan_text());
        let service = &self.world.service;
        service.record_settlement(&self.first, account, day, &yuan, &voucher).await.unwrap();
        let all = service.balances(&self.reader).await.unwrap().settlements;
        let id = all.iter().find(|row| row.voucher == voucher).unwrap().id.clone();
        service.confirm_settlement(&self.second, &id).await.unwrap();
        assert_eq!(self.balance(Account::Clearing(account.into())).await, 0, "{account}");
    }
}

#[tokio::test]
async fn d5_thirty_days_with_faults_end_with_every_fen_explained() {
    let mut month = Month::begin().await;
    for number in 0..37_i64 {
        let today = month.world.service.today();
        let (busy, faulty) = (number < 30, number < 32);
        if busy && number % 5 != 4 {
            month.one_payer(number, today).await;
        }
        month.refunds(!busy).await;
        month.latecomers(today).await;
        month.world.run_jobs().await;
        if number > 0 {
            month.reconcile(today.yesterday().unwrap(), faulty).await;
        }
        month.world.pass(DAY);
    }
    let world = &month.world;
    assert!(month.late.is_empty() && month.moved.is_empty(), "nothing is under way any more");
    let open = "select count(*) as number from recon_differences where state <> 'settled'";
    assert_eq!(world.number(open).await, 0);
    assert_eq!(world.number("select count(*) as number from refunds where state <> 'done'").await, 0);
    for kind in ["only_there", "only_here", "amount", "state"] {
        let found = month.world.service.reconciliation(&month.reader).await.unwrap().differences;
        assert!(found.iter().any(|d| d.what.kind.code() == kind), "{kind} came up");
    }
    let alone = "select count(*) as number from recon_differences where agreed_by = asked_by";
    let unsaid = "select count(*) as number from ledger_entries where kind = 'repair' and note = ''";
    assert_eq!((world.number(alone).await, world.number(unsaid).await), (0, 0));
    for (account, truth) in &month.truth {
        let of = |kind: fn(String) -> Account| kind((*account).to_owned());
        let clearing = month.balance(of(Account::Clearing)).await;
        let fees = month.balance(of(Account::Fee)).await;
        let suspense = month.balance(of(Account::Suspense)).await;
        assert_eq!(fees, truth.fees, "{account}: its fees");
        assert_eq!(clearing + fees, truth.stated, "{account}: what its bills say");
        assert_eq!(clearing + fees + suspense, truth.real, "{account}: what has moved");
    }
    assert_eq!(code_of(refused_settlement(&month).await), "pay.provider", "a channel is no account");
    let kept = world.number("select count(*) as number from bills where status = 'paid'").await;
    assert!(kept > 0);
    for (account, fen) in [(Account::Income, -kept * DUE), (Account::Receivable, 0), (Account::Payback, 0)] {
        assert_eq!(month.balance(account.clone()).await, fen, "{account}");
    }
    for account in ACCOUNTS {
        month.settle(account).await;
    }
    world.assert_intact().await;
}

async fn refused_settlement(month: &Month) -> Result<(), service::Failure> {
    let day = month.world.service.today();
    month.world.service.record_settlement(&month.first, "alipay_code", day, "1", "入库 0").await
}

/// By a code and on a phone is one account: one bill of the day, one line in the report, one settlement.
#[tokio::test]
async fn d5_channels_of_one_account_are_reconciled_as_one() {
    let mut month = Month::begin().await;
    let day = month.world.service.today();
    for (number, channel) in [(0, 2), (1, 3)] {
        let owed = month.owed(number).await;
        let order = month.order(&owed, channel).await;
        month.pay(channel, &order, DUE);
        month.notify(channel, &order).await;
    }
    let accounts = month.world.service.reconciliation(&month.reader).await.unwrap().accounts;
    assert_eq!(accounts, ACCOUNTS);
    assert_eq!(month.balance(Account::Clearing("alipay".into())).await, 2 * DUE);
    month.world.pass(DAY);
    month.write_bill("alipay", day, false);
    assert_eq!(code_of(month.world.service.reconcile(&month.first, "alipay_code", day).await), "pay.provider");
    assert_eq!(month.world.service.reconcile(&month.first, "alipay", day).await.unwrap(), 0);
    let report = month.world.service.daily_report(&month.reader, day).await.unwrap();
    assert_eq!(report.paid().0, 2 * DUE);
    assert!(report.rows.iter().all(|row| row.means == "alipay"));
    month.settle("alipay").await;
    month.world.assert_intact().await;
    // Every account is planned once, however many channels it has.
    month.world.service.housekeeping().await.unwrap();
    let planned = "select count(*) as number from jobs where kind = 'trade_bill'";
    assert_eq!(month.world.number(planned).await, 3);
}
