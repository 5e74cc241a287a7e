//! Objects from bytes (ISO 32000-1, 7.2 and 7.3), with fixed budgets.

use crate::input::Input;
use lopdf::{Dictionary, Object, StringFormat};

/// Deepest nesting of arrays and dictionaries; real files stay below 20.
const MAX_DEPTH: u32 = 64;

/// Why parsing stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not an object; the place is passed over.
    Syntax,
    /// A budget is used up or the nesting too deep; the whole file is refused.
    Budget,
}

/// What a file may cost altogether.
#[derive(Debug)]
pub(super) struct Budget {
    /// Objects of every kind, nested ones included.
    pub nodes: u32,
    /// Bytes read by the parser, repeated reading included.
    pub work: usize,
    /// Bytes gained by inflating.
    pub inflated: usize,
}

impl Budget {
    /// 1.2 million objects, six passes over the file, 64 MiB inflated.
    pub(super) fn for_file(length: usize) -> Self {
        let inflated = 64 * 1024 * 1024;
        Self { nodes: 1_200_000, work: length.saturating_mul(6).saturating_add(2 * inflated), inflated }
    }

    /// For looking at what the pages draw: gives up early, for nothing depends on it.
    pub(super) fn for_pages() -> Self {
        Self { nodes: 0, work: 0, inflated: 24 * 1024 * 1024 }
    }

    fn node(&mut self) -> Result<(), Stop> {
        self.nodes = self.nodes.checked_sub(1).ok_or(Stop::Budget)?;
        Ok(())
    }

    pub(super) fn read(&mut self, bytes: usize) -> Result<(), Stop> {
        self.work = self.work.checked_sub(bytes).ok_or(Stop::Budget)?;
        Ok(())
    }
}

/// A place in the bytes.
pub(super) struct Cursor<'a, 'b> {
    pub data: &'a Input<'a>,
    pub at: usize,
    pub budget: &'b mut Budget,
}

impl Cursor<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.data.get(self.at)
    }

    /// Moves `count` bytes on and charges for them.
    fn advance(&mut self, count: usize) -> Result<(), Stop> {
        self.at += count;
        self.budget.read(count)
    }

    /// Passes over white space and comments.
    pub(super) fn space(&mut self) -> Result<(), Stop> {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let end = self.data.position(self.at, |b| matches!(b, b'\r' | b'\n'));
                self.advance(end - self.at)?;
            } else if is_space(byte) {
                self.advance(1)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// Takes a fixed word if it is here.
    pub(super) fn word(&mut self, word: &[u8]) -> Result<bool, Stop> {
        let here = self.data.starts_with(self.at, word);
        if here {
            self.advance(word.len())?;
        }
        Ok(here)
    }

    /// An unsigned whole number.
    pub(super) fn number<N: TryFrom<u64>>(&mut self) -> Result<N, Stop> {
        let mut value = 0_u64;
        let mut digits = 0_usize;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
            digits += 1;
            self.advance(1)?;
        }
        if digits == 0 {
            return Err(Stop::Syntax);
        }
        N::try_from(value).map_err(|_| Stop::Syntax)
    }

    /// `12 0 obj`: number and generation.
    pub(super) fn header(&mut self) -> Result<(u32, u16), Stop> {
        let number = self.number()?;
        self.space()?;
        let generation = self.number()?;
        self.space()?;
        if self.word(b"obj")? { Ok((number, generation)) } else { Err(Stop::Syntax) }
    }

    /// Any direct object or reference.
    pub(super) fn object(&mut self, depth: u32) -> Result<Object, Stop> {
        if depth >= MAX_DEPTH {
            return Err(Stop::Budget);
        }
        self.budget.node()?;
        self.space()?;
        match self.peek().ok_or(Stop::Syntax)? {
            b'/' => Ok(Object::Name(self.name()?)),
            b'(' => Ok(Object::String(self.literal()?, StringFormat::Literal)),
            b'<' if self.data.get(self.at + 1) == Some(b'<') => Ok(Object::Dictionary(self.dictionary(depth)?)),
            b'<' => Ok(Object::String(self.hex()?, StringFormat::Hexadecimal)),
            b'[' => self.array(depth),
            b'0'..=b'9' => self.number_or_reference(),
            b'+' | b'-' | b'.' => self.signed(),
            _ => self.keyword(),
        }
    }

    fn keyword(&mut self) -> Result<Object, Stop> {
        if self.word(b"null")? {
            Ok(Object::Null)
        } else if self.word(b"true")? {
            Ok(Object::Boolean(true))
        } else if self.word(b"false")? {
            Ok(Object::Boolean(false))
        } else {
            Err(Stop::Syntax)
        }
    }

    fn array(&mut self, depth: u32) -> Result<Object, Stop> {
        self.advance(1)?;
        let mut items = Vec::new();
        loop {
            self.space()?;
            if self.word(b"]")? {
                return Ok(Object::Array(items));
            }
            items.push(self.object(depth + 1)?);
        }
    }

    /// `<< /Key value ... >>`.
    pub(super) fn dictionary(&mut self, depth: u32) -> Result<Dictionary, Stop> {
        if !self.word(b"<<")? {
            return Err(Stop::Syntax);
        }
        let mut dictionary = Dictionary::new();
        loop {
            self.space()?;
            if self.word(b">>")? {
                return Ok(dictionary);
            }
            if self.peek() != Some(b'/') {
                return Err(Stop::Syntax);
            }
            let key = self.name()?;
            let value = self.object(depth + 1)?;
            dictionary.set(key, value);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Stop> {
        self.advance(1)?;
        let mut name = Vec::new();
        while let Some(byte) = self.peek() {
            if !is_regular(byte) {
                break;
            }
            let escaped = (byte == b'#')
                .then(|| {
                    let high = hex_digit(self.data.get(self.at + 1)?)?;
                    let low = hex_digit(self.data.get(self.at + 2)?)?;
                    Some(high << 4 | low)
                })
                .flatten();
            keep(&mut name, escaped.unwrap_or(byte));
            self.advance(if escaped.is_some() { 3 } else { 1 })?;
        }
        Ok(name)
    }

    fn literal(&mut self) -> Result<Vec<u8>, Stop> {
        self.advance(1)?;
        let mut text = Vec::new();
        let mut open = 1_u32;
        loop {
            let byte = self.peek().ok_or(Stop::Syntax)?;
            self.advance(1)?;
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(text);
                    }
                }
                b'\\' => {
                    self.escape(&mut text)?;
                    continue;
                }
                _ => {}
            }
            keep(&mut text, byte);
        }
    }

    /// What follows a backslash in a literal string (table 3 of 7.3.4.2).
    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Stop> {
        let byte = self.peek().ok_or(Stop::Syntax)?;
        self.advance(1)?;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.advance(1)?;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    if let Some(digit @ b'0'..=b'7') = self.peek() {
                        value = value * 8 + u32::from(digit - b'0');
                        self.advance(1)?;
                    }
                }
                text.push(value.to_le_bytes()[0]);
            }
            other => text.push(other),
        }
        Ok(())
    }

    fn hex(&mut self) -> Result<Vec<u8>, Stop> {
        self.advance(1)?;
        let mut text = Vec::new();
        let mut half = None;
        loop {
            let byte = self.peek().ok_or(Stop::Syntax)?;
            self.advance(1)?;
            if byte == b'>' {
                text.extend(half.map(|high: u8| high << 4));
                return Ok(text);
            }
            if is_space(byte) {
                continue;
            }
            let digit = hex_digit(byte).ok_or(Stop::Syntax)?;
            match half.take() {
                Some(high) => keep(&mut text, high << 4 | digit),
                None => half = Some(digit),
            }
        }
    }

    fn number_or_reference(&mut self) -> Result<Object, Stop> {
        let start = self.at;
        if let Ok(reference) = self.reference() {
            return Ok(reference);
        }
        self.at = start;
        self.signed()
    }

    fn reference(&mut self) -> Result<Object, Stop> {
        let number: u32 = self.number()?;
        if !self.peek().is_some_and(is_space) {
            return Err(Stop::Syntax);
        }
        self.space()?;
        let generation: u16 = self.number()?;
        self.space()?;
        let end = self.data.get(self.at + 1).is_none_or(|byte| !is_regular(byte));
        if end && self.word(b"R")? {
            return Ok(Object::Reference((number, generation)));
        }
        Err(Stop::Syntax)
    }

    /// A number with sign or fraction. Fractions are never looked at and read as their whole part.
    fn signed(&mut self) -> Result<Object, Stop> {
        let start = self.at;
        let mut value = 0_i64;
        let mut whole = true;
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' if whole => {
                    value = value.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                }
                b'.' => whole = false,
                b'0'..=b'9' | b'+' | b'-' => {}
                _ => break,
            }
            self.advance(1)?;
        }
        if self.at == start {
            return Err(Stop::Syntax);
        }
        let negative = self.data.get(start) == Some(b'-');
        Ok(Object::Integer(if negative { -value } else { value }))
    }
}

/// Nobody looks at a string or name beyond this length; keeping it would make memory grow with the file.
const LONGEST: usize = 64 * 1024;

fn keep(text: &mut Vec<u8>, byte: u8) {
    if text.len() < LONGEST {
        text.push(byte);
    }
}

/// White space of 7.2.2.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Neither white space nor delimiter.
pub(super) fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
