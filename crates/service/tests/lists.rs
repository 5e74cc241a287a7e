//! The public lists, the places near home, and what a matter may not go beyond.

#![allow(clippy::unwrap_used, reason = "tests")]

use domain::catalogue::{
    Accepts, Card, ItemKind, Level, Lists, MaterialKind, Matter, ReformList, Region, Source, Targets, gaps,
};
use service::Catalogue;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue")
}

fn catalogue() -> Catalogue {
    Catalogue::load(&folder()).unwrap_or_else(|errors| {
        let all: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("the catalogue has {} errors:\n{}", all.len(), all.join("\n"))
    })
}

fn matter(catalogue: &Catalogue, slug: &str) -> Matter {
    catalogue.matters.iter().find(|m| m.slug == slug).map(|m| (**m).clone()).unwrap()
}

/// Names of the rules that keep the matter from being published.
fn rules(matter: &Matter, region: &Region) -> Vec<String> {
    gaps(matter, region).into_iter().map(|gap| gap.rule).collect()
}

#[test]
fn c2_every_matter_is_in_the_basic_list_and_the_list_holds_more() {
    let catalogue = catalogue();
    let basic = &catalogue.region.lists.basic;
    for m in &catalogue.matters {
        let entry = catalogue.region.lists.find_basic(&m.basic_code).unwrap();
        assert_eq!(entry.kind, m.kind, "{}", m.slug);
        assert!(entry.levels.contains(&m.level), "{}", m.slug);
    }
    let offered: BTreeSet<&str> = catalogue.matters.iter().map(|m| m.basic_code.as_str()).collect();
    let others = basic.iter().filter(|entry| !offered.contains(entry.code.as_str())).count();
    assert!(others >= 10, "{others} entries without an implementation here");
    for level in [Level::County, Level::Township, Level::Village] {
        assert!(basic.iter().any(|entry| entry.levels.contains(&level)), "{level:?}");
    }
}

#[test]
fn c2_one_basic_entry_may_have_several_implementations() {
    let catalogue = catalogue();
    let county = matter(&catalogue, "resident-medical");
    let mut township = county.clone();
    township.slug = "resident-medical-township".into();
    township.level = Level::Township;
    assert_eq!(rules(&county, &catalogue.region), Vec::<String>::new());
    assert_eq!(rules(&township, &catalogue.region), Vec::<String>::new());
    let entry = catalogue.region.lists.find_basic(&county.basic_code).unwrap();
    assert_eq!(entry.code, township.basic_code, "the entry stands apart from both");
}

#[test]
fn c2_the_county_and_a_township_implement_the_same_entry_each_in_its_own_way() {
    let catalogue = catalogue();
    let county = matter(&catalogue, "temporary-relief");
    let township = matter(&catalogue, "temporary-relief-linjiang");
    assert_eq!(county.basic_code, township.basic_code);
    assert_eq!((county.level, township.level), (Level::County, Level::Township));
    assert_ne!(county.body, township.body);
    assert_ne!(county.window, township.window);
    let body = catalogue.region.body(&township.body).unwrap();
    assert_eq!(township.code, format!("{}5{}", body.uscc, township.basic_code), "5 is a township's level");
    assert!(township.promised.amount < county.promised.amount);
    let taking: Vec<&str> = catalogue.region.places_taking(&township.slug).iter().map(|p| p.id.as_str()).collect();
    assert_eq!(taking, ["linjiang", "hekou"], "in its own township only");
    assert_eq!(catalogue.region.window(&township.window).unwrap().area.as_deref(), Some("539999101"));
    // Each names the other, and nothing else.
    let others = |slug: &str| -> Vec<String> {
        catalogue.others(catalogue.card(slug).unwrap()).iter().map(|card| card.slug.clone()).collect()
    };
    assert_eq!(others("temporary-relief"), ["temporary-relief-linjiang"]);
    assert_eq!(others("temporary-relief-linjiang"), ["temporary-relief"]);
    assert!(others("food-licence").is_empty());
    let uses = catalogue.uses_by(|card| vec![card.basic_code.clone()]);
    assert_eq!(uses[&county.basic_code].len(), 2, "the public list names both");
}

#[test]
fn c2_people_find_one_line_and_the_township_under_it() {
    let catalogue = catalogue();
    for words in ["临时救助", "小额临时救助", "临江镇临时救助", "lsjz"] {
        let found = catalogue.search(words);
        assert_eq!(found[0].slug, "temporary-relief", "{words}");
        assert!(found.iter().all(|card| card.slug != "temporary-relief-linjiang"), "{words}");
    }
    assert!(catalogue.cards().any(|card| card.slug == "temporary-relief-linjiang"), "lists have it");
    assert!(!catalogue.download(|_| String::new()).contains("temporary-relief-linjiang"), "browsers search alike");
}

#[test]
fn c2_outside_of_the_basic_list_nothing_is_published() {
    let catalogue = catalogue();
    let mut m = matter(&catalogue, "food-licence");
    m.level = Level::Village;
    assert_eq!(rules(&m, &catalogue.region), ["basic_level"]);
    m.level = Level::County;
    m.kind = ItemKind::Confirmation;
    assert_eq!(rules(&m, &catalogue.region), ["basic_kind"]);
    let mut region = (*catalogue.region).clone();
    region.lists.basic.retain(|entry| entry.code != m.basic_code);
    assert_eq!(rules(&matter(&catalogue, "food-licence"), &region), ["basic_listed"]);
}

#[test]
fn c13_an_unlisted_intermediary_service_keeps_a_matter_from_being_published() {
    let catalogue = catalogue();
    let mut m = matter(&catalogue, "construction-permit");
    assert!(!m.intermediary.is_empty());
    assert_eq!(rules(&m, &catalogue.region), Vec::<String>::new());
    m.intermediary[0].name = "指定代办".into();
    let found = gaps(&m, &catalogue.region);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule.as_str(), found[0].at.as_str()), ("intermediary_listed", "指定代办"));
    for item in &catalogue.region.lists.intermediaries {
        for text in [&item.conditions, &item.flow, &item.limit, &item.fee, &item.basis] {
            assert!(!text.trim().is_empty(), "{} is published in full", item.name);
        }
    }
}

#[test]
fn c15_each_matter_but_public_services_rests_on_a_power_of_its_own_body() {
    let catalogue = catalogue();
    for m in catalogue.matters.iter().filter(|m| m.kind != ItemKind::PublicService) {
        let power = catalogue.region.lists.find_power(m.power.as_deref().unwrap()).unwrap();
        assert_eq!(power.body, m.body, "{}", m.slug);
    }
    let mut m = matter(&catalogue, "food-licence");
    m.power = None;
    assert_eq!(rules(&m, &catalogue.region), ["power_missing"]);
    m.power = Some("QZ-00-0000".into());
    assert_eq!(rules(&m, &catalogue.region), ["power_listed"]);
    m.power = matter(&catalogue, "marriage").power;
    assert_eq!(rules(&m, &catalogue.region), ["power_body"]);
    let service = matter(&catalogue, "elder-allowance");
    assert!(service.power.is_none() && rules(&service, &catalogue.region).is_empty());
}

#[test]
fn c18_a_proof_outside_of_the_list_keeps_a_matter_from_being_published() {
    let catalogue = catalogue();
    let mut m = matter(&catalogue, "birth-registration");
    let at = m.materials.iter().position(|x| x.id == "paternity_report").unwrap();
    assert!(m.materials[at].is_proof());
    m.materials[at].proof = None;
    assert_eq!(rules(&m, &catalogue.region), ["proof_missing"]);
    m.materials[at].proof = Some("unheard-of".into());
    assert_eq!(rules(&m, &catalogue.region), ["proof_listed"]);
    // Something new that the window would like to have.
    let mut m = matter(&catalogue, "social-card");
    let material = &mut m.materials[0];
    (material.kind, material.source) = (MaterialKind::Certificate, Source::Other);
    material.name = "居住证明材料（居委会）".into();
    assert_eq!(rules(&m, &catalogue.region), ["proof_missing"]);
}

#[test]
fn c18_a_statutory_certificate_is_no_proof() {
    let catalogue = catalogue();
    let m = matter(&catalogue, "birth-registration");
    let certificate = m.material("birth_certificate").unwrap();
    assert!(certificate.name.ends_with("医学证明") && !certificate.is_proof());
    for m in &catalogue.matters {
        for material in m.materials.iter().filter(|x| x.is_proof()) {
            let proof = catalogue.region.lists.find_proof(material.proof.as_deref().unwrap()).unwrap();
            assert!(!proof.basis.is_empty() && !proof.issuer.is_empty(), "{}/{}", m.slug, material.id);
        }
    }
}

#[test]
fn c2_lists_that_are_not_kept_check_nothing() {
    let catalogue = catalogue();
    let mut region = (*catalogue.region).clone();
    region.lists = Lists::default();
    let mut m = matter(&catalogue, "construction-permit");
    (m.power, m.kind) = (None, ItemKind::Other);
    m.intermediary[0].name = "指定代办".into();
    assert_eq!(rules(&m, &region), Vec::<String>::new());
}

#[test]
fn c17_the_station_of_the_village_comes_first_and_then_the_townships_centre() {
    let catalogue = catalogue();
    let region = &catalogue.region;
    assert!(region.townships.len() >= 6 && region.places.len() >= 9);
    assert!(region.townships.iter().filter(|t| t.name.ends_with("族乡")).count() >= 2, "ethnic townships");
    let village = region.townships.iter().flat_map(|t| &t.villages).find(|v| v.name == "河口村").unwrap();
    let near: Vec<&str> = region.places_near(&village.code).iter().map(|p| p.id.as_str()).collect();
    assert_eq!(near, ["hekou", "linjiang"]);
    assert_eq!(region.area_name(&village.code).unwrap(), "临江镇河口村");
    let township: Vec<&str> = region.places_near(&village.code[..9]).iter().map(|p| p.id.as_str()).collect();
    assert_eq!(township, ["hekou", "linjiang"]);
    assert!(region.area_name("539999999").is_none() && region.area_name("").is_none());
}

#[test]
fn c17_each_place_takes_matters_that_exist_and_those_that_accept_come_first() {
    let catalogue = catalogue();
    let slugs: BTreeSet<&str> = catalogue.matters.iter().map(|m| m.slug.as_str()).collect();
    for place in &catalogue.region.places {
        assert!(!place.takes.is_empty(), "{}", place.id);
        assert!(place.takes.iter().all(|slug| slugs.contains(slug.as_str())), "{}", place.id);
    }
    let taking = catalogue.region.places_taking("elder-allowance");
    let first_helper = taking.iter().position(|p| p.accepts == Accepts::Assist).unwrap();
    assert!(taking[first_helper..].iter().all(|p| p.accepts == Accepts::Assist));
    assert!(catalogue.region.places_taking("passport").is_empty());
}

#[test]
fn c12_c18_the_lists_know_who_uses_an_entry() {
    let catalogue = catalogue();
    let uses = catalogue.uses_by(|m| m.proofs.clone());
    let diagnosis: Vec<&str> = uses["diagnosis"].iter().map(|u| u.slug.as_str()).collect();
    assert_eq!(diagnosis.len(), 2, "{diagnosis:?}");
    let special = catalogue.special_entries();
    let declared: usize = catalogue.matters.iter().map(|m| m.special.len()).sum();
    assert_eq!(special.len(), declared);
    assert!(special.iter().any(|s| s.of.slug == "food-licence" && s.procedure.suspends_clock));
}

/// A copy of the shipped catalogue in which one thing is written wrongly.
fn spoilt(name: &str, file: &str, from: &str, to: &str) -> Vec<service::catalogue::CatalogueError> {
    let copy = std::env::temp_dir().join(format!("onevisit-lists-{name}-{}", std::process::id()));
    for part in ["", "calendar", "matters", "lists"] {
        fs::create_dir_all(copy.join(part)).unwrap();
        for entry in fs::read_dir(folder().join(part)).unwrap().flatten().filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), copy.join(part).join(entry.file_name())).unwrap();
        }
    }
    let path = copy.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds {from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let errors = Catalogue::load(&copy).err().unwrap_or_default();
    fs::remove_dir_all(&copy).unwrap();
    errors
}

#[test]
fn c17_a_place_with_an_unknown_matter_or_area_is_found_with_its_line() {
    let errors = spoilt("takes", "region.toml", "  \"elder-allowance\",\n", "  \"no-such-matter\",\n");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].rule, "place_takes");
    assert!(errors[0].line > 1 && errors[0].text.contains("no-such-matter"));
    let errors = spoilt("area", "region.toml", "area = \"539999100\"", "area = \"539999199\"");
    assert_eq!(errors.iter().map(|e| e.rule.as_str()).collect::<Vec<_>>(), ["place_area"]);
    // The first of this township's is its own window.
    let errors = spoilt("window", "region.toml", "area = \"539999101\"", "area = \"539999198\"");
    assert_eq!(errors.iter().map(|e| e.rule.as_str()).collect::<Vec<_>>(), ["window_area"]);
}

#[test]
fn c15_c18_a_list_with_a_repeated_entry_or_a_strange_key_is_refused() {
    let errors = spoilt("twice", "lists/powers.toml", "id = \"QZ-01-0002\"", "id = \"QZ-01-0001\"");
    assert!(errors.iter().any(|e| e.rule == "power_unique" && e.line > 1), "{errors:?}");
    assert!(errors.iter().any(|e| e.rule == "power_listed"), "who used it is named too");
    let errors = spoilt("key", "lists/proofs.toml", "issuer = ", "isuer = ");
    assert!(errors.iter().any(|e| e.rule == "toml" && e.file.ends_with("lists/proofs.toml")), "{errors:?}");
}

#[test]
fn c7_both_lists_are_announced_in_batches_each_with_its_day_and_pledge() {
    let catalogue = catalogue();
    for list in [ReformList::Once, ReformList::Online] {
        let batches: Vec<_> = catalogue.region.lists.batches_of(list).collect();
        assert!(batches.len() >= 2, "{list:?}");
        assert!(batches.windows(2).all(|pair| pair[0].announced < pair[1].announced), "{list:?}");
        assert!(batches.iter().all(|batch| batch.pledge.is_some()), "{list:?}");
        let announced = catalogue.announced(list);
        let slugs: BTreeSet<&str> = announced.iter().map(|one| one.card.slug.as_str()).collect();
        assert_eq!(slugs.len(), announced.len(), "{list:?}: each matter once");
        assert_eq!(announced[0].batch, batches[0], "the first batch comes first");
        let now = catalogue.matters.iter().map(|m| Card::from(&**m)).filter(|card| list.is_achieved(card));
        for card in now {
            assert!(slugs.contains(card.slug.as_str()), "{} is achieved and was announced", card.slug);
        }
    }
}

#[test]
fn c7_what_is_announced_and_does_not_hold_yet_comes_after_the_reform() {
    let catalogue = catalogue();
    let once = catalogue.announced(ReformList::Once);
    assert_eq!(once.len(), catalogue.matters.len());
    assert!(once.iter().all(|one| one.achieved && one.card.visits.times <= 1));
    let online = catalogue.announced(ReformList::Online);
    let later: Vec<&str> = online.iter().filter(|one| !one.achieved).map(|one| one.card.slug.as_str()).collect();
    assert_eq!(later, ["birth-registration", "household-move", "newborn", "property-transfer"]);
    // The state follows the matter: one visit less, and it holds; one more, and it does not.
    let mut m = matter(&catalogue, "birth-registration");
    m.visits.times = 0;
    assert!(ReformList::Online.is_achieved(&Card::from(&m)));
    m.visits.times = 2;
    assert!(!ReformList::Once.is_achieved(&Card::from(&m)));
}

#[test]
fn c7_each_department_is_measured_against_the_targets() {
    for (percent, reached, all, wanting) in
        [(80, 4, 5, 0), (80, 3, 5, 1), (50, 1, 5, 2), (50, 1, 2, 0), (50, 0, 1, 1), (100, 2, 3, 1), (80, 0, 0, 0)]
    {
        assert_eq!(Targets::wanting(percent, reached, all), wanting, "{reached} of {all} for {percent}%");
    }
    let catalogue = catalogue();
    let targets = catalogue.region.targets;
    assert_eq!(targets, Targets { once_percent: Some(80), online_percent: Some(50) });
    let figures = catalogue.figures();
    let police = figures.iter().find(|f| f.name == "示例县公安局").unwrap();
    assert_eq!((police.all, police.once, police.online), (5, 5, 1));
    assert_eq!(Targets::wanting(50, police.online, police.all), 2);
    let sum = figures.last().unwrap();
    let online = catalogue.announced(ReformList::Online).iter().filter(|one| one.achieved).count();
    assert_eq!((sum.name.as_str(), sum.online), ("", online), "the list and the figures count alike");
}

#[test]
fn c7_a_batch_with_an_unknown_or_repeated_matter_is_found() {
    let named = |errors: &[service::catalogue::CatalogueError]| -> Vec<String> {
        errors.iter().map(|e| e.rule.clone()).collect()
    };
    let file = "lists/batches.toml";
    let errors = spoilt("announced", file, "  \"food-licence\",\n", "  \"no-such-matter\",\n");
    assert_eq!(named(&errors), ["batch_known"], "{errors:?}");
    assert!(errors[0].line > 1 && errors[0].file.ends_with(file) && errors[0].text.contains("no-such-matter"));
    let errors = spoilt("again", file, "  \"birth-registration\",\n", "  \"food-licence\",\n");
    assert_eq!(named(&errors), ["batch_once"], "{errors:?}");
    let errors = spoilt("batch", file, "id = \"once-2\"", "id = \"once-1\"");
    assert_eq!(named(&errors), ["batch_unique"], "{errors:?}");
    // Whether it is achieved is no key: it cannot be typed in.
    let errors = spoilt("typed", file, "list = \"once\"\n", "list = \"once\"\nachieved = true\n");
    assert_eq!(named(&errors), ["toml"], "{errors:?}");
    let errors = spoilt("percent", "region.toml", "once_percent = 80", "once_percent = 101");
    assert_eq!(named(&errors), ["target_percent"], "{errors:?}");
}

#[test]
fn m1_a_slot_takes_only_licences_and_attributes_that_the_county_knows() {
    let catalogue = catalogue();
    let mut m = matter(&catalogue, "birth-registration");
    assert_eq!(rules(&m, &catalogue.region), Vec::<String>::new());
    let licence = m.materials[0].licence.as_mut().unwrap();
    licence.fills.insert("birth_certificate_no".into(), "no_such_attribute".into());
    assert_eq!(rules(&m, &catalogue.region), ["licence_attribute"]);
    m.materials[0].licence.as_mut().unwrap().kind = "no_such_kind".into();
    assert_eq!(rules(&m, &catalogue.region), ["licence_listed"]);
    m.materials[0].licence.as_mut().unwrap().holder = "no_such_field".into();
    assert_eq!(rules(&m, &catalogue.region), ["licence_holder", "licence_listed"]);
    let errors = spoilt("licence", "licences.toml", "id = \"marriage_certificate\"", "id = \"household_register\"");
    assert!(errors.iter().any(|e| e.rule == "licence_unique"), "{errors:?}");
}
