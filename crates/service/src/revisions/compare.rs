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

/// Rows with an identifier are matched by it, others by their place; a changed order is a difference too.
pub fn compare(before: &Sheet, after: &Sheet) -> Vec<Difference> {
    let mut found = Vec::new();
    for group in GROUPS {
        let (old, new) = (named(group, before), named(group, after));
        let gone = old.iter().filter(|(name, _)| !new.iter().any(|(n, _)| n == name));
        let names: Vec<&String> = new.iter().chain(gone).map(|(name, _)| name).collect();
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
        found.extend(order(group, &old, &new));
    }
    found
}

/// Rows that stand in both, in another order.
fn order(group: &Group, old: &[(String, Row)], new: &[(String, Row)]) -> Option<Difference> {
    let both = |list: &[(String, Row)], other: &[(String, Row)]| -> Vec<String> {
        list.iter().filter(|(name, _)| other.iter().any(|(n, _)| n == name)).map(|(name, _)| name.clone()).collect()
    };
    let (before, after) = (both(old, new), both(new, old));
    (before != after).then(|| Difference {
        group: group.key,
        row: String::new(),
        label: "顺序",
        before: before.join("、"),
        after: after.join("、"),
    })
}

/// The rows with what they are called: identifier or name, or their place where they have none of their own.
fn named(group: &Group, sheet: &Sheet) -> Vec<(String, Row)> {
    let mut seen = BTreeSet::new();
    let rows = sheet.rows(group.key).iter().enumerate();
    rows.map(|(number, row)| {
        let own = ["id", "name"].iter().find_map(|key| row.get(*key)).filter(|id| seen.insert((*id).clone()));
        (own.map_or_else(|| format!("第 {} 行", number + 1), Clone::clone), row.clone())
    })
    .collect()
}
