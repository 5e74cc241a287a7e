//! One cell: from a value to the words that an office worker reads, and back.

use super::schema::{Column, Kind};
use super::sheet::Sheet;
use domain::catalogue::Region;
use domain::money::Fen;
use domain::rules::{Labels, Rule};
use domain::text::normalise;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Between the columns of a small row.
const BAR: char = '｜';

/// How fields and their values are called, for conditions as sentences: a label where it is the only one
/// of its kind, otherwise the identifier.
#[derive(Debug, Default)]
pub struct Names {
    labels: BTreeMap<String, String>,
    values: BTreeMap<String, Vec<(String, String)>>,
    doubled: BTreeSet<String>,
}

impl Names {
    pub fn of_sheet(sheet: &Sheet) -> Self {
        let mut names = Self::default();
        for (group, id, label) in [("questions", "id", "text"), ("fields", "name", "label")] {
            for row in sheet.rows(group) {
                let text = |key: &str| row.get(key).map_or("", |t| t.trim());
                let option = |line: &str| {
                    let mut parts = columns(line);
                    Some((parts.next()?, parts.next()?))
                };
                let options = text("options").lines().filter_map(option).collect();
                names.add(text(id), text(label), options);
            }
        }
        names
    }

    fn add(&mut self, id: &str, label: &str, values: Vec<(String, String)>) {
        if self.labels.values().any(|l| l == label) || self.labels.contains_key(label) {
            self.doubled.insert(label.to_owned());
        }
        self.labels.insert(id.to_owned(), label.to_owned());
        self.values.insert(id.to_owned(), values);
    }
}

impl Labels for Names {
    fn field(&self, name: &str) -> String {
        let label = self.labels.get(name).filter(|l| !l.is_empty() && !self.doubled.contains(*l));
        label.map_or_else(|| name.to_owned(), Clone::clone)
    }

    fn value(&self, field: &str, value: &str) -> String {
        let list = self.values.get(field).map_or(&[][..], Vec::as_slice);
        let Some((_, label)) = list.iter().find(|(v, _)| v == value) else { return value.to_owned() };
        let clear = list.iter().filter(|(v, l)| l == label || v == label).count() == 1;
        if clear { label.clone() } else { value.to_owned() }
    }
}

impl domain::rules::Names for Names {
    fn field(&self, label: &str) -> Option<String> {
        if self.labels.contains_key(label) {
            return Some(label.to_owned());
        }
        let mut found = self.labels.iter().filter(|(_, l)| *l == label).map(|(id, _)| id);
        found.next().filter(|_| found.next().is_none()).cloned()
    }

    fn value(&self, field: &str, label: &str) -> Option<String> {
        let list = self.values.get(field)?;
        if list.is_empty() {
            // A field of free text is compared with the text itself.
            return Some(label.to_owned());
        }
        let by_value = list.iter().find(|(v, _)| v == label);
        let mut by_label = list.iter().filter(|(_, l)| l == label);
        let found = by_value.or_else(|| by_label.next().filter(|_| by_label.next().is_none()));
        found.map(|(v, _)| v.clone())
    }
}

/// A value in words; empty for what says nothing.
pub fn write(kind: Kind, value: &Value, names: &Names) -> String {
    match kind {
        Kind::Lines => list(value).filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Kind::Yuan => value.as_i64().map_or_else(String::new, yuan),
        Kind::Flag => if value.as_bool() == Some(true) { "是" } else { "" }.to_owned(),
        Kind::OneOf(words) => word(words, value),
        Kind::Some(words) => list(value).map(|v| word(words, v)).collect::<Vec<_>>().join("、"),
        Kind::Rule => {
            serde_json::from_value::<Rule>(value.clone()).map_or_else(|_| String::new(), |rule| rule.sentence(names))
        }
        Kind::Rows(parts) => list(value).map(|row| write_line(parts, row, names)).collect::<Vec<_>>().join("\n"),
        Kind::Text | Kind::Long | Kind::Number | Kind::Body | Kind::Window => match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        },
    }
}

fn write_line(parts: &[Column], row: &Value, names: &Names) -> String {
    let cell = |c: &Column| {
        row.get(c.path)
            .map_or_else(String::new, |v| write(c.kind, v, names))
            .replace([BAR, '|'], "／")
            .replace('\n', " ")
    };
    let cells: Vec<String> = parts.iter().map(cell).collect();
    cells.join(&BAR.to_string()).trim_end_matches(BAR).to_owned()
}

/// What was typed as a value, or why it cannot be one. `text` is not blank.
pub fn read(kind: Kind, text: &str, names: &Names, region: &Region) -> Result<Value, String> {
    match kind {
        Kind::Text => match text.lines().count() {
            1 => Ok(text.into()),
            _ => Err("只能写一行".into()),
        },
        Kind::Long => Ok(text.replace("\r\n", "\n").into()),
        Kind::Lines => Ok(text.lines().map(str::trim).filter(|l| !l.is_empty()).collect()),
        Kind::Number => normalise(text).parse::<i64>().map(Value::from).map_err(|_| format!("“{text}”不是整数")),
        Kind::Yuan => {
            Fen::from_yuan_text(text).map(|fen| fen.0.into()).map_err(|_| format!("“{text}”不是金额，写成 80 或 80.50"))
        }
        Kind::Flag => match text {
            "是" | "true" => Ok(true.into()),
            "否" | "false" => Ok(false.into()),
            _ => Err(format!("写“是”或“否”，不是“{text}”")),
        },
        Kind::OneOf(words) => code(words, text),
        Kind::Some(words) => {
            let parts = text.split(['、', '，', ',', '\n']).map(str::trim).filter(|p| !p.is_empty());
            parts.map(|p| code(words, p)).collect()
        }
        Kind::Body => {
            let found = region.bodies.iter().find(|b| b.id == text || b.name == text || b.short == text);
            found.map(|b| b.id.clone().into()).ok_or_else(|| format!("没有叫“{text}”的机构"))
        }
        Kind::Window => {
            let found = region.windows.iter().find(|w| w.id == text || w.name == text);
            found.map(|w| w.id.clone().into()).ok_or_else(|| format!("没有叫“{text}”的窗口"))
        }
        Kind::Rule => {
            let rule = Rule::parse(text, names).map_err(|e| e.to_string())?;
            serde_json::to_value(rule).map_err(|e| e.to_string())
        }
        Kind::Rows(parts) => {
            let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
            let line = |(n, l)| read_line(parts, l, names, region).map_err(|e| format!("第 {} 行，{e}", n + 1));
            lines.map(line).collect()
        }
    }
}

fn read_line(parts: &[Column], line: &str, names: &Names, region: &Region) -> Result<Value, String> {
    let cells: Vec<String> = columns(line).collect();
    if cells.len() > parts.len() {
        return Err(format!("只有 {} 栏，写了 {} 栏", parts.len(), cells.len()));
    }
    let mut row = Map::new();
    for (number, part) in parts.iter().enumerate() {
        match cells.get(number).map_or("", String::as_str) {
            "" if part.needed => return Err(format!("{}没有填", part.label)),
            "" => {}
            text => {
                let value = read(part.kind, text, names, region).map_err(|e| format!("{}：{e}", part.label))?;
                row.insert(part.path.to_owned(), value);
            }
        }
    }
    Ok(Value::Object(row))
}

fn columns(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split([BAR, '|']).map(|cell| cell.trim().to_owned())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn word(words: &[(&str, &str)], value: &Value) -> String {
    let code = value.as_str().unwrap_or_default();
    words.iter().find(|(c, _)| *c == code).map_or_else(|| code.to_owned(), |(_, word)| (*word).to_owned())
}

fn code(words: &[(&str, &str)], text: &str) -> Result<Value, String> {
    let found = words.iter().find(|(code, word)| *code == text || *word == text);
    found.map(|(code, _)| (*code).into()).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
        format!("“{text}”不在可选的里面：{}", known.join("、"))
    })
}

fn yuan(fen: i64) -> String {
    if fen % 100 == 0 { (fen / 100).to_string() } else { format!("{}.{:02}", fen / 100, fen % 100) }
}
