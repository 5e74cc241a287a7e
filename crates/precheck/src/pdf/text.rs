//! 文字层: numbers of eighteen characters in the text of a PDF (9.4.3, 9.10). Only letters and digits of the basic
//! alphabet are read; everything else parts words. Nothing is read from pictures.

use super::content::{UNIT, number};
use super::inflate;
use super::load::Loaded;
use super::lock::{self, Lock};
use super::pages::{self, Page};
use super::parse::{Budget, is_regular, is_space};
use crate::detect::{PDF_HEADER_WINDOW, pdf_header};
use crate::input::Input;
use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

/// Characters of a 居民身份证号 and of a 统一社会信用代码.
const LENGTH: usize = 18;
/// Pages that are read, from the first.
const MOST_PAGES: usize = 20;
/// Largest stream, and all of them together, in bytes.
const MOST_STREAM: usize = 2 * 1024 * 1024;
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Numbers that are given.
const MOST_NUMBERS: usize = 20;
/// A step to the right of more than so many thousandths of a letter parts words.
const GAP: i64 = 180 * UNIT;
/// The last code of the basic alphabet that is read.
const LAST: u16 = 0x7A;

/// Every number of this length in the text, in capitals, each once; none where the file cannot be read.
pub(crate) fn numbers(bytes: &Input) -> Vec<String> {
    read(bytes).unwrap_or_default()
}

fn read(bytes: &Input) -> Option<Vec<String>> {
    let head = bytes.slice(0, PDF_HEADER_WINDOW);
    let document = bytes.skip(pdf_header(&head)?);
    let mut loaded = Loaded::scan(&document).ok()?;
    let lock = lock::open(&loaded);
    if matches!(lock, Lock::NeedsPassword) {
        return None;
    }
    loaded.expand(&lock).ok()?;
    let pages = pages::collect(&loaded, loaded.catalog()?);
    let mut reader = Reader { loaded: &loaded, lock: &lock, budget: Budget::for_pages(), left: MOST_BYTES };
    let mut found = Vec::new();
    for page in pages.found.iter().take(MOST_PAGES) {
        note(&reader.page(page), &mut found);
    }
    Some(found)
}

/// Adds the words of the right length that hold a digit.
fn note(text: &[u8], found: &mut Vec<String>) {
    for word in text.split(|byte| !byte.is_ascii_alphanumeric()) {
        if word.len() != LENGTH || !word.iter().any(u8::is_ascii_digit) || found.len() >= MOST_NUMBERS {
            continue;
        }
        let word = String::from_utf8_lossy(&word.to_ascii_uppercase()).into_owned();
        if !found.contains(&word) {
            found.push(word);
        }
    }
}

/// How the codes of a font are read.
enum Font {
    /// One byte a letter, as in ASCII.
    Plain,
    /// By its table; codes of two bytes where `wide`.
    Mapped { wide: bool, table: BTreeMap<u16, u8> },
    /// Nobody can tell.
    Unknown,
}

impl Font {
    /// Adds the letters of a shown string; what is no letter or digit becomes a space.
    fn letters(&self, codes: &[u8], text: &mut Vec<u8>) {
        let letter = |byte: u8| if byte.is_ascii_alphanumeric() { byte } else { b' ' };
        match self {
            Self::Plain => text.extend(codes.iter().map(|byte| letter(*byte))),
            Self::Mapped { wide: false, table } => {
                text.extend(codes.iter().map(|byte| table.get(&u16::from(*byte)).copied().unwrap_or(b' ')));
            }
            Self::Mapped { wide: true, table } => {
                let codes = codes.chunks(2).map(code);
                text.extend(codes.map(|code| table.get(&code).copied().unwrap_or(b' ')));
            }
            Self::Unknown => text.push(b' '),
        }
    }
}

/// The number that one or two bytes write.
fn code(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |code, byte| (code << 8) | u16::from(*byte))
}

struct Reader<'r, 'd> {
    loaded: &'r Loaded<'d>,
    lock: &'r Lock,
    budget: Budget,
    left: usize,
}

impl Reader<'_, '_> {
    fn page(&mut self, page: &Page) -> Vec<u8> {
        let loaded = self.loaded;
        let named = |dict: &Dictionary, key: &[u8]| {
            let inner = dict.get(key).ok()?;
            loaded.resolve(inner).as_dict().ok().cloned()
        };
        let resources = page.resources.and_then(|resources| loaded.resolve(resources).as_dict().ok());
        let listed = resources.and_then(|resources| named(resources, b"Font")).unwrap_or_default();
        let parts: Vec<Object> = match page.dict.get(b"Contents") {
            Err(_) => Vec::new(),
            Ok(contents) => match loaded.resolve(contents) {
                Object::Array(parts) => parts.clone(),
                _ => vec![contents.clone()],
            },
        };
        let mut data = Vec::new();
        for part in &parts {
            data.extend(self.plain(part).unwrap_or_default());
            data.push(b'\n');
        }
        self.shown(&data, &listed)
    }

    /// What a content stream shows.
    fn shown(&mut self, data: &[u8], listed: &Dictionary) -> Vec<u8> {
        let (mut fonts, ascii): (BTreeMap<Vec<u8>, Font>, Font) = (BTreeMap::new(), Font::Plain);
        let (mut font, mut name) = (Vec::new(), Vec::new());
        let (mut text, mut pieces) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < data.len() {
            let (token, next) = token(data, at);
            at = next.max(at + 1);
            match token {
                Some(Token::Name(other)) => name = other,
                Some(Token::Text(codes)) => pieces.push(Some(codes)),
                Some(Token::Number(value)) if value < -GAP => pieces.push(None),
                Some(Token::Word(b"Tf")) => {
                    fonts.entry(name.clone()).or_insert_with(|| self.font(listed, &name));
                    font.clone_from(&name);
                    pieces.clear();
                }
                Some(Token::Word(word @ (b"Tj" | b"TJ" | b"'" | b"\""))) => {
                    if matches!(word, b"'" | b"\"") {
                        text.push(b' ');
                    }
                    let font = fonts.get(&font).unwrap_or(&ascii);
                    for piece in pieces.drain(..) {
                        match piece {
                            Some(codes) => font.letters(&codes, &mut text),
                            None => text.push(b' '),
                        }
                    }
                }
                // A picture within the stream: what follows is data.
                Some(Token::Word(b"BI")) => break,
                Some(Token::Word(word)) => {
                    if matches!(word, b"Td" | b"TD" | b"T*" | b"Tm" | b"BT" | b"ET") {
                        text.push(b' ');
                    }
                    pieces.clear();
                }
                Some(Token::Number(_) | Token::Open | Token::Close) | None => {}
            }
        }
        text
    }

    fn font(&mut self, listed: &Dictionary, name: &[u8]) -> Font {
        let loaded = self.loaded;
        let Some(dict) = listed.get(name).ok().and_then(|font| loaded.resolve(font).as_dict().ok()) else {
            return Font::Unknown;
        };
        let wide = dict.get(b"Subtype").and_then(Object::as_name).unwrap_or_default() == b"Type0";
        let table = dict.get(b"ToUnicode").ok().and_then(|stream| self.plain(stream)).map(|data| table(&data));
        match table {
            Some(table) => Font::Mapped { wide, table },
            None if wide => Font::Unknown,
            None => Font::Plain,
        }
    }

    /// A stream without its filters; none when it cannot be read or costs too much.
    fn plain(&mut self, stream: &Object) -> Option<Vec<u8>> {
        let (number, _) = stream.as_reference().ok()?;
        let stream = self.loaded.stream(number, MOST_STREAM.min(self.left), self.lock)?;
        // What is read is paid for as well as what it unpacks to: one stream may be named many times.
        self.left = self.left.checked_sub(stream.content.len())?;
        let plain = inflate::plain(&stream, &mut self.budget).ok()?;
        self.left = self.left.checked_sub(plain.len())?;
        Some(plain)
    }
}

/// The codes that stand for letters and digits of the basic alphabet (`ToUnicode`, 9.10.3).
fn table(data: &[u8]) -> BTreeMap<u16, u8> {
    let (mut table, mut operands) = (BTreeMap::new(), Vec::new());
    let mut at = 0;
    while at < data.len() {
        let (token, next) = token(data, at);
        at = next.max(at + 1);
        match token {
            Some(Token::Word(b"endbfchar")) => {
                for pair in operands.chunks_exact(2) {
                    if let [Token::Text(from), Token::Text(to)] = pair {
                        map(&mut table, code(from), to);
                    }
                }
                operands.clear();
            }
            Some(Token::Word(b"endbfrange")) => {
                ranges(&mut table, &operands);
                operands.clear();
            }
            Some(Token::Word(_)) => operands.clear(),
            Some(token @ (Token::Text(_) | Token::Open | Token::Close)) => operands.push(token),
            Some(Token::Name(_) | Token::Number(_)) | None => {}
        }
    }
    table
}

/// `<from> <to> <first>` or `<from> <to> [<one> <two> …]`, one after the other.
fn ranges(table: &mut BTreeMap<u16, u8>, operands: &[Token]) {
    let mut rest = operands;
    while let [Token::Text(from), Token::Text(to), tail @ ..] = rest {
        let (from, to) = (code(from), code(to));
        match tail {
            [Token::Text(first), tail @ ..] => {
                rest = tail;
                let first = code(first);
                // Behind the alphabet there is nothing to read.
                for step in 0..=to.saturating_sub(from).min(LAST.saturating_sub(first)) {
                    map(table, from.saturating_add(step), &first.saturating_add(step).to_be_bytes());
                }
            }
            [Token::Open, tail @ ..] => {
                let end = tail.iter().position(|token| matches!(token, Token::Close)).unwrap_or(tail.len());
                for (step, one) in (0_u16..=u16::MAX).zip(&tail[..end]) {
                    if let Token::Text(one) = one {
                        map(table, from.saturating_add(step), one);
                    }
                }
                rest = tail.get(end + 1..).unwrap_or_default();
            }
            _ => return,
        }
    }
}

/// Keeps what stands for one letter or digit.
fn map(table: &mut BTreeMap<u16, u8>, from: u16, to: &[u8]) {
    if let [0, letter] = to
        && letter.is_ascii_alphanumeric()
    {
        table.insert(from, *letter);
    }
}

enum Token<'a> {
    Number(i64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

/// The token at this place, if one begins here, and where to go on.
fn token(data: &[u8], at: usize) -> (Option<Token<'_>>, usize) {
    let regular = |from: usize| {
        let rest = data.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len())
    };
    match data[at] {
        b'%' => {
            let end = data[at..].iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            (None, end.map_or(data.len(), |end| at + end))
        }
        b'/' => {
            let end = regular(at + 1);
            (Some(Token::Name(data[at + 1..end].to_vec())), end)
        }
        b'(' => {
            let (text, end) = literal(data, at + 1);
            (Some(Token::Text(text)), end)
        }
        b'<' if data.get(at + 1) == Some(&b'<') => (None, at + 2),
        b'<' => {
            let end = data[at..].iter().position(|byte| *byte == b'>').map_or(data.len(), |end| at + end);
            (Some(Token::Text(hex(&data[at + 1..end]))), end + 1)
        }
        b'[' => (Some(Token::Open), at + 1),
        b']' => (Some(Token::Close), at + 1),
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            let end = regular(at + 1);
            (Some(Token::Number(number(&data[at..end]))), end)
        }
        byte if is_space(byte) || !is_regular(byte) => (None, at + 1),
        _ => {
            let end = regular(at + 1);
            (Some(Token::Word(&data[at..end])), end)
        }
    }
}

/// Digits by twos; a last one alone is followed by 0 (7.3.4.3).
fn hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.chunks(2).map(|two| (two[0] << 4) | two.get(1).copied().unwrap_or(0)).collect()
}

/// A literal string without its escapes (7.3.4.2), and where it ends.
fn literal(data: &[u8], from: usize) -> (Vec<u8>, usize) {
    let (mut open, mut text, mut at) = (1_u32, Vec::new(), from);
    while let Some(byte) = data.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let digits = data[at.min(data.len())..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(*b));
                let digits: Vec<u8> = digits.copied().collect();
                if digits.is_empty() {
                    // Letters of escapes stand for spaces; brackets and the sign itself part words as well.
                    text.push(b' ');
                    at += 1;
                } else {
                    let value = digits.iter().fold(0_u16, |value, digit| value * 8 + u16::from(digit - b'0'));
                    text.push(u8::try_from(value & 0xFF).unwrap_or(0));
                    at += digits.len();
                }
            }
            b'(' => {
                open = open.saturating_add(1);
                text.push(b'(');
            }
            b')' => {
                open -= 1;
                if open == 0 {
                    break;
                }
                text.push(b')');
            }
            byte => text.push(*byte),
        }
    }
    (text, at.min(data.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    const FIRM: &str = "91539999MA9999001Q";

    /// A page with this content, a font of one byte a letter (F1) and one of two (F2) with this table.
    fn sheet(content: &str, table: &str) -> Vec<u8> {
        let packed = compress_to_vec_zlib(content.as_bytes(), 6);
        let mut out = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
            2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>\nendobj\n\
            3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n\
            5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n\
            6 0 obj\n<< /Type /Font /Subtype /Type0 /ToUnicode 7 0 R >>\nendobj\n"
            .to_vec();
        out.extend(format!("4 0 obj\n<< /Filter /FlateDecode /Length {} >>\nstream\n", packed.len()).into_bytes());
        out.extend(packed);
        out.extend(b"\nendstream\nendobj\n");
        out.extend(
            format!("7 0 obj\n<< /Length {} >>\nstream\n{table}\nendstream\nendobj\n", table.len()).into_bytes(),
        );
        out.extend(b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
        out
    }

    fn found(content: &str, table: &str) -> Vec<String> {
        numbers(&Input::whole(&sheet(content, table)))
    }

    /// The number in codes of two bytes: each letter ten places further on.
    fn shifted() -> String {
        FIRM.bytes().map(|byte| format!("{:04X}", u16::from(byte) + 10)).collect::<Vec<_>>().concat()
    }

    #[test]
    fn m3_numbers_are_read_from_plain_text() {
        assert_eq!(found(&format!("BT /F1 12 Tf (No: {FIRM}.) Tj ET"), ""), [FIRM]);
        assert_eq!(found(&format!("BT /F1 12 Tf ({}) Tj ET", FIRM.to_lowercase()), ""), [FIRM]);
        let kerned = format!("BT /F1 12 Tf [({}) -20 ({}) -400 (copy)] TJ ET", &FIRM[..9], &FIRM[9..]);
        assert_eq!(found(&kerned, ""), [FIRM], "kerning parts nothing, a wide step does");
        let octal = format!("BT /F1 12 Tf (\\{:03o}{}) Tj ET", FIRM.as_bytes()[0], &FIRM[1..]);
        assert_eq!(found(&octal, ""), [FIRM]);
        assert_eq!(
            found(&format!("BT /F1 12 Tf (A{FIRM}) Tj ET"), ""),
            Vec::<String>::new(),
            "a longer one is another"
        );
        assert_eq!(found(&format!("BT /F1 12 Tf ({FIRM}) Tj 0 -14 Td ({FIRM}) Tj ET"), ""), [FIRM], "each once");
    }

    #[test]
    fn m3_numbers_are_read_through_the_fonts_own_table() {
        // Digits from 0x003A, capitals from 0x004B.
        let ranges = "2 beginbfrange <003A> <0043> <0030> <004B> <0064> <0041> endbfrange";
        let content = format!("BT /F2 12 Tf <{}> Tj ET", shifted());
        assert_eq!(found(&content, ranges), [FIRM]);
        let listed =
            FIRM.bytes().map(|b| format!("<{:04X}> <{b:04X}>\n", u16::from(b) + 10)).collect::<Vec<_>>().concat();
        assert_eq!(found(&content, &format!("18 beginbfchar {listed} endbfchar")), [FIRM]);
        let list = (b'0'..=b'Z').map(|b| format!("<{b:04X}> ")).collect::<Vec<_>>().concat();
        assert_eq!(found(&content, &format!("1 beginbfrange <003A> <0064> [{list}] endbfrange")), [FIRM]);
        assert!(found(&content, "").is_empty(), "without a table nobody can tell");
    }

    #[test]
    fn m3_damaged_text_breaks_nothing() {
        let whole =
            sheet(&format!("BT /F2 12 Tf <{}> Tj (a\\", shifted()), "1 beginbfrange <0000> <FFFF> <0000> endbfrange");
        for end in 0..whole.len() {
            let _ = numbers(&Input::whole(&whole[..end]));
        }
        assert!(numbers(&Input::whole(b"")).is_empty());
    }
}
