//! One cell: from a value to the words that an office worker reads, and back.

use super::schema::{Column, Kind};
use super::sheet::Sheet;
use domain::catalogue::{Region, Unambiguous};
use domain::money::Fen;
use domain::rules::Rule;
use domain::text::normalise;
use serde_json::{Map, Value};

/// Between the columns of a small row.
const BAR: char = '｜';

/// How the questions and fields that are being written are called in conditions.
pub fn names_of(sheet: &Sheet) -> Unambiguous {
    let mut names = Unambiguous::default();
    for (group, id, label) in [("questions", "id", "text"), ("fields", "name", "label")] {
        for row in sheet.rows(group) {
            let text = |key: &str| row.get(key).map_or("", |t| t.trim());
            let option = |line: &str| {
                let mut parts = columns(line);
                Some((parts.next()?, parts.next()?))
            };
            names.add(text(id), text(label), text("options").lines().filter_map(option).collect());
        }
    }
    names
}

/// A value in words; empty for what says nothing.
pub fn write(kind: Kind, value: &Value, names: &Unambiguous) -> String {
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
        Kind::Pairs => {
            let pairs = value.as_object().into_iter().flatten();
            pairs.map(|(k, v)| format!("{k}{BAR}{}", v.as_str().unwrap_or_default())).collect::<Vec<_>>().join("\n")
        }
        Kind::Text | Kind::Long | Kind::Number | Kind::Body | Kind::Window => match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        },
    }
}

fn write_line(parts: &[Column], row: &Value, names: &Unambiguous) -> String {
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
pub fn read(kind: Kind, text: &str, names: &Unambiguous, region: &Region) -> Result<Value, String> {
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
        Kind::Pairs => {
            let mut pairs = Map::new();
            for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
                match columns(line).collect::<Vec<_>>().as_slice() {
                    [key, value] if !key.is_empty() && !value.is_empty() => {
                        pairs.insert(key.clone(), value.as_str().into());
                    }
                    _ => return Err(format!("第 {} 行，要写成“字段｜证照上的哪一项”", number + 1)),
                }
            }
            Ok(Value::Object(pairs))
        }
    }
}

fn read_line(parts: &[Column], line: &str, names: &Unambiguous, region: &Region) -> Result<Value, String> {
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
