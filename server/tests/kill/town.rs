//! Server and sandbox as processes of their own, and people who use them over the network.

use crate::chance::Chance;
use crate::support::{Folder, Part, answers_for, encode, multipart, pdf, repository, site};
use domain::rules::Answers;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use store::{Db, DbTarget, Value};

const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that runs for one test; ends with it.
pub struct Town {
    pub chance: Chance,
    pub sandbox_url: String,
    pub http: reqwest::Client,
    base: String,
    port: u16,
    sandbox: Child,
    server: Option<Child>,
    /// Requests that were answered before the kill, and that were not.
    tally: (u32, u32),
    folder: Folder,
}

/// What came back before the server died, whole.
pub struct Reply {
    pub status: u16,
    pub location: String,
    pub body: Vec<u8>,
    headers: HeaderMap,
    cookies: Vec<String>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header that is a number; 0 when it is missing.
    pub fn number(&self, name: &str) -> usize {
        self.word(name).parse().unwrap_or(0)
    }

    /// A header; empty when it is missing.
    pub fn word(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// Done and said so: from here on it must survive.
    pub fn acknowledged(&self) -> bool {
        let refused = self.location.contains("say=") && !self.location.contains("say=done");
        matches!(self.status, 200..=303) && !refused && !self.location.contains("/sign-in?")
    }
}

fn programs() -> (PathBuf, PathBuf) {
    let server = PathBuf::from(env!("CARGO_BIN_EXE_onevisit"));
    let sandbox = server.with_file_name("onevisit-sandbox");
    assert!(sandbox.is_file(), "the sandbox is not built: run `cargo build -p sandbox` first ({})", sandbox.display());
    (server, sandbox)
}

/// A port that nobody listens on. The server takes it again after each kill, so it lies below those
/// that the system gives to outgoing connections.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 97).unwrap_or(0) * 100;
    let ports = std::iter::repeat_with(|| 20_000 + (begin + NEXT.fetch_add(1, Ordering::SeqCst)) % 12_000);
    ports.take(12_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}

impl Town {
    pub async fn open(name: &str) -> Self {
        let (_, sandbox) = programs();
        let folder = Folder::new(&format!("kill-{name}"));
        std::fs::create_dir_all(folder.0.join("data")).unwrap();
        site(&folder.0);
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let mut sandbox = Command::new(sandbox)
            .args(["--listen", "127.0.0.1:0", "--retry-scale", "0.01"])
            .arg("--state")
            .arg(folder.0.join("sandbox"))
            .args(["--notify-url", &format!("{base}/callbacks/wechat")])
            .stdout(Stdio::piped())
            .stderr(File::create(folder.0.join("sandbox.log")).unwrap())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(sandbox.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let sandbox_url = ready.trim().strip_prefix("sandbox ready ").expect("the sandbox starts").to_owned();
        // Each request on a connection of its own: the old ones die with the server.
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(PATIENCE)
            .build()
            .unwrap();
        let mut town = Self {
            chance: Chance::new(name),
            sandbox_url,
            http,
            base,
            port,
            sandbox,
            server: None,
            tally: (0, 0),
            folder,
        };
        town.start().await;
        town
    }

    fn command(&self, what: &str) -> Command {
        let mut command = Command::new(programs().0);
        command
            .arg(what)
            .arg("--demo")
            .arg("--data-dir")
            .arg(self.folder.0.join("data"))
            .args(["--database-url", &format!("sqlite://{}", self.database().display())])
            .args(["--listen", &format!("127.0.0.1:{}", self.port), "--public-url", &self.base])
            .arg("--site-dir")
            .arg(self.folder.0.join("site"))
            .arg("--catalogue-dir")
            .arg(repository().join("catalogue"))
            .arg("--sandbox-state")
            .arg(self.folder.0.join("sandbox"))
            .args(["--rate-scale", "10000"]);
        command
    }

    fn database(&self) -> PathBuf {
        self.folder.0.join("data/kill.db")
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&mut self) {
        assert!(self.server.is_none());
        let log = File::options().create(true).append(true).open(self.folder.0.join("server.log")).unwrap();
        let mut server = self.command("serve").stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let began = Instant::now();
        loop {
            let ready = self.http.get(format!("{}/readyz", self.base)).send().await;
            if ready.is_ok_and(|r| r.status().is_success()) {
                break;
            }
            let ended = server.try_wait().unwrap();
            assert!(
                ended.is_none() && began.elapsed() < PATIENCE,
                "the server does not start ({ended:?}):\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.server = Some(server);
    }

    /// SIGKILL: no handler, no flush, no farewell.
    pub fn kill(&mut self) {
        let mut server = self.server.take().expect("runs");
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Sends the request and kills the server at a random instant; the answer, if one came whole.
    pub async fn kill_during(&mut self, window: Duration, request: reqwest::RequestBuilder) -> Option<Reply> {
        let delay = self.chance.within(window);
        let sent = tokio::spawn(reply(request));
        tokio::time::sleep(delay).await;
        self.kill();
        let answer = sent.await.unwrap();
        if answer.is_some() {
            self.tally.0 += 1;
        } else {
            self.tally.1 += 1;
        }
        answer
    }

    /// The server is down: what lies on the disk must be whole, and then it starts again.
    pub async fn verify_and_start(&mut self) {
        self.verify();
        self.start().await;
    }

    /// `onevisit verify`.
    pub fn verify(&self) {
        let output = self.command("verify").output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "verify: {}{words}\n{}", String::from_utf8_lossy(&output.stdout), self.log());
    }

    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.0.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    async fn row(&self, sql: &'static str, params: Vec<Value>) -> store::Row {
        let db = Db::open(&DbTarget::Sqlite(self.database())).await.unwrap();
        let row = db.read_one(sql, params).await.unwrap();
        db.close().await;
        row
    }

    /// A number from the database, called `number` in the statement.
    pub async fn number(&self, sql: &'static str, params: Vec<Value>) -> i64 {
        self.row(sql, params).await.i64("number").unwrap()
    }

    /// A text from the database, called `text` in the statement.
    pub async fn words(&self, sql: &'static str, params: Vec<Value>) -> String {
        self.row(sql, params).await.text("text").unwrap()
    }

    pub fn citizen(&self) -> Citizen {
        Citizen { http: self.http.clone(), base: self.base.clone(), cookies: BTreeMap::new() }
    }

    /// Signs in by phone with the code from the message box.
    pub async fn sign_in(&self, phone: &str) -> Citizen {
        let mut citizen = self.citizen();
        citizen.post("/sign-in", &[("phone", phone)]).await;
        let began = Instant::now();
        let code = loop {
            let list = self.http.get(format!("{}/messages.json?phone={phone}", self.sandbox_url)).send().await.unwrap();
            let list: serde_json::Value = serde_json::from_slice(&list.bytes().await.unwrap()).unwrap();
            if let Some(code) = list[0]["code"].as_str() {
                break code.to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "no message:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(30)).await;
        };
        let answer = citizen.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        citizen
    }

    pub async fn staff(&self, name: &str) -> Citizen {
        let mut citizen = self.citizen();
        let answer =
            citizen.post("/desk/sign-in", &[("username", name), ("password", service::seed::DEMO_PASSWORD)]).await;
        assert_eq!(answer.location, "/desk", "{}", answer.text());
        citizen
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("the server's last words:\n{}", self.log());
        }
        println!("{} requests answered before the kill, {} cut off", self.tally.0, self.tally.1);
        for child in self.server.iter_mut().chain([&mut self.sandbox]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn reply(request: reqwest::RequestBuilder) -> Option<Reply> {
    let response = request.send().await.ok()?;
    let text = |v: Option<&reqwest::header::HeaderValue>| v.and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let (status, location) = (response.status().as_u16(), text(response.headers().get(LOCATION)));
    let cookies = response.headers().get_all(SET_COOKIE).iter().map(|v| text(Some(v))).collect();
    let headers = response.headers().clone();
    Some(Reply { status, location, body: response.bytes().await.ok()?.to_vec(), headers, cookies })
}

/// A person with a browser without scripts.
#[derive(Clone)]
pub struct Citizen {
    http: reqwest::Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Citizen {
    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("sec-fetch-site", "same-origin")
            .header(ACCEPT, "text/html")
            .header(COOKIE, cookies.join("; "))
    }

    /// A form, ready to be sent.
    pub fn form(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body: Vec<String> = form.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        self.request(reqwest::Method::POST, path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.join("&"))
    }

    /// An upload, ready to be sent.
    pub fn file(&self, path: &str, content: &[u8]) -> reqwest::RequestBuilder {
        let (kind, body) = multipart(&[Part { name: "一页.pdf", media_type: "application/pdf", content }]);
        self.request(reqwest::Method::POST, path).header(CONTENT_TYPE, kind).body(body)
    }

    /// A request of the resumable protocol, ready to be sent.
    pub fn tus(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.request(method, path).header("tus-resumable", "1.0.0");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.to_vec())
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Reply {
        let answer = reply(request).await.expect("an answer");
        for cookie in &answer.cookies {
            let pair = cookie.split(';').next().unwrap_or("");
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        let request = self.request(reqwest::Method::GET, path);
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.form(path, form);
        self.send(request).await
    }

    /// Begins a draft; gives its address, `/apply/…`.
    pub async fn begin(&mut self, slug: &str) -> String {
        let answer = self.post(&format!("/matters/{slug}/start"), &[]).await;
        assert!(answer.location.starts_with("/apply/"), "{} {}", answer.status, answer.text());
        answer.location
    }

    /// A draft that is complete and signed.
    pub async fn fill(&mut self, slug: &str, wanted: &[(&str, &str)]) -> String {
        let draft = self.begin(slug).await;
        let (answers, materials) = prepared(slug, wanted);
        let section = first_section(slug);
        let pairs: Vec<(&str, &str)> = answers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let saved = self.post(&format!("{draft}/form/{section}"), &pairs).await;
        assert!(saved.acknowledged(), "{} {}", saved.status, saved.location);
        for material in materials {
            let path = format!("{}/{material}", draft.replace("/apply/", "/uploads/drafts/"));
            let request = self.file(&path, &pdf(&format!("{draft} {material}")));
            let kept = self.send(request).await;
            assert!(kept.acknowledged(), "{material}: {} {}", kept.status, kept.location);
        }
        let signed = self.post(&format!("{draft}/sign"), &[("agreed", "yes"), ("name", "欧阳签名")]).await;
        assert_eq!(signed.location, format!("{draft}/sign"), "{}", signed.text());
        draft
    }

    /// A submitted case; gives its id.
    pub async fn submitted(&mut self, slug: &str, wanted: &[(&str, &str)]) -> String {
        let draft = self.fill(slug, wanted).await;
        let answer = self.post(&format!("{draft}/submit"), &[]).await;
        case_of(&answer.location)
    }
}

/// The case that a receipt's address names.
pub fn case_of(location: &str) -> String {
    let case = location.strip_prefix("/cases/").and_then(|l| l.strip_suffix("/receipt"));
    case.unwrap_or_else(|| panic!("no receipt: {location}")).to_owned()
}

fn catalogue() -> service::Catalogue {
    let folder: &Path = &repository().join("catalogue");
    service::Catalogue::load(folder).unwrap_or_else(|e| panic!("{e:?}"))
}

fn first_section(slug: &str) -> String {
    catalogue().matter(slug).unwrap().form.sections[0].id.clone()
}

/// Right answers and the materials they ask for.
fn prepared(slug: &str, wanted: &[(&str, &str)]) -> (Answers, Vec<String>) {
    let catalogue = catalogue();
    let matter = catalogue.matter(slug).unwrap();
    let today = domain::time::Instant((server::start::clock())()).date_in_china();
    let soon = today.saturating_add(jiff::Span::new().days(30)).to_string();
    let mut wanted: Vec<(&str, &str)> = wanted.to_vec();
    if slug == crate::support::FOOD {
        wanted.push(("opening_date", &soon));
    }
    let answers = answers_for(&matter, &wanted, today);
    let materials = matter.personal_list(&answers).iter().map(|s| s.material.id.clone()).collect();
    (answers, materials)
}
