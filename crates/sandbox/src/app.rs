//! What the handlers share.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::{Client, redirect::Policy};

use crate::{
    alipay::trades::TradeBook,
    faults::Faults,
    files,
    invoices::Invoices,
    keys::{self, Addresses, Keys},
    licences::Licences,
    messages::MessageBox,
    notify::{Attempt, Job},
    orders::OrderBook,
    register::Register,
    sms::Nonces,
    treasury::book::TreasuryBook,
};

/// How this process was started.
pub struct Settings {
    pub public_url: String,
    pub state: PathBuf,
    /// Where `WeChat` Pay's notifications go.
    pub notify_url: String,
    /// Where Alipay's go.
    pub alipay_notify_url: String,
    /// Where the treasury's go.
    pub treasury_notify_url: String,
    pub retry_scale: f64,
    pub merchant_name: String,
    /// Where the virus scanner's counterpart listens, as clients name it.
    pub clamd: String,
}

pub struct App {
    pub settings: Settings,
    pub keys: Keys,
    pub http: Client,
    orders: Mutex<OrderBook>,
    trades: Mutex<TradeBook>,
    treasury: Mutex<TreasuryBook>,
    messages: Mutex<MessageBox>,
    register: Mutex<Register>,
    licences: Mutex<Licences>,
    invoices: Mutex<Invoices>,
    faults: Mutex<Faults>,
    nonces: Mutex<Nonces>,
    attempts: Mutex<VecDeque<Attempt>>,
    held: Mutex<Vec<Job>>,
}

pub type Shared = Arc<App>;

impl App {
    /// Reads the state folder, or begins a new one.
    pub fn open(settings: Settings) -> Result<Self, Box<dyn std::error::Error>> {
        std::fs::create_dir_all(&settings.state)?;
        let addresses = Addresses {
            public_url: &settings.public_url,
            notify_url: &settings.notify_url,
            alipay_notify_url: &settings.alipay_notify_url,
            treasury_notify_url: &settings.treasury_notify_url,
            clamd: &settings.clamd,
        };
        let keys = keys::open(&settings.state, &addresses)?;
        let orders = files::read_json(&settings.state.join("orders.json"))?.unwrap_or_default();
        let trades = files::read_json(&settings.state.join("trades.json"))?.unwrap_or_default();
        let treasury = files::read_json(&settings.state.join("treasury.json"))?.unwrap_or_default();
        let messages = files::read_json(&settings.state.join("messages.json"))?.unwrap_or_default();
        let invoices = files::read_json(&settings.state.join("invoices.json"))?.unwrap_or_default();
        let path = settings.state.join("register.json");
        let register = if let Some(register) = files::read_json(&path)? {
            register
        } else {
            let register = Register::demo();
            files::write_json(&path, &register)?;
            register
        };
        let path = settings.state.join("licences.json");
        let licences = if let Some(licences) = files::read_json(&path)? {
            licences
        } else {
            let licences = Licences::demo();
            files::write_json(&path, &licences)?;
            licences
        };
        Ok(Self {
            keys,
            // The provider gives a merchant five seconds to answer and follows no redirect.
            http: Client::builder()
                .redirect(Policy::none())
                .timeout(Duration::from_secs(5))
                .user_agent("onevisit-sandbox")
                .build()?,
            orders: Mutex::new(orders),
            trades: Mutex::new(trades),
            treasury: Mutex::new(treasury),
            messages: Mutex::new(messages),
            register: Mutex::new(register),
            licences: Mutex::new(licences),
            invoices: Mutex::new(invoices),
            faults: Mutex::default(),
            nonces: Mutex::default(),
            attempts: Mutex::default(),
            held: Mutex::default(),
            settings,
        })
    }

    /// Reads or changes the orders and keeps the change before anyone hears of it.
    pub fn change_orders<T>(&self, change: impl FnOnce(&mut OrderBook) -> T) -> io::Result<T> {
        let mut orders = lock(&self.orders);
        let result = change(&mut orders);
        files::write_json(&self.settings.state.join("orders.json"), &*orders)?;
        Ok(result)
    }

    pub fn orders(&self) -> MutexGuard<'_, OrderBook> {
        lock(&self.orders)
    }

    /// As [`Self::change_orders`], for the second provider's trades.
    pub fn change_trades<T>(&self, change: impl FnOnce(&mut TradeBook) -> T) -> io::Result<T> {
        let mut trades = lock(&self.trades);
        let result = change(&mut trades);
        files::write_json(&self.settings.state.join("trades.json"), &*trades)?;
        Ok(result)
    }

    pub fn trades(&self) -> MutexGuard<'_, TradeBook> {
        lock(&self.trades)
    }

    /// As [`Self::change_orders`], for the treasury's orders.
    pub fn change_treasury<T>(&self, change: impl FnOnce(&mut TreasuryBook) -> T) -> io::Result<T> {
        let mut treasury = lock(&self.treasury);
        let result = change(&mut treasury);
        files::write_json(&self.settings.state.join("treasury.json"), &*treasury)?;
        Ok(result)
    }

    pub fn treasury(&self) -> MutexGuard<'_, TreasuryBook> {
        lock(&self.treasury)
    }

    /// As [`Self::change_orders`], for the messages.
    pub fn change_messages<T>(&self, change: impl FnOnce(&mut MessageBox) -> T) -> io::Result<T> {
        let mut messages = lock(&self.messages);
        let result = change(&mut messages);
        files::write_json(&self.settings.state.join("messages.json"), &*messages)?;
        Ok(result)
    }

    pub fn messages(&self) -> MutexGuard<'_, MessageBox> {
        lock(&self.messages)
    }

    /// As [`Self::change_orders`], for the register of persons.
    pub fn change_register<T>(&self, change: impl FnOnce(&mut Register) -> T) -> io::Result<T> {
        let mut register = lock(&self.register);
        let result = change(&mut register);
        files::write_json(&self.settings.state.join("register.json"), &*register)?;
        Ok(result)
    }

    pub fn register(&self) -> MutexGuard<'_, Register> {
        lock(&self.register)
    }

    /// As [`Self::change_orders`], for the licence store.
    pub fn change_licences<T>(&self, change: impl FnOnce(&mut Licences) -> T) -> io::Result<T> {
        let mut licences = lock(&self.licences);
        let result = change(&mut licences);
        files::write_json(&self.settings.state.join("licences.json"), &*licences)?;
        Ok(result)
    }

    pub fn licences(&self) -> MutexGuard<'_, Licences> {
        lock(&self.licences)
    }

    /// As [`Self::change_orders`], for the invoices.
    pub fn change_invoices<T>(&self, change: impl FnOnce(&mut Invoices) -> T) -> io::Result<T> {
        let mut invoices = lock(&self.invoices);
        let result = change(&mut invoices);
        files::write_json(&self.settings.state.join("invoices.json"), &*invoices)?;
        Ok(result)
    }

    pub fn invoices(&self) -> MutexGuard<'_, Invoices> {
        lock(&self.invoices)
    }

    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
    }

    pub fn attempts(&self) -> MutexGuard<'_, VecDeque<Attempt>> {
        lock(&self.attempts)
    }

    pub fn held(&self) -> MutexGuard<'_, Vec<Job>> {
        lock(&self.held)
    }
}

/// A panic elsewhere must not take the other pages down with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
