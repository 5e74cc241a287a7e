//! 页面整理: how a picture of a slot is turned and cut before it becomes a page. The original stays as it came.

use crate::text::normalise;
use std::fmt;
use std::str::FromStr;

/// A whole side, in per mille.
const WHOLE: u16 = 1000;
/// So much of a side is left at least, in per mille: a cut that takes more is a slip.
const LEAST: u16 = 100;

/// What is cut off at each edge of a picture as it is shown, in per mille of that side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crop {
    left: u16,
    top: u16,
    right: u16,
    bottom: u16,
}

impl Crop {
    /// None where less than a tenth of a side would be left.
    pub fn new(left: u16, top: u16, right: u16, bottom: u16) -> Option<Self> {
        let enough = |one: u16, other: u16| one.saturating_add(other) <= WHOLE - LEAST;
        (enough(left, right) && enough(top, bottom)).then_some(Self { left, top, right, bottom })
    }

    /// Left, top, right, bottom.
    pub fn edges(self) -> [u16; 4] {
        [self.left, self.top, self.right, self.bottom]
    }

    /// Nothing is cut off.
    pub fn is_whole(self) -> bool {
        self == Self::default()
    }

    /// The same cut of the picture after it was turned a quarter clockwise: its left side is now above.
    #[must_use]
    pub fn turned_right(self) -> Self {
        Self { left: self.bottom, top: self.left, right: self.top, bottom: self.right }
    }

    /// What is left of a picture of this size, in pixels: x, y, width, height. Never empty.
    pub fn area(self, width: u32, height: u32) -> (u32, u32, u32, u32) {
        let (x, wide) = span(width, self.left, self.right);
        let (y, high) = span(height, self.top, self.bottom);
        (x, y, wide, high)
    }

    /// How long the longest side has to be before the cut, so that no side left is shorter than wanted.
    pub fn before_cut(self, edge: u32) -> u32 {
        let left = WHOLE - (self.left + self.right).max(self.top + self.bottom);
        edge.saturating_mul(u32::from(WHOLE)) / u32::from(left.max(LEAST))
    }
}

/// Where a side begins after the cut, and how much of it is left.
fn span(side: u32, before: u16, after: u16) -> (u32, u32) {
    let cut = |share: u16| u32::try_from(u64::from(side) * u64::from(share) / u64::from(WHOLE)).unwrap_or(0);
    let from = cut(before).min(side.saturating_sub(1));
    (from, side.saturating_sub(from + cut(after)).max(1))
}

/// As it is stored: `left,top,right,bottom`, and nothing for a whole picture.
impl fmt::Display for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return Ok(());
        }
        write!(f, "{},{},{},{}", self.left, self.top, self.right, self.bottom)
    }
}

impl FromStr for Crop {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let edges: Vec<u16> = text.split(',').map(|part| part.parse().map_err(|_| ())).collect::<Result<_, ()>>()?;
        let [left, top, right, bottom] = <[u16; 4]>::try_from(edges).map_err(|_| ())?;
        Self::new(left, top, right, bottom).ok_or(())
    }
}

/// Reads a share that somebody typed in per cent, with one digit behind the point at most; nothing typed is 0.
/// Gives per mille.
pub fn share_of(typed: &str) -> Option<u16> {
    let text = normalise(typed);
    let text = text.trim_end_matches('%').trim();
    if text.is_empty() {
        return Some(0);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = !whole.is_empty() && whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit());
    if !digits {
        return None;
    }
    let tenth = part.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
    whole.parse::<u16>().ok()?.checked_mul(10)?.checked_add(u16::try_from(tenth).ok()?)
}

/// A share in per cent, as it is shown in a field: `12.5`.
pub fn share_text(per_mille: u16) -> String {
    match (per_mille / 10, per_mille % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

/// How a picture is shown, and goes into the bundle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arranged {
    /// Quarters clockwise, 0 to 3, besides what the camera noted.
    pub turn: u8,
    /// Measured on the turned picture.
    pub crop: Crop,
}

impl Arranged {
    /// As it came.
    pub fn is_original(self) -> bool {
        self == Self::default()
    }

    /// Turned a quarter clockwise; the cut turns with it.
    #[must_use]
    pub fn turned_right(self) -> Self {
        Self { turn: (self.turn + 1) % 4, crop: self.crop.turned_right() }
    }

    /// Turned a quarter the other way.
    #[must_use]
    pub fn turned_left(self) -> Self {
        self.turned_right().turned_right().turned_right()
    }

    /// The same turn, cut differently.
    #[must_use]
    pub fn cut(self, crop: Crop) -> Self {
        Self { crop, ..self }
    }
}

/// The list with one thing moved by one place; the same where there is no place to move to.
pub fn moved<T: Copy + PartialEq>(list: &[T], one: T, later: bool) -> Vec<T> {
    let mut list = list.to_vec();
    let Some(at) = list.iter().position(|other| *other == one) else { return list };
    let to = if later { at + 1 } else { at.wrapping_sub(1) };
    if to < list.len() {
        list.swap(at, to);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_a_cut_leaves_a_tenth_of_each_side_at_least() {
        assert!(Crop::new(450, 0, 450, 0).is_some() && Crop::new(0, 900, 0, 0).is_some());
        assert!(Crop::new(451, 0, 450, 0).is_none() && Crop::new(0, 60_000, 0, 60_000).is_none());
        let crop = Crop::new(100, 250, 150, 50).unwrap();
        assert_eq!(crop.area(1000, 400), (100, 100, 750, 280));
        assert_eq!(Crop::default().area(3, 1), (0, 0, 3, 1));
        assert_eq!(Crop::new(900, 900, 0, 0).unwrap().area(1, 1), (0, 0, 1, 1), "never empty");
        assert_eq!(crop.before_cut(700), 1000);
        assert_eq!(Crop::default().before_cut(700), 700);
    }

    #[test]
    fn m3_a_cut_is_stored_as_text_and_nothing_else_is_read() {
        let crop = Crop::new(1, 20, 300, 4).unwrap();
        assert_eq!(crop.to_string(), "1,20,300,4");
        assert_eq!(crop.to_string().parse::<Crop>(), Ok(crop));
        assert_eq!(Crop::default().to_string(), "");
        assert_eq!("".parse::<Crop>(), Ok(Crop::default()));
        for text in ["1,2,3", "1,2,3,4,5", "a,0,0,0", "500,0,500,0", "-1,0,0,0"] {
            assert_eq!(text.parse::<Crop>(), Err(()), "{text}");
        }
    }

    #[test]
    fn m3_a_cut_turns_with_its_picture_and_four_quarters_are_none() {
        let start = Arranged::default().cut(Crop::new(10, 20, 30, 40).unwrap());
        let once = start.turned_right();
        assert_eq!((once.turn, once.crop.edges()), (1, [40, 10, 20, 30]));
        assert_eq!(once.turned_left(), start);
        assert_eq!(once.turned_right().turned_right().turned_right(), start);
        assert!(Arranged::default().is_original() && !once.is_original());
    }

    #[test]
    fn m3_shares_are_read_as_people_type_them() {
        for (typed, read) in
            [("", 0), ("12", 120), ("12.5", 125), ("１２．５％", 125), (" 3 % ", 30), ("0.04", 0), ("90", 900)]
        {
            assert_eq!(share_of(typed), Some(read), "{typed}");
        }
        for typed in ["-1", "十", "1.x", ".5", "1e3", "99999"] {
            assert_eq!(share_of(typed), None, "{typed}");
        }
        assert_eq!([share_text(0), share_text(125), share_text(900)], ["0", "12.5", "90"]);
    }

    #[test]
    fn m3_pages_move_by_one_place_and_stay_at_the_ends() {
        assert_eq!(moved(&[1, 2, 3], 2, true), [1, 3, 2]);
        assert_eq!(moved(&[1, 2, 3], 2, false), [2, 1, 3]);
        assert_eq!(moved(&[1, 2, 3], 1, false), [1, 2, 3]);
        assert_eq!(moved(&[1, 2, 3], 3, true), [1, 2, 3]);
        assert_eq!(moved(&[1, 2], 9, true), [1, 2]);
    }
}
