//! Rules: three-valued logic against brute force, and sentences that read back as the rule they say.

use domain::catalogue::{Matter, Unambiguous, rules};
use domain::form::{Choice, FieldKind};
use domain::rules::{Answers, Rule, Truth, UNKNOWN};
use proptest::prelude::*;
use std::path::Path;

/// The small world: two questions and a number, each with three values.
const FIELDS: [(&str, [&str; 3]); 3] = [("a", ["x", "y", "z"]), ("b", ["x", "y", "z"]), ("c", ["1", "2", "3"])];

// ---- rules of the small world ------------------------------------------------------------------

fn is(field: &str, value: &str) -> Rule {
    Rule::Is { field: field.to_owned(), value: value.to_owned() }
}

fn one_of(field: &str, values: &[&str]) -> Rule {
    Rule::OneOf { field: field.to_owned(), values: values.iter().map(|v| (*v).to_owned()).collect() }
}

fn not(rule: Rule) -> Rule {
    Rule::Not(Box::new(rule))
}

/// Any comparison, also ones that are always false or always true.
fn leaf() -> impl Strategy<Value = Rule> {
    let value = |field: usize| (0..4_usize).prop_map(move |v| FIELDS[field].1.get(v).copied().unwrap_or("other"));
    let named = (0..3_usize).prop_flat_map(move |f| (Just(FIELDS[f].0), prop::collection::vec(value(f), 0..4)));
    prop_oneof![
        named.clone().prop_map(|(field, values)| one_of(field, &values)),
        named.prop_map(|(field, values)| is(field, values.first().copied().unwrap_or("x"))),
        (0..5_i64).prop_map(|number| Rule::AtLeast { field: "c".into(), number }),
        (0..5_i64).prop_map(|number| Rule::AtMost { field: "c".into(), number }),
    ]
}

/// Rules over some comparisons: all, any, not, empty ones too.
fn nested(leaf: impl Strategy<Value = Rule> + 'static) -> impl Strategy<Value = Rule> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Rule::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Rule::Any),
            inner.prop_map(not),
        ]
    })
}

/// A comparison with this field that can come out either way.
fn open_leaf(field: usize) -> BoxedStrategy<Rule> {
    let (name, values) = FIELDS[field];
    let some = prop::sample::subsequence(values.to_vec(), 1..=2).prop_map(move |v| one_of(name, &v));
    let one = (0..3_usize).prop_map(move |v| is(name, values[v]));
    if field < 2 {
        return prop_oneof![some, one].boxed();
    }
    let least = (2..=3_i64).prop_map(move |number| Rule::AtLeast { field: name.to_owned(), number });
    let most = (1..=2_i64).prop_map(move |number| Rule::AtMost { field: name.to_owned(), number });
    prop_oneof![some, one, least, most].boxed()
}

/// Rules that name each field once: `x ∘ (y ∘ z)` in every order, with 不 and constants anywhere.
fn read_once() -> impl Strategy<Value = Rule> {
    let leaves = (open_leaf(0), open_leaf(1), open_leaf(2));
    let fields = leaves.prop_map(|(a, b, c)| vec![a, b, c]).prop_shuffle();
    (fields, any::<[bool; 5]>(), any::<[bool; 2]>(), 0..4_u8).prop_map(|(fields, negated, ors, constant)| {
        let turned = |rule: Rule, turn: bool| if turn { not(rule) } else { rule };
        let joined = |parts: Vec<Rule>, or: bool| if or { Rule::Any(parts) } else { Rule::All(parts) };
        let mut fields = fields.into_iter().zip(negated).map(|(rule, turn)| turned(rule, turn));
        let first = fields.next().expect("three fields");
        let mut inner: Vec<Rule> = fields.collect();
        match constant {
            0 => inner.push(Rule::All(Vec::new())),
            1 => inner.push(Rule::Any(Vec::new())),
            _ => {}
        }
        let second = turned(joined(inner, ors[0]), negated[3]);
        turned(joined(vec![first, second], ors[1]), negated[4])
    })
}

// ---- answers of the small world ----------------------------------------------------------------

/// Every answer there can be to a field: its values first, then not asked, empty, 不清楚.
fn states(field: usize) -> [Option<&'static str>; 6] {
    let [x, y, z] = FIELDS[field].1;
    [Some(x), Some(y), Some(z), None, Some(""), Some(UNKNOWN)]
}

/// Where each of the three fields stands, as a place among its [`states`].
type Place = [usize; 3];

fn places(below: usize) -> Vec<Place> {
    let each = move |a| (0..below).flat_map(move |b| (0..below).map(move |c| [a, b, c]));
    (0..below).flat_map(each).collect()
}

fn answers(place: Place) -> Answers {
    let given = (0..3).filter_map(|f| Some((FIELDS[f].0.to_owned(), states(f)[place[f]]?.to_owned())));
    given.collect()
}

/// Whether `full` answers what `partial` leaves open, and nothing else differently.
fn completes(full: Place, partial: Place) -> bool {
    (0..3).all(|f| partial[f] > 2 || partial[f] == full[f])
}

/// Two-valued logic, written on its own: every field has a value.
fn plainly(rule: &Rule, place: Place) -> bool {
    let value = |name: &str| {
        let field = FIELDS.iter().position(|(n, _)| *n == name).expect("a field of the small world");
        FIELDS[field].1[place[field]]
    };
    let number = |name: &str| value(name).parse::<i64>().expect("a number");
    match rule {
        Rule::Is { field, value: wanted } => value(field) == wanted,
        Rule::OneOf { field, values } => values.iter().any(|wanted| wanted == value(field)),
        Rule::AtLeast { field, number: least } => number(field) >= *least,
        Rule::AtMost { field, number: most } => number(field) <= *most,
        Rule::All(rules) => !rules.iter().any(|r| !plainly(r, place)),
        Rule::Any(rules) => rules.iter().any(|r| plainly(r, place)),
        Rule::Not(rule) => !plainly(rule, place),
    }
}

fn same_on_all(one: &Rule, other: &Rule) -> Result<(), TestCaseError> {
    for place in places(6) {
        let given = answers(place);
        prop_assert_eq!(one.eval(&given), other.eval(&given), "{:?} and {:?} with {:?}", one, other, given);
    }
    Ok(())
}

// ---- names --------------------------------------------------------------------------------------

const ODD: [&str; 20] = [
    "取得方式",
    "带「引号」的",
    "“双引号”",
    "\"直引号\"",
    "",
    " ",
    " 前后有空格 ",
    "a",
    "b",
    "x",
    "同名",
    "同名",
    "（括号）",
    "(括号)",
    "甲，并且乙",
    "是“是”之一",
    "不满足（总是）",
    "1",
    "」",
    "”、也不是“",
];

fn shipped() -> Vec<(String, Matter)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/matters");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the shipped matters").flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let matter = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (path.display().to_string(), matter)
    };
    files.into_iter().map(read).collect()
}

/// A matter whose questions `a` and `b` have choices, and whose field `c` takes anything, all with these labels.
fn labelled(labels: &[&str]) -> Matter {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/matters/elder-allowance.toml"),
    );
    let mut matter: Matter = toml::from_str(&text.expect("a readable file")).expect("a matter");
    let mut labels = labels.iter().map(|l| (*l).to_owned()).cycle();
    let mut next = || labels.next().expect("at least one label");
    matter.questions.truncate(2);
    for (question, (name, values)) in matter.questions.iter_mut().zip(FIELDS) {
        name.clone_into(&mut question.id);
        question.text = next();
        question.options =
            values.iter().map(|v| Choice { value: (*v).to_owned(), label: next(), hint: None }).collect();
    }
    matter.form.sections.truncate(1);
    matter.form.sections[0].fields.truncate(1);
    let field = &mut matter.form.sections[0].fields[0];
    "c".clone_into(&mut field.name);
    field.label = next();
    field.kind = FieldKind::Text { max: 100 };
    matter
}

/// Comparisons that a matter of [`labelled`] can have: `c` takes any text at all.
fn sayable_leaf() -> impl Strategy<Value = Rule> {
    let text = prop_oneof![prop::sample::select(ODD.to_vec()).prop_map(str::to_owned), any::<String>()];
    let choice = (0..2_usize).prop_flat_map(|f| {
        let values = prop::sample::subsequence(FIELDS[f].1.to_vec(), 0..=3);
        (Just(FIELDS[f].0), values)
    });
    let texts = prop::collection::vec(text.clone(), 0..4);
    prop_oneof![
        choice.clone().prop_map(|(field, values)| one_of(field, &values)),
        choice.prop_map(|(field, values)| is(field, values.first().copied().unwrap_or("y"))),
        text.prop_map(|value| Rule::Is { field: "c".into(), value }),
        texts.prop_map(|values| Rule::OneOf { field: "c".into(), values }),
        any::<i64>().prop_map(|number| Rule::AtLeast { field: "c".into(), number }),
        any::<i64>().prop_map(|number| Rule::AtMost { field: "c".into(), number }),
        (0..5_i64).prop_map(|number| Rule::AtLeast { field: "c".into(), number }),
    ]
}

/// One spelling for rules that say the same in the same words: a list of one is its one part.
fn simple(rule: &Rule) -> Rule {
    let all = |rules: &[Rule]| rules.iter().map(simple).collect::<Vec<_>>();
    match rule {
        Rule::All(rules) | Rule::Any(rules) if rules.len() == 1 => simple(&rules[0]),
        Rule::All(rules) => Rule::All(all(rules)),
        Rule::Any(rules) => Rule::Any(all(rules)),
        Rule::Not(rule) => match simple(rule) {
            Rule::OneOf { field, values } if values.len() == 1 => not(is(&field, &values[0])),
            rule => not(rule),
        },
        other => other.clone(),
    }
}

/// Any rule at all, with any names and values.
fn wild() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        (any::<String>(), any::<String>()).prop_map(|(field, value)| Rule::Is { field, value }),
        ("[abc]", prop::collection::vec(any::<String>(), 0..3))
            .prop_map(|(field, values)| Rule::OneOf { field, values }),
        ("[abc]", any::<i64>()).prop_map(|(field, number)| Rule::AtLeast { field, number }),
        ("[abc]", any::<i64>()).prop_map(|(field, number)| Rule::AtMost { field, number }),
    ];
    nested(leaf)
}

proptest! {
    #[test]
    fn c11_no_rule_panics_on_any_answers(
        rule in wild(),
        given in prop::collection::btree_map("[abc]|.{0,3}", any::<String>(), 0..5),
    ) {
        let matter = labelled(&ODD);
        let truth = rule.eval(&given);
        prop_assert_eq!(Rule::Not(Box::new(rule.clone())).eval(&given), truth.negate());
        prop_assert!(rule.fields().len() <= 60);
        prop_assert!(!rule.sentence(&matter).is_empty() && !rule.sentence(&Unambiguous::of(&matter)).is_empty());
    }

    #[test]
    fn c11_a_definite_answer_stays_whatever_is_answered_later(rule in nested(leaf())) {
        let full: Vec<(Place, Truth)> = places(3).into_iter().map(|p| (p, rule.eval(&answers(p)))).collect();
        for (place, truth) in &full {
            prop_assert_eq!(*truth, Truth::from(plainly(&rule, *place)), "{:?} with {:?}", rule, answers(*place));
        }
        for partial in places(6) {
            let truth = rule.eval(&answers(partial));
            let later = full.iter().filter(|(p, _)| completes(*p, partial)).map(|(_, t)| *t);
            prop_assert!(truth == Truth::Unknown || later.clone().all(|t| t == truth), "{:?} {:?}", rule, partial);
        }
    }

    #[test]
    fn c11_what_is_unknown_can_still_come_out_both_ways(rule in read_once()) {
        for partial in places(6) {
            let later: Vec<bool> =
                places(3).into_iter().filter(|p| completes(*p, partial)).map(|p| plainly(&rule, p)).collect();
            let open = later.contains(&true) && later.contains(&false);
            let truth = rule.eval(&answers(partial));
            prop_assert_eq!(truth == Truth::Unknown, open, "{:?} with {:?}", rule, answers(partial));
        }
    }

    #[test]
    fn c11_negation_and_de_morgan_hold(parts in prop::collection::vec(nested(leaf()), 0..3)) {
        for rule in &parts {
            same_on_all(&not(not(rule.clone())), rule)?;
        }
        let negated: Vec<Rule> = parts.iter().cloned().map(not).collect();
        same_on_all(&not(Rule::All(parts.clone())), &Rule::Any(negated.clone()))?;
        same_on_all(&not(Rule::Any(parts)), &Rule::All(negated))?;
    }

    #[test]
    fn c11_a_sentence_reads_back_as_its_rule(
        rule in nested(sayable_leaf()),
        labels in prop::collection::vec(prop::sample::select(ODD.to_vec()), 9),
    ) {
        let matter = labelled(&labels);
        let names = Unambiguous::of(&matter);
        let said = rule.sentence(&names);
        let read = Rule::parse(&said, &names);
        prop_assert!(read.is_ok(), "{}: {:?}", said, read);
        let read = read.unwrap();
        prop_assert_eq!(simple(&read), simple(&rule), "{}", said);
        same_on_all(&read, &rule)?;
        // Once read, the sentence stays.
        let again = Rule::parse(&read.sentence(&names), &names);
        prop_assert_eq!(again.map(|r| simple(&r)), Ok(simple(&rule)));
    }

    #[test]
    fn c11_no_text_makes_the_reader_panic(
        any in any::<String>(),
        nearly in "([「」“”（）()，,、。\"是不之一并且或者至少多为满足总从也 a-cx-z0-9１－-]|「a」|“x”|不满足（){0,40}",
    ) {
        let matter = labelled(&["甲", "乙", "丙"]);
        for text in [any, nearly] {
            if let Err(refused) = Rule::parse(&text, &Unambiguous::of(&matter)) {
                prop_assert!(refused.at <= text.chars().count() && !refused.text.is_empty(), "{refused}");
            }
        }
    }

    #[test]
    fn c11_a_damaged_sentence_is_refused_or_read_but_never_panics(
        rule in nested(sayable_leaf()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..4_u8), 1..6),
    ) {
        let matter = labelled(&["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"]);
        let names = Unambiguous::of(&matter);
        let mut text: Vec<char> = rule.sentence(&names).chars().collect();
        for (at, with, how) in changes {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match how {
                0 => { text.remove(at); }
                1 => text.insert(at, with),
                2 => text[at] = with,
                _ => { let copy = text[at]; text.insert(at, copy); }
            }
        }
        let text: String = text.into_iter().collect();
        if let Err(refused) = Rule::parse(&text, &names) {
            prop_assert!(refused.at <= text.chars().count(), "{refused}");
        }
    }
}

#[test]
fn c11_nesting_without_end_is_refused_without_using_up_the_stack() {
    let matter = labelled(&["甲", "乙", "丙"]);
    for open in ["（", "(", "不满足（", "不满足"] {
        let refused = Rule::parse(&open.repeat(200_000), &Unambiguous::of(&matter)).unwrap_err();
        assert!(!refused.text.is_empty(), "{refused}");
    }
    let deep = format!("{}「a」是“x”{}", "（".repeat(32), "）".repeat(32));
    assert_eq!(Rule::parse(&deep, &Unambiguous::of(&matter)), Ok(is("a", "x")));
}

#[test]
fn c11_every_shipped_rule_reads_back_from_its_sentence() {
    let mut count = 0;
    let matters = shipped();
    assert!(matters.len() >= 26, "{}", matters.len());
    for (file, matter) in &matters {
        let names = Unambiguous::of(matter);
        for (at, rule) in rules(matter) {
            let said = rule.sentence(&names);
            let read = Rule::parse(&said, &names).unwrap_or_else(|e| panic!("{file} {at}: {said}: {e}"));
            assert_eq!(simple(&read), simple(rule), "{file} {at}: {said}");
            count += 1;
        }
    }
    assert!(count > 200, "{count} rules");
}

#[test]
fn c11_rules_are_read_as_people_type_them() {
    let matter = labelled(&["取得方式", "买卖", "赠与（无偿）", "继承", "谁来办", "自己", "家里人", "别人", "套数"]);
    let names = Unambiguous::of(&matter);
    let sale = is("a", "x");
    let two = Rule::AtLeast { field: "c".into(), number: 2 };
    let both = Rule::All(vec![sale.clone(), two.clone()]);
    for (text, rule) in [
        ("「取得方式」是“买卖”", sale.clone()),
        (" 「 取得方式 」 是 \"买卖\" 。", sale.clone()),
        ("「a」是“x”", sale.clone()),
        ("「取得方式」是”买卖”", sale.clone()),
        ("「取得方式」是“赠与(无偿)”", is("a", "y")),
        ("「取得方式」不是“买卖”", not(sale.clone())),
        ("「取得方式」是“买卖”、“继承”之一", one_of("a", &["x", "z"])),
        ("「取得方式」是“买卖”之一", one_of("a", &["x"])),
        ("「取得方式」是“买卖”、“继承”", one_of("a", &["x", "z"])),
        ("「取得方式」不是“买卖”、也不是“继承”", not(one_of("a", &["x", "z"]))),
        ("「取得方式」不是“买卖”，也不是“继承”", not(one_of("a", &["x", "z"]))),
        ("「套数」至少为 2", two.clone()),
        ("「套数」至少为２", two.clone()),
        ("「套数」至多为 -1", Rule::AtMost { field: "c".into(), number: -1 }),
        ("「取得方式」是“买卖”，并且「套数」至少为 2", both.clone()),
        ("「取得方式」是“买卖”,并且「套数」至少为2", both.clone()),
        ("（「取得方式」是“买卖” 并且 (「套数」至少为 2)）", both.clone()),
        ("不满足（「取得方式」是“买卖”，并且「套数」至少为 2）", not(both.clone())),
        ("「谁来办」是“自己”，或者（「取得方式」是“买卖”，并且「套数」至少为 2）", Rule::Any(vec![is("b", "x"), both])),
        ("总是", Rule::All(Vec::new())),
        ("从不", Rule::Any(Vec::new())),
    ] {
        assert_eq!(Rule::parse(text, &names), Ok(rule), "{text}");
    }
}

#[test]
fn c11_a_wrong_rule_is_refused_at_its_place_in_plain_words() {
    let matter = labelled(&["取得方式", "买卖", "赠与", "继承", "谁来办", "自己", "家里人", "别人", "套数"]);
    for (text, at, says) in [
        ("", 0, "条件"),
        ("买卖", 0, "条件"),
        ("「方式」是“买卖”", 0, "没有叫「方式」的问题或字段"),
        ("「取得方式」是“租”", 7, "没有叫“租”的答案"),
        ("「取得方式」是买卖", 7, "引号"),
        ("「取得方式」等于“买卖”", 6, "至少为"),
        ("「取得方式", 0, "」"),
        ("「取得方式」是“买卖", 7, "”"),
        ("「套数」至少为两", 7, "整数"),
        ("「套数」至少为 99999999999999999999", 8, "整数"),
        ("「套数」至少为 2，", 10, "并且"),
        ("「套数」至少为 2「a」是“x”", 9, "两个条件之间"),
        ("（「套数」至少为 2", 10, "右括号"),
        ("不满足：「套数」至少为 2", 3, "（）"),
        ("「a」是“x”，并且「a」是“y”，或者「b」是“z”", 18, "（）"),
    ] {
        let refused = Rule::parse(text, &Unambiguous::of(&matter)).unwrap_err();
        assert_eq!(refused.at, at, "{text}: {refused}");
        assert!(refused.text.contains(says), "{text}: {refused}");
        assert!(refused.to_string().starts_with(&format!("第 {} 个字：", at + 1)), "{refused}");
    }
    let twins = labelled(&["同名", "买卖", "赠与", "继承", "同名", "自己", "家里人", "别人", "套数"]);
    assert!(Rule::parse("「同名」是“买卖”", &Unambiguous::of(&twins)).is_err(), "two are called so");
    assert_eq!(is("a", "x").sentence(&Unambiguous::of(&twins)), "「a」是“买卖”");
}
