//! Somebody who knows only `docs/catalogue.md` adds a matter: one file, nothing else.

use domain::catalogue::{Eligibility, Matter, Unambiguous, gaps, rules};
use domain::form::CheckContext;
use domain::rules::{Answers, Rule, UNKNOWN};
use jiff::civil::date;
use service::Catalogue;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The example of the last section of the guide for authors.
fn example() -> String {
    let guide = fs::read_to_string(root().join("docs/catalogue.md")).expect("the guide for authors");
    let (_, section) = guide.split_once("## 从头写一个：第 27 个事项\n").expect("the section");
    let (_, block) = section.split_once("```toml\n").expect("an example");
    let (toml, rest) = block.split_once("\n```").expect("the end of the example");
    assert!(!rest.contains("```toml"), "one example");
    format!("{toml}\n")
}

/// The shipped catalogue with one more file.
fn with_one_more(name: &str, text: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&copy);
    for part in ["", "calendar", "matters"] {
        fs::create_dir_all(copy.join(part)).expect("a folder for the copy");
        for entry in fs::read_dir(root().join("catalogue").join(part)).expect("the shipped folder").flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "toml") {
                fs::copy(&path, copy.join(part).join(entry.file_name())).expect("a writable copy");
            }
        }
    }
    fs::write(copy.join("matters/e-bike-plate.toml"), text).expect("a writable copy");
    copy
}

fn catalogue(name: &str) -> Catalogue {
    Catalogue::load(&with_one_more(name, &example())).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn matter() -> Matter {
    toml::from_str(&example()).unwrap_or_else(|e| panic!("{e}"))
}

/// Every combination of answers: each option, 不清楚, and no answer at all.
fn combinations(matter: &Matter) -> Vec<Answers> {
    matter.questions.iter().fold(vec![Answers::new()], |so_far, question| {
        let mut next = so_far.clone();
        for value in question.options.iter().map(|o| o.value.as_str()).chain([UNKNOWN]) {
            next.extend(so_far.iter().cloned().map(|mut with| {
                with.insert(question.id.clone(), value.to_owned());
                with
            }));
        }
        next
    })
}

#[test]
fn c5_one_file_adds_a_matter_that_people_find() {
    let shipped = fs::read_dir(root().join("catalogue/matters")).expect("the shipped matters").count();
    let catalogue = catalogue("catalogue-27");
    assert_eq!(catalogue.matters.len(), shipped + 1);
    // A township's implementation of what the county offers is no matter of its own (基本目录 has one entry).
    let entries: BTreeSet<&str> = catalogue.matters.iter().map(|m| m.basic_code.as_str()).collect();
    assert_eq!(entries.len(), 27, "the heading in docs/catalogue.md says so");
    let matter = catalogue.matter("e-bike-plate").expect("the new matter").clone();
    assert!(gaps(&matter, &catalogue.region).is_empty());
    for name in std::iter::once(&matter.title).chain(&matter.aliases) {
        let first = catalogue.search(name).first().map(|m| m.slug.clone());
        assert_eq!(first.as_deref(), Some("e-bike-plate"), "searching {name}");
    }
    for material in &matter.materials {
        assert!((2..=4).contains(&material.criteria.len()), "{}", material.id);
        assert!(material.criteria.iter().all(|c| c.mend.ends_with('。')), "{}", material.id);
        for path in material.sample.iter().chain(&material.blank).chain(&material.filled) {
            assert!(root().join("public").join(path.trim_start_matches('/')).is_file(), "{path}");
        }
    }
    assert!((2..=5).contains(&matter.form.sections.len()));
    let context = CheckContext { today: date(2026, 11, 22) };
    for field in matter.form.fields() {
        let refused = field.example.as_ref().is_some_and(|example| field.check(example, context).is_err());
        assert!(!refused, "the example of {} is refused", field.name);
    }
}

#[test]
fn c5_its_rules_are_sentences_and_every_answer_leads_somewhere() {
    let matter = matter();
    let names = Unambiguous::of(&matter);
    let all = rules(&matter);
    assert!(all.len() >= 5);
    for (at, rule) in all {
        let said = rule.sentence(&names);
        assert!(said.contains('「') && !said.contains('_'), "{at}: {said}");
        assert_eq!(Rule::parse(&said, &names).as_ref(), Ok(rule), "{at}: {said}");
    }
    let mut seen = BTreeSet::new();
    for given in combinations(&matter) {
        let verdict = matter.verdict(&given);
        seen.insert(format!("{:?}", verdict.eligibility));
        assert!(verdict.deciding().count() > 0, "{given:?}");
        let list = matter.personal_list(&given);
        assert!(!list.is_empty() && list.iter().all(|s| s.because.is_some() == s.material.when.is_some()));
        if verdict.eligibility == Eligibility::Eligible {
            assert!(list.iter().any(|s| s.certain), "{given:?} needs nothing");
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    let bought: Answers =
        [("vehicle", "e_bike"), ("origin", "bought")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let needed: Vec<_> = matter.personal_list(&bought).into_iter().map(|s| s.material.id.as_str()).collect();
    assert_eq!(needed, ["identity", "conformity", "invoice"]);
}

#[test]
fn c3_a_key_left_out_of_it_is_told_with_file_and_line() {
    let whole = example();
    let without = |key: &str| whole.lines().filter(|l| !l.starts_with(key)).fold(String::new(), |t, l| t + l + "\n");
    // A key of a table: the line is where the table begins.
    let text = without("why = \"只有电动自行车");
    assert_ne!(text, whole);
    let errors = Catalogue::load(&with_one_more("catalogue-27-why", &text)).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].file.ends_with("matters/e-bike-plate.toml") && errors[0].text.contains("why"), "{}", errors[0]);
    let begins = text.lines().position(|l| l == "[[questions]]").expect("a question") + 1;
    assert_eq!(errors[0].line, begins, "{}", errors[0]);
    // A key of the whole file.
    let errors = Catalogue::load(&with_one_more("catalogue-27-handler", &without("handler = "))).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(
        errors[0].file.ends_with("matters/e-bike-plate.toml") && errors[0].text.contains("handler"),
        "{}",
        errors[0]
    );
    // A key without its text: the line of the key.
    let text = whole.replacen("summary = \"", "summary = \"\" # ", 1);
    let errors = Catalogue::load(&with_one_more("catalogue-27-summary", &text)).unwrap_err();
    let line = text.lines().position(|l| l.starts_with("summary = ")).expect("a summary") + 1;
    assert_eq!((errors.len(), errors[0].rule.as_str(), errors[0].line), (1, "element_missing", line), "{errors:#?}");
}
