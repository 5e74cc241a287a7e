//! 扫码缴费: the code of one order, large, with what to do in three steps.

use super::account_name;
use crate::paths;
use crate::t::{pay as t, ways as words};
use crate::ui::{ActionBar, Button, ButtonKind, LinkButton, Notification, PageHeading, Panel, Symbol, Tone};
use leptos::prelude::*;
use service::payments::BillView;

/// What the page says besides the bill.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodePage<'a> {
    pub matter_title: &'a str,
    /// Whose code it is.
    pub account: &'a str,
    /// Its drawing, made by the server.
    pub qr_svg: &'a str,
    /// What the code says, where the provider is a local counterpart: no phone can scan a code that leads to this
    /// machine, and no real money moves.
    pub demo: Option<&'a str>,
}

/// The code, and what comes after scanning it.
pub fn code(view: &BillView, page: &CodePage<'_>) -> AnyView {
    let name = account_name(page.account);
    let sandbox = page.demo.map(|_| {
        view! { <Notification tone=Tone::Info title=t::sandbox_title()><p>{t::sandbox_text()}</p></Notification> }
    });
    let picture = words::code_picture(name, view.total);
    let qr_svg = page.qr_svg.to_owned();
    let demo = page.demo.map(|address| {
        let address = address.to_owned();
        view! { <p><a href=address>{words::code_demo()}</a></p> }
    });
    let step_open = words::code_step_open(name);
    let (id, caption, step_pay) = (view.id, page.matter_title.to_owned(), words::code_step_pay(view.total));
    view! {
        <PageHeading caption=caption title=words::code_title() />
        {sandbox}
        <Panel title=t::pay_title() id="code">
            <ol>
                <li>{step_open}</li>
                <li>{words::code_step_scan()}</li>
                <li>{step_pay}</li>
            </ol>
            <div class="ov-qr ov-qr--pay" role="img" aria-label=picture inner_html=qr_svg></div>
            {demo}
            <p>{words::code_once()}</p>
            <p>{words::code_after()}</p>
        </Panel>
        {crate::pay::components::watch::helper(id)}
        <form class="ov-stack" method="post" action=paths::check_payment(id)>
            <ActionBar>
                <Button symbol=Symbol::Search>{t::check()}</Button>
                <LinkButton kind=ButtonKind::Secondary href=paths::bill(id)>
                    {words::other_way()}
                </LinkButton>
            </ActionBar>
        </form>
    }
    .into_any()
}
