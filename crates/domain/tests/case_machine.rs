//! State × command: every cell is stated here, and the rendered document must agree.

use domain::case::render::*;
use domain::case::*;
use domain::ids::StaffId;
use uuid::Uuid;

use CaseStatus::{Closed, Correcting, Decided, InProgress, Received, Suspended};
use Refusal as R;

type Cell = Result<CaseStatus, Refusal>;

/// Columns: 收件, 补齐补正, 在办, 挂起, 办结, 退件.
fn expected(command: &str) -> [Cell; 6] {
    let wrong = Err(R::WrongState);
    match command {
        "另一方确认" => [Err(R::PartyNotNeeded); 6],
        "一次性告知" => [Ok(Correcting), wrong, wrong, wrong, wrong, wrong],
        "补正提交" => [wrong, Ok(Received), wrong, wrong, wrong, wrong],
        "补正退回（仅原项）" => [wrong; 6],
        "受理" => [Ok(InProgress), wrong, wrong, wrong, wrong, wrong],
        "不予受理" => [Ok(Closed), wrong, wrong, wrong, wrong, wrong],
        "记录缴款" | "免缴" => [Err(R::NoBill); 6],
        "开始现场勘验" => [wrong, wrong, Ok(InProgress), Err(R::SpecialRunning), wrong, wrong],
        "开始专家评审" => [wrong, wrong, Ok(Suspended), Err(R::SpecialRunning), wrong, wrong],
        "结束特别程序" => [wrong, wrong, Err(R::NoSpecial), Ok(InProgress), wrong, wrong],
        "分项办好了" | "分项没办成" | "分项重新办" => {
            [wrong, wrong, Err(R::PartUnknown), Err(R::SpecialRunning), wrong, wrong]
        }
        "补交" | "补交合格" | "补交退回" => {
            [wrong, wrong, Err(R::OwedUnknown), Err(R::OwedUnknown), wrong, wrong]
        }
        "到期未补" => [wrong, wrong, Err(R::NotOverdue), Err(R::NotOverdue), wrong, wrong],
        "准予" | "不予许可" => [wrong, wrong, Ok(Decided), Err(R::SpecialRunning), Err(R::AlreadyDone), wrong],
        "出具结果" => [wrong, wrong, wrong, wrong, Ok(Decided), wrong],
        "撤回" => [Ok(Closed), Ok(Closed), Ok(Closed), Ok(Closed), wrong, Err(R::AlreadyDone)],
        // Where the drawing's staff have acted, nothing can be undone any more.
        "撤销（十分钟内）" => {
            let acted = Err(R::StaffActed);
            [Ok(Closed), acted, acted, acted, acted, Err(R::AlreadyDone)]
        }
        other => panic!("no row for {other}"),
    }
}

#[test]
fn every_state_meets_every_command() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    for (name, command, actor) in sample_commands() {
        for (status, want) in CaseStatus::ALL.into_iter().zip(expected(name)) {
            let got = outcome(&sample_case(status), &command, actor, &facts);
            assert_eq!(got, want, "{name} in {}", status.title());
        }
    }
}

#[test]
fn every_command_refuses_every_other_actor() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let stranger = domain::ids::AccountId(Uuid::from_u128(77));
    let actors = [
        Actor::Applicant(APPLICANT),
        Actor::Applicant(stranger),
        Actor::Party,
        Actor::Clerk(CLERK),
        Actor::Approver(APPROVER),
        Actor::Issuer(ISSUER),
        Actor::System,
    ];
    for (name, command, right) in sample_commands() {
        for actor in actors {
            // Acceptance by the passing of time, and files that lay complete in the slot when the day ended.
            let system_may = matches!(command, Command::Accept | Command::SupplyOwed { .. });
            if actor == right || (system_may && actor == Actor::System) {
                continue;
            }
            for status in CaseStatus::ALL {
                let got = decide(&sample_case(status), &command, actor, &facts);
                assert_eq!(got, Err(R::WrongActor), "{name} by {actor:?} in {}", status.title());
            }
        }
    }
}

#[test]
fn m6_a_second_notice_is_refused_and_a_returned_answer_names_only_old_items() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let answered = apply(sample_case(Correcting), &Event::NoticeAnswered { at: facts.now });
    let again = Command::IssueNotice { items: vec![sample_item()] };
    assert_eq!(decide(&answered, &again, Actor::Clerk(CLERK), &facts), Err(R::SecondNotice));

    let new = NoticeItem { material: "licence".into(), ..sample_item() };
    let fresh = Command::ReturnAnswer { items: vec![sample_item(), new] };
    assert_eq!(decide(&answered, &fresh, Actor::Clerk(CLERK), &facts), Err(R::NewDefect));

    let old = Command::ReturnAnswer { items: vec![sample_item()] };
    assert_eq!(outcome(&answered, &old, Actor::Clerk(CLERK), &facts), Ok(Correcting));
    let empty = Command::IssueNotice { items: vec![] };
    assert_eq!(decide(&sample_case(Received), &empty, Actor::Clerk(CLERK), &facts), Err(R::EmptyNotice));
}

#[test]
fn h1_nobody_accepts_and_decides_unless_the_matter_is_immediate() {
    let specials = sample_specials();
    let mut facts = sample_facts(&specials);
    let case = sample_case(InProgress);
    let grant = Command::Decide(Decision::Grant);
    assert_eq!(decide(&case, &grant, Actor::Approver(CLERK), &facts), Err(R::SamePerson));
    facts.immediate = true;
    assert_eq!(outcome(&case, &grant, Actor::Approver(CLERK), &facts), Ok(Decided));

    facts.immediate = false;
    let decided = sample_case(Decided);
    for same in [APPROVER, CLERK] {
        assert_eq!(decide(&decided, &Command::IssueResult, Actor::Issuer(same), &facts), Err(R::SamePerson));
    }
    let other = StaffId(Uuid::from_u128(40));
    assert_eq!(outcome(&decided, &Command::IssueResult, Actor::Issuer(other), &facts), Ok(Decided));
}

#[test]
fn the_other_party_comes_before_the_clerk() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let waiting = waiting_for_party();
    assert_eq!(decide(&waiting, &Command::Accept, Actor::Clerk(CLERK), &facts), Err(R::PartyMissing));
    let notice = Command::IssueNotice { items: vec![sample_item()] };
    assert_eq!(decide(&waiting, &notice, Actor::Clerk(CLERK), &facts), Err(R::PartyMissing));
    let events = decide(&waiting, &Command::ConfirmParty, Actor::Party, &facts).expect("the party may confirm");
    let confirmed = events.iter().fold(waiting, apply);
    assert_eq!(outcome(&confirmed, &Command::Accept, Actor::Clerk(CLERK), &facts), Ok(InProgress));
    assert_eq!(decide(&confirmed, &Command::ConfirmParty, Actor::Party, &facts), Err(R::AlreadyDone));
}

#[test]
fn d5_a_bill_is_paid_once_and_holds_back_only_the_grant() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let due = unpaid();
    let grant = Command::Decide(Decision::Grant);
    assert_eq!(decide(&due, &grant, Actor::Approver(APPROVER), &facts), Err(R::BillUnpaid));
    let refuse = Command::Decide(Decision::Refuse { reasons: vec!["材料不实".into()] });
    assert_eq!(outcome(&due, &refuse, Actor::Approver(APPROVER), &facts), Ok(Decided));

    let paid = apply(due, &Event::BillPaid { at: facts.now });
    assert_eq!(decide(&paid, &Command::RecordPayment, Actor::System, &facts), Err(R::AlreadyDone));
    assert_eq!(outcome(&paid, &grant, Actor::Approver(APPROVER), &facts), Ok(Decided));
    let waived = apply(unpaid(), &Event::BillWaived { at: facts.now });
    assert_eq!(outcome(&waived, &grant, Actor::Approver(APPROVER), &facts), Ok(Decided), "nothing is owed any more");
    assert_eq!(decide(&waived, &Command::RecordPayment, Actor::System, &facts), Err(R::NoBill));
    // Money that arrives after a withdrawal is still recorded.
    let gone = apply(unpaid(), &Event::Withdrawn { at: facts.now });
    assert_eq!(outcome(&gone, &Command::RecordPayment, Actor::System, &facts), Ok(Closed));
}

#[test]
fn c12_only_the_review_stops_the_clock() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let case = sample_case(InProgress);
    let start = |id: &str| Command::StartSpecial { procedure: id.into() };
    let run = |case: &Case, command: &Command| {
        let events = decide(case, command, Actor::Approver(APPROVER), &facts).expect("allowed");
        events.iter().fold(case.clone(), apply)
    };
    let site = run(&case, &start("site"));
    assert_eq!((site.status(), site.suspensions.len()), (InProgress, 0));
    assert_eq!(decide(&site, &start("review"), Actor::Approver(APPROVER), &facts), Err(R::SpecialRunning));
    let grant = Command::Decide(Decision::Grant);
    assert_eq!(decide(&site, &grant, Actor::Approver(APPROVER), &facts), Err(R::SpecialRunning));

    let review = run(&case, &start("review"));
    assert_eq!((review.status(), review.suspensions[0].to), (Suspended, None));
    let end = Command::EndSpecial { finding: "通过".into() };
    let after = run(&review, &end);
    assert_eq!((after.status(), after.suspensions[0].to), (InProgress, Some(facts.today)));
    assert_eq!(decide(&case, &start("hearing"), Actor::Approver(APPROVER), &facts), Err(R::SpecialUnknown));
    let silent = Command::EndSpecial { finding: "  ".into() };
    assert_eq!(decide(&review, &silent, Actor::Approver(APPROVER), &facts), Err(R::ReasonMissing));
}

#[test]
fn refusals_need_reasons() {
    let specials = sample_specials();
    let facts = sample_facts(&specials);
    let blank = vec![" ".to_owned()];
    let acceptance = Command::RefuseAcceptance { reasons: blank.clone() };
    assert_eq!(decide(&sample_case(Received), &acceptance, Actor::Clerk(CLERK), &facts), Err(R::ReasonMissing));
    let decision = Command::Decide(Decision::Refuse { reasons: blank });
    assert_eq!(decide(&sample_case(InProgress), &decision, Actor::Approver(APPROVER), &facts), Err(R::ReasonMissing));
}

#[test]
fn m8_receipt_is_acceptance_where_the_matter_says_so() {
    let specials = sample_specials();
    let mut facts = sample_facts(&specials);
    facts.accepted_on_receipt = true;
    let case = sample_case(Received);
    let events = decide(&case, &Command::Accept, Actor::System, &facts).expect("automatic");
    let accepted = events.iter().fold(case.clone(), apply);
    assert_eq!(accepted.accepted_on, Some(case.submitted_at.date_in_china()));
    assert_eq!(accepted.accepted_by, None);
}

#[test]
fn d11_the_system_grants_only_on_rules_that_hold_and_what_needs_nobody() {
    let specials = sample_specials();
    let grounds = vec!["规则：「年龄（周岁）」至少为 80：符合".to_owned()];
    let grant = Command::Decide(Decision::Grant);
    let accepted = apply(
        sample_case(Received),
        &Event::Accepted { at: sample_facts(&[]).now, by: None, on: sample_facts(&[]).today },
    );

    let plain = sample_facts(&[]);
    assert_eq!(decide(&accepted, &grant, Actor::System, &plain), Err(R::WrongActor), "without rules");
    let automatic = Facts { automatic: Some(&grounds), ..sample_facts(&[]) };
    let events = decide(&accepted, &grant, Actor::System, &automatic).expect("the rules hold");
    let [Event::Decided { by: None, outcome: Outcome::Granted, grounds: kept, .. }] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(*kept, grounds);
    let decided = events.iter().fold(accepted.clone(), apply);
    assert_eq!((decided.status(), decided.decided_by), (Decided, None));
    assert_eq!(outcome(&decided, &Command::IssueResult, Actor::System, &automatic), Ok(Decided));
    assert_eq!(decide(&decided, &Command::IssueResult, Actor::System, &plain), Err(R::WrongActor));

    // Rules give, they never take; and where somebody has to look, somebody looks.
    let refuse = Command::Decide(Decision::Refuse { reasons: vec!["不符合".into()] });
    assert_eq!(decide(&accepted, &refuse, Actor::System, &automatic), Err(R::WrongActor));
    let inspected = Facts { automatic: Some(&grounds), ..sample_facts(&specials) };
    assert_eq!(decide(&accepted, &grant, Actor::System, &inspected), Err(R::WrongActor));
    let bill = Case { bill: BillState::Due, ..accepted.clone() };
    assert_eq!(decide(&bill, &grant, Actor::System, &automatic), Err(R::WrongActor));
    assert_eq!(decide(&sample_case(Received), &grant, Actor::System, &automatic), Err(R::WrongState));
    let by_staff = sample_case(Decided);
    assert_eq!(decide(&by_staff, &Command::IssueResult, Actor::System, &automatic), Err(R::WrongActor));
}

#[test]
fn d11_events_stored_before_still_read() {
    let old =
        r#"{"kind":"decided","at":1,"by":"00000000-0000-0000-0000-000000000002","outcome":{"outcome":"granted"}}"#;
    let event: Event = serde_json::from_str(old).expect("reads");
    let Event::Decided { by, grounds, .. } = &event else { panic!("{event:?}") };
    assert_eq!((*by, grounds.len()), (Some(APPROVER), 0));
    assert!(!serde_json::to_string(&event).expect("writes").contains("grounds"), "written as before");
}

#[test]
fn the_documents_are_the_machine() {
    for (name, text) in [
        ("case-states.md", document()),
        (
            "roles.md",
            format!(
                "# 角色与权限\n\nGenerated from `crates/domain/src/policy`: `UPDATE_DOCS=1 cargo test -p domain`. A stale copy fails the tests.\n\n{}",
                domain::policy::table()
            ),
        ),
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &text).expect("docs folder");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "docs/{name} is stale: run UPDATE_DOCS=1 cargo test -p domain");
    }
}

#[test]
fn m9_a_submission_is_undone_within_ten_minutes_and_only_before_the_office_acts() {
    let specials = sample_specials();
    let mut facts = sample_facts(&specials);
    let undo = Command::Undo { draft: DRAFT };
    let me = Actor::Applicant(APPLICANT);
    let fresh = sample_case(Received);
    assert_eq!(undo_until(&fresh), fresh.submitted_at.plus_seconds(600));

    // What the system did by itself goes back as well.
    let accepted = apply(fresh.clone(), &Event::Accepted { at: facts.now, by: None, on: facts.today });
    let granted = Event::Decided { at: facts.now, by: None, outcome: Outcome::Granted, grounds: vec!["规则".into()] };
    let decided = apply(accepted.clone(), &granted);
    let issued = apply(decided.clone(), &Event::ResultIssued { at: facts.now, by: None });
    for case in [&fresh, &accepted, &decided, &issued] {
        let events = decide(case, &undo, me, &facts).expect("nobody has acted");
        let after = events.iter().fold(case.clone(), apply);
        assert!(matches!(&after.state, CaseState::Closed(c) if c.how == ClosedHow::Undone { draft: DRAFT }));
        assert_eq!(decide(&after, &undo, me, &facts), Err(R::AlreadyDone));
    }

    let by_clerk = apply(fresh.clone(), &Event::Accepted { at: facts.now, by: Some(CLERK), on: facts.today });
    assert_eq!(decide(&by_clerk, &undo, me, &facts), Err(R::StaffActed));
    let by_approver = Event::Decided { at: facts.now, by: Some(APPROVER), outcome: Outcome::Granted, grounds: vec![] };
    assert_eq!(decide(&apply(accepted.clone(), &by_approver), &undo, me, &facts), Err(R::StaffActed));

    let paid = Case { bill: BillState::Paid, ..accepted };
    let back = decide(&paid, &undo, me, &facts).expect("money holds nobody").iter().fold(paid, apply);
    assert_eq!(back.bill, BillState::RefundDue);
    assert_eq!(decide(&back, &Command::RecordPayment, Actor::System, &facts), Err(R::AlreadyDone));

    facts.now = fresh.submitted_at.plus_seconds(600);
    assert!(decide(&fresh, &undo, me, &facts).is_ok());
    facts.now = fresh.submitted_at.plus_seconds(601);
    assert_eq!(decide(&fresh, &undo, me, &facts), Err(R::UndoOver));
}
