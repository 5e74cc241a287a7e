//! 结果邮寄: where the result is sent, as its applicant writes it.

use crate::paths;
use crate::t::post as t;
use crate::ui::{
    ActionBar, Breadcrumb, Button, ErrorSummary, Field, FieldError, Link, Notification, PageHeading, SummaryList,
    SummaryRow, TextArea, Tone,
};
use domain::form::FormErrors;
use domain::ids::CaseId;
use leptos::prelude::*;
use service::delivery::{AddressForm, DeliveryView};

/// The address (POST: `name`, `phone`, `address`). `asked` is what is kept, `typed` what was wrong just now, with
/// its errors; what has gone is only shown.
pub fn delivery(
    case: CaseId,
    title: &str,
    asked: Option<&DeliveryView>,
    typed: Option<(&AddressForm, &FormErrors)>,
    saved: bool,
) -> AnyView {
    let links = vec![Link::new(title.to_owned(), paths::case(case))];
    let gone = asked.and_then(|d| d.posted.as_ref()).map(|p| t::gone(&p.carrier, &p.waybill));
    let body = match (&gone, asked) {
        (Some(_), Some(asked)) => address(asked),
        _ => form(case, asked, typed),
    };
    let said = match (gone, saved, asked) {
        (Some(text), ..) => Some((Tone::Success, text)),
        (None, true, _) => Some((Tone::Success, t::saved().to_owned())),
        (None, false, Some(_)) => Some((Tone::Info, t::asked().to_owned())),
        (None, false, None) => None,
    };
    view! {
        <Breadcrumb links=links />
        {said.map(|(tone, text)| view! { <Notification tone=tone title=text /> })}
        <PageHeading title=t::title() lead=t::lead() />
        {body}
        <p><a href=paths::case(case)>{t::back()}</a></p>
    }
    .into_any()
}

fn address(asked: &DeliveryView) -> AnyView {
    let rows = vec![
        SummaryRow::new(t::name(), asked.name.clone()),
        SummaryRow::new(t::phone(), asked.phone.clone()).numeric(),
        SummaryRow::new(t::address(), asked.address.clone()),
    ];
    view! { <SummaryList rows=rows /> }.into_any()
}

fn form(case: CaseId, asked: Option<&DeliveryView>, typed: Option<(&AddressForm, &FormErrors)>) -> AnyView {
    let values = match (typed, asked) {
        (Some((typed, _)), _) => typed.clone(),
        (None, Some(kept)) => {
            AddressForm { name: kept.name.clone(), phone: kept.phone.clone(), address: kept.address.clone() }
        }
        (None, None) => AddressForm::default(),
    };
    let wrong = |field: &str| {
        let error = typed?.1.iter().find(|e| e.field == field)?;
        let own = t::by_key(&format!("message.{}", error.code));
        own.or_else(|| crate::t::field::by_key(&error.code))
    };
    let (name, phone, address) = (wrong("name"), wrong("phone"), wrong("address"));
    let errors = [("name", name), ("phone", phone), ("address", address)]
        .into_iter()
        .filter_map(|(field, text)| text.map(|text| FieldError::new(field, text)))
        .collect();
    view! {
        <ErrorSummary errors=errors title=t::error_title() />
        <form class="ov-stack" method="post" action=paths::delivery(case) novalidate>
            <Field
                name="name"
                label=t::name()
                hint=t::name_hint()
                value=values.name
                error=name
                autocomplete="name"
                width=20
            />
            <Field
                name="phone"
                label=t::phone()
                hint=t::phone_hint()
                value=values.phone
                error=phone
                kind="tel"
                inputmode="tel"
                autocomplete="tel"
                width=20
            />
            <TextArea
                name="address"
                label=t::address()
                hint=t::address_hint()
                value=values.address
                error=address
                rows=3
            />
            <ActionBar>
                <Button>{t::save()}</Button>
            </ActionBar>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::form::FieldError as Wrong;
    use domain::ids::Uuid;
    use domain::time::Instant;
    use service::delivery::PostedView;

    const CASE: CaseId = CaseId(Uuid::from_u128(7));

    fn kept(posted: bool) -> DeliveryView {
        DeliveryView {
            name: "张三".into(),
            phone: "13912345566".into(),
            address: "邻县便民路 2 号".into(),
            posted: posted
                .then(|| PostedView { carrier: "中国邮政".into(), waybill: "EA1".into(), at: Instant(0) }),
        }
    }

    #[test]
    fn c10_what_was_typed_is_kept_and_what_has_gone_cannot_be_changed() {
        let typed = AddressForm { name: "<b>李四".into(), phone: "1".into(), address: "路".into() };
        let errors = vec![
            Wrong { field: "phone".into(), code: "phone.length".into() },
            Wrong { field: "address".into(), code: "post.address".into() },
        ];
        let html = |view: AnyView| view.to_html();
        let page = Owner::new().with(|| html(delivery(CASE, "残疾人证", None, Some((&typed, &errors)), false)));
        assert!(page.contains("手机号应当是 11 位") && page.contains("请把地址写完整"));
        assert!(page.contains("李四") && !page.contains("<b>李四"));
        let page = Owner::new().with(|| html(delivery(CASE, "残疾人证", Some(&kept(false)), None, true)));
        assert!(page.contains("记下了") && page.contains("邻县便民路 2 号") && page.contains("method=\"post\""));
        let page = Owner::new().with(|| html(delivery(CASE, "残疾人证", Some(&kept(true)), None, false)));
        assert!(page.contains("单号 EA1") && !page.contains("method=\"post\""));
    }
}
