//! The money's way from the first order to the last refund, with every single call of a provider failing in turn:
//! before it arrives, after it was done, or with the server ending in the middle of it. Repeated until done, the bill is
//! captured once and paid back once.

use crate::support::{Filed, HOUR, PROPERTY, TestWorld, Till};
use async_trait::async_trait;
use domain::ids::BillId;
use domain::ledger::Account;
use domain::policy::Role;
use service::payments::BillStatus;
use service::ports::pay::{
    Checkout, NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, TradeLine, Way,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

const DUE: i64 = 9_000;
/// More often than that nobody has to try.
const PATIENCE: u32 = 12;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    /// It never arrives.
    Before,
    /// It is done, and the answer is lost.
    After,
    /// It is done, and the server ends before it hears of it.
    Crash,
}

/// Which call fails; shared by all lines.
struct Weather {
    calls: AtomicU32,
    at: u32,
    how: Break,
    /// The server ends now.
    ends: Notify,
}

impl Weather {
    fn lost() -> PayError {
        PayError::Unreachable("no answer".into())
    }

    /// Whether this call is the one.
    fn strikes(&self) -> bool {
        self.calls.fetch_add(1, Ordering::SeqCst) == self.at
    }

    async fn carry<T>(&self, call: impl Future<Output = Result<T, PayError>> + Send) -> Result<T, PayError> {
        if !self.strikes() {
            return call.await;
        }
        if self.how == Break::Before {
            return Err(Self::lost());
        }
        drop(call.await);
        if self.how == Break::Crash {
            self.ends.notify_one();
            std::future::pending::<()>().await;
        }
        Err(Self::lost())
    }
}

/// A line to a till.
struct Line {
    till: Arc<Till>,
    weather: Arc<Weather>,
}

#[async_trait]
impl PaymentProvider for Line {
    fn id(&self) -> &'static str {
        self.till.id()
    }

    fn account(&self) -> &'static str {
        self.till.account()
    }

    fn way(&self) -> Way {
        self.till.way()
    }

    fn is_sandbox(&self) -> bool {
        true
    }

    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError> {
        self.weather.carry(self.till.create(order)).await
    }

    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        self.weather.carry(self.till.query(out_trade_no)).await
    }

    async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        self.weather.carry(self.till.close(out_trade_no)).await
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        self.weather.carry(self.till.refund(refund)).await
    }

    async fn query_refund(&self, out_trade_no: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
        self.weather.carry(self.till.query_refund(out_trade_no, out_refund_no)).await
    }

    async fn trade_bill(&self, day: jiff::civil::Date) -> Result<Vec<TradeLine>, PayError> {
        self.weather.carry(self.till.trade_bill(day)).await
    }

    fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: i64,
    ) -> Result<Notification, PayError> {
        self.till.open_notification(headers, body, now)
    }
}

struct Scene {
    world: TestWorld,
    weather: Arc<Weather>,
    filed: Filed,
    bill: BillId,
}

impl Scene {
    async fn set(at: u32, how: Break) -> Self {
        let world = TestWorld::new().await;
        let weather = Arc::new(Weather { calls: AtomicU32::new(0), at, how, ends: Notify::new() });
        let line = |till: &Arc<Till>| -> Arc<dyn PaymentProvider> {
            Arc::new(Line { till: till.clone(), weather: weather.clone() })
        };
        let lines = vec![line(&world.till), line(&world.other_till)];
        let world = world.with_providers(lines);
        let wanted = [("scenario", "inheritance"), ("house_use", "dwelling"), ("extra_copies", "1")];
        let filed = world.submit("13912340900", PROPERTY, &wanted).await;
        let clerk = world.staff(Role::Clerk).await.clerk().unwrap();
        world.service.accept(&clerk, filed.case, world.version(&filed).await).await.unwrap();
        let bill = world.view(&filed).await.bill.expect("raised at acceptance").id;
        Self { world, weather, filed, bill }
    }

    /// What was begun, unless the server ends in the middle of it: then nothing of it goes on.
    async fn unless_it_ends<T>(&self, doing: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.weather.ends.notified() => None,
            done = doing => Some(done),
        }
    }

    /// The payer chooses a provider, again and again until it works.
    async fn choose(&self, provider: &str) {
        let me = &self.filed.person.applicant;
        for _ in 0..PATIENCE {
            let started = self.world.service.start_payment(me, self.bill, provider, "192.0.2.1");
            if let Some(Ok(_)) = self.unless_it_ends(started).await {
                return;
            }
        }
        panic!("never reached {provider}");
    }

    /// “我已支付，重新查询”.
    async fn check(&self) {
        let me = &self.filed.person.applicant;
        for _ in 0..PATIENCE {
            let checked = self.world.service.check_payment(me, self.bill);
            if let Some(Ok(view)) = self.unless_it_ends(checked).await
                && view.status == BillStatus::Paid
            {
                return;
            }
        }
        panic!("never paid");
    }

    async fn jobs(&self) {
        while let Some(ran) = Box::pin(self.unless_it_ends(self.world.service.run_jobs("crash", 50))).await {
            if ran.expect("jobs run") == 0 {
                return;
            }
        }
    }

    async fn status(&self) -> BillStatus {
        self.world.service.my_bill(&self.filed.person.applicant, self.bill).await.unwrap().status
    }

    /// From the first order to the last refund.
    async fn play(&self) {
        self.choose("till").await;
        self.choose("other").await;
        let order = self.world.other_till.only_order();
        self.world.other_till.pay(&order);
        self.check().await;
        let me = &self.filed.person.applicant;
        self.world.service.withdraw(me, self.filed.case).await.unwrap();
        for _ in 0..PATIENCE {
            Box::pin(self.jobs()).await;
            if self.status().await == BillStatus::Refunded {
                return;
            }
            // The lease of a job that was broken off runs out, and the money moves.
            self.world.other_till.settle_refunds();
            self.world.pass(2 * HOUR);
        }
        panic!("never paid back");
    }

    async fn assert_once(&self) {
        let (world, at) = (&self.world, (self.weather.at, self.weather.how));
        let booked = [
            ("select count(*) as number from ledger_entries where kind = 'payment'", 1),
            ("select count(*) as number from ledger_entries where kind = 'surplus'", 0),
            ("select count(*) as number from ledger_entries where kind = 'give_back'", 1),
            ("select count(*) as number from ledger_entries where kind = 'refund'", 1),
            ("select cast(coalesce(sum(captured_fen), 0) as bigint) as number from orders", DUE),
        ];
        for (sql, wanted) in booked {
            assert_eq!(world.number(sql).await, wanted, "{sql} when call {at:?} broke");
        }
        let back: Vec<i64> =
            world.other_till.refunds.lock().unwrap().values().map(|(wanted, ..)| wanted.amount_fen).collect();
        assert_eq!(back, [DUE], "one refund under one number when call {at:?} broke");
        assert!(world.till.refunds.lock().unwrap().is_empty());
        let book = store::tables::ledger::balances(&world.service.db).await.unwrap();
        assert!(book.is_even(), "{at:?}: {:?}", book.open().collect::<Vec<(&Account, _)>>());
        world.assert_intact().await;
    }
}

/// Each call in turn, until there are no more.
async fn every_call(how: Break) {
    for at in 0.. {
        let scene = Scene::set(at, how).await;
        Box::pin(scene.play()).await;
        scene.assert_once().await;
        if scene.weather.calls.load(Ordering::SeqCst) <= at {
            assert!(at >= 6, "create, close, create, query, refund, query: {at}");
            return;
        }
    }
}

#[tokio::test]
async fn d5_whichever_call_never_arrives_money_moves_once_each_way() {
    Box::pin(every_call(Break::Before)).await;
}

#[tokio::test]
async fn d5_whichever_answer_is_lost_money_moves_once_each_way() {
    Box::pin(every_call(Break::After)).await;
}

#[tokio::test]
async fn d5_wherever_the_server_ends_money_moves_once_each_way() {
    Box::pin(every_call(Break::Crash)).await;
}
