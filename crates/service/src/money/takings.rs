//! 窗口收款: a clerk or treasurer records what was taken for an open bill, and what is handed back; a treasurer
//! who is somebody else confirms it. Only then the bill, the book and the case hear of it.

use super::book::Noted;
use super::words;
use crate::counter::COUNTY;
use crate::identity::{MoneyKeeper, Taker, TakingReader};
use crate::payments::{BillStatus, payable, status};
use crate::reach::COUNTY_NAME;
use crate::{Failure, Service};
use domain::bill::{CounterMeans, Fact, RefundReason, RefundState, SlipNumber};
use domain::codes::bill_number::BillNumber;
use domain::ids::{BillId, StaffId};
use domain::money::Fen;
use domain::time::Instant;
use store::tables::bills::{self, Bill, Order};
use store::tables::cases;
use store::tables::counter_entries::{self as entries, CounterEntry};
use store::tables::refunds::{self, RefundRow};
use store::{StoreError, Tx};

const PAYMENT: &str = "payment";
const REFUND: &str = "refund";

/// Recorded at a window, and not confirmed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub means: CounterMeans,
    pub since: Instant,
}

/// What was recorded, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingView {
    pub id: String,
    /// Handed back; otherwise taken.
    pub refund: bool,
    pub bill_number: String,
    pub means: CounterMeans,
    pub amount: Fen,
    pub slip: String,
    /// Name of the place.
    pub place: String,
    /// `recorded`, `confirmed`, `declined`.
    pub state: String,
    pub recorded_at: Instant,
    /// Whoever looks has recorded it: somebody else answers.
    pub own: bool,
}

/// Money that is to be handed back, and nobody has recorded yet that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToHandBack {
    pub number: String,
    pub bill_number: String,
    pub means: CounterMeans,
    pub amount: Fen,
    pub why: RefundReason,
    pub since: Instant,
}

/// The windows' page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takings {
    /// Those that wait for an answer first.
    pub entries: Vec<TakingView>,
    pub to_hand_back: Vec<ToHandBack>,
}

/// A bill that somebody wants to pay at a window: nothing about whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingBill {
    pub number: String,
    pub title: String,
    pub amount: Fen,
    pub status: BillStatus,
    pub waiting: Option<Waiting>,
}

impl Service {
    /// What was recorded where this person reaches.
    pub async fn takings(&self, reader: &TakingReader) -> Result<Takings, Failure> {
        let reach = self.reach(reader.id()).await?;
        let own = reader.id().to_string();
        let mut takings = Takings { entries: Vec::new(), to_hand_back: Vec::new() };
        for row in entries::list(&self.db).await? {
            let bill = bills::find(&self.db, row.bill_id).await?.ok_or(Failure::NotFound)?;
            if self.reaches(&reach, bill.case_id).await? {
                takings.entries.push(self.taking_view(row, bill.number, &own)?);
            }
        }
        for row in refunds::open(&self.db).await? {
            let Some(means) = CounterMeans::parse(&row.provider) else { continue };
            let bill = bills::find(&self.db, row.bill_id).await?.ok_or(Failure::NotFound)?;
            if self.reaches(&reach, bill.case_id).await? && !entries::is_taken_up(&self.db, &row.number).await? {
                takings.to_hand_back.push(ToHandBack {
                    number: row.number,
                    bill_number: bill.number,
                    means,
                    amount: Fen(row.amount_fen),
                    why: row.reason,
                    since: Instant(row.created_at),
                });
            }
        }
        Ok(takings)
    }

    fn taking_view(&self, row: CounterEntry, bill_number: String, own: &str) -> Result<TakingView, Failure> {
        let place = self.place(&row.place).map_or_else(|| COUNTY_NAME.to_owned(), |place| place.name);
        Ok(TakingView {
            refund: row.kind == REFUND,
            bill_number,
            means: means_of(&row.means)?,
            amount: Fen(row.amount_fen),
            slip: row.slip,
            place,
            state: row.state,
            recorded_at: Instant(row.recorded_at),
            own: row.recorded_by == own,
            id: row.id,
        })
    }

    /// What a window has recorded for a bill and nobody has confirmed yet.
    pub(crate) async fn waiting_taking(&self, bill: BillId) -> Result<Option<Waiting>, Failure> {
        let Some(row) = entries::waiting(&self.db, bill).await? else { return Ok(None) };
        Ok(Some(Waiting { means: means_of(&row.means)?, since: Instant(row.recorded_at) }))
    }

    /// The bill behind a 缴款码, for whoever takes the money.
    pub async fn bill_at_window(&self, reader: &TakingReader, number: &str) -> Result<TakingBill, Failure> {
        let bill = self.bill_within_reach(reader.id(), number).await?;
        let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at(&case.case.matter).await?;
        Ok(TakingBill {
            title: matter.title.clone(),
            amount: Fen(bill.amount_fen),
            status: status(&bill.status),
            waiting: self.waiting_taking(bill.id).await?,
            number: bill.number,
        })
    }

    /// Every refusal is the same: nobody learns which bills there are elsewhere.
    async fn bill_within_reach(&self, staff: StaffId, number: &str) -> Result<Bill, Failure> {
        const NONE: Failure = Failure::Rejected("taking.no_bill");
        let number = BillNumber::parse(number).map_err(|_| NONE)?;
        let bill = bills::by_number(&self.db, number.as_str()).await?.ok_or(NONE)?;
        match self.within_reach(staff, bill.case_id).await {
            Ok(()) => Ok(bill),
            Err(Failure::NotFound) => Err(NONE),
            Err(failure) => Err(failure),
        }
    }

    /// Records that the whole bill was paid at a window, with the number of the slip. Orders that are open
    /// elsewhere are settled or closed first; who has paid there has paid.
    pub async fn record_taking(
        &self,
        taker: &Taker,
        bill_number: &str,
        means: &str,
        slip: &str,
    ) -> Result<(), Failure> {
        let means = CounterMeans::parse(means).ok_or(Failure::Rejected("taking.means"))?;
        let slip = SlipNumber::parse(slip).map_err(|_| Failure::Rejected("taking.slip"))?;
        let bill = self.bill_within_reach(taker.id(), bill_number).await?;
        let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        payable(&bill, &case)?;
        self.make_way(bill.id, means.channel()).await?;
        let mut entry = self.new_entry(taker.id(), PAYMENT, means, &slip).await?;
        let mut tx = self.db.begin().await?;
        let bill = bills::lock(&mut tx, bill.id).await?.ok_or(Failure::NotFound)?;
        payable(&bill, &case)?;
        if entries::waiting_in(&mut tx, bill.id).await?.is_some() {
            return Err(Failure::Rejected("taking.waiting"));
        }
        if bills::orders_in(&mut tx, bill.id).await?.iter().any(|order| order.state == "open") {
            // Somebody began to pay in this moment.
            return Err(Failure::Conflict);
        }
        entry.bill_id = bill.id;
        entry.amount_fen = bill.amount_fen;
        self.keep_entry(&mut tx, &entry, "taking_recorded").await?;
        Ok(tx.commit().await?)
    }

    /// Records that money was handed back: the number of the slip of the refund, or of the receipt that the
    /// payer has signed.
    pub async fn record_hand_refund(&self, keeper: &MoneyKeeper, number: &str, slip: &str) -> Result<(), Failure> {
        let slip = SlipNumber::parse(slip).map_err(|_| Failure::Rejected("taking.slip"))?;
        let row = refunds::find(&self.db, number).await?.ok_or(Failure::NotFound)?;
        let means = CounterMeans::parse(&row.provider).ok_or(Failure::NotFound)?;
        let mut entry = self.new_entry(keeper.id(), REFUND, means, &slip).await?;
        let mut tx = self.db.begin().await?;
        bills::lock(&mut tx, row.bill_id).await?;
        let now = refunds::find_in(&mut tx, number).await?.ok_or(Failure::NotFound)?;
        if now.state == RefundState::Done || entries::is_taken_up(&self.db, number).await? {
            return Err(Failure::Conflict);
        }
        entry.bill_id = row.bill_id;
        entry.number = row.number;
        entry.amount_fen = row.amount_fen;
        self.keep_entry(&mut tx, &entry, "hand_refund_recorded").await?;
        Ok(tx.commit().await?)
    }

    /// What is common to both; the rest is filled in by the caller.
    async fn new_entry(
        &self,
        by: StaffId,
        kind: &str,
        means: CounterMeans,
        slip: &SlipNumber,
    ) -> Result<CounterEntry, Failure> {
        let id = self.new_id();
        Ok(CounterEntry {
            id: id.to_string(),
            kind: kind.to_owned(),
            bill_id: BillId(id),
            number: id.simple().to_string(),
            means: means.channel().to_owned(),
            amount_fen: 0,
            slip: slip.as_str().to_owned(),
            place: self.place_of(by).await?.unwrap_or_else(|| COUNTY.to_owned()),
            state: "recorded".into(),
            recorded_by: by.to_string(),
            recorded_at: self.now().0,
            answered_by: None,
            answered_at: None,
        })
    }

    async fn keep_entry(&self, tx: &mut Tx, entry: &CounterEntry, action: &str) -> Result<(), Failure> {
        entries::insert(tx, entry).await.map_err(|error| match error {
            StoreError::Unique(_) => Failure::Rejected("taking.slip_known"),
            other => other.into(),
        })?;
        let (actor, amount) = (format!("staff:{}", entry.recorded_by), entry.amount_fen.to_string());
        self.record(tx, &actor, action, &entry.id, &amount).await
    }

    /// Somebody else has compared slip and till: it counts from now on, or it never did.
    pub async fn answer_taking(&self, keeper: &MoneyKeeper, id: &str, agree: bool) -> Result<(), Failure> {
        let by = keeper.id().to_string();
        let actor = format!("staff:{by}");
        let mut tx = self.db.begin().await?;
        let entry = entries::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        if entry.recorded_by == by {
            return Err(Failure::Rejected("money.same_person"));
        }
        // The bill first, as everywhere.
        let bill = bills::lock(&mut tx, entry.bill_id).await?.ok_or(Failure::NotFound)?;
        let (state, action) = if agree { ("confirmed", "taking_confirmed") } else { ("declined", "taking_declined") };
        entries::answer(&mut tx, id, state, &by, self.now().0).await?;
        self.record(&mut tx, &actor, action, id, "").await?;
        match (agree, entry.kind.as_str()) {
            (true, REFUND) => self.handed_back(&mut tx, &entry, &actor).await?,
            (true, _) => self.take_in(&mut tx, &entry, &actor).await?,
            (false, PAYMENT) => self.tell_not_taken(&mut tx, &bill, &entry).await?,
            (false, _) => {}
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// The bill machine gets its fact now. Where another payment was faster, or the bill has ended meanwhile,
    /// what was taken is to be handed back.
    async fn take_in(&self, tx: &mut Tx, entry: &CounterEntry, actor: &str) -> Result<(), Failure> {
        let order = Order {
            out_trade_no: entry.number.clone(),
            bill_id: entry.bill_id,
            provider: entry.means.clone(),
            amount_fen: entry.amount_fen,
            state: "open".into(),
            transaction_id: None,
            created_at: entry.recorded_at,
            expires_at: entry.recorded_at,
            captured_fen: None,
        };
        bills::insert_order(tx, &order).await?;
        let noted = Noted { at: self.now().0, actor, outside: &entry.slip, note: "" };
        self.apply_paid(tx, &order, entry.amount_fen, noted).await.map(drop)
    }

    async fn handed_back(&self, tx: &mut Tx, entry: &CounterEntry, actor: &str) -> Result<(), Failure> {
        let row: RefundRow = refunds::find_in(tx, &entry.number).await?.ok_or(Failure::NotFound)?;
        let fact = Fact::RefundDone { number: row.number.clone(), amount: Fen(entry.amount_fen) };
        let noted = Noted { at: self.now().0, actor, outside: &entry.slip, note: "" };
        self.note_refund_in(tx, &row, &fact, noted).await
    }

    async fn tell_not_taken(&self, tx: &mut Tx, bill: &Bill, entry: &CounterEntry) -> Result<(), Failure> {
        let row = cases::find_in(tx, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        self.tell_applicant(tx, &row, &words::not_taken(&matter.title, Fen(entry.amount_fen))).await
    }
}

fn means_of(channel: &str) -> Result<CounterMeans, Failure> {
    CounterMeans::parse(channel).ok_or_else(|| Failure::Internal(format!("{channel} is no window")))
}
