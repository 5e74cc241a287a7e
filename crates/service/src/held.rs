//! Papers that the office holds already: a clerk who asks for one again is stopped (C16).

use crate::earlier::whose;
use crate::{Failure, Service};
use domain::case::{Command, NoticeItem};
use domain::catalogue::{HeldAt, HeldPaper, Material, Matter, held_already};
use domain::ids::CaseId;
use jiff::civil::Date;
use std::collections::BTreeSet;
use store::tables::cases::{self, CaseRow};
use store::tables::files;
use store::tables::verdicts::Verdict;

/// A material of a case that must not be asked for, and where it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldView {
    /// Id of the material.
    pub material: String,
    /// Name of what is held.
    pub name: String,
    /// Number of the earlier case and the day of its acceptance; none: this case holds it.
    pub case: Option<(String, Date)>,
}

impl Service {
    /// What this applicant handed in with earlier cases that a clerk accepted, as far as it is about the same person
    /// or firm.
    pub(crate) async fn earlier_papers(&self, now: &CaseRow) -> Result<Vec<HeldPaper>, Failure> {
        let (case, today) = (&now.case, self.today());
        let asking = self.matter_at(&case.matter).await?;
        let mut papers = Vec::new();
        let (account, before) = (case.applicant, case.submitted_at.0);
        for row in cases::accepted_of_account(&self.db, &self.vault, account, before).await? {
            // What counted as accepted because nobody looked was found right by nobody.
            let (Some(on), Some(_)) = (row.case.accepted_on.filter(|_| row.case.id != case.id), row.case.accepted_by)
            else {
                continue;
            };
            let matter = self.matter_at(&row.case.matter).await?;
            let sent = files::list(&self.db, &row.key, row.draft_id).await?;
            let ids: BTreeSet<&str> = sent.iter().map(|file| file.material.as_str()).collect();
            // One account applies for several people: what is held of one is not held of another.
            let of_the_same = |held: &&Material| {
                let whom = whose(&matter, &row.answers, held, today);
                let mut wanted = asking.materials.iter().filter(|m| m.same_paper(held));
                whom.is_some() && wanted.all(|m| whose(&asking, &now.answers, m, today) == whom)
            };
            let held = matter.materials.iter().filter(|m| ids.contains(m.id.as_str())).filter(of_the_same);
            papers.extend(held.map(|m| HeldPaper {
                material: m.clone(),
                at: HeldAt::EarlierCase { number: row.case.number.clone(), on },
            }));
        }
        Ok(papers)
    }

    /// The same for a case by its id.
    pub(crate) async fn earlier_papers_of(&self, id: CaseId) -> Result<Vec<HeldPaper>, Failure> {
        let row = cases::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        self.earlier_papers(&row).await
    }
}

/// What was found right in this case, joined to what earlier ones hold.
pub(crate) fn with_this_case(mut papers: Vec<HeldPaper>, matter: &Matter, verdicts: &[Verdict]) -> Vec<HeldPaper> {
    for material in &matter.materials {
        let newest = verdicts.iter().filter(|v| v.material == material.id).max_by_key(|v| v.round);
        if let Some(right) = newest.filter(|v| v.criterion.is_empty()) {
            papers.push(HeldPaper { material: material.clone(), at: HeldAt::ThisCase { round: right.round } });
        }
    }
    papers
}

/// Refuses a notice that asks for what is held. Where the clerk has said why that one does not serve, it may.
pub(crate) fn refuse_held(
    command: &Command,
    matter: &Matter,
    round: i64,
    papers: &[HeldPaper],
    verdicts: &[Verdict],
) -> Result<(), Failure> {
    let (Command::IssueNotice { items } | Command::ReturnAnswer { items }) = command else { return Ok(()) };
    let excused =
        |item: &NoticeItem| verdicts.iter().any(|v| v.material == item.material && v.round == round && v.another_paper);
    let held =
        |item: &NoticeItem| matter.material(&item.material).is_some_and(|m| held_already(m, round, papers).is_some());
    if items.iter().any(|item| held(item) && !excused(item)) {
        return Err(Failure::Rejected("material.held"));
    }
    Ok(())
}

/// Each material of the matter that is held, for the clerk to see before asking.
pub(crate) fn held_views(matter: &Matter, round: i64, papers: &[HeldPaper]) -> Vec<HeldView> {
    let view = |id: &str, paper: &HeldPaper| HeldView {
        material: id.to_owned(),
        name: paper.material.name.clone(),
        case: match &paper.at {
            HeldAt::ThisCase { .. } => None,
            HeldAt::EarlierCase { number, on } => Some((number.clone(), *on)),
        },
    };
    matter.materials.iter().filter_map(|m| held_already(m, round, papers).map(|paper| view(&m.id, paper))).collect()
}
