//! When a signed-in session ends: after a time without use, and twelve hours after signing in. On a
//! computer that many people use (公用电脑) sooner, so that the next one finds nobody signed in.

use crate::identity::NewSession;
use crate::{Failure, Service, Who};
use domain::time::Instant;
use store::tables::sessions::{self, SessionRow};

const MINUTE: i64 = 60_000_000;
/// Without use.
pub(crate) const IDLE: i64 = 30 * MINUTE;
/// Without use, on a shared computer.
const IDLE_SHARED: i64 = 10 * MINUTE;
/// At most, however busy.
const LONGEST: i64 = 12 * 60 * MINUTE;

/// The end of a session as it stood when it was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// So many seconds without use end it, counted to the minute.
    pub idle_seconds: i64,
    /// Seconds to the end that no use puts off.
    pub left_seconds: i64,
    /// The end when nothing more is done.
    pub until: Instant,
    /// On a shared computer: nothing is kept on the device.
    pub shared: bool,
}

impl Ending {
    fn new(now: i64, began: i64, until: i64, shared: bool) -> Self {
        Self {
            idle_seconds: idle(shared) / 1_000_000,
            left_seconds: (began + LONGEST - now) / 1_000_000,
            until: Instant(until),
            shared,
        }
    }

    /// Of a session that begins now.
    pub(crate) fn of_new(now: i64) -> Self {
        Self::new(now, now, now + IDLE, false)
    }
}

fn idle(shared: bool) -> i64 {
    if shared { IDLE_SHARED } else { IDLE }
}

impl Service {
    /// Moves the idle limit on, at most once a minute, so that reading pages costs no writes. A
    /// guest's session has no such limit.
    pub(crate) async fn keep_alive(&self, row: &SessionRow, now: i64) -> Result<Option<Ending>, Failure> {
        if row.who == "guest" {
            return Ok(None);
        }
        if now - row.seen_at < MINUTE {
            return Ok(Some(Ending::new(now, row.created_at, row.expires_at, row.shared)));
        }
        let until = (now + idle(row.shared)).min(row.created_at + LONGEST);
        match self.move_on(row, now, until).await {
            Ok(()) => Ok(Some(Ending::new(now, row.created_at, until, row.shared))),
            // On a full disk nothing moves on, yet everything can be read until the old limit.
            Err(Failure::Full(_)) => Ok(Some(Ending::new(now, row.created_at, row.expires_at, row.shared))),
            Err(failure) => Err(failure),
        }
    }

    async fn move_on(&self, row: &SessionRow, now: i64, until: i64) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        sessions::touch(&mut tx, &row.id, now, until).await?;
        Ok(tx.commit().await?)
    }

    /// “这是公用电脑”: ticked at signing in.
    pub async fn on_shared_terminal(&self, new: &mut NewSession) -> Result<(), Failure> {
        if matches!(new.session.who, Who::Guest) {
            return Ok(());
        }
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        sessions::set_shared(&mut tx, &new.session.id, now + IDLE_SHARED).await?;
        tx.commit().await?;
        new.session.ending = Some(Ending::new(now, now, now + IDLE_SHARED, true));
        Ok(())
    }
}
