//! Starts the real binary on a free port and a small merchant that listens for notifications.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use connect::{
    alipay::{Alipay, AlipayConfig},
    aliyun_sms::{AliyunSms, AliyunSmsConfig},
    clamd::{Clamd, ClamdConfig},
    invoices::{CountyInvoices, InvoiceConfig},
    licences::{CountyLicences, LicenceConfig},
    register::{HouseholdRegister, RegisterConfig},
    treasury::{Treasury, TreasuryConfig},
    wechat::{Clock, WechatChannel, WechatConfig, WechatPay},
};
use serde_json::Value;
use service::ports::pay::{NewOrder, OrderItem};
use tokio::sync::mpsc;

/// The present instant, µs since the epoch.
#[expect(clippy::disallowed_methods, reason = "both processes share real time")]
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_micros()).expect("before the year 290000")
}

pub fn clock() -> Clock {
    Arc::new(now)
}

/// A fresh folder for one test.
pub fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("onevisit-sandbox-{}-{number}", std::process::id());
    std::env::temp_dir().join(name)
}

/// A running sandbox; ends with the test.
pub struct Sandbox {
    child: Child,
    pub base: String,
    pub folder: PathBuf,
    pub http: reqwest::Client,
}

impl Sandbox {
    pub fn start(notify_url: &str) -> Self {
        Self::start_in(folder(), notify_url, "0.001")
    }

    pub fn start_in(folder: PathBuf, notify_url: &str, retry_scale: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_onevisit-sandbox"))
            .args(["--listen", "127.0.0.1:0", "--notify-url", notify_url])
            .args(["--retry-scale", retry_scale, "--state"])
            .arg(&folder)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the ready line");
        let base = line.trim().strip_prefix("sandbox ready ").expect("one line says where it listens").to_owned();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { child, base, folder, http }
    }

    /// Asks the process to end as a service manager does; whether it ended well. The folder
    /// stays for the next start.
    pub fn terminate(mut self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(asked.success());
        let well = self.child.wait().expect("it ends").success();
        std::mem::forget(self);
        well
    }

    fn client_json(&self, part: &str) -> Value {
        let bytes = std::fs::read(self.folder.join("client.json")).expect("client.json");
        let mut json: Value = serde_json::from_slice(&bytes).expect("JSON");
        json[part].take()
    }

    pub fn wechat_config(&self) -> WechatConfig {
        serde_json::from_value(self.client_json("wechat")).expect("exactly our configuration")
    }

    pub fn alipay_config(&self) -> AlipayConfig {
        serde_json::from_value(self.client_json("alipay")).expect("exactly our configuration")
    }

    pub fn alipay(&self) -> Alipay {
        Alipay::new(self.alipay_config(), clock()).expect("a usable configuration")
    }

    pub fn treasury_config(&self) -> TreasuryConfig {
        serde_json::from_value(self.client_json("treasury")).expect("exactly our configuration")
    }

    pub fn treasury(&self) -> Treasury {
        Treasury::new(self.treasury_config(), clock()).expect("a usable configuration")
    }

    pub fn sms_config(&self) -> AliyunSmsConfig {
        serde_json::from_value(self.client_json("sms")).expect("exactly our configuration")
    }

    pub fn wechat_account(&self) -> WechatPay {
        WechatPay::new(self.wechat_config(), clock()).expect("a usable configuration")
    }

    /// On a phone.
    pub fn wechat(&self) -> WechatChannel {
        let [_, phone] = self.wechat_account().channels();
        phone
    }

    pub fn sms(&self) -> AliyunSms {
        AliyunSms::new(self.sms_config(), clock()).expect("a usable configuration")
    }

    pub fn register_config(&self) -> RegisterConfig {
        serde_json::from_value(self.client_json("register")).expect("exactly our configuration")
    }

    pub fn register(&self) -> HouseholdRegister {
        HouseholdRegister::new(self.register_config(), true, clock()).expect("a usable configuration")
    }

    pub fn scanner(&self) -> Clamd {
        let config: ClamdConfig = serde_json::from_value(self.client_json("scan")).expect("exactly our configuration");
        Clamd::new(config.address.parse().expect("an address"))
    }

    pub fn licence_config(&self) -> LicenceConfig {
        serde_json::from_value(self.client_json("licences")).expect("exactly our configuration")
    }

    pub fn licences(&self) -> CountyLicences {
        CountyLicences::new(self.licence_config(), true, clock()).expect("a usable configuration")
    }

    pub fn invoices(&self) -> CountyInvoices {
        let config: InvoiceConfig =
            serde_json::from_value(self.client_json("invoices")).expect("exactly our configuration");
        CountyInvoices::new(config, true, clock()).expect("a usable configuration")
    }

    /// Form posts as a browser makes them.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let mut url = reqwest::Url::parse("http://x/").expect("constant");
        url.query_pairs_mut().extend_pairs(fields);
        self.http
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(url.query().unwrap_or_default().to_owned())
            .send()
            .await
            .expect("an answer")
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> reqwest::Response {
        self.http
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .expect("an answer")
    }

    pub async fn get_text(&self, path: &str) -> String {
        let answer = self.http.get(format!("{}{path}", self.base)).send().await.expect("an answer");
        answer.text().await.expect("text")
    }

    pub async fn get_json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get_text(path).await).expect("JSON")
    }

    pub async fn faults(&self, wish: Value) {
        let answer = self.post_json("/faults", &wish).await;
        assert_eq!(answer.status(), 200);
    }

    pub async fn pay(&self, out_trade_no: &str) {
        let wish = serde_json::json!({ "out_trade_no": out_trade_no });
        let answer = self.post_json("/wechat/pay-directly", &wish).await;
        assert_eq!(answer.status(), 200);
    }

    pub async fn pay_alipay(&self, out_trade_no: &str) {
        let wish = serde_json::json!({ "out_trade_no": out_trade_no });
        let answer = self.post_json("/alipay/pay-directly", &wish).await;
        assert_eq!(answer.status(), 200);
    }

    pub async fn pay_treasury(&self, out_trade_no: &str) {
        let wish = serde_json::json!({ "out_trade_no": out_trade_no });
        let answer = self.post_json("/treasury/pay-directly", &wish).await;
        assert_eq!(answer.status(), 200);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// One delivered notification, as raw as the server's route would see it.
pub struct Delivered {
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Delivered {
    /// Header look-up in the port's form.
    pub fn header(&self) -> impl Fn(&str) -> Option<String> + '_ {
        |name| self.headers.get(&name.to_ascii_lowercase()).cloned()
    }
}

/// The merchant's side: receives notifications and answers the given statuses in turn, then as each provider wants it:
/// `WeChat` Pay and the treasury 204, Alipay `success`.
pub struct Merchant {
    pub url: String,
    received: mpsc::UnboundedReceiver<Delivered>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Delivered>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Merchant {
    pub async fn listen(mut answers: Vec<u16>) -> Self {
        answers.reverse();
        let (sender, received) = mpsc::unbounded_channel();
        let inbox = Inbox { sender, answers: Arc::new(Mutex::new(answers)) };
        let routes = Router::new()
            .route("/callbacks/wechat", post(receive))
            .route("/callbacks/alipay", post(receive_alipay))
            .route("/callbacks/treasury", post(receive))
            .with_state(inbox);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url: format!("http://{address}/callbacks/wechat"), received }
    }

    pub async fn next(&mut self) -> Delivered {
        tokio::time::timeout(Duration::from_secs(10), self.received.recv())
            .await
            .expect("a notification within ten seconds")
            .expect("the listener lives")
    }

    /// Whether nothing arrives for a while.
    pub async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.received.recv()).await.is_err()
    }
}

async fn receive(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    keep(&inbox, &headers, &body).unwrap_or(StatusCode::NO_CONTENT)
}

async fn receive_alipay(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    match keep(&inbox, &headers, &body) {
        Some(status) => (status, "thank you"),
        None => (StatusCode::OK, "success"),
    }
}

/// The status that the test wants to be answered, if it does.
fn keep(inbox: &Inbox, headers: &HeaderMap, body: &Bytes) -> Option<StatusCode> {
    let headers = headers
        .iter()
        .map(|(name, value)| {
            let value = value.to_str().expect("ASCII headers");
            (name.as_str().to_owned(), value.to_owned())
        })
        .collect();
    let body = body.to_vec();
    let answer = inbox.answers.lock().expect("not poisoned").pop();
    inbox.sender.send(Delivered { headers, body }).expect("the test listens");
    answer.map(|status| StatusCode::from_u16(status).expect("a status"))
}

/// An order of 80 yuan that expires in half an hour; the same number gives the same terms.
pub fn order(out_trade_no: &str, expires_at: i64) -> NewOrder {
    NewOrder {
        out_trade_no: out_trade_no.into(),
        description: "不动产登记费 <住宅>".into(),
        amount_fen: 8000,
        expires_at,
        payer_ip: "127.0.0.1".into(),
        return_url: "http://localhost:3000/pay/42?from=微信&x=1".into(),
        bill_number: format!("5300002603{:0>10}", out_trade_no.trim_start_matches(|c: char| !c.is_ascii_digit())),
        body: "示例县自然资源局".into(),
        items: vec![OrderItem {
            code: "103044501".into(), name: "不动产登记费 <住宅>".into(), amount_fen: 8000
        }],
    }
}

pub fn in_half_an_hour() -> i64 {
    now() + 30 * 60 * 1_000_000
}
