//! The words of 容缺后补 and 告知承诺: letters, messages, lines of the timeline.

use crate::documents::{Draft, Part};
use crate::wording::{REMEDY, draft, opening, prefix};
use domain::case::{Case, Event, Owed, Promised};
use domain::catalogue::{Criterion, Material, Matter, Region};
use domain::materials::{Fill, span_zh};
use domain::time::format_date_zh;
use jiff::civil::Date;
use store::tables::cases::CaseRow;

/// Who is found to have broken a promise is heard (行政许可法第七条, 国办发〔2020〕42号).
const OBJECTION: &str = "您不同意这个结果的，可以自收到本告知书之日起十个工作日内，向我们书面或者当面说明理由、提出异议，\
    我们会换人重新核对，并书面答复。";
const REPAIR: &str = "改正以后，可以带上改好的证明到窗口申请修复。由两名工作人员核对，修复以后，就能再用承诺代替材料。";
const APART: &str = "本告知书不撤销已经作出的决定。要不要撤销，另外依法办理，会先听取您的意见。";

fn name_of<'a>(matter: &'a Matter, id: &'a str) -> &'a str {
    matter.material(id).map_or(id, |m| m.name.as_str())
}

/// `“甲”、“乙”`.
fn listed<'a>(matter: &'a Matter, ids: impl Iterator<Item = &'a str>) -> String {
    ids.map(|id| format!("“{}”", name_of(matter, id))).collect::<Vec<_>>().join("、")
}

/// What is not met, and how to mend it.
pub(crate) fn defect(criterion: &Criterion) -> String {
    format!("没有做到“{}”。{}", criterion.text.trim_end_matches('。'), criterion.mend)
}

/// The letter that was signed while applying, as a document of the case.
pub(crate) fn letter(
    matter: &Matter,
    row: &CaseRow,
    material: &Material,
    fill: &Fill,
    region: &Region,
) -> Option<Draft> {
    let rows = Part::Rows(vec![
        ("办件编号".into(), row.case.number.clone()),
        ("办理事项".into(), matter.title.clone()),
        ("材料".into(), material.name.clone()),
    ]);
    match fill {
        Fill::Promise(promise) => {
            let mut parts = vec![rows];
            parts.extend(promise.text.lines().map(|line| Part::Paragraph(line.to_owned())));
            let caption = format!("承诺人：{} {}", promise.name, promise.signed_at.format_zh());
            parts.push(match &promise.png {
                Some(png) => Part::Signature { png: png.clone(), caption },
                None => Part::Paragraph(caption),
            });
            Some(draft("promise", &promise.title, prefix(matter, region, "诺"), matter, row, parts))
        }
        Fill::Deferred(owed) => {
            let caption = format!("承诺人：{} {}", owed.name, owed.promised_at.format_zh());
            let parts = vec![rows, Part::Paragraph(owed.statement.clone()), Part::Paragraph(caption)];
            Some(draft("deferral", "容缺后补承诺书", prefix(matter, region, "容"), matter, row, parts))
        }
        Fill::Licence(_) | Fill::Number(_) | Fill::Earlier(_) => None,
    }
}

/// What the acceptance says about materials that are still to come; nothing where none are.
pub(crate) fn owed_blocks(case: &Case) -> Vec<Part> {
    if case.owed.is_empty() {
        return Vec::new();
    }
    let lines = case.owed.iter().map(|owed| {
        let until = owed.until.map_or_else(
            || format!("受理后 {}内", span_zh(owed.days, owed.unit)),
            |day| format!("{}以前", format_date_zh(day)),
        );
        format!("{}：{until}补交", owed.name)
    });
    vec![
        Part::Heading("还要补交的材料".into()),
        Part::Numbered(lines.collect()),
        Part::Paragraph("在网上“我的办件”里补交。等您补交的时间，不算在办理时限里。".into()),
    ]
}

/// The document that an event about owed materials brings with it.
pub(crate) fn document(matter: &Matter, row: &CaseRow, event: &Event, region: &Region) -> Option<Draft> {
    match event {
        Event::OwedReturned { material, texts, until, .. } => {
            let parts = vec![
                opening(matter, row),
                Part::Paragraph(format!("您补交的“{}”还有下列问题，请改好再交：", name_of(matter, material))),
                Part::Numbered(texts.clone()),
                Part::Paragraph(format!(
                    "请在{}以前重新补交。等您补交的时间，不算在办理时限里。",
                    format_date_zh(*until)
                )),
            ];
            Some(draft("owed_returned", "补交材料退回告知书", prefix(matter, region, "补"), matter, row, parts))
        }
        Event::OwedLapsed { materials, closes: true, .. } => {
            let names = listed(matter, materials.iter().map(String::as_str));
            let parts = vec![
                opening(matter, row),
                Part::Paragraph(format!("您申请“{}”时承诺后补的{names}，到期没有补交，现终止办理。", matter.title)),
                Part::Paragraph("这件事没有作出准予或者不准予的决定。材料齐了，可以随时重新申请。".into()),
                Part::Paragraph(REMEDY.into()),
            ];
            Some(draft("not_supplied", "终止办理告知书", prefix(matter, region, "终"), matter, row, parts))
        }
        _ => None,
    }
}

/// What the applicant is told about an owed material.
pub(crate) fn message(matter: &Matter, event: &Event) -> Option<String> {
    let title = &matter.title;
    Some(match event {
        Event::OwedDated { dates, .. } => {
            let names = listed(matter, dates.iter().map(|(id, _)| id.as_str()));
            let last = dates.iter().map(|(_, day)| *day).min()?;
            format!("“{title}”还要补交{names}，最早一份{}到期，请在“办件”里补交。", format_date_zh(last))
        }
        Event::OwedSupplied { material, .. } => {
            format!("“{title}”：补交的“{}”已收到，窗口会尽快看。", name_of(matter, material))
        }
        Event::OwedMet { material, .. } => format!("“{title}”：补交的“{}”合格。", name_of(matter, material)),
        Event::OwedReturned { material, until, .. } => format!(
            "“{title}”：补交的“{}”还有问题，请在{}以前改好再交。",
            name_of(matter, material),
            format_date_zh(*until)
        ),
        Event::OwedLapsed { materials, closes, .. } => {
            let names = listed(matter, materials.iter().map(String::as_str));
            let then = if *closes {
                "已终止办理，材料齐了可以重新申请。"
            } else {
                "将依法作出不予批准的决定，决定书会写明理由和怎么申诉。"
            };
            format!("“{title}”：{names}到期没有补交，{then}")
        }
        _ => return None,
    })
}

/// One line of the timeline: title, text, and whose doing it was.
pub(crate) fn entry<'a>(matter: &Matter, event: &Event, window: &'a str) -> (&'static str, String, &'a str) {
    match event {
        Event::OwedDated { dates, .. } => {
            let line = |(id, day): &(String, Date)| format!("“{}”{}以前", name_of(matter, id), format_date_zh(*day));
            let list: Vec<String> = dates.iter().map(line).collect();
            ("有材料待补交", format!("{}补交。等补交期间不计时。", list.join("，")), window)
        }
        Event::OwedSupplied { material, .. } => {
            ("补交已收到", format!("“{}”补交了，窗口会看。", name_of(matter, material)), "您")
        }
        Event::OwedMet { material, .. } => ("补交合格", format!("“{}”合格。", name_of(matter, material)), window),
        Event::OwedReturned { material, texts, until, .. } => {
            let name = name_of(matter, material);
            let until = format_date_zh(*until);
            ("补交退回", format!("“{name}”有 {} 处要改，请在{until}以前重新补交。", texts.len()), window)
        }
        Event::OwedLapsed { materials, closes, .. } => {
            let names = listed(matter, materials.iter().map(String::as_str));
            let then = if *closes { "终止办理。" } else { "接下来由工作人员依法作出决定。" };
            ("到期没有补交", format!("{names}到期没有补交，{then}"), window)
        }
        _ => ("", String::new(), window),
    }
}

/// 补交提醒.
pub(crate) fn reminder(matter: &Matter, owed: &Owed, until: Date, today: Date) -> String {
    let when = if until == today { "今天".to_owned() } else { format_date_zh(until) };
    format!("“{}”还缺“{}”，最晚{when}补交，请在“办件”里上传。", matter.title, owed.name)
}

/// 核查属实.
pub(crate) fn kept(matter: &Matter, promise: &Promised) -> String {
    format!("“{}”：我们核查了您签的《{}》，承诺属实。", matter.title, promise.title)
}

/// 核查不实, as a message: without what was found.
pub(crate) fn breached(matter: &Matter, promise: &Promised) -> String {
    format!(
        "“{}”：核查发现您签的《{}》不属实，理由、怎么提异议、怎么修复，见“办件”里的告知书。",
        matter.title, promise.title
    )
}

/// 已修复.
pub(crate) fn repaired(matter: &Matter) -> String {
    format!("“{}”：承诺不实的记录已经修复，以后可以再用承诺代替材料。", matter.title)
}

/// 承诺不实告知书.
pub(crate) fn breach(matter: &Matter, row: &CaseRow, promise: &Promised, found: &str, region: &Region) -> Draft {
    let parts = vec![
        opening(matter, row),
        Part::Paragraph(format!("您申请“{}”时签了《{}》，代替交“{}”。", matter.title, promise.title, promise.name)),
        Part::Paragraph("我们核查发现，承诺不属实：".into()),
        Part::Numbered(vec![found.to_owned()]),
        Part::Paragraph("这件事已经记录。修复以前，再办事不能用承诺代替材料，请照常交材料。".into()),
        Part::Heading("您可以提异议".into()),
        Part::Paragraph(OBJECTION.into()),
        Part::Heading("怎么修复".into()),
        Part::Paragraph(REPAIR.into()),
        Part::Paragraph(APART.into()),
    ];
    draft("breach", "承诺不实告知书", prefix(matter, region, "核"), matter, row, parts)
}
