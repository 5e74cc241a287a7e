//! Workbooks of offices: what is written reads back, and hostile ones are refused before they cost anything.

#![allow(clippy::unwrap_used, reason = "tests")]

use connect::spreadsheet::{LONGEST, read, write};
use rust_xlsxwriter::Workbook as Writer;
use service::revisions::{BookError, Page, Sheet, Workbook};
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;

/// One cell on a page of its own.
fn one_cell(book: &mut Writer, row: u32, column: u16) {
    book.add_worksheet().write_string(row, column, "x").unwrap();
}

fn made(fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut book = Writer::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

#[test]
fn c3_every_shipped_matter_survives_the_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    let catalogue = service::Catalogue::load(&folder).unwrap();
    for matter in &catalogue.matters {
        let sheet = Sheet::of(matter);
        let file = write(&Workbook::of(&sheet)).unwrap();
        assert!(file.len() < LONGEST, "{} takes {} bytes", matter.slug, file.len());
        let (again, _) = read(&file).unwrap().read().unwrap();
        assert!(service::revisions::compare(&sheet, &again).is_empty(), "{}", matter.slug);
    }
}

#[test]
fn c3_numbers_flags_and_gaps_are_read_as_they_look() {
    let file = made(|book| {
        let sheet = book.add_worksheet();
        sheet.set_name("基本信息").unwrap();
        sheet.write_number(2, 1, 5.0).unwrap();
        sheet.write_boolean(3, 1, true).unwrap();
        sheet.write_formula(4, 1, "=1+1").unwrap();
    });
    let page = read(&file).unwrap().pages.remove(0);
    let cell = |row: usize| page.cells[row].get(1).cloned().unwrap_or_default();
    assert_eq!((page.title.as_str(), cell(0), cell(2), cell(3)), ("基本信息", String::new(), "5".into(), "是".into()));
}

#[test]
fn what_is_no_workbook_is_said_to_be_none() {
    for file in [&b""[..], b"PK", b"\x89PNG\r\n\x1a\n", b"<html></html>", &[0; 4096]] {
        assert_eq!(read(file), Err(BookError::Unreadable));
    }
    let whole = made(|book| one_cell(book, 0, 0));
    for length in (0..whole.len()).step_by(97) {
        assert!(read(&whole[..length]).is_err(), "cut off at {length}");
    }
    let mut other = zip::ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    other.write_all(b"hello").unwrap();
    assert_eq!(read(&other.finish().unwrap().into_inner()), Err(BookError::Unreadable));
}

/// One cell in the far corner: a reader that makes room for the whole page would want hundreds of gigabytes.
#[test]
fn a_far_corner_costs_nothing() {
    for (row, column) in [(1_048_575, 16_383), (1_048_575, 0), (0, 16_383), (2_000, 0), (0, 60)] {
        let file = made(|book| one_cell(book, row, column));
        assert_eq!(read(&file), Err(BookError::TooBig), "{row} {column}");
    }
}

/// A long text is kept once in the file and stands in many cells.
#[test]
fn one_text_in_many_cells_counts_each_time() {
    let file = made(|book| {
        let (sheet, long) = (book.add_worksheet(), "长".repeat(10_000));
        for row in 0..1_000 {
            sheet.write_string(row, 0, &long).unwrap();
        }
    });
    assert!(file.len() < 100_000, "{}", file.len());
    assert_eq!(read(&file), Err(BookError::TooBig));
}

#[test]
fn bombs_and_long_files_are_refused() {
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..48 {
        bomb.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < LONGEST);
    assert_eq!(read(&bomb), Err(BookError::TooBig));
    assert_eq!(read(&vec![0; LONGEST + 1]), Err(BookError::TooBig));
    let many = made(|book| (0..61).for_each(|_| one_cell(book, 0, 0)));
    assert_eq!(read(&many), Err(BookError::TooBig));
}

/// No text becomes a formula in the office's program.
#[test]
fn texts_stay_texts() {
    let cells = vec![vec!["=HYPERLINK(\"http://x\")".to_owned(), "+1".into(), "@x".into(), "2026-01-01".into()]];
    let book = Workbook { pages: vec![Page { title: "基本信息".into(), cells }] };
    assert_eq!(read(&write(&book).unwrap()).unwrap(), book);
}
