//! Workbooks (XLSX, ISO/IEC 29500) of offices: written for them, and read back as text, cell by cell.

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Format, FormatAlign, Workbook as Writer, XlsxError};
use service::revisions::{BookError, Page, Workbook};
use std::io::{Cursor, Read};

/// Longest file that is read, in bytes.
pub const LONGEST: usize = 2 * 1024 * 1024;
/// Longest content once unpacked: a bomb unpacks to more.
const UNPACKED: u64 = 40 * 1024 * 1024;
/// Most rows and columns of a page; a cell at the far corner makes an empty page huge.
const MOST_ROWS: u32 = 2_000;
const MOST_COLUMNS: u32 = 60;

/// Writes a workbook: heads in bold, cells wrapped, all of them text.
pub fn write(book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut out = Writer::new();
    let head = Format::new().set_bold().set_align(FormatAlign::Top);
    // Text, so that no program makes a date or a number of a code.
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_num_format("@");
    for page in &book.pages {
        let sheet = out.add_worksheet();
        sheet.set_name(&page.title)?;
        sheet.set_freeze_panes(1, 0)?;
        let columns = page.cells.iter().map(Vec::len).max().unwrap_or(0);
        for column in 0..columns {
            sheet.set_column_width(u16::try_from(column).unwrap_or(u16::MAX), 24)?;
        }
        for (row, cells) in page.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap_or(u32::MAX), u16::try_from(column).unwrap_or(u16::MAX));
                let format = if row == 0 { &head } else { &text };
                sheet.write_string_with_format(row, column, cell, format)?;
            }
        }
    }
    out.save_to_buffer()
}

/// Reads a workbook; formulas give their last value.
pub fn read(bytes: &[u8]) -> Result<Workbook, BookError> {
    if bytes.len() > LONGEST {
        return Err(BookError::TooBig);
    }
    check_size(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| BookError::Unreadable)?;
    let mut pages = Vec::new();
    for title in book.sheet_names() {
        let range = book.worksheet_range(&title).map_err(|_| BookError::Unreadable)?;
        let Some((last_row, last_column)) = range.end() else { continue };
        if last_row >= MOST_ROWS || last_column >= MOST_COLUMNS {
            return Err(BookError::TooBig);
        }
        let cell = |row, column| range.get_value((row, column)).map_or_else(String::new, text);
        let cells = (0..=last_row).map(|row| (0..=last_column).map(|column| cell(row, column)).collect()).collect();
        pages.push(Page { title, cells });
    }
    Ok(Workbook { pages })
}

/// A cell as it was typed, as far as the file tells.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Bool(true) => "是".into(),
        Data::Bool(false) => "否".into(),
        other => other.to_string(),
    }
}

/// Unpacks everything once and counts, since the sizes that a file declares may be lies.
fn check_size(bytes: &[u8]) -> Result<(), BookError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BookError::Unreadable)?;
    let mut left = UNPACKED;
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(|_| BookError::Unreadable)?;
        let unpacked = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| BookError::Unreadable)?;
        left = left.checked_sub(unpacked).ok_or(BookError::TooBig)?;
    }
    Ok(())
}
