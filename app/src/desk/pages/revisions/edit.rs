//! One group of elements as a form, made from the schema; what is missing stands beside it while one types.

use super::{is_open, message, sentence};
use crate::desk::components::live;
use crate::paths;
use crate::t::revision as t;
use crate::ui::{
    ActionBar, Breadcrumb, Button, Checkbox, Choice, Details, Field, HiddenFields, Link, Notification, PageHeading,
    Panel, SelectField, SummaryList, SummaryRow, TextArea, Tone,
};
use domain::catalogue::Region;
use leptos::prelude::*;
use service::revisions::schema::{Column, Group, Kind};
use service::revisions::{Problem, RevisionView, Row, is_long};

/// What else the page depends on.
pub struct Seen<'a> {
    pub region: &'a Region,
    /// May write.
    pub editor: bool,
    /// What was typed over a state that somebody else has changed meanwhile.
    pub typed: Option<&'a [Row]>,
    pub say: Option<&'a str>,
}

/// The rows of a group, and room for one more.
pub fn edit(view: &RevisionView, group: &'static Group, seen: &Seen<'_>) -> AnyView {
    let back =
        [Link::new(t::list_title(), paths::DESK_CATALOGUE), Link::new(t::edit_back(), paths::revision(view.line.id))];
    let title = t::edit_title(group.title, &view.line.title);
    if !(seen.editor && is_open(view)) {
        let rows = read_only(group, view.sheet.rows(group.key));
        return view! {
            {message(seen.say)}
            <Breadcrumb links=back.to_vec() />
            <PageHeading title=title />
            <Notification tone=Tone::Info title=t::edit_locked() heading_level=2 />
            {rows}
        }
        .into_any();
    }
    let rows = seen.typed.unwrap_or_else(|| view.sheet.rows(group.key));
    let problems: Vec<&Problem> = view.problems.iter().filter(|p| p.group == group.key).collect();
    let cells = if group.single() {
        fields(group, 0, rows.first(), &problems, seen.region)
    } else {
        let list = rows.iter().enumerate().map(|(n, row)| block(group, n, row, &problems, seen.region)).collect_view();
        let new = fields(group, rows.len(), None, &[], seen.region);
        let empty = rows.is_empty();
        view! { {list} <Details summary=t::edit_row_new() open=empty>{new}</Details> }.into_any()
    };
    let action = paths::revision_group(view.line.id, group.key);
    let hidden = vec![("lock".to_owned(), view.lock.to_string())];
    let list: Vec<String> = problems.iter().map(|p| sentence(p)).collect();
    // What was typed over a newer state is saved by the one who typed it, not by itself.
    let live = seen.typed.is_none().then(|| live::helper(&view.line.id.to_string(), group.key, list));
    view! {
        {message(seen.say)}
        <Breadcrumb links=back.to_vec() />
        <PageHeading title=title />
        <form class="ov-stack" method="post" action=action>
            <HiddenFields fields=hidden />
            {live}
            {cells}
            <ActionBar><Button>{t::edit_save()}</Button></ActionBar>
        </form>
    }
    .into_any()
}

/// The cells to be looked at.
fn read_only(group: &'static Group, rows: &[Row]) -> AnyView {
    let row = |(number, row): (usize, &Row)| {
        let cell = |c: &Column| Some(SummaryRow::new(c.label, row.get(c.key)?.clone()));
        let cells: Vec<SummaryRow> = group.columns.iter().filter_map(cell).collect();
        let title = if group.single() { group.title.to_owned() } else { t::edit_row(number + 1) };
        view! { <Panel title=title><SummaryList rows=cells /></Panel> }
    };
    rows.iter().enumerate().map(row).collect_view().into_any()
}

/// One row of several, folded unless something is wrong in it.
fn block(group: &'static Group, number: usize, row: &Row, problems: &[&Problem], region: &Region) -> AnyView {
    let name = ["title", "name", "text", "label", "id", "field"].iter().find_map(|key| row.get(*key));
    let name = name.map_or_else(|| t::edit_row(number + 1), |name| format!("{} {name}", t::edit_row(number + 1)));
    let wrong = problems.iter().any(|p| p.row == number);
    let inner = fields(group, number, Some(row), problems, region);
    let (place, drop) = (format!("{number}.@place"), format!("{number}.@drop"));
    view! {
        <Details summary=name open=wrong>
            {inner}
            <Field name=place label=t::edit_place() value=(number + 1).to_string() inputmode="numeric" width=4u8 />
            <Checkbox name=drop label=t::edit_drop() />
        </Details>
    }
    .into_any()
}

fn fields(group: &'static Group, number: usize, row: Option<&Row>, problems: &[&Problem], region: &Region) -> AnyView {
    let field = |column: &'static Column| {
        let value = row.and_then(|r| r.get(column.key)).cloned().unwrap_or_default();
        let error = problems.iter().find(|p| p.row == number && p.column == column.key).map(|p| p.text.clone());
        one_field(column, &format!("{number}.{}", column.key), value, error, region)
    };
    group.columns.iter().map(field).collect_view().into_any()
}

fn one_field(column: &'static Column, name: &str, value: String, error: Option<String>, region: &Region) -> AnyView {
    let (name, label, required) = (name.to_owned(), column.label, column.always_needed());
    let hint = match column.kind {
        Kind::Rule if column.hint.is_empty() => t::edit_rule_hint().to_owned(),
        Kind::Rule => format!("{}。{}", column.hint, t::edit_rule_hint()),
        Kind::Some(words) => words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join("、"),
        _ => column.hint.to_owned(),
    };
    let hint = Some(hint).filter(|h| !h.is_empty());
    let choices: Option<Vec<Choice>> = match column.kind {
        Kind::OneOf(words) => Some(words.iter().map(|(_, word)| Choice::new(*word, *word)).collect()),
        Kind::Flag => Some(["是", "否"].map(|word| Choice::new(word, word)).to_vec()),
        Kind::Body => Some(region.bodies.iter().map(|b| Choice::new(b.id.clone(), b.name.clone())).collect()),
        Kind::Window => Some(region.windows.iter().map(|w| Choice::new(w.id.clone(), w.name.clone())).collect()),
        _ => None,
    };
    // A value that is none of the choices stays, so that nothing typed elsewhere is lost.
    let fits = choices.as_ref().is_some_and(|c| value.is_empty() || c.iter().any(|c| c.value == value));
    match choices {
        Some(choices) if fits => view! {
            <SelectField name=name label=label choices=choices hint=hint value=value error=error required=required />
        }
        .into_any(),
        _ if is_long(column.kind) => {
            let rows = u32::try_from(value.lines().count().clamp(2, 12)).unwrap_or(2);
            view! { <TextArea name=name label=label hint=hint value=value error=error required=required rows=rows /> }
                .into_any()
        }
        _ => view! {
            <Field name=name label=label hint=hint value=value error=error required=required autocomplete="off" />
        }
        .into_any(),
    }
}
