//! 办不成事: how to reach a person. There is no ticket system; the page says so.

use crate::paths;
use crate::t::help as t;
use crate::ui::{ActionBar, Button, ButtonKind, LinkButton, Notification, PageHeading, Panel, Symbol, TextArea, Tone};
use leptos::prelude::*;

/// Hotline, windows, and a sheet to print. `sent` shows the sheet with `context` as the person wrote
/// it (POST [`paths::STUCK`]: `context`; nothing is stored or passed on); otherwise `context` is put
/// into the box beforehand.
pub fn stuck(sent: bool, context: &str) -> AnyView {
    let sheet = sent.then(|| sheet(context));
    let write = (!sent).then(|| write_down(context));
    view! {
        <PageHeading title=t::stuck_title() lead=t::stuck_lead() />
        {sheet}
        <Notification tone=Tone::Info title=t::stuck_honest() />
        <Panel title=t::stuck_phone_title()>
            <p>{t::stuck_phone_text()}</p>
            <p>
                <LinkButton href="tel:12345" symbol=Symbol::Phone>{t::stuck_phone_call()}</LinkButton>
            </p>
        </Panel>
        <Panel title=t::stuck_window_title()>
            <p>{t::stuck_window_text()}</p>
            <p>
                <LinkButton href=format!("{}#windows", paths::HELP) kind=ButtonKind::Secondary symbol=Symbol::Pin>
                    {t::stuck_window_link()}
                </LinkButton>
            </p>
        </Panel>
        {write}
    }
    .into_any()
}

fn sheet(context: &str) -> AnyView {
    let lines: Vec<String> = context.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let lines = if lines.is_empty() { vec![t::stuck_sent_empty().to_owned()] } else { lines };
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    view! {
        <Notification tone=Tone::Warning title=t::stuck_sent_warning_title() heading_level=2>
            <p>{t::stuck_sent_warning()}</p>
            <p>{t::stuck_sent_print()}</p>
        </Notification>
        <Panel title=t::stuck_sent_title()>{lines}</Panel>
    }
    .into_any()
}

fn write_down(context: &str) -> AnyView {
    let context = context.to_owned();
    view! {
        <Panel title=t::stuck_note_title()>
            <p>{t::stuck_note_text()}</p>
            <form method="post" action=paths::STUCK>
                <TextArea
                    name="context"
                    label=t::stuck_note_label()
                    hint=t::stuck_note_hint()
                    value=context
                    required=false
                    rows=6
                />
                <ActionBar>
                    <Button kind=ButtonKind::Secondary symbol=Symbol::Print>{t::stuck_note_submit()}</Button>
                </ActionBar>
            </form>
        </Panel>
    }
    .into_any()
}
