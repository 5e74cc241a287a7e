//! 惠民惠企政策清单: every benefit with its rule in words; the same for everybody.

use super::audience_name;
use crate::paths;
use crate::t::benefits as t;
use crate::ui::{
    Badge, ButtonKind, LinkButton, PageHeading, Panel, Stack, SummaryList, SummaryRow, Symbol, Tag, TagList, Tone,
};
use domain::benefits::{Benefit, Benefits, ClaimKind};
use domain::catalogue::Audience;
use leptos::prelude::*;

/// All benefits for one audience.
pub fn list(benefits: &Benefits, audience: Audience) -> AnyView {
    let tag = |label: &'static str, this: Audience| {
        Tag::link(label, format!("{}?for={}", paths::BENEFITS, audience_name(this)), this == audience)
    };
    let tags = vec![tag(t::person(), Audience::Person), tag(t::firm(), Audience::Firm)];
    let (heading, button) = match audience {
        Audience::Person => (t::person(), t::match_button()),
        Audience::Firm => (t::firm(), t::match_firm_button()),
    };
    let shown = benefits.benefits.iter().filter(|b| b.audience == audience);
    let panels = shown.map(|b| panel(benefits, b)).collect_view();
    let href = format!("{}?for={}", paths::BENEFIT_MATCH, audience_name(audience));
    view! {
        <PageHeading title=t::title() lead=t::lead() />
        <TagList tags=tags label=t::audience() />
        <Panel title=t::match_title() id="match">
            <p>{t::match_text()}</p>
            <p><LinkButton href=href>{button}</LinkButton></p>
        </Panel>
        <Panel title=heading id="list" plain=true>
            <Stack>{panels}</Stack>
        </Panel>
    }
    .into_any()
}

fn panel(benefits: &Benefits, benefit: &Benefit) -> AnyView {
    let rows = vec![
        SummaryRow::new(t::who(), format!("{}。", benefit.rule.sentence(benefits))),
        SummaryRow::new(t::worth(), benefit.worth.clone()),
        SummaryRow::new(t::basis(), basis_text(benefit)),
    ];
    let (title, summary, id) = (benefit.title.clone(), benefit.summary.clone(), format!("benefit-{}", benefit.id));
    let (guide, label) = (paths::guide(&benefit.claim.slug), t::to_guide_label(&benefit.title));
    let badge = automatic_badge(benefit);
    view! {
        <Panel title=title heading_level=3 id=id>
            {badge}
            <p>{summary}</p>
            <SummaryList rows=rows />
            <p><LinkButton href=guide kind=ButtonKind::Secondary label=label>{t::to_guide()}</LinkButton></p>
        </Panel>
    }
    .into_any()
}

fn basis_text(benefit: &Benefit) -> String {
    t::basis_text(&benefit.basis.title, &benefit.basis.article, &benefit.basis.says)
}

/// Says 免审即享 where nobody has to look at it.
pub(super) fn automatic_badge(benefit: &Benefit) -> Option<AnyView> {
    (benefit.claim.kind == ClaimKind::Automatic)
        .then(|| view! { <p><Badge text=t::automatic() tone=Tone::Success symbol=Symbol::Check /></p> }.into_any())
}
