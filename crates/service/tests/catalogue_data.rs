//! The shipped catalogue of the example county: it loads without an error, people find what they
//! look for, and every combination of answers leads to a definite outcome.

use domain::benefits::ClaimKind;
use domain::catalogue::{Eligibility, Matter, gaps};
use domain::form::{CheckContext, FieldKind};
use domain::money::Fen;
use domain::rules::{Answers, UNKNOWN};
use domain::time::{DayKind, OffReason};
use jiff::civil::date;
use service::catalogue::Catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue")
}

fn catalogue() -> Catalogue {
    Catalogue::load(&folder()).unwrap_or_else(|errors| {
        let all: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("the catalogue has {} errors:\n{}", all.len(), all.join("\n"))
    })
}

fn matter(slug: &str) -> Arc<Matter> {
    catalogue().matter(slug).unwrap_or_else(|| panic!("no matter {slug}")).clone()
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// Every combination of answers: each option, 不清楚, and no answer at all.
fn combinations(matter: &Matter) -> Vec<Answers> {
    matter.questions.iter().fold(vec![Answers::new()], |so_far, question| {
        let mut values: Vec<&str> = question.options.iter().map(|o| o.value.as_str()).collect();
        values.push(UNKNOWN);
        let mut next = so_far.clone();
        for value in values {
            next.extend(so_far.iter().map(|a| {
                let mut with = a.clone();
                with.insert(question.id.clone(), value.to_owned());
                with
            }));
        }
        next
    })
}

// ---- the guide -------------------------------------------------------------------------------

#[test]
fn c5_the_shipped_catalogue_loads_without_gaps() {
    let catalogue = catalogue();
    let slugs: BTreeSet<_> = catalogue.matters.iter().map(|m| m.slug.as_str()).collect();
    for wanted in ["birth-registration", "food-licence", "property-transfer"] {
        assert!(slugs.contains(wanted), "{wanted} is missing from {slugs:?}");
    }
    assert!(catalogue.matters.iter().all(|m| gaps(m, &catalogue.region).is_empty()));
    assert!(catalogue.region.notice.contains("虚构"));
}

#[test]
fn c5_every_blank_form_and_sample_named_by_a_guide_exists() {
    let public = folder().join("../public");
    for matter in &catalogue().matters {
        for path in matter
            .materials
            .iter()
            .flat_map(|m| m.sample.iter().chain(&m.blank).chain(&m.filled))
            .chain(&matter.result.sample)
        {
            assert!(path.starts_with("/samples/") || path.starts_with("/forms/"), "{path}");
            let file = public.join(path.trim_start_matches('/'));
            let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            // Nobody may take a drawing for a real certificate.
            assert!(text.contains("样例") || text.contains("空白表"), "{path} does not say what it is");
        }
    }
}

#[test]
fn c5_every_defect_can_be_told_in_full() {
    for matter in &catalogue().matters {
        for material in &matter.materials {
            let at = format!("{}/{}", matter.slug, material.id);
            assert!((2..=4).contains(&material.criteria.len()), "{at} has {} criteria", material.criteria.len());
            let ids: BTreeSet<_> = material.criteria.iter().map(|c| &c.id).collect();
            assert_eq!(ids.len(), material.criteria.len(), "{at} uses a criterion twice");
            assert!(material.criteria.iter().all(|c| c.mend.ends_with('。')), "{at} has a criterion nobody can mend");
            // A passport photograph is small, a paper is not.
            assert!((350..=1000).contains(&material.min_long_edge) && material.max_megabytes >= 5, "{at}");
        }
    }
}

#[test]
fn c12_site_check_keeps_the_clock_running_and_expert_review_stops_it() {
    let food = matter("food-licence");
    let site = food.special_procedure("site").unwrap();
    let review = food.special_procedure("review").unwrap();
    assert!(!site.suspends_clock && site.limit.amount < food.promised.amount);
    assert!(review.suspends_clock && review.basis.contains("第四十五条"));
}

#[test]
fn h7_the_local_ethnic_holiday_is_off_and_2027_is_provisional() {
    let calendar = catalogue().region.calendar.clone();
    assert_eq!(calendar.day_kind(date(2026, 8, 6)), DayKind::Off(OffReason::Local("火把节")));
    assert_eq!(calendar.day_kind(date(2026, 10, 10)), DayKind::MakeUp);
    assert!(calendar.knows(2026) && !calendar.knows(2027));
    assert!(calendar.is_provisional(date(2027, 3, 1)));
    // The holiday is data of this county: a day after the one before it is the day after it.
    assert_eq!(calendar.add_working_days(date(2026, 8, 5), 1), date(2026, 8, 7));
    assert_eq!(calendar.missing_year(date(2026, 11, 1)), Some(2027));
}

#[test]
fn people_find_matters_by_what_they_call_them() {
    let catalogue = catalogue();
    let expected = [
        ("食品", "food-licence"),
        ("食品证", "food-licence"),
        ("开饭店的证", "food-licence"),
        ("餐饮许可", "food-licence"),
        ("spjy", "food-licence"),
        ("SPJY", "food-licence"),
        ("shipin", "food-licence"),
        ("我要开饭店", "food-licence"),
        ("上户口", "birth-registration"),
        ("给孩子上户口", "birth-registration"),
        ("csdj", "birth-registration"),
        ("过户", "property-transfer"),
        ("房产", "property-transfer"),
        ("房产过户", "property-transfer"),
        ("房本", "property-transfer"),
        ("卖房", "property-transfer"),
        ("bdc", "property-transfer"),
    ];
    for (query, slug) in expected {
        let first = catalogue.search(query).first().map(|m| m.slug.clone());
        assert_eq!(first.as_deref(), Some(slug), "searching {query}");
    }
    assert_eq!(catalogue.search("潜水艇驾照")[0].slug, "driving-licence-renewal", "the nearest is offered");
    assert!(catalogue.search("犇骉麤").is_empty());
}

// ---- C3: a broken copy -----------------------------------------------------------------------

/// The shipped files, each text changed by `change`, in a folder of their own.
fn broken_copy(name: &str, change: impl Fn(&str, String) -> String) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&copy);
    for part in ["", "calendar", "matters"] {
        fs::create_dir_all(copy.join(part)).expect("a folder for the copy");
        for entry in fs::read_dir(folder().join(part)).expect("the shipped folder").flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let file = path.file_name().expect("a file").to_string_lossy().into_owned();
                let text = change(&file, fs::read_to_string(&path).expect("a readable file"));
                fs::write(copy.join(part).join(&file), text).expect("a writable copy");
            }
        }
    }
    copy
}

/// The line (from 1) of `text` that contains `what`.
fn line_with(text: &str, what: &str) -> usize {
    text.lines().position(|l| l.contains(what)).unwrap_or_else(|| panic!("no line with {what}")) + 1
}

#[test]
fn c3_all_missing_elements_are_listed_at_once_with_file_and_line() {
    let copy = broken_copy("catalogue-gaps", |file, text| match file {
        "food-licence.toml" => text
            .replacen("summary = \"", "summary = \"\" # ", 1)
            .replacen("complaint_phone = \"12345\"", "complaint_phone = \"0000-8800201\"", 1)
            .replacen("online_depth = 7", "online_depth = 9", 1)
            .replacen("name = \"safety_manager\"", "name = \"shop_name\"", 1),
        "birth-registration.toml" => text.replacen("window = \"household\"", "window = \"nowhere\"", 1),
        _ => text,
    });
    let errors = Catalogue::load(&copy).unwrap_err();
    let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let food = fs::read_to_string(copy.join("matters/food-licence.toml")).unwrap();
    let birth = fs::read_to_string(copy.join("matters/birth-registration.toml")).unwrap();
    let expected = [
        ("food-licence.toml", "element_missing", line_with(&food, "summary = ")),
        ("food-licence.toml", "phones_differ", line_with(&food, "complaint_phone = ")),
        ("food-licence.toml", "online_depth", line_with(&food, "online_depth = ")),
        ("food-licence.toml", "name_unique", line_with(&food, "name = \"shop_name\"")),
        ("birth-registration.toml", "window_known", line_with(&birth, "window = \"nowhere\"")),
    ];
    for (file, rule, line) in expected {
        let found = errors.iter().find(|e| e.rule == rule).unwrap_or_else(|| panic!("{rule} not among {shown:#?}"));
        assert!(found.file.ends_with(file), "{found}");
        assert_eq!(found.line, line, "{found}");
    }
    assert_eq!(errors.len(), expected.len(), "{shown:#?}");
}

#[test]
fn c3_a_file_that_lacks_an_element_does_not_hide_the_errors_of_another() {
    let copy = broken_copy("catalogue-shape", |file, text| match file {
        "property-transfer.toml" => text.replacen("handler = ", "handlr = ", 1),
        "food-licence.toml" => text.replacen("summary = \"", "summary = \"\" # ", 1),
        _ => text,
    });
    let errors = Catalogue::load(&copy).unwrap_err();
    let by_file: BTreeMap<_, _> =
        errors.iter().map(|e| (e.file.file_name().unwrap().to_str().unwrap().to_owned(), e)).collect();
    let text = fs::read_to_string(copy.join("matters/property-transfer.toml")).unwrap();
    let property = by_file["property-transfer.toml"];
    assert_eq!((property.rule.as_str(), property.line), ("toml", line_with(&text, "handlr = ")), "{property}");
    assert_eq!(by_file["food-licence.toml"].rule, "element_missing");
}

// ---- C11: the questionnaire decides ----------------------------------------------------------

/// 免审即享: the one situation in which nothing has to be handed in, as far as it is still possible.
fn automatic(catalogue: &Catalogue, matter: &Matter, answers: &Answers) -> bool {
    catalogue.benefits.benefits.iter().map(|b| &b.claim).any(|claim| {
        let mut fixed = claim.answers.iter().filter(|(name, _)| matter.question(name).is_some());
        claim.kind == ClaimKind::Automatic
            && claim.slug == matter.slug
            && fixed.all(|(name, value)| answers.get(name).is_none_or(|a| a == value || a == UNKNOWN))
    })
}

#[test]
fn c11_every_combination_of_answers_has_an_outcome() {
    let catalogue = catalogue();
    for matter in &catalogue.matters {
        let mut seen = BTreeSet::new();
        for answers in combinations(matter) {
            let verdict = matter.verdict(&answers);
            seen.insert(format!("{:?}", verdict.eligibility));
            let list = matter.personal_list(&answers);
            if verdict.eligibility == Eligibility::Eligible {
                let needed = list.iter().any(|s| s.certain);
                assert!(needed || automatic(&catalogue, matter, &answers), "{} with {answers:?}", matter.slug);
            } else {
                let deciding: Vec<_> = verdict.deciding().collect();
                assert!(!deciding.is_empty(), "{} with {answers:?} does not say why", matter.slug);
                assert!(deciding.iter().all(|c| !c.title_if_not.is_empty() && !c.otherwise.is_empty()));
            }
            if verdict.eligibility == Eligibility::NotEligible {
                assert!(matter.next_question(&answers).is_none(), "{} asks on after a no", matter.slug);
            }
            for slot in &list {
                assert_eq!(slot.because.is_some(), slot.material.when.is_some(), "{}", slot.material.id);
                // A reason is for people: names of fields and values must not show through.
                let raw =
                    slot.because.as_ref().is_some_and(|b| b.contains('_') || b.chars().any(|c| c.is_ascii_lowercase()));
                assert!(!raw, "{}: {:?}", slot.material.id, slot.because);
            }
            assert!(matter.assess(&answers).total() >= Fen::ZERO);
        }
        let all: BTreeSet<_> = ["Eligible", "Maybe", "NotEligible"].map(str::to_owned).into();
        assert_eq!(seen, all, "{} cannot reach every outcome", matter.slug);
    }
}

#[test]
fn c11_answering_in_order_always_comes_to_an_end() {
    for matter in &catalogue().matters {
        for wanted in combinations(matter) {
            let mut given = Answers::new();
            let mut steps = 0;
            while let Some(question) = matter.next_question(&given) {
                let value = wanted.get(&question.id).map_or(UNKNOWN, String::as_str);
                given.insert(question.id.clone(), value.to_owned());
                steps += 1;
                assert!(steps <= matter.questions.len(), "{} asks in circles", matter.slug);
            }
        }
    }
}

#[test]
fn c11_only_prepacked_food_needs_a_filing_and_is_told_so_kindly() {
    let food = matter("food-licence");
    let given = answers(&[("business", "prepacked")]);
    let verdict = food.verdict(&given);
    assert_eq!(verdict.eligibility, Eligibility::NotEligible);
    let deciding: Vec<_> = verdict.deciding().collect();
    assert_eq!(deciding.len(), 1);
    assert_eq!(deciding[0].id, "not_only_prepacked");
    assert!(deciding[0].title_if_not.contains("备案就可以"));
    assert!(deciding[0].otherwise.contains("不收费"));
    assert!(food.next_question(&given).is_none());
}

#[test]
fn c11_a_decisive_unknown_means_maybe() {
    let food = matter("food-licence");
    let given = answers(&[("business", UNKNOWN), ("has_licence", "yes"), ("stage", "new"), ("made_on_site", "yes")]);
    let verdict = food.verdict(&given);
    assert_eq!(verdict.eligibility, Eligibility::Maybe);
    let open: Vec<_> = verdict.deciding().map(|c| c.id.as_str()).collect();
    assert_eq!(open, ["not_only_prepacked", "not_only_produce"]);
}

/// Ids of the materials that are certainly needed.
fn needed(matter: &Matter, pairs: &[(&str, &str)]) -> Vec<String> {
    let given = answers(pairs);
    matter.personal_list(&given).into_iter().filter(|s| s.certain).map(|s| s.material.id.clone()).collect()
}

#[test]
fn c11_food_materials_follow_the_answers() {
    let food = matter("food-licence");
    let new = [("business", "catering"), ("has_licence", "yes"), ("stage", "new")];
    assert_eq!(food.verdict(&answers(&new)).eligibility, Eligibility::Eligible);
    assert_eq!(needed(&food, &new), ["business_licence", "floor_plan", "safety_rules"]);
    let renewed = [("business", "catering"), ("has_licence", "yes"), ("stage", "renew"), ("layout_changed", "no")];
    assert_eq!(needed(&food, &renewed), ["business_licence", "safety_rules", "old_licence"]);
    let rebuilt = [("business", "sale"), ("has_licence", "yes"), ("stage", "change"), ("layout_changed", "yes")];
    assert!(needed(&food, &rebuilt).contains(&"floor_plan".to_owned()));
}

#[test]
fn c11_birth_materials_follow_the_answers() {
    let birth = matter("birth-registration");
    let common = ["birth_certificate", "household_register", "parent_id_card"];
    let table = [
        ("yes", "mother", vec!["marriage_certificate"]),
        ("yes", "father", vec!["marriage_certificate"]),
        ("no", "mother", vec!["single_statement"]),
        ("no", "father", vec!["single_statement", "paternity_report"]),
    ];
    for (married, with, more) in table {
        let list = needed(&birth, &[("married", married), ("household_with", with)]);
        assert_eq!(list, [&common[..], &more[..]].concat(), "married {married}, with {with}");
    }
    let late = answers(&[("within_month", "no")]);
    let in_time = answers(&[("within_month", "yes")]);
    let asks_why = |a: &Answers| birth.form.section("child").unwrap().visible(a).any(|f| f.name == "late_reason");
    assert!(asks_why(&late) && !asks_why(&in_time));
    assert_eq!(birth.verdict(&answers(&[("household_in_county", "no")])).eligibility, Eligibility::NotEligible);
}

/// Answers, the materials they add, and whether another party has to confirm.
type ScenarioRow<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool);

#[test]
fn c11_property_materials_and_the_other_party_follow_the_scenario() {
    let property = matter("property-transfer");
    let base = ["owner_identity", "title_deed", "tax_proof"];
    let table: [ScenarioRow<'_>; 6] = [
        (&[("scenario", "sale")], &["seller_identity", "sale_contract"], true),
        (&[("scenario", "gift")], &["seller_identity", "gift_contract"], true),
        (&[("scenario", "inheritance")], &["inheritance_papers"], false),
        (&[("scenario", "divorce"), ("divorce_by", "agreement")], &["seller_identity", "divorce_papers"], true),
        (&[("scenario", "divorce"), ("divorce_by", "court")], &["divorce_papers"], false),
        (&[("scenario", "firm")], &["firm_licence", "seller_identity", "sale_contract"], true),
    ];
    for (given, more, party) in table {
        let list: BTreeSet<_> = needed(&property, given).into_iter().collect();
        let wanted: BTreeSet<_> = base.iter().chain(more).map(|s| (*s).to_owned()).collect();
        assert_eq!(list, wanted, "{given:?}");
        let asked = property.party.as_ref().and_then(|p| p.when.as_ref()).unwrap().eval(&answers(given));
        assert_eq!(asked.is_yes(), party, "{given:?}");
        // Where the other party confirms, the form asks for their name and phone, and only there.
        let shown = property.form.visible(&answers(given)).any(|s| s.id == "seller");
        assert_eq!(shown, party, "{given:?}");
    }
}

// ---- D5: fees --------------------------------------------------------------------------------

#[test]
fn d5_property_fees_follow_the_published_table() {
    let property = matter("property-transfer");
    let table = [
        ("sale", "dwelling", "0", "no", 8_000),
        ("sale", "other", "0", "no", 55_000),
        ("sale", "garage", "0", "no", 8_000),
        ("sale", "dwelling", "2", "no", 10_000),
        ("gift", "garage", "2", "no", 10_000),
        ("firm", "other", "0", "no", 55_000),
        ("firm", "other", "0", "yes", 0),
        ("firm", "dwelling", "0", "yes", 0),
        ("firm", "garage", "0", "yes", 0),
        // An answer left over from another scenario exempts nobody.
        ("sale", "other", "0", "yes", 55_000),
    ];
    for (scenario, house, copies, small, fen) in table {
        let given =
            answers(&[("scenario", scenario), ("house_use", house), ("extra_copies", copies), ("small_firm", small)]);
        let bill = property.assess(&given);
        assert_eq!(bill.total(), Fen(fen), "{given:?}");
        assert!(bill.open.is_empty(), "{given:?}");
        assert!(bill.lines.iter().all(|l| l.basis.contains('号') && l.quantity > 0), "{given:?}");
    }
}

#[test]
fn d5_an_exemption_names_its_reason_and_its_full_amount() {
    let property = matter("property-transfer");
    let given = answers(&[("scenario", "firm"), ("house_use", "other"), ("extra_copies", "0"), ("small_firm", "yes")]);
    let bill = property.assess(&given);
    assert_eq!(bill.lines.len(), 1);
    assert_eq!((bill.lines[0].full, bill.lines[0].amount), (Fen(55_000), Fen::ZERO));
    assert!(bill.lines[0].reduction.as_ref().unwrap().contains("小微企业"));
}

#[test]
fn d5_an_unknown_use_leaves_the_fee_open_and_the_other_matters_are_free() {
    let property = matter("property-transfer");
    let bill = property.assess(&answers(&[("scenario", "sale"), ("house_use", UNKNOWN), ("extra_copies", "0")]));
    assert!(bill.lines.is_empty());
    assert_eq!(bill.open.len(), 3);
    assert!(matter("food-licence").is_free() && matter("birth-registration").is_free());
}

// ---- forms -----------------------------------------------------------------------------------

#[test]
fn every_field_explains_itself_and_its_example_passes_its_own_check() {
    let context = CheckContext { today: date(2026, 11, 22) };
    for matter in &catalogue().matters {
        assert!((2..=5).contains(&matter.form.sections.len()), "{}", matter.slug);
        for field in matter.form.fields() {
            let at = format!("{}/{}", matter.slug, field.name);
            let closed = matches!(field.kind, FieldKind::Choice { .. } | FieldKind::Date { .. });
            assert!(closed || field.hint.is_some() || field.example.is_some(), "{at} has neither hint nor example");
            if let Some(example) = &field.example {
                assert!(field.check(example, context).is_ok(), "{at}: {example} is refused");
            }
        }
    }
}

#[test]
fn buyer_and_seller_must_be_two_persons() {
    let property = matter("property-transfer");
    let id = "11010519491231002X";
    let given = answers(&[
        ("scenario", "sale"),
        ("applicant_id_type", "resident_id"),
        ("applicant_id", id),
        ("applicant_phone", "13800000000"),
        ("seller_id_type", "resident_id"),
        ("seller_id", id),
        ("seller_phone", "13800000000"),
    ]);
    let errors = property.form.check(&given, CheckContext { today: date(2026, 11, 22) }).unwrap_err();
    let same: Vec<_> = errors.iter().filter(|e| e.code == "cross.same").map(|e| e.field.as_str()).collect();
    assert_eq!(same, ["seller_id", "seller_phone"]);
}

#[test]
fn a_birth_certificate_is_not_issued_before_the_birth() {
    let birth = matter("birth-registration");
    let given = answers(&[("child_birth_date", "2026-11-02"), ("birth_certificate_date", "2026-11-01")]);
    let errors = birth.form.check(&given, CheckContext { today: date(2026, 11, 22) }).unwrap_err();
    assert!(errors.iter().any(|e| e.field == "birth_certificate_date" && e.code == "cross.before"));
}
