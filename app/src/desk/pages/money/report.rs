//! 收费日报: to read, to print, to take along as a file.

use super::channel_name;
use crate::paths;
use crate::t::money as t;
use crate::ui::{Button, ButtonKind, Cell, Column, DataTable, Field, PageHeading, Tag, TagList};
use domain::time::format_date_zh;
use leptos::prelude::*;
use service::money::report::DailyReport;

pub fn report(report: &DailyReport) -> AnyView {
    let day = report.day.to_string();
    let file = |kind: &str| format!("{}.{kind}?day={day}", paths::DESK_REPORT);
    let tags = vec![
        Tag::link(t::tab(), paths::DESK_MONEY, false),
        Tag::link(t::report_csv(), file("csv"), false),
        Tag::link(t::report_xlsx(), file("xlsx"), false),
    ];
    let columns = vec![
        Column::new(t::col_body()),
        Column::new(t::col_item()),
        Column::new(t::col_means()),
        Column::numeric(t::col_paid()),
        Column::numeric(t::col_returned()),
    ];
    let mut rows: Vec<Vec<Cell>> = report
        .rows
        .iter()
        .map(|row| {
            vec![
                Cell::Text(row.body.clone()),
                Cell::Text(format!("{} {}", row.item_code, row.item)),
                Cell::Text(channel_name(&row.means)),
                Cell::Text(row.paid.to_string()),
                Cell::Text(row.returned.to_string()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        rows.push(vec![
            Cell::from(t::report_sum()),
            Cell::from(""),
            Cell::from(""),
            Cell::Text(report.paid().to_string()),
            Cell::Text(report.returned().to_string()),
        ]);
    }
    let caption = t::report_caption(format_date_zh(report.day));
    view! {
        <PageHeading title=t::report_title() />
        <TagList tags=tags label=t::report_title() />
        <form class="ov-stack ov-stack--tight" method="get" action=paths::DESK_REPORT>
            <Field name="day" label=t::report_day() kind="date" value=day autocomplete="off" />
            <div>
                <Button kind=ButtonKind::Secondary>{t::report_show()}</Button>
            </div>
        </form>
        <DataTable caption=caption columns=columns rows=rows empty=t::report_empty() />
    }
    .into_any()
}
