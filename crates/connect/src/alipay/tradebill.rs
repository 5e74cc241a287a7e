//! 业务账单: where the trades of a past day lie, and what stands there: a zip file of GBK tables, the trades (业务明细)
//! and their sums (汇总). Lines that begin with `#` are comments, amounts are yuan, and what leaves the merchant's
//! account is negative: refunds, and the fee of a payment.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use encoding_rs::GBK;
use jiff::{civil::Date, tz::Offset};
use serde::Deserialize;
use serde_json::json;
use service::ports::pay::{PayError, TradeLine};

use super::{Alipay, wire};

/// Longest file, in bytes as it is packed: a county's day is far below it.
pub(super) const LONGEST: usize = 8 * 1024 * 1024;
/// Longest content of all its files, in bytes: a bomb unpacks to more.
const UNPACKED: u64 = 64 * 1024 * 1024;
const MOST_FILES: usize = 16;
/// What the list of trades has to tell. The names of the files do not say which one it is: they are GBK as well, and
/// not all programs that pack keep them.
const COLUMNS: [&str; 8] =
    ["支付宝交易号", "商户订单号", "业务类型", GOODS, "完成时间", "订单金额", "退款批次号", "服务费"];
/// The one column in which somebody may have written a comma; nothing is quoted.
const GOODS: &str = "商品名称";

#[derive(Deserialize)]
struct BillPlace {
    bill_download_url: String,
}

impl Alipay {
    /// `alipay.data.dataservice.bill.downloadurl.query`: the address of a day's trades, there from 10:00 on the next day;
    /// it lives 30 seconds. `None` when the provider says that there is no bill.
    pub async fn bill_address(&self, day: Date) -> Result<Option<String>, PayError> {
        let content = json!({ "bill_type": "trade", "bill_date": day.to_string() });
        let answer = self.call("alipay.data.dataservice.bill.downloadurl.query", &content, &[]).await?;
        if answer.outcome.sub_code == "isp.bill_not_exist" {
            return Ok(None);
        }
        let place: BillPlace = answer.read()?;
        Ok(Some(place.bill_download_url))
    }

    /// Everything that moved on a day through this account, by whichever channel. “No bill” is a day on which nothing
    /// moved only once the day's bill would be there.
    pub(super) async fn fetch_trade_bill(&self, day: Date) -> Result<Vec<TradeLine>, PayError> {
        let Some(address) = self.bill_address(day).await? else {
            let empty = is_due(day, self.now());
            return if empty { Ok(Vec::new()) } else { Err(unreadable("not there yet")) };
        };
        let packed = self.download(&address).await?;
        let reading = tokio::task::spawn_blocking(move || read(&packed));
        reading.await.map_err(|_| unreadable("reading broke off"))?.map_err(unreadable)
    }
}

/// Nothing is concluded from it: the day is asked for again.
fn unreadable(why: &str) -> PayError {
    PayError::Unreachable(format!("bill: {why}"))
}

/// Whether the bill of `day` is made by now (µs since the epoch).
fn is_due(day: Date, now: i64) -> bool {
    let next = day.tomorrow().ok().map(|next| next.at(10, 0, 0, 0));
    let due = next.and_then(|at| Offset::constant(8).to_timestamp(at).ok());
    due.is_some_and(|due| now >= due.as_microsecond())
}

/// The trades in a packed bill. Sizes are counted while unpacking, since those that a file declares may be lies.
fn read(packed: &[u8]) -> Result<Vec<TradeLine>, &'static str> {
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).map_err(|_| "not a zip file")?;
    if archive.len() > MOST_FILES {
        return Err("too many files");
    }
    let mut left = UNPACKED;
    let mut trades: Option<Vec<TradeLine>> = None;
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(|_| "a packed file is damaged")?;
        let mut content = Vec::new();
        let size = std::io::copy(&mut entry.take(left + 1), &mut content);
        let size = size.map_err(|_| "a packed file is damaged")?;
        left = left.checked_sub(size).ok_or("it unpacks to too much")?;
        let text = GBK.decode_without_bom_handling_and_without_replacement(&content).ok_or("not GBK")?;
        if let Some(lines) = lines(&text)? {
            trades.get_or_insert_default().extend(lines);
        }
    }
    trades.ok_or("no list of trades")
}

/// The lines of a list of trades; none when it is another table. Columns are found by their names.
fn lines(text: &str) -> Result<Option<Vec<TradeLine>>, &'static str> {
    let mut rows = text.lines().filter(|row| !row.trim().is_empty() && !row.starts_with('#'));
    let Some(head) = rows.next() else { return Ok(None) };
    let head: Vec<&str> = head.split(',').map(column).collect();
    if COLUMNS.iter().any(|wanted| !head.contains(wanted)) {
        return Ok(None);
    }
    let goods = head.iter().position(|name| *name == GOODS).unwrap_or(head.len());
    let mut lines = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        let spare = cells.len().checked_sub(head.len()).ok_or("a line is too short")?;
        let place = |at: usize| if at > goods { at + spare } else { at };
        let named: BTreeMap<&str, &str> =
            head.iter().enumerate().map(|(at, name)| (*name, bare(cells[place(at)]))).collect();
        lines.push(line(&named)?);
    }
    Ok(Some(lines))
}

/// Tabs and backticks keep office programs from making numbers of numbers.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || c == '`')
}

/// A column's name without its unit and without its other names.
fn column(name: &str) -> &str {
    bare(name).split(['（', '(', '/']).next().unwrap_or_default()
}

fn line(cells: &BTreeMap<&str, &str>) -> Result<TradeLine, &'static str> {
    let cell = |name: &str| cells.get(name).copied().unwrap_or_default();
    let refund = match cell("业务类型") {
        "交易" => false,
        "退款" => true,
        _ => return Err("unknown kind of business"),
    };
    let amount = fen(cell("订单金额")).ok_or("no amount")?;
    let amount_fen = if refund { -amount } else { amount };
    if amount_fen <= 0 {
        return Err("an amount has the wrong sign");
    }
    let provider_no = cell("支付宝交易号");
    // What was not ordered through us has no number of ours: reconciliation shows it under the provider's.
    let or = |number: &str, other: &str| if number.is_empty() { other.to_owned() } else { number.to_owned() };
    let out_trade_no = or(cell("商户订单号"), provider_no);
    Ok(TradeLine {
        refund,
        // A refund without a number of its own is the whole order's.
        number: if refund { or(cell("退款批次号"), &out_trade_no) } else { out_trade_no.clone() },
        out_trade_no,
        provider_no: provider_no.to_owned(),
        amount_fen,
        fee_fen: -fen(cell("服务费")).ok_or("no fee")?,
        at: wire::instant(cell("完成时间")).ok_or("no time")?,
    })
}

/// Yuan, perhaps negative, in fen; never through a floating point.
fn fen(yuan: &str) -> Option<i64> {
    match yuan.strip_prefix('-') {
        Some(rest) => Some(-wire::fen(rest)?),
        None => wire::fen(yuan),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use jiff::civil::date;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    const HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";
    const SUMS: &str = "#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,服务费（元）\r\n合计,,1,1,50.00,-0.30\r\n";

    fn row(kind: &str, goods: &str, amount: &str, request: &str, fee: &str) -> String {
        let at = "2026-03-02 09:30:00";
        format!(
            "2026030222001\t,`OV20261\t,{kind},{goods},{at},{at},,,,,san***@x,{amount},{amount},{request}\t,{fee},0.00,\r\n"
        )
    }

    fn details(rows: &[String]) -> String {
        let begin = "#支付宝业务明细查询\r\n#账号：[20880000000000000156]\r\n#----业务明细列表----\r\n";
        format!("{begin}{HEAD}\r\n{}#----业务明细列表结束----\r\n#交易合计：1笔，商家实收共80.00元\r\n", rows.concat())
    }

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(content).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn gbk(text: &str) -> Vec<u8> {
        GBK.encode(text).0.into_owned()
    }

    fn bill(rows: &[String]) -> Vec<u8> {
        zipped(&[("业务明细(汇总).csv", &gbk(SUMS)), ("业务明细.csv", &gbk(&details(rows)))])
    }

    #[test]
    fn d5_a_packed_bill_is_read_by_the_names_of_its_columns() {
        let rows =
            [row("交易", "登记费, 住宅", "80.00", "", "-0.48"), row("退款", "登记费", "-30.00", "OV20261R1", "0.18")];
        let lines = read(&bill(&rows)).unwrap();
        let seen: Vec<_> = lines.iter().map(|l| (l.refund, l.number.as_str(), l.amount_fen, l.fee_fen)).collect();
        assert_eq!(seen, [(false, "OV20261", 8_000, 48), (true, "OV20261R1", 3_000, -18)]);
        assert_eq!((lines[1].out_trade_no.as_str(), lines[1].provider_no.as_str()), ("OV20261", "2026030222001"));
        assert_eq!(lines[0].at, 1_772_415_000_000_000);
        assert_eq!(read(&bill(&[])), Ok(Vec::new()), "a list without trades");
    }

    #[test]
    fn d5_what_was_not_ordered_here_keeps_the_provider_s_number() {
        let stranger = row("交易", "收款码", "1.00", "", "0.00").replace("`OV20261", "");
        let whole = row("退款", "登记费", "-80.00", "", "0.00");
        let lines = read(&bill(&[stranger, whole])).unwrap();
        assert_eq!((lines[0].number.as_str(), lines[1].number.as_str()), ("2026030222001", "OV20261"));
    }

    #[test]
    fn d5_hostile_bills_are_refused_before_they_cost_anything() {
        let good = bill(&[row("交易", "登记费", "80.00", "", "-0.48")]);
        for length in (0..good.len()).step_by(61) {
            assert!(read(&good[..length]).is_err(), "cut off at {length}");
        }
        assert_eq!(read(b"<html>403</html>"), Err("not a zip file"));
        assert_eq!(read(&zipped(&[("业务明细(汇总).csv", &gbk(SUMS))])), Err("no list of trades"));
        assert_eq!(read(&zipped(&[("a", b"")])), Err("no list of trades"));
        let many: Vec<String> = (0..=MOST_FILES).map(|n| n.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(read(&zipped(&many)), Err("too many files"));
        // UTF-8 read as GBK gives other characters, or none: the columns are not found.
        let details = details(&[row("交易", "登记费", "80.00", "", "-0.48")]);
        assert!(read(&zipped(&[("业务明细.csv", details.as_bytes())])).is_err());
        assert_eq!(read(&zipped(&[("业务明细.csv", b"#\xff\xff\r\n")])), Err("not GBK"));
    }

    #[test]
    fn d5_a_bomb_is_not_unpacked() {
        let full = usize::try_from(UNPACKED).unwrap() + 1;
        let bomb = zipped(&[("业务明细.csv", &vec![b' '; full])]);
        assert!(bomb.len() < LONGEST);
        assert_eq!(read(&bomb), Err("it unpacks to too much"));
    }

    #[test]
    fn d5_a_line_that_is_not_understood_is_never_guessed() {
        let wrong = [
            ("2026030222001,OV20261,交易\r\n".to_owned(), "a line is too short"),
            (row("转账", "登记费", "80.00", "", "0.00"), "unknown kind of business"),
            (row("交易", "登记费", "-80.00", "", "0.00"), "an amount has the wrong sign"),
            (row("退款", "登记费", "80.00", "R1", "0.00"), "an amount has the wrong sign"),
            (row("交易", "登记费", "80.001", "", "0.00"), "no amount"),
            (row("交易", "登记费", "8e1", "", "0.00"), "no amount"),
            (row("交易", "登记费", "--80", "", "0.00"), "no amount"),
            (row("交易", "登记费", "80.00", "", ""), "no fee"),
            (row("交易", "登记费", "80.00", "", "0.00").replace("09:30:00", "9时"), "no time"),
        ];
        for (row, why) in wrong {
            assert_eq!(read(&bill(&[row])), Err(why));
        }
    }

    #[test]
    fn d5_no_bill_is_an_empty_day_only_once_it_would_be_there() {
        // 10:00 in China on 3 March 2026.
        let ten = 1_772_503_200_000_000;
        assert!(is_due(date(2026, 3, 2), ten));
        assert!(!is_due(date(2026, 3, 2), ten - 1));
        assert!(!is_due(date(2026, 3, 3), ten));
    }
}
