//! The words of documents, messages and timelines: legal Chinese, in one place.

use crate::cases::TimelineEntry;
use crate::documents::{Draft, Part};
use crate::drafts::Signature;
use crate::parts::words;
use crate::promise_words;
use crate::reach::COUNTY_NAME;
use domain::case::{BillState, Case, Event, NoticeItem, Outcome, PartsOutcome, parts_outcome};
use domain::catalogue::{Accepts, Matter, Region};
use domain::form::FieldSpec;
use domain::money::Fen;
use domain::rules::Labels;
use domain::text::{mask_id, mask_name};
use domain::time::{Instant, LimitUnit, format_date_zh};
use store::tables::cases::CaseRow;
use store::tables::events::StoredEvent;

/// 行政许可法 §38: a refusal names the routes of review and suit.
pub(crate) const REMEDY: &str = "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，\
    也可以自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。";

/// 个人信息保护法 §24: who is decided on by rules alone may have them explained and may ask for a person.
const BY_RULES: &str = "本决定由系统按公开的规则直接作出（免审即享），依据您的身份证号和您本人的声明。\
    您可以要求我们说明规则，也可以要求工作人员重新核对（《个人信息保护法》第二十四条）。\
    以后核对发现条件不符的，会告诉您理由，并依法处理。";

fn applicant_name(matter: &Matter, row: &CaseRow) -> String {
    row.answers.get(&matter.applicant.name).cloned().unwrap_or_default()
}

pub(crate) fn prefix(matter: &Matter, region: &Region, letter: &str) -> String {
    let short = region.body(&matter.body).map_or("", |b| b.short.as_str());
    format!("{short}{letter}")
}

/// Number, matter and masked applicant: what a verification page shows.
fn public_rows(matter: &Matter, row: &CaseRow) -> Vec<(String, String)> {
    vec![
        ("办件编号".into(), row.case.number.clone()),
        ("办理事项".into(), matter.title.clone()),
        ("申请人".into(), mask_name(&applicant_name(matter, row))),
    ]
}

pub(crate) fn draft(
    kind: &str,
    title: &str,
    prefix: String,
    matter: &Matter,
    row: &CaseRow,
    parts: Vec<Part>,
) -> Draft {
    Draft {
        kind: kind.into(),
        title: title.into(),
        number_prefix: prefix,
        parts,
        public_rows: public_rows(matter, row),
    }
}

pub(crate) fn opening(matter: &Matter, row: &CaseRow) -> Part {
    Part::Salutation(format!("{}：", applicant_name(matter, row)))
}

/// 收件凭证: the list of what was received, with the tracking code.
pub(crate) fn receipt(matter: &Matter, row: &CaseRow, region: &Region) -> Draft {
    let on = row.case.submitted_at.format_zh();
    let mut parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您于{on}提交的“{}”申请，我们已收到。", matter.title)),
        Part::Rows(vec![
            ("办件编号".into(), row.case.number.clone()),
            ("查询码".into(), spaced(&row.tracking_code)),
            ("收件时间".into(), on),
        ]),
        Part::Heading("收到的材料".into()),
        Part::Numbered(received(matter, row)),
        Part::Heading("接下来".into()),
        Part::Paragraph("我们会在五个工作日内告诉您是否受理；材料需要补正的，会一次告知全部内容。逾期不告知的，自收到申请之日起即为受理（《行政许可法》第三十二条）。".into()),
        Part::Paragraph("凭查询码和手机号后四位，不用登录也能查进度。".into()),
    ];
    parts.extend(signature(&row.signature));
    draft("receipt", "收件凭证", prefix(matter, region, "收"), matter, row, parts)
}

fn spaced(code: &str) -> String {
    let (a, b) = code.split_at(code.len().min(4));
    format!("{a}-{b}")
}

/// Each material with the number of its files, from the manifest.
fn received(matter: &Matter, row: &CaseRow) -> Vec<String> {
    let list: Vec<serde_json::Value> = serde_json::from_str(&row.manifest).unwrap_or_default();
    matter
        .materials
        .iter()
        .filter_map(|m| {
            let own: Vec<_> = list.iter().filter(|f| f["material"] == m.id.as_str()).collect();
            if let Some(way) = own.iter().find_map(|f| f["fill"].as_str()) {
                return Some(format!("{}（{}）", m.name, way_words(way)));
            }
            let count = own.len();
            (count > 0).then(|| format!("{}（电子，{count} 个文件）", m.name))
        })
        .collect()
}

/// What stands in a slot in place of files.
fn way_words(way: &str) -> &'static str {
    match way {
        "licence" => "电子证照，免提交",
        "number" => "证照号码已核对，免提交",
        "earlier" => "以前交过，不用再交",
        "deferred" => "容缺后补",
        "promise" => "告知承诺代替",
        _ => "免提交",
    }
}

fn signature(json: &str) -> Option<Part> {
    let signed: Signature = serde_json::from_str(json).ok()?;
    let caption = format!("签名：{} {}", signed.name, signed.signed_at.format_zh());
    Some(match signed.png {
        Some(png) => Part::Signature { png, caption },
        None => Part::Paragraph(caption),
    })
}

/// The document that an event brings with it.
pub(crate) fn document_for(matter: &Matter, row: &CaseRow, event: &Event, region: &Region) -> Option<Draft> {
    match event {
        Event::Accepted { on, .. } => Some(acceptance(matter, row, *on, region)),
        Event::NoticeIssued { items, answer_by, .. } | Event::AnswerReturned { items, answer_by, .. } => {
            Some(notice(matter, row, items, *answer_by, region))
        }
        Event::AcceptanceRefused { reasons, .. } => Some(acceptance_refused(matter, row, reasons, region)),
        Event::SpecialStarted { name, stops_clock, due_on, .. } => {
            Some(special(matter, row, name, *stops_clock, *due_on, region))
        }
        Event::ResultIssued { .. } => Some(result(matter, row, region)),
        event => promise_words::document(matter, row, event, region),
    }
}

fn acceptance(matter: &Matter, row: &CaseRow, on: jiff::civil::Date, region: &Region) -> Draft {
    let due = row.due_on.as_deref().and_then(|d| d.parse().ok()).map_or_else(String::new, format_date_zh);
    let limit = match (matter.promised.amount, matter.promised.unit) {
        (0, _) => "当场办结".to_owned(),
        (n, LimitUnit::WorkingDays) => format!("{n} 个工作日"),
        (n, LimitUnit::Days) => format!("{n} 日"),
        (n, LimitUnit::Months) => format!("{n} 个月"),
    };
    // 容缺受理: the main materials are there, the rest is promised.
    let complete = if row.case.owed.is_empty() {
        "材料齐全、符合法定形式"
    } else {
        "主要材料齐全、符合法定形式"
    };
    let due = if due.is_empty() { "材料补齐以后，接着计算".to_owned() } else { due };
    let mut parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您提交的“{}”申请，{complete}，现予受理。", matter.title)),
        Part::Rows(vec![
            ("办件编号".into(), row.case.number.clone()),
            ("受理日期".into(), format_date_zh(on)),
            ("承诺时限".into(), limit),
            ("承诺办结日期".into(), due),
        ]),
        Part::Heading("收到的材料".into()),
        Part::Numbered(received(matter, row)),
        Part::Paragraph("依法需要听证、检验、检测、鉴定、专家评审的，所需时间不计算在内，我们会书面告诉您。".into()),
    ];
    parts.extend(promise_words::owed_blocks(&row.case));
    draft("acceptance", "受理通知书", prefix(matter, region, "受"), matter, row, parts)
}

fn notice(matter: &Matter, row: &CaseRow, items: &[NoticeItem], until: jiff::civil::Date, region: &Region) -> Draft {
    let again = row.case.notice.as_ref().is_some_and(|n| n.returned > 0);
    let first = if again {
        format!("您重新提交的“{}”材料中，下列各项仍需补正。本次告知只涉及原告知书已列明的材料：", matter.title)
    } else {
        format!("您提交的“{}”申请，需要补正下列全部内容。除此以外的材料我们已收下，不用重交：", matter.title)
    };
    let parts = vec![
        opening(matter, row),
        Part::Paragraph(first),
        Part::Numbered(items.iter().map(|i| format!("{}：{}", i.name, i.text)).collect()),
        Part::Paragraph(format!("请在{}前在网上补正。补正期间不计入办理时限。", format_date_zh(until))),
        Part::Paragraph("依据《行政许可法》第三十二条，我们一次告知需要补正的全部内容。".into()),
    ];
    draft("notice", "一次性补正告知书", prefix(matter, region, "补"), matter, row, parts)
}

fn acceptance_refused(matter: &Matter, row: &CaseRow, reasons: &[String], region: &Region) -> Draft {
    let parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您提交的“{}”申请，因下列原因不予受理：", matter.title)),
        Part::Numbered(reasons.to_vec()),
        Part::Paragraph(REMEDY.into()),
    ];
    draft("acceptance_refused", "不予受理决定书", prefix(matter, region, "不受"), matter, row, parts)
}

fn special(matter: &Matter, row: &CaseRow, name: &str, stops: bool, due: jiff::civil::Date, region: &Region) -> Draft {
    let spec = matter.special.iter().find(|s| s.name == name);
    let counted = if stops {
        "所需时间不计算在办理时限内（《行政许可法》第四十五条）。"
    } else {
        "所需时间计算在办理时限内，不会因此延长。"
    };
    let parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您申请的“{}”需要进行{name}，{counted}", matter.title)),
        Part::Rows(vec![
            ("程序".into(), name.to_owned()),
            ("最迟完成日期".into(), format_date_zh(due)),
            ("依据".into(), spec.map_or(String::new(), |s| s.basis.clone())),
            ("您需要做什么".into(), spec.map_or(String::new(), |s| s.note.clone())),
        ]),
    ];
    draft("special", "特别程序告知书", prefix(matter, region, "特"), matter, row, parts)
}

fn result(matter: &Matter, row: &CaseRow, region: &Region) -> Draft {
    let domain::case::CaseState::Decided(decided) = &row.case.state else {
        return refusal(matter, row, &[], region);
    };
    match &decided.outcome {
        Outcome::Refused { reasons } => refusal(matter, row, reasons, region),
        Outcome::Granted => {
            let mut rows = vec![("办件编号".to_owned(), row.case.number.clone())];
            rows.extend(matter.result.fields.iter().filter_map(|name| {
                let value = row.answers.get(name).filter(|v| !v.is_empty())?;
                Some((Labels::field(matter, name), matter.value(name, value)))
            }));
            if let Some(years) = matter.result.valid_years {
                let until = decided.at.date_in_china().saturating_add(jiff::Span::new().years(i64::from(years)));
                let last = until.yesterday().unwrap_or(until);
                rows.push(("有效期至".into(), format_date_zh(last)));
            }
            let partial = matches!(parts_outcome(&row.case.parts), PartsOutcome::Partial { .. });
            let text = if partial { words::PARTIAL.to_owned() } else { matter.result.text.clone() };
            let mut parts = vec![opening(matter, row), Part::Paragraph(text), Part::Rows(rows)];
            parts.extend(words::result_blocks(matter, &row.case));
            if row.case.decided_by.is_none() {
                parts.push(Part::Paragraph(BY_RULES.into()));
            }
            if partial {
                parts.push(Part::Paragraph(REMEDY.into()));
            }
            draft("decision", &matter.result.title, matter.result.number_prefix.clone(), matter, row, parts)
        }
    }
}

fn refusal(matter: &Matter, row: &CaseRow, reasons: &[String], region: &Region) -> Draft {
    let parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您申请的“{}”，经审查不符合条件，决定不予批准。理由如下：", matter.title)),
        Part::Numbered(reasons.to_vec()),
        Part::Paragraph(REMEDY.into()),
    ];
    draft("decision", "不予批准决定书", prefix(matter, region, "不准"), matter, row, parts)
}

/// Message after submission.
pub(crate) fn submitted_message(matter: &Matter, case: &Case) -> String {
    let wait = if case.party == domain::case::PartyState::Waiting {
        "请把确认链接发给另一方。"
    } else {
        "我们会尽快处理。"
    };
    format!("“{}”已提交，{wait}", matter.title)
}

/// What the applicant is told about an event, without personal data.
pub(crate) fn message_for(matter: &Matter, case: &Case, event: &Event) -> Option<String> {
    let title = &matter.title;
    Some(match event {
        Event::PartyConfirmed { .. } => format!("“{title}”：另一方已确认并签名。"),
        Event::NoticeIssued { answer_by, .. } => {
            format!("“{title}”需要补正，请在{}前在网上完成，只需补列出的材料。", format_date_zh(*answer_by))
        }
        Event::AnswerReturned { .. } => format!("“{title}”补正的材料还有问题，请查看原告知项。"),
        Event::Accepted { .. } => format!("“{title}”已受理。{}", words::accepted(case)),
        Event::AcceptanceRefused { .. } => format!("“{title}”不予受理，理由见决定书。"),
        Event::BillRaised { .. } => format!("“{title}”需要缴费，请在“办件”中查看。"),
        Event::BillPaid { .. } => format!("“{title}”已收到缴款。"),
        Event::BillWaived { .. } => format!("“{title}”的费用已经免除，不用缴了。"),
        Event::SpecialStarted { name, .. } => format!("“{title}”开始{name}。"),
        Event::SpecialEnded { .. } => {
            let name = case.specials.last().map_or("特别程序", |s| s.name.as_str());
            format!("“{title}”的{name}已结束。")
        }
        Event::ResultIssued { .. } => format!("“{title}”已办结，可以查看和下载结果。"),
        Event::Withdrawn { .. } => format!("“{title}”已撤回。"),
        Event::Posted { carrier, waybill, .. } => format!("“{title}”的结果已经寄出：{carrier}，单号 {waybill}。"),
        Event::Undone { .. } if case.bill == BillState::RefundDue => {
            format!("“{title}”已撤销，内容放回草稿。已缴的钱要退给您，会自动原路退回，进度看“办件”里的缴款书。")
        }
        Event::Undone { .. } => format!("“{title}”已撤销，内容放回草稿。"),
        Event::PartFinished { .. } | Event::PartFailed { .. } | Event::PartReopened { .. } => {
            return words::message(matter, case, event);
        }
        Event::OwedDated { .. }
        | Event::OwedSupplied { .. }
        | Event::OwedMet { .. }
        | Event::OwedReturned { .. }
        | Event::OwedLapsed { .. } => return promise_words::message(matter, event),
        Event::NoticeAnswered { .. }
        | Event::PartsOpened { .. }
        | Event::Decided { .. }
        | Event::FirstContact { .. } => return None,
    })
}

/// Message about a file that turned out to hold a virus after it had been submitted.
pub(crate) fn infected_message(matter: &Matter, material: &str) -> String {
    let name = matter.material(material).map_or("材料", |m| m.name.as_str());
    format!(
        "“{}”：您交的“{name}”里有一个文件含有病毒，窗口打不开。请准备一个干净的文件，窗口会请您补正。",
        matter.title
    )
}

/// One line of the timeline, in plain words and without personal data.
pub(crate) fn timeline_entry(matter: &Matter, region: &Region, stored: &StoredEvent) -> TimelineEntry {
    let event: Option<Event> = serde_json::from_str(&stored.payload).ok();
    let window = region.window(&matter.window).map_or("窗口", |w| w.name.as_str());
    let body = region.body(&matter.body).map_or("部门", |b| b.name.as_str());
    let (title, text, who) = match &event {
        None => ("已提交", submitted_text(region, body, &stored.payload), "您"),
        Some(
            event @ (Event::PartsOpened { .. }
            | Event::PartFinished { .. }
            | Event::PartFailed { .. }
            | Event::PartReopened { .. }),
        ) => words::entry(matter, region, event),
        Some(
            event @ (Event::OwedDated { .. }
            | Event::OwedSupplied { .. }
            | Event::OwedMet { .. }
            | Event::OwedReturned { .. }
            | Event::OwedLapsed { .. }),
        ) => promise_words::entry(matter, event, window),
        Some(event) => entry(event, window, body),
    };
    TimelineEntry {
        at: Instant(stored.at),
        kind: stored.kind.clone(),
        title: title.to_owned(),
        text,
        who: who.to_owned(),
    }
}

/// The first event: handed in by the applicant, or by a clerk at the counter that they came to.
fn submitted_text(region: &Region, body: &str, payload: &str) -> String {
    let received = "我们收到了您的申请和材料。";
    let payload: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let Some(counter) = payload.get("counter") else { return received.to_owned() };
    let place = counter["place"].as_str().and_then(|id| region.place(id));
    match place {
        Some(far) if far.accepts == Accepts::Forward => format!("在{}代收，交{body}办理。{received}", far.name),
        Some(place) => format!("在{}窗口代为提交。{received}", place.name),
        None => format!("在{COUNTY_NAME}窗口代为提交。{received}"),
    }
}

fn entry<'a>(event: &Event, window: &'a str, body: &'a str) -> (&'static str, String, &'a str) {
    match event {
        Event::PartyConfirmed { .. } => ("另一方已确认", "另一方已核对并签名。".into(), "另一方"),
        Event::NoticeIssued { items, answer_by, .. } => (
            "需要补正",
            format!("共 {} 项，请在{}前补正。补正期间不计时。", items.len(), format_date_zh(*answer_by)),
            window,
        ),
        Event::NoticeAnswered { .. } => ("补正已提交", "您补正的材料已收到。".into(), "您"),
        Event::AnswerReturned { items, .. } => {
            ("补正退回", format!("原告知项中还有 {} 项需要补正。", items.len()), window)
        }
        Event::Accepted { on, by, .. } => {
            let how = if by.is_some() { "材料齐全，已受理。" } else { "收到申请即为受理。" };
            ("已受理", format!("{how}从{}起计算办理时限。", format_date_zh(*on)), window)
        }
        Event::AcceptanceRefused { .. } => ("不予受理", "理由和救济途径见决定书。".into(), window),
        Event::BillRaised { .. } => ("等待缴费", "缴款书已开出。".into(), window),
        Event::BillPaid { .. } => ("已缴费", "款项已确认。".into(), "您"),
        Event::BillWaived { .. } => ("费用免除", "依法免收，不用缴费。".into(), body),
        Event::SpecialStarted { name, stops_clock, due_on, .. } => {
            let clock = if *stops_clock { "期间暂停计时" } else { "计入办理时限" };
            ("特别程序开始", format!("{name}，最迟{}完成，{clock}。", format_date_zh(*due_on)), body)
        }
        Event::SpecialEnded { .. } => ("特别程序结束", "继续办理。".into(), body),
        Event::Decided { by: None, grounds, .. } => {
            ("免审即享，已作出决定", format!("系统按公开的规则核对，都符合，准予。{}。", grounds.join("；")), body)
        }
        // Said by `words::entry`, which knows the parts.
        Event::PartsOpened { .. }
        | Event::PartFinished { .. }
        | Event::PartFailed { .. }
        | Event::PartReopened { .. } => ("分项办理", String::new(), body),
        // Said by `promise_words::entry`, which knows the materials.
        Event::OwedDated { .. }
        | Event::OwedSupplied { .. }
        | Event::OwedMet { .. }
        | Event::OwedReturned { .. }
        | Event::OwedLapsed { .. } => ("补交材料", String::new(), window),
        Event::Decided { outcome: Outcome::Granted, .. } => ("已作出决定", "准予。正在出具结果。".into(), body),
        Event::Decided { .. } => ("已作出决定", "不予批准，正在出具决定书。".into(), body),
        Event::ResultIssued { .. } => ("已办结", "结果文书可以查看和下载。".into(), "统一出件窗口"),
        Event::Withdrawn { .. } => ("已撤回", "您撤回了申请。".into(), "您"),
        // Not told: the timeline leaves it out.
        Event::FirstContact { .. } => ("首问负责", String::new(), window),
        Event::Posted { carrier, waybill, .. } => {
            ("结果已寄出", format!("{carrier}，单号 {waybill}。"), "统一出件窗口")
        }
        Event::Undone { .. } => {
            ("已撤销", "您在十分钟内撤销了提交，系统自动出具的文书同时失效。内容放回草稿。".into(), "您")
        }
    }
}

/// A form value as shown on a page that others may look at over a shoulder.
pub fn shown(matter: &Matter, field: &FieldSpec, value: &str, mask: bool) -> String {
    if mask && field.kind.is_identity_number() {
        return mask_id(value);
    }
    match &field.kind {
        domain::form::FieldKind::Money { .. } => {
            Fen::from_yuan_text(value).map_or_else(|_| value.to_owned(), |f| f.to_string())
        }
        domain::form::FieldKind::Number { unit, .. } => format!("{value} {unit}").trim_end().to_owned(),
        domain::form::FieldKind::Date { .. } => value.parse().map_or_else(|_| value.to_owned(), format_date_zh),
        _ => matter.value(&field.name, value),
    }
}
