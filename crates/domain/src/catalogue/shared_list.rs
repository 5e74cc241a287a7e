//! 清单链接: the answers behind a personal list as a short text, and nothing else.
//!
//! Only questions of the matter and their options fit in. What people type into the form never does,
//! whatever the text says: a link goes to others and stays in histories (个人信息保护法第六条: no more
//! data than the purpose needs).

use super::Matter;
use crate::rules::Answers;

/// Longest text that is written or read, in bytes: chats and browsers take addresses of this length.
pub const LONGEST_CHOICES: usize = 2000;
/// Between two answers. It and [`IS`] stand in an address as they are (RFC 3986, 2.3).
const BETWEEN: char = '~';
/// Between a question and its answer.
const IS: char = '.';

/// The chosen answers in the order of the questions: `business.catering~stage.new`.
pub fn encode_choices(matter: &Matter, answers: &Answers) -> String {
    let mut text = String::new();
    for question in &matter.questions {
        let chosen = answers.get(&question.id).filter(|value| question.accepts(value));
        let Some(value) = chosen.filter(|value| is_plain(value) && is_plain(&question.id)) else { continue };
        if text.len() + question.id.len() + value.len() + 2 > LONGEST_CHOICES {
            break;
        }
        if !text.is_empty() {
            text.push(BETWEEN);
        }
        text.push_str(&question.id);
        text.push(IS);
        text.push_str(value);
    }
    text
}

/// The answers in a text from anywhere. What is no question of the matter, or none of its options, is
/// dropped; a text that is too long says nothing.
pub fn decode_choices(matter: &Matter, text: &str) -> Answers {
    if text.len() > LONGEST_CHOICES {
        return Answers::new();
    }
    text.split(BETWEEN)
        .filter_map(|pair| {
            let (id, value) = pair.split_once(IS)?;
            let question = matter.question(id).filter(|q| q.accepts(value))?;
            Some((question.id.clone(), value.to_owned()))
        })
        .collect()
}

/// Letters, digits and marks that need no escaping and are not ours.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
