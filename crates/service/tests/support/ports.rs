//! The outside world as the tests need it: it records, and fails on demand.

use async_trait::async_trait;
use futures_util::StreamExt;
use service::ports::bundle::{BindError, PageBinder, Picture};
use service::ports::documents::{Block, Document, DocumentError, DocumentMaker};
use service::ports::invoice::{EInvoicer, Invoice, InvoiceError, NewInvoice};
use service::ports::licences::{
    HeldLicence, LicenceAnswer, LicenceError, LicenceId, LicenceQuestion, LicenceStore, NumberAnswer, NumberQuestion,
};
use service::ports::message::{MessageError, MessageSender, ShortMessage};
use service::ports::pay::{
    Checkout, NewOrder, NewRefund, Notification, OrderState, PayError, PaymentProvider, RefundState, TradeLine, Way,
};
use service::ports::preview::{Content as Pixels, Crop, Kind, PreviewError, PreviewMaker, Wanted};
use service::ports::register::{PersonRegister, RegisterAnswer, RegisterError, RegisterQuestion};
use service::ports::scan::{Content, ScanError, Scanner, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::sync::{Notify, Semaphore};

/// The carrier of short messages.
#[derive(Default)]
pub struct Sms {
    sent: Mutex<Vec<ShortMessage>>,
    /// No answer.
    pub down: AtomicBool,
    /// Refuses for good.
    pub refuses: AtomicBool,
}

impl Sms {
    pub fn sent(&self) -> Vec<ShortMessage> {
        self.sent.lock().unwrap().clone()
    }

    pub fn to(&self, phone: &str) -> Vec<ShortMessage> {
        self.sent().into_iter().filter(|m| m.phone == phone).collect()
    }

    /// The newest code sent to a phone.
    pub fn code(&self, phone: &str) -> String {
        let messages = self.to(phone);
        let newest = messages.iter().rev().find(|m| m.template == "sign_in_code").expect("a code was sent");
        param(newest, "code")
    }
}

/// A parameter of a message.
pub fn param(message: &ShortMessage, name: &str) -> String {
    message.params.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).expect("has the parameter")
}

#[async_trait]
impl MessageSender for Sms {
    async fn send(&self, message: &ShortMessage) -> Result<(), MessageError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(MessageError::Unreachable("no answer".into()));
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(MessageError::Refused { code: "isv.MOBILE_NUMBER_ILLEGAL".into(), message: "refused".into() });
        }
        self.sent.lock().unwrap().push(message.clone());
        Ok(())
    }
}

/// Records documents; its “PDF” is their text.
#[derive(Default)]
pub struct Printer {
    pub printed: Mutex<Vec<Document>>,
}

impl DocumentMaker for Printer {
    fn render(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        self.printed.lock().unwrap().push(document.clone());
        let mut text = format!("{}\n{}\n{}\n", document.title, document.number, document.issuer);
        for block in &document.blocks {
            match block {
                Block::Paragraph { text: line, .. } | Block::Heading(line) => text.push_str(line),
                Block::Numbered(items) => text.push_str(&items.join("\n")),
                Block::Rows(rows) => rows.iter().for_each(|(k, v)| writeln!(text, "{k}：{v}").unwrap()),
                Block::Picture { caption, .. } => text.push_str(caption),
            }
            text.push('\n');
        }
        write!(text, "{}\n{}\n{}", document.date, document.verify_url, document.footer).unwrap();
        Ok(text.into_bytes())
    }
}

/// A payment provider that keeps a state per order.
pub struct Till {
    id: &'static str,
    account: &'static str,
    way: Way,
    /// What the provider wants to read when it has notified.
    acknowledgement: &'static str,
    orders: Mutex<BTreeMap<String, (i64, OrderState)>>,
    /// Nothing gets through.
    pub down: AtomicBool,
    /// The next order arrives, its answer does not.
    pub swallows_answer: AtomicBool,
    /// Knows a new order only once its payer comes, as where the payer's browser brings it along.
    pub lazy: AtomicBool,
    /// What stands in the payer's app, for each time an order was told of.
    pub titles: Mutex<Vec<String>>,
    /// The payer pays in the very moment of closing.
    pub pays_while_closing: AtomicBool,
    /// Answers to `create` wait for a permit.
    pub slow: AtomicBool,
    pub go_on: Semaphore,
    pub asked: Notify,
    pub queries: Mutex<Vec<String>>,
    /// What was asked to go back, by its number, and how often.
    pub refunds: Mutex<BTreeMap<String, (NewRefund, RefundState, u32)>>,
    /// Refuses the next refunds for good with this code.
    pub refuses_refunds: Mutex<Option<&'static str>>,
    /// The next refund arrives, its answer does not.
    pub swallows_refund: AtomicBool,
    /// Its bill of any day; none is offered otherwise.
    pub bill: Mutex<Option<Vec<TradeLine>>>,
    /// Its bills of single days; these come first.
    pub bills: Mutex<BTreeMap<jiff::civil::Date, Vec<TradeLine>>>,
}

impl Till {
    pub fn new(id: &'static str) -> Self {
        Self::channel(id, id, Way::Phone, "")
    }

    /// One of several channels of an account.
    pub fn channel(id: &'static str, account: &'static str, way: Way, acknowledgement: &'static str) -> Self {
        Self {
            id,
            account,
            way,
            acknowledgement,
            orders: Mutex::default(),
            down: AtomicBool::new(false),
            swallows_answer: AtomicBool::new(false),
            lazy: AtomicBool::new(false),
            titles: Mutex::default(),
            pays_while_closing: AtomicBool::new(false),
            slow: AtomicBool::new(false),
            go_on: Semaphore::new(0),
            asked: Notify::new(),
            queries: Mutex::default(),
            refunds: Mutex::default(),
            refuses_refunds: Mutex::default(),
            swallows_refund: AtomicBool::new(false),
            bill: Mutex::default(),
            bills: Mutex::default(),
        }
    }

    /// Everything that was asked to go back moves.
    pub fn settle_refunds(&self) {
        for (number, (wanted, state, _)) in self.refunds.lock().unwrap().iter_mut() {
            *state = RefundState::Success {
                refund_id: format!("B{number}"),
                amount_fen: wanted.amount_fen,
                total_fen: wanted.total_fen,
                done_at: 1_772_503_600_000_000,
            };
        }
    }

    /// The provider's notification of a refund's present state.
    pub fn refund_notification(&self, number: &str, event_id: &str) -> Vec<u8> {
        let refunds = self.refunds.lock().unwrap();
        let (wanted, state, _) = &refunds[number];
        let state = OrderState::Refund { out_refund_no: number.into(), state: state.clone() };
        let notification = Notification {
            event_id: event_id.into(),
            out_trade_no: wanted.out_trade_no.clone(),
            bill_number: None,
            state,
        };
        serde_json::to_vec(&notification).unwrap()
    }

    pub fn orders(&self) -> Vec<String> {
        self.orders.lock().unwrap().keys().cloned().collect()
    }

    /// The one order that was opened.
    pub fn only_order(&self) -> String {
        let mut orders = self.orders();
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders.remove(0)
    }

    /// The payer pays what was asked.
    pub fn pay(&self, number: &str) {
        let amount = self.orders.lock().unwrap()[number].0;
        self.pay_amount(number, amount);
    }

    pub fn pay_amount(&self, number: &str, amount_fen: i64) {
        self.set(
            number,
            OrderState::Paid { transaction_id: format!("T{number}"), amount_fen, paid_at: 1_772_500_000_000_000 },
        );
    }

    pub fn set(&self, number: &str, state: OrderState) {
        let mut orders = self.orders.lock().unwrap();
        let amount = orders.get(number).map_or(0, |o| o.0);
        orders.insert(number.to_owned(), (amount, state));
    }

    /// The provider's notification of the order's present state.
    pub fn notification(&self, number: &str, event_id: &str) -> Vec<u8> {
        let state = self.orders.lock().unwrap().get(number).map_or(OrderState::Unknown, |o| o.1.clone());
        let notification =
            Notification { event_id: event_id.into(), out_trade_no: number.into(), bill_number: None, state };
        serde_json::to_vec(&notification).unwrap()
    }

    fn reachable(&self) -> Result<(), PayError> {
        if self.down.load(Ordering::SeqCst) { Err(PayError::Unreachable("no answer".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl PaymentProvider for Till {
    fn id(&self) -> &'static str {
        self.id
    }

    fn account(&self) -> &'static str {
        self.account
    }

    fn way(&self) -> Way {
        self.way
    }

    fn acknowledgement(&self) -> &'static str {
        self.acknowledgement
    }

    fn is_sandbox(&self) -> bool {
        true
    }

    async fn create(&self, order: &NewOrder) -> Result<Checkout, PayError> {
        self.reachable()?;
        self.titles.lock().unwrap().push(order.description.clone());
        if self.lazy.load(Ordering::SeqCst) && !self.orders().contains(&order.out_trade_no) {
            return Ok(Checkout { url: format!("https://cashier.invalid/{}", order.out_trade_no) });
        }
        let state = {
            let mut orders = self.orders.lock().unwrap();
            let entry = orders.entry(order.out_trade_no.clone()).or_insert((order.amount_fen, OrderState::Open));
            assert_eq!(entry.0, order.amount_fen, "one order never has two amounts");
            entry.1.clone()
        };
        if matches!(state, OrderState::Paid { .. }) {
            return Err(PayError::AlreadyPaid);
        }
        if self.slow.load(Ordering::SeqCst) {
            self.asked.notify_one();
            self.go_on.acquire().await.expect("open").forget();
        }
        if self.swallows_answer.swap(false, Ordering::SeqCst) {
            return Err(PayError::Unreachable("answer lost".into()));
        }
        Ok(Checkout { url: format!("https://cashier.invalid/{}", order.out_trade_no) })
    }

    async fn query(&self, out_trade_no: &str) -> Result<OrderState, PayError> {
        self.reachable()?;
        self.queries.lock().unwrap().push(out_trade_no.to_owned());
        Ok(self.orders.lock().unwrap().get(out_trade_no).map_or(OrderState::Unknown, |o| o.1.clone()))
    }

    async fn close(&self, out_trade_no: &str) -> Result<(), PayError> {
        self.reachable()?;
        if !self.orders().iter().any(|n| n == out_trade_no) {
            return Err(PayError::Refused { code: "ORDER_NOT_EXIST".into(), message: String::new() });
        }
        if self.pays_while_closing.swap(false, Ordering::SeqCst) {
            self.pay(out_trade_no);
        }
        if matches!(self.orders.lock().unwrap()[out_trade_no].1, OrderState::Paid { .. }) {
            return Err(PayError::AlreadyPaid);
        }
        self.set(out_trade_no, OrderState::Closed);
        Ok(())
    }

    async fn refund(&self, refund: &NewRefund) -> Result<RefundState, PayError> {
        self.reachable()?;
        if let Some(code) = *self.refuses_refunds.lock().unwrap() {
            return Err(PayError::Refused { code: code.into(), message: "refused".into() });
        }
        let state = {
            let mut refunds = self.refunds.lock().unwrap();
            let fresh = || (refund.clone(), RefundState::Processing, 0);
            let entry = refunds.entry(refund.out_refund_no.clone()).or_insert_with(fresh);
            assert_eq!(entry.0, *refund, "one number never has two amounts");
            entry.2 += 1;
            entry.1.clone()
        };
        if self.swallows_refund.swap(false, Ordering::SeqCst) {
            return Err(PayError::Unreachable("answer lost".into()));
        }
        Ok(state)
    }

    async fn query_refund(&self, _: &str, out_refund_no: &str) -> Result<RefundState, PayError> {
        self.reachable()?;
        let refunds = self.refunds.lock().unwrap();
        Ok(refunds.get(out_refund_no).map_or(RefundState::Unknown, |(_, state, _)| state.clone()))
    }

    async fn trade_bill(&self, day: jiff::civil::Date) -> Result<Vec<TradeLine>, PayError> {
        self.reachable()?;
        if let Some(lines) = self.bills.lock().unwrap().get(&day) {
            return Ok(lines.clone());
        }
        self.bill.lock().unwrap().clone().ok_or_else(PayError::not_offered)
    }

    fn open_notification(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        _: i64,
    ) -> Result<Notification, PayError> {
        if headers("x-seal").as_deref() != Some("right") {
            return Err(PayError::NotAuthentic("seal".into()));
        }
        serde_json::from_slice(body).map_err(|e| PayError::NotAuthentic(e.to_string()))
    }
}

/// A register of persons in memory.
#[derive(Default)]
pub struct Persons {
    /// Number and name, household and whether alive.
    known: Mutex<BTreeMap<(String, String), (String, bool)>>,
    /// Purpose and reference of every question.
    pub asked: Mutex<Vec<(String, String)>>,
    /// No answer.
    pub down: AtomicBool,
}

impl Persons {
    pub fn put(&self, id_number: &str, name: &str, household: &str, alive: bool) {
        let key = (id_number.to_owned(), name.to_owned());
        self.known.lock().unwrap().insert(key, (household.to_owned(), alive));
    }
}

#[async_trait]
impl PersonRegister for Persons {
    async fn confirm(&self, question: &RegisterQuestion) -> Result<RegisterAnswer, RegisterError> {
        self.asked.lock().unwrap().push((question.purpose.clone(), question.reference.clone()));
        if self.down.load(Ordering::SeqCst) {
            return Err(RegisterError::Unreachable);
        }
        let key = (question.id_number.clone(), question.name.clone());
        let known = self.known.lock().unwrap().get(&key).cloned();
        Ok(known.map_or(RegisterAnswer::NoMatch, |(household, alive)| RegisterAnswer::Confirmed { household, alive }))
    }
}

/// A scanner that finds one word.
#[derive(Default)]
pub struct Nose {
    /// No answer.
    pub down: AtomicBool,
    /// Every file is too big.
    pub full: AtomicBool,
    /// How often it was asked.
    pub asked: AtomicU32,
    /// Answers only once nobody holds this.
    pub held: tokio::sync::Mutex<()>,
}

impl Nose {
    /// What it finds.
    pub const VIRUS: &'static str = "test-virus-4711";
}

#[async_trait]
impl Scanner for Nose {
    async fn scan(&self, mut content: Content) -> Result<Verdict, ScanError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _turn = self.held.lock().await;
        if self.down.load(Ordering::SeqCst) {
            return Err(ScanError::Unreachable("no answer".into()));
        }
        if self.full.load(Ordering::SeqCst) {
            return Err(ScanError::TooBig);
        }
        let mut bytes = Vec::new();
        while let Some(part) = content.next().await {
            bytes.extend_from_slice(&part.map_err(|e| ScanError::Unreachable(e.to_string()))?);
        }
        let found = bytes.windows(Self::VIRUS.len()).any(|w| w == Self::VIRUS.as_bytes());
        Ok(if found { Verdict::Infected { name: "Test".into() } } else { Verdict::Clean })
    }
}

/// Draws nothing: its “pictures” are what was wanted, and how much content there was.
#[derive(Default)]
pub struct Painter;

#[async_trait]
impl PreviewMaker for Painter {
    async fn picture(&self, wanted: Wanted, content: Pixels) -> Result<Vec<u8>, PreviewError> {
        let read = tokio::task::spawn_blocking(content).await.map_err(|_| PreviewError::Unreadable)?;
        let bytes = read.map_err(|_| PreviewError::Unreadable)?.len();
        let mut text = format!("{:?} {} {} {} {bytes}", wanted.kind, wanted.page, wanted.edge, wanted.quarters);
        if !wanted.arranged.is_original() {
            write!(text, " turned {} cut {}", wanted.arranged.turn, wanted.arranged.crop).unwrap();
        }
        Ok(text.into_bytes())
    }

    /// Every document lies in the middle; of one that is turned upside down nothing is seen.
    async fn edges(&self, _: Kind, turn: u8, _: Pixels) -> Result<Option<Crop>, PreviewError> {
        Ok(if turn == 2 { None } else { Crop::new(100, 100, 100, 100) })
    }
}

/// Binds nothing: its “PDF” is a line for each page, in order.
#[derive(Default)]
pub struct Binder {
    /// Fails.
    pub broken: AtomicBool,
    /// How many documents were made.
    pub bound: AtomicU32,
    /// Each waits for its turn.
    pub held: AtomicBool,
    /// How many were asked for.
    pub asked: AtomicU32,
    pub turn: Notify,
}

#[async_trait]
impl PageBinder for Binder {
    async fn bind(&self, title: &str, pictures: Vec<Picture>) -> Result<Vec<u8>, BindError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(BindError::Layout);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.held.load(Ordering::SeqCst) {
            self.turn.notified().await;
        }
        self.bound.fetch_add(1, Ordering::SeqCst);
        let mut text = format!("{title}\n");
        for picture in pictures {
            let read = tokio::task::spawn_blocking(picture.content).await.map_err(|_| BindError::Late)?;
            let bytes = read.map_err(|_| BindError::Unreadable(1))?.len();
            let (turn, crop) = (picture.arranged.turn, picture.arranged.crop);
            writeln!(text, "{:?} {turn} [{crop}] {bytes}", picture.kind).unwrap();
        }
        Ok(text.into_bytes())
    }
}

/// A licence store in memory.
#[derive(Default)]
pub struct Wallet {
    /// Name, number and phone of the holder, and a licence.
    held: Mutex<Vec<([String; 3], HeldLicence)>>,
    /// Purpose and reference of every question.
    pub asked: Mutex<Vec<(String, String)>>,
    /// No answer.
    pub down: AtomicBool,
    /// Answers a question about a holder only once nobody holds this.
    pub turn: tokio::sync::Mutex<()>,
}

impl Wallet {
    /// A licence of this type for a holder; `data` are its attributes.
    pub fn put(&self, holder: [&str; 3], type_code: &str, until: Option<jiff::civil::Date>, data: &[(&str, &str)]) {
        let mut held = self.held.lock().unwrap();
        let serial = format!("{}{:02}", holder[1], held.len());
        let licence = HeldLicence {
            licence_id: LicenceId::issue(type_code, "539999", &serial, 1).expect("a right identifier"),
            number: holder[1].to_owned(),
            holder_name: holder[0].to_owned(),
            issuer: "示例县公安局".into(),
            issued_on: None,
            valid_until: until,
            data: data.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        };
        held.push((holder.map(str::to_owned), licence));
    }

    fn note(&self, purpose: &str, reference: &str) -> Result<(), LicenceError> {
        self.asked.lock().unwrap().push((purpose.to_owned(), reference.to_owned()));
        if self.down.load(Ordering::SeqCst) { Err(LicenceError::Unreachable) } else { Ok(()) }
    }
}

#[async_trait]
impl LicenceStore for Wallet {
    async fn list(&self, question: &LicenceQuestion) -> Result<LicenceAnswer, LicenceError> {
        self.note(&question.purpose, &question.reference)?;
        let _turn = self.turn.lock().await;
        let holder = &question.holder;
        let wanted = [&holder.name, &holder.number, &holder.phone].map(Clone::clone);
        let held = self.held.lock().unwrap();
        let own: Vec<&HeldLicence> = held.iter().filter(|(h, _)| *h == wanted).map(|(_, l)| l).collect();
        if own.is_empty() {
            return Ok(LicenceAnswer::NoMatch);
        }
        let asked = |l: &&HeldLicence| question.type_codes.iter().any(|c| c == l.licence_id.type_code());
        Ok(LicenceAnswer::Held(own.into_iter().filter(asked).cloned().collect()))
    }

    async fn check(&self, question: &NumberQuestion) -> Result<NumberAnswer, LicenceError> {
        self.note(&question.purpose, &question.reference)?;
        let held = self.held.lock().unwrap();
        let found = held.iter().find(|([name, number, _], l)| {
            *name == question.holder_name
                && *number == question.holder_number
                && l.number == question.number
                && l.licence_id.type_code() == question.type_code
        });
        Ok(found.map_or(NumberAnswer::NotValid, |(_, l)| NumberAnswer::Valid { valid_until: l.valid_until }))
    }
}

/// A platform of invoices that answers when it is there; the same bill has the same number.
#[derive(Default)]
pub struct Invoicer {
    /// No answer.
    pub down: AtomicBool,
    /// Does what it is asked, and the answer is lost.
    pub swallows: AtomicBool,
    /// 缴款码 → payer and how often it was asked for.
    pub issued: Mutex<BTreeMap<String, (String, u32)>>,
    /// 缴款码 → how often it was reversed.
    pub reversed: Mutex<BTreeMap<String, u32>>,
}

impl Invoicer {
    fn answer(&self, number: String) -> Result<Invoice, InvoiceError> {
        if self.swallows.swap(false, Ordering::SeqCst) {
            return Err(InvoiceError::Unreachable);
        }
        Ok(Invoice { code: "53990126".into(), check_code: "c0ffee".into(), number })
    }
}

#[async_trait]
impl EInvoicer for Invoicer {
    async fn issue(&self, wanted: &NewInvoice) -> Result<Invoice, InvoiceError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(InvoiceError::Unreachable);
        }
        let sum: i64 = wanted.items.iter().map(|item| item.amount_fen).sum();
        assert_eq!(sum, wanted.total_fen, "the items come to the total");
        let mut issued = self.issued.lock().unwrap();
        issued.entry(wanted.bill_number.clone()).or_insert((wanted.payer.clone(), 0)).1 += 1;
        self.answer(format!("N{}", wanted.bill_number))
    }

    async fn reverse(&self, bill_number: &str) -> Result<Invoice, InvoiceError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(InvoiceError::Unreachable);
        }
        assert!(self.issued.lock().unwrap().contains_key(bill_number), "only what was issued");
        *self.reversed.lock().unwrap().entry(bill_number.to_owned()).or_insert(0) += 1;
        self.answer(format!("R{bill_number}"))
    }
}
