//! 情形清单 by link: what to bring, for whoever has the link, and a draft begun from it without
//! answering again. A link holds choices only; see [`domain::catalogue::decode_choices`].

use crate::identity::Owner;
use crate::{Failure, Service};
use domain::catalogue::{Change, Matter, decode_choices};
use domain::ids::DraftId;
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::Date;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

/// The list behind a link, by the guide as it is now.
pub struct SharedList {
    pub matter: Arc<Matter>,
    /// The choices that the matter still knows.
    pub answers: Answers,
    /// The link was made by another version of the guide: what is different now, as far as it is known.
    pub changes: Option<Vec<Change>>,
}

/// What became of the choices of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub draft: DraftId,
    /// There was a draft with other answers: they stay as they are.
    pub kept_own: bool,
}

impl Service {
    /// The list that a link leads to; it is the same for everybody.
    pub async fn shared_list(&self, slug: &str, choices: &str, version: Option<u32>) -> Result<SharedList, Failure> {
        let matter = self.matter_of(slug).await?;
        let answers = decode_choices(&matter, choices);
        let changes = match version {
            Some(older) if older < matter.version => self.changes_since(&matter, older).await?,
            // A version that is not offered yet is nobody's business; the link may also be invented.
            Some(other) if other != matter.version => Some(Vec::new()),
            _ => None,
        };
        Ok(SharedList { matter, answers, changes })
    }

    /// Begins a draft with the choices of a list. Whoever has begun one keeps what they answered:
    /// a link from somebody else must not change an application.
    pub async fn start_from_list(&self, owner: &Owner, slug: &str, choices: &str) -> Result<Begun, Failure> {
        let draft = self.start_draft(owner, slug).await?;
        let begun = Begun { draft, kept_own: false };
        if choices.is_empty() {
            return Ok(begun);
        }
        let there = self.draft(owner, draft).await?;
        let chosen = decode_choices(&there.matter, choices);
        if there.answers.values().any(|value| !value.is_empty()) {
            let same = chosen.iter().all(|(id, value)| there.answers.get(id) == Some(value));
            return Ok(Begun { kept_own: !same, ..begun });
        }
        self.save_answers(owner, draft, chosen, None).await?;
        Ok(begun)
    }

    /// The day on which a draft that was last changed at this time goes.
    pub fn draft_kept_until(&self, updated_at: Instant) -> Date {
        Instant(updated_at.0 + self.settings.draft_days * DAY).date_in_china()
    }
}
