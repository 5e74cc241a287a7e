//! Where a line of Chinese text may end (避头尾, GB/T 15834-2011 and GB/T 9704-2012).

use std::ops::Range;

/// Never at the start of a line.
const NO_START: &str = "，。、；：！？）》」』】〕〉］｝”’％℃°·～々ー,.;:!?)]}%";

/// Never at the end of a line.
const NO_END: &str = "（《「『【〔〈［｛“‘￥¥$([{";

/// Closing marks that fill the left half of their square only: at the end of a line the empty right
/// half may hang over the edge.
const HALF_EMPTY: &str = "，。、；：）》」』】〕〉］”’";

/// Rounding of summed widths, in shares of the type size.
const TOLERANCE: f32 = 0.001;

/// What the breaker needs to know of a character.
pub(super) trait Breakable {
    fn ch(&self) -> char;
    /// Share of the type size.
    fn advance(&self) -> f32;
}

/// Whether a line may end between the two characters.
pub(super) fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NO_START.contains(after) || NO_END.contains(before) {
        return false;
    }
    if before == ' ' {
        return true;
    }
    !is_bound(before, after)
}

/// Whether two characters belong to one word, or are the halves of `……` and `——`.
pub(super) fn is_bound(before: char, after: char) -> bool {
    let paired = before == after && matches!(before, '…' | '—');
    paired || (is_western(before) && is_western(after))
}

/// Letters, digits and marks that make up Latin (Greek, Cyrillic …) words and numbers.
pub(super) fn is_western(ch: char) -> bool {
    ch < '\u{2000}' && ch != ' '
}

/// Width that counts at the end of a line, as a share of the type size.
pub(super) fn end_width(ch: char, advance: f32) -> f32 {
    if ch == ' ' {
        0.0
    } else if HALF_EMPTY.contains(ch) && advance > 0.9 {
        advance / 2.0
    } else {
        advance
    }
}

/// Whether a closing mark gives up its empty half because another mark follows (标点挤压).
pub(super) fn is_squeezed(mark: char, next: char) -> bool {
    HALF_EMPTY.contains(mark) && (HALF_EMPTY.contains(next) || "（《「『【〔〈［“‘".contains(next))
}

/// Cuts a paragraph into lines; `first` and `rest` are widths in shares of the type size.
///
/// A word longer than the line is cut where the line is full: nothing ever leaves the page.
pub(super) fn wrap<T: Breakable>(text: &[T], first: f32, rest: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut used, mut limit) = (0, 0.0, first);
    let mut candidate = None;
    let mut at = 0;
    while let Some(item) = text.get(at) {
        if at > start && text.get(at - 1).is_some_and(|before| may_break(before.ch(), item.ch())) {
            candidate = Some(at);
        }
        let full = used + end_width(item.ch(), item.advance()) > limit + TOLERANCE;
        if full && at > start {
            let end = candidate.unwrap_or(at);
            lines.push(start..end);
            (start, at, used, limit, candidate) = (end, end, 0.0, rest, None);
        } else {
            used += item.advance();
            at += 1;
        }
    }
    if start < text.len() || text.is_empty() {
        lines.push(start..text.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sign(char);

    impl Breakable for Sign {
        fn ch(&self) -> char {
            self.0
        }
        fn advance(&self) -> f32 {
            if is_western(self.0) || self.0 == ' ' { 0.5 } else { 1.0 }
        }
    }

    fn lines(text: &str, width: f32) -> Vec<String> {
        let signs: Vec<Sign> = text.chars().map(Sign).collect();
        wrap(&signs, width, width).into_iter().map(|range| signs[range].iter().map(|sign| sign.0).collect()).collect()
    }

    #[test]
    fn closing_marks_never_start_a_line() {
        for width in 3_u8..12 {
            let text = "请您于五日内，携带（原件、复印件）到窗口办理；《告知书》随附。「谢谢」！好？";
            for line in lines(text, f32::from(width)) {
                let first = line.chars().next().unwrap();
                let last = line.chars().last().unwrap();
                assert!(!NO_START.contains(first), "{line} at {width}");
                assert!(!NO_END.contains(last), "{line} at {width}");
            }
        }
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(lines("编号ABC-2026", 5.0), ["编号", "ABC-2026"]);
        assert_eq!(lines("金额12345.67元整", 4.0), ["金额", "12345.67", "元整"]);
        assert_eq!(lines("alpha beta gamma", 4.5), ["alpha ", "beta ", "gamma"]);
    }

    #[test]
    fn closing_mark_hangs_by_half() {
        assert_eq!(lines("一二三四，五", 4.5), ["一二三四，", "五"]);
        assert_eq!(lines("一二三四，五", 4.4), ["一二三", "四，五"]);
    }

    #[test]
    fn endless_word_is_cut_and_nothing_is_lost() {
        let text = "A".repeat(10_000);
        let cut = lines(&text, 20.0);
        assert_eq!(cut.len(), 250);
        assert_eq!(cut.concat(), text);
        let marks = "，".repeat(1_000);
        assert_eq!(lines(&marks, 10.0).concat(), marks);
    }
}
