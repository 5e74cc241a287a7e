//! The index as a browser downloads it: lines of text, for reading JSON would double the module.
//!
//! One line per matter (address name, note, pinyin, names, text; tabs between, `|` between names), an
//! empty line, then the readings. The server ranks by the same entries, so both find the same.

use super::{Entry, Index, Readings};

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
pub fn write(list: &[Listing], readings: &Readings, wanted: impl Fn(char) -> bool) -> String {
    let clean = |text: &str| text.replace(['\t', '\n', '\r', '|'], " ");
    let mut out = String::new();
    for Listing { slug, note, entry } in list {
        let names: Vec<String> = entry.names.iter().map(|n| clean(n)).collect();
        let fields = [clean(slug), clean(note), clean(&entry.pinyin), names.join("|"), clean(&entry.text)];
        out.push_str(&fields.join("\t"));
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&readings.write(wanted));
    out
}

/// The matters and their index; lines that cannot be read are left out.
pub fn read(text: &str) -> (Vec<Listing>, Index) {
    let (list, readings) = text.split_once("\n\n").unwrap_or((text, ""));
    let list: Vec<Listing> = list.lines().filter_map(line).collect();
    let entries: Vec<Entry> = list.iter().map(|l| l.entry.clone()).collect();
    let index = Index::new(&entries, Readings::parse(readings));
    (list, index)
}

fn line(text: &str) -> Option<Listing> {
    let mut fields = text.split('\t').map(str::to_owned);
    let (slug, note, pinyin, names, text) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let names = names.split('|').map(str::to_owned).collect();
    Some(Listing { slug, note, entry: Entry { names, pinyin, text, use_share: 0.0 } })
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
        let text = write(&list, &readings, |_| true);
        let (read, index) = read(&text);
        assert_eq!(read, list);
        let whole = Index::new(&list.each_ref().map(|l| l.entry.clone()), readings);
        for query in ["身分证", "huzhao", "sfz", "户照", "x"] {
            assert_eq!(index.search(query, 5), whole.search(query, 5), "{query}");
        }
        assert_eq!(index.search("hz", 5)[0].number, 1);
        assert!(super::read("nonsense").0.is_empty() && super::read("").1.is_empty());
    }
}
