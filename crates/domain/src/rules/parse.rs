//! Chinese sentences as rules: what [`Rule::sentence`] writes, and what people type nearly like it.

use super::Rule;
use crate::text::normalise;
use std::fmt;

/// What labels stand for: the other direction of [`super::Labels`].
pub trait Names {
    /// Identifier of a field or question by its label or by its identifier; none when unknown or ambiguous.
    fn field(&self, label: &str) -> Option<String>;
    /// Stored value of a choice of `field` by its label or by the value itself.
    fn value(&self, field: &str, label: &str) -> Option<String>;
}

/// Why a text is not a rule, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Place in the text, in characters from 0; the length of the text when something is missing at its end.
    pub at: usize,
    /// What was expected there, in plain Chinese.
    pub text: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 个字：{}", self.at + 1, self.text)
    }
}

impl std::error::Error for RuleError {}

/// Brackets in brackets: no text may exhaust the stack.
const DEEPEST: usize = 32;
/// Of a label that nobody knows, so much is repeated, in characters.
const REPEATED: usize = 30;
const OPEN: [char; 2] = ['（', '('];
const CLOSE: [char; 2] = ['）', ')'];
const COMMA: [char; 2] = ['，', ','];
const LIST_COMMA: [char; 2] = ['、', '､'];
const FULL_STOP: [char; 3] = ['。', '.', '｡'];
/// Opening and closing marks of a field.
const FIELD: [(char, char); 3] = [('「', '」'), ('｢', '｣'), ('【', '】')];
/// Opening and closing marks of a value; an input method may give the closing one twice.
const VALUE: [(char, char); 4] = [('“', '”'), ('"', '"'), ('＂', '＂'), ('”', '”')];

impl Rule {
    /// Reads a sentence such as 「取得方式」是“买卖”，并且「购房套数」至少为 2.
    ///
    /// Half-width brackets, commas, quotes and full-width digits are read alike, spaces are skipped. 并且 and 或者
    /// side by side need brackets. Never panics and takes time in proportion to the text.
    pub fn parse(text: &str, names: &dyn Names) -> Result<Self, RuleError> {
        let mut reader = Reader { chars: text.chars().collect(), at: 0, names };
        let rule = reader.joined(0)?;
        reader.sign(&FULL_STOP);
        reader.skip();
        if reader.at < reader.chars.len() {
            return reader.refuse("从这里起读不懂。两个条件之间要写“，并且”或“，或者”");
        }
        Ok(rule)
    }
}

struct Reader<'a> {
    chars: Vec<char>,
    at: usize,
    names: &'a dyn Names,
}

impl Reader<'_> {
    /// Parts joined by 并且 or by 或者.
    fn joined(&mut self, depth: usize) -> Result<Rule, RuleError> {
        let first = self.part(depth)?;
        let mut rest = Vec::new();
        let mut any = false;
        loop {
            let comma = self.sign(&COMMA);
            self.skip();
            let start = self.at;
            let or = if self.word("并且") {
                false
            } else if self.word("或者") {
                true
            } else if comma {
                return self.refuse("逗号后面要写“并且”或“或者”");
            } else {
                break;
            };
            if rest.is_empty() {
                any = or;
            } else if any != or {
                self.at = start;
                return self.refuse("“并且”和“或者”写在一起，要用（）把先算的括起来");
            }
            rest.push(self.part(depth)?);
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let parts = std::iter::once(first).chain(rest).collect();
        Ok(if any { Rule::Any(parts) } else { Rule::All(parts) })
    }

    /// One condition, or several in brackets.
    fn part(&mut self, depth: usize) -> Result<Rule, RuleError> {
        if self.sign(&OPEN) {
            return self.closed(depth);
        }
        if self.word("不满足") {
            if !self.sign(&OPEN) {
                return self.refuse("“不满足”后面要用（）把条件括起来");
            }
            return Ok(Rule::Not(Box::new(self.closed(depth)?)));
        }
        if self.word("总是") {
            return Ok(Rule::All(Vec::new()));
        }
        if self.word("从不") {
            return Ok(Rule::Any(Vec::new()));
        }
        self.comparison()
    }

    /// What stands behind an opening bracket, with the closing one.
    fn closed(&mut self, depth: usize) -> Result<Rule, RuleError> {
        if depth >= DEEPEST {
            return self.refuse(format!("括号套得太深，最多 {DEEPEST} 层"));
        }
        let rule = self.joined(depth + 1)?;
        if self.sign(&CLOSE) { Ok(rule) } else { self.refuse("这里少一个右括号“）”") }
    }

    fn comparison(&mut self) -> Result<Rule, RuleError> {
        let field = self.field()?;
        if self.word("至少为") {
            return Ok(Rule::AtLeast { field, number: self.number()? });
        }
        if self.word("至多为") {
            return Ok(Rule::AtMost { field, number: self.number()? });
        }
        if self.word("不是") {
            let (values, _) = self.values(&field, true)?;
            return Ok(Rule::Not(Box::new(one_or_more(field, values, false))));
        }
        if self.word("是") {
            if self.word("空名单之一") {
                return Ok(Rule::OneOf { field, values: Vec::new() });
            }
            let (values, listed) = self.values(&field, false)?;
            return Ok(one_or_more(field, values, listed));
        }
        self.refuse("这里要写“是”“不是”“至少为”或“至多为”")
    }

    fn field(&mut self) -> Result<String, RuleError> {
        self.skip();
        let start = self.at;
        let Some(label) = self.marked(&FIELD)? else {
            return self.refuse("这里要写一个条件，例如：「问题」是“答案”");
        };
        let known = self.names.field(&label).or_else(|| self.names.field(label.trim()));
        let text = || format!("没有叫「{}」的问题或字段", short(&label));
        known.ok_or_else(|| RuleError { at: start, text: text() })
    }

    /// One value or several, and whether they were called a list (之一).
    fn values(&mut self, field: &str, negative: bool) -> Result<(Vec<String>, bool), RuleError> {
        let mut values = vec![self.value(field)?];
        loop {
            let again = negative && ["、也不是", "，也不是", ",也不是"].iter().any(|word| self.word(word));
            if !again && !self.sign(&LIST_COMMA) {
                break;
            }
            values.push(self.value(field)?);
        }
        Ok((values, self.word("之一")))
    }

    fn value(&mut self, field: &str) -> Result<String, RuleError> {
        self.skip();
        let start = self.at;
        let Some(label) = self.marked(&VALUE)? else {
            return self.refuse("这里要写答案，用引号括起来，例如：“是”");
        };
        let known = self.names.value(field, &label).or_else(|| self.names.value(field, label.trim()));
        let text = || format!("这个问题没有叫“{}”的答案", short(&label));
        known.ok_or_else(|| RuleError { at: start, text: text() })
    }

    fn number(&mut self) -> Result<i64, RuleError> {
        self.skip();
        let start = self.at;
        let mut digits = String::new();
        while let Some(c) = self.chars.get(self.at) {
            let sign = digits.is_empty() && matches!(c, '-' | '－');
            if !(sign || matches!(c, '0'..='9' | '０'..='９')) {
                break;
            }
            digits.push(*c);
            self.at += 1;
        }
        normalise(&digits).parse::<i64>().or_else(|_| {
            self.at = start;
            self.refuse("这里要写一个整数，例如：2")
        })
    }

    /// The text between two marks, none when no opening mark stands here. A closing mark written twice is text.
    fn marked(&mut self, marks: &[(char, char)]) -> Result<Option<String>, RuleError> {
        self.skip();
        let start = self.at;
        let here = self.chars.get(start).copied();
        let Some((_, close)) = marks.iter().find(|(open, _)| Some(*open) == here) else { return Ok(None) };
        self.at += 1;
        let mut label = String::new();
        while let Some(c) = self.chars.get(self.at).copied() {
            self.at += 1;
            if c == *close {
                if self.chars.get(self.at) != Some(close) {
                    return Ok(Some(label));
                }
                self.at += 1;
            }
            label.push(c);
        }
        self.at = start;
        self.refuse(format!("后面少一个“{close}”"))
    }

    /// Goes past one of these signs, if it stands here.
    fn sign(&mut self, any: &[char]) -> bool {
        self.skip();
        let here = self.chars.get(self.at).is_some_and(|c| any.contains(c));
        self.at += usize::from(here);
        here
    }

    /// Goes past a word, if it stands here.
    fn word(&mut self, word: &str) -> bool {
        let start = self.at;
        for wanted in word.chars() {
            if !self.sign(&[wanted]) {
                self.at = start;
                return false;
            }
        }
        true
    }

    /// White space, and the invisible characters that come along when text is pasted.
    fn skip(&mut self) {
        let unseen = |c: &char| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}');
        while self.chars.get(self.at).is_some_and(unseen) {
            self.at += 1;
        }
    }

    fn refuse<T>(&mut self, text: impl Into<String>) -> Result<T, RuleError> {
        self.skip();
        Err(RuleError { at: self.at, text: text.into() })
    }
}

fn one_or_more(field: String, mut values: Vec<String>, listed: bool) -> Rule {
    match values.pop() {
        Some(value) if values.is_empty() && !listed => Rule::Is { field, value },
        last => {
            values.extend(last);
            Rule::OneOf { field, values }
        }
    }
}

fn short(label: &str) -> String {
    label.chars().take(REPEATED).collect()
}
