//! A sheet as a workbook: a page for each group, so that an office can fill it in with what it has.
//! Every error names its cell.

use super::schema::{Column, GROUPS, Group};
use super::sheet::{Problem, Row, Sheet};
use std::collections::BTreeMap;

/// A workbook's text, as the file format gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    pub pages: Vec<Page>,
}

/// One page: rows of cells from A1 on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    pub title: String,
    pub cells: Vec<Vec<String>>,
}

/// A file that is no workbook at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookError {
    /// Not an XLSX file, or a damaged one.
    Unreadable,
    /// More than anybody would write by hand.
    TooBig,
}

/// Something wrong, and where: 申请材料!C5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookProblem {
    pub place: String,
    pub text: String,
    /// What a reader said in its own words, for whoever helps; empty where everything is said above.
    pub raw: String,
}

impl BookProblem {
    pub fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into(), raw: String::new() }
    }
}

/// Heads of a page with one row.
const HEADS: [&str; 3] = ["要素", "内容", "怎么填"];

impl Workbook {
    /// All groups, also the empty ones: what is not there cannot be filled in.
    pub fn of(sheet: &Sheet) -> Self {
        Self { pages: GROUPS.iter().map(|group| page(group, sheet.rows(group.key))).collect() }
    }

    /// The sheet, and where each of its cells stands.
    pub fn read(&self) -> Result<(Sheet, Places), Vec<BookProblem>> {
        let mut problems = Vec::new();
        let mut sheet = Sheet::default();
        let mut places = Places::default();
        for page in &self.pages {
            let Some(group) = GROUPS.iter().find(|g| g.title == page.title) else {
                problems.push(BookProblem::new(page.title.clone(), "没有这样一页；页名不能改"));
                continue;
            };
            let rows = if group.single() {
                vec![one_row(group, page, &mut places, &mut problems)]
            } else {
                many_rows(group, page, &mut places, &mut problems)
            };
            let rows: Vec<Row> = rows.into_iter().filter(|r| !r.is_empty()).collect();
            if !rows.is_empty() && sheet.0.insert(group.key.to_owned(), rows).is_some() {
                problems.push(BookProblem::new(page.title.clone(), "有两页同名"));
            }
        }
        if sheet.rows("matter").is_empty() {
            problems.push(BookProblem::new(GROUPS[0].title, "没有这一页，或者是空的"));
        }
        if problems.is_empty() { Ok((sheet, places)) } else { Err(problems) }
    }
}

/// Where the cells of a sheet stand in the workbook that it came from.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<(&'static str, usize, &'static str), String>);

impl Places {
    /// The problem with its cell; with its row or page where it is about all of it.
    pub fn of(&self, problem: &Problem) -> BookProblem {
        let exact = self.0.get(&(problem.group, problem.row, problem.column));
        let row = || {
            let first =
                |(group, row, _): &&(&'static str, usize, &'static str)| *group == problem.group && *row == problem.row;
            self.0.keys().find(first).and_then(|key| self.0.get(key))
        };
        let page = || super::schema::group(problem.group).map_or("", |g| g.title).to_owned();
        BookProblem::new(exact.or_else(row).cloned().unwrap_or_else(page), problem.text.clone())
    }
}

fn page(group: &Group, rows: &[Row]) -> Page {
    let text = |row: Option<&Row>, c: &Column| row.and_then(|r| r.get(c.key)).cloned().unwrap_or_default();
    let label = |c: &Column| if c.always_needed() { format!("{}*", c.label) } else { c.label.to_owned() };
    let cells = if group.single() {
        let lines = group.columns.iter().map(|c| vec![label(c), text(rows.first(), c), c.hint.to_owned()]);
        std::iter::once(HEADS.map(str::to_owned).to_vec()).chain(lines).collect()
    } else {
        let lines = rows.iter().map(|row| group.columns.iter().map(|c| text(Some(row), c)).collect());
        std::iter::once(group.columns.iter().map(label).collect()).chain(lines).collect()
    };
    Page { title: group.title.to_owned(), cells }
}

fn one_row(group: &'static Group, page: &Page, places: &mut Places, problems: &mut Vec<BookProblem>) -> Row {
    let mut row = Row::new();
    for (line, cells) in page.cells.iter().enumerate().skip(1) {
        let cell = |n: usize| cells.get(n).map_or("", |t| t.trim());
        if cell(0).is_empty() && cell(1).is_empty() {
            continue;
        }
        match labelled(group, cell(0)) {
            Some(column) => {
                places.0.insert((group.key, 0, column.key), place(page, 1, line));
                if !cell(1).is_empty() {
                    row.insert(column.key.to_owned(), cell(1).to_owned());
                }
            }
            None => {
                problems.push(BookProblem::new(place(page, 0, line), format!("没有叫“{}”的要素", cell(0))));
            }
        }
    }
    row
}

fn many_rows(group: &'static Group, page: &Page, places: &mut Places, problems: &mut Vec<BookProblem>) -> Vec<Row> {
    let mut columns: Vec<Option<&'static Column>> = Vec::new();
    for (number, head) in page.cells.first().into_iter().flatten().enumerate() {
        let column = labelled(group, head.trim());
        if column.is_none() && !head.trim().is_empty() {
            problems.push(BookProblem::new(place(page, number, 0), format!("没有叫“{head}”的要素")));
        }
        columns.push(column);
    }
    let mut rows = Vec::new();
    for (line, cells) in page.cells.iter().enumerate().skip(1) {
        let mut row = Row::new();
        for (number, text) in cells.iter().enumerate().filter(|(_, t)| !t.trim().is_empty()) {
            match columns.get(number).copied().flatten() {
                Some(column) => drop(row.insert(column.key.to_owned(), text.trim().to_owned())),
                None => {
                    problems.push(BookProblem::new(place(page, number, line), "这一列没有标题，内容读不进去"));
                }
            }
        }
        if row.is_empty() {
            continue;
        }
        for (number, column) in columns.iter().enumerate() {
            if let Some(column) = column {
                places.0.insert((group.key, rows.len(), column.key), place(page, number, line));
            }
        }
        rows.push(row);
    }
    rows
}

fn labelled(group: &'static Group, label: &str) -> Option<&'static Column> {
    let label = label.trim_end_matches('*').trim();
    group.columns.iter().find(|c| c.label == label)
}

/// 申请材料!C5.
fn place(page: &Page, column: usize, row: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    format!("{}!{letters}{}", page.title, row + 1)
}
