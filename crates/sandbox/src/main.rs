//! 沙箱: local counterparts of `WeChat` Pay, Alipay, the treasury's platform, the SMS carrier, the register of persons,
//! the licence store, the invoice platform and the virus scanner, speaking their protocols, with faults on demand. For
//! demonstrations and tests on one's own machine; no money and no message ever leaves it.

mod alipay;
mod api_error;
mod app;
mod cashier;
mod clamd;
mod clock;
mod crypto;
mod faults;
mod files;
mod gateway;
mod invoices;
mod keys;
mod licences;
mod merchant;
mod messages;
mod notify;
mod orders;
mod page;
mod product;
mod refunds;
mod register;
mod signed;
mod sms;
mod templates;
mod tradebill;
mod treasury;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    routing::{get, post},
};
use clap::Parser;
use reqwest::Url;
use tokio::net::TcpListener;

use app::{App, Settings, Shared};

/// Command line.
#[derive(Parser)]
#[command(name = "onevisit-sandbox", about = "沙箱：支付与短信的本机对端，仅供演示")]
struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:3001", env = "SANDBOX_LISTEN")]
    listen: SocketAddr,
    /// Address where the virus scanner's counterpart listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", env = "SANDBOX_CLAMD_LISTEN")]
    clamd_listen: SocketAddr,
    /// Address under which browsers and the server reach this process; the listening address
    /// unless given.
    #[arg(long, env = "SANDBOX_PUBLIC_URL")]
    public_url: Option<String>,
    /// Folder for keys, orders, messages and `client.json`.
    #[arg(long, env = "SANDBOX_STATE")]
    state: PathBuf,
    /// Where payment notifications go; written into `client.json`.
    #[arg(long, default_value = "http://localhost:3000/callbacks/wechat", env = "SANDBOX_NOTIFY_URL")]
    notify_url: String,
    /// Where Alipay's notifications go; `/callbacks/alipay` at the same place unless given.
    #[arg(long, env = "SANDBOX_ALIPAY_NOTIFY_URL")]
    alipay_notify_url: Option<String>,
    /// Factor on the waits between notification attempts: 1 is the real schedule, 0.01 makes
    /// fifteen seconds 150 ms.
    #[arg(long, default_value_t = 1.0, env = "SANDBOX_RETRY_SCALE")]
    retry_scale: f64,
    /// Merchant's name on the cashier page.
    #[arg(long, default_value = "一次办（演示商户）")]
    merchant_name: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    if !args.retry_scale.is_finite() || args.retry_scale < 0.0 {
        return Err("--retry-scale must be a number from 0".into());
    }
    let listener = TcpListener::bind(args.listen).await?;
    let scanner = TcpListener::bind(args.clamd_listen).await?;
    let public_url = match args.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let alipay_notify_url = match args.alipay_notify_url {
        Some(url) => url,
        None => Url::parse(&args.notify_url)?.join("/callbacks/alipay")?.into(),
    };
    let treasury_notify_url: String = Url::parse(&args.notify_url)?.join("/callbacks/treasury")?.into();
    let app = App::open(Settings {
        public_url: public_url.clone(),
        state: args.state,
        notify_url: args.notify_url,
        alipay_notify_url,
        treasury_notify_url,
        retry_scale: args.retry_scale,
        merchant_name: args.merchant_name,
        clamd: format!("tcp://{}", scanner.local_addr()?),
    })?;
    let app: Shared = Arc::new(app);
    tokio::spawn(clamd::serve(scanner, app.clone()));
    notify::resume(&app);
    // Whoever started us waits for this line.
    println!("sandbox ready {public_url}");
    axum::serve(listener, routes(app)).with_graceful_shutdown(shutdown()).await?;
    Ok(())
}

fn routes(app: Shared) -> Router {
    let gateway = Router::new()
        .route("/v3/pay/transactions/h5", post(gateway::create))
        .route("/v3/pay/transactions/native", post(gateway::create_native))
        .route("/v3/pay/transactions/out-trade-no/{number}", get(gateway::query))
        .route("/v3/pay/transactions/out-trade-no/{number}/close", post(gateway::close))
        .route("/v3/refund/domestic/refunds", post(refunds::create))
        .route("/v3/refund/domestic/refunds/{number}", get(refunds::query))
        .route("/v3/bill/tradebill", get(tradebill::offer))
        .route("/v3/billdownload/file", get(tradebill::download));
    Router::new()
        .route("/", get(page::index))
        .route("/healthz", get(|| async { "ok" }))
        .route(page::STYLE_PATH, get(page::style))
        // Public clients of the real service put /v3 directly behind the host.
        .merge(gateway.clone())
        .nest("/wechat", gateway)
        .route("/wechat/cashier", get(cashier::show))
        .route("/wechat/code/{prepay}", get(cashier::scanned))
        .route("/wechat/cashier/pay", post(cashier::pay))
        .route("/wechat/cashier/cancel", post(cashier::cancel))
        .route("/wechat/pay-directly", post(cashier::pay_directly))
        .route("/wechat/refunds/settle", post(refunds::settle))
        .route("/wechat/notifications", get(notify::list))
        .route("/alipay/gateway.do", get(alipay::gateway::call).post(alipay::gateway::call))
        .route("/alipay/cashier", get(alipay::cashier::show))
        .route("/alipay/cashier/pay", post(alipay::cashier::pay))
        .route("/alipay/cashier/cancel", post(alipay::cashier::cancel))
        .route("/alipay/code/{token}", get(alipay::cashier::scanned))
        .route("/alipay/pay-directly", post(alipay::cashier::pay_directly))
        .route("/alipay/bills/{file}", get(alipay::bills::download))
        .route("/treasury/v1/{thing}/{action}", post(treasury::gateway::call))
        .route("/treasury/cashier", get(treasury::cashier::show))
        .route("/treasury/cashier/pay", post(treasury::cashier::pay))
        .route("/treasury/cashier/cancel", post(treasury::cashier::cancel))
        .route("/treasury/pay-directly", post(treasury::cashier::pay_directly))
        .route("/treasury/refunds/settle", post(treasury::gateway::settle))
        .route("/faults", get(faults::show).post(faults::set))
        .route("/sms/", post(sms::send))
        .route("/sms", post(sms::send))
        .route("/register/v1/persons/confirm", post(register::confirm))
        .route("/register/persons", get(register::list).post(register::add))
        .route("/licences/v1/licences/list", post(licences::list))
        .route("/licences/v1/licences/check", post(licences::check))
        .route("/licences/held", get(licences::held).post(licences::add))
        .route("/invoices/v1/invoices/issue", post(invoices::issue))
        .route("/invoices/v1/invoices/reverse", post(invoices::reverse))
        .route("/invoices/issued", get(invoices::issued))
        .route("/messages", get(messages::page))
        .route("/messages.json", get(messages::json))
        .with_state(app)
}

/// Ctrl-C anywhere, SIGTERM where it exists.
async fn shutdown() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
