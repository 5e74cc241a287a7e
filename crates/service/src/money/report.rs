//! 日报: what came in and went back on a day, by body, item and means (支付方式: the account, as the book and the
//! settlements name it); for paper, CSV and a workbook.

use crate::revisions::{Page, Workbook};
use crate::{Failure, Service, Treasurer};
use domain::catalogue::FeeLine;
use domain::ledger::{Account, EntryKind};
use domain::money::Fen;
use domain::time::Instant;
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::tables::ledger::Entry;
use store::tables::{bills, cases, ledger};

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// 执收单位
    pub body: String,
    pub item_code: String,
    pub item: String,
    /// Id of the account (微信支付、支付宝), whichever of its channels was used.
    pub means: String,
    pub paid: Fen,
    pub returned: Fen,
}

/// A day's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyReport {
    pub day: Date,
    pub rows: Vec<ReportRow>,
}

type Key = (String, String, String, String);

impl DailyReport {
    pub fn paid(&self) -> Fen {
        self.rows.iter().map(|row| row.paid).sum()
    }

    pub fn returned(&self) -> Fen {
        self.rows.iter().map(|row| row.returned).sum()
    }

    fn table(&self, name: impl Fn(&str) -> String) -> Vec<Vec<String>> {
        let head = ["执收单位", "项目编码", "项目", "渠道", "收款（元）", "退款（元）"].map(str::to_owned).to_vec();
        let line = |row: &ReportRow| {
            let (paid, returned) = (row.paid.yuan_text(), row.returned.yuan_text());
            vec![row.body.clone(), row.item_code.clone(), row.item.clone(), name(&row.means), paid, returned]
        };
        let mut sum = vec!["合计".to_owned()];
        sum.resize(4, String::new());
        sum.extend([self.paid().yuan_text(), self.returned().yuan_text()]);
        std::iter::once(head).chain(self.rows.iter().map(line)).chain([sum]).collect()
    }

    /// RFC 4180 with a byte order mark, so that office programs read Chinese rightly. `name` gives the words for a
    /// means.
    pub fn csv(&self, name: impl Fn(&str) -> String) -> String {
        let mut text = String::from('\u{feff}');
        for cells in self.table(name) {
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }

    pub fn workbook(&self, name: impl Fn(&str) -> String) -> Workbook {
        Workbook { pages: vec![Page { title: format!("日报 {}", self.day), cells: self.table(name) }] }
    }
}

/// A cell that begins like a formula is only text.
fn quoted(cell: &str) -> String {
    let text = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Service {
    /// The report of a day, by the time at which money moved.
    pub async fn daily_report(&self, _: &Treasurer, day: Date) -> Result<DailyReport, Failure> {
        let (from, to) = (Instant::start_of(day).0, Instant::start_of(day.tomorrow().map_err(Failure::internal)?).0);
        let mut sums: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
        for entry in ledger::between(&self.db, from, to).await? {
            if !matches!(entry.kind, EntryKind::Payment | EntryKind::Surplus | EntryKind::Refund) {
                continue;
            }
            self.count_entry(&entry, &mut sums).await?;
        }
        let rows = sums.into_iter().map(|((body, item_code, item, means), (paid, returned))| ReportRow {
            body,
            item_code,
            item,
            means,
            paid: Fen(paid),
            returned: Fen(returned),
        });
        Ok(DailyReport { day, rows: rows.collect() })
    }

    async fn count_entry(&self, entry: &Entry, sums: &mut BTreeMap<Key, (i64, i64)>) -> Result<(), Failure> {
        let channel = entry.lines.iter().find_map(|(account, fen)| match account {
            Account::Clearing(channel) => Some((channel.clone(), fen.0)),
            _ => None,
        });
        let (Some((means, moved)), Some(bill)) = (channel, entry.bill) else { return Ok(()) };
        let bill = bills::find(&self.db, bill).await?.ok_or(Failure::NotFound)?;
        let case = cases::find(&self.db, &self.vault, bill.case_id).await?.ok_or(Failure::NotFound)?;
        let matter = self.matter_at(&case.case.matter).await?;
        let body = self.catalogue().region.body(&matter.body).map_or_else(|| matter.body.clone(), |b| b.name.clone());
        for (code, item, amount) in shares(&bill.lines, moved, entry.kind) {
            let sum = sums.entry((body.clone(), code, item, means.clone())).or_default();
            if amount >= 0 {
                sum.0 += amount;
            } else {
                sum.1 -= amount;
            }
        }
        Ok(())
    }
}

/// What moved, by the items of the bill; what does not come to their sum is no item's (多收、部分退款).
fn shares(lines: &[FeeLine], moved: i64, kind: EntryKind) -> Vec<(String, String, i64)> {
    let total: i64 = lines.iter().map(|line| line.amount.0).sum();
    if kind == EntryKind::Surplus || moved.abs() != total {
        let name = if kind == EntryKind::Refund { "部分或多收退款" } else { "多收待退" };
        return vec![(String::new(), name.to_owned(), moved)];
    }
    let sign = moved.signum();
    lines.iter().map(|line| (line.item_code.clone(), line.name.clone(), sign * line.amount.0)).collect()
}
