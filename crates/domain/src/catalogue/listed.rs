//! A matter against the county's public lists. A list that is not kept yet (empty) checks nothing.

use super::completeness::Gaps;
use super::{ItemKind, Matter, Region};

/// Everything in which a matter goes beyond the lists.
pub(super) fn listed(m: &Matter, region: &Region, g: &mut Gaps) {
    basic(m, region, g);
    intermediaries(m, region, g);
    proofs(m, region, g);
    power(m, region, g);
    licences(m, region, g);
}

/// 基本目录: the entry exists, is of the same kind, and may be implemented at this level.
fn basic(m: &Matter, region: &Region, g: &mut Gaps) {
    if region.lists.basic.is_empty() {
        return;
    }
    let entry = region.lists.find_basic(&m.basic_code);
    g.unless(
        entry.is_some(),
        "basic_code",
        "basic_listed",
        format!("基本编码 {} 不在基本目录中，目录里没有的事项不能办", m.basic_code),
    );
    let Some(entry) = entry else { return };
    g.unless(entry.kind == m.kind, "kind", "basic_kind", format!("事项类型与基本目录的“{}”不一致", entry.title));
    g.unless(
        entry.levels.contains(&m.level),
        "level",
        "basic_level",
        format!("基本目录没有把“{}”放到这一层级办", entry.title),
    );
}

/// 中介服务: only what is on the list may be a condition.
fn intermediaries(m: &Matter, region: &Region, g: &mut Gaps) {
    if region.lists.intermediaries.is_empty() {
        return;
    }
    for service in &m.intermediary {
        g.unless(
            region.lists.find_intermediary(&service.name).is_some(),
            &service.name,
            "intermediary_listed",
            format!("中介服务“{}”不在中介服务清单中，不能作为办理条件", service.name),
        );
    }
}

/// 证明事项: only what is on the list may be asked for.
fn proofs(m: &Matter, region: &Region, g: &mut Gaps) {
    if region.lists.proofs.is_empty() {
        return;
    }
    for material in &m.materials {
        let at = material.id.as_str();
        let Some(id) = &material.proof else {
            let text = format!("“{}”是证明，要写明它在证明事项清单里的编号", material.name);
            g.unless(!material.is_proof(), at, "proof_missing", text);
            continue;
        };
        let text = format!("“{}”引用的 {id} 不在证明事项清单中，不能要", material.name);
        g.unless(region.lists.find_proof(id).is_some(), at, "proof_listed", text);
    }
}

/// 电子证照目录: a slot can only be filled by a kind that the county knows, from attributes that it has.
fn licences(m: &Matter, region: &Region, g: &mut Gaps) {
    if region.lists.licences.is_empty() {
        return;
    }
    for material in &m.materials {
        let Some(licence) = &material.licence else { continue };
        let (at, name) = (material.id.as_str(), &material.name);
        let kind = region.lists.find_licence(&licence.kind);
        let text = format!("“{name}”用的证照 {} 不在电子证照目录中", licence.kind);
        g.unless(kind.is_some(), at, "licence_listed", text);
        let Some(kind) = kind else { continue };
        for attribute in licence.fills.values() {
            let text = format!("《{}》没有 {attribute} 这一项，不能用来填表", kind.title);
            g.unless(kind.attribute(attribute).is_some(), at, "licence_attribute", text);
        }
    }
}

/// 权责清单: every matter but a public service rests on a power of the same body.
fn power(m: &Matter, region: &Region, g: &mut Gaps) {
    if region.lists.powers.is_empty() {
        return;
    }
    let Some(id) = &m.power else {
        g.unless(
            m.kind == ItemKind::PublicService,
            "body",
            "power_missing",
            "公共服务以外的事项，要写明权责清单的编码",
        );
        return;
    };
    let power = region.lists.find_power(id);
    g.unless(power.is_some(), "power", "power_listed", format!("权责编码 {id} 不在权责清单中"));
    let Some(power) = power else { return };
    g.unless(power.body == m.body, "power", "power_body", format!("权责“{}”不是这个实施主体的", power.title));
}
