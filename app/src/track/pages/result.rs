//! Progress without signing in: no personal data.

use super::{due_box, next_step, parts, status_text, status_tone, timeline};
use crate::paths;
use crate::t::track as t;
use crate::ui::{Badge, ButtonKind, LinkButton, PageHeading, Panel};
use leptos::prelude::*;
use service::cases::{NextStep, TrackView};

/// What a tracking code shows: the next step first, then the date with its explanation, then the
/// timeline. Whatever has to be done asks for signing in.
pub fn result(view: &TrackView) -> AnyView {
    let to_do = matches!(
        view.next,
        NextStep::Correct { .. } | NextStep::Supply { .. } | NextStep::Pay { .. } | NextStep::Collect
    );
    let action = to_do.then(|| {
        view! { <LinkButton href=paths::sign_in_and_return(paths::CASES)>{t::result_sign_in()}</LinkButton> }.into_any()
    });
    let (status, tone) = (status_text(view.status), status_tone(view.status));
    let history = timeline(&view.timeline);
    let caption = format!("{} {}", t::number(), view.number);
    view! {
        <PageHeading title=view.title.clone() caption=caption>
            <p>
                <Badge text=status tone=tone />
            </p>
        </PageHeading>
        {next_step(&view.next, action)}
        {parts(&view.parts)}
        {due_box(view.due.as_ref())}
        <Panel title=t::timeline_title() id="timeline">{history}</Panel>
        <p>
            <LinkButton href=paths::TRACK kind=ButtonKind::Quiet>{t::result_again()}</LinkButton>
        </p>
    }
    .into_any()
}
