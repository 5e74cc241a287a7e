//! 情形清单: the outcome in words and what to bring, for the outcome page and for lists that are shared.
//! Everything here comes from the matter and the answers; nothing from a person.

use crate::catalogue::words::{limit_text, visits_text};
use crate::t::apply as t;
use crate::t::catalogue as files_t;
use crate::t::shared_list as list_t;
use crate::ui::{
    Badge, ButtonKind, Field, LinkButton, MoneyLine, MoneyTable, Notification, Panel, SummaryList, SummaryRow, Symbol,
    Tone,
};
use domain::catalogue::{Eligibility, Matter, RaiseBill, Slot, Verdict};
use domain::rules::{Answers, Labels, Truth, UNKNOWN};
use domain::time::format_date_zh;
use jiff::civil::Date;
use leptos::prelude::*;

/// Where a list can be found again.
#[derive(Debug, Clone)]
pub struct ListLink {
    /// The address in this product.
    pub path: String,
    /// The whole address, to send to somebody.
    pub url: String,
    /// The whole address as a QR code; empty when it is too long for one.
    pub qr_svg: String,
}

/// Whether it can be done, and what decides.
pub fn verdict_note(verdict: &Verdict<'_>) -> AnyView {
    match verdict.eligibility {
        Eligibility::Eligible => {
            view! { <Notification tone=Tone::Success title=t::eligible() heading_level=2><p>{t::eligible_text()}</p></Notification> }.into_any()
        }
        Eligibility::Maybe => {
            let open = verdict.deciding().map(|c| view! { <li>{c.text.clone()}</li> }).collect_view();
            view! {
                <Notification tone=Tone::Warning title=t::maybe() heading_level=2>
                    <p>{t::maybe_text()}</p>
                    <ul>{open}</ul>
                </Notification>
            }
            .into_any()
        }
        Eligibility::NotEligible => verdict
            .deciding()
            .map(|c| {
                let (title, text) = (c.title_if_not.clone(), c.otherwise.clone());
                view! { <Notification tone=Tone::Info title=title heading_level=2><p>{text}</p></Notification> }
            })
            .collect_view()
            .into_any(),
    }
}

/// Each condition with how it stands.
pub fn condition_rows(verdict: &Verdict<'_>) -> Vec<SummaryRow> {
    verdict.conditions.iter().map(|(condition, truth)| condition_row(&condition.text, *truth)).collect()
}

fn condition_row(text: &str, truth: Truth) -> SummaryRow {
    let value = match truth {
        Truth::Yes => t::met(),
        Truth::No => t::not_met(),
        Truth::Unknown => t::open(),
    };
    SummaryRow { label: text.to_owned(), value: value.to_owned(), ..SummaryRow::default() }
}

/// The questions with what was chosen; `change` gives where a question can be answered anew.
pub fn answer_rows(matter: &Matter, answers: &Answers, change: impl Fn(&str) -> Option<String>) -> Vec<SummaryRow> {
    matter
        .asked(answers)
        .filter_map(|q| {
            let value = answers.get(&q.id)?;
            let shown = if value == UNKNOWN { t::unknown().to_owned() } else { matter.value(&q.id, value) };
            let change_href = change(&q.id);
            Some(SummaryRow { label: q.text.clone(), value: shown, change_href, ..SummaryRow::default() })
        })
        .collect()
}

/// Materials, fee, limit and visits for these answers.
pub fn personal_list(matter: &Matter, answers: &Answers) -> AnyView {
    let slots = matter.personal_list(answers).iter().map(slot_line).collect_view();
    let fee = fee(matter, answers);
    let facts = vec![
        SummaryRow { label: t::list_limit().into(), value: limit_text(&matter.promised), ..SummaryRow::default() },
        SummaryRow { label: t::list_visits().into(), value: visits_text(&matter.visits), ..SummaryRow::default() },
    ];
    view! {
        <Panel title=t::list_materials()><ul class="ov-list">{slots}</ul></Panel>
        {fee}
        <Panel title=t::list_limit()><SummaryList rows=facts /></Panel>
    }
    .into_any()
}

fn slot_line(slot: &Slot<'_>) -> AnyView {
    let material = slot.material;
    let badge = (!slot.certain).then(|| view! { <Badge text=t::open() tone=Tone::Warning /> });
    let because = slot.because.clone().map(|rule| view! { <p class="ov-hint">{rule}</p> });
    let file = |href: &Option<String>, label: &'static str| {
        href.clone().map(|href| view! { <p><a href=href>{label}"："{material.name.clone()}</a></p> })
    };
    view! {
        <li>
            <strong>{material.name.clone()}</strong>
            " "
            {badge}
            {because}
            {file(&material.sample, files_t::sample())}
            {file(&material.blank, files_t::blank())}
            {file(&material.filled, files_t::filled())}
        </li>
    }
    .into_any()
}

fn fee(matter: &Matter, answers: &Answers) -> AnyView {
    let Some(plan) = &matter.fee else {
        return view! { <Panel title=t::list_fee()><p>{t::fee_free()}</p></Panel> }.into_any();
    };
    let assessed = matter.assess(answers);
    let lines = assessed
        .lines
        .iter()
        .map(|l| MoneyLine {
            label: l.name.clone(),
            basis: l.basis.clone(),
            amount: l.amount.to_string(),
            before_reduction: l.reduction.as_ref().map(|_| l.full.to_string()),
            reduction: l.reduction.clone(),
        })
        .collect::<Vec<_>>();
    let when = match plan.raise {
        RaiseBill::Acceptance => t::fee_at_acceptance(),
        RaiseBill::Submission => t::fee_at_submission(),
    };
    let open_items = assessed.open.join("、");
    let total = assessed.total().to_string();
    let open = (!open_items.is_empty()).then(|| view! { <p class="ov-hint">{t::fee_open(open_items)}</p> });
    let table = (!lines.is_empty()).then(|| view! { <MoneyTable caption=t::list_fee() lines=lines total=total /> });
    view! { <Panel title=t::list_fee()>{table} {open} <p class="ov-hint">{when}</p></Panel> }.into_any()
}

/// 保存这张清单, on the outcome page: until when it is kept here, and the link.
pub fn keep_panel(link: &ListLink, until: Date) -> AnyView {
    let saved = list_t::keep_saved(format_date_zh(until));
    let (path, address) = (link.path.clone(), link_address(link));
    view! {
        <Panel title=list_t::keep_title() id="keep">
            <p>{saved}</p>
            <p>
                <LinkButton href=path kind=ButtonKind::Secondary symbol=Symbol::Print>
                    {list_t::keep_open()}
                </LinkButton>
            </p>
            {address}
        </Panel>
    }
    .into_any()
}

/// The link as text and drawn, and what is not in it.
pub fn link_address(link: &ListLink) -> AnyView {
    let (url, qr_svg) = (link.url.clone(), link.qr_svg.clone());
    let qr = (!qr_svg.is_empty()).then(|| {
        view! {
            <div class="ov-qr" role="img" aria-label=list_t::keep_qr() inner_html=qr_svg></div>
            <p class="ov-hint">{list_t::keep_qr_text()}</p>
        }
    });
    view! {
        <Field
            name="list-link"
            label=list_t::keep_link()
            hint=list_t::keep_link_hint()
            value=url
            kind="url"
            readonly=true
        />
        <p>{list_t::keep_private()}</p>
        {qr}
    }
    .into_any()
}
