//! 工作日历: whoever keeps it is reminded of a year that is not loaded.

use crate::t::calendar as t;
use crate::ui::{Notification, Tone};
use leptos::prelude::*;

/// The page, below a reminder where the arrangement of a year is `missing`.
pub fn reminded(missing: Option<i16>, page: AnyView) -> AnyView {
    let Some(year) = missing else { return page };
    view! {
        <Notification tone=Tone::Warning title=t::missing(year)>
            <p>{t::missing_what(year)}</p>
            <p>{t::missing_until()}</p>
        </Notification>
        {page}
    }
    .into_any()
}
