//! 有效期: asks for the day that stands on a paper, where the matter has a rule for it. A plain form; the island
//! beside it says at once what the rule makes of the day.

use crate::paths;
use crate::t::proof as t;
use crate::ui::{Button, ButtonKind, DateField};
use domain::catalogue::{DayAsked, Material, Validity};
use domain::time::format_date_zh;
use jiff::civil::Date;
use leptos::prelude::*;
use service::uploads::FileView;

/// Beginning of the name of the field; the material follows, for several may stand on one page.
pub const FIELD: &str = "day-";

/// The question about the files of one open slot; nothing where no day counts, or nothing lies there yet.
pub(crate) fn question(material: &Material, files: &[&FileView]) -> AnyView {
    let (Some(rule), Some(first)) = (&material.validity, files.first()) else { return ().into_any() };
    let day = files.iter().find_map(|f| f.proof_day);
    let name = format!("{FIELD}{}", material.id);
    let (label, hint) = match rule.asks {
        DayAsked::Issued => (t::issued_label(), t::issued_hint(rule.months.unwrap_or(0))),
        DayAsked::Until => (t::until_label(), t::until_hint().to_owned()),
    };
    let value = day.map(|day| day.to_string()).unwrap_or_default();
    let action = paths::proof_day(first.id);
    let spoken = t::save_of(&material.name);
    let judging = files.iter().find_map(|f| f.judged_on);
    let helper = judging.map(|judging| crate::apply::components::proof_day::helper(&name, rule, judging));
    let basis = t::basis(&rule.basis);
    view! {
        <form class="ov-stack ov-stack--tight" method="post" action=action novalidate>
            <DateField name=name label=label hint=hint value=value />
            {helper}
            <p class="ov-hint">{basis}</p>
            <div>
                <Button kind=ButtonKind::Secondary label=spoken>{t::save()}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// The day as the desk sees it: what the applicant said, not what anybody has checked.
pub(crate) fn said(rule: &Validity, day: Date) -> String {
    match rule.asks {
        DayAsked::Issued => t::desk_issued(format_date_zh(day)),
        DayAsked::Until => t::desk_until(format_date_zh(day)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::{draft, file, html};
    use super::*;
    use domain::materials::Judging;
    use jiff::civil::date;
    use precheck::{Code, Finding, Level};

    fn certificate() -> Material {
        draft("driving-licence-renewal").matter.material("health_report").expect("it has a rule").clone()
    }

    fn sent() -> FileView {
        file("health_report", Finding::new(Code::Sideways, Level::Note))
    }

    #[test]
    fn m3_the_day_is_asked_only_where_a_rule_looks_at_it_and_something_lies_there() {
        let (material, mut sent) = (certificate(), sent());
        sent.judged_on = Some(Judging { on: date(2026, 2, 27), today: date(2026, 3, 2) });
        let page = html(|| question(&material, &[&sent]));
        assert!(page.contains(t::issued_label()) && page.contains("name=\"day-health_report\""));
        assert!(page.contains(&format!("action=\"{}\"", paths::proof_day(sent.id))));
        assert!(page.contains(&material.validity.as_ref().expect("a rule").basis), "and why");
        assert!(
            page.contains("data-today=\"2026-03-02\"") && page.contains("data-months=\"6\""),
            "what the browser asks"
        );
        assert!(page.contains("data-on=\"2026-02-27\""), "for the day that the server asks it for");
        assert!(!html(|| question(&material, &[])).contains("<form"));
        let other = draft("food-licence").matter.material("floor_plan").expect("a material").clone();
        assert!(!html(|| question(&other, &[&sent])).contains("<form"));
    }

    #[test]
    fn m3_what_was_said_stands_in_the_field() {
        let (material, mut sent) = (certificate(), sent());
        sent.proof_day = Some(date(2026, 1, 5));
        assert!(html(|| question(&material, &[&sent])).contains("value=\"2026-01-05\""));
    }
}
