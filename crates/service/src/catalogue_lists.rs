//! The region's public lists (清单), townships and places: loaded, checked, and asked who uses an entry.

use crate::catalogue::{Catalogue, CatalogueError, read};
use domain::catalogue::{Accepts, Batch, Card, Lists, ReformList, Region, SpecialProcedure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The two lists (两张清单), by batches.
const BATCHES: &str = "batches.toml";
/// 电子证照目录, beside the folder of the public lists.
const LICENCES: &str = "licences.toml";
/// One file a list, in `catalogue/lists/`.
const FILES: [&str; 5] = ["basic.toml", "proofs.toml", "intermediaries.toml", "powers.toml", BATCHES];

/// A matter that uses an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub slug: String,
    pub title: String,
    /// Id of the body that offers it.
    pub body: String,
}

/// A special procedure of a matter (特别程序清单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialEntry {
    pub of: Use,
    pub procedure: SpecialProcedure,
}

/// A matter on one of the two lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced<'a> {
    pub batch: &'a Batch,
    pub card: Arc<Card>,
    /// 已实现; otherwise 改革后实现.
    pub achieved: bool,
}

impl Catalogue {
    /// 最多跑一次 or 全程网办: what was announced, batch by batch, and whether it holds today.
    pub fn announced(&self, list: ReformList) -> Vec<Announced<'_>> {
        let mut found = Vec::new();
        for batch in self.region.lists.batches_of(list) {
            for card in batch.slugs.iter().filter_map(|slug| self.card(slug)) {
                found.push(Announced { batch, card: card.clone(), achieved: list.is_achieved(card) });
            }
        }
        found
    }

    /// Matters by the keys that `keys` gives of each: by basic code, by proof, by power …
    pub fn uses_by(&self, keys: impl Fn(&Card) -> Vec<String>) -> BTreeMap<String, Vec<Use>> {
        let mut found: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        for matter in self.cards() {
            let once: BTreeSet<String> = keys(matter).into_iter().collect();
            for key in once {
                found.entry(key).or_default().push(use_of(matter));
            }
        }
        found
    }

    /// 特别程序清单: every special procedure of every matter, with its own limit.
    pub fn special_entries(&self) -> Vec<SpecialEntry> {
        let of = |matter: &Card| {
            let entry =
                |procedure: &SpecialProcedure| SpecialEntry { of: use_of(matter), procedure: procedure.clone() };
            matter.special.iter().map(entry).collect::<Vec<_>>()
        };
        self.cards().flat_map(|matter| of(matter)).collect()
    }
}

fn use_of(matter: &Card) -> Use {
    Use { slug: matter.slug.clone(), title: matter.title.clone(), body: matter.body.clone() }
}

/// Errors of one file, found by what they are about.
struct Checks<'a> {
    file: PathBuf,
    text: String,
    errors: &'a mut Vec<CatalogueError>,
}

impl Checks<'_> {
    /// Notes an error unless it `holds`; `at` is written in the file.
    fn unless(&mut self, holds: bool, at: &str, rule: &str, text: String) {
        if !holds {
            let quoted = format!("\"{at}\"");
            let line = self.text.lines().position(|line| line.contains(&quoted)).map_or(1, |index| index + 1);
            self.errors.push(CatalogueError { file: self.file.clone(), line, rule: rule.to_owned(), text });
        }
    }

    /// Each of the ids stands there once.
    fn unique<'b>(&mut self, ids: impl Iterator<Item = &'b str>, rule: &str) {
        let mut seen = BTreeSet::new();
        for id in ids {
            self.unless(seen.insert(id), id, rule, format!("{id} 重复"));
        }
    }
}

/// Reads `lists/*.toml` and `licences.toml` into the region and checks them, and the region's townships, places and officers.
/// A missing folder or file is an empty list.
pub(crate) fn load_lists(folder: &Path, region: &mut Region, errors: &mut Vec<CatalogueError>) {
    check_region(&mut region_file(folder, errors), region);
    let mut lists = Lists::default();
    let files = FILES.iter().map(|name| folder.join("lists").join(name)).chain([folder.join(LICENCES)]);
    for file in files {
        if !file.is_file() {
            continue;
        }
        let Some((text, part)) = read::<Lists>(&file, errors) else { continue };
        check_lists(&mut Checks { file, text, errors: &mut *errors }, &part, region);
        lists.basic.extend(part.basic);
        lists.proofs.extend(part.proofs);
        lists.intermediaries.extend(part.intermediaries);
        lists.powers.extend(part.powers);
        lists.batches.extend(part.batches);
        lists.licences.extend(part.licences);
    }
    region.lists = lists;
}

fn check_lists(checks: &mut Checks<'_>, part: &Lists, region: &Region) {
    checks.unique(part.basic.iter().map(|e| e.code.as_str()), "basic_unique");
    for entry in &part.basic {
        let (at, title) = (entry.code.as_str(), &entry.title);
        checks.unless((1..=12).contains(&at.len()), at, "basic_code", format!("{title} 的基本编码应为 1–12 位"));
        checks.unless(!entry.basis.is_empty(), at, "basic_basis", format!("{title} 缺少设定依据"));
        checks.unless(!entry.levels.is_empty(), at, "basic_levels", format!("{title} 没写哪一级可以办"));
    }
    checks.unique(part.proofs.iter().map(|p| p.id.as_str()), "proof_unique");
    for proof in &part.proofs {
        let (at, name) = (proof.id.as_str(), &proof.name);
        checks.unless(!proof.basis.trim().is_empty(), at, "proof_basis", format!("{name} 缺少依据"));
        let told = !proof.issuer.trim().is_empty() && !proof.purpose.trim().is_empty();
        checks.unless(told, at, "proof_element", format!("{name} 要写明开具单位和用途"));
    }
    checks.unique(part.intermediaries.iter().map(|i| i.id.as_str()), "intermediary_unique");
    checks.unique(part.intermediaries.iter().map(|i| i.name.as_str()), "intermediary_unique");
    for item in &part.intermediaries {
        let (at, name) = (item.id.as_str(), &item.name);
        checks.unless(!item.basis.trim().is_empty(), at, "intermediary_basis", format!("{name} 缺少依据"));
        let published = [&item.conditions, &item.flow, &item.limit, &item.fee];
        let told = published.iter().all(|text| !text.trim().is_empty());
        checks.unless(told, at, "intermediary_element", format!("{name} 要写明条件、流程、时限和收费"));
    }
    checks.unique(part.powers.iter().map(|p| p.id.as_str()), "power_unique");
    for power in &part.powers {
        let (at, title) = (power.id.as_str(), &power.title);
        checks.unless(!power.basis.trim().is_empty(), at, "power_basis", format!("{title} 缺少依据"));
        let known = region.body(&power.body).is_some();
        checks.unless(known, at, "power_body_known", format!("{title} 的主体 {} 不在地区文件中", power.body));
    }
    check_announced(checks, &part.batches);
    check_licences(checks, part);
}

/// Kinds are told apart by id and by 证照类型代码, which has 21 letters and digits.
fn check_licences(checks: &mut Checks<'_>, part: &Lists) {
    checks.unique(part.licences.iter().map(|k| k.id.as_str()), "licence_unique");
    checks.unique(part.licences.iter().map(|k| k.type_code.as_str()), "licence_type_unique");
    for kind in &part.licences {
        let (at, title, code) = (kind.id.as_str(), kind.title.trim(), kind.type_code.as_str());
        let right = code.len() == 21 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        checks.unless(right, at, "licence_type", format!("{at} 的证照类型代码应为 21 位数字和大写字母"));
        let told = !title.is_empty() && !kind.issuer.trim().is_empty() && !kind.attributes.is_empty();
        checks.unless(told, at, "licence_element", format!("{at} 要写明名称、颁发机构和照面信息"));
        let mut seen = BTreeSet::new();
        for attribute in &kind.attributes {
            let once = seen.insert(attribute.id.as_str()) && !attribute.label.trim().is_empty();
            checks.unless(
                once,
                &attribute.id,
                "licence_attribute",
                format!("《{title}》的 {} 重复或没有名称", attribute.id),
            );
        }
    }
}

/// Batches are told apart, and a matter is announced once on each of the two lists.
fn check_announced(checks: &mut Checks<'_>, batches: &[Batch]) {
    checks.unique(batches.iter().map(|batch| batch.id.as_str()), "batch_unique");
    for batch in batches {
        let (at, title) = (batch.id.as_str(), batch.title.trim());
        checks.unless(!title.is_empty(), at, "batch_title", format!("{at} 缺少批次名称"));
        checks.unless(!batch.slugs.is_empty(), at, "batch_empty", format!("{at} 没有事项"));
        let pledged = batch.pledge.as_ref().is_none_or(|text| !text.trim().is_empty());
        checks.unless(pledged, at, "batch_pledge", format!("{at} 的公开承诺书是空的"));
    }
    for list in [ReformList::Once, ReformList::Online] {
        let mut seen = BTreeSet::new();
        for batch in batches.iter().filter(|batch| batch.list == list) {
            for slug in &batch.slugs {
                let text = format!("{slug} 在这张清单里已经公布过，不能再放进 {}", batch.id);
                checks.unless(seen.insert(slug.as_str()), &batch.id, "batch_once", text);
            }
        }
    }
}

/// The region file, for errors about what is in it. It was read before, so failing again is no new error.
fn region_file<'a>(folder: &Path, errors: &'a mut Vec<CatalogueError>) -> Checks<'a> {
    let file = folder.join("region.toml");
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    Checks { file, text, errors }
}

/// Codes are well made and inside each other; places stand in an area that exists.
fn check_region(checks: &mut Checks<'_>, region: &Region) {
    let digits = |code: &str, length: usize| code.len() == length && code.bytes().all(|b| b.is_ascii_digit());
    let villages = region.townships.iter().flat_map(|t| &t.villages);
    let codes = region.townships.iter().map(|t| t.code.as_str()).chain(villages.map(|v| v.code.as_str()));
    checks.unique(codes, "area_unique");
    for township in &region.townships {
        let code = township.code.as_str();
        let right = digits(code, 9) && code.starts_with(&region.code);
        checks.unless(right, code, "township_code", format!("{} 的代码应为区划代码加 3 位", township.name));
        for village in &township.villages {
            let right = digits(&village.code, 12) && village.code.starts_with(code);
            checks.unless(right, &village.code, "village_code", format!("{} 的代码应为乡镇代码加 3 位", village.name));
        }
    }
    for window in &region.windows {
        let known = window.area.as_ref().is_none_or(|area| region.township(area).is_some());
        checks.unless(known, &window.id, "window_area", format!("{} 所在的乡镇不在地区文件中", window.name));
    }
    checks.unique(region.places.iter().map(|p| p.id.as_str()), "place_unique");
    for place in &region.places {
        let outside = digits(&place.area, 6) && place.area != region.code;
        let known = if place.accepts == Accepts::Forward { outside } else { region.area_name(&place.area).is_some() };
        checks.unless(known, &place.id, "place_area", format!("{} 所在的 {} 不在乡镇和村里", place.name, place.area));
    }
    for (key, percent) in
        [("once_percent", region.targets.once_percent), ("online_percent", region.targets.online_percent)]
    {
        checks.unless(percent.is_none_or(|n| n <= 100), key, "target_percent", format!("{key} 不能超过 100"));
    }
    for officer in &region.officers {
        let known = region.body(&officer.body).is_some();
        checks.unless(known, &officer.post, "officer_body", format!("{} 的部门不在地区文件中", officer.post));
    }
}

/// Every place takes only matters that exist, one outside of the county only those marked 跨省通办; `known` says of
/// a matter that exists whether it is. Called when the matters are known.
pub(crate) fn check_places(
    folder: &Path,
    region: &Region,
    known: impl Fn(&str) -> Option<bool>,
    errors: &mut Vec<CatalogueError>,
) {
    let mut checks = region_file(folder, errors);
    for place in &region.places {
        for slug in &place.takes {
            let taken = known(slug);
            checks.unless(taken.is_some(), slug, "place_takes", format!("{} 收的 {slug} 没有这个事项", place.name));
            let marked = taken.is_none_or(|cross| place.files(slug, cross));
            checks.unless(marked, slug, "place_forward", format!("{} 代收的 {slug} 没有标明跨省通办", place.name));
        }
    }
}

/// Every batch announces only matters that exist; called when the matters are known.
pub(crate) fn check_batches(
    folder: &Path,
    region: &Region,
    known: impl Fn(&str) -> bool,
    errors: &mut Vec<CatalogueError>,
) {
    let file = folder.join("lists").join(BATCHES);
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let mut checks = Checks { file, text, errors };
    for batch in &region.lists.batches {
        for slug in batch.slugs.iter().filter(|slug| !known(slug)) {
            checks.unless(false, slug, "batch_known", format!("{} 公布的 {slug} 没有这个事项", batch.id));
        }
    }
}
