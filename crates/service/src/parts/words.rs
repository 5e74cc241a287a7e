//! The words about parts: in messages, in the timeline and in the result document.

use crate::documents::Part;
use domain::case::{Case, Event, PartState, PartsOutcome, SubCase, parts_outcome};
use domain::catalogue::{Matter, Region};

/// Said instead of the matter's own sentence when only some parts came out well.
pub(crate) const PARTIAL: &str =
    "您申请的这件事，有的项办好了，有的项没有办成。办好的各项从今天起有效，没办成的，原因和接下来怎么办写在后面。";

fn title_of<'a>(matter: &'a Matter, id: &str) -> &'a str {
    matter.parts.iter().find(|p| p.id == id).map_or("", |p| p.title.as_str())
}

fn if_fails<'a>(matter: &'a Matter, id: &str) -> &'a str {
    matter.parts.iter().find(|p| p.id == id).map_or("", |p| p.if_fails.as_str())
}

fn department<'a>(matter: &Matter, region: &'a Region, id: &str) -> &'a str {
    let body = matter.parts.iter().find(|p| p.id == id).and_then(|p| region.body(&p.body));
    body.map_or("部门", |b| b.name.as_str())
}

/// `“甲”、“乙”`.
fn listed(matter: &Matter, ids: &[String]) -> String {
    let names: Vec<String> = ids.iter().map(|id| format!("“{}”", title_of(matter, id))).collect();
    names.join("、")
}

/// What begins now, as a sentence; empty when nothing does.
fn next(matter: &Matter, opened: &[String]) -> String {
    if opened.is_empty() { String::new() } else { format!("接着办{}。", listed(matter, opened)) }
}

/// Titles of what a part waits for, or of the failed part that stopped it.
pub(super) fn waits_for(case: &Case, sub: &SubCase) -> Vec<String> {
    let find = |id: &String| case.parts.iter().find(|p| p.part == *id);
    let missing = |ended_is_enough: bool| {
        move |p: &&SubCase| match p.state {
            PartState::Done { .. } | PartState::NotNeeded => false,
            PartState::Failed { .. } | PartState::Blocked { .. } => !ended_is_enough,
            PartState::Waiting | PartState::Open { .. } => true,
        }
    };
    match &sub.state {
        PartState::Waiting => {
            let well = sub.after.iter().filter_map(find).filter(missing(false));
            let ended = sub.after_end.iter().filter_map(find).filter(missing(true));
            well.chain(ended).map(|p| p.title.clone()).collect()
        }
        PartState::Blocked { by } => find(by).map(|p| p.title.clone()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// How an accepted joint case goes on, for the message about its acceptance.
pub(crate) fn accepted(case: &Case) -> String {
    match case.parts.iter().filter(|p| p.state != PartState::NotNeeded).count() {
        0 => String::new(),
        count => format!("分 {count} 项办，每一项办到哪里，在“办件”里都能看到。"),
    }
}

/// What the applicant is told about a part, without what staff wrote. Nothing about the fan-out:
/// the message about the acceptance says it.
pub(crate) fn message(matter: &Matter, case: &Case, event: &Event) -> Option<String> {
    let whole = &matter.title;
    Some(match event {
        Event::PartFinished { part, opened, .. } => {
            let goes_on = match parts_outcome(&case.parts) {
                PartsOutcome::Running => next(matter, opened),
                PartsOutcome::Complete => "各项都办好了，接下来出结果。".to_owned(),
                PartsOutcome::Partial { .. } | PartsOutcome::Nothing { .. } => {
                    "能办的都办完了，没办成的那项等着补。".to_owned()
                }
            };
            format!("“{whole}”：“{}”办好了。{goes_on}", title_of(matter, part))
        }
        Event::PartFailed { part, opened, .. } => {
            let (title, then) = (title_of(matter, part), next(matter, opened));
            format!("“{whole}”：“{title}”没办成，原因在“办件”里看。{}{then}", if_fails(matter, part))
        }
        Event::PartReopened { part, .. } => format!("“{whole}”：“{}”补好了，接着办。", title_of(matter, part)),
        _ => return None,
    })
}

/// One line of the timeline: title, text, and whose doing it was.
pub(crate) fn entry<'a>(matter: &Matter, region: &'a Region, event: &Event) -> (&'static str, String, &'a str) {
    match event {
        Event::PartFinished { part, opened, .. } => {
            let text = format!("“{}”办好了。{}", title_of(matter, part), next(matter, opened));
            ("一项办好了", text, department(matter, region, part))
        }
        Event::PartFailed { part, opened, .. } => {
            let then = next(matter, opened);
            let text = format!("“{}”没办成。{}{then}", title_of(matter, part), if_fails(matter, part));
            ("一项没办成", text, department(matter, region, part))
        }
        Event::PartReopened { part, .. } => {
            let text = format!("“{}”补好了，接着办。", title_of(matter, part));
            ("一项重新办", text, department(matter, region, part))
        }
        Event::PartsOpened { parts, .. } => {
            let needed = parts.iter().filter(|p| p.state != PartState::NotNeeded);
            let titles: Vec<&str> = needed.map(|p| p.title.as_str()).collect();
            let text = format!("这件事分 {} 项办：{}。", titles.len(), titles.join("、"));
            ("分项办理", text, region.body(&matter.body).map_or("部门", |b| b.name.as_str()))
        }
        _ => ("", String::new(), ""),
    }
}

/// The parts in the result document, each with how it came out; nothing for a single matter.
pub(crate) fn result_blocks(matter: &Matter, case: &Case) -> Vec<Part> {
    let lines: Vec<String> =
        case.parts.iter().filter(|p| p.state != PartState::NotNeeded).map(|p| line(matter, case, p)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Part::Heading("各项办得怎么样".into()), Part::Numbered(lines)]
}

fn line(matter: &Matter, case: &Case, sub: &SubCase) -> String {
    let title = &sub.title;
    match &sub.state {
        PartState::Done { note, .. } => {
            let result = matter.parts.iter().find(|p| p.id == sub.part).map_or("", |p| p.result.as_str());
            let note = if note.is_empty() { String::new() } else { format!("{}。", note.trim_end_matches('。')) };
            format!("{title}：办好。结果：{}。{note}", result.trim_end_matches('。'))
        }
        PartState::Failed { reason, .. } => {
            format!("{title}：没办成：{}。{}", reason.trim_end_matches('。'), if_fails(matter, &sub.part))
        }
        PartState::Blocked { .. } => {
            format!("{title}：没有办，要等“{}”办好。", waits_for(case, sub).join("”、“"))
        }
        PartState::Waiting | PartState::Open { .. } | PartState::NotNeeded => format!("{title}：没有办。"),
    }
}
