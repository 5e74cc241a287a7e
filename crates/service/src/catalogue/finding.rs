//! What search knows of a matter, and how characters are read.

use domain::catalogue::{Matter, Region};
use domain::search::{Entry, Readings};
use pinyin::ToPinyin;
use std::sync::{Arc, LazyLock};

/// The 3755 characters of everyday use (GB 2312-80, level 1): those that people mix up when typing.
pub(super) const COMMON_CHARS: &str = include_str!("common_chars.txt");

/// What search knows of a matter.
pub(super) fn entry(matter: &Matter, region: &Region) -> Entry {
    let mut text = matter.summary.clone();
    let asked =
        matter.questions.iter().flat_map(|q| std::iter::once(&q.text).chain(q.options.iter().map(|o| &o.label)));
    let more = matter.requirements.iter().chain(matter.materials.iter().map(|m| &m.name)).chain(&matter.life_event);
    for part in more.chain(matter.parts.iter().map(|p| &p.title)).chain(asked).chain([&matter.result.name]) {
        text.push('。');
        text.push_str(part);
    }
    Entry {
        names: std::iter::once(&matter.title).chain(&matter.aliases).cloned().collect(),
        pinyin: matter.pinyin.clone(),
        text,
        use_share: if region.common.contains(&matter.slug) { 1.0 } else { 0.0 },
    }
}

/// The most usual reading of every character that has one; the same for every catalogue.
pub(super) fn readings() -> Arc<Readings> {
    static READINGS: LazyLock<Arc<Readings>> = LazyLock::new(|| {
        let chars = ('\u{3400}'..='\u{9FFF}').chain('\u{20000}'..='\u{2A6DF}');
        Arc::new(Readings::new(chars.filter_map(|c| Some((c, c.to_pinyin()?.plain())))))
    });
    READINGS.clone()
}
