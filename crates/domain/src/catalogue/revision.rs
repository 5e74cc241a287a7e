//! How a matter changes (动态调整): the department drafts and proposes, a second person reviews, and the
//! new version holds from its effective date, in place of the one before.

use crate::ids::StaffId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a version of a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionStatus {
    /// 起草
    Draft,
    /// 报审
    Proposed,
    /// 已审核, waits for its effective date
    Reviewed,
    /// 生效, offered to everybody
    Published,
    /// 被新版取代; cases filed under it keep it
    Superseded,
}

impl RevisionStatus {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Proposed, Self::Reviewed, Self::Published, Self::Superseded];

    /// Stable name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Reviewed => "reviewed",
            Self::Published => "published",
            Self::Superseded => "superseded",
        }
    }

    /// 中文名, for staff pages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Draft => "起草中",
            Self::Proposed => "待审核",
            Self::Reviewed => "已审核，待生效",
            Self::Published => "生效",
            Self::Superseded => "已被新版取代",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What somebody wants to do with a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevisionAct {
    /// Change what is written.
    Edit,
    /// 报审
    Propose,
    /// Back to the author, with what is wrong.
    Return { reason: String },
    /// 审核通过; holds from this day.
    Approve { effective: Date },
    /// Give it up.
    Discard,
    /// The day has come.
    ComeIntoForce,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionActor {
    Editor(StaffId),
    Reviewer(StaffId),
    System,
}

/// What the answer depends on besides the status.
#[derive(Debug, Clone, Copy)]
pub struct RevisionFacts<'a> {
    /// Everybody who wrote in it or proposed it.
    pub writers: &'a BTreeSet<StaffId>,
    /// Nothing is missing, see [`super::gaps`].
    pub complete: bool,
    pub today: Date,
}

/// Why not. Texts live in the locale files under `revision.*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RevisionRefusal {
    WrongActor,
    WrongState,
    /// The one who wrote or proposed it may not review it.
    SamePerson,
    /// Something mandatory is missing.
    Incomplete,
    ReasonMissing,
    /// A version cannot hold from a day that is gone.
    EffectivePast,
    /// More than a year ahead is a slip of the pen.
    EffectiveFar,
}

impl RevisionRefusal {
    /// Stable code, the key of its text.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongActor => "revision.wrong_actor",
            Self::WrongState => "revision.wrong_state",
            Self::SamePerson => "revision.same_person",
            Self::Incomplete => "revision.incomplete",
            Self::ReasonMissing => "revision.reason_missing",
            Self::EffectivePast => "revision.effective_past",
            Self::EffectiveFar => "revision.effective_far",
        }
    }
}

/// The status after an act, or why not; none when nothing is left of it.
pub fn advance(
    status: RevisionStatus,
    act: &RevisionAct,
    actor: RevisionActor,
    facts: &RevisionFacts<'_>,
) -> Result<Option<RevisionStatus>, RevisionRefusal> {
    use RevisionRefusal as No;
    use RevisionStatus as S;
    match (act, actor) {
        (RevisionAct::Edit, RevisionActor::Editor(_)) => match status {
            S::Draft => Ok(Some(S::Draft)),
            _ => Err(No::WrongState),
        },
        (RevisionAct::Propose, RevisionActor::Editor(_)) => match status {
            S::Draft if !facts.complete => Err(No::Incomplete),
            S::Draft => Ok(Some(S::Proposed)),
            _ => Err(No::WrongState),
        },
        (RevisionAct::Discard, RevisionActor::Editor(_)) => match status {
            S::Draft | S::Proposed => Ok(None),
            _ => Err(No::WrongState),
        },
        (RevisionAct::Return { reason }, RevisionActor::Reviewer(_)) => match status {
            // A day that was set wrong, or a change that has to come first: until it holds, it can go back.
            S::Proposed | S::Reviewed if reason.trim().is_empty() => Err(No::ReasonMissing),
            S::Proposed | S::Reviewed => Ok(Some(S::Draft)),
            _ => Err(No::WrongState),
        },
        (RevisionAct::Approve { effective }, RevisionActor::Reviewer(who)) => match status {
            S::Proposed if facts.writers.contains(&who) => Err(No::SamePerson),
            // A rule or the region's lists may have changed since it was proposed.
            S::Proposed if !facts.complete => Err(No::Incomplete),
            S::Proposed if *effective < facts.today => Err(No::EffectivePast),
            S::Proposed if *effective > facts.today.saturating_add(jiff::Span::new().years(1)) => Err(No::EffectiveFar),
            S::Proposed => Ok(Some(S::Reviewed)),
            _ => Err(No::WrongState),
        },
        (RevisionAct::ComeIntoForce, RevisionActor::System) => match status {
            S::Reviewed => Ok(Some(S::Published)),
            _ => Err(No::WrongState),
        },
        _ => Err(No::WrongActor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RevisionStatus as S;
    use jiff::civil::date;
    use uuid::Uuid;

    /// Every status × act × actor; what is not named here is refused.
    #[test]
    fn c4_the_workflow_is_this_table() {
        let (author, other) = (StaffId(Uuid::from_u128(1)), StaffId(Uuid::from_u128(2)));
        let today = date(2026, 11, 22);
        let writers = BTreeSet::from([author]);
        let facts = RevisionFacts { writers: &writers, complete: true, today };
        let acts = [
            RevisionAct::Edit,
            RevisionAct::Propose,
            RevisionAct::Return { reason: "缺依据".into() },
            RevisionAct::Approve { effective: today },
            RevisionAct::Discard,
            RevisionAct::ComeIntoForce,
        ];
        let actors = [RevisionActor::Editor(author), RevisionActor::Reviewer(other), RevisionActor::System];
        let mut allowed = Vec::new();
        for status in RevisionStatus::ALL {
            for (number, act) in acts.iter().enumerate() {
                for (who, actor) in actors.into_iter().enumerate() {
                    if let Ok(next) = advance(status, act, actor, &facts) {
                        allowed.push((status, number, who, next));
                    }
                }
            }
        }
        let expected = [
            (S::Draft, 0, 0, Some(S::Draft)),
            (S::Draft, 1, 0, Some(S::Proposed)),
            (S::Draft, 4, 0, None),
            (S::Proposed, 2, 1, Some(S::Draft)),
            (S::Proposed, 3, 1, Some(S::Reviewed)),
            (S::Proposed, 4, 0, None),
            (S::Reviewed, 2, 1, Some(S::Draft)),
            (S::Reviewed, 5, 2, Some(S::Published)),
        ];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn c4_nobody_reviews_their_own_and_nothing_incomplete_goes_on() {
        let (author, proposer) = (StaffId(Uuid::from_u128(1)), StaffId(Uuid::from_u128(2)));
        let today = date(2026, 11, 22);
        let writers = BTreeSet::from([author, proposer]);
        let facts = RevisionFacts { writers: &writers, complete: true, today };
        let approve = |who, effective, facts: &RevisionFacts<'_>| {
            let act = RevisionAct::Approve { effective };
            advance(RevisionStatus::Proposed, &act, RevisionActor::Reviewer(who), facts)
        };
        for who in [author, proposer] {
            assert_eq!(approve(who, today, &facts), Err(RevisionRefusal::SamePerson));
        }
        let third = StaffId(Uuid::from_u128(3));
        assert_eq!(approve(third, date(2026, 11, 21), &facts), Err(RevisionRefusal::EffectivePast));
        assert_eq!(approve(third, date(2126, 11, 22), &facts), Err(RevisionRefusal::EffectiveFar));
        assert_eq!(approve(third, date(2027, 11, 22), &facts), Ok(Some(RevisionStatus::Reviewed)));
        let open = RevisionFacts { complete: false, ..facts };
        assert_eq!(approve(third, today, &open), Err(RevisionRefusal::Incomplete));
        let propose = advance(RevisionStatus::Draft, &RevisionAct::Propose, RevisionActor::Editor(author), &open);
        assert_eq!(propose, Err(RevisionRefusal::Incomplete));
        let silent = RevisionAct::Return { reason: " ".into() };
        let back = advance(RevisionStatus::Proposed, &silent, RevisionActor::Reviewer(third), &facts);
        assert_eq!(back, Err(RevisionRefusal::ReasonMissing));
    }
}
