//! Unpacking of object streams: Flate with or without a PNG predictor (7.4.4), nothing else occurs.

use super::parse::{Budget, Stop};
use lopdf::{Dictionary, Object, Stream};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

/// The content without its filters; charges the budget for every byte gained.
pub(super) fn plain(stream: &Stream, budget: &mut Budget) -> Result<Vec<u8>, Stop> {
    let flate = match stream.dict.get(b"Filter") {
        Err(_) | Ok(Object::Null) => false,
        Ok(Object::Name(name)) => is_flate(name)?,
        Ok(Object::Array(names)) => match names.as_slice() {
            [] => false,
            [Object::Name(name)] => is_flate(name)?,
            _ => return Err(Stop::Syntax),
        },
        Ok(_) => return Err(Stop::Syntax),
    };
    if !flate {
        return Ok(stream.content.clone());
    }
    let plain = match decompress_to_vec_zlib_with_limit(&stream.content, budget.inflated) {
        Ok(plain) => plain,
        Err(error) if error.status == TINFLStatus::HasMoreOutput => return Err(Stop::Budget),
        // A wrong check sum or a missing end: what came out is still worth reading.
        Err(error) => error.output,
    };
    budget.inflated = budget.inflated.saturating_sub(plain.len());
    let parms = match stream.dict.get(b"DecodeParms") {
        Ok(Object::Dictionary(parms)) => Some(parms),
        Ok(Object::Array(list)) => list.first().and_then(|parms| parms.as_dict().ok()),
        _ => None,
    };
    match parms {
        Some(parms) if number(parms, b"Predictor", 1) >= 10 => unpredict(&plain, parms),
        Some(parms) if number(parms, b"Predictor", 1) == 2 => Err(Stop::Syntax),
        _ => Ok(plain),
    }
}

fn is_flate(name: &[u8]) -> Result<bool, Stop> {
    match name {
        b"FlateDecode" | b"Fl" => Ok(true),
        _ => Err(Stop::Syntax),
    }
}

fn number(parms: &Dictionary, key: &[u8], otherwise: i64) -> i64 {
    let value = parms.get(key).ok().and_then(|value| value.as_i64().ok());
    value.unwrap_or(otherwise)
}

/// Undoes the PNG row filters (PNG, clause 9).
fn unpredict(data: &[u8], parms: &Dictionary) -> Result<Vec<u8>, Stop> {
    let bounded = |key: &[u8], otherwise, most| {
        let value = number(parms, key, otherwise);
        usize::try_from(value).ok().filter(|value| (1..=most).contains(value)).ok_or(Stop::Syntax)
    };
    let bits = bounded(b"Colors", 1, 32)? * bounded(b"BitsPerComponent", 8, 16)?;
    let step = bits.div_ceil(8);
    let width = (bounded(b"Columns", 1, 1 << 20)? * bits).div_ceil(8);
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; width];
    for row in data.chunks(width + 1) {
        let Some((filter, coded)) = row.split_first() else {
            break;
        };
        let mut line = vec![0_u8; width];
        for (at, byte) in coded.iter().enumerate() {
            let left = if at >= step { line[at - step] } else { 0 };
            let corner = if at >= step { above[at - step] } else { 0 };
            let guess = match filter {
                1 => left,
                2 => above[at],
                3 => left.midpoint(above[at]),
                4 => paeth(left, above[at], corner),
                _ => 0,
            };
            line[at] = byte.wrapping_add(guess);
        }
        out.extend_from_slice(&line[..coded.len()]);
        above = line;
    }
    Ok(out)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let base = i16::from(left) + i16::from(above) - i16::from(corner);
    let off = |value: u8| (base - i16::from(value)).abs();
    if off(left) <= off(above) && off(left) <= off(corner) {
        left
    } else if off(above) <= off(corner) {
        above
    } else {
        corner
    }
}
