//! What a content stream paints (ISO 32000-1, 7.8.2), as far as it matters here: pictures with their
//! size on the page, and whether anything else can be seen. Whole numbers only.

use super::parse::{is_regular, is_space};

/// One unit of user space, for fractions.
pub(super) const UNIT: i64 = 10_000;
/// Most operands kept, and deepest nesting of graphics states.
const MOST: usize = 64;

/// A transformation `[a b c d]`; where things lie does not matter.
pub(super) type Matrix = [i64; 4];

pub(super) const IDENTITY: Matrix = [UNIT, 0, 0, UNIT];

/// First `inner`, then `outer` (8.3.4).
pub(super) fn times(inner: Matrix, outer: Matrix) -> Matrix {
    let sum = |a: i64, b: i64, c: i64, d: i64| {
        let exact = (i128::from(a) * i128::from(b) + i128::from(c) * i128::from(d)) / i128::from(UNIT);
        i64::try_from(exact).unwrap_or(i64::MAX)
    };
    [
        sum(inner[0], outer[0], inner[1], outer[2]),
        sum(inner[0], outer[1], inner[1], outer[3]),
        sum(inner[2], outer[0], inner[3], outer[2]),
        sum(inner[2], outer[1], inner[3], outer[3]),
    ]
}

/// What is painted, in order.
pub(super) enum Painted {
    /// A named object under this transformation.
    Object(Vec<u8>, Matrix),
    /// Text, a line, a surface that is not white, a shading, a picture within the stream.
    Mark,
}

#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    white: bool,
    invisible_text: bool,
}

enum Operand {
    Number(i64),
    Name(Vec<u8>),
    /// Whether there is more than spaces in it.
    Text(bool),
    Other,
}

/// Runs through the stream and tells what it paints; ends early when `see` says so (false).
pub(super) fn run(data: &[u8], matrix: Matrix, see: &mut dyn FnMut(Painted) -> bool) {
    let mut state = State { matrix, white: false, invisible_text: false };
    let mut saved: Vec<State> = Vec::new();
    let mut operands: Vec<Operand> = Vec::new();
    let mut at = 0;
    while at < data.len() {
        let (token, next) = token(data, at);
        at = next.max(at + 1);
        let Some(token) = token else {
            continue;
        };
        let word = match token {
            Token::Operand(operand) => {
                if operands.len() < MOST {
                    operands.push(operand);
                }
                continue;
            }
            Token::Word(word) => word,
        };
        let numbers: Vec<i64> =
            operands.iter().filter_map(|o| if let Operand::Number(n) = o { Some(*n) } else { None }).collect();
        let painted = match word {
            b"q" => {
                if saved.len() < MOST {
                    saved.push(state);
                }
                None
            }
            b"Q" => {
                state = saved.pop().unwrap_or(state);
                None
            }
            b"cm" => {
                if let [a, b, c, d, ..] = numbers[..] {
                    state.matrix = times([a, b, c, d], state.matrix);
                }
                None
            }
            b"Tr" => {
                state.invisible_text = numbers.first() == Some(&(3 * UNIT));
                None
            }
            b"g" | b"rg" | b"sc" | b"scn" => {
                // One component or three: full is white. In a pattern's colour there is a name.
                state.white = matches!(numbers.len(), 1 | 3)
                    && operands.len() == numbers.len()
                    && numbers.iter().all(|n| *n >= UNIT);
                None
            }
            b"k" => {
                state.white = numbers.len() == 4 && numbers.iter().all(|n| *n == 0);
                None
            }
            b"cs" => {
                state.white = false;
                None
            }
            b"Do" => match operands.pop() {
                Some(Operand::Name(name)) => Some(Painted::Object(name, state.matrix)),
                _ => None,
            },
            b"f" | b"F" | b"f*" => (!state.white).then_some(Painted::Mark),
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                let seen = operands.iter().any(|o| matches!(o, Operand::Text(true)));
                (seen && !state.invisible_text).then_some(Painted::Mark)
            }
            b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"sh" => Some(Painted::Mark),
            // A picture within the stream: what follows is data.
            b"BI" => {
                see(Painted::Mark);
                return;
            }
            _ => None,
        };
        operands.clear();
        if painted.is_some_and(|painted| !see(painted)) {
            return;
        }
    }
}

enum Token<'a> {
    Operand(Operand),
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
            (Some(Token::Operand(Operand::Name(data[at + 1..end].to_vec()))), end)
        }
        b'(' => {
            let (seen, end) = literal(data, at + 1);
            (Some(Token::Operand(Operand::Text(seen))), end)
        }
        b'<' if data.get(at + 1) == Some(&b'<') => (None, at + 2),
        b'<' => {
            let end = data[at..].iter().position(|byte| *byte == b'>').map_or(data.len(), |end| at + end + 1);
            // Codes of unknown meaning: any may be seen.
            (Some(Token::Operand(Operand::Text(end > at + 2))), end)
        }
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            let end = regular(at + 1);
            (Some(Token::Operand(Operand::Number(number(&data[at..end])))), end)
        }
        byte if is_space(byte) || !is_regular(byte) => (None, at + 1),
        _ => {
            let end = regular(at + 1);
            let word = &data[at..end];
            let operand = matches!(word, b"true" | b"false" | b"null");
            (Some(if operand { Token::Operand(Operand::Other) } else { Token::Word(word) }), end)
        }
    }
}

/// Whether a literal string shows anything, and where it ends.
fn literal(data: &[u8], from: usize) -> (bool, usize) {
    let (mut open, mut seen, mut at) = (1_u32, false, from);
    while let Some(byte) = data.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                seen = true;
                at += 1;
            }
            b'(' => {
                open = open.saturating_add(1);
                seen = true;
            }
            b')' => {
                open -= 1;
                if open == 0 {
                    break;
                }
            }
            byte => seen |= !is_space(*byte),
        }
    }
    (seen, at.min(data.len()))
}

/// A number in [`UNIT`]s; digits beyond the fourth place are cut off.
pub(super) fn number(text: &[u8]) -> i64 {
    let (mut value, mut places) = (0_i64, None::<u32>);
    for byte in text {
        match byte {
            b'0'..=b'9' if places != Some(4) => {
                value = value.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                places = places.map(|places| places + 1);
            }
            b'.' if places.is_none() => places = Some(0),
            _ => {}
        }
    }
    let value = value.saturating_mul(10_i64.pow(4 - places.unwrap_or(0)));
    if text.first() == Some(&b'-') { -value } else { value }
}
