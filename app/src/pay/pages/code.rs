//! 扫码缴费: the code of one order, large, with what to do in three steps.

use super::{account_name, ways::app_name};
use crate::t::{pay as t, ways as words};
use crate::ui::{ActionBar, Button, ButtonKind, LinkButton, Notification, PageHeading, Panel, Symbol, Tone};
use domain::ids::BillId;
use domain::money::Fen;
use leptos::prelude::*;

/// What the page says.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodePage<'a> {
    /// What is paid for, or whom.
    pub caption: &'a str,
    pub total: Fen,
    /// POST: asks the provider again.
    pub check: &'a str,
    /// Where another way can be chosen.
    pub back: &'a str,
    /// The bill whose owner looks: with scripts the page finds out by itself.
    pub watch: Option<BillId>,
    /// Whose code it is.
    pub account: &'a str,
    /// Its drawing, made by the server.
    pub qr_svg: &'a str,
    /// What the code says, where the provider is a local counterpart: no phone can scan a code that leads to this
    /// machine, and no real money moves.
    pub demo: Option<&'a str>,
}

/// The code, and what comes after scanning it.
pub fn code(page: &CodePage<'_>) -> AnyView {
    let name = account_name(page.account);
    let sandbox = page.demo.map(|_| {
        view! { <Notification tone=Tone::Info title=t::sandbox_title()><p>{t::sandbox_text()}</p></Notification> }
    });
    let picture = words::code_picture(name, page.total);
    let qr_svg = page.qr_svg.to_owned();
    let demo = page.demo.map(|address| {
        let address = address.to_owned();
        view! { <p><a href=address>{words::code_demo()}</a></p> }
    });
    let step_open = words::code_step_open(app_name(page.account));
    let (caption, step_pay) = (page.caption.to_owned(), words::code_step_pay(page.total));
    let (check, back) = (page.check.to_owned(), page.back.to_owned());
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
        {page.watch.map(crate::pay::components::watch::helper)}
        <form class="ov-stack" method="post" action=check>
            <ActionBar>
                <Button symbol=Symbol::Search>{t::check()}</Button>
                <LinkButton kind=ButtonKind::Secondary href=back>
                    {words::other_way()}
                </LinkButton>
            </ActionBar>
        </form>
    }
    .into_any()
}
