//! The index as a browser downloads it: lines of text, for reading JSON would double the module.
//!
//! One line per matter (address name, note, pinyin, names, text, share of use; tabs between, `|` between names); an
//! empty line; the asking words in a line, each pair of words for the same in one; an empty line; the
//! readings. The server ranks by the same entries, so both find the same.

use super::{Entry, Index, Readings, Words};

/// Most matters that are downloaded: about 400 bytes each, packed. Where there are more, none is, and the
/// server is asked.
pub const MOST: usize = 300;

/// A matter as suggestions show it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Short name in the address.
    pub slug: String,
    /// Badges in words.
    pub note: String,
    pub entry: Entry,
}

/// The text of these matters; readings for the wanted characters only.
pub fn write(list: &[Listing], words: &Words, readings: &Readings, wanted: impl Fn(char) -> bool) -> String {
    let clean = |text: &str| text.replace(['\t', '\n', '\r', '|'], " ");
    let mut out = String::new();
    for Listing { slug, note, entry } in list {
        let names: Vec<String> = entry.names.iter().map(|n| clean(n)).collect();
        let fields =
            [clean(slug), clean(note), clean(&entry.pinyin), names.join("|"), clean(&entry.text), share(entry)];
        out.push_str(&fields.join("\t"));
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&words.asking.join("\t"));
    out.push('\n');
    for (said, meant) in &words.alike {
        out.push_str(&[said, "\t", meant, "\n"].concat());
    }
    out.push('\n');
    out.push_str(&readings.write(wanted));
    out
}

/// The matters and their index; lines that cannot be read are left out.
pub fn read(text: &str) -> (Vec<Listing>, Index) {
    let mut blocks = text.splitn(3, "\n\n");
    let mut block = || blocks.next().unwrap_or_default();
    let (list, words, readings) = (block(), block(), block());
    let list: Vec<Listing> = list.lines().filter_map(line).collect();
    let entries: Vec<Entry> = list.iter().map(|l| l.entry.clone()).collect();
    let (asking, alike) = words.split_once('\n').unwrap_or((words, ""));
    let pair = |line: &str| line.split_once('\t').map(|(said, meant)| (said.to_owned(), meant.to_owned()));
    let words = Words {
        asking: asking.split('\t').filter(|w| !w.is_empty()).map(str::to_owned).collect(),
        alike: alike.lines().filter_map(pair).collect(),
    };
    let index = Index::new(&entries, Readings::parse(readings).into(), words);
    (list, index)
}

fn share(entry: &Entry) -> String {
    entry.use_share.to_string()
}

fn line(text: &str) -> Option<Listing> {
    let mut fields = text.split('\t').map(str::to_owned);
    let (slug, note, pinyin, names, text) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let use_share = fields.next()?.parse().ok()?;
    let names = names.split('|').map(str::to_owned).collect();
    Some(Listing { slug, note, entry: Entry { names, pinyin, text, use_share } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_what_is_downloaded_finds_the_same() {
        let readings = Readings::parse("shen身\nfen份\nzheng证正\nhu护户\nzhao照\nkou口\n");
        let listing = |slug: &str, names: &[&str]| Listing {
            slug: slug.into(),
            note: "不收费 · 当场".into(),
            entry: Entry { names: names.iter().map(ToString::to_string).collect(), ..Entry::default() },
        };
        let list = [listing("id-card", &["居民身份证", "身份证"]), listing("passport", &["护照"])];
        let words = Words {
            asking: vec!["怎么办".into(), "补办".into()], alike: vec![("派司".into(), "护照".into())]
        };
        let text = write(&list, &words, &readings, |_| true);
        let (read, index) = read(&text);
        assert_eq!(read, list);
        let whole = Index::new(&list.each_ref().map(|l| l.entry.clone()), readings.into(), words);
        for query in ["身分证", "huzhao", "sfz", "户照", "派司怎么办", "x"] {
            assert_eq!(index.search(query, 5), whole.search(query, 5), "{query}");
        }
        assert_eq!(index.search("hz", 5)[0].number, 1);
        assert_eq!(index.search("派司怎么办", 5)[0].number, 1);
        assert!(super::read("nonsense").0.is_empty() && super::read("").1.search("护照", 5).is_empty());
    }
}
