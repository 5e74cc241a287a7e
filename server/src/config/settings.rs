//! Raw settings as people write them, and their reading.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use serde::Deserialize;
use service::transfers::Allowance;

use super::{Config, ConfigError, DatabaseUrl, Environment, LogFormat, MasterKey, PublicUrl, Rates};
use crate::http::address::Cidr;

const DEFAULT_URL: &str = "http://localhost:3000";
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
const DEFAULT_FILTER: &str = "info,sqlx=warn,hyper=warn,tower_http=warn";

/// Command line, environment and file share these names; flatten it into the command line.
///
/// Everything is text or a plain value here, so that all mistakes come out together.
#[derive(Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// 配置文件（TOML），键名与下面的参数相同
    #[arg(long, env = "ONEVISIT_CONFIG", value_name = "文件", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// 数据文件夹 [默认 data]
    #[arg(long, env = "ONEVISIT_DATA_DIR", value_name = "文件夹", global = true)]
    pub data_dir: Option<PathBuf>,
    /// 监听地址 [默认 127.0.0.1:3000]
    #[arg(long, env = "ONEVISIT_LISTEN", value_name = "地址:端口", global = true)]
    pub listen: Option<String>,
    /// 公众访问的网址 [默认 `http://localhost:3000`]
    #[arg(long, env = "ONEVISIT_PUBLIC_URL", value_name = "网址", global = true)]
    pub public_url: Option<String>,
    /// 数据库地址 [默认 数据文件夹里的 `SQLite`]
    #[arg(long, env = "ONEVISIT_DATABASE_URL", hide_env_values = true, value_name = "地址", global = true)]
    pub database_url: Option<String>,
    /// 构建好的网页资源 [默认 target/site]
    #[arg(long, env = "ONEVISIT_SITE_DIR", value_name = "文件夹", global = true)]
    pub site_dir: Option<PathBuf>,
    /// 事项目录 [默认 catalogue]
    #[arg(long, env = "ONEVISIT_CATALOGUE_DIR", value_name = "文件夹", global = true)]
    pub catalogue_dir: Option<PathBuf>,
    /// development 或 production [默认：网址是本机则 development，否则 production]
    #[arg(long, env = "ONEVISIT_ENVIRONMENT", value_name = "环境", global = true)]
    pub environment: Option<String>,
    /// 演示数据和演示登录
    #[arg(
        long,
        env = "ONEVISIT_DEMO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "true|false",
        global = true
    )]
    pub demo: Option<bool>,
    /// 沙箱的状态文件夹或其中的 client.json
    #[arg(long, env = "ONEVISIT_SANDBOX_STATE", value_name = "路径", global = true)]
    pub sandbox_state: Option<PathBuf>,
    /// 查毒服务 clamd 的地址 [默认：不查毒；接了沙箱就用沙箱的]
    #[arg(long, env = "ONEVISIT_VIRUS_SCANNER", value_name = "tcp://主机:端口|unix:/路径", global = true)]
    pub virus_scanner: Option<String>,
    /// 主密钥文件（64 位十六进制或 Base64）
    #[arg(long, env = "ONEVISIT_MASTER_KEY_FILE", value_name = "文件", global = true)]
    pub master_key_file: Option<PathBuf>,
    /// 可信反向代理的地址段，用逗号分开
    #[arg(long, env = "ONEVISIT_TRUSTED_PROXIES", value_delimiter = ',', value_name = "地址段", global = true)]
    pub trusted_proxies: Vec<String>,
    /// 除本机外可以读取 /metrics 的地址段
    #[arg(long, env = "ONEVISIT_METRICS_FROM", value_delimiter = ',', value_name = "地址段", global = true)]
    pub metrics_from: Vec<String>,
    /// 支付表单可以提交到的网站，用逗号分开
    #[arg(long, env = "ONEVISIT_FORM_TARGETS", value_delimiter = ',', value_name = "网址", global = true)]
    pub form_targets: Vec<String>,
    /// 访问频率上限的倍数 [默认 1]
    #[arg(long, env = "ONEVISIT_RATE_SCALE", value_name = "倍数", global = true)]
    pub rate_scale: Option<f64>,
    /// 草稿最后一次改动后保留几天 [默认 90]
    #[arg(long, env = "ONEVISIT_DRAFT_DAYS", value_name = "天", global = true)]
    pub draft_days: Option<u32>,
    /// 收到补正告知后几天内补齐 [默认 30]
    #[arg(long, env = "ONEVISIT_NOTICE_DAYS", value_name = "天", global = true)]
    pub notice_days: Option<u32>,
    /// 同一个手机两次验证码之间隔几秒 [默认 60]
    #[arg(long, env = "ONEVISIT_CODE_PAUSE", value_name = "秒", global = true)]
    pub code_pause: Option<u32>,
    /// 一个人同时没传完的文件最多几个 [默认 200]
    #[arg(long, env = "ONEVISIT_UPLOADS_OPEN", value_name = "个", global = true)]
    pub uploads_open: Option<u32>,
    /// 一个人同时没传完的文件加起来最多多大 [默认 2048]
    #[arg(long, env = "ONEVISIT_UPLOADS_MEGABYTES", value_name = "MB", global = true)]
    pub uploads_megabytes: Option<u32>,
    /// 没登录的人没传完的文件保留几小时 [默认 24]
    #[arg(long, env = "ONEVISIT_UPLOADS_GUEST_HOURS", value_name = "小时", global = true)]
    pub uploads_guest_hours: Option<u32>,
    /// 登录的人没传完的文件保留几天 [默认 7]
    #[arg(long, env = "ONEVISIT_UPLOADS_ACCOUNT_DAYS", value_name = "天", global = true)]
    pub uploads_account_days: Option<u32>,
    /// 日志格式 json 或 text [默认：正式环境 json]
    #[arg(long, env = "ONEVISIT_LOG_FORMAT", value_name = "格式", global = true)]
    pub log_format: Option<String>,
    /// 日志过滤
    #[arg(long, env = "ONEVISIT_LOG", value_name = "过滤", global = true)]
    pub log_filter: Option<String>,
}

impl Settings {
    /// Fills what is not set here from `file`.
    fn or(self, file: Self) -> Self {
        let longer = |own: Vec<String>, other| if own.is_empty() { other } else { own };
        Self {
            config: self.config,
            data_dir: self.data_dir.or(file.data_dir),
            listen: self.listen.or(file.listen),
            public_url: self.public_url.or(file.public_url),
            database_url: self.database_url.or(file.database_url),
            site_dir: self.site_dir.or(file.site_dir),
            catalogue_dir: self.catalogue_dir.or(file.catalogue_dir),
            environment: self.environment.or(file.environment),
            demo: self.demo.or(file.demo),
            sandbox_state: self.sandbox_state.or(file.sandbox_state),
            virus_scanner: self.virus_scanner.or(file.virus_scanner),
            master_key_file: self.master_key_file.or(file.master_key_file),
            trusted_proxies: longer(self.trusted_proxies, file.trusted_proxies),
            metrics_from: longer(self.metrics_from, file.metrics_from),
            form_targets: longer(self.form_targets, file.form_targets),
            rate_scale: self.rate_scale.or(file.rate_scale),
            draft_days: self.draft_days.or(file.draft_days),
            notice_days: self.notice_days.or(file.notice_days),
            code_pause: self.code_pause.or(file.code_pause),
            uploads_open: self.uploads_open.or(file.uploads_open),
            uploads_megabytes: self.uploads_megabytes.or(file.uploads_megabytes),
            uploads_guest_hours: self.uploads_guest_hours.or(file.uploads_guest_hours),
            uploads_account_days: self.uploads_account_days.or(file.uploads_account_days),
            log_format: self.log_format.or(file.log_format),
            log_filter: self.log_filter.or(file.log_filter),
        }
    }
}

type Errors = Vec<ConfigError>;

/// Reads everything; what cannot be read takes its default and leaves an error.
pub(super) fn read(settings: Settings, env: &impl Fn(&str) -> Option<String>) -> (Config, Errors) {
    let mut errors = Errors::new();
    let settings = match &settings.config {
        Some(path) => {
            let file = read_file(path, &mut errors);
            settings.or(file)
        }
        None => settings,
    };
    let public_url = public_url(settings.public_url.as_deref(), &mut errors);
    let environment = environment(settings.environment.as_deref(), &public_url, &mut errors);
    let data_dir = settings.data_dir.unwrap_or_else(|| "data".into());
    // The common name serves as well, for hosts that hand the database over by it.
    let common = || env("DATABASE_URL").filter(|url| !url.is_empty());
    let database_url = settings.database_url.or_else(common).unwrap_or_else(|| {
        let file = data_dir.join("onevisit.db");
        format!("sqlite://{}", file.display())
    });
    let config = Config {
        database_url: DatabaseUrl(database_url),
        data_dir,
        listen: parsed(settings.listen.as_deref(), "listen", &mut errors).unwrap_or(DEFAULT_LISTEN),
        site_dir: settings.site_dir.unwrap_or_else(|| "target/site".into()),
        catalogue_dir: settings.catalogue_dir.unwrap_or_else(|| "catalogue".into()),
        trusted_proxies: blocks(&settings.trusted_proxies, "trusted-proxies", &mut errors),
        metrics_from: blocks(&settings.metrics_from, "metrics-from", &mut errors),
        form_targets: targets(&settings.form_targets, &mut errors),
        rates: rates(settings.rate_scale, environment, &mut errors),
        address_factor: address_factor(settings.rate_scale),
        draft_days: within(settings.draft_days, 90, 1..=3650, "draft-days", &mut errors),
        notice_days: within(settings.notice_days, 30, 1..=365, "notice-days", &mut errors),
        code_pause: within(settings.code_pause, 60, 1..=3600, "code-pause", &mut errors),
        transfers: Allowance {
            number: within(settings.uploads_open, 200, 1..=10_000, "uploads-open", &mut errors),
            bytes: u64::from(within(settings.uploads_megabytes, 2048, 1..=1 << 20, "uploads-megabytes", &mut errors))
                << 20,
            guest_hours: within(settings.uploads_guest_hours, 24, 1..=720, "uploads-guest-hours", &mut errors),
            account_days: within(settings.uploads_account_days, 7, 1..=365, "uploads-account-days", &mut errors),
        },
        log_format: log_format(settings.log_format.as_deref(), environment, &mut errors),
        log_filter: settings.log_filter.unwrap_or_else(|| DEFAULT_FILTER.into()),
        virus_scanner: parsed(settings.virus_scanner.as_deref(), "virus-scanner", &mut errors),
        demo: settings.demo.unwrap_or(false),
        sandbox_state: settings.sandbox_state,
        master_key: master_key(settings.master_key_file.as_deref(), env, &mut errors),
        public_url,
        environment,
    };
    (config, errors)
}

fn read_file(path: &Path, errors: &mut Errors) -> Settings {
    let fail = |problem: String| ConfigError::new("config", problem);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            errors.push(fail(format!("读不出 {}（{error}）", path.display())));
            return Settings::default();
        }
    };
    toml::from_str(&text).unwrap_or_else(|error: toml::de::Error| {
        // The message only: the whole error quotes the line, which may hold a password.
        let message = error.message();
        errors.push(fail(format!("{} 写错了（{message}）", path.display())));
        Settings::default()
    })
}

fn parsed<T: FromStr>(text: Option<&str>, setting: &'static str, errors: &mut Errors) -> Option<T> {
    let text = text?;
    let value = text.trim().parse().ok();
    if value.is_none() {
        errors.push(ConfigError::new(setting, format!("“{text}”写错了")));
    }
    value
}

fn public_url(text: Option<&str>, errors: &mut Errors) -> PublicUrl {
    let text = text.unwrap_or(DEFAULT_URL);
    PublicUrl::parse(text).unwrap_or_else(|| {
        errors.push(ConfigError::new("public-url", format!("“{text}”应写成 https://域名，后面不带路径")));
        PublicUrl::parse(DEFAULT_URL).expect("the default address is well-formed")
    })
}

fn local_or_real(url: &PublicUrl) -> Environment {
    if url.is_local() { Environment::Development } else { Environment::Production }
}

/// Forgetting to set it must not open a real site to demonstrations: only a local name means development.
fn environment(text: Option<&str>, url: &PublicUrl, errors: &mut Errors) -> Environment {
    match text.map(str::trim) {
        Some("development") => Environment::Development,
        Some("production") => Environment::Production,
        None => local_or_real(url),
        Some(other) => {
            errors.push(ConfigError::new("environment", format!("“{other}”应写成 development 或 production")));
            Environment::Production
        }
    }
}

fn log_format(text: Option<&str>, environment: Environment, errors: &mut Errors) -> LogFormat {
    match (text.map(str::trim), environment) {
        (Some("json"), _) | (None, Environment::Production) => LogFormat::Json,
        (Some("text"), _) | (None, Environment::Development) => LogFormat::Text,
        (Some(other), _) => {
            errors.push(ConfigError::new("log-format", format!("“{other}”应写成 json 或 text")));
            LogFormat::Json
        }
    }
}

fn blocks(texts: &[String], setting: &'static str, errors: &mut Errors) -> Vec<Cidr> {
    let written = texts.iter().map(|text| text.trim()).filter(|t| !t.is_empty());
    written
        .filter_map(|text| match text.parse() {
            Ok(block) => Some(block),
            Err(error) => {
                errors.push(ConfigError::new(setting, format!("{error}")));
                None
            }
        })
        .collect()
}

/// Origins only: a path, a wildcard or a semicolon would change the meaning of the policy they enter.
fn targets(texts: &[String], errors: &mut Errors) -> Vec<String> {
    let written = texts.iter().map(|text| text.trim()).filter(|t| !t.is_empty());
    written
        .filter_map(|text| {
            let origin = PublicUrl::parse(text)
                .map(|url| url.origin().to_owned())
                .filter(|origin| !origin.contains(['*', ';', ',', '\'']));
            if origin.is_none() {
                errors.push(ConfigError::new("form-targets", format!("“{text}”应写成 https://域名，后面不带路径")));
            }
            origin
        })
        .collect()
}

fn rates(scale: Option<f64>, environment: Environment, errors: &mut Errors) -> Rates {
    let scale = scale.unwrap_or(1.0);
    let most = match environment {
        Environment::Development => 100_000.0,
        // A service hall of a few hundred people behind one address; more is no limit at all.
        Environment::Production => 100.0,
    };
    if !(scale > 0.0 && scale <= most) {
        errors.push(ConfigError::new("rate-scale", format!("倍数要大于 0、不超过 {most}")));
        return Rates::default();
    }
    Rates::default().scaled(scale)
}

/// The scale for limits that count hits in whole numbers; a smaller scale than 1 leaves them.
fn address_factor(scale: Option<f64>) -> u32 {
    // Clamped to a range that fits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    {
        scale.unwrap_or(1.0).clamp(1.0, 100_000.0) as u32
    }
}

fn within(
    given: Option<u32>,
    otherwise: u32,
    range: std::ops::RangeInclusive<u32>,
    setting: &'static str,
    errors: &mut Errors,
) -> u32 {
    let value = given.unwrap_or(otherwise);
    if !range.contains(&value) {
        errors.push(ConfigError::new(setting, format!("要在 {} 到 {} 之间", range.start(), range.end())));
        return otherwise;
    }
    value
}

fn master_key(file: Option<&Path>, env: &impl Fn(&str) -> Option<String>, errors: &mut Errors) -> Option<MasterKey> {
    const SETTING: &str = "master-key-file";
    let from_env = env("ONEVISIT_MASTER_KEY").filter(|text| !text.is_empty());
    let text = match (from_env, file) {
        (Some(_), Some(_)) => {
            errors.push(ConfigError::new(SETTING, "ONEVISIT_MASTER_KEY 和 master-key-file 只能设一个"));
            return None;
        }
        (Some(text), None) => text,
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                errors.push(ConfigError::new(SETTING, format!("读不出 {}（{error}）", path.display())));
                return None;
            }
        },
        (None, None) => return None,
    };
    let key = MasterKey::parse(&text);
    if key.is_none() {
        errors.push(ConfigError::new(SETTING, "主密钥应是 32 个随机字节，写成 64 位十六进制或 Base64"));
    }
    key
}
