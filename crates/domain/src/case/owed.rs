//! Materials that a case is owed (容缺后补): promised at submission, dated at acceptance, handed in, looked
//! at, or not come. While one is out the clock waits for the applicant, and nothing is decided.

use super::{Actor, Case, CaseState, Closed, ClosedHow, Decision, Event, Facts, Refusal};
use crate::catalogue::OnDefault;
use crate::ids::StaffId;
use crate::time::{Instant, LimitUnit, Suspension};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why the clock stands while something is owed; part of the clock's explanation.
pub const WAITING: &str = "等您补交材料";

/// A material that was promised for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Id of the material.
    pub material: String,
    /// Its name at the time.
    pub name: String,
    /// Length of the limit, counted from acceptance.
    pub days: u16,
    pub unit: LimitUnit,
    pub on_default: OnDefault,
    /// Last day to hand it in, fixed at acceptance.
    pub until: Option<Date>,
    /// How often what came had to go back.
    pub returned: u32,
    pub state: OwedState,
}

/// Where an owed material stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OwedState {
    /// 待补交
    Promised,
    /// 已补交, nobody has looked at it yet
    Supplied { at: Instant },
    /// 合格
    Met { at: Instant, by: StaffId },
    /// 过期未补
    Lapsed { at: Instant },
}

impl OwedState {
    /// 补交状态.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Promised => "待补交",
            Self::Supplied { .. } => "已补交，待审",
            Self::Met { .. } => "已补齐",
            Self::Lapsed { .. } => "过期未补",
        }
    }
}

impl Owed {
    /// As it stood at submission.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { until: None, returned: 0, state: OwedState::Promised, ..self.clone() }
    }

    /// Its day is over and it has not come.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == OwedState::Promised && self.until.is_some_and(|until| until < today)
    }

    /// It may be handed in now (of an accepted case).
    pub fn is_open(&self) -> bool {
        self.state == OwedState::Promised && self.until.is_some()
    }
}

/// A promise (告知承诺) that stands for a material of this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    /// Id of the material.
    pub material: String,
    /// Its name at the time.
    pub name: String,
    /// Name of the letter that was signed.
    pub title: String,
    /// 当场决定.
    pub immediate: bool,
    /// Days after the decision within which somebody checks.
    pub follow_up_days: u16,
}

impl Case {
    /// The owed material of this id.
    pub fn owed_material(&self, material: &str) -> Option<&Owed> {
        self.owed.iter().find(|o| o.material == material)
    }

    /// 交齐并承诺的, 当场决定: everything is in hand, and the promise says so.
    pub fn on_the_spot(&self) -> bool {
        self.promised.iter().any(|p| p.immediate) && self.owed.iter().all(|o| matches!(o.state, OwedState::Met { .. }))
    }
}

/// What follows from acceptance: every owed material gets its last day.
pub(super) fn dated(case: &Case, facts: &Facts) -> Option<Event> {
    let day = |owed: &Owed| facts.owed_until.iter().find(|(id, _)| *id == owed.material).cloned();
    let dates: Vec<(String, Date)> = case.owed.iter().filter_map(day).collect();
    (!dates.is_empty()).then_some(Event::OwedDated { at: facts.now, from: facts.today, dates })
}

/// Only an accepted case is owed anything.
fn running(case: &Case) -> Result<(), Refusal> {
    match case.state {
        CaseState::InProgress(_) | CaseState::Suspended(_) => Ok(()),
        _ => Err(Refusal::WrongState),
    }
}

/// 补交: by the applicant, or by the system for files that lie complete in the slot when the day ends.
pub(super) fn supply(case: &Case, material: &str, actor: Actor, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if actor != Actor::System && actor != Actor::Applicant(case.applicant) {
        return Err(Refusal::WrongActor);
    }
    running(case)?;
    match case.owed_material(material).ok_or(Refusal::OwedUnknown)?.state {
        // What comes late, but before the case has ended, still counts.
        OwedState::Promised if facts.notice_complete => {
            Ok(vec![Event::OwedSupplied { at: facts.now, material: material.to_owned() }])
        }
        OwedState::Promised => Err(Refusal::SupplyIncomplete),
        OwedState::Supplied { .. } | OwedState::Met { .. } => Err(Refusal::AlreadyDone),
        OwedState::Lapsed { .. } => Err(Refusal::MaterialLapsed),
    }
}

/// The clerk's verdict on what came: 合格, or everything that is wrong with it, at once.
pub(super) fn judge(
    case: &Case,
    material: &str,
    defects: &[String],
    actor: Actor,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    let Actor::Clerk(by) = actor else { return Err(Refusal::WrongActor) };
    running(case)?;
    let owed = case.owed_material(material).ok_or(Refusal::OwedUnknown)?;
    match owed.state {
        OwedState::Supplied { .. } => {}
        OwedState::Promised => return Err(Refusal::MaterialOwed),
        OwedState::Met { .. } | OwedState::Lapsed { .. } => return Err(Refusal::AlreadyDone),
    }
    let (at, material) = (facts.now, material.to_owned());
    if defects.is_empty() {
        return Ok(vec![Event::OwedMet { at, by, material }]);
    }
    let texts: Vec<String> = defects.iter().map(|d| d.trim().to_owned()).filter(|d| !d.is_empty()).collect();
    if texts.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    // Unfit is not the same as not come: the limit begins anew with the day of the return.
    let until = facts.owed_until.iter().find(|(id, _)| *id == material).map_or(facts.today, |(_, day)| *day);
    let until = owed.until.map_or(until, |old| old.max(until));
    Ok(vec![Event::OwedReturned { at, by, material, texts, from: facts.today, until }])
}

/// 到期: what has not come by the end of its day. The case ends by itself where every rule says so;
/// otherwise a person has to refuse it, because rules give and never take.
pub(super) fn lapse(case: &Case, actor: Actor, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if actor != Actor::System {
        return Err(Refusal::WrongActor);
    }
    running(case)?;
    let late: Vec<&Owed> = case.owed.iter().filter(|o| o.is_overdue(facts.today)).collect();
    if late.is_empty() {
        return Err(Refusal::NotOverdue);
    }
    let closes = late.iter().all(|o| o.on_default == OnDefault::Close)
        && !case.owed.iter().any(|o| matches!(o.state, OwedState::Lapsed { .. }));
    let materials = late.iter().map(|o| o.material.clone()).collect();
    Ok(vec![Event::OwedLapsed { at: facts.now, on: facts.today, materials, closes }])
}

/// Nothing is decided while something may still come or has not been looked at; without what did not
/// come in time, nothing is granted.
pub(super) fn may_decide(case: &Case, decision: &Decision, today: Date) -> Result<(), Refusal> {
    case.owed.iter().try_for_each(|owed| match owed.state {
        OwedState::Supplied { .. } => Err(Refusal::MaterialOwed),
        OwedState::Promised if !owed.is_overdue(today) => Err(Refusal::MaterialOwed),
        OwedState::Promised | OwedState::Lapsed { .. } if *decision == Decision::Grant => Err(Refusal::MaterialLapsed),
        OwedState::Met { .. } | OwedState::Promised | OwedState::Lapsed { .. } => Ok(()),
    })
}

/// Folds the events of this module.
pub(super) fn fold(case: &mut Case, event: &Event) {
    match event {
        Event::OwedDated { dates, from, .. } => {
            for (material, day) in dates {
                set(case, material, |owed| owed.until = Some(*day));
            }
            wait(case, *from);
        }
        Event::OwedSupplied { at, material } => {
            set(case, material, |owed| owed.state = OwedState::Supplied { at: *at });
            go_on(case, at.date_in_china());
        }
        Event::OwedMet { at, by, material } => {
            case.first_clerk.get_or_insert(*by);
            set(case, material, |owed| owed.state = OwedState::Met { at: *at, by: *by });
        }
        Event::OwedReturned { by, material, from, until, .. } => {
            case.first_clerk.get_or_insert(*by);
            set(case, material, |owed| {
                owed.state = OwedState::Promised;
                owed.until = Some(*until);
                owed.returned += 1;
            });
            wait(case, *from);
        }
        Event::OwedLapsed { at, on, materials, closes } => {
            for material in materials {
                set(case, material, |owed| owed.state = OwedState::Lapsed { at: *at });
            }
            go_on(case, *on);
            if *closes {
                let name = |id: &String| case.owed_material(id).map_or_else(|| id.clone(), |o| o.name.clone());
                let how = ClosedHow::NotSupplied { materials: materials.iter().map(name).collect() };
                case.state = CaseState::Closed(Closed { at: *at, how });
            }
        }
        _ => {}
    }
}

fn set(case: &mut Case, material: &str, change: impl FnOnce(&mut Owed)) {
    if let Some(owed) = case.owed.iter_mut().find(|o| o.material == material) {
        change(owed);
    }
}

/// The clock stands still from this day on.
fn wait(case: &mut Case, from: Date) {
    if !case.suspensions.iter().any(|s| s.to.is_none() && s.reason == WAITING) {
        case.suspensions.push(Suspension { from, to: None, reason: WAITING.to_owned() });
    }
}

/// The clock runs again from this day on, unless something else is still out.
fn go_on(case: &mut Case, on: Date) {
    if case.owed.iter().any(Owed::is_open) {
        return;
    }
    if let Some(open) = case.suspensions.iter_mut().find(|s| s.to.is_none() && s.reason == WAITING) {
        open.to = Some(on);
    }
}
