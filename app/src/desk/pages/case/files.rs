//! The files of a material, with previews and what the pre-check found.

use crate::paths;
use crate::t::desk as t;
use crate::ui::{Badge, Icon, Symbol, Tone};
use leptos::prelude::*;
use precheck::{Finding, Level};
use service::uploads::FileView;

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
    let opens = format!("（{}）", t::file_open());
    view! {
        <li class="ov-file-slot__file">
            <div class="ov-file-slot__file-row">
                <Icon symbol=Symbol::File />
                <p class="ov-file-slot__name">
                    <a href=paths::file(file.id) target="_blank" rel="noopener">
                        {file.name.clone()}
                        <span class="ov-vh">{opens}</span>
                    </a>
                    " "
                    <span class="ov-file-slot__facts">{facts(file)}</span>
                </p>
                <Badge text=round tone=tone />
            </div>
            {preview(file)}
            {findings(&file.report.findings, finding_text)}
        </li>
    }
    .into_any()
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

/// Pictures are shown in place and open in full size; the browser turns them as the camera noted.
fn preview(file: &FileView) -> Option<AnyView> {
    file.media_type.starts_with("image/").then(|| {
        let alt = t::file_preview(&file.name, size(file.bytes));
        view! {
            <a class="ov-desk-preview" href=paths::file(file.id) target="_blank" rel="noopener">
                <img class="ov-desk-preview__image" src=paths::file(file.id) alt=alt loading="lazy" />
                <span class="ov-vh">{format!("（{}）", t::file_open())}</span>
            </a>
        }
        .into_any()
    })
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
