//! Cases for rules and their sentences: rules over a matter's own questions and fields, drawn by a small seeded
//! generator, with the outcome for some answers, the sentence, and what the sentence reads back as.

use super::domain_cases::{Draw, answers};
use domain::catalogue::{Matter, Unambiguous};
use domain::rules::Rule;
use serde_json::{Value, json};

/// How many there are.
pub const COUNT: u32 = 240;

/// The verdict of one case.
pub fn run(matter: &Matter, index: usize) -> Value {
    let mut draw = Draw::new(index as u64 * 104_729 + 17);
    let rule = rule(matter, &mut draw, 3);
    let outcomes: Vec<Value> =
        (0..6).map(|seed| json!(rule.eval(&answers(matter, (index * 6 + seed) as u64)))).collect();
    let names = Unambiguous::of(matter);
    let sentence = rule.sentence(&names);
    let typed = nearly(&sentence, &mut draw);
    json!({
        "rule": rule,
        "outcomes": outcomes,
        "sentence": sentence,
        "read": read(&sentence, &names),
        "typed": read(&typed, &names),
    })
}

fn read(text: &str, names: &Unambiguous) -> Value {
    match Rule::parse(text, names) {
        Ok(rule) => json!({ "rule": rule }),
        Err(refused) => json!({ "at": refused.at, "text": refused.text }),
    }
}

/// The sentence as somebody might type it: half-width signs, a space more, or one character short.
fn nearly(sentence: &str, draw: &mut Draw) -> String {
    let at = draw.below(sentence.chars().count());
    let how = draw.below(4);
    let mut out = String::new();
    for (place, c) in sentence.chars().enumerate() {
        match (how, c) {
            (0, '（') => out.push('('),
            (0, '）') => out.push(')'),
            (0, '，') => out.push(','),
            (0, '“' | '”') => out.push('"'),
            (1, _) if place == at => {}
            (2, _) if place == at => out.extend([c, c]),
            (3, _) if place == at => out.extend([' ', c]),
            _ => out.push(c),
        }
    }
    out
}

fn rule(matter: &Matter, draw: &mut Draw, depth: usize) -> Rule {
    let kind = draw.below(10);
    if depth == 0 || kind > 4 {
        return comparison(matter, draw);
    }
    if kind == 4 {
        return Rule::Not(Box::new(rule(matter, draw, depth - 1)));
    }
    let mut parts = Vec::new();
    for _ in 0..draw.below(4) {
        parts.push(rule(matter, draw, depth - 1));
    }
    if kind < 2 { Rule::All(parts) } else { Rule::Any(parts) }
}

fn comparison(matter: &Matter, draw: &mut Draw) -> Rule {
    let fields: Vec<(&str, Vec<&str>)> = matter
        .questions
        .iter()
        .map(|q| (q.id.as_str(), &q.options[..]))
        .chain(matter.form.fields().map(|f| (f.name.as_str(), f.kind.choices())))
        .map(|(name, choices)| (name, choices.iter().map(|c| c.value.as_str()).collect()))
        .collect();
    let (name, values) = &fields[draw.below(fields.len())];
    let field = (*name).to_owned();
    if values.is_empty() {
        let number = i64::try_from(draw.below(12)).unwrap_or(0) - 4;
        return match draw.below(3) {
            0 => Rule::AtLeast { field, number },
            1 => Rule::AtMost { field, number },
            _ => Rule::Is { field, value: ["张小明", "１2", "他说“好”", ""][draw.below(4)].to_owned() },
        };
    }
    if draw.below(2) == 0 {
        return Rule::Is { field, value: values[draw.below(values.len())].to_owned() };
    }
    let values = values.iter().filter(|_| draw.below(2) == 0).map(|v| (*v).to_owned()).collect();
    Rule::OneOf { field, values }
}
