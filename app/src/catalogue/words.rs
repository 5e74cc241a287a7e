//! Facts of a matter in words.

use crate::t::catalogue as t;
use domain::catalogue::{Audience, Card, Necessity, VisitPlan};
use domain::time::{Limit, LimitUnit};

/// A limit in words: 5 个工作日, 当场办结.
pub fn limit_text(limit: &Limit) -> String {
    match (limit.amount, limit.unit) {
        (0, _) => t::immediate().to_owned(),
        (n, LimitUnit::WorkingDays) => t::days(n),
        (n, LimitUnit::Days) => t::calendar_days(n),
        (n, LimitUnit::Months) => t::months(n),
    }
}

/// 跑几次, with the reason.
pub fn visits_text(visits: &VisitPlan) -> String {
    match (visits.times, &visits.reason) {
        (0, _) => t::visits_none().to_owned(),
        (n, Some(reason)) => t::visits_some(n, reason),
        (n, None) => t::visits(n),
    }
}

/// 跑 0 次 for badges.
pub fn visits_short(visits: &VisitPlan) -> String {
    if visits.times == 0 { t::visits_0().to_owned() } else { t::visits(visits.times) }
}

/// The badges that mean something: visits, limit, price.
pub fn badges(matter: &Card) -> Vec<String> {
    let mut list = vec![visits_short(&matter.visits), limit_text(&matter.promised)];
    if matter.free {
        list.push(t::free().to_owned());
    }
    list
}

pub fn audience_text(audience: &[Audience]) -> String {
    let one = |a: &Audience| match a {
        Audience::Person => t::audience_person(),
        Audience::Firm => t::audience_firm(),
    };
    audience.iter().map(one).collect::<Vec<_>>().join("、")
}

pub fn necessity_text(necessity: Necessity) -> &'static str {
    match necessity {
        Necessity::Necessary => t::need_necessary(),
        Necessity::Conditional => t::need_conditional(),
        Necessity::Deferrable => t::need_deferrable(),
    }
}
