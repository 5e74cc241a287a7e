//! What was typed, without the words that every question holds.

use super::Readings;
use super::features::{Feature, Kind, MOST_INITIALS, Parts, feature, plain};

/// Longest query that is looked at, in characters.
const LONGEST: usize = 60;

/// Words that say that somebody asks, not for what. Longer ones first.
const ASKING: &[&str] = &[
    "需要什么材料",
    "需要哪些材料",
    "要带什么材料",
    "要准备什么",
    "要什么材料",
    "要啥材料",
    "需要什么",
    "怎么办理",
    "如何办理",
    "在哪里办",
    "去哪里办",
    "到哪里办",
    "在哪儿办",
    "去哪儿办",
    "多少钱",
    "要几天",
    "多久",
    "怎么办",
    "怎么弄",
    "怎么搞",
    "怎么整",
    "咋办",
    "咋弄",
    "咋整",
    "要带啥",
    "带什么",
    "要什么",
    "要啥",
    "手续",
    "流程",
    "材料",
    "请问",
    "你好",
    "我想",
    "我要",
    "想要",
    "可以",
    "能不能",
    "能否",
    "在哪",
    "去哪",
    "哪里",
    "怎么",
    "如何",
    "什么",
    "一下",
    "办理",
    "申请",
    "网上",
    "现在",
    "应该",
    "是不是",
    "有没有",
    "吗",
    "呢",
    "啊",
    "吧",
    "了",
    "的",
    "咋",
    "啥",
];

/// A query, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// Everything that was typed.
    pub whole: Parts,
    /// Without the asking words; the whole when nothing else is left.
    pub core: Parts,
    pub latin: bool,
}

impl Query {
    pub(super) fn new(text: &str, readings: &Readings) -> Self {
        let text: String = plain(text).chars().take(LONGEST).collect();
        let whole = Parts::of(&text, readings);
        let mut rest = text;
        for word in ASKING {
            if rest.contains(word) {
                rest = rest.replace(word, " ");
            }
        }
        let core = Parts::of(&rest, readings);
        let latin = whole.is_latin();
        let core = if core.chars.is_empty() { whole.clone() } else { core };
        Self { whole, core, latin }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.whole.chars.is_empty()
    }

    /// Features with how much each counts; for characters also what they sound like, since the wrong
    /// one of two alike is the commonest typing error.
    pub(super) fn features(&self) -> Vec<(Kind, Feature, f32)> {
        let mut out: Vec<(Kind, Feature, f32)> = Vec::new();
        let mut push =
            |kind: Kind, text: &[char], share: f32| out.push((kind, feature(kind, text), kind.weight() * share));
        let Parts { chars, sound, initials } = &self.core;
        for char in chars.iter().filter(|c| !c.is_ascii()) {
            push(Kind::Char, std::slice::from_ref(char), 1.0);
        }
        for pair in chars.windows(2).filter(|p| p.iter().any(|c| !c.is_ascii())) {
            push(Kind::Pair, pair, 1.0);
            push(Kind::Text, pair, 1.0);
        }
        let mixed = chars.iter().any(char::is_ascii);
        let heard = if self.latin {
            3.0
        } else if mixed {
            1.5
        } else {
            0.7
        };
        for three in sound.windows(3) {
            push(Kind::Sound, three, heard);
        }
        if self.latin && (2..=8).contains(&chars.len()) {
            let length = chars.len().min(MOST_INITIALS);
            for some in initials.windows(length) {
                push(Kind::Initials, some, 1.0);
            }
            // One letter too many in front or behind, as in 办失业证 for 失业证.
            if length >= 4 {
                for some in initials.windows(length - 1) {
                    push(Kind::Initials, some, 0.4);
                }
            }
        }
        out
    }
}
