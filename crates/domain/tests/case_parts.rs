//! Parts of a joint case: fan-out, order, failure, and the rule of the end (C9).

use domain::case::render::{APPROVER, sample_joint, sample_part_states};
use domain::case::{
    Case, Event, PartCommand, PartState, PartsOutcome, Refusal, SubCase, apply, decide_part, parts_outcome,
};
use domain::time::Instant;
use proptest::prelude::*;

const NOW: Instant = Instant(1_793_600_000_000_000);

fn sub(part: &str, after: &[&str], state: PartState) -> SubCase {
    SubCase {
        part: part.into(),
        title: part.into(),
        body: "body".into(),
        after: after.iter().map(|&id| id.to_owned()).collect(),
        after_end: Vec::new(),
        state,
    }
}

fn done() -> PartState {
    PartState::Done { at: NOW, by: APPROVER, note: String::new() }
}

fn failed() -> PartState {
    PartState::Failed { at: NOW, by: APPROVER, reason: "缺材料".into() }
}

fn open() -> PartState {
    PartState::Open { since: NOW }
}

fn case_of(parts: Vec<SubCase>) -> Case {
    Case { parts, ..sample_joint(PartState::Waiting) }
}

fn finish() -> PartCommand {
    PartCommand::Finish { note: "  ".into() }
}

fn fail() -> PartCommand {
    PartCommand::Fail { reason: "缺材料".into() }
}

fn reopen() -> PartCommand {
    PartCommand::Reopen { reason: "补好了".into() }
}

fn act(case: Case, part: &str, command: &PartCommand) -> Result<Case, Refusal> {
    let event = decide_part(&case.parts, part, command, APPROVER, NOW)?;
    Ok(apply(case, &event))
}

/// The states in the order of the list, in one word each.
fn states(case: &Case) -> Vec<&'static str> {
    case.parts.iter().map(|p| p.state.title()).collect()
}

#[test]
fn c9_the_rule_of_the_end_for_every_pair_of_states() {
    for (i, one) in sample_part_states().into_iter().enumerate() {
        for (j, two) in sample_part_states().into_iter().enumerate() {
            let list = [sub("one", &[], one.clone()), sub("two", &[], two.clone())];
            let got = parts_outcome(&list);
            // In the order of `sample_part_states`: 0 waiting, 1 open, 2 done, 3 failed, 4 blocked, 5 not needed.
            let (running, well, badly) = (|s: usize| s <= 1, |s: usize| s == 2, |s: usize| s == 3 || s == 4);
            let name = |wanted: fn(usize) -> bool| -> Vec<String> {
                [(i, "one"), (j, "two")].into_iter().filter(|(s, _)| wanted(*s)).map(|(_, n)| n.to_owned()).collect()
            };
            let want = if running(i) || running(j) {
                PartsOutcome::Running
            } else if !badly(i) && !badly(j) {
                PartsOutcome::Complete
            } else if well(i) || well(j) {
                PartsOutcome::Partial { done: name(|s| s == 2), failed: name(|s| s == 3 || s == 4) }
            } else {
                PartsOutcome::Nothing { failed: name(|s| s == 3 || s == 4) }
            };
            assert_eq!(got, want, "{} and {}", one.title(), two.title());
        }
    }
    assert_eq!(parts_outcome(&[]), PartsOutcome::Complete, "a case without parts is decided as a whole");
}

#[test]
fn c9_a_failure_stops_only_what_waits_for_it_and_mending_lets_it_go_on() {
    let parts = vec![
        sub("birth", &[], PartState::NotNeeded),
        sub("vaccine", &["birth"], open()),
        sub("household", &["birth"], open()),
        sub("insurance", &["household"], PartState::Waiting),
        sub("card", &["insurance"], PartState::Waiting),
    ];
    let event = decide_part(&parts, "household", &fail(), APPROVER, NOW).expect("it may fail");
    let Event::PartFailed { stopped, opened, .. } = &event else { panic!("{event:?}") };
    assert_eq!((stopped.join(" "), opened.len()), ("insurance card".to_owned(), 0));
    let case = apply(case_of(parts), &event);
    assert_eq!(states(&case), ["不用办", "正在办", "没办成", "停下来等", "停下来等"]);
    let by = |index: usize| case.parts[index].state.clone();
    assert_eq!(by(4), PartState::Blocked { by: "household".into() }, "named is the part that failed, not the link");

    let case = act(case, "vaccine", &finish()).expect("the others go on");
    assert!(matches!(parts_outcome(&case.parts), PartsOutcome::Partial { .. }));
    assert_eq!(act(case.clone(), "card", &finish()), Err(Refusal::PartWaiting));
    assert_eq!(act(case.clone(), "vaccine", &reopen()), Err(Refusal::PartNotFailed));
    assert_eq!(act(case.clone(), "vaccine", &fail()), Err(Refusal::AlreadyDone));
    assert_eq!(act(case.clone(), "birth", &finish()), Err(Refusal::PartUnknown));

    let case = act(case, "household", &reopen()).expect("mended");
    assert_eq!(states(&case), ["不用办", "办好", "正在办", "等前面的", "等前面的"]);
    let case = act(case, "household", &finish()).expect("done");
    assert_eq!(states(&case), ["不用办", "办好", "办好", "正在办", "等前面的"]);
}

#[test]
fn c9_a_part_that_waits_only_for_the_end_begins_after_a_failure_too() {
    let relief =
        SubCase { after_end: vec!["basic".into(), "serious".into()], ..sub("relief", &[], PartState::Waiting) };
    let parts = vec![sub("basic", &[], open()), sub("serious", &["basic"], PartState::Waiting), relief];
    let event = decide_part(&parts, "basic", &fail(), APPROVER, NOW).expect("it may fail");
    assert!(matches!(&event, Event::PartFailed { opened, .. } if opened.join(" ") == "relief"), "{event:?}");
    let case = apply(case_of(parts), &event);
    assert_eq!(states(&case), ["没办成", "停下来等", "正在办"]);
}

#[test]
fn c9_a_failure_needs_a_reason_and_a_note_may_be_empty() {
    let parts = vec![sub("one", &[], open())];
    let blank = PartCommand::Fail { reason: " \n".into() };
    assert_eq!(decide_part(&parts, "one", &blank, APPROVER, NOW), Err(Refusal::ReasonMissing));
    let event = decide_part(&parts, "one", &finish(), APPROVER, NOW).expect("done");
    assert!(matches!(event, Event::PartFinished { note, .. } if note.is_empty()));
}

#[test]
fn c9_cases_stored_before_there_were_parts_still_load() {
    let case = case_of(Vec::new());
    let mut stored = serde_json::to_value(&case).expect("serialises");
    stored.as_object_mut().expect("an object").remove("parts");
    assert_eq!(serde_json::from_value::<Case>(stored).expect("loads"), case);
    let with = case_of(vec![sub("one", &[], done()), sub("two", &["one"], failed())]);
    let text = serde_json::to_string(&with).expect("serialises");
    assert_eq!(serde_json::from_str::<Case>(&text).expect("loads"), with);
}

/// An acyclic order: each part may wait for earlier ones; some parts are not needed.
fn graph() -> impl Strategy<Value = Vec<SubCase>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), 0..5_u8), 1..7).prop_map(|rows| {
        let name = |index: usize| format!("p{index}");
        let earlier = |bits: u8, index: usize| (0..index).filter(|i| bits & (1 << i) != 0).map(name).collect();
        let make = |(index, (after, after_end, kind)): (usize, (u8, u8, u8))| SubCase {
            part: name(index),
            title: name(index),
            body: "body".into(),
            after: earlier(after, index),
            after_end: earlier(after_end & !after, index),
            state: if kind == 0 { PartState::NotNeeded } else { PartState::Waiting },
        };
        let list = rows.into_iter().enumerate().map(make).collect();
        begin(list)
    })
}

/// Lets the first parts open, as acceptance does: a part beside them that fails and is taken up
/// again makes everybody stand where they belong.
fn begin(mut list: Vec<SubCase>) -> Vec<SubCase> {
    list.push(sub("gate", &[], failed()));
    let mut case = act(case_of(list), "gate", &reopen()).expect("a failed part may be taken up again");
    case.parts.pop();
    case.parts
}

fn never_two_open_where_one_waits(case: &Case) -> bool {
    let is_open = |id: &String| case.parts.iter().any(|p| p.part == *id && matches!(p.state, PartState::Open { .. }));
    case.parts.iter().all(|p| !is_open(&p.part) || !p.after.iter().any(is_open))
}

fn open_parts(case: &Case) -> Vec<String> {
    let open = case.parts.iter().filter(|p| matches!(p.state, PartState::Open { .. }));
    open.map(|p| p.part.clone()).collect()
}

/// Finishes open parts until none is, picking by `picks`.
fn finish_all(mut case: Case, picks: &[u8]) -> Case {
    let mut picks = picks.iter().cycle();
    loop {
        let open = open_parts(&case);
        if open.is_empty() {
            return case;
        }
        let pick = usize::from(*picks.next().expect("a cycle")) % open.len();
        case = act(case, &open[pick], &finish()).expect("an open part may be finished");
        assert!(never_two_open_where_one_waits(&case));
    }
}

proptest! {
    #[test]
    fn c9_any_commands_in_any_order_keep_the_order_and_lead_to_an_end(
        parts in graph(),
        commands in prop::collection::vec((any::<u8>(), 0..3_u8), 0..40),
        picks in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let mut case = case_of(parts);
        for (pick, kind) in commands {
            let part = case.parts[usize::from(pick) % case.parts.len()].part.clone();
            let command = [finish(), fail(), reopen()][usize::from(kind)].clone();
            if let Ok(next) = act(case.clone(), &part, &command) {
                case = next;
            }
            prop_assert!(never_two_open_where_one_waits(&case), "{:?}", states(&case));
            // While something waits, something is open: nobody waits for nothing.
            let waits = case.parts.iter().any(|p| p.state == PartState::Waiting);
            prop_assert!(!waits || !open_parts(&case).is_empty(), "{:?}", states(&case));
        }
        let mut case = finish_all(case, &picks);
        prop_assert_ne!(parts_outcome(&case.parts), PartsOutcome::Running);
        // Everything that failed can be mended, and then all comes to a good end.
        while let Some(part) = case.parts.iter().find(|p| matches!(p.state, PartState::Failed { .. })) {
            let part = part.part.clone();
            case = finish_all(act(case, &part, &reopen()).expect("mended"), &picks);
        }
        prop_assert_eq!(parts_outcome(&case.parts), PartsOutcome::Complete);
    }

    #[test]
    fn c9_finishing_in_any_order_gives_the_same(
        parts in graph(),
        one in prop::collection::vec(any::<u8>(), 1..20),
        two in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let (first, second) = (finish_all(case_of(parts.clone()), &one), finish_all(case_of(parts), &two));
        prop_assert_eq!(first, second);
    }
}
