//! The pre-check report: everything that is missing or doubtful, at once, each with its place.

use crate::drafts::DraftView;
use crate::earlier::whose;
use crate::fills::FillView;
use crate::identity::Owner;
use crate::licences::holder_of;
use crate::{Failure, Service};
use domain::catalogue::{Eligibility, Material};
use domain::form::CheckContext;
use domain::ids::{DraftId, FileId};
use domain::materials::{Fill, UNSORTED};
use domain::rules::{Rule, Truth, UNKNOWN};
use jiff::civil::Date;
use precheck::{Code, Level};
use std::collections::BTreeSet;

/// Where to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Eligibility,
    Question(String),
    Field { section: String, field: String },
    Material { material: String, file: Option<FileId> },
}

/// One thing that is missing or doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportItem {
    pub level: Level,
    pub place: Place,
    /// Name of the question, field or material.
    pub label: String,
    /// Stable code, the key of its text.
    pub code: String,
    pub detail: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportView {
    /// 必须改 first, then 建议改, then 提醒.
    pub items: Vec<ReportItem>,
    pub must: usize,
    pub advice: usize,
}

impl ReportView {
    pub fn may_submit(&self) -> bool {
        self.must == 0
    }
}

impl Service {
    pub async fn report(&self, owner: &Owner, id: DraftId) -> Result<ReportView, Failure> {
        let draft = self.draft(owner, id).await?;
        Ok(report_of(&draft, self.today()))
    }
}

/// The report of a draft. The same function decides whether it may be submitted.
pub fn report_of(draft: &DraftView, today: Date) -> ReportView {
    let mut items = Vec::new();
    questions(draft, &mut items);
    fields(draft, today, &mut items);
    unsorted(draft, &mut items);
    materials(draft, today, &mut items);
    items.sort_by_key(|item| match item.level {
        Level::MustFix => 0,
        Level::Advice => 1,
        Level::Note => 2,
    });
    let count = |level| items.iter().filter(|i| i.level == level).count();
    ReportView { must: count(Level::MustFix), advice: count(Level::Advice), items }
}

fn item(level: Level, place: Place, label: &str, code: &str) -> ReportItem {
    ReportItem { level, place, label: label.to_owned(), code: code.to_owned(), detail: Vec::new() }
}

fn questions(draft: &DraftView, items: &mut Vec<ReportItem>) {
    let verdict = draft.matter.verdict(&draft.answers);
    if verdict.eligibility == Eligibility::NotEligible {
        for condition in verdict.deciding() {
            items.push(item(Level::MustFix, Place::Eligibility, &condition.text, "condition.not_met"));
        }
        return;
    }
    for question in draft.matter.asked(&draft.answers) {
        if !draft.answers.get(&question.id).is_some_and(|a| question.accepts(a)) {
            items.push(item(Level::MustFix, Place::Question(question.id.clone()), &question.text, "question.open"));
        }
    }
    undecided(draft, items);
    for condition in verdict.deciding().filter(|_| verdict.eligibility == Eligibility::Maybe) {
        items.push(item(Level::Advice, Place::Eligibility, &condition.text, "condition.unknown"));
    }
}

/// 不清楚 is fine while looking around; what decides the fee or the other party must be settled
/// before submission, or nobody could say what is owed and who has to sign.
fn undecided(draft: &DraftView, items: &mut Vec<ReportItem>) {
    let matter = &draft.matter;
    let party = matter.party.as_ref().and_then(|p| p.when.as_ref());
    let fees = matter
        .fee
        .iter()
        .flat_map(|f| &f.items)
        .flat_map(|i| i.when.iter().chain(i.reductions.iter().map(|r| &r.when)));
    let open = |rule: &&Rule| rule.eval(&draft.answers) == Truth::Unknown;
    let names: BTreeSet<&str> = party.into_iter().chain(fees).filter(open).flat_map(Rule::fields).collect();
    for question in matter.asked(&draft.answers).filter(|q| names.contains(q.id.as_str())) {
        if draft.answers.get(&question.id).is_some_and(|a| a == UNKNOWN) {
            items.push(item(Level::MustFix, Place::Question(question.id.clone()), &question.text, "question.decides"));
        }
    }
}

fn fields(draft: &DraftView, today: Date, items: &mut Vec<ReportItem>) {
    let form = &draft.matter.form;
    let Err(errors) = form.check(&draft.answers, CheckContext { today }) else { return };
    for error in errors {
        let Some(section) = form.sections.iter().find(|s| s.fields.iter().any(|f| f.name == error.field)) else {
            continue;
        };
        let label = form.field(&error.field).map_or(error.field.as_str(), |f| f.label.as_str());
        let place = Place::Field { section: section.id.clone(), field: error.field.clone() };
        items.push(item(Level::MustFix, place, label, &format!("field.{}", error.code)));
    }
}

/// 待归类: nobody in the office could know what these are.
fn unsorted(draft: &DraftView, items: &mut Vec<ReportItem>) {
    if let Some(file) = draft.files.iter().find(|f| f.material == UNSORTED) {
        let place = Place::Material { material: UNSORTED.to_owned(), file: Some(file.id) };
        items.push(item(Level::MustFix, place, &file.name, "material.unsorted"));
    }
}

fn materials(draft: &DraftView, today: Date, items: &mut Vec<ReportItem>) {
    for slot in draft.matter.personal_list(&draft.answers) {
        let material = slot.material;
        let mut files = draft.files.iter().filter(|f| f.material == material.id).peekable();
        let fill = draft.fills.iter().find(|f| f.material == material.id);
        if fill.is_some_and(|f| f.fill.has_expired(today)) {
            let place = Place::Material { material: material.id.clone(), file: None };
            items.push(item(Level::MustFix, place, &material.name, "fill.expired"));
        }
        if let Some((level, code)) = fill.and_then(|f| crate::promises::doubt(draft, material, &f.fill)) {
            let place = Place::Material { material: material.id.clone(), file: None };
            let span = material.deferral.as_ref().map(|rule| ("span".to_owned(), rule.span_zh()));
            let detail = span.into_iter().collect();
            items.push(ReportItem { detail, ..item(level, place, &material.name, code) });
        }
        if fill.is_some_and(|f| !is_holders(draft, material, f, today)) {
            let place = Place::Material { material: material.id.clone(), file: None };
            items.push(item(Level::MustFix, place, &material.name, "fill.holder"));
        }
        if files.peek().is_none() && fill.is_none() {
            let (level, code) =
                if slot.certain { (Level::MustFix, "material.missing") } else { (Level::Advice, "material.maybe") };
            let place = Place::Material { material: material.id.clone(), file: None };
            items.push(item(level, place, &material.name, code));
        }
        if let Some(differs) = crate::numbers::differs(draft, material, today) {
            let place = Place::Material { material: material.id.clone(), file: Some(differs.file) };
            let detail = vec![("typed".to_owned(), differs.typed), ("read".to_owned(), differs.read)];
            items.push(ReportItem { detail, ..item(Level::Advice, place, &material.name, "number.differs") });
        }
        for file in files {
            // 正在查毒 is shown beside the file; here there is nothing to mend, and nothing to wait for.
            for finding in file.findings().filter(|f| f.code != Code::Scanning) {
                let place = Place::Material { material: material.id.clone(), file: Some(file.id) };
                let label = format!("{} · {}", material.name, file.name);
                let code = format!("file.{}", finding.code.as_str());
                items.push(ReportItem { detail: finding.detail.clone(), ..item(finding.level, place, &label, &code) });
            }
        }
    }
}

/// A licence is still that of the person whom the form names, where the store was asked about one; so are the files
/// of an earlier case.
fn is_holders(draft: &DraftView, material: &Material, fill: &FillView, today: Date) -> bool {
    if let Fill::Earlier(earlier) = &fill.fill {
        return earlier.whose.is_some() && earlier.whose == whose(&draft.matter, &draft.answers, material, today);
    }
    let Some((name, number)) = fill.fill.holder() else { return true };
    let licence = material.licence.as_ref();
    let named = licence.and_then(|l| holder_of(&draft.matter, &draft.answers, l, today));
    named.is_some_and(|h| h.name == name && h.number == number)
}
