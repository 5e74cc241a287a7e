//! The other party's page: who asks, what for, the statement, and the signature from one's own phone.

use super::sign::{AGREED, NAME, PNG, field_of, paragraphs};
use crate::paths;
use crate::t::{failure, join as t};
use crate::ui::{
    ActionBar, Button, ButtonKind, Checkbox, ErrorSummary, Field, FieldError, LinkButton, Notification, PageHeading,
    Panel, SummaryList, SummaryRow, Tone,
};
use leptos::prelude::*;
use service::party::PartyInvitation;

/// The invitation. `error` is the stable code of what went wrong last.
pub fn join(inv: &PartyInvitation, token: &str, error: Option<&str>) -> AnyView {
    let here = paths::invitation(token);
    let body = match (inv.phone_ok, inv.confirmed) {
        (None, _) => sign_in(&here),
        (Some(false), _) => other_phone(&here),
        (Some(true), true) => view! {
            <Notification tone=Tone::Success title=t::confirmed_title() heading_level=2>
                <p>{t::confirmed_text()}</p>
            </Notification>
            {summary(inv)}
        }
        .into_any(),
        (Some(true), false) => view! { {summary(inv)} {sign(inv, &here, error)} }.into_any(),
    };
    let lead = t::lead(&inv.matter_title, &inv.party_title);
    let errors = error.map(|code| FieldError::new(field_of(code), error_text(code))).into_iter().collect();
    let facts = vec![
        SummaryRow::new(t::matter(), inv.matter_title.clone()),
        SummaryRow::new(t::case_number(), inv.case_number.clone()).numeric(),
        SummaryRow::new(t::invited(), format!("{} {}", inv.party_title, inv.party_name)),
    ];
    view! {
        <ErrorSummary errors=errors title=t::error_title() />
        <PageHeading title=t::title() lead=lead />
        <SummaryList rows=facts />
        {body}
        <p class="ov-hint">{t::doubt()}</p>
    }
    .into_any()
}

fn sign_in(here: &str) -> AnyView {
    let href = paths::sign_in_and_return(here);
    view! {
        <Notification tone=Tone::Info title=t::sign_in_title() heading_level=2>
            <p>{t::sign_in_text()}</p>
        </Notification>
        <ActionBar><LinkButton href=href>{t::sign_in()}</LinkButton></ActionBar>
    }
    .into_any()
}

fn other_phone(here: &str) -> AnyView {
    let back = paths::sign_in_and_return(here);
    view! {
        <Notification tone=Tone::Danger title=t::other_phone_title() heading_level=2>
            <p>{t::other_phone_text()}</p>
        </Notification>
        <form class="ov-stack" method="post" action=paths::SIGN_OUT>
            <input type="hidden" name="return" value=back />
            <ActionBar><Button>{t::sign_out()}</Button></ActionBar>
        </form>
    }
    .into_any()
}

fn summary(inv: &PartyInvitation) -> AnyView {
    let rows = inv.summary.iter().map(|(label, value)| SummaryRow::new(label.clone(), value.clone())).collect();
    view! {
        <Panel title=t::summary() id="summary">
            <p>{t::summary_text()}</p>
            <SummaryList rows=rows />
            <p class="ov-hint">{t::masked()}</p>
        </Panel>
    }
    .into_any()
}

fn sign(inv: &PartyInvitation, here: &str, error: Option<&str>) -> AnyView {
    let at = |field: &str| error.filter(|code| field_of(code) == field).map(error_text);
    let (agreed_error, name_error) = (at(AGREED), at(NAME));
    let (action, statement) = (here.to_owned(), paragraphs(&inv.statement));
    view! {
        <Panel title=t::statement() id="statement">{statement}</Panel>
        <Panel title=t::sign_title() id="signature">
            <form class="ov-stack" method="post" action=action id="sign-form">
                <Checkbox name=AGREED value="yes" label=t::agree() error=agreed_error />
                <Field name=NAME label=t::name() hint=t::name_hint() error=name_error autocomplete="name" width=20 />
                {island()}
                <ActionBar><Button kind=ButtonKind::Primary>{t::confirm()}</Button></ActionBar>
            </form>
        </Panel>
    }
    .into_any()
}

/// The place of the island that takes handwriting.
fn island() -> AnyView {
    crate::apply::components::signature::helper(PNG)
}

fn error_text(code: &str) -> &'static str {
    t::by_key(&format!("error.{code}")).or_else(|| failure::by_key(code)).unwrap_or_else(|| failure::internal())
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::html;
    use super::*;

    fn invitation(phone_ok: Option<bool>, confirmed: bool) -> PartyInvitation {
        PartyInvitation {
            matter_title: "不动产转移登记".into(),
            party_title: "出让方".into(),
            party_name: "王*".into(),
            case_number: "530000".into(),
            summary: vec![("坐落".into(), "翠湖路 1 号".into())],
            statement: "我确认出让。".into(),
            phone_ok,
            confirmed,
        }
    }

    #[test]
    fn only_the_right_phone_may_sign_and_only_once() {
        let signs = |phone_ok, confirmed| {
            html(|| join(&invitation(phone_ok, confirmed), "t0k", None)).contains("id=\"sign-form\"")
        };
        assert!(signs(Some(true), false));
        assert!(!signs(Some(true), true) && !signs(Some(false), false) && !signs(None, false));
    }

    #[test]
    fn a_guest_comes_back_to_the_invitation() {
        let page = html(|| join(&invitation(None, false), "t0k", None));
        assert!(page.contains(&paths::sign_in_and_return(&paths::invitation("t0k"))));
    }
}
