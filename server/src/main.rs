//! `onevisit serve | migrate | seed | verify | backup`.

use clap::{Parser, Subcommand};
use server::config::{Config, Settings};
use server::{ops, start};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "onevisit", about = "OneVisit 一次办: the government-service application portal")]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal; migrates first.
    Serve,
    /// Bring the database up to date.
    Migrate,
    /// Add the demo staff (development only).
    Seed,
    /// Check every case's event chain and every file's digest.
    Verify,
    /// Copy database and files into a folder while the server runs.
    Backup {
        /// An empty or new folder.
        to: PathBuf,
    },
    /// Check the catalogue and say every error.
    Catalogue,
    /// Add a member of staff; the password is read from the first line of standard input.
    Staff {
        username: String,
        /// Name as people see it.
        name: String,
        /// Id of the place of the region where they work; without it the county's windows.
        #[arg(long)]
        place: Option<String>,
        /// clerk, approver, issuer, treasurer, supervisor, administrator
        #[arg(required = true)]
        roles: Vec<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(cli.settings, |key| std::env::var(key).ok()) {
        Ok(config) => config,
        Err(errors) => return failed(&errors),
    };
    if let Err(error) = ops::logging::init(config.log_format, &config.log_filter) {
        return failed(&error);
    }
    // Two threads serve a county; more only cost memory on small machines.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(run(cli.command, config)) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

#[allow(clippy::print_stderr)]
fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("onevisit: {error}");
    ExitCode::FAILURE
}

#[allow(clippy::print_stdout, clippy::print_stderr)]
async fn run(command: Command, config: Config) -> Result<ExitCode, Box<dyn std::error::Error + Send + Sync>> {
    match command {
        Command::Serve => start::serve(config).await?,
        Command::Migrate => {
            let db = start::database(&config).await?;
            let count = db.migrate((start::clock())()).await?;
            println!("{count} migrations applied");
        }
        Command::Seed => {
            if config.is_production() {
                return Err("demo people exist in development only".into());
            }
            let (service, _) = start::service(&config).await?;
            service.seed_demo().await.map_err(|e| e.to_string())?;
        }
        Command::Verify => {
            let (service, _) = start::service(&config).await?;
            let found = service.verify().await.map_err(|e| e.to_string())?;
            println!("{} cases, {} events, {} files", found.cases, found.events, found.files);
            for problem in &found.problems {
                eprintln!("{problem}");
            }
            if !found.problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Backup { to } => {
            let (service, _) = start::service(&config).await?;
            let copied = service.backup(&config.data_dir, &to).await.map_err(|e| e.to_string())?;
            println!("database and {copied} files copied to {}", to.display());
        }
        Command::Staff { username, name, place, roles } => {
            let roles: Result<_, _> = roles.iter().map(|r| serde_json::from_value(r.as_str().into())).collect();
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let (service, _) = start::service(&config).await?;
            let added = service.add_staff(&username, &name, roles?, place.as_deref(), password.trim_end()).await;
            added.map_err(|e| e.to_string())?;
            println!("{username} added");
        }
        Command::Catalogue => {
            let catalogue = start::catalogue(&config)?;
            println!("{} matters, no error", catalogue.matters.len());
        }
    }
    Ok(ExitCode::SUCCESS)
}
