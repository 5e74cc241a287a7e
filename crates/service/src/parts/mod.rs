//! The parts (分项) of a joint case: what everybody sees of them, and each department's acts.

pub(crate) mod words;

use crate::identity::Approver;
use crate::{Failure, Service};
use domain::case::{Actor, Case, Command, PartState};
use domain::catalogue::Matter;
use domain::ids::CaseId;
use domain::rules::{Answers, Labels};
use domain::time::{Deadline, deadline};

/// Longest note or reason, in characters.
const LONGEST: usize = 500;

/// One part as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartView {
    /// Id in the matter.
    pub id: String,
    pub title: String,
    /// Name of the body that handles it.
    pub department: String,
    pub state: PartState,
    /// The whole ended before this part did: nobody goes on with it.
    pub given_up: bool,
    /// Titles of the parts that it waits for, or of the one whose failure stopped it.
    pub waits_for: Vec<String>,
    /// Its own clock, while it is open.
    pub due: Option<Deadline>,
    /// What comes out of it.
    pub result: String,
    /// What happens when it fails.
    pub if_fails: String,
    /// Labels of the answers handed to the body, and nothing beyond them (least data).
    pub fields: Vec<String>,
    /// Names of the materials handed to the body.
    pub materials: Vec<String>,
}

impl PartView {
    /// The same without what staff wrote and without what was handed over: for a tracking code, which
    /// shows no personal data.
    #[must_use]
    pub(crate) fn public(self) -> Self {
        let state = match self.state {
            PartState::Done { at, by, .. } => PartState::Done { at, by, note: String::new() },
            PartState::Failed { at, by, .. } => PartState::Failed { at, by, reason: String::new() },
            other => other,
        };
        Self { state, fields: Vec::new(), materials: Vec::new(), ..self }
    }
}

impl Service {
    /// The needed parts of a case, in the matter's order; none before acceptance.
    pub(crate) fn part_views(&self, case: &Case, matter: &Matter, answers: &Answers) -> Vec<PartView> {
        let catalogue = self.catalogue();
        let over = case.status().is_final();
        let listed = matter.personal_list(answers);
        let mut views = Vec::new();
        for sub in case.parts.iter().filter(|s| s.state != PartState::NotNeeded) {
            let Some(spec) = matter.parts.iter().find(|p| p.id == sub.part) else { continue };
            let due = match sub.state {
                PartState::Open { since } if !over => {
                    let calendar = &catalogue.region.calendar;
                    let begun = since.date_in_china();
                    Some(deadline(&spec.promised, begun, 0, &case.suspensions, calendar, self.today()))
                }
                _ => None,
            };
            let given = |name: &&String| answers.get(*name).is_some_and(|a| !a.is_empty());
            let needed = |id: &&String| listed.iter().any(|slot| slot.material.id == **id);
            let named = |id: &String| matter.material(id).map(|m| m.name.clone());
            views.push(PartView {
                id: sub.part.clone(),
                title: sub.title.clone(),
                department: catalogue.region.body(&sub.body).map_or_else(String::new, |b| b.name.clone()),
                state: sub.state.clone(),
                given_up: over && matches!(sub.state, PartState::Waiting | PartState::Open { .. }),
                waits_for: words::waits_for(case, sub),
                due,
                result: spec.result.clone(),
                if_fails: spec.if_fails.clone(),
                fields: spec.fields.iter().filter(given).map(|f| Labels::field(matter, f)).collect(),
                materials: spec.materials.iter().filter(needed).filter_map(named).collect(),
            });
        }
        views
    }

    /// A department has done its part; the note may be empty.
    pub async fn finish_part(
        &self,
        approver: &Approver,
        id: CaseId,
        seen: i64,
        part: &str,
        note: &str,
    ) -> Result<(), Failure> {
        let command = Command::FinishPart { part: part.into(), note: bounded(note)? };
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }

    /// A department cannot do its part. What waits for it stops; the others go on.
    pub async fn fail_part(
        &self,
        approver: &Approver,
        id: CaseId,
        seen: i64,
        part: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let command = Command::FailPart { part: part.into(), reason: bounded(reason)? };
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }

    /// A part that failed was mended and is taken up again.
    pub async fn reopen_part(
        &self,
        approver: &Approver,
        id: CaseId,
        seen: i64,
        part: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let command = Command::ReopenPart { part: part.into(), reason: bounded(reason)? };
        self.act(id, seen, command, Actor::Approver(approver.id())).await
    }
}

fn bounded(text: &str) -> Result<String, Failure> {
    if text.chars().count() > LONGEST { Err(Failure::Rejected("note.too_long")) } else { Ok(text.into()) }
}
