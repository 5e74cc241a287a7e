//! What differs between two versions, cell by cell, for the reviewer and for the record.

use super::schema::{GROUPS, Group};
use super::sheet::{Row, Sheet};
use std::collections::BTreeSet;

/// A cell that differs; an added or removed row is shown by all its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub group: &'static str,
    /// How the row is called, empty where there is only one.
    pub row: String,
    pub label: &'static str,
    pub before: String,
    pub after: String,
}

impl Difference {
    /// Where, in words.
    pub fn place(&self) -> String {
        let title = super::schema::group(self.group).map_or("", |g| g.title);
        if self.row.is_empty() {
            format!("{title}：{}", self.label)
        } else {
            format!("{title} {}：{}", self.row, self.label)
        }
    }
}

/// Rows with an identifier are matched by it, others by their place.
pub fn compare(before: &Sheet, after: &Sheet) -> Vec<Difference> {
    let mut found = Vec::new();
    for group in GROUPS {
        let (old, new) = (named(group, before), named(group, after));
        let mut names: Vec<&String> = new.iter().map(|(name, _)| name).collect();
        let known: BTreeSet<&String> = names.iter().copied().collect();
        names.extend(old.iter().map(|(name, _)| name).filter(|name| !known.contains(name)));
        for name in names {
            let row = |list: &[(String, Row)]| list.iter().find(|(n, _)| n == name).map(|(_, r)| r.clone());
            let (old, new) = (row(&old).unwrap_or_default(), row(&new).unwrap_or_default());
            for column in group.columns {
                let text = |row: &Row| row.get(column.key).cloned().unwrap_or_default();
                let (before, after) = (text(&old), text(&new));
                if before != after {
                    let row = if group.single() { String::new() } else { name.clone() };
                    found.push(Difference { group: group.key, row, label: column.label, before, after });
                }
            }
        }
    }
    found
}

/// The rows with what they are called: identifier, name, or place.
fn named(group: &Group, sheet: &Sheet) -> Vec<(String, Row)> {
    let mut seen = BTreeSet::new();
    let rows = sheet.rows(group.key).iter().enumerate();
    rows.map(|(number, row)| {
        let own = ["id", "name"].iter().find_map(|key| row.get(*key)).filter(|id| seen.insert((*id).clone()));
        (own.cloned().unwrap_or_else(|| (number + 1).to_string()), row.clone())
    })
    .collect()
}
