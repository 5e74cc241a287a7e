//! The filters of streams (7.4), each with a bound on what comes out, and each only up to its own end mark:
//! one that does not come to its end is refused, for readers differ in what they make of the rest.

use super::parse::is_space;
use lopdf::{Dictionary, Object};
use miniz_oxide::inflate::{decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};
use std::borrow::Cow;

/// Largest picture, in pixels.
pub(super) const MOST_PIXELS: u64 = 64_000_000;
/// Widest row of a predictor, in samples: readers make room for one before they look at the data.
const MOST_COLUMNS: i64 = 1 << 18;
/// Entries of an LZW table (7.4.4.2).
const MOST_ENTRIES: usize = 4096;

/// Too large, or nobody can say how large.
#[derive(Debug)]
pub(super) struct Unbounded;

/// One filter of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Hex,
    Base85,
    RunLength,
    Flate,
    Lzw {
        early: bool,
    },
    /// JPEG: readers go by the dictionary's size.
    Jpeg,
    /// JPEG 2000: readers go by the picture's own size.
    Jpeg2000,
    /// Fax; its size has been looked at.
    Fax,
}

/// The chain of a stream.
pub(super) fn steps(dict: &Dictionary) -> Result<Vec<Step>, Unbounded> {
    chain(dict, b"Filter")
}

/// The chain of an inline image, whose keys may be short.
pub(super) fn steps_inline(dict: &Dictionary) -> Result<Vec<Step>, Unbounded> {
    match (dict.has(b"F"), dict.has(b"Filter")) {
        (true, true) => Err(Unbounded),
        (true, false) => chain(dict, b"F"),
        _ => chain(dict, b"Filter"),
    }
}

fn chain(dict: &Dictionary, key: &[u8]) -> Result<Vec<Step>, Unbounded> {
    match dict.get(key) {
        Err(_) | Ok(Object::Null) => Ok(Vec::new()),
        Ok(Object::Name(name)) => {
            let parms = match parms(dict)? {
                Some(Object::Dictionary(parms)) => Some(parms),
                Some(Object::Reference(_)) => return Err(Unbounded),
                _ => None,
            };
            Ok(step(name, parms, dict)?.into_iter().collect())
        }
        Ok(Object::Array(names)) => {
            let parms = match parms(dict)? {
                Some(Object::Array(parms)) => parms.as_slice(),
                Some(Object::Reference(_)) => return Err(Unbounded),
                _ => &[],
            };
            let mut steps = Vec::new();
            for (index, name) in names.iter().enumerate() {
                let Object::Name(name) = name else { return Err(Unbounded) };
                let parms = match parms.get(index) {
                    Some(Object::Dictionary(parms)) => Some(parms),
                    Some(Object::Reference(_)) => return Err(Unbounded),
                    _ => None,
                };
                steps.extend(step(name, parms, dict)?);
            }
            Ok(steps)
        }
        Ok(_) => Err(Unbounded),
    }
}

fn parms(dict: &Dictionary) -> Result<Option<&Object>, Unbounded> {
    match (dict.get(b"DecodeParms").ok(), dict.get(b"DP").ok()) {
        (Some(_), Some(_)) => Err(Unbounded),
        (long, short) => Ok(long.or(short)),
    }
}

/// A number that is written out; a reference could lead a reader to another one.
fn number(dict: Option<&Dictionary>, key: &[u8]) -> Result<Option<i64>, Unbounded> {
    match dict.map(|dict| dict.get(key)) {
        None | Some(Err(_) | Ok(Object::Null | Object::Boolean(_))) => Ok(None),
        Some(Ok(Object::Integer(value))) => Ok(Some(*value)),
        Some(Ok(_)) => Err(Unbounded),
    }
}

/// None for a name that no reader knows: it is passed over.
fn step(name: &[u8], parms: Option<&Dictionary>, dict: &Dictionary) -> Result<Option<Step>, Unbounded> {
    let step = match name {
        b"ASCIIHexDecode" | b"AHx" => Step::Hex,
        b"ASCII85Decode" | b"A85" => Step::Base85,
        b"RunLengthDecode" | b"RL" => Step::RunLength,
        b"FlateDecode" | b"Fl" => Step::Flate,
        b"LZWDecode" | b"LZW" => Step::Lzw { early: number(parms, b"EarlyChange")? != Some(0) },
        b"DCTDecode" | b"DCT" => Step::Jpeg,
        b"JPXDecode" => Step::Jpeg2000,
        b"CCITTFaxDecode" | b"CCF" => {
            let columns = number(parms, b"Columns")?.unwrap_or(1728);
            let rows = match number(parms, b"Rows")? {
                Some(rows) => Some(rows),
                None => number(Some(dict), b"Height")?.or(number(Some(dict), b"H")?),
            };
            let area = |columns: i64, rows: i64| Some(u64::try_from(columns).ok()? * u64::try_from(rows).ok()?);
            let small = |side: &i64| (1..=1 << 20).contains(side);
            let known = rows.filter(small).filter(|_| small(&columns)).and_then(|rows| area(columns, rows));
            if known.is_none_or(|pixels| pixels > MOST_PIXELS) {
                return Err(Unbounded);
            }
            Step::Fax
        }
        // 7.4.7: its symbols may be drawn together without end; 7.4.10: nobody uses it.
        b"JBIG2Decode" | b"Crypt" => return Err(Unbounded),
        _ => return Ok(None),
    };
    let wide = number(parms, b"Columns")?.is_some_and(|columns| columns > MOST_COLUMNS);
    if wide && number(parms, b"Predictor")?.is_some_and(|predictor| predictor != 1) {
        return Err(Unbounded);
    }
    Ok(Some(step))
}

/// What comes out at the end of the chain; none for a picture, which ends it. Takes what every step gains from
/// `left`.
pub(super) fn unpack<'a>(
    steps: &[Step],
    mut data: Cow<'a, [u8]>,
    left: &mut usize,
) -> Result<Option<Cow<'a, [u8]>>, Unbounded> {
    for (index, step) in steps.iter().enumerate() {
        let plain = match step {
            Step::Hex => hex(&data, *left)?,
            Step::Base85 => base85(&data, *left)?,
            Step::RunLength => run_length(&data, *left)?,
            Step::Flate => flate(&data, *left)?,
            Step::Lzw { early } => lzw(&data, *early, *left)?,
            Step::Jpeg | Step::Jpeg2000 | Step::Fax => {
                let last = index + 1 == steps.len();
                let fits = *step != Step::Jpeg2000 || jpeg2000_fits(&data);
                return if last && fits { Ok(None) } else { Err(Unbounded) };
            }
        };
        *left = left.checked_sub(plain.len()).ok_or(Unbounded)?;
        data = Cow::Owned(plain);
    }
    Ok(Some(data))
}

fn flate(data: &[u8], limit: usize) -> Result<Vec<u8>, Unbounded> {
    // As readers tell the two apart (RFC 1950, 2.2).
    let zlib = match data {
        [method, flags, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31) && flags & 0x20 == 0
        }
        _ => false,
    };
    let plain =
        if zlib { decompress_to_vec_zlib_with_limit(data, limit) } else { decompress_to_vec_with_limit(data, limit) };
    plain.map_err(|_| Unbounded)
}

fn hex(data: &[u8], limit: usize) -> Result<Vec<u8>, Unbounded> {
    let end = data.iter().position(|byte| *byte == b'>').ok_or(Unbounded)?;
    let digits: Vec<u8> = data[..end].iter().copied().filter(|byte| !is_space(*byte)).collect();
    if digits.len().div_ceil(2) > limit {
        return Err(Unbounded);
    }
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    digits
        .chunks(2)
        .map(|pair| {
            let high = value(pair[0]).ok_or(Unbounded)?;
            let low = pair.get(1).map_or(Some(0), |digit| value(*digit)).ok_or(Unbounded)?;
            Ok(high << 4 | low)
        })
        .collect()
}

fn base85(data: &[u8], limit: usize) -> Result<Vec<u8>, Unbounded> {
    let end = data.iter().position(|byte| *byte == b'~').ok_or(Unbounded)?;
    let mut out: Vec<u8> = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(5);
    for byte in data[..end].iter().copied().filter(|byte| !is_space(*byte)) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => return Err(Unbounded),
        }
        if group.len() == 5 {
            out.extend(four(&group)?);
            group.clear();
        }
        if out.len() > limit {
            return Err(Unbounded);
        }
    }
    let rest = group.len();
    if rest > 0 {
        group.resize(5, 84);
        out.extend(&four(&group)?[..rest - 1]);
    }
    if out.len() > limit { Err(Unbounded) } else { Ok(out) }
}

fn four(group: &[u8]) -> Result<[u8; 4], Unbounded> {
    let value = group.iter().fold(0_u64, |value, digit| value * 85 + u64::from(*digit));
    Ok(u32::try_from(value).map_err(|_| Unbounded)?.to_be_bytes())
}

fn run_length(data: &[u8], limit: usize) -> Result<Vec<u8>, Unbounded> {
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    while out.len() <= limit {
        let length = usize::from(*data.get(at).ok_or(Unbounded)?);
        at += 1;
        match length {
            128 => return Ok(out),
            0..=127 => {
                out.extend(data.get(at..=at + length).ok_or(Unbounded)?);
                at += length + 1;
            }
            _ => {
                let byte = *data.get(at).ok_or(Unbounded)?;
                out.resize(out.len() + 257 - length, byte);
                at += 1;
            }
        }
    }
    Err(Unbounded)
}

fn lzw(data: &[u8], early: bool, limit: usize) -> Result<Vec<u8>, Unbounded> {
    // 256 clears the table, 257 ends: they stand for no bytes.
    let mut table: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).chain([Vec::new(), Vec::new()]).collect();
    let mut previous: Option<usize> = None;
    let mut out: Vec<u8> = Vec::new();
    let (mut bits, mut count, mut at) = (0_u32, 0_u32, 0);
    while out.len() <= limit {
        let width = match table.len() + usize::from(early) {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        while count < width {
            bits = bits << 8 | u32::from(*data.get(at).ok_or(Unbounded)?);
            count += 8;
            at += 1;
        }
        count -= width;
        let code = (bits >> count) as usize;
        bits &= (1 << count) - 1;
        if code == 256 {
            table.truncate(258);
            previous = None;
            continue;
        }
        if code == 257 {
            return Ok(out);
        }
        let entry = match (table.get(code), previous) {
            (Some(entry), _) if !entry.is_empty() => entry.clone(),
            (None, Some(previous)) if code == table.len() && code < MOST_ENTRIES => {
                let mut entry = table[previous].clone();
                entry.push(entry[0]);
                entry
            }
            _ => return Err(Unbounded),
        };
        if let Some(previous) = previous
            && table.len() < MOST_ENTRIES
        {
            let mut grown = table[previous].clone();
            grown.push(entry[0]);
            table.push(grown);
        }
        out.extend(entry);
        previous = Some(code);
    }
    Err(Unbounded)
}

/// Every size that stands at the beginning of a codestream (ISO/IEC 15444-1, A.5.1), and there is one.
fn jpeg2000_fits(data: &[u8]) -> bool {
    let mut sizes = data.windows(16).filter(|window| window.starts_with(&[0xff, 0x4f, 0xff, 0x51])).peekable();
    let side = |bytes: &[u8]| bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    sizes.peek().is_some() && sizes.all(|size| side(&size[8..12]).saturating_mul(side(&size[12..16])) <= MOST_PIXELS)
}
