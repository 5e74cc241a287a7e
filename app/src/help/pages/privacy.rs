//! What is stored, who sees it, how to delete it (个人信息保护法 §17). Every sentence describes what
//! the code does; change them together.

use crate::t::help as t;
use crate::ui::{PageHeading, Panel};
use leptos::prelude::*;

/// The privacy statement.
pub fn privacy() -> AnyView {
    view! {
        <PageHeading title=t::privacy_title() lead=t::privacy_lead() />
        {section(
            t::privacy_stored_title(),
            &[
                t::privacy_stored_phone(),
                t::privacy_stored_answers(),
                t::privacy_stored_files(),
                t::privacy_stored_case(),
                t::privacy_stored_party(),
                t::privacy_stored_plain(),
            ],
        )}
        {section(
            t::privacy_seen_title(),
            &[
                t::privacy_seen_you(),
                t::privacy_seen_staff(),
                t::privacy_seen_party(),
                t::privacy_seen_track(),
                t::privacy_seen_verify(),
            ],
        )}
        {section(
            t::privacy_sent_title(),
            &[t::privacy_sent_sms(), t::privacy_sent_pay(), t::privacy_sent_none()],
        )}
        {section(t::privacy_cookie_title(), &[t::privacy_cookie_text(), t::privacy_cookie_life()])}
        {section(t::privacy_log_title(), &[t::privacy_log_text()])}
        {section(
            t::privacy_delete_title(),
            &[
                t::privacy_delete_draft(),
                t::privacy_delete_stale(),
                t::privacy_delete_case(),
                t::privacy_delete_other(),
            ],
        )}
    }
    .into_any()
}

fn section(title: &'static str, sentences: &[&'static str]) -> impl IntoView + use<> {
    let items = sentences.iter().map(|text| view! { <li>{*text}</li> }).collect_view();
    view! {
        <Panel title=title>
            <ul>{items}</ul>
        </Panel>
    }
}
