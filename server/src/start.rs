//! Putting the parts together: database, vault, files, catalogue, connectors, service, router.

use crate::config::Config;
use crate::http::{HttpSettings, Shared, layers};
use crate::ops::health::{self, Check};
use crate::ops::metrics::Metrics;
use crate::ops::shutdown::{self, ShutdownSignal};
use crate::page::{Web, WebParts, assets};
use crate::public_pages::PublicPages;
use crate::routes;
use crate::site::SiteAssets;
use connect::alipay::{Alipay, AlipayConfig};
use connect::aliyun_sms::{AliyunSms, AliyunSmsConfig};
use connect::binder::Binder;
use connect::clamd::{Clamd, ClamdConfig};
use connect::documents::{FontSet, PdfMaker};
use connect::invoices::{CountyInvoices, InvoiceConfig};
use connect::licences::{CountyLicences, LicenceConfig};
use connect::preview::Painter;
use connect::register::{HouseholdRegister, RegisterConfig};
use connect::treasury::{Treasury, TreasuryConfig};
use connect::wechat::{WechatConfig, WechatPay};
use serde::Deserialize;
use service::catalogue::Catalogue;
use service::files::Files;
use service::ports::invoice::EInvoicer;
use service::ports::licences::LicenceStore;
use service::ports::message::MessageSender;
use service::ports::pay::PaymentProvider;
use service::ports::register::PersonRegister;
use service::ports::scan::Scanner;
use service::{Clock, Service, Settings, World};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use store::{Db, DbTarget, Vault};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// After the signal, so long for requests that are under way.
const DEADLINE: Duration = Duration::from_secs(10);

/// How to reach providers: `client.json` of the sandbox in development, a file of the same shape
/// with real credentials in production.
#[derive(Deserialize)]
struct Connectors {
    wechat: WechatConfig,
    /// 支付宝, the second provider; without it there is the first alone.
    alipay: Option<AlipayConfig>,
    /// 财政统一支付平台; without it nobody is sent there.
    treasury: Option<TreasuryConfig>,
    sms: AliyunSmsConfig,
    /// 户籍登记核对; without it nothing is granted before a person has looked.
    register: Option<RegisterConfig>,
    /// 查毒; the setting `virus-scanner` goes before it.
    scan: Option<ClamdConfig>,
    /// 电子证照库; without it every material is uploaded.
    licences: Option<LicenceConfig>,
    /// 财政电子票据; without it a payment has its slip alone.
    invoices: Option<InvoiceConfig>,
}

/// The one place where the wall clock is read.
#[allow(clippy::disallowed_methods)]
fn wall_clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The clock port.
pub fn clock() -> Clock {
    Arc::new(wall_clock)
}

/// Opens the database; `SQLite` lies in the data folder.
pub async fn database(config: &Config) -> Result<Db> {
    std::fs::create_dir_all(&config.data_dir)?;
    let target: DbTarget = config.database_url.expose().parse()?;
    Ok(Db::open(&target).await?)
}

/// The catalogue, or every error in it with file, line and rule.
pub fn catalogue(config: &Config) -> Result<Catalogue> {
    Catalogue::load(&config.catalogue_dir).map_err(|errors| {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        format!("办事目录不能用：\n{}", list.join("\n")).into()
    })
}

/// The connectors' configuration: the sandbox's, or the file named by `ONEVISIT_CONNECTORS`.
fn connectors(config: &Config) -> Result<Connectors> {
    let path = match config.sandbox_client() {
        Some(path) => path,
        None => std::env::var_os("ONEVISIT_CONNECTORS")
            .map(Into::into)
            .ok_or("ONEVISIT_CONNECTORS 未设置：生产环境需要支付与短信的接入配置文件")?,
    };
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let connectors: Connectors = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let alipay_sandbox = connectors.alipay.as_ref().is_some_and(|alipay| alipay.sandbox);
    let treasury_sandbox = connectors.treasury.as_ref().is_some_and(|treasury| treasury.sandbox);
    if (connectors.wechat.sandbox || alipay_sandbox || treasury_sandbox) && config.is_production() {
        return Err("生产环境不能使用支付沙箱".into());
    }
    Ok(connectors)
}

/// The service with everything behind it.
pub async fn service(config: &Config) -> Result<(Service, Option<String>)> {
    let db = database(config).await?;
    db.migrate(wall_clock()).await?;
    let connectors = connectors(config)?;
    let sandbox = connectors.wechat.sandbox.then(|| origin(&connectors.wechat.base_url));
    let register = match connectors.register {
        Some(register) => {
            let register: Arc<dyn PersonRegister> =
                Arc::new(HouseholdRegister::new(register, connectors.wechat.sandbox, clock())?);
            Some(register)
        }
        None => None,
    };
    let scanner = match (&config.virus_scanner, &connectors.scan) {
        (Some(address), _) => Some(address.clone()),
        (None, Some(scan)) => Some(scan.address.parse()?),
        (None, None) => None,
    };
    let scanner = scanner.map(|address| -> Arc<dyn Scanner> { Arc::new(Clamd::new(address)) });
    let licences = match connectors.licences {
        Some(licences) => {
            let licences: Arc<dyn LicenceStore> =
                Arc::new(CountyLicences::new(licences, connectors.wechat.sandbox, clock())?);
            Some(licences)
        }
        None => None,
    };
    let invoicer = match connectors.invoices {
        Some(invoices) => {
            let invoicer: Arc<dyn EInvoicer> =
                Arc::new(CountyInvoices::new(invoices, connectors.wechat.sandbox, clock())?);
            Some(invoicer)
        }
        None => None,
    };
    let mut providers: Vec<Arc<dyn PaymentProvider>> = Vec::new();
    for channel in WechatPay::new(connectors.wechat, clock())?.channels() {
        providers.push(Arc::new(channel));
    }
    if let Some(alipay) = connectors.alipay {
        for channel in Alipay::new(alipay, clock())?.channels() {
            providers.push(Arc::new(channel));
        }
    }
    if let Some(treasury) = connectors.treasury {
        providers.push(Arc::new(Treasury::new(treasury, clock())?));
    }
    let messages: Arc<dyn MessageSender> = Arc::new(AliyunSms::new(connectors.sms, clock())?);
    let settings = Settings {
        public_url: config.public_url.origin().trim_end_matches('/').to_owned(),
        draft_days: config.draft_days.into(),
        notice_days: config.notice_days.into(),
        code_pause_seconds: config.code_pause.into(),
        address_factor: config.address_factor,
        transfers: config.transfers,
    };
    let world = World {
        db,
        vault: Vault::open(*config.master_key()?.expose())?,
        files: Files::local(config.data_dir.join("files")).map_err(|e| e.to_string())?,
        shelf: catalogue(config)?.into(),
        messages,
        providers,
        documents: Arc::new(PdfMaker::new(FontSet::discover())?),
        register,
        scanner,
        previews: Arc::new(Painter::default()),
        binder: Arc::new(Binder::default()),
        licences,
        invoicer,
        clock: clock(),
        settings,
        wake: Arc::new(tokio::sync::Notify::new()),
        checks: tokio::sync::Semaphore::new(2),
        writing: service::transfers::Locks::default(),
    };
    let service = Service::new(world);
    if !service.check_master_key().await.map_err(|e| e.to_string())? {
        return Err("主密钥和数据库不是一套的：请换回建库时用的主密钥文件".into());
    }
    service.refresh_catalogue().await.map_err(|e| e.to_string())?;
    let booked = service.backfill_ledger().await.map_err(|e| e.to_string())?;
    if booked > 0 {
        tracing::info!(booked, "bills from before there was a book were taken into it");
    }
    Ok((service, sandbox))
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// The shared parts of all handlers.
pub fn web(config: &Config, service: Service, sandbox: Option<String>) -> Result<Web> {
    let site = Arc::new(SiteAssets::load(&config.site_dir)?);
    for name in site.missing() {
        tracing::warn!(name, "an asset is missing from the build; pages work without it");
    }
    let mut settings = HttpSettings::new(config.public_url.clone());
    settings.form_targets.clone_from(&config.form_targets);
    // Browsers apply form-action to the redirect that leads to the cashier as well.
    settings.form_targets.extend(sandbox.clone());
    settings.trusted_proxies.clone_from(&config.trusted_proxies);
    settings.rates = config.rates;
    settings.sign_in_prefixes = vec!["/sign-in".into(), "/desk/sign-in".into(), "/track".into()];
    let shared = Shared::new(settings, site.stylesheet());
    Ok(Web(Arc::new(WebParts {
        assets: assets(&site),
        public_pages: PublicPages::default(),
        https: config.public_url.https(),
        demo: config.demo(),
        message_box: sandbox.map(|origin| format!("{origin}/messages")),
        service,
        site,
        shared,
    })))
}

/// All routes under all layers.
pub fn app(config: &Config, web: &Web, metrics: Option<&Metrics>) -> axum::Router {
    let ready = web.service.clone();
    let database = Check::new("database", move || {
        let service = ready.clone();
        async move { service.ready().await.map_err(|e| e.to_string()) }
    });
    let kept = web.service.clone();
    // Writes a small file: not more often than anybody needs to know.
    let files = Check::kept("files", Duration::from_secs(5), move || {
        let service = kept.clone();
        async move { service.files.ready().await.map_err(|e| e.to_string()) }
    });
    let mut router = routes::router(web).merge(web.site.router()).merge(health::routes(vec![database, files]));
    if !config.is_production() {
        router = router.merge(routes::gallery(web));
    }
    if let Some(metrics) = metrics {
        let service = web.service.clone();
        let hook = Arc::new(move || -> futures_util::future::BoxFuture<'static, ()> {
            let service = service.clone();
            Box::pin(async move { job_gauges(&service).await })
        });
        router = router.merge(metrics.routes(config.metrics_from.clone(), Some(hook)));
    }
    layers(router, &web.shared)
}

/// Jobs by kind and state: a failed one shows on every dashboard.
async fn job_gauges(service: &Service) {
    metrics::counter!("onevisit_sql_statements_total").absolute(service.db.statements());
    match service.job_counts().await {
        Ok(counts) => {
            for count in counts {
                #[allow(clippy::cast_precision_loss)]
                metrics::gauge!("onevisit_jobs", "kind" => count.kind, "state" => count.state).set(count.number as f64);
            }
        }
        Err(error) => tracing::warn!(%error, "jobs could not be counted"),
    }
}

/// Serves until told to stop.
pub async fn serve(config: Config) -> Result<()> {
    let (service, sandbox) = service(&config).await?;
    if config.demo() {
        service.seed_demo().await.map_err(|e| e.to_string())?;
    }
    let metrics = Metrics::install()?;
    let web = web(&config, service.clone(), sandbox)?;
    let router = app(&config, &web, Some(&metrics));
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    let signal = ShutdownSignal::from_process()?;
    tokio::spawn(metrics.upkeep(signal.clone()));
    let stop = signal.clone();
    let worker = tokio::spawn(async move {
        let name = format!("worker-{}", std::process::id());
        service.work(&name, stop.wait()).await;
    });
    announce(&config, &web);
    shutdown::serve(listener, router, signal, DEADLINE).await?;
    worker.await?;
    web.service.db.close().await;
    Ok(())
}

/// Addresses and demo sign-ins, for the person who started it.
#[allow(clippy::print_stdout)]
fn announce(config: &Config, web: &Web) {
    println!("OneVisit 一次办  {}", config.public_url.origin());
    if let Some(messages) = &web.message_box {
        println!("短信沙箱（看验证码）  {messages}");
    }
    if web.demo {
        println!("申请人：任意手机号登录，例如 13800001234；验证码在短信沙箱里");
        println!(
            "工作人员  {}/desk   密码都是 {}",
            config.public_url.origin().trim_end_matches('/'),
            service::seed::DEMO_PASSWORD
        );
        for demo in service::seed::DEMO_STAFF {
            let roles: Vec<&str> = demo.roles.iter().map(|r| r.title()).collect();
            println!("  {:<11} {}（{}）", demo.username, demo.name, roles.join("、"));
        }
    }
}
