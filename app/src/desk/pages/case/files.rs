//! The files of a material, with previews and what the pre-check found.

use crate::links;
use crate::paths;
use crate::t::desk as t;
use crate::t::files as files_t;
use crate::ui::{Badge, Details, Icon, Symbol, Tone};
use leptos::prelude::*;
use precheck::{Finding, Level};
use service::uploads::{FileView, Scan};

/// Pages of one file shown on the case's page.
const MOST_PAGES: u32 = 20;

/// The files in the order given.
pub(super) fn files(list: &[&FileView], finding_text: fn(&Finding) -> String) -> AnyView {
    if list.is_empty() {
        return view! { <p class="ov-file-slot__none">{t::material_no_files()}</p> }.into_any();
    }
    let items = list.iter().map(|f| file(f, finding_text)).collect_view();
    view! { <ul class="ov-file-slot__files" role="list">{items}</ul> }.into_any()
}

fn file(file: &FileView, finding_text: fn(&Finding) -> String) -> AnyView {
    let round = if file.round == 0 { t::file_first().to_owned() } else { t::file_round(file.round) };
    let tone = if file.round == 0 { Tone::Neutral } else { Tone::Info };
    view! {
        <li class="ov-file-slot__file">
            <div class="ov-file-slot__file-row">
                <Icon symbol=Symbol::File />
                <p class="ov-file-slot__name">
                    {name(file)}
                    " "
                    <span class="ov-file-slot__facts">{facts(file)}</span>
                </p>
                {scan(file.scan)}
                <Badge text=round tone=tone />
            </div>
            {previews(file)}
            {findings(&file.report.findings, finding_text)}
        </li>
    }
    .into_any()
}

/// Leads to the page about the file; what is not yet clean leads nowhere.
fn name(file: &FileView) -> AnyView {
    if !file.scan.is_open() {
        return file.name.clone().into_any();
    }
    let opens = format!("（{}）", t::file_open());
    view! {
        <a href=paths::file_view(file.id) target="_blank" rel="noopener">
            {file.name.clone()}
            <span class="ov-vh">{opens}</span>
        </a>
    }
    .into_any()
}

fn scan(scan: Scan) -> Option<AnyView> {
    let (text, tone) = match scan {
        Scan::None | Scan::Clean => return None,
        Scan::Waiting => (files_t::desk_scanning(), Tone::Info),
        Scan::Infected => (files_t::desk_infected(), Tone::Danger),
    };
    Some(view! { <Badge text=text tone=tone /> }.into_any())
}

/// Size, pages or pixels, and when it came.
fn facts(file: &FileView) -> String {
    let mut parts = vec![size(file.bytes)];
    parts.extend(file.report.pages.map(t::file_pages));
    if let (Some(width), Some(height)) = (file.report.width, file.report.height) {
        parts.push(t::file_pixels(width, height));
    }
    t::file_facts(parts.join("，"), file.created_at.format_zh())
}

/// `820 KB`, `1.2 MB`, in powers of 1024; rounded up, so that nothing is 0.
pub(in crate::desk::pages) fn size(bytes: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    if bytes < MB {
        return format!("{} KB", bytes.div_ceil(KB));
    }
    let tenths = (bytes * 10).div_ceil(MB);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Every page as a picture, the first one in place, the others behind one click; each opens in a page
/// of its own, where it can be turned and enlarged.
fn previews(file: &FileView) -> Option<AnyView> {
    let pages = if file.scan.is_open() { file.pictures() } else { 0 };
    if pages == 0 {
        return None;
    }
    let shown = pages.min(MOST_PAGES);
    let rest = (shown > 1).then(|| {
        let pictures = (2..=shown).map(|page| picture(file, page)).collect_view();
        view! { <Details summary=files_t::desk_more(shown - 1)>{pictures}</Details> }
    });
    let many = (pages > shown).then(|| view! { <p class="ov-hint">{files_t::desk_many(pages, shown)}</p> });
    Some(view! { {picture(file, 1)} {rest} {many} }.into_any())
}

fn picture(file: &FileView, page: u32) -> AnyView {
    let alt = files_t::alt(&file.name, page);
    let opens = format!("（{}）", files_t::desk_open());
    view! {
        <a class="ov-desk-preview" href=paths::look_at(file.id, page, 0, false) target="_blank" rel="noopener">
            <img class="ov-desk-preview__image" src=links::picture(file.id, page, 0) alt=alt loading="lazy" />
            <span class="ov-vh">{opens}</span>
        </a>
    }
    .into_any()
}

fn findings(list: &[Finding], finding_text: fn(&Finding) -> String) -> AnyView {
    if list.is_empty() {
        return view! { <p class="ov-file-slot__facts">{t::finding_none()}</p> }.into_any();
    }
    let items = list
        .iter()
        .map(|finding| {
            let (modifier, symbol, level) = match finding.level {
                Level::MustFix => ("danger", Symbol::Error, t::finding_must_fix()),
                Level::Advice => ("warning", Symbol::Warning, t::finding_advice()),
                Level::Note => ("info", Symbol::Info, t::finding_note()),
            };
            view! {
                <li class=format!("ov-file-slot__finding ov-file-slot__finding--{modifier}")>
                    <Icon symbol />
                    <span>
                        <strong>{format!("{level}：")}</strong>
                        {finding_text(finding)}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="ov-file-slot__findings" role="list">{items}</ul> }.into_any()
}
