//! Matters as sheets: what is written into cells reads back as the same matter, through files as well.

#![allow(clippy::unwrap_used, reason = "tests")]

use domain::catalogue::Matter;
use service::Catalogue;
use service::revisions::{Row, Sheet, Workbook, compare, schema};
use std::path::Path;
use std::sync::Arc;

fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    Catalogue::load(&folder).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn read(catalogue: &Catalogue, sheet: &Sheet, like: &Matter) -> Matter {
    let (matter, problems) = sheet.read(&catalogue.region, like.version, like.effective);
    assert!(problems.is_empty(), "{}: {problems:#?}", like.slug);
    matter.unwrap()
}

fn food(catalogue: &Catalogue) -> Arc<Matter> {
    catalogue.matter("food-licence").unwrap()
}

/// Every rule, fee, option and criterion of the shipped matters survives being read by people.
#[test]
fn c3_every_shipped_matter_reads_back_from_its_cells() {
    let catalogue = catalogue();
    assert!(catalogue.matters.len() >= 26);
    for matter in &catalogue.matters {
        let sheet = Sheet::of(matter);
        let again = read(&catalogue, &sheet, matter);
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&**matter).unwrap(), "{}", matter.slug);
        assert!(compare(&sheet, &Sheet::of(&again)).is_empty());
    }
}

#[test]
fn c3_a_workbook_holds_the_same_as_the_sheet() {
    let catalogue = catalogue();
    for matter in &catalogue.matters {
        let sheet = Sheet::of(matter);
        let (read, _) = Workbook::of(&sheet).read().unwrap();
        assert!(compare(&sheet, &read).is_empty(), "{}", matter.slug);
    }
}

#[test]
fn c3_an_empty_sheet_says_everything_that_is_missing_at_once() {
    let catalogue = catalogue();
    let food = food(&catalogue);
    let (matter, problems) = Sheet::default().read(&catalogue.region, 1, food.effective);
    assert!(matter.is_none());
    let needed = schema::GROUPS[0].columns.iter().filter(|c| c.needed);
    for column in needed {
        assert!(
            problems.iter().any(|p| p.group == "matter" && p.column == column.key),
            "{} is not named",
            column.label
        );
    }
    assert!(problems.iter().any(|p| p.group == "result"), "{problems:?}");
}

/// Wrong cells of several groups are all said, each at its cell, also in the workbook.
#[test]
fn c3_every_error_of_a_workbook_names_its_cell() {
    let catalogue = catalogue();
    let food = food(&catalogue);
    let mut book = Workbook::of(&Sheet::of(&food));
    let page = |book: &Workbook, title: &str| book.pages.iter().position(|p| p.title == title).unwrap();
    let materials = page(&book, "申请材料");
    book.pages[materials].cells[1][6] = "大概要".into();
    book.pages[materials].cells[2][9] = "「没有的问题」是“新办”".into();
    let base = page(&book, "基本信息");
    let depth = book.pages[base].cells.iter().position(|r| r[0].starts_with("网办深度")).unwrap();
    book.pages[base].cells[depth][1] = "很深".into();
    let (sheet, places) = book.read().unwrap();
    let (matter, problems) = sheet.read(&catalogue.region, 2, food.effective);
    assert!(matter.is_none());
    let named: Vec<String> = problems.iter().map(|p| places.of(p).place).collect();
    assert_eq!(problems.len(), 3, "{problems:#?}");
    for cell in ["申请材料!G2".to_owned(), "申请材料!J3".to_owned(), format!("基本信息!B{}", depth + 1)] {
        assert!(named.contains(&cell), "{cell} is not among {named:?}");
    }
}

#[test]
fn c3_pages_heads_and_elements_that_nobody_knows_are_errors() {
    let catalogue = catalogue();
    let mut book = Workbook::of(&Sheet::of(&food(&catalogue)));
    book.pages[0].cells.push(vec!["不认识的要素".into(), "内容".into()]);
    book.pages[1].cells[0][1] = "改过的标题".into();
    book.pages[2].title = "自己加的一页".into();
    let problems = book.read().map(|_| ()).unwrap_err();
    let places: Vec<&str> = problems.iter().map(|p| p.place.as_str()).collect();
    let last = format!("基本信息!A{}", book.pages[0].cells.len());
    for place in [last.as_str(), "设定依据!B1", "自己加的一页"] {
        assert!(places.contains(&place), "{place} is not among {places:?}");
    }
}

/// A condition of completeness that holds between cells is said at its row.
#[test]
fn c3_gaps_are_said_at_their_rows() {
    let catalogue = catalogue();
    let food = food(&catalogue);
    let mut sheet = Sheet::of(&food);
    let row: &mut Row = &mut sheet.0.get_mut("materials").unwrap()[1];
    row.insert("necessity".into(), "非必要（按情形）".into());
    row.remove("when");
    let (_, problems) = sheet.read(&catalogue.region, 2, food.effective);
    assert!(
        problems.iter().any(|p| p.group == "materials" && p.row == 1 && p.text.contains("须写明情形")),
        "{problems:?}"
    );
}

#[test]
fn c4_a_comparison_names_what_changed() {
    let catalogue = catalogue();
    let food = food(&catalogue);
    let before = Sheet::of(&food);
    let mut after = before.clone();
    after.0.get_mut("matter").unwrap()[0].insert("promised_amount".into(), "3".into());
    after.0.get_mut("materials").unwrap().remove(0);
    let found = compare(&before, &after);
    assert!(found.iter().any(|d| d.label == "承诺时限" && d.after == "3"), "{found:?}");
    let id = &food.materials[0].id;
    assert!(found.iter().any(|d| d.group == "materials" && d.row == *id && d.after.is_empty()), "{found:?}");
    assert!(found.iter().all(|d| d.group == "matter" || d.row == *id), "only what changed: {found:?}");
}
