//! Spot checks of guides (指南抽查): a supervisor draws guides by a seed, says what is wrong in each, and a
//! finding (问题清单) stays open until it is put right.

use crate::{Failure, Service, Supervisor};
use aws_lc_rs::digest::{SHA256, digest};
use domain::catalogue::MatterRef;
use domain::time::Instant;
use jiff::civil::Date;
use store::tables::spot_checks::{self, SpotCheck};
use store::vault;

/// Most guides in one draw.
pub const MOST: usize = 50;
/// Longest text, in characters.
const LONGEST: usize = 500;

/// How far a check has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    /// Drawn, nobody has looked yet.
    Open,
    /// Looked at, nothing wrong.
    Clear,
    /// Something is wrong and not yet put right.
    Found,
    /// Put right.
    Fixed,
}

impl CheckStatus {
    /// Stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Clear => "clear",
            Self::Found => "found",
            Self::Fixed => "fixed",
        }
    }

    fn parse(code: &str) -> Result<Self, Failure> {
        [Self::Open, Self::Clear, Self::Found, Self::Fixed]
            .into_iter()
            .find(|status| status.as_str() == code)
            .ok_or_else(|| Failure::internal("spot_checks.status"))
    }
}

/// What came of looking at a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    Clear,
    Found {
        text: String,
        /// Until when it has to be put right.
        due: Date,
    },
}

/// One drawn guide, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckView {
    pub id: String,
    pub slug: String,
    pub version: i64,
    pub title: String,
    pub seed: String,
    pub picked_at: Instant,
    pub status: CheckStatus,
    /// Empty while nothing was found.
    pub finding: String,
    pub due: Option<Date>,
    /// Not put right in time.
    pub overdue: bool,
    pub closed_at: Option<Instant>,
    /// How it was put right.
    pub note: String,
}

/// The draw: the guides whose digest with the seed is smallest. The same seed over the same guides gives the
/// same guides, whoever draws, so anybody can check it.
pub fn draw(seed: &str, mut guides: Vec<MatterRef>, number: usize) -> Vec<MatterRef> {
    guides.sort_by_cached_key(|guide| {
        hex::encode(digest(&SHA256, format!("{seed}:{}:{}", guide.slug, guide.version).as_bytes()))
    });
    guides.truncate(number);
    guides
}

/// A text that somebody has to give, within bounds.
fn needed(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::Rejected("spot.text_missing"));
    }
    if text.chars().count() > LONGEST {
        return Err(Failure::Rejected("spot.text_long"));
    }
    Ok(text)
}

impl Service {
    /// Draws so many of the published guides; without a seed one is made up. A seed is used once. Gives the seed.
    pub async fn draw_spot_checks(
        &self,
        supervisor: &Supervisor,
        seed: &str,
        number: usize,
    ) -> Result<String, Failure> {
        if !(1..=MOST).contains(&number) {
            return Err(Failure::Rejected("spot.number"));
        }
        let seed = match seed.trim() {
            "" => hex::encode(vault::random::<8>()?),
            typed if typed.chars().count() > 64 => return Err(Failure::Rejected("spot.seed_long")),
            typed => typed.to_owned(),
        };
        let guides: Vec<MatterRef> = self.catalogue().cards().map(|m| m.reference()).collect();
        let drawn = draw(&seed, guides, number);
        let actor = format!("staff:{}", supervisor.id());
        let mut tx = self.db.begin().await?;
        // Two draws with one seed follow each other, on every server.
        store::tables::cases::next_number(&mut tx, "spot-draw").await?;
        if spot_checks::is_seed_used(&mut tx, &seed).await? {
            return Err(Failure::Rejected("spot.seed_used"));
        }
        for guide in drawn {
            let check = SpotCheck {
                id: self.new_id().to_string(),
                slug: guide.slug,
                matter_version: i64::from(guide.version),
                seed: seed.clone(),
                picked_at: self.now().0,
                picked_by: supervisor.id().to_string(),
                status: CheckStatus::Open.as_str().into(),
                finding: String::new(),
                due_on: None,
                closed_at: None,
                closed_by: None,
                note: String::new(),
            };
            spot_checks::insert(&mut tx, &check).await?;
            self.record(&mut tx, &actor, "spot_check_drawn", &format!("spot_check:{}", check.id), &seed).await?;
        }
        tx.commit().await?;
        Ok(seed)
    }

    /// All draws, the newest first.
    pub async fn spot_checks(&self, _: &Supervisor) -> Result<Vec<CheckView>, Failure> {
        let rows = spot_checks::list(&self.db).await?;
        rows.into_iter().map(|row| self.check_view(row)).collect()
    }

    fn check_view(&self, row: SpotCheck) -> Result<CheckView, Failure> {
        let title = self.catalogue().card(&row.slug).map_or_else(|| row.slug.clone(), |m| m.title.clone());
        let status = CheckStatus::parse(&row.status)?;
        let due: Option<Date> = row.due_on.map(|day| day.parse::<Date>()).transpose().map_err(Failure::internal)?;
        let overdue = status == CheckStatus::Found && due.is_some_and(|day| day < self.today());
        Ok(CheckView {
            id: row.id,
            slug: row.slug,
            version: row.matter_version,
            title,
            seed: row.seed,
            picked_at: Instant(row.picked_at),
            status,
            finding: row.finding,
            due,
            overdue,
            closed_at: row.closed_at.map(Instant),
            note: row.note,
        })
    }

    /// Says what came of looking at a drawn guide, once.
    pub async fn record_spot_finding(&self, supervisor: &Supervisor, id: &str, looked: &Looked) -> Result<(), Failure> {
        let actor = format!("staff:{}", supervisor.id());
        let subject = format!("spot_check:{id}");
        let mut tx = self.db.begin().await?;
        spot_checks::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        match looked {
            Looked::Clear => {
                let (now, by) = (self.now().0, supervisor.id().to_string());
                spot_checks::close(&mut tx, id, "open", "clear", now, &by, "").await?;
                self.record(&mut tx, &actor, "spot_check_clear", &subject, "").await?;
            }
            Looked::Found { text, due } => {
                let text = needed(text)?;
                if *due < self.today() {
                    return Err(Failure::Rejected("spot.due_past"));
                }
                spot_checks::found(&mut tx, id, text, &due.to_string()).await?;
                self.record(&mut tx, &actor, "spot_check_found", &subject, text).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// A finding is put right; `note` says how.
    pub async fn close_spot_finding(&self, supervisor: &Supervisor, id: &str, note: &str) -> Result<(), Failure> {
        let note = needed(note)?;
        let mut tx = self.db.begin().await?;
        spot_checks::find_in(&mut tx, id).await?.ok_or(Failure::NotFound)?;
        let (now, by) = (self.now().0, supervisor.id().to_string());
        spot_checks::close(&mut tx, id, "found", "fixed", now, &by, note).await?;
        self.record(&mut tx, &format!("staff:{by}"), "spot_check_fixed", &format!("spot_check:{id}"), note).await?;
        Ok(tx.commit().await?)
    }
}
