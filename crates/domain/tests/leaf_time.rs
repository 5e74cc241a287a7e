//! The working-day calendar and the clock of a case, on the arrangement of 2026.

use domain::time::{
    Alert, CalendarError, Clock, DayKind, Deadline, Instant, Limit, LimitStart, LimitUnit, LineKind, OffReason,
    Suspension, WorkCalendar, YearCalendar, deadline,
};
use jiff::{
    Span,
    civil::{Date, date, time},
};
use proptest::prelude::*;

const ARRANGEMENT_2026: &str = r#"
year = 2026
off = [
  "2026-01-01", "2026-01-02", "2026-01-03",
  "2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23",
  "2026-04-04", "2026-04-05", "2026-04-06",
  "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
  "2026-06-19", "2026-06-20", "2026-06-21",
  "2026-09-25", "2026-09-26", "2026-09-27",
  "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07",
]
make_up = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
[[local]]
date = "2026-04-15"
name = "泼水节"
"#;

fn calendar() -> WorkCalendar {
    let mut calendar = WorkCalendar::new();
    calendar
        .add_year(toml::from_str(ARRANGEMENT_2026).expect("the published arrangement"))
        .expect("a consistent arrangement");
    calendar
}

fn limit(amount: u32, unit: LimitUnit) -> Limit {
    Limit { amount, unit, start: LimitStart::Acceptance, basis: "行政许可法第四十二条".to_owned() }
}

fn stop(from: Date, to: Option<Date>) -> Suspension {
    Suspension { from, to, reason: "检验检测".to_owned() }
}

/// Seen from the day of the start.
fn due(limit: &Limit, start: Date, stops: &[Suspension]) -> Deadline {
    deadline(limit, start, 0, stops, &calendar(), start)
}

#[test]
fn h7_days_off_carry_their_reason() {
    let calendar = calendar();
    assert_eq!(calendar.day_kind(date(2026, 10, 5)), DayKind::Off(OffReason::National("国庆节")));
    assert_eq!(calendar.day_kind(date(2026, 2, 23)), DayKind::Off(OffReason::National("春节")));
    assert_eq!(calendar.day_kind(date(2026, 6, 19)), DayKind::Off(OffReason::National("端午节")));
    assert_eq!(calendar.day_kind(date(2026, 4, 15)), DayKind::Off(OffReason::Local("泼水节")));
    assert_eq!(calendar.day_kind(date(2026, 11, 22)), DayKind::Off(OffReason::Weekend));
    assert_eq!(calendar.day_kind(date(2026, 10, 10)), DayKind::MakeUp);
    assert_eq!(calendar.day_kind(date(2026, 10, 8)), DayKind::Working);
    // 365 days less 104 weekend days, 33 listed of which 13 weekend days, 6 made up, 1 local.
    assert_eq!(calendar.working_days_between(date(2025, 12, 31), date(2026, 12, 31)), 247);
}

#[test]
fn h7_unpublished_year_is_provisional() {
    let calendar = calendar();
    assert!(calendar.knows(2026) && !calendar.knows(2027));
    for off in [date(2027, 1, 1), date(2027, 5, 1), date(2027, 5, 2), date(2027, 10, 1), date(2027, 10, 3)] {
        assert!(!calendar.is_working_day(off), "{off}");
    }
    assert!(calendar.is_working_day(date(2027, 10, 4)));
    let over = due(&limit(10, LimitUnit::WorkingDays), date(2026, 12, 28), &[]);
    assert!(over.provisional);
    assert_eq!(over.due(), Some(date(2027, 1, 12)));
    let within = due(&limit(3, LimitUnit::WorkingDays), date(2026, 12, 28), &[]);
    assert!(!within.provisional, "29, 30 and 31 December are published");
    assert_eq!(within.due(), Some(date(2026, 12, 31)));
    let calendar_days = due(&limit(60, LimitUnit::Days), date(2026, 12, 1), &[]);
    assert!(calendar_days.provisional, "whether its last day is off is not known");
}

#[test]
fn h7_the_next_year_is_asked_for_from_november_on() {
    let calendar = calendar();
    for (today, missing) in [
        (date(2026, 1, 1), None),
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), Some(2027)),
        (date(2026, 12, 31), Some(2027)),
        (date(2027, 1, 1), Some(2027)),
        (date(2027, 11, 1), Some(2027)),
    ] {
        assert_eq!(calendar.missing_year(today), missing, "{today}");
    }
    assert_eq!(WorkCalendar::new().missing_year(date(2026, 3, 1)), Some(2026));
}

#[test]
fn h7_bad_arrangements_are_refused() {
    let year = |off: Vec<Date>, make_up: Vec<Date>| YearCalendar { year: 2026, off, make_up, local: vec![] };
    let load = |year| WorkCalendar::new().add_year(year).unwrap_err();
    assert_eq!(load(year(vec![date(2025, 5, 1)], vec![])), CalendarError::OutsideYear);
    assert_eq!(load(year(vec![date(2026, 5, 9)], vec![date(2026, 5, 9)])), CalendarError::Contradiction);
    assert_eq!(load(year(vec![], vec![date(2026, 5, 8)])), CalendarError::MakeUpOnWeekday);
    let mut twice = calendar();
    assert_eq!(twice.add_year(year(vec![], vec![])), Err(CalendarError::Duplicate));
    let json = serde_json::to_string(&calendar()).unwrap();
    assert_eq!(serde_json::from_str::<WorkCalendar>(&json).unwrap(), calendar());
}

#[test]
fn h7_working_days_skip_national_day_and_count_the_make_up_day() {
    // Accepted on Monday 28 September: 29, 30; National Day 1–7; 8, 9 and Saturday 10 (made up).
    let five = due(&limit(5, LimitUnit::WorkingDays), date(2026, 9, 28), &[]);
    assert_eq!(five.due(), Some(date(2026, 10, 10)));
    let lines: Vec<String> = five.lines.iter().map(domain::time::ClockLine::text_zh).collect();
    assert_eq!(
        lines,
        [
            "2026年9月28日：起始当天，不计入",
            "2026年9月29日至2026年9月30日：计入 2 天",
            "2026年10月1日至2026年10月7日：国庆节，不计入",
            "2026年10月8日至2026年10月9日：计入 2 天",
            "2026年10月10日：调休上班，计入 1 天",
        ]
    );
    assert_eq!(five.days_left(), Some(5));
}

#[test]
fn h7_local_holiday_moves_the_limit() {
    let two = due(&limit(2, LimitUnit::WorkingDays), date(2026, 4, 14), &[]);
    assert_eq!(two.due(), Some(date(2026, 4, 17)));
    assert!(two.lines.iter().any(|line| line.kind == LineKind::Holiday { name: "泼水节".to_owned() }));
}

#[test]
fn h7_spring_festival_and_its_make_up_days() {
    // Friday 13 February: Saturday 14 works, 15–23 off, 24–27 work, Saturday 28 works.
    let six = due(&limit(6, LimitUnit::WorkingDays), date(2026, 2, 13), &[]);
    assert_eq!(six.due(), Some(date(2026, 2, 28)));
}

#[test]
fn h7_instant_cases_are_due_the_same_day() {
    let instant = limit(0, LimitUnit::WorkingDays);
    assert_eq!(due(&instant, date(2026, 11, 20), &[]).due(), Some(date(2026, 11, 20)));
    let sunday = due(&instant, date(2026, 11, 22), &[]);
    assert_eq!(sunday.due(), Some(date(2026, 11, 23)));
    assert_eq!(sunday.lines.last().unwrap().kind, LineKind::Moved { reason: "周末".to_owned() });
}

#[test]
fn h7_days_and_months_move_off_a_day_off() {
    // 3 October is a holiday; the next working day is the 8th.
    let days = due(&limit(15, LimitUnit::Days), date(2026, 9, 18), &[]);
    assert_eq!(days.due(), Some(date(2026, 10, 8)));
    assert_eq!(days.lines.last().unwrap().text_zh(), "2026年10月3日：期满日遇国庆节，顺延到2026年10月8日");
    assert_eq!(due(&limit(15, LimitUnit::Days), date(2026, 11, 2), &[]).due(), Some(date(2026, 11, 17)));
    // Born on 31 January: one month ends on 28 February, a Saturday on which people work.
    let month = limit(1, LimitUnit::Months);
    assert_eq!(due(&month, date(2026, 1, 31), &[]).due(), Some(date(2026, 2, 28)));
    assert_eq!(due(&month, date(2026, 3, 31), &[]).due(), Some(date(2026, 4, 30)));
    assert_eq!(due(&month, date(2026, 10, 16), &[]).due(), Some(date(2026, 11, 16)));
    assert_eq!(due(&month, date(2026, 10, 22), &[]).due(), Some(date(2026, 11, 23)), "22 November is a Sunday");
}

#[test]
fn h7_extension_is_told_apart() {
    let monday = date(2026, 11, 2);
    let extended = deadline(&limit(20, LimitUnit::WorkingDays), monday, 10, &[], &calendar(), monday);
    assert_eq!(extended.due(), Some(date(2026, 12, 14)));
    let counted: Vec<_> = extended.lines.iter().map(|line| (line.kind.clone(), line.days)).collect();
    assert_eq!(counted, [(LineKind::StartNotCounted, 0), (LineKind::Counted, 20), (LineKind::CountedExtension, 10),]);
}

#[test]
fn h7_suspended_days_do_not_count() {
    // Inspection from Wednesday 4 (not counted) to Monday 9, when it ends (counted).
    let stops = [stop(date(2026, 11, 4), Some(date(2026, 11, 9)))];
    let five = due(&limit(5, LimitUnit::WorkingDays), date(2026, 11, 2), &stops);
    assert_eq!(five.due(), Some(date(2026, 11, 12)));
    assert_eq!(five.lines[2].text_zh(), "2026年11月4日至2026年11月8日：检验检测期间，不计入");
    // Overlapping ones are not counted twice, an empty one not at all.
    let overlapping = [
        stops[0].clone(),
        stop(date(2026, 11, 5), Some(date(2026, 11, 9))),
        stop(date(2026, 11, 10), Some(date(2026, 11, 10))),
    ];
    assert_eq!(due(&limit(5, LimitUnit::WorkingDays), date(2026, 11, 2), &overlapping).due(), five.due());
    // A month is prolonged by the calendar days of the suspension: 2 December + 5.
    assert_eq!(due(&limit(1, LimitUnit::Months), date(2026, 11, 2), &stops).due(), Some(date(2026, 12, 7)));
}

#[test]
fn h7_open_suspension_pauses_the_clock() {
    let calendar = calendar();
    let (start, ten) = (date(2026, 11, 2), limit(10, LimitUnit::WorkingDays));
    let stops = [stop(date(2026, 11, 5), None)];
    let at = |today| deadline(&ten, start, 0, &stops, &calendar, today);
    assert_eq!(at(date(2026, 11, 4)).due(), Some(date(2026, 11, 16)), "it has not begun");
    let paused = at(date(2026, 11, 20));
    assert_eq!(paused.clock, Clock::Paused { since: date(2026, 11, 5), used: 2, left: 8 });
    assert_eq!((paused.due(), paused.days_left(), paused.alert(3)), (None, None, Alert::None));
    assert_eq!(paused.lines.last().unwrap().text_zh(), "2026年11月5日至2026年11月20日：因检验检测暂停计时");
    // A suspension that begins after the limit has run out rescues nothing.
    let late = [stop(date(2026, 11, 18), None)];
    let overdue = deadline(&ten, start, 0, &late, &calendar, date(2026, 11, 20));
    assert_eq!(overdue.clock, Clock::Running { due: date(2026, 11, 16), days_left: -4 });
}

#[test]
fn h7_warns_before_it_runs_out() {
    let calendar = calendar();
    let five = limit(5, LimitUnit::WorkingDays);
    let at = |day| deadline(&five, date(2026, 11, 16), 0, &[], &calendar, date(2026, 11, day));
    for (day, left, alert) in
        [(16, 5, Alert::None), (19, 2, Alert::Soon), (23, 0, Alert::Soon), (24, -1, Alert::Overdue)]
    {
        assert_eq!((at(day).days_left(), at(day).alert(2)), (Some(left), alert), "day {day}");
    }
    // Overdue over a weekend is overdue, although no working day has passed.
    let friday = deadline(&limit(4, LimitUnit::WorkingDays), date(2026, 11, 16), 0, &[], &calendar, date(2026, 11, 21));
    assert_eq!(friday.clock, Clock::Running { due: date(2026, 11, 20), days_left: -1 });
}

#[test]
fn h6_limits_are_data_of_the_region() {
    #[derive(serde::Deserialize)]
    struct Region {
        limits: std::collections::BTreeMap<String, Limit>,
    }
    let region: Region = toml::from_str(
        r#"
        [limits.establishment]
        amount = 3
        unit = "working_days"
        start = "acceptance"
        basis = "3550 改革方案"
        [limits.real_estate]
        amount = 5
        unit = "working_days"
        start = "receipt"
        basis = "3550 改革方案"
        [limits.birth]
        amount = 1
        unit = "months"
        start = "birth"
        basis = "户口登记条例第七条"
        "#,
    )
    .unwrap();
    let monday = date(2026, 11, 16);
    let day = |name: &str| due(&region.limits[name], monday, &[]).due();
    assert_eq!(day("establishment"), Some(date(2026, 11, 19)));
    assert_eq!(day("real_estate"), Some(date(2026, 11, 23)));
    assert_eq!(day("birth"), Some(date(2026, 12, 16)));
    assert_eq!(region.limits["real_estate"].start, LimitStart::Receipt);
    let overdue = deadline(&region.limits["establishment"], monday, 0, &[], &calendar(), date(2026, 11, 23));
    assert_eq!(overdue.alert(1), Alert::Overdue);
}

#[test]
fn h7_far_limits_end_with_the_calendar() {
    for unit in [LimitUnit::WorkingDays, LimitUnit::Days, LimitUnit::Months] {
        assert!(due(&limit(u32::MAX, unit), date(9990, 1, 1), &[]).due().is_some());
    }
}

#[test]
fn instants_show_the_time_of_china() {
    let instant = Instant::at_china(date(2026, 11, 22), time(10, 32, 0, 0));
    assert_eq!(instant.0, 1_795_314_720_000_000);
    assert_eq!(instant.format_zh(), "2026年11月22日 10:32");
    assert_eq!(instant.hour_minute(), "10:32");
    assert_eq!(Instant::start_of(date(2026, 11, 22)).plus_seconds(-1).date_in_china(), date(2026, 11, 21));
    assert_eq!(Instant(0).format_zh(), "1970年1月1日 08:00");
    assert_eq!(Instant(i64::MAX).date_in_china().year(), 9999);
    assert_eq!(Instant(i64::MIN).date_in_china().year(), -9999);
}

fn day(offset: i32) -> Date {
    date(2025, 12, 1).saturating_add(Span::new().days(offset))
}

fn any_unit() -> impl Strategy<Value = LimitUnit> {
    prop_oneof![Just(LimitUnit::WorkingDays), Just(LimitUnit::Days), Just(LimitUnit::Months)]
}

fn any_stops() -> impl Strategy<Value = Vec<Suspension>> {
    let one = (0..400_i32, 0..40_i32).prop_map(|(from, days)| stop(day(from), Some(day(from + days))));
    prop::collection::vec(one, 0..4)
}

proptest! {
    #[test]
    fn h7_adding_working_days_counts_back(offset in 0..700_i32, count in 0..120_u32) {
        let calendar = calendar();
        let end = calendar.add_working_days(day(offset), count);
        prop_assert_eq!(calendar.working_days_between(day(offset), end), i32::try_from(count).unwrap());
        prop_assert_eq!(calendar.working_days_between(end, day(offset)), -i32::try_from(count).unwrap());
        prop_assert!(count == 0 || calendar.is_working_day(end));
    }

    #[test]
    fn h7_a_later_start_is_never_due_earlier(offset in 0..500_i32, later in 0..60_i32, amount in 0..40_u32,
                                             unit in any_unit(), stops in any_stops()) {
        let stops = if unit == LimitUnit::Months { &[][..] } else { &stops };
        let amount = if unit == LimitUnit::Months { amount % 7 } else { amount };
        let first = due(&limit(amount, unit), day(offset), stops).due();
        prop_assert!(first <= due(&limit(amount, unit), day(offset + later), stops).due());
    }

    #[test]
    fn h7_suspension_and_extension_never_shorten(offset in 0..500_i32, amount in 0..40_u32, extension in 0..11_u32,
                                                 unit in any_unit(), stops in any_stops()) {
        let amount = if unit == LimitUnit::Months { amount % 7 } else { amount };
        let (limit, start) = (limit(amount, unit), day(offset));
        let plain = due(&limit, start, &[]).due();
        prop_assert!(due(&limit, start, &stops).due() >= plain);
        prop_assert!(deadline(&limit, start, extension, &[], &calendar(), start).due() >= plain);
    }

    #[test]
    fn h7_the_lines_add_up(offset in 0..500_i32, amount in 1..60_u32, extension in 0..11_u32, stops in any_stops(),
                           working in any::<bool>()) {
        let unit = if working { LimitUnit::WorkingDays } else { LimitUnit::Days };
        let result = deadline(&limit(amount, unit), day(offset), extension, &stops, &calendar(), day(offset));
        prop_assert_eq!(result.lines.iter().map(|line| line.days).sum::<u32>(), amount + extension);
        let end = result.due().unwrap();
        prop_assert!(calendar().is_working_day(end));
        prop_assert!(!stops.iter().any(|stop| stop.covers(end, day(offset))));
        prop_assert!(result.lines.windows(2).all(|pair| pair[0].from <= pair[1].from));
        prop_assert_eq!(result.lines.last().map(|line| line.to), Some(end));
        prop_assert_eq!(serde_json::from_str::<Deadline>(&serde_json::to_string(&result).unwrap()).unwrap(), result);
    }
}
