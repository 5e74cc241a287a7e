//! Foot of every page.

use super::{Icon, Link, Symbol, Words};
use leptos::prelude::*;

/// Help and duties: 12345, 办不成事, privacy. A11y: help stands at the same place on every page
/// (WCAG 3.2.6); the phone number is a `tel:` link and readable text.
#[component]
pub fn SiteFooter(
    /// Help phone: label (政务服务热线 12345) and `tel:` address.
    phone: Link,
    /// When the phone is answered.
    #[prop(optional, into)]
    phone_hours: Words,
    /// 办不成事 and other help.
    #[prop(optional)]
    help: Vec<Link>,
    /// Privacy, accessibility statement, about.
    #[prop(optional)]
    links: Vec<Link>,
    /// Who runs this, and where it is registered.
    #[prop(optional, into)]
    owner: Words,
) -> impl IntoView {
    let list = |links: Vec<Link>| {
        links
            .into_iter()
            .map(|link| view! { <li><a class="ov-site-footer__link" href=link.href>{link.label}</a></li> })
            .collect_view()
    };
    view! {
        <footer class="ov-site-footer">
            <div class="ov-site-footer__inner">
                <div class="ov-site-footer__help">
                    <a class="ov-site-footer__phone" href=phone.href>
                        <Icon symbol=Symbol::Phone />
                        <span>{phone.label}</span>
                    </a>
                    {phone_hours
                        .map_view(|hours| view! { <p class="ov-site-footer__note">{hours}</p> })}
                </div>
                <ul class="ov-site-footer__links" role="list">
                    {list(help)} {list(links)}
                </ul>
                {owner.map_view(|owner| view! { <p class="ov-site-footer__note">{owner}</p> })}
            </div>
        </footer>
    }
}
