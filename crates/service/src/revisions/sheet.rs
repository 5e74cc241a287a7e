//! A matter as it is typed: cells of text, kept whether they are right or not, read into a [`Matter`] with
//! every error at once (save, then validate).

use super::cell::{names_of, read, write};
use super::schema::{Column, FIELD_KINDS, GROUPS, Group, Kind, Place};
use super::workbook::BookProblem;
use domain::catalogue::{Gap, Matter, Region, Unambiguous, gaps};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The cells of one row, by column.
pub type Row = BTreeMap<String, String>;

/// All cells, by group and row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sheet(pub BTreeMap<String, Vec<Row>>);

/// Something that keeps the matter from being proposed, and the cell it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub group: &'static str,
    /// From 0; of a group without rows, 0.
    pub row: usize,
    /// Empty when it is about the whole row or group.
    pub column: &'static str,
    pub text: String,
}

impl Sheet {
    /// The cells of a matter.
    pub fn of(matter: &Matter) -> Self {
        Self::of_value(&serde_json::to_value(matter).unwrap_or_default())
    }

    /// The cells of something that may be a matter; what is of another type stays empty.
    pub(super) fn of_value(whole: &Value) -> Self {
        // Conditions are written with the labels of questions and fields, so those are read first.
        let labels = Self::written(whole, &Unambiguous::default());
        Self::written(whole, &names_of(&labels))
    }

    fn written(whole: &Value, names: &Unambiguous) -> Self {
        let mut sheet = Self::default();
        for group in GROUPS {
            let rows = match group.place {
                Place::Root => vec![whole.clone()],
                Place::Record(path) => find(whole, path).filter(|v| v.is_object()).cloned().into_iter().collect(),
                Place::List(path) => find(whole, path).and_then(Value::as_array).cloned().unwrap_or_default(),
                Place::Fields => flat_fields(whole),
                Place::Checks => find(whole, "form.checks")
                    .and_then(Value::as_array)
                    .map_or_else(Vec::new, |l| l.iter().filter_map(flat_check).collect()),
            };
            let row = |value: &Value| -> Row {
                let cell = |c: &Column| Some((c.key.to_owned(), write(c.kind, find(value, c.path)?, names)));
                group.columns.iter().filter_map(cell).filter(|(_, text)| !text.is_empty()).collect()
            };
            let rows: Vec<Row> = rows.iter().map(row).collect();
            if !rows.is_empty() {
                sheet.0.insert(group.key.to_owned(), rows);
            }
        }
        sheet
    }

    /// Cells that are needed and empty, by name.
    pub(super) fn missing(&self) -> Vec<BookProblem> {
        let rows = |group: &'static Group| {
            let needed = group.columns.iter().filter(|c| c.needed);
            let typed = self.typed(group);
            let blank = needed.flat_map(move |c| {
                let missing = |row: &Row| !row.contains_key(c.key) && !group.left_out(c, |key| row.contains_key(key));
                let empty: Vec<usize> =
                    typed.iter().enumerate().filter(|(_, row)| missing(row)).map(|(n, _)| n).collect();
                empty.into_iter().map(move |row| (c, row))
            });
            blank.map(move |(column, row)| {
                let place = if group.single() {
                    group.title.to_owned()
                } else {
                    format!("{} 第 {} 行", group.title, row + 1)
                };
                BookProblem::new(place, format!("{}没有填，或者写法不对", column.label))
            })
        };
        GROUPS.iter().flat_map(rows).collect()
    }

    /// The rows of a group; one that was never filled in has none.
    pub fn rows(&self, group: &str) -> &[Row] {
        self.0.get(group).map_or(&[], Vec::as_slice)
    }

    /// The rows to be read: of the matter itself there is always one.
    fn typed(&self, group: &Group) -> Vec<Row> {
        let rows = self.rows(group.key);
        if rows.is_empty() && group.place == Place::Root { vec![Row::new()] } else { rows.to_vec() }
    }

    /// A cell's text, empty when nothing is there.
    pub fn cell(&self, group: &str, row: usize, column: &str) -> &str {
        self.rows(group).get(row).and_then(|r| r.get(column)).map_or("", String::as_str)
    }

    pub fn title(&self) -> &str {
        self.cell("matter", 0, "title")
    }

    pub fn slug(&self) -> &str {
        self.cell("matter", 0, "slug")
    }

    /// The matter, and everything that is wrong or missing; a matter only when every cell could be read.
    pub fn read(&self, region: &Region, version: u32, effective: jiff::civil::Date) -> (Option<Matter>, Vec<Problem>) {
        let names = names_of(self);
        let mut problems = Vec::new();
        let mut whole = json!({ "version": version, "effective": effective.to_string() });
        for group in GROUPS {
            let rows: Vec<Value> = self
                .typed(group)
                .iter()
                .enumerate()
                .map(|(number, row)| read_row(group, number, row, &names, region, &mut problems))
                .collect();
            self.place(group, rows, &mut whole, &mut problems);
        }
        if !problems.is_empty() {
            return (None, problems);
        }
        match serde_json::from_value::<Matter>(whole) {
            Ok(matter) => {
                let problems = gaps(&matter, region).into_iter().map(|gap| self.locate(gap)).collect();
                (Some(matter), problems)
            }
            Err(error) => {
                let text = format!("还缺要素：{error}");
                (None, vec![Problem { group: "matter", row: 0, column: "", text }])
            }
        }
    }

    fn place(&self, group: &'static Group, rows: Vec<Value>, whole: &mut Value, problems: &mut Vec<Problem>) {
        match group.place {
            Place::Root => {
                for (key, value) in rows.into_iter().next().and_then(|r| r.as_object().cloned()).unwrap_or_default() {
                    whole[key] = value;
                }
            }
            Place::Record(path) => {
                if let Some(row) = rows.into_iter().next() {
                    put(whole, path, row);
                } else if path == "result" {
                    let text = "办理结果还没填".to_owned();
                    problems.push(Problem { group: group.key, row: 0, column: "", text });
                }
            }
            // Items without their plan would make a fee out of nothing.
            Place::List("fee.items") if rows.is_empty() && self.rows("fee").is_empty() => {}
            Place::List("fee.items") if self.rows("fee").is_empty() => {
                let text = "有收费项目，就要填“收费”".to_owned();
                problems.push(Problem { group: "fee", row: 0, column: "", text });
            }
            Place::List(path) => put(whole, path, Value::Array(rows)),
            Place::Fields => self.fields(rows, whole, problems),
            Place::Checks => {
                let check = |row: Value| json!({ row["check"].as_str().unwrap_or_default(): named_check(&row) });
                put(whole, "form.checks", rows.into_iter().map(check).collect());
            }
        }
    }

    /// Puts each field into the section that it names.
    fn fields(&self, rows: Vec<Value>, whole: &mut Value, problems: &mut Vec<Problem>) {
        let sections: Vec<String> =
            self.rows("sections").iter().map(|r| r.get("id").cloned().unwrap_or_default()).collect();
        let mut sorted: Vec<Vec<Value>> = vec![Vec::new(); sections.len()];
        for (number, mut row) in rows.into_iter().enumerate() {
            let section = take(&mut row, "section");
            let place = section.as_str().and_then(|s| sections.iter().position(|id| id == s));
            let Some(place) = place else {
                if !section.is_null() {
                    let text = format!("“表格的部分”里没有 {}", section.as_str().unwrap_or_default());
                    problems.push(Problem { group: "fields", row: number, column: "section", text });
                }
                continue;
            };
            sorted[place].push(nested_field(row, number, problems));
        }
        if let Some(list) = whole["form"]["sections"].as_array_mut() {
            for (section, fields) in list.iter_mut().zip(sorted) {
                section["fields"] = Value::Array(fields);
            }
        }
    }

    /// The cell that a gap is about: the element of that name, or the row of that id.
    fn locate(&self, gap: Gap) -> Problem {
        let (at, text) = (gap.at.as_str(), gap.text);
        let root = &GROUPS[0];
        let named = |c: &&Column| c.key == at || c.path == at || c.path.starts_with(&format!("{at}."));
        if let Some(column) = root.columns.iter().find(named) {
            return Problem { group: root.key, row: 0, column: column.key, text };
        }
        for group in &GROUPS[1..] {
            let holds = |row: &Row| ["id", "name"].iter().any(|key| row.get(*key).is_some_and(|v| v == at));
            if let Some(row) = self.rows(group.key).iter().position(holds) {
                return Problem { group: group.key, row, column: "", text };
            }
        }
        let group = GROUPS.iter().find(|g| g.key == at).map_or("matter", |g| g.key);
        Problem { group, row: 0, column: "", text }
    }
}

fn read_row(
    group: &'static Group,
    number: usize,
    row: &Row,
    names: &Unambiguous,
    region: &Region,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut value = Value::Object(Map::new());
    for column in group.columns {
        let text = row.get(column.key).map_or("", |t| t.trim());
        if text.is_empty() {
            if group.left_out(column, |key| row.get(key).is_some_and(|t| !t.trim().is_empty())) {
                continue;
            }
            if column.needed {
                let text = format!("{}没有填", column.label);
                problems.push(Problem { group: group.key, row: number, column: column.key, text });
            } else if let Some(nothing) = blank(column.kind) {
                put(&mut value, column.path, nothing);
            }
            continue;
        }
        match read(column.kind, text, names, region) {
            Ok(cell) => put(&mut value, column.path, cell),
            Err(text) => {
                let text = format!("{}：{text}", column.label);
                problems.push(Problem { group: group.key, row: number, column: column.key, text });
            }
        }
    }
    value
}

/// What an empty cell means where it is no mistake.
fn blank(kind: Kind) -> Option<Value> {
    match kind {
        Kind::Flag => Some(false.into()),
        Kind::Lines | Kind::Some(_) | Kind::Rows(_) => Some(Value::Array(Vec::new())),
        Kind::Pairs => Some(Value::Object(Map::new())),
        _ => None,
    }
}

/// A value at a path of keys.
fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |at, key| at.get(key)).filter(|v| !v.is_null())
}

/// Sets a value at a path of keys, making the records on the way.
fn put(value: &mut Value, path: &str, new: Value) {
    let mut at = value;
    for key in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[key];
    }
    *at = new;
}

fn take(row: &mut Value, key: &str) -> Value {
    row.as_object_mut().and_then(|r| r.remove(key)).unwrap_or_default()
}

/// The fields of all sections with their kind spread over columns.
fn flat_fields(whole: &Value) -> Vec<Value> {
    let sections = find(whole, "form.sections").and_then(Value::as_array).cloned().unwrap_or_default();
    sections
        .iter()
        .flat_map(|section| {
            let fields = section["fields"].as_array().cloned().unwrap_or_default();
            fields.into_iter().map(|mut field| {
                field["section"] = section["id"].clone();
                flatten_kind(field)
            })
        })
        .collect()
}

fn flatten_kind(mut field: Value) -> Value {
    let (name, details) = match take(&mut field, "kind") {
        Value::Object(kind) => kind.into_iter().next().unwrap_or_default(),
        Value::String(name) => (name, Value::Null),
        _ => return field,
    };
    for (key, value) in details.as_object().cloned().unwrap_or_default() {
        let column = if key == "max_fen" { "max_yuan".to_owned() } else { key };
        field[column] = value;
    }
    field["kind"] = Value::String(name);
    field
}

/// Columns of the kind that its variant takes.
fn kind_columns(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "text" | "long_text" => &[("max", "max")],
        "date" => &[("not_future", "not_future"), ("not_past", "not_past")],
        "choice" => &[("options", "options")],
        "number" => &[("min", "min"), ("max", "max"), ("unit", "unit")],
        "money" => &[("max_yuan", "max_fen")],
        _ => &[],
    }
}

fn nested_field(mut row: Value, number: usize, problems: &mut Vec<Problem>) -> Value {
    let kind = take(&mut row, "kind");
    let kind = kind.as_str().unwrap_or_default();
    let mut details = Map::new();
    let taken = kind_columns(kind);
    for column in ["max", "min", "max_yuan", "unit", "options", "not_future", "not_past"] {
        let value = take(&mut row, column);
        if let Some((_, key)) = taken.iter().find(|(c, _)| *c == column) {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if empty && !matches!(column, "unit" | "not_future" | "not_past") {
                let label = super::schema::group("fields").and_then(|g| g.column(column));
                let text = format!("这一类型的字段要填“{}”", label.map_or("", |c| c.label));
                let column = label.map_or("", |c| c.key);
                problems.push(Problem { group: "fields", row: number, column, text });
            } else if !value.is_null() {
                details.insert((*key).to_owned(), value);
            }
        }
    }
    let bare = taken.is_empty() && FIELD_KINDS.iter().any(|(code, _)| *code == kind);
    row["kind"] = if bare { Value::String(kind.to_owned()) } else { json!({ kind: details }) };
    row
}

fn flat_check(check: &Value) -> Option<Value> {
    let (name, details) = check.as_object()?.iter().next()?;
    let other = details.get("other").or_else(|| details.get("id_field"))?;
    Some(json!({ "check": name, "field": details["field"], "other": other }))
}

fn named_check(row: &Value) -> Value {
    let other = if row["check"] == "birth_date_of" { "id_field" } else { "other" };
    json!({ "field": row["field"], other: row["other"] })
}

/// Kinds that are written over several lines.
pub fn is_long(kind: Kind) -> bool {
    matches!(kind, Kind::Long | Kind::Lines | Kind::Rows(_) | Kind::Pairs | Kind::Rule)
}
