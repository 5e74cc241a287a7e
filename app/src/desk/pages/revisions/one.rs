//! One revision: what is missing, its groups, why, the workflow, and what happened to it.

use super::{is_open, list::back, message, place};
use crate::paths;
use crate::t::revision as t;
use crate::ui::{
    ActionBar, Button, ButtonKind, Cell, Column, Columns, DataTable, DateField, Details, HiddenFields, LinkButton,
    Notification, PageHeading, Panel, TextArea, Tone,
};
use domain::catalogue::RevisionStatus;
use leptos::prelude::*;
use service::revisions::schema::{GROUPS, Group};
use service::revisions::{HistoryLine, RevisionView};

/// The page of one revision; `editor` and `reviewer` are what this member of staff may be.
pub fn one(view: &RevisionView, editor: bool, reviewer: bool, say: Option<&str>) -> AnyView {
    let line = &view.line;
    let lead = t::one_lead(&line.slug, t::version(line.version), line.status.title());
    let returned = (!view.review_note.is_empty())
        .then(|| view! { <Notification tone=Tone::Warning title=t::returned(&view.review_note) heading_level=2 /> });
    let title = if line.title.is_empty() { line.slug.clone() } else { line.title.clone() };
    let aside = view! {
        {problems(view)}
        {links(view)}
    }
    .into_any();
    let groups = groups(view, editor);
    let drafting = (editor && is_open(view)).then(|| drafting(view));
    let reviewing = match line.status {
        RevisionStatus::Proposed if reviewer => Some(reviewing(view)),
        RevisionStatus::Reviewed if reviewer => {
            let inner = send_back(view);
            Some(view! { <Panel title=t::review_title()>{inner}</Panel> }.into_any())
        }
        _ => None,
    };
    let history = history(&view.history);
    view! {
        {message(say)}
        {back()}
        <PageHeading title=title lead=lead />
        {returned}
        <Columns aside=move || aside>
            {groups}
            {drafting}
            {reviewing}
            {history}
        </Columns>
    }
    .into_any()
}

fn problems(view: &RevisionView) -> AnyView {
    if view.problems.is_empty() {
        return view! { <Panel title=t::problems_title()><p>{t::problems_none()}</p></Panel> }.into_any();
    }
    let count = t::problems_count(view.problems.len());
    let items = view
        .problems
        .iter()
        .take(100)
        .map(|p| {
            let href = paths::revision_group(view.line.id, p.group);
            view! { <li><a class="ov-link" href=href>{place(p)}</a>"："{p.text.clone()}</li> }
        })
        .collect_view();
    view! {
        <Panel title=t::problems_title()>
            <p>{count}</p>
            <ul>{items}</ul>
        </Panel>
    }
    .into_any()
}

fn links(view: &RevisionView) -> AnyView {
    let id = view.line.id;
    let link = |href: String, text: &'static str| {
        view! { <p><LinkButton href=href kind=ButtonKind::Secondary>{text}</LinkButton></p> }
    };
    view! {
        {link(paths::revision_page(id, "preview"), t::preview())}
        {link(paths::revision_page(id, "compare"), t::compare())}
        {link(paths::revision_page(id, "export.xlsx"), t::export_xlsx())}
        {view.matter.as_ref().map(|_| link(paths::revision_page(id, "export.toml"), t::export_toml()))}
    }
    .into_any()
}

fn groups(view: &RevisionView, editor: bool) -> AnyView {
    let columns = [t::groups_title(), t::groups_filled(), t::problems_title(), ""].map(Column::new).to_vec();
    let verb = if editor && is_open(view) { t::edit() } else { t::view() };
    let row = |group: &Group| {
        let (rows, missing) = (view.sheet.rows(group.key).len(), problem_count(view, group.key));
        let filled = match (rows, group.single()) {
            (0, _) => t::groups_blank().to_owned(),
            (_, true) => t::groups_filled().to_owned(),
            (n, false) => t::groups_rows(n),
        };
        let state = if missing > 0 {
            Cell::Badge(t::groups_problems(missing), Tone::Warning)
        } else {
            Cell::Badge(t::groups_fine().into(), Tone::Success)
        };
        let label = format!("{verb} {}", group.title);
        let href = paths::revision_group(view.line.id, group.key);
        vec![Cell::from(group.title), Cell::Text(filled), state, Cell::Link(label, href)]
    };
    let rows = GROUPS.iter().map(row).collect();
    view! {
        <Panel title=t::groups_title()>
            <DataTable caption=t::groups_title() caption_hidden=true columns=columns rows=rows />
        </Panel>
    }
    .into_any()
}

fn problem_count(view: &RevisionView, group: &str) -> usize {
    view.problems.iter().filter(|p| p.group == group).count()
}

/// A form with the state that was seen, so that nobody overwrites anybody silently.
fn form(view: &RevisionView, act: &str, inner: AnyView) -> AnyView {
    let hidden = vec![("lock".to_owned(), view.lock.to_string())];
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::revision_page(view.line.id, act)>
            <HiddenFields fields=hidden />
            {inner}
        </form>
    }
    .into_any()
}

fn drafting(view: &RevisionView) -> AnyView {
    let reason = view! {
        <TextArea name="reason" label=t::reason_label() hint=t::reason_hint() value=view.reason.clone() rows=3 />
        <div><Button kind=ButtonKind::Secondary>{t::reason_save()}</Button></div>
    }
    .into_any();
    let propose = view! { <ActionBar><Button>{t::propose()}</Button></ActionBar> }.into_any();
    let discard = view! {
        <p class="ov-hint">{t::discard_hint()}</p>
        <div><Button kind=ButtonKind::Danger>{t::discard()}</Button></div>
    }
    .into_any();
    let (reason, propose, discard) =
        (form(view, "reason", reason), form(view, "propose", propose), form(view, "discard", discard));
    view! {
        <Panel title=t::reason_title()>{reason}</Panel>
        {propose}
        <Details summary=t::discard()>{discard}</Details>
    }
    .into_any()
}

fn reviewing(view: &RevisionView) -> AnyView {
    if !view.may_review {
        return view! { <Panel title=t::review_title()><p>{t::review_own()}</p></Panel> }.into_any();
    }
    let approve = view! {
        <DateField name="effective" label=t::effective() hint=t::effective_hint() />
        <div><Button>{t::approve()}</Button></div>
    }
    .into_any();
    let (approve, send_back) = (form(view, "approve", approve), send_back(view));
    let reason = view.reason.clone();
    view! {
        <Panel title=t::review_title()>
            <p>{t::reason_label()}"："{reason}</p>
            {approve}
            {send_back}
        </Panel>
    }
    .into_any()
}

/// Until it holds, what was reviewed can go back as well: the day may be wrong.
fn send_back(view: &RevisionView) -> AnyView {
    let inner = view! {
        <TextArea name="reason" label=t::return_reason() rows=3 />
        <div><Button kind=ButtonKind::Secondary>{t::send_back()}</Button></div>
    }
    .into_any();
    form(view, "return", inner)
}

fn history(lines: &[HistoryLine]) -> AnyView {
    let columns = [t::history_at(), t::history_who(), t::history_what()].map(Column::new).to_vec();
    let row = |line: &HistoryLine| {
        let what = t::by_key(&format!("action.{}", line.action)).unwrap_or_default();
        let detail = if line.detail.is_empty() { String::new() } else { format!("：{}", line.detail) };
        vec![Cell::Text(line.at.format_zh()), Cell::Text(line.who.clone()), Cell::Text(format!("{what}{detail}"))]
    };
    let rows = lines.iter().map(row).collect();
    view! {
        <Panel title=t::history_title()>
            <DataTable caption=t::history_title() caption_hidden=true columns=columns rows=rows />
        </Panel>
    }
    .into_any()
}
