//! 缴费方式: what works on this device as buttons, the rest behind a word; each with a picture, which is large in 长辈版.

use crate::t::{pay as t, ways as words};
use crate::ui::{ActionBar, Button, ButtonKind, Details};
use domain::money::Fen;
use leptos::prelude::*;
use service::ports::pay::Way;

/// A way to pay, as it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayToPay<'a> {
    /// The channel.
    pub id: &'a str,
    /// Whose it is; decides the name that people know.
    pub account: &'a str,
    pub way: Way,
}

impl WayToPay<'_> {
    const fn works(self, handheld: bool) -> bool {
        matches!((self.way, handheld), (Way::Anywhere, _) | (Way::Phone, true) | (Way::Desk | Way::Code, false))
    }

    fn text(self, total: Fen) -> String {
        let name = account_name(self.account);
        match self.way {
            Way::Phone => words::phone(name, total),
            Way::Desk => words::desk(name, total),
            Way::Code => words::code(app_name(self.account), total),
            Way::Anywhere => words::anywhere(name, total),
        }
    }
}

/// The name that people know a provider by.
pub fn account_name(account: &str) -> &str {
    words::by_key(&format!("account.{account}")).unwrap_or(account)
}

/// The app that scans, by the name under its picture on the phone.
pub(super) fn app_name(account: &str) -> &str {
    words::by_key(&format!("app.{account}")).unwrap_or_else(|| account_name(account))
}

/// What is offered, and where its forms go.
pub(super) struct Offer<'a> {
    /// Where a choice is posted to.
    pub action: String,
    pub total: Fen,
    pub ways: &'a [WayToPay<'a>],
    /// The page is read on a phone: what works there comes first.
    pub handheld: bool,
}

/// The forms with the ways to pay, each one button.
pub(super) fn forms(offer: &Offer<'_>, primary: bool) -> AnyView {
    if offer.ways.is_empty() {
        return view! { <p>{t::no_provider()}</p> }.into_any();
    }
    let (mut here, mut elsewhere): (Vec<WayToPay<'_>>, Vec<WayToPay<'_>>) =
        offer.ways.iter().copied().partition(|way| way.works(offer.handheld));
    if here.is_empty() {
        // Better a way that may not work here than none.
        std::mem::swap(&mut here, &mut elsewhere);
    }
    let action = offer.action.clone();
    let buttons = buttons(offer.total, &here, primary);
    let form = if primary {
        view! { <form class="ov-stack" method="post" action=action><ActionBar>{buttons}</ActionBar></form> }.into_any()
    } else {
        view! { <form class="ov-stack" method="post" action=action>{buttons}</form> }.into_any()
    };
    view! {
        {hint(&here)}
        {form}
        {other(offer, &elsewhere)}
    }
    .into_any()
}

fn hint(here: &[WayToPay<'_>]) -> AnyView {
    let text = if here.iter().any(|way| way.way == Way::Code) {
        Some(words::code_hint())
    } else if here.iter().any(|way| way.way == Way::Phone) {
        Some(words::phone_hint())
    } else {
        None
    };
    let page = here.iter().find(|way| way.way == Way::Anywhere);
    let page = page.map(|way| words::anywhere_hint(account_name(way.account)));
    view! {
        {text.map(|text| view! { <p class="ov-hint">{text}</p> })}
        {page.map(|text| view! { <p class="ov-hint">{text}</p> })}
    }
    .into_any()
}

/// What works on another device only.
fn other(offer: &Offer<'_>, elsewhere: &[WayToPay<'_>]) -> AnyView {
    let Some(first) = elsewhere.first() else { return ().into_any() };
    let (summary, text) = match first.way {
        Way::Phone => (words::elsewhere_phone(), words::elsewhere_phone_text()),
        Way::Desk | Way::Code | Way::Anywhere => (words::elsewhere_desk(), words::elsewhere_desk_text()),
    };
    let buttons = buttons(offer.total, elsewhere, false);
    let action = offer.action.clone();
    view! {
        <Details summary=summary>
            <p>{text}</p>
            <form class="ov-stack" method="post" action=action>{buttons}</form>
        </Details>
    }
    .into_any()
}

fn buttons(total: Fen, ways: &[WayToPay<'_>], primary: bool) -> AnyView {
    ways.iter()
        .enumerate()
        .map(|(index, way)| {
            let kind = if primary && index == 0 { ButtonKind::Primary } else { ButtonKind::Secondary };
            let (text, drawing) = (way.text(total), drawing(way.way));
            view! {
                <Button kind=kind name="provider" value=way.id>
                    <span class="ov-pay-way">
                        <svg class="ov-pay-way__picture" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                            <path d=drawing></path>
                        </svg>
                        <span>{text}</span>
                    </span>
                </Button>
            }
        })
        .collect_view()
        .into_any()
}

/// A phone, a screen, a code; drawn as the other pictures are.
const fn drawing(way: Way) -> &'static str {
    match way {
        Way::Phone => "M7 2.5h10v19H7zm3.5 16.2h3",
        Way::Desk | Way::Anywhere => "M3 4h18v12H3zm6 16.5h6M12 16v4.5",
        Way::Code => "M4 4h6v6H4zm10 0h6v6h-6zM4 14h6v6H4zm10 0h2.5v2.5H14zm3.5 3.5H20V20h-2.5M20 14v.1M14 20v-.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const WAYS: [WayToPay<'static>; 5] = [
        WayToPay { id: "wechat_native", account: "wechat", way: Way::Code },
        WayToPay { id: "wechat", account: "wechat", way: Way::Phone },
        WayToPay { id: "alipay_code", account: "alipay", way: Way::Code },
        WayToPay { id: "alipay_desk", account: "alipay", way: Way::Desk },
        WayToPay { id: "alipay_phone", account: "alipay", way: Way::Phone },
    ];

    fn html(ways: &[WayToPay<'_>], handheld: bool) -> String {
        let offer = Offer { action: "/bills/1/pay".into(), total: Fen(8000), ways, handheld };
        Owner::new().with(|| forms(&offer, true).to_html())
    }

    /// Whether a channel is offered, and whether before the word that hides the rest.
    fn place(page: &str, id: &str) -> Option<bool> {
        let at = page.find(&format!("value=\"{id}\""))?;
        Some(page.find("<details").is_none_or(|rest| at < rest))
    }

    #[test]
    fn d5_a_phone_opens_its_apps_and_a_computer_shows_a_code() {
        let on_phone = html(&WAYS, true);
        let at_desk = html(&WAYS, false);
        for WayToPay { id, way, .. } in WAYS {
            assert_eq!(place(&on_phone, id), Some(way == Way::Phone), "{id}");
            assert_eq!(place(&at_desk, id), Some(way != Way::Phone), "{id}");
        }
        assert!(on_phone.contains("用支付宝缴 80.00 元") && at_desk.contains("用支付宝扫码缴 80.00 元"));
    }

    #[test]
    fn d5_at_a_computer_the_codes_of_both_providers_come_before_their_pages() {
        let page = html(&WAYS, false);
        let at = |id: &str| page.find(&format!("value=\"{id}\"")).expect("is offered");
        assert!(at("wechat_native") < at("alipay_code") && at("alipay_code") < at("alipay_desk"));
        assert!(at("alipay_desk") < page.find("<details").expect("the rest lies behind a word"));
        // People open 微信 to scan, and there is no app of the name 微信支付.
        assert!(page.contains("用微信扫码缴 80.00 元") && !page.contains("用微信支付扫码"));
        assert!(page.contains(words::code_hint()));
        assert_eq!((app_name("wechat"), app_name("alipay"), app_name("nobody")), ("微信", "支付宝", "nobody"));
    }

    #[test]
    fn d5_the_page_of_the_treasury_is_offered_on_every_device() {
        let treasury = WayToPay { id: "treasury", account: "treasury", way: Way::Anywhere };
        for handheld in [true, false] {
            let page = html(&[WAYS[1], treasury], handheld);
            assert_eq!(place(&page, "treasury"), Some(true), "{handheld}");
            assert_eq!(place(&page, "wechat"), Some(handheld));
            assert!(page.contains("用缴款码到财政统一支付平台缴 80.00 元") && page.contains("缴款码会自动填好"));
        }
    }

    #[test]
    fn d5_where_nothing_fits_the_device_everything_is_offered() {
        let page = html(&WAYS[1..2], false);
        assert_eq!(place(&page, "wechat"), Some(true));
        assert!(!page.contains("<details"));
        assert!(html(&[], true).contains(t::no_provider()));
    }
}
