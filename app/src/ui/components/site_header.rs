//! Head of every page.

use super::{Hidden, HiddenFields, Icon, Link, NavItem, Symbol, Words, texts::texts};
use leptos::prelude::*;

/// Product name, region, navigation (desks only; phones have the [`TabBar`](super::TabBar)), search,
/// mode switch, account.
///
/// Contract: the mode switch is a form `POST /mode` with `mode=care|standard` and `return` = the path
/// to come back to, beside the fields of `hidden`; signing out is `POST` to `sign_out_action`.
///
/// A11y: `<header>` landmark; the switch is a real button with words, at the same place on every page
/// (WCAG 3.2.6), prominent as the 适老化 rules ask; the help phone shows here in 长辈版.
#[component]
pub fn SiteHeader(
    /// Name of the product.
    #[prop(into)]
    product: String,
    /// Name of the region (某某县).
    #[prop(into)]
    region: String,
    /// Address of the home page.
    #[prop(default = "/".to_owned(), into)]
    home_href: String,
    /// Address of the search page.
    #[prop(into)]
    search_href: String,
    /// Whether 长辈版 is on.
    #[prop(optional)]
    care_mode: bool,
    /// Path of this page, to return to after switching.
    #[prop(into)]
    return_path: String,
    /// Fields that every POST carries (CSRF token).
    #[prop(optional)]
    hidden: Hidden,
    /// Main navigation, the same entries as in the tab bar.
    #[prop(optional)]
    nav: Vec<NavItem>,
    /// Sign-in link, or the (masked) name leading to the account.
    #[prop(optional)]
    account: Option<Link>,
    /// Address that signs out; shows the button when given.
    #[prop(optional, into)]
    sign_out_action: Words,
    /// Help phone shown in 长辈版: label and `tel:` address.
    #[prop(optional)]
    help: Option<Link>,
) -> impl IntoView {
    let words = texts();
    let (next_mode, switch) = if care_mode { ("standard", words.standard_mode) } else { ("care", words.care_mode) };
    let sign_out_fields = hidden.clone();
    view! {
        <header class="ov-site-header">
            <div class="ov-site-header__inner">
                <a class="ov-site-header__brand" href=home_href>
                    <svg class="ov-site-header__mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                        <rect width="32" height="32" rx="8"></rect>
                        <path d="M8 9.5h16M8 17.5l5.5 5.5L24.5 15"></path>
                    </svg>
                    <span class="ov-site-header__names">
                        <span class="ov-site-header__product">{product}</span>
                        <span class="ov-site-header__region">{region}</span>
                    </span>
                </a>
                {(!nav.is_empty())
                    .then(|| {
                        view! {
                            <nav class="ov-site-header__nav" aria-label=words.main_navigation>
                                <ul role="list">{nav.into_iter().map(nav_entry).collect_view()}</ul>
                            </nav>
                        }
                    })}
                <div class="ov-site-header__tools">
                    {help
                        .map(|help| {
                            view! {
                                <a class="ov-site-header__tool ov-site-header__tool--help" href=help.href>
                                    <Icon symbol=Symbol::Phone />
                                    <span>{help.label}</span>
                                </a>
                            }
                        })}
                    <a class="ov-site-header__tool" href=search_href>
                        <Icon symbol=Symbol::Search />
                        <span class="ov-site-header__tool-text">{words.search}</span>
                    </a>
                    <form class="ov-site-header__form" method="post" action="/mode">
                        <HiddenFields fields=hidden />
                        <input type="hidden" name="return" value=return_path />
                        <button class="ov-site-header__switch" type="submit" name="mode" value=next_mode>
                            {switch}
                        </button>
                    </form>
                    {account
                        .map(|account| {
                            view! {
                                <a
                                    class="ov-site-header__tool ov-site-header__tool--account"
                                    href=account.href
                                >
                                    <Icon symbol=Symbol::Person />
                                    <span class="ov-site-header__name">{account.label}</span>
                                </a>
                            }
                        })}
                    {sign_out_action
                        .map_view(|action| {
                            view! {
                                <form
                                    class="ov-site-header__form ov-site-header__form--sign-out"
                                    method="post"
                                    action=action
                                >
                                    <HiddenFields fields=sign_out_fields />
                                    <button class="ov-site-header__tool" type="submit">
                                        {words.sign_out}
                                    </button>
                                </form>
                            }
                        })}
                </div>
            </div>
        </header>
    }
}

fn nav_entry(item: NavItem) -> impl IntoView {
    view! {
        <li>
            <a
                class="ov-site-header__link"
                href=item.href
                aria-current=item.current.then_some("page")
            >
                {item.label}
                {(item.count > 0).then(|| view! { <span class="ov-count">{item.count}</span> })}
            </a>
        </li>
    }
}
