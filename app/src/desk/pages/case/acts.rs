//! What this member of staff may do now. The possible acts come from the case machine itself
//! (`DeskView::can`); nothing else is offered.

use super::verdict::{current, is_promised, open_in_round};
use crate::paths;
use crate::t::desk as t;
use crate::ui::{Button, ButtonKind, Details, Field, Heading, Hidden, HiddenFields, Panel, TextArea};
use domain::case::{BillState, CaseState, CaseStatus, Outcome, OwedState, PartsOutcome, PartyState, parts_outcome};
use domain::catalogue::SpecialProcedure;
use domain::time::{Limit, LimitUnit, format_date_zh};
use leptos::prelude::*;
use service::desk::{Can, DeskView};

pub(super) fn acts(view: &DeskView) -> AnyView {
    let possible: Vec<AnyView> =
        view.can.iter().filter(|can| **can != Can::Verdict).filter_map(|can| act(view, can)).collect();
    let body = if possible.is_empty() { none(view) } else { possible.collect_view().into_any() };
    view! { <Panel title=t::acts_title() id="acts">{body}</Panel> }.into_any()
}

/// A form of the case with the version that was seen, so that nobody overwrites anybody silently.
pub(super) fn act_form(view: &DeskView, act: &str, more: Hidden, inner: AnyView) -> AnyView {
    let mut hidden = vec![("version".to_owned(), view.view.version.to_string())];
    hidden.extend(more);
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=paths::desk_act(view.view.case.id, act)>
            <HiddenFields fields=hidden />
            {inner}
        </form>
    }
    .into_any()
}

/// Why there is nothing to do, as far as the case tells.
fn none(view: &DeskView) -> AnyView {
    let case = &view.view.case;
    let status = case.status();
    let why = match status {
        CaseStatus::Received if case.party == PartyState::Waiting => Some(t::acts_none_party()),
        CaseStatus::Correcting => Some(t::acts_none_correction()),
        CaseStatus::InProgress | CaseStatus::Suspended if case.open_special().is_some() => Some(t::acts_none_special()),
        CaseStatus::InProgress if case.owed.iter().any(|o| !matches!(o.state, OwedState::Met { .. })) => {
            Some(crate::t::promises::desk_blocked())
        }
        CaseStatus::InProgress if case.bill == BillState::Due => Some(t::acts_none_payment()),
        CaseStatus::InProgress if parts_outcome(&case.parts) == PartsOutcome::Running => {
            Some(crate::t::parts::desk_not_yet())
        }
        CaseStatus::Closed => None,
        _ => Some(t::acts_none_role()),
    };
    let finished = matches!(&case.state, CaseState::Decided(d) if d.issued_at.is_some());
    let why = why.filter(|_| !finished);
    view! {
        <p>{t::acts_none()}</p>
        {why.map(|why| view! { <p>{why}</p> })}
    }
    .into_any()
}

fn act(view: &DeskView, can: &Can) -> Option<AnyView> {
    Some(match can {
        // Those have forms of their own, beside what they are about.
        Can::Verdict | Can::FinishPart(_) | Can::FailPart(_) | Can::ReopenPart(_) | Can::JudgeOwed(_) => return None,
        Can::Accept => accept(view),
        Can::Notice => notice(view),
        Can::ReturnAnswer => return_answer(view),
        Can::RefuseAcceptance => refuse_acceptance(view),
        Can::StartSpecial(id) => start_special(view, view.view.matter.special_procedure(id)?),
        Can::EndSpecial => end_special(view),
        Can::Grant => grant(view),
        Can::Refuse => refuse(view),
        Can::Issue => issue(view),
        Can::Post => post(view),
    })
}

fn block(title: String, inner: AnyView) -> AnyView {
    view! {
        <div class="ov-desk-act ov-stack ov-stack--tight">
            <Heading level=3 text=title />
            {inner}
        </div>
    }
    .into_any()
}

/// Sentences of the notice, from this round's verdicts: what the service will compose.
pub(in crate::desk::pages) fn notice_items(view: &DeskView) -> Vec<String> {
    let matter = &view.view.matter;
    view.verdicts
        .iter()
        .filter(|v| v.round == view.round)
        .filter_map(|v| {
            let material = matter.material(&v.material)?;
            let criterion = material.criteria.iter().find(|c| Some(&c.id) == v.criterion.as_ref())?;
            let note = if v.note.is_empty() { String::new() } else { t::act_notice_note(&v.note) };
            Some(t::act_notice_item(&material.name, criterion.text.trim_end_matches('。'), note, &criterion.mend))
        })
        .collect()
}

fn accept(view: &DeskView) -> AnyView {
    let defects = notice_items(view).len();
    if defects > 0 {
        let text = view! { <p>{t::act_accept_defects(defects)}</p> };
        return block(t::act_accept().to_owned(), text.into_any());
    }
    let shown = &view.view;
    let unchecked = shown
        .matter
        .personal_list(&shown.answers)
        .iter()
        .filter(|s| open_in_round(view, &s.material.id) && current(view, &s.material.id).is_none())
        .filter(|s| !is_promised(view, &s.material.id))
        .count();
    let open = (unchecked > 0).then(|| view! { <p>{t::act_accept_open(unchecked)}</p> });
    let button = view! { <div><Button>{t::act_accept()}</Button></div> };
    let inner = view! {
        <p>{t::act_accept_text()}</p>
        {open}
        {act_form(view, "accept", Hidden::new(), button.into_any())}
    };
    block(t::act_accept().to_owned(), inner.into_any())
}

fn notice(view: &DeskView) -> AnyView {
    let inner = defects(view, "notice", t::act_notice_text(), t::act_notice_empty(), t::act_notice());
    block(t::act_notice().to_owned(), inner)
}

fn return_answer(view: &DeskView) -> AnyView {
    let inner = defects(view, "return", t::act_return_text(), t::act_return_empty(), t::act_return());
    block(t::act_return().to_owned(), inner)
}

/// The list that will be sent, before the button that sends it.
fn defects(view: &DeskView, act: &str, text: &'static str, empty: &'static str, label: &'static str) -> AnyView {
    let items = notice_items(view);
    if items.is_empty() {
        return view! { <p>{empty}</p> }.into_any();
    }
    let items = items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
    let button = view! { <div><Button>{label}</Button></div> };
    view! {
        <p>{text}</p>
        <ol>{items}</ol>
        {act_form(view, act, Hidden::new(), button.into_any())}
    }
    .into_any()
}

/// Refusals stand behind a summary: rarer than the rest, and not to be hit by accident.
fn with_reasons(view: &DeskView, act: &str, title: &'static str, text: &'static str, submit: &'static str) -> AnyView {
    // What did not come in time is a reason that stands there already.
    let known = if act == "refuse" { super::owed::lapsed_reasons(view) } else { String::new() };
    let fields = view! {
        <TextArea name="reasons" label=t::act_reasons() hint=t::act_reasons_hint() value=known />
        <div><Button kind=ButtonKind::Danger>{submit}</Button></div>
    };
    let form = act_form(view, act, Hidden::new(), fields.into_any());
    let inner = view! {
        <p>{text}</p>
        <Details summary=t::act_reasons()>{form}</Details>
    };
    block(title.to_owned(), inner.into_any())
}

fn refuse_acceptance(view: &DeskView) -> AnyView {
    with_reasons(
        view,
        "refuse-acceptance",
        t::act_refuse_acceptance(),
        t::act_refuse_acceptance_text(),
        t::act_refuse_acceptance_submit(),
    )
}

fn refuse(view: &DeskView) -> AnyView {
    with_reasons(view, "refuse", t::act_refuse(), t::act_refuse_text(), t::act_refuse_submit())
}

fn limit(limit: &Limit) -> String {
    match (limit.amount, limit.unit) {
        (0, _) => t::limit_same_day().to_owned(),
        (n, LimitUnit::WorkingDays) => t::limit_working_days(n),
        (n, LimitUnit::Days) => t::limit_days(n),
        (n, LimitUnit::Months) => t::limit_months(n),
    }
}

fn start_special(view: &DeskView, special: &SpecialProcedure) -> AnyView {
    let title = t::act_special_start(&special.name);
    let clock = if special.suspends_clock { t::act_special_stops() } else { t::act_special_runs() };
    let note = (!special.note.is_empty()).then(|| view! { <p>{t::act_special_note(&special.note)}</p> });
    let label = title.clone();
    let button = view! { <div><Button kind=ButtonKind::Secondary>{label}</Button></div> };
    let hidden = vec![("procedure".to_owned(), special.id.clone())];
    let inner = view! {
        <p>{t::act_special_limit(limit(&special.limit), &special.basis)}</p>
        <p>{clock}</p>
        {note}
        {act_form(view, "special/start", hidden, button.into_any())}
    };
    block(title, inner.into_any())
}

fn end_special(view: &DeskView) -> AnyView {
    let Some(running) = view.view.case.open_special() else { return ().into_any() };
    let fields = view! {
        <TextArea name="finding" label=t::act_special_finding() hint=t::act_special_finding_hint() rows=3 />
        <div><Button>{t::act_special_end_submit()}</Button></div>
    };
    let inner = view! {
        <p>{t::act_special_end_text(format_date_zh(running.due_on))}</p>
        {act_form(view, "special/end", Hidden::new(), fields.into_any())}
    };
    block(t::act_special_end(&running.name), inner.into_any())
}

fn grant(view: &DeskView) -> AnyView {
    let button = view! { <div><Button>{t::act_grant_submit()}</Button></div> };
    // What the applicant will read: a grant for a part of the whole is no quiet thing.
    let partial = matches!(parts_outcome(&view.view.case.parts), PartsOutcome::Partial { .. })
        .then(|| view! { <p>{crate::t::parts::desk_partial()}</p> });
    let inner = view! {
        <p>{t::act_grant_text(&view.view.matter.result.title)}</p>
        {partial}
        {act_form(view, "grant", Hidden::new(), button.into_any())}
    };
    block(t::act_grant().to_owned(), inner.into_any())
}

fn issue(view: &DeskView) -> AnyView {
    let document = match &view.view.case.state {
        CaseState::Decided(d) if matches!(d.outcome, Outcome::Refused { .. }) => t::act_issue_refused().to_owned(),
        _ => t::act_issue_granted(&view.view.matter.result.title),
    };
    let button = view! { <div><Button>{t::act_issue()}</Button></div> };
    let inner = view! {
        <p>{t::act_issue_text()}</p>
        <p>{document}</p>
        {act_form(view, "issue", Hidden::new(), button.into_any())}
    };
    block(t::act_issue().to_owned(), inner.into_any())
}

/// 结果邮寄 (POST `posted`: `carrier`, `waybill`).
fn post(view: &DeskView) -> AnyView {
    use crate::t::post as words;
    let fields = view! {
        <Field name="carrier" label=words::carrier() hint=words::carrier_hint() autocomplete="off" width=20 />
        <Field name="waybill" label=words::waybill() hint=words::waybill_hint() autocomplete="off" width=20 />
        <div><Button>{words::act()}</Button></div>
    };
    let inner = view! {
        <p>{words::act_text()}</p>
        {act_form(view, "posted", Hidden::new(), fields.into_any())}
    };
    block(words::act_title().to_owned(), inner.into_any())
}
