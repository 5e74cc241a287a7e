//! 大写金额: amounts in Chinese capitals, as receipts carry them (《会计基础工作规范》第五十二条).

use crate::money::Fen;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const UNITS: [&str; 4] = ["", "拾", "佰", "仟"];
/// What each four digits of yuan are called, from the right.
const SECTIONS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// `人民币玖拾元整`. Two decimals at most, so nothing is rounded.
pub fn capitals(amount: Fen) -> String {
    let fen = amount.0.unsigned_abs();
    let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::from(if amount.0 < 0 { "人民币负" } else { "人民币" });
    if yuan > 0 || fen == 0 {
        whole(&mut text, yuan);
        text.push('元');
    }
    if jiao == 0 && rest == 0 {
        text.push('整');
        return text;
    }
    if jiao > 0 {
        text.push(digit(jiao));
        text.push('角');
    } else if yuan > 0 {
        text.push('零');
    }
    if rest > 0 {
        text.push(digit(rest));
        text.push('分');
    }
    text
}

fn digit(value: u64) -> char {
    usize::try_from(value % 10).map_or('零', |at| DIGITS[at])
}

/// Yuan without the word; a run of noughts inside is read once.
fn whole(text: &mut String, yuan: u64) {
    if yuan == 0 {
        text.push('零');
        return;
    }
    let (mut begun, mut gap) = (false, false);
    for (section, name) in SECTIONS.iter().enumerate().rev() {
        let mut any = false;
        for (place, unit) in UNITS.iter().enumerate().rev() {
            let Some(power) = u32::try_from(section * 4 + place).ok().and_then(|n| 10_u64.checked_pow(n)) else {
                continue;
            };
            let value = yuan / power % 10;
            if value == 0 {
                gap = begun;
                continue;
            }
            if gap {
                text.push('零');
            }
            text.push(digit(value));
            text.push_str(unit);
            (begun, gap, any) = (true, false, true);
        }
        if any {
            text.push_str(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first four are the examples of 《正确填写票据和结算凭证的基本规定》 in one of the spellings allowed there.
    #[test]
    fn d5_amounts_read_as_on_receipts() {
        for (fen, words) in [
            (140_950, "人民币壹仟肆佰零玖元伍角"),
            (600_714, "人民币陆仟零柒元壹角肆分"),
            (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
            (32_504, "人民币叁佰贰拾伍元零肆分"),
            (10_700_053, "人民币壹拾万零柒仟元伍角叁分"),
            (9_000, "人民币玖拾元整"),
            (0, "人民币零元整"),
            (5, "人民币伍分"),
            (50, "人民币伍角"),
            (10_000_000_000, "人民币壹亿元整"),
            (10_000_000_100, "人民币壹亿零壹元整"),
            (-100, "人民币负壹元整"),
        ] {
            assert_eq!(capitals(Fen(fen)), words, "{fen}");
        }
    }

    #[test]
    fn d5_the_largest_amount_has_words_too() {
        assert!(capitals(Fen(i64::MAX)).starts_with("人民币玖亿亿贰仟贰佰叁拾叁万亿"));
    }
}
