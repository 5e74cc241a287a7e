//! Toneless pinyin of characters, and the spellings that people confuse.

use std::collections::BTreeMap;

/// The most usual reading of each character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    of: BTreeMap<char, u16>,
    syllables: Vec<String>,
}

impl Readings {
    /// From pairs of character and toneless syllable.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (char, &'a str)>) -> Self {
        let mut readings = Self::default();
        let mut known: BTreeMap<String, u16> = BTreeMap::new();
        for (char, syllable) in pairs {
            let next = u16::try_from(readings.syllables.len()).unwrap_or(u16::MAX);
            // 女 and 绿 are typed nv and lv.
            let syllable = syllable.replace('ü', "v");
            let id = *known.entry(syllable.clone()).or_insert_with(|| {
                readings.syllables.push(syllable);
                next
            });
            readings.of.insert(char, id);
        }
        readings
    }

    /// From lines of a syllable and its characters: `shang上商伤`.
    pub fn parse(text: &str) -> Self {
        let mut pairs = Vec::new();
        for line in text.lines() {
            let (syllable, chars) = line.split_at(line.find(|c: char| !c.is_ascii()).unwrap_or(line.len()));
            pairs.extend(chars.chars().filter(|c| !c.is_ascii()).map(|c| (c, syllable)));
        }
        Self::new(pairs)
    }

    /// The form that [`Readings::parse`] reads, for these characters only.
    pub fn write(&self, wanted: impl Fn(char) -> bool) -> String {
        let mut lines: BTreeMap<&str, String> = BTreeMap::new();
        for (char, id) in self.of.iter().filter(|(c, _)| wanted(**c)) {
            lines.entry(&self.syllables[usize::from(*id)]).or_default().push(*char);
        }
        let mut text = String::new();
        for (syllable, chars) in lines {
            text.push_str(syllable);
            text.push_str(&chars);
            text.push('\n');
        }
        text
    }

    /// Toneless pinyin; none for what is no Chinese character.
    pub fn syllable(&self, char: char) -> Option<&str> {
        self.of.get(&char).map(|id| self.syllables[usize::from(*id)].as_str())
    }
}

/// One spelling for what dialects do not tell apart: zh z, ch c, sh s, ang an, eng en, ing in, n l
/// (n at the end stays), and ü as v.
pub(super) fn folded(pinyin: &str) -> String {
    let bytes: Vec<u8> = pinyin.bytes().filter(u8::is_ascii_lowercase).collect();
    let mut out = String::with_capacity(bytes.len());
    let vowel = |b: Option<&u8>| b.is_some_and(|b| b"aeiouv".contains(b));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'z' | b'c' | b's' if next == Some(&b'h') => {
                out.push(char::from(byte));
                at += 1;
            }
            // Between a vowel and no vowel: the end of a syllable.
            b'n' if next == Some(&b'g') && !vowel(bytes.get(at + 2)) => {
                out.push('n');
                at += 1;
            }
            b'n' if vowel(next) && !vowel(at.checked_sub(1).and_then(|i| bytes.get(i))) => out.push('l'),
            _ => out.push(char::from(byte)),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_readings_survive_being_written() {
        let readings = Readings::parse("hu户护\nkou口\nzheng证正\n");
        assert_eq!(
            (readings.syllable('护'), readings.syllable('正'), readings.syllable('a')),
            (Some("hu"), Some("zheng"), None)
        );
        assert_eq!(readings.write(|c| c != '正'), "hu户护\nkou口\nzheng证\n");
    }

    #[test]
    fn c1_u_with_dots_is_typed_as_v() {
        let readings = Readings::new([('虐', "nüe"), ('女', "nü"), ('绿', "lü")]);
        assert_eq!((readings.syllable('女'), readings.syllable('虐')), (Some("nv"), Some("nve")));
        let again = Readings::parse(&readings.write(|_| true));
        assert_eq!((again.syllable('e'), again.syllable('绿')), (None, Some("lv")));
    }

    #[test]
    fn c1_what_dialects_confuse_is_one_spelling() {
        for (one, other) in
            [("shenfenzheng", "senfenzen"), ("ningyong", "linyong"), ("chusheng", "cuseng"), ("lansou", "nanshou")]
        {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("huzhao"), folded("hukou"));
    }
}
