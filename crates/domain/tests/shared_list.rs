//! The text behind a shared personal list.

use domain::catalogue::{LONGEST_CHOICES, Matter, decode_choices, encode_choices};
use domain::rules::{Answers, UNKNOWN};
use proptest::prelude::*;
use std::sync::LazyLock;

static FOOD: LazyLock<Matter> = LazyLock::new(|| read(include_str!("../../../catalogue/matters/food-licence.toml")));
static PROPERTY: LazyLock<Matter> =
    LazyLock::new(|| read(include_str!("../../../catalogue/matters/property-transfer.toml")));

fn read(source: &str) -> Matter {
    toml::from_str(source).expect("a matter of the catalogue")
}

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn c11_a_list_is_short_readable_text() {
    let chosen = answers(&[("stage", "new"), ("business", "catering"), ("has_licence", UNKNOWN)]);
    let text = encode_choices(&FOOD, &chosen);
    assert_eq!(text, "business.catering~has_licence.unknown~stage.new");
    assert_eq!(decode_choices(&FOOD, &text), chosen);
    assert_eq!(encode_choices(&FOOD, &Answers::new()), "");
}

#[test]
fn c11_nothing_of_the_form_goes_in_or_comes_out() {
    let typed =
        answers(&[("business", "catering"), ("legal_representative", "王建国"), ("contact_phone", "13900005678")]);
    assert!(FOOD.form.field("legal_representative").is_some() && FOOD.form.field("contact_phone").is_some());
    assert_eq!(encode_choices(&FOOD, &typed), "business.catering");
    let crafted =
        "legal_representative.王建国~contact_phone.13900005678~business.catering~stage.sometimes~scenario.sale";
    assert_eq!(decode_choices(&FOOD, crafted), answers(&[("business", "catering")]));
}

#[test]
fn c11_odd_texts_say_nothing() {
    let long = format!("business.catering~{}", "x".repeat(LONGEST_CHOICES));
    for text in ["", "~", ".", "~.~.", "business", "business.", ".catering", "business=catering", "\0\n\u{202e}", &long]
    {
        assert!(decode_choices(&FOOD, text).is_empty(), "{text:?}");
    }
    let twice = decode_choices(&FOOD, "stage.new~stage.renew");
    assert_eq!(twice, answers(&[("stage", "renew")]), "one answer a question");
}

proptest! {
    #[test]
    fn c11_any_text_gives_only_choices_of_the_matter(text in any::<String>()) {
        for (id, value) in decode_choices(&PROPERTY, &text) {
            prop_assert!(PROPERTY.question(&id).is_some_and(|q| q.accepts(&value)));
        }
    }

    #[test]
    fn c11_nearly_right_text_gives_only_choices_of_the_matter(
        text in "((scenario|house_use|in_county|seller_name|price)[.=]?(sale|yes|no|unknown|王|1)?[~&]?){0,12}",
    ) {
        for (id, value) in decode_choices(&PROPERTY, &text) {
            prop_assert!(PROPERTY.question(&id).is_some_and(|q| q.accepts(&value)));
            prop_assert!(PROPERTY.form.field(&id).is_none());
        }
    }

    #[test]
    fn c11_what_was_chosen_comes_back(picks in proptest::collection::vec(0_usize..8, 40)) {
        for matter in [&*FOOD, &*PROPERTY] {
            let mut chosen = Answers::new();
            for (question, pick) in matter.questions.iter().zip(&picks) {
                if let Some(option) = question.options.get(*pick) {
                    chosen.insert(question.id.clone(), option.value.clone());
                }
            }
            let text = encode_choices(matter, &chosen);
            prop_assert!(text.len() <= LONGEST_CHOICES);
            prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.~".contains(c)));
            prop_assert_eq!(decode_choices(matter, &text), chosen);
        }
    }
}
