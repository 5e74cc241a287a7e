//! Settings of the server: command line, then environment, then file, then default.
//!
//! All mistakes are reported at once, and what must not happen on a real site (demonstration
//! data, the practice counterparts of the payment providers) is refused, not warned about.

mod settings;
mod url;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::transfers::Allowance;

use crate::http::address::Cidr;
use crate::http::limits::Rates;
pub use settings::Settings;
pub use url::PublicUrl;

/// Where the server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine, a test, a demonstration.
    Development,
    /// Real people, real money.
    Production,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// One line of text, for a terminal.
    Text,
}

/// One wrong setting and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the setting as on the command line, without dashes.
    pub setting: &'static str,
    /// What is wrong, in a sentence for the operator.
    pub problem: String,
}

impl ConfigError {
    fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self { setting, problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.setting, self.problem)
    }
}

/// All wrong settings, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "配置有 {} 处要改：", self.0.len())?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// The database's address; its password does not show in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The whole address, password included; for the driver only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or("");
        write!(f, "{scheme}:…")
    }
}

/// The key from which all others are derived, 32 bytes; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// The bytes, for key derivation only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hex digits or the Base64 form of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = hex::decode(text).or_else(|_| STANDARD.decode(text)).ok()?;
        let key: [u8; 32] = bytes.try_into().ok()?;
        // A key of one repeated byte is a placeholder somebody forgot to replace.
        key.iter().any(|byte| *byte != key[0]).then_some(Self(key))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Checked settings. Only [`Config::load`] makes one, so a wrong one does not exist.
#[derive(Clone, Debug)]
pub struct Config {
    /// Database, files and, in development, the key.
    pub data_dir: PathBuf,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Where people reach us.
    pub public_url: PublicUrl,
    /// `SQLite` in the data folder unless set.
    pub database_url: DatabaseUrl,
    /// Built assets.
    pub site_dir: PathBuf,
    /// The county's matters, forms, questionnaires and calendars.
    pub catalogue_dir: PathBuf,
    /// Where the server stands.
    pub environment: Environment,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Who besides this machine may read `/metrics`.
    pub metrics_from: Vec<Cidr>,
    /// Origins payment forms may post to, `https://openapi.alipay.com`.
    pub form_targets: Vec<String>,
    /// Requests per minute and address, already scaled.
    pub rates: Rates,
    /// By how much the other limits per address are multiplied, at least 1.
    pub address_factor: u32,
    /// Days a draft is kept after its last change.
    pub draft_days: u32,
    /// Days to answer a correction notice.
    pub notice_days: u32,
    /// Seconds between two codes to one phone.
    pub code_pause: u32,
    /// Where clamd listens; without it, and without the sandbox, nothing is scanned.
    pub virus_scanner: Option<connect::clamd::Address>,
    /// What one person may be uploading at once, and how long it waits for its next byte.
    pub transfers: Allowance,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
    // Private: only readable through methods that answer "no" in production.
    demo: bool,
    sandbox_state: Option<PathBuf>,
    master_key: Option<MasterKey>,
}

impl Config {
    /// Merges the settings with their file, reads them and checks them; `env` looks up an
    /// environment variable (secrets are never command-line arguments: those are visible to
    /// every user of the machine).
    pub fn load(settings: Settings, env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let (config, mut errors) = settings::read(settings, &env);
        errors.extend(config.check());
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
    }

    /// What this environment forbids or misses; empty when all is well.
    pub fn check(&self) -> Vec<ConfigError> {
        let mut errors = Vec::new();
        let url = self.database_url.expose();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
            errors.push(ConfigError::new("database-url", "只支持 sqlite: 和 postgres: 开头的地址"));
        }
        if self.environment == Environment::Development {
            return errors;
        }
        if !self.public_url.https() {
            errors.push(ConfigError::new(
                "public-url",
                format!("正式环境必须用 https:// 开头的网址，现在是 {}", self.public_url.origin()),
            ));
        }
        if self.master_key.is_none() {
            errors.push(ConfigError::new(
                "master-key-file",
                "正式环境必须有主密钥：设环境变量 ONEVISIT_MASTER_KEY，或用 master-key-file 指定文件",
            ));
        }
        if self.demo {
            errors.push(ConfigError::new("demo", "正式环境不能打开演示数据和演示登录"));
        }
        if self.sandbox_state.is_some() {
            errors.push(ConfigError::new(
                "sandbox-state",
                "正式环境不能接沙箱：沙箱的支付、短信和证照都是假的。请删去这一项",
            ));
        }
        errors
    }

    /// The folders that serving needs; apart from [`Config::check`], since `migrate` and the
    /// like do without.
    pub fn check_files(&self) -> Vec<ConfigError> {
        let mut errors = Vec::new();
        if !self.site_dir.join("manifest.json").is_file() {
            errors.push(ConfigError::new(
                "site-dir",
                format!("{} 里没有 manifest.json，请先构建前端资源", self.site_dir.display()),
            ));
        }
        if !self.catalogue_dir.is_dir() {
            errors.push(ConfigError::new("catalogue-dir", format!("没有文件夹 {}", self.catalogue_dir.display())));
        }
        errors
    }

    /// Whether the server stands before real people.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// Whether demonstration data and sign-in are on; never in production.
    pub fn demo(&self) -> bool {
        self.demo && !self.is_production()
    }

    /// The sandbox's `client.json` (addresses and practice keys of the counterparts outside);
    /// `None` in production whatever was set. The setting names the file or its folder.
    pub fn sandbox_client(&self) -> Option<PathBuf> {
        let path = self.sandbox_state.as_deref()?;
        if self.is_production() {
            return None;
        }
        let is_file = path.extension().is_some_and(|ext| ext == "json");
        Some(if is_file { path.to_owned() } else { path.join("client.json") })
    }

    /// The master key. Development without one makes its own in the data folder, once;
    /// in production it is always set (see [`Config::check`]).
    pub fn master_key(&self) -> io::Result<MasterKey> {
        if let Some(key) = &self.master_key {
            return Ok(key.clone());
        }
        if self.is_production() {
            return Err(io::Error::other("no master key in production"));
        }
        development_key(&self.data_dir.join("master.key"))
    }
}

fn development_key(path: &Path) -> io::Result<MasterKey> {
    use std::io::Write;

    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    match options.open(path) {
        Ok(mut file) => {
            let key = MasterKey(crate::http::random::bytes::<32>());
            file.write_all(hex::encode(key.0).as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => MasterKey::parse(&std::fs::read_to_string(path)?)
            .ok_or_else(|| io::Error::other(format!("{} 不是密钥", path.display()))),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
