//! 办件: drafts, unmistakably not submitted, and cases with the next step first.

use crate::paths;
use crate::t::local_copy as local_t;
use crate::t::mine as t;
use crate::track::pages::{days_left, next_step_text, status_text, status_tone};
use crate::ui::{
    ActionBar, Badge, Button, ButtonKind, Card, EmptyState, LinkButton, Notification, PageHeading, Panel, Progress,
    Stack, Symbol, Tone,
};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::cases::{CaseSummary, NextStep};
use service::drafts::{DraftSummary, DraftView};
use service::expiry::SOON_DAYS;

/// Drafts first, then cases; those that wait for this person before the others.
pub fn cases(list: &[CaseSummary], drafts: &[DraftSummary]) -> AnyView {
    let body = if list.is_empty() && drafts.is_empty() {
        view! {
            <EmptyState title=t::none_title() body=t::none_body()>
                <LinkButton href=paths::MATTERS>{t::to_matters()}</LinkButton>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { {draft_panels(drafts)} {case_cards(list)} }.into_any()
    };
    view! { <PageHeading title=t::cases_title() lead=t::cases_lead() /> {body} }.into_any()
}

fn draft_panels(drafts: &[DraftSummary]) -> AnyView {
    if drafts.is_empty() {
        return ().into_any();
    }
    let panels = drafts.iter().enumerate().map(|(index, d)| draft(d, index == 0)).collect_view();
    view! { <Panel title=t::drafts() id="drafts" plain=true>{panels}</Panel> }.into_any()
}

fn draft(draft: &DraftSummary, first: bool) -> AnyView {
    let kind = if first { ButtonKind::Primary } else { ButtonKind::Secondary };
    let title = draft.title.clone();
    let (id, percent) = (draft.id, draft.progress_percent);
    let updated = t::draft_updated(draft.updated_at.format_zh());
    let expires = t::draft_expires(format_date_zh(draft.expires_on));
    let soon = (draft.days_left <= SOON_DAYS).then(|| {
        let text = local_t::expires_soon(draft.days_left.max(0));
        view! { <Notification tone=Tone::Warning><p>{text}</p></Notification> }
    });
    let (go_on, title_of_link) = (t::draft_go_on_label(&title), format!("：{title}"));
    view! {
        <Panel title=title heading_level=3>
            <p><Badge text=t::draft_badge() tone=Tone::Warning symbol=Symbol::File /></p>
            <Progress label=t::draft_progress(percent) value=u32::from(percent) max=100 />
            <p>{updated}</p>
            <p><strong>{expires}</strong></p>
            {soon}
            <p>
                <LinkButton href=paths::draft(id) kind=kind label=go_on>
                    {t::draft_go_on()}
                </LinkButton>
            </p>
            <p>
                <a class="ov-link" href=paths::delete_draft(id)>
                    {t::draft_delete()}
                    <span class="ov-vh">{title_of_link}</span>
                </a>
            </p>
        </Panel>
    }
    .into_any()
}

/// Whether this draft is really to go.
pub fn delete_draft(draft: &DraftView) -> AnyView {
    let title = draft.matter.title.clone();
    let label = t::draft_delete_label(&title);
    let updated = t::draft_updated(draft.updated_at.format_zh());
    view! {
        <PageHeading caption=title title=local_t::delete_title() lead=t::draft_delete_text() />
        <p>{updated}</p>
        <form method="post" action=paths::delete_draft(draft.id)>
            <ActionBar>
                <Button kind=ButtonKind::Danger label=label>{t::draft_delete_button()}</Button>
                <LinkButton href=paths::CASES kind=ButtonKind::Secondary>{local_t::delete_keep()}</LinkButton>
            </ActionBar>
        </form>
    }
    .into_any()
}

fn case_cards(list: &[CaseSummary]) -> AnyView {
    if list.is_empty() {
        return view! { <Panel title=t::submitted() plain=true><p>{t::none_cases()}</p></Panel> }.into_any();
    }
    let mut sorted: Vec<&CaseSummary> = list.iter().collect();
    sorted.sort_by_key(|c| !waits_for_me(&c.next));
    let cards = sorted.into_iter().map(card).collect_view();
    view! { <Panel title=t::submitted() id="cases" plain=true><Stack>{cards}</Stack></Panel> }.into_any()
}

/// Whether this person has to do something.
fn waits_for_me(next: &NextStep) -> bool {
    matches!(
        next,
        NextStep::WaitForParty { .. } | NextStep::Correct { .. } | NextStep::Supply { .. } | NextStep::Pay { .. }
    )
}

fn card(case: &CaseSummary) -> AnyView {
    let mine = waits_for_me(&case.next);
    let to_do = mine.then(|| view! { <Badge text=t::to_do() tone=Tone::Warning symbol=Symbol::Bell />" " });
    let left = case.due.as_ref().map(|due| {
        let (text, tone) = days_left(due);
        view! { " "<Badge text=text tone=tone symbol=Symbol::Clock /> }
    });
    let (status, tone) = (status_text(case.status), status_tone(case.status));
    let submitted = t::case_submitted(case.submitted_at.format_zh());
    let number = t::case_number(&case.number);
    view! {
        <Card
            title=case.title.clone()
            href=paths::case(case.id)
            body=next_step_text(&case.next)
            heading_level=3
            important=mine
            symbol=Symbol::Case
        >
            <p>{to_do}<Badge text=status tone=tone />{left}</p>
            <p class="ov-hint">{submitted}</p>
            <p class="ov-hint ov-num">{number}</p>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::DraftId;
    use domain::time::Instant;
    use jiff::civil::date;

    #[test]
    fn a_draft_says_that_it_is_not_submitted_and_when_it_goes() {
        let draft = DraftSummary {
            id: "019a0000-0000-7000-8000-000000000001".parse::<DraftId>().expect("a UUID"),
            title: "出生登记".into(),
            slug: "birth-registration".into(),
            progress_percent: 40,
            updated_at: Instant(0),
            expires_on: date(2026, 8, 1),
            days_left: 3,
        };
        let page = Owner::new().with(|| cases(&[], std::slice::from_ref(&draft)).to_html());
        assert!(page.contains("草稿，还没有提交") && page.contains("2026年8月1日"));
        assert!(page.contains("还有 3 天"), "{page}");
        assert!(page.contains(&format!("href=\"{}\"", paths::delete_draft(draft.id))), "asked about on a page");
        assert!(!page.contains("<form"), "one tap deletes nothing");
        let later = DraftSummary { days_left: 15, ..draft };
        let page = Owner::new().with(|| cases(&[], std::slice::from_ref(&later)).to_html());
        assert!(!page.contains("还有 15 天"), "{page}");
    }
}
