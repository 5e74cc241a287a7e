//! 政策找人: facts, what follows from them, and which benefits fit.

use domain::benefits::{Benefits, Derived, Fact, SubjectField};
use domain::catalogue::Audience;
use domain::codes::{ResidentId, iso7064};
use domain::form::FieldKind;
use domain::rules::{Answers, Rule, Truth};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 22);

const DATA: &str = r#"
consent = "只用来比对政策。"

[[facts]]
id = "resident_id"
label = "身份证号"
text = "您的身份证号"
why = "算年龄。"
kind = "resident_id"
audience = "person"

[[facts]]
id = "age"
label = "年龄（周岁）"
kind = { number = { min = 0, max = 150 } }
audience = "person"
derived = { age = { id = "resident_id" } }

[[facts]]
id = "band"
label = "年龄段"
kind = { choice = { options = [{ value = "young", label = "不满 80 岁" }, { value = "old", label = "满 80 岁" }] } }
audience = "person"
derived = { band = { of = "age", steps = [{ from = 80, value = "old" }, { from = 0, value = "young" }] } }

[[facts]]
id = "household"
label = "户口"
text = "您的户口在哪里？"
why = "由户口所在的县发。"
kind = { choice = { options = [{ value = "here", label = "在示例县" }, { value = "away", label = "在别的地方" }] } }
audience = "person"

[[facts]]
id = "small"
label = "小微企业"
text = "是小微企业吗？"
why = "小微企业免收。"
kind = { choice = { options = [{ value = "yes", label = "是" }, { value = "no", label = "不是" }] } }
audience = "firm"

[[benefits]]
id = "firm-fee"
title = "免收登记费"
audience = "firm"
summary = "小微企业免收。"
worth = "550 元"
basis = { title = "规定", article = "第一条", says = "免收。" }
rule = { is = { field = "small", value = "yes" } }
claim = { slug = "m", kind = "apply" }

[[benefits]]
id = "local"
title = "本地补贴"
audience = "person"
summary = "给本地户口。"
worth = "1 元"
basis = { title = "规定", article = "第二条", says = "发。" }
rule = { is = { field = "household", value = "here" } }
claim = { slug = "m", kind = "apply" }

[[benefits]]
id = "elder"
title = "高龄津贴"
audience = "person"
summary = "给老人。"
worth = "50 元"
basis = { title = "规定", article = "第三条", says = "发。" }
rule = { all = [{ at_least = { field = "age", number = 80 } }, { is = { field = "household", value = "here" } }] }
claim = { slug = "m", kind = "apply", answers = { who = "self" }, from = { age = "band", id = "resident_id" } }
"#;

fn benefits() -> Benefits {
    toml::from_str(DATA).expect("reads")
}

/// An identity number of somebody born on this day.
fn born(day: &str) -> String {
    let body = format!("539999{day}101");
    let check = iso7064::mod_11_2(body.as_bytes()).expect("digits");
    format!("{body}{}", char::from(check))
}

fn told(list: &[(&str, &str)]) -> Answers {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn age(day: &str, today: Date) -> i64 {
    ResidentId::parse(&born(day), today).expect("a right number").age_on(today)
}

#[test]
fn d11_age_turns_on_the_birthday() {
    assert_eq!(age("19461122", date(2026, 11, 21)), 79);
    assert_eq!(age("19461122", date(2026, 11, 22)), 80);
    assert_eq!(age("19461122", date(2026, 11, 23)), 80);
    assert_eq!(age("20261122", date(2026, 11, 22)), 0);
}

#[test]
fn d11_who_was_born_on_29_february_turns_on_that_day_or_on_1_march() {
    assert_eq!(age("19480229", date(2027, 2, 28)), 78);
    assert_eq!(age("19480229", date(2027, 3, 1)), 79);
    assert_eq!(age("19480229", date(2028, 2, 28)), 79);
    assert_eq!(age("19480229", date(2028, 2, 29)), 80);
}

#[test]
fn d11_facts_follow_from_the_number_and_only_from_a_right_one() {
    let all = benefits();
    let known = all.known(&told(&[("resident_id", &born("19430101")), ("household", "unknown")]), TODAY);
    assert_eq!(known.get("age").map(String::as_str), Some("83"));
    assert_eq!(known.get("band").map(String::as_str), Some("old"));
    assert!(!known.contains_key("household"), "不清楚 is not known");
    // A derived fact cannot be told.
    let claimed = all.known(&told(&[("age", "99")]), TODAY);
    assert!(claimed.is_empty(), "{claimed:?}");
    let miswritten = told(&[("resident_id", "53999919430101101")]);
    assert!(all.known(&miswritten, TODAY).is_empty());
    let errors = all.errors(&miswritten, Audience::Person, TODAY);
    assert_eq!(
        errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect::<Vec<_>>(),
        [("resident_id", "id.length")]
    );
    assert!(all.errors(&Answers::new(), Audience::Person, TODAY).is_empty(), "nothing has to be told");
}

#[test]
fn d11_what_fits_comes_first_and_says_why() {
    let all = benefits();
    let known = all.known(&told(&[("resident_id", &born("19430101")), ("household", "here")]), TODAY);
    let fits = all.fit(&known, Audience::Person);
    assert_eq!(
        fits.iter().map(|f| (f.benefit.id.as_str(), f.truth)).collect::<Vec<_>>(),
        [("local", Truth::Yes), ("elder", Truth::Yes)]
    );
    assert_eq!(fits[1].why, ["「年龄（周岁）」至少为 80", "「户口」是“在示例县”"]);

    let young = all.known(&told(&[("resident_id", &born("19461123")), ("household", "here")]), TODAY);
    let fits = all.fit(&young, Audience::Person);
    assert_eq!((fits[1].benefit.id.as_str(), fits[1].truth), ("elder", Truth::No));
    assert_eq!(fits[1].why, ["「年龄（周岁）」至少为 80"], "only what decided");
    assert!(fits[1].missing.is_empty());

    let firms = all.fit(&Answers::new(), Audience::Firm);
    assert_eq!(
        firms.iter().map(|f| (f.benefit.id.as_str(), f.truth)).collect::<Vec<_>>(),
        [("firm-fee", Truth::Unknown)]
    );
}

#[test]
fn d11_what_is_missing_is_asked_for_by_what_can_be_told() {
    let all = benefits();
    let known = all.known(&told(&[("household", "here")]), TODAY);
    let fits = all.fit(&known, Audience::Person);
    let elder = fits.iter().find(|f| f.benefit.id == "elder").expect("listed");
    assert_eq!(elder.truth, Truth::Unknown);
    // Not the age, which nobody is asked, but the number that it follows from.
    assert_eq!(elder.missing.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), ["resident_id"]);
}

#[test]
fn d11_a_claim_is_filled_from_facts_and_the_log_says_how_each_rule_is_known() {
    let all = benefits();
    let elder = all.benefit("elder").expect("there");
    let id = born("19430101");
    let known = all.known(&told(&[("resident_id", &id), ("household", "here")]), TODAY);
    assert_eq!(elder.claim.filled(&known), told(&[("who", "self"), ("age", "old"), ("id", &id)]));
    assert_eq!(
        all.grounds(elder),
        ["规则：「年龄（周岁）」至少为 80：符合（按身份证号算出）", "规则：「户口」是“在示例县”：符合（按本人声明）"]
    );
}

#[test]
fn d11_what_no_rule_needs_may_not_be_asked_and_rules_look_at_facts_only() {
    let mut all = benefits();
    let rules = |all: &Benefits| all.gaps(&|_| None).into_iter().map(|g| (g.at, g.rule)).collect::<Vec<_>>();
    let unknown = |at: &str| (at.to_owned(), "matter_known".to_owned());
    assert_eq!(rules(&all), [unknown("firm-fee"), unknown("local"), unknown("elder")], "but for the matters");
    all.facts.push(Fact {
        id: "sex".into(),
        label: "性别".into(),
        text: String::new(),
        why: String::new(),
        kind: FieldKind::Text { max: 10 },
        audience: Audience::Person,
        derived: Some(Derived::Sex { id: "resident_id".into() }),
        own_field: None,
    });
    assert!(rules(&all).contains(&("sex".to_owned(), "least_data".to_owned())));
    let known = all.known(&told(&[("resident_id", &born("19430101"))]), TODAY);
    assert_eq!(known.get("sex").map(String::as_str), Some("male"), "the last but one digit is odd");
    all.facts.retain(|f| f.id != "sex" && f.id != "small");
    assert!(rules(&all).contains(&("firm-fee".to_owned(), "rule_fact".to_owned())));
}

#[test]
fn d11_who_gets_it_is_read_from_any_application_and_what_the_register_confirms_is_said_so() {
    let mut all = benefits();
    let elder = all.benefits.iter_mut().find(|b| b.id == "elder").expect("there");
    let when = |who: &str| Some(Rule::Is { field: "who".into(), value: who.into() });
    elder.claim.subjects = vec![
        SubjectField { field: "id".into(), when: when("self") },
        SubjectField { field: "elder_id".into(), when: when("helper") },
    ];
    elder.claim.registered = vec!["household".into()];
    let claim = elder.claim.clone();
    let both = [("id", "1"), ("elder_id", "2")];
    let filed = |who: &str| told(&[&both[..], &[("who", who)]].concat());
    assert_eq!(claim.subject_of(&filed("self")), Some("1"));
    assert_eq!(claim.subject_of(&filed("helper")), Some("2"));
    assert_eq!(claim.subject_of(&filed("agent")), None);
    assert_eq!(claim.subject_of(&told(&[("who", "self"), ("id", "")])), None);
    let grounds = all.grounds(all.benefit("elder").expect("there"));
    assert_eq!(grounds[1], "规则：「户口」是“在示例县”：符合（户籍登记核对）");
}
