//! 适合您的政策: consent first, then the questions, then what fits and why.

use super::audience_name;
use super::list::automatic_badge;
use crate::apply::pages::form::field;
use crate::paths;
use crate::t::benefits as t;
use crate::t::{field as errors_t, register as register_t};
use crate::ui::{
    ActionBar, Button, ButtonKind, Checkbox, ErrorSummary, FieldError, LinkButton, Notification, PageHeading, Panel,
    Stack, Tag, TagList, Tone,
};
use domain::benefits::{Benefits, ClaimKind, Fact};
use domain::catalogue::Audience;
use domain::form::{Choice, FieldKind};
use domain::rules::{Answers, Truth, UNKNOWN};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::benefits::{FactSheet, Match, Matches};

/// The form field of the consent.
const AGREED: &str = "agreed";
/// The hidden field that says which version of the facts this page was made from, 0 for none.
pub const SEEN: &str = "seen";

/// What has just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    #[default]
    Nothing,
    NotAgreed,
    TooLong,
    Saved,
    Withdrawn,
    /// Wanted to claim before consenting.
    ClaimFirst,
    /// Changed or withdrawn elsewhere since the page was opened: nothing was kept.
    Changed,
}

/// Consent, questions and, once agreed, the results. `typed` is what was sent without consent: shown
/// again, never kept.
pub fn matches(
    benefits: &Benefits,
    audience: Audience,
    sheet: Option<&FactSheet>,
    typed: Option<&Answers>,
    found: &Matches,
    said: Said,
) -> AnyView {
    let tag = |label: &'static str, this: Audience| {
        Tag::link(label, format!("{}?for={}", paths::BENEFIT_MATCH, audience_name(this)), this == audience)
    };
    let tags = vec![tag(t::person(), Audience::Person), tag(t::firm(), Audience::Firm)];
    let (errors, note) = (errors(benefits, found, said), note(said));
    let covered = sheet.filter(|s| s.covered);
    let results = covered.map(|_| results(&found.list));
    let nothing = Answers::new();
    let told = typed.or(sheet.map(|s| &s.facts)).unwrap_or(&nothing);
    let button = if covered.is_some() { t::save_again() } else { t::save() };
    let seen = sheet.map_or(0, |s| s.version);
    let form = form(benefits, audience, told, found, said, (button, seen));
    let withdraw = sheet.map(withdraw);
    view! {
        {errors}
        <PageHeading title=t::match_page() lead=t::match_lead() />
        {note}
        <TagList tags=tags label=t::audience() />
        {results}
        {form}
        {withdraw}
    }
    .into_any()
}

fn errors(benefits: &Benefits, found: &Matches, said: Said) -> AnyView {
    let mut list = Vec::new();
    match said {
        Said::NotAgreed => list.push(FieldError::new(AGREED, t::not_agreed())),
        Said::TooLong => list.push(FieldError::new("", t::too_long())),
        Said::Changed => list.push(FieldError::new("", register_t::changed())),
        _ => {}
    }
    list.extend(found.errors.iter().map(|e| {
        let label = benefits.fact(&e.field).map_or("", |f| f.label.as_str());
        FieldError::new(e.field.clone(), format!("{label}：{}", errors_t::by_key(&e.code).unwrap_or(&e.code)))
    }));
    view! { <ErrorSummary errors=list /> }.into_any()
}

fn note(said: Said) -> Option<AnyView> {
    let (tone, text) = match said {
        Said::Saved => (Tone::Success, t::saved()),
        Said::Withdrawn => (Tone::Success, t::withdrawn()),
        Said::ClaimFirst => (Tone::Info, t::claim_first()),
        Said::Nothing | Said::NotAgreed | Said::TooLong | Said::Changed => return None,
    };
    Some(view! { <Notification tone=tone><p>{text}</p></Notification> }.into_any())
}

/// Consent in full, never ticked in advance, and the questions below it.
fn form(
    benefits: &Benefits,
    audience: Audience,
    told: &Answers,
    found: &Matches,
    said: Said,
    (button, seen): (&'static str, i64),
) -> AnyView {
    let error = (said == Said::NotAgreed).then(t::not_agreed);
    let lines = benefits.consent.lines().map(str::trim).filter(|line| !line.is_empty());
    let consent = lines.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let questions = benefits.asked(audience).map(|fact| question(fact, told, found)).collect_view();
    view! {
        <form class="ov-stack" method="post" action=paths::BENEFIT_MATCH id="facts-form" novalidate>
            <input type="hidden" name="for" value=audience_name(audience) />
            <input type="hidden" name=SEEN value=seen.to_string() />
            <Panel title=t::consent_title() id="consent">
                {consent}
                <Checkbox name=AGREED value="yes" label=t::agree() error=error />
            </Panel>
            <Panel title=t::questions_title() id="questions">
                <p class="ov-hint">{t::questions_hint()}</p>
                {questions}
            </Panel>
            <ActionBar>
                <Button>{button}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

fn question(fact: &Fact, told: &Answers, found: &Matches) -> AnyView {
    let mut spec = fact.field();
    if let FieldKind::Choice { options } = &mut spec.kind {
        options.push(Choice { value: UNKNOWN.into(), label: t::unknown().into(), hint: None });
    }
    let mut value = told.get(&fact.id).cloned().unwrap_or_default();
    if let Some(offer) = found.offered.iter().find(|o| o.fact == fact.id && value.is_empty()) {
        value.clone_from(&offer.value);
        let source = t::offered(format_date_zh(offer.on), &offer.title);
        spec.hint = Some(format!("{}{source}", fact.why));
    }
    let error = found.errors.iter().find(|e| e.field == fact.id);
    let error = error.map(|e| errors_t::by_key(&e.code).unwrap_or(&e.code).to_owned());
    field(&spec, value, error)
}

fn results(list: &[Match]) -> AnyView {
    let of = |truth: Truth| list.iter().filter(|m| m.truth == truth).map(panel).collect::<Vec<_>>();
    let (yes, maybe, no) = (of(Truth::Yes), of(Truth::Unknown), of(Truth::No));
    let none = yes.is_empty().then(|| view! { <p>{t::fits_none()}</p> });
    let maybe = (!maybe.is_empty()).then(|| {
        view! { <Panel title=t::maybe() id="maybe" plain=true><Stack>{maybe}</Stack></Panel> }
    });
    let no = (!no.is_empty()).then(|| {
        view! { <Panel title=t::fits_not() id="fits-not" plain=true><Stack>{no}</Stack></Panel> }
    });
    view! {
        <Panel title=t::fits() id="fits" plain=true>
            {none}
            <Stack>{yes}</Stack>
        </Panel>
        {maybe}
        {no}
    }
    .into_any()
}

fn panel(item: &Match) -> AnyView {
    let benefit = &item.benefit;
    let why = item.why.join("；");
    let reason = match item.truth {
        Truth::Yes => t::why_yes(why),
        Truth::Unknown => t::maybe_text(item.missing.join("、")),
        Truth::No => t::why_no(why),
    };
    let (title, worth, badge) = (benefit.title.clone(), benefit.worth.clone(), automatic_badge(benefit));
    let id = format!("match-{}", benefit.id);
    let action = action(item);
    view! {
        <Panel title=title heading_level=3 id=id>
            {badge}
            <p>{worth}</p>
            <p>{reason}</p>
            {action}
        </Panel>
    }
    .into_any()
}

/// One step for what fits; the guide for what may.
fn action(item: &Match) -> AnyView {
    let benefit = &item.benefit;
    let (title, href) = (&benefit.title, paths::claim(&benefit.id));
    match (item.case, item.truth) {
        (Some(case), _) => {
            let (href, label) = (paths::case(case), t::to_case_label(title));
            view! { <p>{t::claimed()}" · "<a class="ov-link" href=href aria-label=label>{t::to_case()}</a></p> }
                .into_any()
        }
        (None, Truth::Yes) if benefit.claim.kind == ClaimKind::Automatic => {
            let label = t::claim_label(title);
            view! { <p><LinkButton href=href kind=ButtonKind::Secondary label=label>{t::claim()}</LinkButton></p> }
                .into_any()
        }
        (None, Truth::Yes) => {
            let label = t::prepare_label(title);
            view! { <p><LinkButton href=href kind=ButtonKind::Secondary label=label>{t::prepare()}</LinkButton></p> }
                .into_any()
        }
        (None, Truth::Unknown | Truth::No) => {
            let (href, label) = (paths::guide(&benefit.claim.slug), t::to_guide_label(title));
            view! { <p><a class="ov-link" href=href aria-label=label>{t::to_guide()}</a></p> }.into_any()
        }
    }
}

fn withdraw(sheet: &FactSheet) -> AnyView {
    let at = sheet.consent_at.format_zh();
    let text = if sheet.covered { t::consented(at) } else { register_t::kept_older(at) };
    view! {
        <Panel title=t::withdraw() id="withdraw">
            <p>{text}</p>
            <form method="post" action=paths::BENEFIT_WITHDRAW>
                <Button kind=ButtonKind::Secondary>{t::withdraw()}</Button>
            </form>
        </Panel>
    }
    .into_any()
}
