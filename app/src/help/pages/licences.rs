//! 证照: the results that were issued to this person.

use crate::paths;
use crate::t::help as t;
use crate::ui::{ButtonKind, EmptyState, Icon, LinkButton, PageHeading, Panel, SummaryList, SummaryRow, Symbol};
use domain::ids::DocumentId;
use leptos::prelude::*;

/// The result documents: title, number, date in words, id. The newest first, as the caller sorts.
pub fn licences(items: &[(String, String, String, DocumentId)]) -> AnyView {
    if items.is_empty() {
        return view! {
            <PageHeading title=t::licences_title() />
            <EmptyState symbol=Symbol::Licence title=t::licences_empty() body=t::licences_empty_body()>
                <LinkButton href=paths::MATTERS>{t::licences_empty_start()}</LinkButton>
                <LinkButton href=paths::CASES kind=ButtonKind::Secondary>{t::licences_empty_cases()}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let cards = items.iter().map(card).collect_view();
    view! {
        <PageHeading title=t::licences_title() lead=t::licences_lead() />
        {cards}
        <p>
            <Icon symbol=Symbol::Info />
            " "
            {t::licences_verify()}
            " "
            <a href=paths::VERIFY>{t::link_verify()}</a>
        </p>
    }
    .into_any()
}

fn card((title, number, date, id): &(String, String, String, DocumentId)) -> impl IntoView + use<> {
    let rows = vec![
        SummaryRow::new(t::licences_number(), number.clone()).numeric(),
        SummaryRow::new(t::licences_date(), date.clone()),
    ];
    let spoken = format!("{}：{title} {number}", t::licences_open());
    let href = paths::document(*id);
    let label = title.clone();
    view! {
        <Panel title=title.clone()>
            <SummaryList rows=rows label=label />
            <p>
                <LinkButton href=href kind=ButtonKind::Secondary symbol=Symbol::Download label=spoken>
                    {t::licences_open()}
                </LinkButton>
            </p>
        </Panel>
    }
}
