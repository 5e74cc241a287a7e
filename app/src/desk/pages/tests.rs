//! The desk's pages, rendered.

use super::case::notice_items;
use super::*;
use domain::case::render::sample_case;
use domain::case::{BillState, CaseStatus, PartState, PartyState, Refusal};
use domain::policy::Right;
use domain::rules::Answers;
use domain::time::{Clock, Deadline, Instant};
use jiff::civil::date;
use leptos::prelude::*;
use precheck::{Code, DetectedKind, Finding, Level, Report};
use service::cases::{CaseView, NextStep, TimelineEntry};
use service::delivery::DeliveryView;
use service::desk::{Can, DeskView, QueueFilter, QueueRow, VerdictView};
use service::drafts::Signature;
use service::held::HeldView;
use service::parts::PartView;
use service::reach::Received;
use service::uploads::FileView;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const NOW: Instant = Instant(1_793_600_000_000_000);

fn html(page: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| page().to_html())
}

fn words(finding: &Finding) -> String {
    format!("发现 {}", finding.code.as_str())
}

fn running(days_left: i32) -> Deadline {
    let clock = Clock::Running { due: date(2026, 11, 30), days_left };
    Deadline { clock, provisional: false, lines: Vec::new() }
}

fn row(due: Option<Deadline>) -> QueueRow {
    QueueRow {
        id: sample_case(CaseStatus::Received).id,
        number: "编号".into(),
        title: "食品经营许可".into(),
        applicant_masked: "王**".into(),
        status: CaseStatus::Received,
        due,
        special: None,
        bill: BillState::None,
        waits_for_party: false,
        owed: false,
        submitted_at: NOW,
        received: None,
    }
}

/// A freshly received application for a food licence, with one picture and one verdict.
fn view(can: impl IntoIterator<Item = Can>) -> DeskView {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalogue");
    let catalogue = service::Catalogue::load(Path::new(folder)).expect("the shipped catalogue is complete");
    let matter = catalogue.matter("food-licence").expect("it holds the food licence").clone();
    let answers = Answers::from([(matter.applicant.name.clone(), "<script>alert(1)</script>好味道".to_owned())]);
    let material = matter.materials[0].clone();
    let mut report = Report::new(DetectedKind::Jpeg);
    report.findings.push(Finding::new(Code::Blurred, Level::Advice));
    let file = FileView {
        id: "018f0000-0000-7000-8000-000000000001".parse().expect("a UUID"),
        material: material.id.clone(),
        name: "营业执照 正面.jpg".into(),
        media_type: "image/jpeg".into(),
        bytes: 1_300_000,
        round: 0,
        report,
        created_at: NOW,
        scan: service::uploads::Scan::None,
        arranged: service::uploads::Arranged::default(),
        proof_day: None,
        doubt: None,
        numbers: Vec::new(),
        judged_on: None,
    };
    let verdict = VerdictView {
        material: material.id.clone(),
        round: 0,
        criterion: Some(material.criteria[0].id.clone()),
        note: "左下角反光".into(),
    };
    let timeline = vec![TimelineEntry {
        at: NOW,
        kind: "submitted".into(),
        title: "已提交".into(),
        text: "我们收到了您的申请和材料。".into(),
        who: "您".into(),
    }];
    let shown = CaseView {
        case: sample_case(CaseStatus::Received),
        version: 7,
        answers,
        files: vec![file],
        fills: Vec::new(),
        bundles: Vec::new(),
        timeline,
        due: Some(running(3)),
        next: NextStep::Wait { who: "综合窗口".into() },
        documents: Vec::new(),
        tracking_code: "A3K79PQ2".into(),
        bill: None,
        follow_ups: Vec::new(),
        parts: Vec::new(),
        party: None,
        masked_phone: "138****1234".into(),
        signature: Signature {
            name: "王建国".into(), signed_at: NOW, png: None, statement: "以上属实。".into()
        },
        matter,
        undo_until: None,
    };
    DeskView {
        view: shown,
        verdicts: vec![verdict],
        round: 0,
        can: BTreeSet::from_iter(can),
        received: None,
        first_clerk: None,
        held: Vec::new(),
        by_post: false,
        delivery: None,
    }
}

#[test]
fn every_code_has_a_sentence_of_its_own() {
    use Refusal as R;
    let refusals = [
        R::WrongActor,
        R::WrongState,
        R::PartyMissing,
        R::PartyNotNeeded,
        R::SecondNotice,
        R::NewDefect,
        R::EmptyNotice,
        R::NoticeIncomplete,
        R::ReasonMissing,
        R::BillUnpaid,
        R::NoBill,
        R::SpecialRunning,
        R::SpecialUnknown,
        R::NoSpecial,
        R::SamePerson,
        R::AlreadyDone,
        R::PartsOpen,
        R::PartsFailed,
        R::PartUnknown,
        R::PartWaiting,
        R::PartNotFailed,
        R::OwedUnknown,
        R::MaterialOwed,
        R::MaterialLapsed,
        R::SupplyIncomplete,
        R::NotOverdue,
    ];
    let others = [
        "accept.defects",
        "material.unlisted",
        "material.promised",
        "criterion.unlisted",
        "verdict.missing",
        "note.too_long",
        "material.held",
        "held.reason",
        "counter.only_takes",
        "post.not_asked",
        "post.carrier",
        "post.waybill",
        "conflict",
        "saved",
        "done",
    ];
    let codes = refusals.iter().map(|r| format!("refusal.{r}")).chain(others.map(str::to_owned));
    let missing: Vec<String> = codes.filter(|code| message::text(code) == crate::t::desk::message_failed()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_queue_says_how_long_and_what_for() {
    let paused = Deadline {
        clock: Clock::Paused { since: date(2026, 11, 2), used: 1, left: 4 },
        provisional: false,
        lines: Vec::new(),
    };
    let rows = [
        row(Some(running(-2))),
        row(Some(running(0))),
        row(Some(running(3))),
        QueueRow { special: Some("专家评审".into()), ..row(Some(paused)) },
        QueueRow { waits_for_party: true, bill: BillState::Due, ..row(None) },
    ];
    let page = html(|| queue(&rows, &QueueFilter::default(), &BTreeSet::from([Right::ReadMoney, Right::Oversee]), &[]));
    for part in ["超期 2 个工作日", "今天到期", "剩 3 个工作日", "暂停计时", "特别程序：专家评审", "另一方确认、缴费"]
    {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("/desk/bills") && !page.contains("/desk/jobs"));
    assert!(page.contains("/desk/spot-checks") && !page.contains("/desk/counter"));
    assert!(!page.contains("/desk/catalogue"));
    let page = html(|| queue(&rows, &QueueFilter::default(), &BTreeSet::from([Right::Receive]), &[]));
    assert!(page.contains("/desk/counter") && !page.contains("/desk/bills"));
    let page = html(|| queue(&rows, &QueueFilter::default(), &BTreeSet::from([Right::ReadCatalogue]), &[]));
    assert!(page.contains("/desk/catalogue") && !page.contains("/desk/bills"));
}

#[test]
fn h7_a_date_in_a_year_without_its_arrangement_is_called_provisional() {
    let mut view = view([]);
    assert!(!html(|| case(&view, None, words)).contains("暂定"));
    view.view.due = Some(Deadline { provisional: true, ..running(3) });
    assert!(html(|| case(&view, None, words)).contains("这个日期是暂定的"));
}

#[test]
fn h7_whoever_keeps_the_catalogue_is_reminded_of_the_missing_year() {
    let page = html(|| reminded(Some(2027), jobs(&[], None)));
    for part in ["2027 年的放假安排还没有录入", "catalogue/calendar/2027.toml", "暂定"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!html(|| reminded(None, jobs(&[], None))).contains("放假安排"));
}

#[test]
fn an_empty_queue_says_whether_the_filter_is_to_blame() {
    let filter = QueueFilter { status: Some(CaseStatus::Decided), ..QueueFilter::default() };
    assert!(html(|| queue(&[], &filter, &BTreeSet::new(), &[])).contains("没有符合条件的办件"));
    assert!(html(|| queue(&[], &QueueFilter::default(), &BTreeSet::new(), &[])).contains("没有要办的件"));
}

#[test]
fn c14_the_verdict_offers_only_the_published_criteria() {
    let view = view([Can::Verdict, Can::Accept, Can::Notice, Can::RefuseAcceptance]);
    let page = html(|| case(&view, None, words));
    let listed: usize =
        view.view.matter.personal_list(&view.view.answers).iter().map(|s| s.material.criteria.len() + 1).sum();
    assert_eq!(page.matches(r#"name="criterion""#).count(), listed);
    let chosen = view.view.matter.materials[0].criteria[0].id.clone();
    assert!(page.contains(&format!(r#"value="{chosen}" checked"#)), "the saved verdict is shown again");
}

#[test]
fn the_notice_is_shown_before_it_is_sent_and_bars_acceptance() {
    let view = view([Can::Verdict, Can::Accept, Can::Notice]);
    let items = notice_items(&view);
    assert_eq!(items.len(), 1);
    assert!(items[0].contains("左下角反光"));
    let page = html(|| case(&view, None, words));
    assert!(page.contains("/notice\"") && !page.contains("/accept\""));
    assert!(page.contains(&items[0]));
}

#[test]
fn every_form_carries_the_version_that_was_seen() {
    let all = [
        Can::Verdict,
        Can::Notice,
        Can::RefuseAcceptance,
        Can::StartSpecial("site".into()),
        Can::Grant,
        Can::Refuse,
        Can::Issue,
    ];
    let page = html(|| case(&view(all), Some("conflict"), words));
    let forms = page.matches("method=\"post\"").count();
    assert!(forms > 6, "{forms}");
    assert_eq!(page.matches(r#"name="version" value="7""#).count(), forms);
    assert!(page.contains("现场勘验") && page.contains("刚才有别人改过"));
}

#[test]
fn ids_are_unique_and_typed_markup_stays_text() {
    let page = html(|| case(&view([Can::Verdict, Can::Notice, Can::Grant]), Some("saved"), words));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for part in page.split(" id=\"").skip(1) {
        *seen.entry(part.split('"').next().unwrap_or_default()).or_default() += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, n)| **n > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("发现 blurred") && page.contains("1.3 MB"));
    assert!(!page.contains("style="));
}

#[test]
fn nothing_possible_says_why() {
    let mut waiting = view([]);
    waiting.view.case.party = PartyState::Waiting;
    assert!(html(|| case(&waiting, None, words)).contains("另一方确认并签名后才能继续"));
}

#[test]
fn an_unknown_job_shows_its_code() {
    let row = JobRow { id: "1".into(), kind: "sms".into(), attempts: 8, error: "neu".into(), at: "今天".into() };
    let page = html(|| jobs(&[row], None));
    assert!(page.contains("发短信") && page.contains("neu") && page.contains("/desk/jobs/1/retry"));
}

#[test]
fn c9_a_part_shows_its_share_and_only_the_forms_that_are_allowed() {
    let part = || "household".to_owned();
    let mut view = view([Can::FinishPart(part()), Can::FailPart(part()), Can::Refuse]);
    view.view.parts = vec![PartView {
        id: part(),
        title: "出生登记".into(),
        department: "示例县公安局".into(),
        state: PartState::Open { since: NOW },
        given_up: false,
        waits_for: Vec::new(),
        due: Some(running(1)),
        result: "户口簿".into(),
        if_fails: "补好以后接着办。".into(),
        fields: vec!["孩子的姓名".into()],
        materials: Vec::new(),
    }];
    let page = html(|| case(&view, None, words));
    for words in ["分项办理", "示例县公安局", "孩子的姓名", "补好以后接着办。", "办好了：出生登记", "没办成：出生登记"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("/parts/household/finish") && page.contains("/parts/household/fail"));
    assert!(!page.contains("/parts/household/reopen"));
    view.view.parts.clear();
    assert!(!html(|| case(&view, None, words)).contains("分项办理"));
}

#[test]
fn c17_the_queue_says_where_a_case_was_taken_in_and_can_be_narrowed_to_it() {
    let at = |far| Received { place: "白石镇便民服务中心".into(), body: "示例县民政局".into(), far };
    let rows = [
        row(None),
        QueueRow { received: Some(at(false)), ..row(None) },
        QueueRow { received: Some(at(true)), ..row(None) },
    ];
    let places = [("baishi".to_owned(), "白石镇便民服务中心".to_owned())];
    let filter = QueueFilter { place: "baishi".into(), ..QueueFilter::default() };
    let page = html(|| queue(&rows, &filter, &BTreeSet::new(), &places));
    assert!(page.contains("在白石镇便民服务中心收件，由示例县民政局办理"));
    assert!(page.contains("在白石镇便民服务中心代收，交示例县民政局办理"), "both sides read the same");
    assert!(page.contains("网上") && page.contains("name=\"place\""));
    assert!(!html(|| queue(&rows, &filter, &BTreeSet::new(), &[])).contains("name=\"place\""), "a place sees its own");
}

#[test]
fn c16_m7_c10_the_case_says_what_is_held_who_is_answerable_and_whither_the_result_goes() {
    let mut view = view([Can::Verdict, Can::Post]);
    let material = view.view.matter.materials[0].clone();
    assert!(!html(|| case(&view, None, words)).contains("name=\"another\""));
    view.held = vec![HeldView {
        material: material.id.clone(),
        name: material.name.clone(),
        case: Some(("旧编号".into(), date(2026, 3, 2))),
    }];
    view.first_clerk = Some("何乡镇".into());
    view.by_post = true;
    let page = html(|| case(&view, None, words));
    assert!(page.contains("结果要邮寄给申请人") && !page.contains("还没有寄"), "that it goes, not whither");
    view.delivery = Some(DeliveryView {
        name: "<i>张三".into(),
        phone: "13912345566".into(),
        address: "便民路 2 号".into(),
        posted: None,
    });
    let page = html(|| case(&view, None, words));
    assert!(page.contains("办件 旧编号 里有合格的") && page.contains("name=\"another\""));
    assert!(page.contains("首问负责人") && page.contains("何乡镇"));
    assert!(page.contains("便民路 2 号") && page.contains("还没有寄") && !page.contains("<i>张三"));
    assert!(page.contains("/posted\"") && page.contains("name=\"waybill\""));
}
