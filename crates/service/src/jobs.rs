//! The outbox's handlers: idempotent, retried with growing pauses, giving up loudly.

use crate::identity::{CODE_LIFE, Operator};
use crate::money::endings::CLOSE_ORDERS;
use crate::money::invoices::{INVOICE, UNREACHABLE};
use crate::money::reconcile::TRADE_BILL;
use crate::money::refunds::{PENDING, REFUND};
use crate::ports::message::{MessageError, ShortMessage};
use crate::transfers::KEEP_TRANSFER;
use crate::{Failure, Service, bundles, scans, undo};
use domain::case::{Actor, Command};
use std::time::Duration;
use store::jobs::{self, FailedJob, Leased};
use store::tables::{cases, drafts, files, sessions};
use tokio::sync::Notify;

const KINDS: &[&str] = &["sms", "pay_event", "owed_reminder", "owed_end", REFUND, CLOSE_ORDERS, TRADE_BILL, INVOICE];
/// A lane of their own: sealing large files anew, or binding pages, holds up no message.
const FILES: &[&str] = &[undo::KIND, KEEP_TRANSFER, bundles::KIND];
/// A lane of their own: a scanner that hangs holds up no message.
const SCANS: &[&str] = &[scans::KIND];
const LEASE: i64 = 60_000_000;
const MAX_ATTEMPTS: i64 = 12;
const DAY: i64 = 86_400_000_000;

impl Service {
    /// Leases and runs jobs that are due; gives how many ran.
    pub async fn run_jobs(&self, worker: &str, limit: u32) -> Result<usize, Failure> {
        let messages = self.run_lane(KINDS, worker, limit).await?;
        Ok(messages + self.run_lane(FILES, worker, 1).await? + self.run_lane(SCANS, worker, 1).await?)
    }

    async fn run_lane(&self, kinds: &[&str], worker: &str, limit: u32) -> Result<usize, Failure> {
        let leased = jobs::lease(&self.db, kinds, worker, self.now().0, LEASE, limit).await?;
        let count = leased.len();
        for job in leased {
            // Its lease runs out, and it is taken up again; the others have no part in it.
            if let Err(error) = self.run_job(&job).await {
                tracing::error!(job = %job.id, kind = %job.kind, %error, "a job's end could not be kept");
            }
        }
        Ok(count)
    }

    async fn run_job(&self, job: &Leased) -> Result<(), Failure> {
        let outcome = match job.kind.as_str() {
            "sms" => self.send_sms(job).await,
            scans::KIND => match job.payload.parse() {
                Ok(file) => Box::pin(self.scan_file(file)).await,
                Err(_) => Err(Failure::Internal("payload".into())),
            },
            undo::KIND => match job.payload.parse() {
                Ok(case) => Box::pin(self.bring_files_back(case)).await,
                Err(_) => Err(Failure::Internal("payload".into())),
            },
            bundles::KIND => Box::pin(self.bind_pages(&job.payload)).await,
            KEEP_TRANSFER => self.keep_transfer(&job.payload).await,
            "owed_reminder" => self.remind_owed(job).await,
            "owed_end" => self.end_owed(job).await,
            REFUND => Box::pin(self.carry_refund(&job.payload)).await,
            CLOSE_ORDERS => match job.payload.parse() {
                Ok(bill) => {
                    Box::pin(self.close_orders(bill)).await;
                    Ok(())
                }
                Err(_) => Err(Failure::Internal("payload".into())),
            },
            INVOICE => match job.payload.parse() {
                Ok(bill) => Box::pin(self.carry_invoice(bill)).await,
                Err(_) => Err(Failure::Internal("payload".into())),
            },
            TRADE_BILL => Box::pin(self.fetch_day(&job.payload)).await,
            _ => match job.payload.split_once(':') {
                Some((provider, event)) => self.work_off_event(provider, event).await,
                None => Err(Failure::Internal("payload".into())),
            },
        };
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        match outcome {
            Ok(()) => jobs::finish(&mut tx, job, now).await?,
            Err(error) => {
                let after = match &error {
                    Failure::Rejected("sms.refused" | "scan.size_limit") => jobs::AfterFailure::GiveUp,
                    // However long the scanner is away, no file is given up; nor is the invoice of whoever has paid.
                    Failure::Rejected("scan.unreachable" | "bundle.scanning" | UNREACHABLE) => {
                        jobs::backoff(job.attempts, now, i64::MAX)
                    }
                    // Nor is money: it is asked about until it has moved, or was refused for good.
                    failure if job.kind == REFUND && moves_later(failure) => jobs::backoff(job.attempts, now, i64::MAX),
                    _ => jobs::backoff(job.attempts, now, MAX_ATTEMPTS),
                };
                if matches!(after, jobs::AfterFailure::GiveUp) {
                    tracing::error!(job = %job.id, kind = %job.kind, code = %error.code(), "a job was given up");
                }
                jobs::fail(&mut tx, job, now, &error.code(), after).await?;
            }
        }
        match tx.commit().await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn send_sms(&self, job: &Leased) -> Result<(), Failure> {
        let sealed = hex::decode(&job.payload).map_err(Failure::internal)?;
        let plain = self.vault.open_sealed(&format!("jobs.sms:{}", job.id), &sealed)?;
        let (phone, template, params): (String, String, Vec<(String, String)>) =
            serde_json::from_slice(&plain).map_err(Failure::internal)?;
        // A code lives five minutes: a late one only confuses.
        if template == "sign_in_code" && self.now().0 - job.created_at > CODE_LIFE {
            tracing::warn!(job = %job.id, "a code ran out before the carrier took it");
            return Ok(());
        }
        let message = ShortMessage { key: job.id.clone(), phone, template, params };
        self.messages.send(&message).await.map_err(|error| match error {
            MessageError::Unreachable(_) => Failure::Rejected("sms.unreachable"),
            MessageError::Refused { .. } => Failure::Rejected("sms.refused"),
        })
    }

    /// What has to be looked after regularly: orders without notification, cases that count as
    /// accepted because nobody answered in time, forgotten visits, abandoned drafts (told before) and removed files.
    pub async fn housekeeping(&self) -> Result<(), Failure> {
        // One thing that fails keeps no other from being done.
        let outcomes = [
            self.publish_due().await,
            self.sweep_orders().await,
            self.plan_reconciliation().await,
            self.accept_overdue().await,
            self.sweep_transfers().await,
            self.sweep_visits().await,
            self.sweep_files().await,
            self.warn_of_expiry().await,
            self.sweep_drafts().await,
        ];
        outcomes.into_iter().collect()
    }

    /// Abandoned drafts, sessions that ended, jobs that are done.
    async fn sweep_drafts(&self) -> Result<(), Failure> {
        let now = self.now().0;
        for id in drafts::stale(&self.db, now - self.settings.draft_days * DAY).await? {
            match self.drop_draft(id).await {
                // Submitted at this very moment: it is no draft any more.
                Ok(()) | Err(Failure::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        let mut tx = self.db.begin().await?;
        sessions::purge(&mut tx, now).await?;
        jobs::purge_done(&mut tx, now - 30 * DAY).await?;
        store::counters::purge(&mut tx, now - 2 * DAY).await?;
        Ok(tx.commit().await?)
    }

    /// 行政许可法 §32: not told within five days, the application counts as accepted from receipt.
    async fn accept_overdue(&self) -> Result<(), Failure> {
        for id in cases::received_before(&self.db, self.now().0 - 5 * DAY).await? {
            let mut tx = self.db.begin().await?;
            let Some(mut row) = cases::find_in(&mut tx, &self.vault, id).await? else { continue };
            let matter = self.matter_at_in(&mut tx, &row.case.matter).await?;
            let late = self.deadline_of(&row.case, &matter).and_then(|d| d.due()).is_some_and(|due| due < self.today());
            if late && self.carry_out(&mut tx, &mut row, &Command::Accept, Actor::System, false).await.is_ok() {
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Removed files leave the disk a day later.
    async fn sweep_files(&self) -> Result<(), Failure> {
        for (id, path) in files::removed(&self.db, self.now().0 - DAY).await? {
            // The same content may stand in another slot, sent once.
            if !files::is_shared(&self.db, &id, &path).await? {
                self.files.delete(&path).await?;
            }
            let mut tx = self.db.begin().await?;
            files::forget(&mut tx, &id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Works until `stop` resolves: woken by commits, at least every two seconds.
    pub async fn work(&self, worker: &str, stop: impl Future<Output = ()>) {
        let (files, scans) = (Notify::new(), Notify::new());
        tokio::select! {
            () = Box::pin(self.work_outbox(worker, stop, [&files, &scans])) => {}
            () = Box::pin(self.work_lane(FILES, worker, &files)) => {}
            () = Box::pin(self.work_lane(SCANS, worker, &scans)) => {}
        }
    }

    /// One file after the other, beside everything else. Ends with the worker; a file under way is
    /// taken up again when its lease has run out.
    async fn work_lane(&self, kinds: &[&str], worker: &str, wake: &Notify) {
        loop {
            match self.run_lane(kinds, worker, 1).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "a lane of the job worker failed; it goes on"),
            }
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    }

    async fn work_outbox(&self, worker: &str, stop: impl Future<Output = ()>, lanes: [&Notify; 2]) {
        tokio::pin!(stop);
        let mut last_sweep = 0;
        loop {
            for lane in lanes {
                lane.notify_one();
            }
            match self.run_lane(KINDS, worker, 20).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "the job worker failed; it goes on"),
            }
            let now = self.now().0;
            // Also when the clock was set back.
            if (now - last_sweep).abs() > 30_000_000 {
                last_sweep = now;
                if let Err(error) = self.housekeeping().await {
                    tracing::error!(%error, "housekeeping failed; it goes on");
                }
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    }

    pub async fn failed_jobs(&self, _: &Operator) -> Result<Vec<FailedJob>, Failure> {
        Ok(jobs::failed_list(&self.db, 100).await?)
    }

    pub async fn retry_job(&self, operator: &Operator, id: &str) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        jobs::requeue(&mut tx, id, self.now().0).await?;
        self.record(&mut tx, &format!("staff:{}", operator.id()), "retry_job", id, "").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Jobs by kind and state, for the metrics.
    pub async fn job_counts(&self) -> Result<Vec<jobs::JobCount>, Failure> {
        Ok(jobs::counts(&self.db).await?)
    }
}

/// A refund that may still move: the channel is away, answers what cannot be trusted, is not offered for the time
/// being, or somebody was at the same bill.
fn moves_later(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Rejected(PENDING | "pay.unreachable" | "pay.not_authentic" | "pay.provider") | Failure::Conflict
    )
}
