//! Money: bills, orders at the provider, and “I have paid, check again”.
//! A bill is paid at most once, whatever the order, repetition or absence of notifications.

use crate::identity::{Applicant, Treasurer};
use crate::money::invoices::InvoiceView;
use crate::money::refunds::RefundView;
use crate::money::takings::Waiting;
use crate::ports::pay::{NewOrder, OrderItem, OrderState, PayError, PaymentProvider, Way};
use crate::{Failure, Service};
use domain::catalogue::{FeeLine, Matter};
use domain::codes::bill_number::BillPattern;
use domain::ids::{BillId, CaseId, DocumentId};
use domain::money::Fen;
use domain::time::Instant;
use jiff::civil::Date;
use std::sync::Arc;
use store::tables::bills::{self, Bill, Order};
use store::tables::cases::{self, CaseRow};
use store::tables::refunds::{self, RefundRow};
use store::tables::{counter_entries, documents};
use store::{Tx, vault};

const MINUTE: i64 = 60_000_000;
/// How long an order stays open at the provider.
const ORDER_LIFE: i64 = 110 * MINUTE;
/// So long after its end an order that was closed is still asked about.
const HOUR: i64 = 60 * MINUTE;
/// Another tab was at the same bill in this moment.
const AGAIN: Failure = Failure::Rejected("pay.again");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillStatus {
    Open,
    Paid,
    Closed,
    /// 应退: it was paid, and goes back whole.
    RefundDue,
    /// 已退
    Refunded,
}

/// A bill as its payer sees it.
#[derive(Debug, Clone)]
pub struct BillView {
    pub id: BillId,
    pub case: CaseId,
    /// 缴款码
    pub number: String,
    pub total: Fen,
    pub lines: Vec<FeeLine>,
    pub status: BillStatus,
    pub pay_by: Date,
    pub paid_at: Option<Instant>,
    /// An order is open at the provider: the payer may be in the middle of paying.
    pub pending: bool,
    /// What goes back of it, and how far that is.
    pub refunds: Vec<RefundView>,
    /// A window has taken the money, and nobody has confirmed it yet.
    pub waiting: Option<Waiting>,
    /// 缴款回单
    pub slip: Option<DocumentId>,
    /// 财政电子票据
    pub invoice: Option<InvoiceView>,
}

/// A bill as the treasurer sees it.
pub struct BillRow {
    pub number: String,
    pub case_number: String,
    pub amount: Fen,
    pub status: BillStatus,
    pub raised_at: Instant,
    pub paid_at: Option<Instant>,
    pub transaction_id: Option<String>,
    /// Payments that were no income and have not gone back yet: paid twice, with another amount, too late.
    pub disputed: usize,
}

pub(crate) fn status(text: &str) -> BillStatus {
    match text {
        "paid" => BillStatus::Paid,
        "closed" | "expired" => BillStatus::Closed,
        "refund_due" => BillStatus::RefundDue,
        "refunded" => BillStatus::Refunded,
        _ => BillStatus::Open,
    }
}

impl Service {
    pub(crate) async fn raise_bill(&self, tx: &mut Tx, row: &CaseRow, matter: &Matter) -> Result<(), Failure> {
        let Some(plan) = &matter.fee else { return Ok(()) };
        let assessed = matter.assess(&row.answers);
        let today = self.today();
        let pattern = BillPattern::usual(&self.catalogue().region.code);
        let number =
            pattern.issue(today, u64::from_be_bytes(vault::random::<8>()?)).map_err(|e| Failure::internal(e.code()))?;
        let pay_by = today.saturating_add(jiff::Span::new().days(i64::from(plan.days_to_pay)));
        let bill = Bill {
            id: BillId(self.new_id()),
            case_id: row.case.id,
            number: number.as_str().to_owned(),
            amount_fen: assessed.total().0,
            lines: assessed.lines,
            status: "open".into(),
            raised_at: self.now().0,
            pay_by: pay_by.to_string(),
            paid_at: None,
            paid_order: None,
        };
        bills::insert(tx, &bill).await?;
        self.book_raised(tx, &bill).await
    }

    pub(crate) async fn bill_of(&self, case: CaseId) -> Result<Option<BillView>, Failure> {
        match bills::of_case(&self.db, case).await? {
            Some(bill) => Ok(Some(self.bill_view(bill).await?)),
            None => Ok(None),
        }
    }

    pub(crate) async fn bill_view(&self, bill: Bill) -> Result<BillView, Failure> {
        let orders = bills::orders(&self.db, bill.id).await?;
        let now = self.now().0;
        Ok(BillView {
            id: bill.id,
            case: bill.case_id,
            status: status(&bill.status),
            total: Fen(bill.amount_fen),
            pay_by: bill.pay_by.parse().map_err(Failure::internal)?,
            paid_at: bill.paid_at.map(Instant),
            pending: orders.iter().any(|o| o.state == "open" && o.expires_at > now),
            refunds: self.refund_views(bill.id).await?,
            waiting: self.waiting_taking(bill.id).await?,
            invoice: self.invoice_view(bill.id).await?,
            slip: documents::payment_of(&self.db, bill.case_id).await?,
            number: bill.number,
            lines: bill.lines,
        })
    }

    async fn own_bill(&self, applicant: &Applicant, id: BillId) -> Result<Bill, Failure> {
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        self.own_case(applicant, bill.case_id).await?;
        Ok(bill)
    }

    pub async fn my_bill(&self, applicant: &Applicant, id: BillId) -> Result<BillView, Failure> {
        let bill = self.own_bill(applicant, id).await?;
        self.bill_view(bill).await
    }

    pub(crate) fn provider(&self, id: &str) -> Result<&Arc<dyn PaymentProvider>, Failure> {
        self.providers.iter().find(|p| p.id() == id).ok_or(Failure::Rejected("pay.provider"))
    }

    /// The account (收款账户) that a channel's money comes into: it has one bill of a day and one settlement, and it
    /// is what the book names. A channel that is not offered any more is found by its name.
    pub(crate) fn account_of(&self, channel: &str) -> String {
        if let Some(port) = self.providers.iter().find(|p| p.id() == channel) {
            return port.account().to_owned();
        }
        account_by_name(channel).to_owned()
    }

    /// Accounts in the order in which their channels are offered.
    pub(crate) fn accounts(&self) -> Vec<String> {
        let mut accounts: Vec<String> = Vec::new();
        for port in &self.providers {
            if !accounts.iter().any(|known| known == port.account()) {
                accounts.push(port.account().to_owned());
            }
        }
        accounts
    }

    /// Any channel of an account: all of them speak for it.
    pub(crate) fn port_of_account(&self, account: &str) -> Result<&Arc<dyn PaymentProvider>, Failure> {
        self.providers.iter().find(|p| p.account() == account).ok_or(Failure::Rejected("pay.provider"))
    }

    /// Opens an order (or the open one again) and gives the cashier's address. Two tabs get the
    /// same order; an order of another provider is settled or closed first.
    pub async fn start_payment(
        &self,
        applicant: &Applicant,
        id: BillId,
        provider: &str,
        address: &str,
    ) -> Result<String, Failure> {
        let bill = self.own_bill(applicant, id).await?;
        let case = self.own_case(applicant, bill.case_id).await?;
        let (port, order) = self.order_at(&bill, &case, provider).await?;
        if applicant.filed_by.is_some() {
            let mut tx = self.db.begin().await?;
            self.note_visit(&mut tx, applicant.filed_by.as_ref(), "counter_payment", &bill.case_id.to_string()).await?;
            tx.commit().await?;
        }
        let back = self.back_to_bill(bill.id);
        self.checkout(&port, &case, &order, address, back).await
    }

    /// The order of this bill at this channel, after whatever stands in its way was settled or closed.
    pub(crate) async fn order_at(
        &self,
        bill: &Bill,
        case: &CaseRow,
        provider: &str,
    ) -> Result<(Arc<dyn PaymentProvider>, Order), Failure> {
        payable(bill, case)?;
        let port = self.provider(provider)?.clone();
        // Another tab may open an order between the two steps: then once more.
        for _ in 0..2 {
            self.make_way(bill.id, provider).await?;
            match self.open_order(bill.id, provider).await {
                Err(Failure::Conflict) => {}
                opened => return opened.map(|order| (port, order)),
            }
        }
        Err(AGAIN)
    }

    /// Whatever is open elsewhere, or over another amount, is settled or closed before `channel` takes money.
    pub(crate) async fn make_way(&self, bill: BillId, channel: &str) -> Result<(), Failure> {
        let amount = bills::find(&self.db, bill).await?.ok_or(Failure::NotFound)?.amount_fen;
        let now = self.now().0;
        for order in bills::orders(&self.db, bill).await?.into_iter().filter(|o| o.state == "open") {
            if !serves(&order, channel, amount, now) {
                self.settle_or_close(&order).await?;
            }
        }
        Ok(())
    }

    /// Where the cashier sends the owner of a bill back to.
    fn back_to_bill(&self, bill: BillId) -> String {
        format!("{}/bills/{bill}?back=1", self.settings.public_url)
    }

    /// The code (付款码) of the order that is open at a channel where one scans; asking again gives
    /// the same order, so the page that shows it may be loaded as often as one likes. `None` when nothing is to be
    /// scanned: the bill is settled, or no such order is open.
    pub async fn payment_code(
        &self,
        applicant: &Applicant,
        id: BillId,
        provider: &str,
        address: &str,
    ) -> Result<(BillView, Option<String>), Failure> {
        let bill = self.own_bill(applicant, id).await?;
        let case = self.own_case(applicant, bill.case_id).await?;
        let back = self.back_to_bill(id);
        let code = self.open_code(&bill, &case, provider, address, back).await?;
        Ok((self.bill_view(bill).await?, code))
    }

    /// The content of the code of the order that is open at a channel where one scans.
    pub(crate) async fn open_code(
        &self,
        bill: &Bill,
        case: &CaseRow,
        provider: &str,
        address: &str,
        back: String,
    ) -> Result<Option<String>, Failure> {
        let port = self.provider(provider)?;
        let now = self.now().0;
        let open = bills::orders(&self.db, bill.id)
            .await?
            .into_iter()
            .find(|o| o.state == "open" && serves(o, provider, bill.amount_fen, now));
        let wanted = bill.status == "open" && port.way() == Way::Code && !case.case.status().is_final();
        match open {
            Some(order) if wanted => Ok(Some(self.checkout(port, case, &order, address, back).await?)),
            _ => Ok(None),
        }
    }

    /// Tells the provider of an order, or reminds it; gives the cashier's address or the code's content.
    pub(crate) async fn checkout(
        &self,
        port: &Arc<dyn PaymentProvider>,
        case: &CaseRow,
        order: &Order,
        address: &str,
        return_url: String,
    ) -> Result<String, Failure> {
        let matter = self.matter_at(&case.case.matter).await?;
        let bill = bills::find(&self.db, order.bill_id).await?.ok_or(Failure::NotFound)?;
        let items = bill.lines.into_iter().filter(|line| line.amount.0 > 0).map(|line| OrderItem {
            code: line.item_code,
            name: line.name,
            amount_fen: line.amount.0,
        });
        let request = NewOrder {
            out_trade_no: order.out_trade_no.clone(),
            description: payment_title(&self.body_name(&matter)),
            amount_fen: order.amount_fen,
            expires_at: order.expires_at,
            payer_ip: address.to_owned(),
            return_url,
            bill_number: bill.number,
            body: self.body_name(&matter),
            items: items.collect(),
        };
        match port.create(&request).await {
            Ok(checkout) => {
                self.still_wanted(order).await?;
                Ok(checkout.url)
            }
            Err(PayError::AlreadyPaid) => {
                self.ask_provider(order).await?;
                Err(Failure::Rejected("bill.paid"))
            }
            Err(error) => Err(pay_failure(error)),
        }
    }

    /// An order that was closed here while the provider was told of it is closed there as well: nobody is sent to
    /// pay it.
    async fn still_wanted(&self, order: &Order) -> Result<(), Failure> {
        let current = bills::order_by_number(&self.db, &order.out_trade_no).await?.ok_or(Failure::NotFound)?;
        if current.state != "closed" {
            return Ok(());
        }
        self.settle_or_close(&current).await?;
        Err(AGAIN)
    }

    /// The open order of this bill, or a new one; decided inside a transaction that locks the bill,
    /// so that two tabs cannot open two. A conflict where one is open that this one cannot take the place of.
    async fn open_order(&self, bill: BillId, provider: &str) -> Result<Order, Failure> {
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let current = bills::lock(&mut tx, bill).await?.ok_or(Failure::NotFound)?;
        if current.status != "open" {
            return Err(Failure::Rejected("bill.paid"));
        }
        if counter_entries::waiting_in(&mut tx, bill).await?.is_some() {
            return Err(Failure::Rejected("bill.at_window"));
        }
        let orders = bills::orders_in(&mut tx, bill).await?;
        let open: Vec<Order> = orders.into_iter().filter(|o| o.state == "open").collect();
        if open.iter().any(|o| !serves(o, provider, current.amount_fen, now)) {
            return Err(Failure::Conflict);
        }
        if let Some(order) = open.into_iter().next() {
            return Ok(order);
        }
        let order = Order {
            out_trade_no: self.new_id().simple().to_string(),
            bill_id: bill,
            provider: provider.to_owned(),
            amount_fen: current.amount_fen,
            state: "open".into(),
            transaction_id: None,
            created_at: now,
            expires_at: now + ORDER_LIFE,
            captured_fen: None,
        };
        bills::insert_order(&mut tx, &order).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// An order that must not be paid any more: closed at the provider, unless it was paid meanwhile.
    async fn settle_or_close(&self, order: &Order) -> Result<(), Failure> {
        let Ok(port) = self.provider(&order.provider) else { return self.close_without_channel(order).await };
        match port.close(&order.out_trade_no).await {
            Ok(()) => self.mark_closed(order).await,
            Err(PayError::AlreadyPaid) => {
                self.ask_provider(order).await?;
                Err(Failure::Rejected("bill.paid"))
            }
            // The order never reached the provider, which refuses to close what it does not know.
            Err(PayError::Refused { .. })
                if port.query(&order.out_trade_no).await.is_ok_and(|s| s == OrderState::Unknown) =>
            {
                self.mark_closed(order).await
            }
            Err(error) => Err(pay_failure(error)),
        }
    }

    /// Nobody can be asked about an order whose channel is not offered any more; it holds its bill up only as long as
    /// it may still be paid there.
    async fn close_without_channel(&self, order: &Order) -> Result<(), Failure> {
        if order.expires_at > self.now().0 {
            return Err(Failure::Rejected("pay.provider"));
        }
        self.mark_closed(order).await
    }

    /// Closes what is still open at the providers, as far as they can be reached; the rest is asked
    /// for by housekeeping, and money that comes after all is marked as to be given back.
    pub(crate) async fn close_orders(&self, bill: BillId) {
        let orders = match bills::orders(&self.db, bill).await {
            Ok(orders) => orders,
            Err(error) => return tracing::warn!(%error, "open orders of an undone case could not be read"),
        };
        for order in orders.iter().filter(|o| o.state == "open") {
            if let Err(error) = self.settle_or_close(order).await {
                tracing::warn!(order = %order.out_trade_no, %error, "an order of an undone case could not be closed");
            }
        }
    }

    async fn mark_closed(&self, order: &Order) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        bills::settle_order(&mut tx, &order.out_trade_no, "closed", None, self.now().0).await?;
        Ok(tx.commit().await?)
    }

    /// “我已支付，重新查询”: asks the provider about every open order.
    pub async fn check_payment(&self, applicant: &Applicant, id: BillId) -> Result<BillView, Failure> {
        self.own_bill(applicant, id).await?;
        self.ask_open_orders(id).await?;
        let bill = self.own_bill(applicant, id).await?;
        self.bill_view(bill).await
    }

    /// Asks the providers about every open order of a bill, and about those that were closed and may be paid all the
    /// same. One that is away keeps no other from being asked, and counts only if nothing has come in.
    pub(crate) async fn ask_open_orders(&self, id: BillId) -> Result<(), Failure> {
        let orders = bills::orders(&self.db, id).await?;
        let mut asked = Ok(());
        for order in orders.iter().filter(|o| o.state == "open") {
            asked = asked.and(self.ask_provider(order).await);
        }
        let since = self.now().0 - HOUR;
        for order in orders.iter().filter(|o| o.state == "closed" && o.expires_at > since) {
            self.ask_closed(order).await;
        }
        let bill = bills::find(&self.db, id).await?.ok_or(Failure::NotFound)?;
        if bill.status == "open" { asked } else { Ok(()) }
    }

    /// What was closed may be paid all the same: a provider that did not know the order yet could not close it, and
    /// the payer still has its page.
    async fn ask_closed(&self, order: &Order) {
        let Ok(port) = self.provider(&order.provider) else { return };
        let noted = match port.query(&order.out_trade_no).await {
            Ok(state @ OrderState::Paid { .. }) => self.note_order(&order.out_trade_no, &state).await,
            Ok(_) => Ok(()),
            Err(error) => Err(pay_failure(error)),
        };
        if let Err(error) = noted {
            tracing::warn!(order = %order.out_trade_no, %error, "a closed order could not be asked about");
        }
    }

    /// Asks the provider and applies its answer.
    pub(crate) async fn ask_provider(&self, order: &Order) -> Result<(), Failure> {
        let state = self.provider(&order.provider)?.query(&order.out_trade_no).await.map_err(pay_failure)?;
        self.apply_with_retry(&order.out_trade_no, &state).await.map(drop)
    }

    /// Orders for which no notification came: asked every minute until they are settled or expired.
    pub(crate) async fn sweep_orders(&self) -> Result<(), Failure> {
        let now = self.now().0;
        for order in bills::unsettled(&self.db, now - MINUTE).await? {
            let offered = self.provider(&order.provider).is_ok();
            if let Err(error) = self.ask_provider(&order).await {
                tracing::warn!(order = %order.out_trade_no, %error, "the provider could not be asked");
                if offered {
                    continue;
                }
            }
            if order.expires_at <= now {
                match self.settle_or_close(&order).await {
                    Ok(()) | Err(Failure::Rejected(_)) => {}
                    Err(error) => {
                        tracing::warn!(order = %order.out_trade_no, %error, "an expired order could not be closed");
                    }
                }
            }
        }
        for order in bills::closed_lately(&self.db, now - MINUTE, now - HOUR).await? {
            self.ask_closed(&order).await;
        }
        Ok(())
    }

    pub async fn bills(&self, _: &Treasurer) -> Result<Vec<BillRow>, Failure> {
        let mut rows = Vec::new();
        for bill in bills::list(&self.db).await? {
            let orders = bills::orders(&self.db, bill.id).await?;
            let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
            rows.push(BillRow {
                number: bill.number,
                case_number: case.case.number,
                amount: Fen(bill.amount_fen),
                status: status(&bill.status),
                raised_at: Instant(bill.raised_at),
                paid_at: bill.paid_at.map(Instant),
                transaction_id: orders.iter().find(|o| o.state == "paid").and_then(|o| o.transaction_id.clone()),
                disputed: still_to_go_back(&orders, &refunds::of_bill(&self.db, bill.id).await?),
            });
        }
        Ok(rows)
    }
}

/// Whether money may be taken for it now.
pub(crate) fn payable(bill: &Bill, case: &CaseRow) -> Result<(), Failure> {
    match bill.status.as_str() {
        "closed" | "expired" => Err(Failure::Rejected("bill.case_closed")),
        "open" if case.case.status().is_final() => Err(Failure::Rejected("bill.case_closed")),
        "open" => Ok(()),
        _ => Err(Failure::Rejected("bill.paid")),
    }
}

/// Whether an open order takes this amount at this channel, and may still be paid.
fn serves(order: &Order, channel: &str, amount: i64, now: i64) -> bool {
    order.provider == channel && order.amount_fen == amount && order.expires_at > now
}

/// What stands in the payer's app: the same whoever pays, for somebody else may pay by a link, and learns nothing of
/// what the bill is for (个人信息保护法第六条).
fn payment_title(body: &str) -> String {
    format!("{body} 缴款").trim_start().to_owned()
}

/// Captured, no income, and its refund has not moved yet.
fn still_to_go_back(orders: &[Order], rows: &[RefundRow]) -> usize {
    let gone = |order: &Order| {
        rows.iter().any(|row| row.out_trade_no == order.out_trade_no && row.state == domain::bill::RefundState::Done)
    };
    orders.iter().filter(|order| order.state == "disputed" && !gone(order)).count()
}

pub(crate) fn pay_failure(error: PayError) -> Failure {
    tracing::warn!(%error, "payment provider");
    match error {
        PayError::Unreachable(_) => Failure::Rejected("pay.unreachable"),
        PayError::AlreadyPaid => Failure::Rejected("bill.paid"),
        PayError::NotAuthentic(_) => Failure::Rejected("pay.not_authentic"),
        PayError::Refused { .. } => Failure::Rejected("pay.refused"),
    }
}

/// The account of a channel that is not offered any more: its name is the account's with the way behind it.
fn account_by_name(channel: &str) -> &str {
    let ways = ["_phone", "_desk", "_code", "_native"];
    ways.iter().find_map(|way| channel.strip_suffix(*way)).unwrap_or(channel)
}

#[cfg(test)]
mod tests {
    use super::account_by_name;

    #[test]
    fn d5_a_channel_that_is_not_offered_any_more_keeps_its_account() {
        for (channel, account) in [
            ("wechat", "wechat"),
            ("wechat_native", "wechat"),
            ("alipay_phone", "alipay"),
            ("alipay_desk", "alipay"),
            ("alipay_code", "alipay"),
            ("pos", "pos"),
        ] {
            assert_eq!(account_by_name(channel), account, "{channel}");
        }
    }
}
