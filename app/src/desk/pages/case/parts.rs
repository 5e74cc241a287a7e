//! 分项办理: each department's part with what is handed to it, and nothing beyond that (least data).

use super::acts::act_form;
use crate::t::parts as t;
use crate::track::pages::{part_badge, part_rows};
use crate::ui::{Button, ButtonKind, Details, Heading, Hidden, Panel, SummaryList, SummaryRow, field_id, hint_id};
use leptos::prelude::*;
use service::desk::{Can, DeskView};
use service::parts::PartView;

/// Longest note, as the service takes it; UTF-16 units are never fewer than characters.
const LONGEST_NOTE: &str = "500";

pub(super) fn parts(view: &DeskView) -> Option<AnyView> {
    let list = &view.view.parts;
    let blocks = list.iter().map(|part| block(view, part)).collect_view();
    (!list.is_empty()).then(|| {
        view! {
            <Panel title=t::desk_title() id="parts">
                <p>{t::desk_lead()}</p>
                {blocks}
            </Panel>
        }
        .into_any()
    })
}

fn block(view: &DeskView, part: &PartView) -> AnyView {
    let mut rows = part_rows(part);
    rows.push(SummaryRow::new(t::desk_if_fails(), part.if_fails.clone()));
    view! {
        <div class="ov-desk-act ov-stack ov-stack--tight" id=format!("part-{}", part.id)>
            <Heading level=3 text=part.title.clone() />
            <p>{part_badge(part)}</p>
            <SummaryList rows=rows label=part.title.clone() />
            {handed(part)}
            {forms(view, part)}
        </div>
    }
    .into_any()
}

/// Names only: what they hold stands in the form and the materials of this page.
fn handed(part: &PartView) -> AnyView {
    let (fields, materials) = (names(&part.fields), names(&part.materials));
    view! {
        <Details summary=t::desk_handed(&part.title)>
            <p>{t::desk_handed_fields()}</p>
            {fields}
            <p>{t::desk_handed_materials()}</p>
            {materials}
        </Details>
    }
    .into_any()
}

fn names(list: &[String]) -> AnyView {
    if list.is_empty() {
        return view! { <p>{t::desk_handed_none()}</p> }.into_any();
    }
    let items = list.iter().map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    view! { <ul>{items}</ul> }.into_any()
}

/// The acts that the case machine allows this person on this part.
fn forms(view: &DeskView, part: &PartView) -> AnyView {
    let id = part.id.clone();
    let finish = view.can.contains(&Can::FinishPart(id.clone())).then(|| {
        let button = view! { <div><Button label=t::desk_finish_label(&part.title)>{t::desk_finish()}</Button></div> };
        form(
            view,
            part,
            "finish",
            &Words { name: "note", label: t::desk_note(), hint: t::desk_note_hint() },
            button.into_any(),
        )
    });
    let fail = view.can.contains(&Can::FailPart(id.clone())).then(|| {
        let label = t::desk_fail_label(&part.title);
        let button = view! { <div><Button kind=ButtonKind::Danger label=label>{t::desk_fail()}</Button></div> };
        form(
            view,
            part,
            "fail",
            &Words { name: "reason", label: t::desk_reason(), hint: t::desk_reason_hint() },
            button.into_any(),
        )
    });
    let reopen = view.can.contains(&Can::ReopenPart(id)).then(|| {
        let label = t::desk_reopen_label(&part.title);
        let button = view! { <div><Button kind=ButtonKind::Secondary label=label>{t::desk_reopen()}</Button></div> };
        form(
            view,
            part,
            "reopen",
            &Words { name: "reason", label: t::desk_mended(), hint: t::desk_mended_hint() },
            button.into_any(),
        )
    });
    view! {
        {finish}
        {fail}
        {reopen}
    }
    .into_any()
}

/// The one field of a form.
struct Words {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
}

fn form(view: &DeskView, part: &PartView, act: &str, words: &Words, button: AnyView) -> AnyView {
    let inner = view! {
        {field(part, act, words)}
        {button}
    };
    act_form(view, &format!("parts/{}/{act}", part.id), Hidden::new(), inner.into_any())
}

/// A field by hand: the page holds one such form per part, so its id needs the part's.
fn field(part: &PartView, act: &str, words: &Words) -> AnyView {
    let id = field_id(&format!("part-{}-{act}", part.id));
    let hint = hint_id(&id);
    let described = hint.clone();
    let optional =
        (words.name == "note").then(|| view! { <span class="ov-field__optional">{t::desk_optional()}</span> });
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {words.label}
                {optional}
                <span class="ov-vh">{t::desk_about(&part.title)}</span>
            </label>
            <p class="ov-field__hint" id=hint>{words.hint}</p>
            <div class="ov-field__box">
                <input
                    class="ov-field__input"
                    id=id
                    name=words.name
                    type="text"
                    maxlength=LONGEST_NOTE
                    autocomplete="off"
                    aria-describedby=described
                />
            </div>
        </div>
    }
    .into_any()
}
