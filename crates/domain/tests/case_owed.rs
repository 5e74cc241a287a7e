//! 容缺后补 and 告知承诺 inside the case: what is owed, until when, and how it ends.

use domain::case::render::*;
use domain::case::*;
use domain::catalogue::{Deferral, OnDefault};
use domain::materials::last_day;
use domain::time::{Clock, LimitUnit, WorkCalendar, deadline};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use Refusal as R;

const RULES: &str = "rules";
const PLAN: &str = "plan";

fn owed(material: &str, on_default: OnDefault) -> Owed {
    Owed {
        material: material.into(),
        name: format!("材料{material}"),
        days: 5,
        unit: LimitUnit::WorkingDays,
        on_default,
        until: None,
        returned: 0,
        state: OwedState::Promised,
    }
}

/// Facts of a day; whatever is owed would be due a week later.
fn facts_on(day: Date) -> Facts<'static> {
    let until = day.saturating_add(jiff::Span::new().days(7));
    Facts {
        now: domain::time::Instant::at_china(day, jiff::civil::time(10, 0, 0, 0)),
        today: day,
        owed_until: vec![(RULES.into(), until), (PLAN.into(), until)],
        ..sample_facts(&[])
    }
}

fn run(case: &Case, command: &Command, actor: Actor, facts: &Facts) -> Result<Case, Refusal> {
    Ok(decide(case, command, actor, facts)?.iter().fold(case.clone(), apply))
}

/// Accepted on 2 November 2026, owed until the 9th.
fn accepted(list: Vec<Owed>) -> Case {
    let received = Case { owed: list, ..sample_case(CaseStatus::Received) };
    run(&received, &Command::Accept, Actor::Clerk(CLERK), &facts_on(date(2026, 11, 2))).expect("accepted")
}

fn supply(material: &str) -> Command {
    Command::SupplyOwed { material: material.into() }
}

fn judge(material: &str, defects: &[&str]) -> Command {
    Command::JudgeOwed { material: material.into(), defects: defects.iter().map(|d| (*d).to_owned()).collect() }
}

const APPLIES: Actor = Actor::Applicant(APPLICANT);

#[test]
fn m4_every_state_of_an_owed_material_meets_every_command() {
    let facts = facts_on(date(2026, 11, 2));
    // Columns: 待补交, 已补交, 已补齐, over its day (close), over its day (refuse), 过期未补.
    let table: [(&str, [Result<&str, Refusal>; 6]); 6] = [
        (
            "补交",
            [
                Ok("已补交，待审"),
                Err(R::AlreadyDone),
                Err(R::AlreadyDone),
                Ok("已补交，待审"),
                Ok("已补交，待审"),
                Err(R::MaterialLapsed),
            ],
        ),
        (
            "补交合格",
            [
                Err(R::MaterialOwed),
                Ok("已补齐"),
                Err(R::AlreadyDone),
                Err(R::MaterialOwed),
                Err(R::MaterialOwed),
                Err(R::AlreadyDone),
            ],
        ),
        (
            "补交退回",
            [
                Err(R::MaterialOwed),
                Ok("待补交"),
                Err(R::AlreadyDone),
                Err(R::MaterialOwed),
                Err(R::MaterialOwed),
                Err(R::AlreadyDone),
            ],
        ),
        (
            "到期未补",
            [
                Err(R::NotOverdue),
                Err(R::NotOverdue),
                Err(R::NotOverdue),
                Ok("退件"),
                Ok("过期未补"),
                Err(R::NotOverdue),
            ],
        ),
        (
            "准予",
            [
                Err(R::MaterialOwed),
                Err(R::MaterialOwed),
                Ok("办结"),
                Err(R::MaterialLapsed),
                Err(R::MaterialLapsed),
                Err(R::MaterialLapsed),
            ],
        ),
        ("不予许可", [Err(R::MaterialOwed), Err(R::MaterialOwed), Ok("办结"), Ok("办结"), Ok("办结"), Ok("办结")]),
    ];
    for (name, cells) in table {
        let (_, command, actor) = sample_commands().into_iter().find(|(n, ..)| *n == name).expect("a command");
        for ((title, owed), want) in sample_owed_states().into_iter().zip(cells) {
            let got = run(&sample_owing(owed), &command, actor, &facts)
                .map(|next| if next.status().is_final() { next.status().title() } else { next.owed[0].state.title() });
            assert_eq!(got, want, "{name} of {title}");
        }
    }
}

#[test]
fn m4_the_date_is_fixed_at_acceptance_and_the_clock_waits_until_it_comes() {
    let case = accepted(vec![owed(RULES, OnDefault::Close)]);
    assert_eq!(case.owed[0].until, Some(date(2026, 11, 9)));
    assert_eq!((case.suspensions.len(), case.suspensions[0].to), (1, None));
    let day = facts_on(date(2026, 11, 5));
    let supplied = run(&case, &supply(RULES), APPLIES, &day).expect("it came");
    assert_eq!(supplied.suspensions[0].to, Some(date(2026, 11, 5)));
    let met = run(&supplied, &judge(RULES, &[]), Actor::Clerk(CLERK), &day).expect("it is right");
    let grant = Command::Decide(Decision::Grant);
    assert_eq!(run(&met, &grant, Actor::Approver(APPROVER), &day).map(|c| c.status()), Ok(CaseStatus::Decided));
}

#[test]
fn m4_what_is_unfit_goes_back_with_every_defect_and_a_new_day() {
    let case = accepted(vec![owed(RULES, OnDefault::Close)]);
    let late = facts_on(date(2026, 11, 9));
    let supplied = run(&case, &supply(RULES), APPLIES, &late).expect("on the last day");
    let blank = judge(RULES, &[" "]);
    assert_eq!(decide(&supplied, &blank, Actor::Clerk(CLERK), &late), Err(R::ReasonMissing));
    let back = run(&supplied, &judge(RULES, &["没有签名"]), Actor::Clerk(CLERK), &late).expect("returned");
    let again = &back.owed[0];
    assert_eq!((again.until, again.returned), (Some(date(2026, 11, 16)), 1));
    assert_eq!(back.suspensions.iter().filter(|s| s.to.is_none()).count(), 1, "the clock waits again");
    assert_eq!(decide(&back, &Command::LapseOwed, Actor::System, &facts_on(date(2026, 11, 16))), Err(R::NotOverdue));
    let over = run(&back, &Command::LapseOwed, Actor::System, &facts_on(date(2026, 11, 17))).expect("over");
    assert_eq!(over.status(), CaseStatus::Closed);
}

#[test]
fn m4_an_incomplete_slot_is_no_supply_and_a_stranger_supplies_nothing() {
    let case = accepted(vec![owed(RULES, OnDefault::Close)]);
    let empty = Facts { notice_complete: false, ..facts_on(date(2026, 11, 3)) };
    assert_eq!(decide(&case, &supply(RULES), APPLIES, &empty), Err(R::SupplyIncomplete));
    assert_eq!(decide(&case, &supply("other"), APPLIES, &facts_on(date(2026, 11, 3))), Err(R::OwedUnknown));
    let before = Case { owed: vec![owed(RULES, OnDefault::Close)], ..sample_case(CaseStatus::Received) };
    assert_eq!(decide(&before, &supply(RULES), APPLIES, &facts_on(date(2026, 11, 3))), Err(R::WrongState));
}

#[test]
fn m4_one_that_may_be_refused_keeps_the_case_open_for_a_person() {
    let case = accepted(vec![owed(RULES, OnDefault::Close), owed(PLAN, OnDefault::Refuse)]);
    let day = facts_on(date(2026, 11, 10));
    let over = run(&case, &Command::LapseOwed, Actor::System, &day).expect("over");
    assert_eq!(over.status(), CaseStatus::InProgress, "rules never take");
    assert!(over.owed.iter().all(|o| matches!(o.state, OwedState::Lapsed { .. })));
    assert!(over.suspensions.iter().all(|s| s.to.is_some()), "now the office has to act");
    let refuse = Command::Decide(Decision::Refuse { reasons: vec!["没有补交".into()] });
    assert_eq!(run(&over, &refuse, Actor::Approver(APPROVER), &day).map(|c| c.status()), Ok(CaseStatus::Decided));
}

#[test]
fn m4_a_special_procedure_and_an_owed_material_stop_the_clock_each_for_itself() {
    let specials = sample_specials();
    let day = Facts { specials: &specials, ..facts_on(date(2026, 11, 3)) };
    let case = accepted(vec![owed(RULES, OnDefault::Close)]);
    let start = Command::StartSpecial { procedure: "review".into() };
    let reviewed = run(&case, &start, Actor::Approver(APPROVER), &day).expect("starts");
    let supplied = run(&reviewed, &supply(RULES), APPLIES, &day).expect("while it runs");
    assert_eq!(supplied.status(), CaseStatus::Suspended);
    assert_eq!(supplied.suspensions.iter().filter(|s| s.to.is_none()).count(), 1, "only the review");
    let end = Command::EndSpecial { finding: "通过".into() };
    let other = run(&reviewed, &end, Actor::Approver(APPROVER), &day).expect("ends");
    let open: Vec<&str> = other.suspensions.iter().filter(|s| s.to.is_none()).map(|s| s.reason.as_str()).collect();
    assert_eq!(open, [WAITING], "only the waiting");
}

#[test]
fn m5_complete_and_promised_is_decided_on_the_spot_and_not_while_something_is_owed() {
    let promised = Promised {
        material: PLAN.into(),
        name: "检测报告".into(),
        title: "承诺书".into(),
        immediate: true,
        follow_up_days: 30,
    };
    let mut case = accepted(Vec::new());
    assert!(!case.on_the_spot());
    case.promised = vec![promised];
    assert!(case.on_the_spot());
    case.owed = vec![owed(RULES, OnDefault::Close)];
    assert!(!case.on_the_spot());
    let plain = Case { owed: Vec::new(), ..case.clone() };
    assert!(!rules_may_grant(&plain, &[]), "a promise is read by a person");
    assert!(!rules_may_grant(&Case { promised: Vec::new(), ..case }, &[]), "so is what is owed");
}

#[test]
fn m4_cases_stored_before_still_read() {
    let mut value = serde_json::to_value(sample_case(CaseStatus::InProgress)).expect("writes");
    let fields = value.as_object_mut().expect("a record");
    fields.remove("owed");
    fields.remove("promised");
    let case: Case = serde_json::from_value(value).expect("reads");
    assert!(case.owed.is_empty() && case.promised.is_empty());
}

#[test]
fn m4_every_event_of_an_owed_material_reads_back() {
    let at = facts_on(date(2026, 11, 2)).now;
    let (from, until) = (date(2026, 11, 2), date(2026, 11, 9));
    let events = [
        Event::OwedDated { at, from, dates: vec![(RULES.into(), until)] },
        Event::OwedSupplied { at, material: RULES.into() },
        Event::OwedMet { at, by: CLERK, material: RULES.into() },
        Event::OwedReturned { at, by: CLERK, material: RULES.into(), texts: vec!["缺页".into()], from, until },
        Event::OwedLapsed { at, on: until, materials: vec![RULES.into()], closes: true },
    ];
    for event in events {
        let text = serde_json::to_string(&event).expect("writes");
        assert_eq!(serde_json::from_str::<Event>(&text).expect("reads"), event);
        assert!(text.contains(event.kind()));
    }
}

#[test]
fn m4_the_statement_says_what_until_when_and_what_otherwise() {
    let mut rule =
        Deferral { days: 5, unit: LimitUnit::WorkingDays, on_default: OnDefault::Refuse, basis: "某条".into() };
    let text = rule.statement("平面图");
    for part in ["“平面图”", "受理后 5 个工作日内补交", "不予批准"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    rule.on_default = OnDefault::Close;
    assert!(rule.statement("平面图").contains("重新申请"));
}

proptest! {
    /// Whatever happens in whatever order: never granted without everything, never lapsed in time,
    /// and the clock waits exactly while something is out.
    #[test]
    fn m4_no_order_of_acts_grants_what_is_owed(steps in prop::collection::vec((0_u8..6, 0_i64..4), 1..30)) {
        let grant = Command::Decide(Decision::Grant);
        let mut case = accepted(vec![owed(RULES, OnDefault::Close), owed(PLAN, OnDefault::Refuse)]);
        let mut day = date(2026, 11, 2);
        for (what, days) in steps {
            day = day.saturating_add(jiff::Span::new().days(days));
            let facts = facts_on(day);
            let (command, actor) = match what {
                0 => (supply(RULES), APPLIES),
                1 => (supply(PLAN), APPLIES),
                2 => (judge(RULES, &[]), Actor::Clerk(CLERK)),
                3 => (judge(PLAN, if days % 2 == 0 { &[] } else { &["缺页"] }), Actor::Clerk(CLERK)),
                4 => (Command::LapseOwed, Actor::System),
                _ => (grant.clone(), Actor::Approver(APPROVER)),
            };
            let before = case.clone();
            if let Ok(next) = run(&case, &command, actor, &facts) {
                case = next;
            }
            let met = before.owed.iter().all(|o| matches!(o.state, OwedState::Met { .. }));
            prop_assert!(case.status() != CaseStatus::Decided || before.status() == CaseStatus::Decided || met);
            for (old, new) in before.owed.iter().zip(&case.owed) {
                let lapses = old.state == OwedState::Promised && matches!(new.state, OwedState::Lapsed { .. });
                prop_assert!(!lapses || old.until.is_some_and(|until| until < day));
            }
            let out = case.owed.iter().any(Owed::is_open) && !case.status().is_final();
            let waits = case.suspensions.iter().any(|s| s.to.is_none()) && !case.status().is_final();
            prop_assert_eq!(out, waits);
        }
    }

    /// The last day is the one the clock of cases gives, never the first day and never a day off.
    #[test]
    fn m4_the_last_day_is_counted_by_the_same_clock(days in 1_u16..40, offset in 0_i64..300, working in any::<bool>()) {
        let calendar = WorkCalendar::new();
        let start = date(2026, 1, 5).saturating_add(jiff::Span::new().days(offset));
        let unit = if working { LimitUnit::WorkingDays } else { LimitUnit::Days };
        let until = last_day(days, unit, start, &calendar);
        prop_assert!(until > start);
        prop_assert!(calendar.is_working_day(until));
        let limit = domain::time::Limit {
            amount: u32::from(days),
            unit,
            start: domain::time::LimitStart::Acceptance,
            basis: String::new(),
        };
        let Clock::Running { due, .. } = deadline(&limit, start, 0, &[], &calendar, start).clock else {
            return Err(TestCaseError::fail("stands still"));
        };
        prop_assert_eq!(due, until);
    }
}
