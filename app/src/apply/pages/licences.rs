//! 电子证照 on the page of materials: consent for the draft, buttons in the slots, what fills them.

use crate::paths;
use crate::t::licences as t;
use crate::ui::{
    Button, ButtonKind, Checkbox, LinkButton, Notification, Panel, SummaryList, SummaryRow, Tone, field_id, hint_id,
};
use domain::catalogue::{LicenceUse, Material, Slot};
use domain::materials::Fill;
use domain::rules::holds;
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::drafts::DraftView;
use service::licences::{Ways, consent_text};

/// What has just been filled.
pub(super) fn done(filled: Option<usize>) -> Option<AnyView> {
    let count = filled.filter(|count| *count > 0)?;
    Some(view! { <Notification tone=Tone::Success live=true><p>{t::done(count)}</p></Notification> }.into_any())
}

/// The licence that may fill this slot as the answers stand.
fn use_of<'a>(draft: &DraftView, material: &'a Material) -> Option<&'a LicenceUse> {
    material.licence.as_ref().filter(|l| holds(l.when.as_ref(), &draft.answers).is_yes())
}

/// The one consent of the draft, never ticked in advance, refusable without loss.
pub(super) fn consent(draft: &DraftView, list: &[Slot<'_>], ways: &Ways) -> Option<AnyView> {
    let open = list.iter().any(|slot| {
        let id = &slot.material.id;
        let taken = draft.files.iter().any(|f| f.material == *id) || draft.fills.iter().any(|f| f.material == *id);
        !taken && use_of(draft, slot.material).is_some_and(|l| !l.number_only)
    });
    if !ways.connected || ways.at_counter || (!open && ways.consent_at.is_none()) {
        return None;
    }
    let body = match (ways.signed_in, ways.consent_at) {
        (false, _) => {
            let href = paths::sign_in_and_return(&paths::materials(draft.id));
            view! {
                <p>{t::sign_in()}</p>
                <p><LinkButton href=href kind=ButtonKind::Secondary>{t::sign_in_link()}</LinkButton></p>
            }
            .into_any()
        }
        (true, Some(at)) => {
            let again = open.then(|| {
                view! {
                    <form method="post" action=paths::licences_again(draft.id)>
                        <Button kind=ButtonKind::Secondary>{t::again()}</Button>
                    </form>
                }
            });
            view! {
                <p>{t::agreed(at.format_zh())}</p>
                {again}
                <form method="post" action=paths::licences_withdraw(draft.id)>
                    <Button kind=ButtonKind::Quiet>{t::withdraw()}</Button>
                </form>
            }
            .into_any()
        }
        (true, None) => view! {
            <p>{consent_text(&draft.matter)}</p>
            <form class="ov-stack" method="post" action=paths::licences(draft.id)>
                <Checkbox name="agreed" value="yes" label=t::agree() />
                <div><Button kind=ButtonKind::Secondary>{t::ask()}</Button></div>
            </form>
            <p class="ov-hint">{t::or_upload()}</p>
        }
        .into_any(),
    };
    Some(view! { <Panel title=t::title() id="licences">{body}</Panel> }.into_any())
}

/// The button of one slot: the licence, or only its number.
pub(super) fn licence(draft: &DraftView, material: &Material, ways: &Ways) -> Option<AnyView> {
    let may = |l: &&LicenceUse| ways.connected && (ways.signed_in || (ways.at_counter && l.number_only));
    let licence = use_of(draft, material).filter(may)?;
    let kind = ways.kinds.iter().find(|k| k.id == licence.kind)?;
    if licence.number_only {
        let action = paths::slot_way(draft.id, &material.id, "number");
        let input = (!kind.number_is_holder).then(|| number_field(material, &kind.title));
        let hint = kind.number_is_holder.then(|| view! { <p class="ov-hint">{t::check_holder(&kind.title)}</p> });
        let spoken = format!("{} {}", t::check(), material.name);
        return Some(
            view! {
                <form class="ov-stack" method="post" action=action>
                    {hint}
                    {input}
                    <div><Button kind=ButtonKind::Secondary label=spoken>{t::check()}</Button></div>
                </form>
            }
            .into_any(),
        );
    }
    let action = paths::slot_way(draft.id, &material.id, "licence");
    let spoken = format!("{} {}", t::use_licence(), material.name);
    Some(
        view! {
            <form class="ov-stack" method="post" action=action>
                <p class="ov-hint">{t::use_hint(&kind.title)}</p>
                <div><Button kind=ButtonKind::Secondary label=spoken>{t::use_licence()}</Button></div>
            </form>
        }
        .into_any(),
    )
}

/// By hand: the page holds one per slot, so its id needs the slot's.
fn number_field(material: &Material, title: &str) -> AnyView {
    let id = field_id(&format!("number-{}", material.id));
    let hint = hint_id(&id);
    let described = hint.clone();
    view! {
        <div class="ov-field">
            <label class="ov-field__label" for=id.clone()>
                {t::number(title)}
                <span class="ov-vh">{format!("：{}", material.name)}</span>
            </label>
            <p class="ov-field__hint" id=hint>{t::number_hint()}</p>
            <div class="ov-field__box">
                <input
                    class="ov-field__input"
                    id=id
                    name="number"
                    type="text"
                    maxlength="80"
                    autocomplete="off"
                    required=true
                    aria-describedby=described
                />
            </div>
        </div>
    }
    .into_any()
}

/// Files of an earlier case, with date and number.
pub(super) fn earlier(draft: &DraftView, material: &Material, ways: &Ways) -> Option<AnyView> {
    let offer = ways.earlier.iter().find(|o| o.material == material.id)?;
    let action = paths::slot_way(draft.id, &material.id, "earlier");
    let fill = &offer.fill;
    let text = t::earlier(format_date_zh(fill.accepted_on), &fill.case_number, &fill.material);
    let spoken = format!("{} {}", t::earlier_use(), material.name);
    Some(
        view! {
            <form class="ov-stack" method="post" action=action>
                <input type="hidden" name="case" value=fill.case.to_string() />
                <p>{text}</p>
                <div><Button kind=ButtonKind::Secondary label=spoken>{t::earlier_use()}</Button></div>
            </form>
        }
        .into_any(),
    )
}

/// Values of the licence for fields that are still empty.
pub(super) fn values(draft: &DraftView, material: &str, ways: &Ways) -> Option<AnyView> {
    let offers = ways.values.get(material)?;
    let rows = offers.iter().map(|o| SummaryRow::new(o.label.clone(), o.value.clone())).collect::<Vec<_>>();
    let action = paths::slot_way(draft.id, material, "values");
    Some(
        view! {
            <form class="ov-stack" method="post" action=action>
                <p>{t::values()}</p>
                <SummaryList rows=rows label=t::values() />
                <p class="ov-hint">{t::values_source()}</p>
                <div><Button kind=ButtonKind::Secondary>{t::values_take()}</Button></div>
            </form>
        }
        .into_any(),
    )
}

/// From which source it is, whose, and until when it holds: the person's own, so shown whole.
pub(crate) fn facts(fill: &Fill) -> Option<AnyView> {
    let rows = match fill {
        Fill::Licence(licence) => vec![
            SummaryRow::new(t::holder(), licence.holder_name.clone()),
            SummaryRow::new(t::issuer(), licence.issuer.clone()),
            SummaryRow::new(t::valid_until(), until(licence.valid_until)),
            SummaryRow::new(t::source(), t::source_store()),
            SummaryRow::new(t::checked_at(), licence.checked_at.format_zh()),
        ],
        Fill::Number(number) => vec![
            SummaryRow::new(t::source(), t::source_store()),
            SummaryRow::new(t::checked_at(), number.checked_at.format_zh()),
        ],
        Fill::Earlier(_) | Fill::Deferred(_) | Fill::Promise(_) => return None,
    };
    Some(view! { <SummaryList rows=rows label=t::source() /> }.into_any())
}

/// 长期, or the last day.
pub(crate) fn until(date: Option<jiff::civil::Date>) -> String {
    date.map_or_else(|| t::no_end().to_owned(), format_date_zh)
}

#[cfg(test)]
mod tests {
    use super::super::materials::materials_with;
    use super::super::materials::tests::{draft, html};
    use super::*;
    use service::licences::ValueOffer;

    fn ways() -> Ways {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue");
        let catalogue = service::Catalogue::load(&folder).expect("the shipped catalogue is right");
        Ways { connected: true, signed_in: true, kinds: catalogue.region.lists.licences.clone(), ..Ways::default() }
    }

    #[test]
    fn m2_consent_is_asked_for_once_and_never_ticked_in_advance() {
        let draft = draft("birth-registration");
        let page = html(|| materials_with(&draft, &ways(), &[], None, None));
        assert!(page.contains(&format!("action=\"{}\"", paths::licences(draft.id))));
        assert!(page.contains("name=\"agreed\"") && !page.contains("checked"));
        assert!(page.contains("可以不同意") && page.contains("撤回"));
        assert!(page.contains(&paths::slot_way(draft.id, "marriage_certificate", "licence")));
        let guest = Ways { signed_in: false, ..ways() };
        let page = html(|| materials_with(&draft, &guest, &[], None, None));
        assert!(page.contains(&paths::sign_in_and_return(&paths::materials(draft.id))));
        assert!(!page.contains("name=\"agreed\""));
        let none = html(|| materials_with(&draft, &Ways::default(), &[], None, None));
        assert!(!none.contains("电子证照"), "nothing is offered where no store is connected");
    }

    #[test]
    fn i3_values_and_what_was_filled_are_said() {
        let draft = draft("birth-registration");
        let mut ways = ways();
        let offer =
            ValueOffer {
                field: "household_address".into(), label: "户口簿上的地址".into(), value: "示范路".into()
            };
        ways.values.insert("household_register".into(), vec![offer]);
        let shown = html(|| values(&draft, "household_register", &ways).into_any());
        assert!(shown.contains("示范路") && shown.contains("来自电子证照"));
        assert!(html(|| materials_with(&draft, &ways, &[], None, Some(3))).contains("3 份材料"));
    }
}
