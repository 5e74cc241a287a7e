//! Filing at a counter for a visitor (窗口代办): who is there, what is taken here, what was begun and filed.

use super::message;
use crate::paths;
use crate::t::counter as t;
use crate::ui::{
    ActionBar, Button, ButtonKind, Cell, Column, DataTable, EmptyState, ErrorSummary, Field, FieldError, Notification,
    PageHeading, Panel, SearchBox, Tone,
};
use domain::catalogue::Card;
use leptos::prelude::*;
use service::counter::{CounterView, VisitView};

/// What was searched for and typed, what was wrong with it, and what came of the last act.
#[derive(Debug, Clone, Default)]
pub struct CounterState {
    /// Words searched for.
    pub query: String,
    /// Typed name, given back when something was wrong.
    pub name: String,
    /// Typed phone, likewise.
    pub phone: String,
    /// Typed number of a case and name shown, likewise.
    pub number: String,
    pub shown: String,
    /// Code of what was wrong.
    pub error: Option<String>,
    /// Code of the last act's outcome.
    pub say: Option<String>,
}

/// Without a visit the forms that begin one (POST `begin`: `name`, `phone`) or take one up again (POST `resume`:
/// `number`, `shown`); with one what it holds and its end (POST `end`: `sure`). What is taken here can be searched (GET: `q`), and begun while a visit is open.
pub fn counter(view: &CounterView, state: &CounterState) -> AnyView {
    let here = t::here(view.place.as_deref().unwrap_or(t::county()));
    let visit = view.visit.as_ref().map_or_else(|| begin_form(state), visit);
    let end = view.visit.as_ref().map(end_form);
    let resume = view.visit.is_none().then(|| resume_form(state));
    view! {
        {said(state.say.as_deref())}
        <PageHeading title=t::title() caption=here lead=t::lead() />
        {visit}
        {resume}
        <SearchBox action=paths::DESK_COUNTER label=t::search() value=state.query.clone() />
        {matters(view)}
        {end}
    }
    .into_any()
}

/// What came of the last act; codes that are not of this page have their sentence at the desk.
fn said(code: Option<&str>) -> AnyView {
    let own = code.and_then(|code| Some((code, t::by_key(&format!("message.{code}"))?)));
    let Some((code, text)) = own else { return message(code) };
    let tone = if code == "done" { Tone::Success } else { Tone::Warning };
    view! { <Notification tone=tone title=text live=true /> }.into_any()
}

fn begin_form(state: &CounterState) -> AnyView {
    let code = state.error.as_deref().unwrap_or_default();
    let text = |field: &str| {
        code.starts_with(field).then(|| crate::t::field::by_key(code).unwrap_or_else(crate::t::desk::message_failed))
    };
    let (name, phone) = (text("name"), text("phone"));
    let errors = [("name", name), ("phone", phone)]
        .into_iter()
        .filter_map(|(field, text)| text.map(|text| FieldError::new(field, text)))
        .collect();
    let (typed_name, typed_phone) = (state.name.clone(), state.phone.clone());
    view! {
        <ErrorSummary errors=errors title=t::error_title() />
        <Panel title=t::begin_title()>
            <p>{t::begin_text()}</p>
            <form class="ov-stack" method="post" action=paths::DESK_COUNTER_BEGIN novalidate>
                <Field
                    name="name"
                    label=t::name()
                    hint=t::name_hint()
                    value=typed_name
                    error=name
                    autocomplete="off"
                    width=20
                />
                <Field
                    name="phone"
                    label=t::phone()
                    hint=t::phone_hint()
                    value=typed_phone
                    error=phone
                    kind="tel"
                    inputmode="tel"
                    autocomplete="off"
                    width=20
                />
                <ActionBar>
                    <Button>{t::begin()}</Button>
                </ActionBar>
            </form>
        </Panel>
    }
    .into_any()
}

/// The visitor is here again with something that a notice asks for.
fn resume_form(state: &CounterState) -> AnyView {
    let (number, shown) = (state.number.clone(), state.shown.clone());
    view! {
        <Panel title=t::resume_title() id="resume">
            <p>{t::resume_text()}</p>
            <form class="ov-stack" method="post" action=paths::DESK_COUNTER_RESUME novalidate>
                <Field
                    name="number"
                    label=t::resume_number()
                    hint=t::resume_number_hint()
                    value=number
                    autocomplete="off"
                />
                <Field
                    name="shown"
                    label=t::resume_name()
                    hint=t::resume_name_hint()
                    value=shown
                    autocomplete="off"
                    width=20
                />
                <ActionBar>
                    <Button kind=ButtonKind::Secondary>{t::resume()}</Button>
                </ActionBar>
            </form>
        </Panel>
    }
    .into_any()
}

fn visit(visit: &VisitView) -> AnyView {
    let nothing = (visit.drafts.is_empty() && visit.cases.is_empty()).then(|| view! { <p>{t::nothing()}</p> });
    let drafts =
        visit.drafts.iter().map(|d| (t::go_on(&d.title, d.progress_percent), paths::draft(d.id))).collect::<Vec<_>>();
    let mut cases = Vec::new();
    for case in &visit.cases {
        cases.push((t::case_link(&case.title, &case.number), paths::receipt(case.id)));
        cases.push((t::to_case(&case.title), paths::case(case.id)));
        if visit.by_post.contains(&case.id) {
            cases.push((t::to_post(&case.title), paths::delivery(case.id)));
        }
    }
    view! {
        <Panel title=t::visit_title(&visit.name_masked) id="visit">
            <p>{t::visit_text()}</p>
            {nothing}
            {links(t::drafts(), drafts)}
            {links(t::cases(), cases)}
        </Panel>
    }
    .into_any()
}

fn links(title: &'static str, list: Vec<(String, String)>) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let items = list.into_iter().map(|(text, href)| view! { <li><a href=href>{text}</a></li> }).collect_view();
    view! {
        <h3>{title}</h3>
        <ul class="ov-list">{items}</ul>
    }
    .into_any()
}

fn matters(view: &CounterView) -> AnyView {
    if view.matters.is_empty() {
        return view! { <EmptyState title=t::matters_none() body=t::matters_none_body() /> }.into_any();
    }
    let open = view.visit.is_some();
    let mut columns = vec![Column::new(t::col_matter())];
    columns.extend(open.then(|| Column::new(t::col_start())));
    let rows = view
        .matters
        .iter()
        .map(|card| {
            let mut cells = vec![Cell::Link(card.title.clone(), paths::guide(&card.slug))];
            cells.extend(open.then(|| Cell::View(start_form(card))));
            cells
        })
        .collect();
    view! { <DataTable caption=t::matters() columns=columns rows=rows /> }.into_any()
}

fn start_form(card: &Card) -> AnyView {
    let label = t::start_label(&card.title);
    view! {
        <form method="post" action=paths::start(&card.slug)>
            <Button kind=ButtonKind::Secondary label=label>{t::start()}</Button>
        </form>
    }
    .into_any()
}

fn end_form(visit: &VisitView) -> AnyView {
    let open = visit.drafts.len();
    let sure = (open > 0).then(|| view! { <input type="hidden" name="sure" value="yes" /> });
    let warning = (open > 0).then(|| view! { <p><strong>{t::end_unfinished(open)}</strong></p> });
    let (kind, words) = if open > 0 { (ButtonKind::Danger, t::end_sure()) } else { (ButtonKind::Primary, t::end()) };
    view! {
        <Panel title=t::end_title() id="end">
            <p>{t::end_text()}</p>
            {warning}
            <form method="post" action=paths::DESK_COUNTER_END>
                {sure}
                <Button kind=kind>{words}</Button>
            </form>
        </Panel>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::DraftId;
    use domain::time::Instant;
    use jiff::civil::date;
    use service::drafts::DraftSummary;

    fn html(view: &CounterView, state: &CounterState) -> String {
        Owner::new().with(|| counter(view, state).to_html())
    }

    #[test]
    fn without_a_visit_one_can_be_begun_and_what_was_wrong_is_said_at_its_field() {
        let view = CounterView { place: None, visit: None, matters: Vec::new() };
        let state = CounterState {
            name: "<b>张三".into(),
            phone: "123".into(),
            error: Some("phone.length".into()),
            ..CounterState::default()
        };
        let page = html(&view, &state);
        assert!(page.contains("县政务服务中心窗口") && page.contains(paths::DESK_COUNTER_BEGIN));
        assert!(page.contains("#f-phone") && page.contains("手机号应当是 11 位"));
        assert!(page.contains(paths::DESK_COUNTER_RESUME) && page.contains("f-shown"));
        assert!(!page.contains("<b>张三") && !page.contains(paths::DESK_COUNTER_END));
    }

    #[test]
    fn ending_a_visit_says_what_would_be_lost() {
        let draft = DraftSummary {
            id: "019a0000-0000-7000-8000-000000000001".parse::<DraftId>().expect("a UUID"),
            title: "出生登记".into(),
            slug: "birth-registration".into(),
            progress_percent: 40,
            updated_at: Instant(0),
            expires_on: date(2026, 8, 1),
            days_left: 30,
        };
        let visit = |drafts| VisitView { name_masked: "张*".into(), drafts, cases: Vec::new(), by_post: Vec::new() };
        let place = || Some("临江镇便民服务中心".to_owned());
        let open = CounterView { place: place(), visit: Some(visit(vec![draft])), matters: Vec::new() };
        let page = html(&open, &CounterState::default());
        assert!(page.contains("正在为 张* 办理") && page.contains("还有 1 件没有提交"));
        assert!(page.contains("接着办 出生登记（已填 40%）") && page.contains("name=\"sure\""));
        assert!(!page.contains(paths::DESK_COUNTER_BEGIN), "one at a time");
        let done = CounterView { place: place(), visit: Some(visit(Vec::new())), matters: Vec::new() };
        assert!(!html(&done, &CounterState::default()).contains("name=\"sure\""));
    }
}
