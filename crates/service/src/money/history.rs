//! 缴费记录 of a person, and the slip (缴款回单) that a payment brings.

use crate::documents::{Draft, Part};
use crate::identity::Applicant;
use crate::payments::BillView;
use crate::wording::{draft, prefix};
use crate::{Failure, Service};
use domain::bill::CounterMeans;
use domain::capitals::capitals;
use domain::catalogue::{Matter, Region};
use domain::money::Fen;
use domain::time::Instant;
use store::Tx;
use store::tables::bills::{self, Bill, Order};
use store::tables::cases::CaseRow;

use super::book::Noted;

/// Kind of the document.
const KIND: &str = "payment";

/// A bill in the list.
#[derive(Debug, Clone)]
pub struct PastBill {
    pub bill: BillView,
    pub title: String,
    /// 执收单位
    pub body: String,
    pub raised_at: Instant,
}

impl Service {
    /// Every bill of one's own, the newest first.
    pub async fn my_bills(&self, applicant: &Applicant) -> Result<Vec<PastBill>, Failure> {
        let mut list = Vec::new();
        for row in bills::of_account(&self.db, applicant.account).await? {
            let case = self.own_case(applicant, row.case_id).await?;
            let matter = self.matter_at(&case.case.matter).await?;
            let raised_at = Instant(row.raised_at);
            let body = self.body_name(&matter);
            let bill = self.bill_view(row).await?;
            list.push(PastBill { bill, title: matter.title.clone(), body, raised_at });
        }
        Ok(list)
    }

    /// The slip comes with the payment, in its transaction.
    pub(crate) async fn issue_slip(
        &self,
        tx: &mut Tx,
        row: &CaseRow,
        bill: &Bill,
        order: &Order,
        noted: &Noted<'_>,
    ) -> Result<(), Failure> {
        let matter = self.matter_at_in(tx, &row.case.matter).await?;
        let slip = slip(&matter, row, &self.catalogue().region, bill, order, noted);
        self.issue_document(tx, row, &matter, slip).await
    }
}

fn slip(matter: &Matter, row: &CaseRow, region: &Region, bill: &Bill, order: &Order, noted: &Noted<'_>) -> Draft {
    let total = Fen(bill.amount_fen);
    let body = region.body(&matter.body).map_or("", |body| body.name.as_str());
    let mut rows = vec![
        ("缴款码".to_owned(), bill.number.clone()),
        ("执收单位".to_owned(), body.to_owned()),
        ("办理事项".to_owned(), matter.title.clone()),
        ("办件编号".to_owned(), row.case.number.clone()),
    ];
    rows.extend(bill.lines.iter().map(|line| (line.name.clone(), line.amount.to_string())));
    rows.extend([
        ("合计".to_owned(), total.to_string()),
        ("大写".to_owned(), capitals(total)),
        ("缴款方式".to_owned(), channel_words(&order.provider).to_owned()),
        ("交易号".to_owned(), noted.outside.to_owned()),
        ("收到时间".to_owned(), Instant(noted.at).format_zh()),
    ]);
    let parts = vec![
        Part::Paragraph("下面这张缴款书已经缴清。".into()),
        Part::Rows(rows),
        Part::Paragraph("本回单证明款已收到，不能代替财政票据报销。".into()),
    ];
    let mut slip = draft(KIND, "缴款回单", prefix(matter, region, "缴"), matter, row, parts);
    slip.public_rows.push(("缴款码".into(), bill.number.clone()));
    slip.public_rows.push(("金额".into(), total.to_string()));
    slip
}

/// A channel as people know it; its id where it has no name.
fn channel_words(channel: &str) -> &str {
    match CounterMeans::parse(channel) {
        Some(CounterMeans::Pos) => "窗口刷卡",
        Some(CounterMeans::Cash) => "窗口现金",
        None if channel.starts_with("wechat") => "微信支付",
        None if channel.starts_with("alipay") => "支付宝",
        None if channel == "treasury" => "财政统一支付平台",
        None => channel,
    }
}
