//! 一件事: one form and one list for several departments, in which nothing is asked twice and nothing in vain.

use domain::catalogue::Matter;
use domain::rules::{Answers, UNKNOWN, holds};
use service::Catalogue;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

fn joint() -> Vec<Arc<Matter>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    let catalogue = Catalogue::load(&folder).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let found: Vec<_> = catalogue.matters.iter().filter(|m| !m.parts.is_empty()).cloned().collect();
    for wanted in ["newborn", "medical-settlement", "property-transfer", "firm-opening", "firm-change"] {
        assert!(found.iter().any(|m| m.slug == wanted), "{wanted} is not among the joint matters");
    }
    found
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

/// What is there more than once.
fn repeated<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    all.into_iter().filter(|one| !seen.insert(*one)).collect()
}

#[test]
fn c9_every_part_takes_from_the_one_form_and_the_one_list() {
    for matter in joint() {
        let questions = matter.questions.iter().map(|q| q.id.as_str());
        let asked: BTreeSet<&str> = questions.chain(matter.form.fields().map(|f| f.name.as_str())).collect();
        for part in &matter.parts {
            let at = format!("{}/{}", matter.slug, part.id);
            assert!(part.fields.iter().all(|f| asked.contains(f.as_str())), "{at} takes a field that is not asked");
            assert!(part.materials.iter().all(|m| matter.material(m).is_some()), "{at} takes an unlisted material");
            assert!(repeated(part.fields.iter().map(String::as_str)).is_empty(), "{at} takes a field twice");
            assert!(repeated(part.materials.iter().map(String::as_str)).is_empty(), "{at} takes a material twice");
            assert!(!part.fields.is_empty(), "{at} knows nobody");
            assert!(!part.if_fails.trim().is_empty() && !part.result.trim().is_empty(), "{at}");
        }
    }
}

#[test]
fn c9_each_name_is_given_once() {
    for matter in joint() {
        let fields = matter.form.fields().map(|f| f.name.as_str());
        let names = repeated(matter.questions.iter().map(|q| q.id.as_str()).chain(fields));
        assert!(names.is_empty(), "{} asks twice for {names:?}", matter.slug);
        let ids = repeated(matter.materials.iter().map(|m| m.id.as_str()));
        assert!(ids.is_empty(), "{} lists twice {ids:?}", matter.slug);
        let materials = repeated(matter.materials.iter().map(|m| m.name.as_str()));
        assert!(materials.is_empty(), "{} wants twice {materials:?}", matter.slug);
        let parts = repeated(matter.parts.iter().map(|p| p.id.as_str()));
        assert!(parts.is_empty(), "{} has twice the part {parts:?}", matter.slug);
    }
}

#[test]
fn c9_no_answers_lead_to_the_same_question_twice() {
    for matter in joint() {
        for given in combinations(&matter) {
            let asked = matter.asked(&given).map(|q| q.text.as_str());
            let shown = matter.form.visible(&given).flat_map(|s| s.visible(&given)).map(|f| f.label.as_str());
            let twice = repeated(asked.chain(shown));
            assert!(twice.is_empty(), "{} with {given:?} asks twice: {twice:?}", matter.slug);
        }
    }
}

#[test]
fn c9_what_is_asked_is_exactly_what_the_parts_take() {
    for matter in joint() {
        let mut asked: BTreeSet<&str> = matter.form.fields().map(|f| f.name.as_str()).collect();
        // A part may also take the answer to a question; questions are asked to choose the parts and need no taker.
        let is_field = |name: &&str| matter.form.field(name).is_some();
        let taken: BTreeSet<&str> =
            matter.parts.iter().flat_map(|p| &p.fields).map(String::as_str).filter(is_field).collect();
        // The applicant is written to whether a part wants to know them or not.
        for contact in [&matter.applicant.name, &matter.applicant.phone] {
            if !taken.contains(contact.as_str()) {
                asked.remove(contact.as_str());
            }
        }
        assert_eq!(asked, taken, "{}", matter.slug);
        let listed: BTreeSet<&str> = matter.materials.iter().map(|m| m.id.as_str()).collect();
        let wanted: BTreeSet<&str> = matter.parts.iter().flat_map(|p| &p.materials).map(String::as_str).collect();
        assert_eq!(listed, wanted, "{}", matter.slug);
    }
}

#[test]
fn c9_nothing_is_asked_for_a_part_that_is_not_done() {
    for matter in joint() {
        let contacts = [matter.applicant.name.as_str(), matter.applicant.phone.as_str()];
        for given in combinations(&matter) {
            let done: Vec<_> = matter.parts.iter().filter(|p| holds(p.when.as_ref(), &given).is_possible()).collect();
            for field in matter.form.visible(&given).flat_map(|s| s.visible(&given)) {
                let used =
                    contacts.contains(&field.name.as_str()) || done.iter().any(|p| p.fields.contains(&field.name));
                assert!(used, "{} with {given:?} asks for {} in vain", matter.slug, field.name);
            }
            for slot in matter.personal_list(&given) {
                let used = done.iter().any(|p| p.materials.contains(&slot.material.id));
                assert!(used, "{} with {given:?} wants {} in vain", matter.slug, slot.material.id);
            }
        }
    }
}

#[test]
fn c9_the_parts_can_be_done_in_some_order() {
    for matter in joint() {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        while done.len() < matter.parts.len() {
            let ready = |p: &&domain::catalogue::Part| {
                !done.contains(p.id.as_str()) && p.after.iter().all(|before| done.contains(before.as_str()))
            };
            let next: Vec<&str> = matter.parts.iter().filter(ready).map(|p| p.id.as_str()).collect();
            assert!(!next.is_empty(), "{}: the parts not in {done:?} wait for each other", matter.slug);
            done.extend(next);
        }
    }
}
