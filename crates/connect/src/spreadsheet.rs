//! Workbooks (XLSX, ISO/IEC 29500) of offices: written for them, and read back as text, cell by cell.

use calamine::{DataRef, Reader, Xlsx};
use rust_xlsxwriter::{Format, FormatAlign, Workbook as Writer, XlsxError};
use service::revisions::{BookError, Page, Workbook};
use std::io::{Cursor, Read};

/// Longest file that is read, in bytes.
pub const LONGEST: usize = 2 * 1024 * 1024;
/// Longest content once unpacked: a bomb unpacks to more.
const UNPACKED: u64 = 40 * 1024 * 1024;
/// Most pages, rows and columns.
const MOST_PAGES: usize = 60;
const MOST_ROWS: u32 = 2_000;
const MOST_COLUMNS: u32 = 60;
/// Most text in all cells together, in bytes.
const MOST_TEXT: usize = 8 * 1024 * 1024;

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

/// Reads a workbook; formulas give their last value. Every bound is checked before a cell is kept: a file of
/// some hundred bytes may claim the far corner of a page, or repeat one long text in every cell.
pub fn read(bytes: &[u8]) -> Result<Workbook, BookError> {
    if bytes.len() > LONGEST {
        return Err(BookError::TooBig);
    }
    check_size(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| BookError::Unreadable)?;
    let titles = book.sheet_names();
    if titles.len() > MOST_PAGES {
        return Err(BookError::TooBig);
    }
    let mut left = MOST_TEXT;
    titles
        .into_iter()
        .map(|title| page(&mut book, title, &mut left))
        .collect::<Result<_, _>>()
        .map(|pages| Workbook { pages })
}

fn page(book: &mut Xlsx<Cursor<&[u8]>>, title: String, left: &mut usize) -> Result<Page, BookError> {
    let mut reader = book.worksheet_cells_reader(&title).map_err(|_| BookError::Unreadable)?;
    let mut cells: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|_| BookError::Unreadable)? {
        let (row, column) = cell.get_position();
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(BookError::TooBig);
        }
        let text = text(cell.get_value(), *left).ok_or(BookError::TooBig)?;
        *left -= text.len();
        if text.is_empty() {
            continue;
        }
        let (row, column) = (row as usize, column as usize);
        if cells.len() <= row {
            cells.resize_with(row + 1, Vec::new);
        }
        if cells[row].len() <= column {
            cells[row].resize_with(column + 1, String::new);
        }
        cells[row][column] = text;
    }
    Ok(Page { title, cells })
}

/// A cell as it was typed, as far as the file tells; none when it is longer than what is left.
fn text(cell: &DataRef<'_>, left: usize) -> Option<String> {
    let text = match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Bool(true) => "是".into(),
        DataRef::Bool(false) => "否".into(),
        DataRef::SharedString(text) if text.len() > left => return None,
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(moment) => moment.to_string(),
    };
    (text.len() <= left).then_some(text)
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
