//! The page about one file: its pages as pictures to be turned and enlarged, and the download. Every
//! control is a link, so that it works without scripts.

use crate::apply::finding::size_text;
use crate::links;
use crate::paths;
use crate::t::{files as t, pages as pages_t};
use crate::ui::{Breadcrumb, ButtonKind, Link, LinkButton, Notification, PageHeading, Symbol, Tone};
use leptos::prelude::*;
use service::cases::CaseView;
use service::previews::SeenFile;
use service::uploads::Scan;

/// How somebody looks at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// From 1; what does not exist becomes the nearest one.
    pub page: u32,
    /// Turned clockwise so many quarters.
    pub quarters: u8,
    pub large: bool,
    /// The link that led here had run out.
    pub old: bool,
}

/// The file; `staff` says where the way back leads.
pub fn file(seen: &SeenFile, staff: bool, look: Look) -> AnyView {
    let name = seen.view.name.clone();
    let download = links::file(seen.view.id);
    view! {
        <Breadcrumb links=vec![back(seen, staff)] />
        {old(look, seen, staff)}
        {waiting(seen)}
        <PageHeading title=name caption=t::title() />
        {shown(seen, look)}
        <p>
            <LinkButton href=download download=true kind=ButtonKind::Secondary symbol=Symbol::Download>
                {t::download()}
            </LinkButton>
        </p>
        <p class="ov-hint">{t::about_link()}</p>
    }
    .into_any()
}

/// 合并为一份 PDF: the pictures of a slot as one document, one for each handing-in, beside the originals.
pub(crate) fn bundles(view: &CaseView, material: &str) -> Option<AnyView> {
    let mut own = view.bundles.iter().filter(|b| b.material == material).peekable();
    own.peek()?;
    let case = view.case.id;
    let lines = own
        .map(|bundle| {
            let size = size_text(bundle.bytes);
            let text = if bundle.round == 0 {
                pages_t::bundle(bundle.pages, size)
            } else {
                pages_t::bundle_later(bundle.pages, size)
            };
            let href = paths::bundle(case, &bundle.material, bundle.round);
            view! { <li><a href=href>{text}</a></li> }
        })
        .collect_view();
    Some(view! { <ul class="ov-list">{lines}</ul> }.into_any())
}

fn back(seen: &SeenFile, staff: bool) -> Link {
    match seen.case {
        Some(case) if staff => Link::new(t::back_case(), paths::desk_case(case)),
        Some(case) => Link::new(t::back_case(), paths::case(case)),
        None => Link::new(t::back_draft(), paths::materials(seen.draft)),
    }
}

/// What led here did not hold any more: said, with the way back as a button.
fn old(look: Look, seen: &SeenFile, staff: bool) -> AnyView {
    if !look.old {
        return ().into_any();
    }
    let Link { label, href } = back(seen, staff);
    view! {
        <Notification tone=Tone::Info title=t::old_title() heading_level=2>
            <p>{t::old_text()}</p>
            <p><LinkButton href=href kind=ButtonKind::Secondary>{label}</LinkButton></p>
        </Notification>
    }
    .into_any()
}

fn waiting(seen: &SeenFile) -> AnyView {
    if seen.view.scan != Scan::Waiting {
        return ().into_any();
    }
    view! {
        <Notification tone=Tone::Info title=t::scanning_title() heading_level=2>
            <p>{t::scanning_text()}</p>
        </Notification>
    }
    .into_any()
}

fn shown(seen: &SeenFile, look: Look) -> AnyView {
    let pages = seen.view.pictures();
    if pages == 0 {
        return view! {
            <Notification tone=Tone::Warning title=t::none_title() heading_level=2>
                <p>{t::none_text()}</p>
            </Notification>
        }
        .into_any();
    }
    let look = Look { page: look.page.clamp(1, pages), quarters: look.quarters % 4, ..look };
    let src = links::picture(seen.view.id, look.page, look.quarters);
    let alt = t::alt(&seen.view.name, look.page);
    let class = if look.large { "ov-viewer ov-viewer--large" } else { "ov-viewer" };
    let caption = (pages > 1).then(|| view! { <p class="ov-num">{t::page(look.page, pages)}</p> });
    view! {
        {controls(seen, look, pages)}
        {caption}
        // What is wider than the window is moved with the keyboard too.
        <section class=class tabindex="0" aria-label=t::title()>
            <img class="ov-viewer__image" src=src alt=alt />
        </section>
    }
    .into_any()
}

fn controls(seen: &SeenFile, look: Look, pages: u32) -> AnyView {
    let to = |look: Look| paths::look_at(seen.view.id, look.page, look.quarters, look.large);
    let link = |href: String, text: &'static str| {
        view! { <LinkButton href=href kind=ButtonKind::Secondary>{text}</LinkButton> }.into_any()
    };
    let previous = (look.page > 1).then(|| link(to(Look { page: look.page - 1, ..look }), t::previous()));
    let next = (look.page < pages).then(|| link(to(Look { page: look.page + 1, ..look }), t::next()));
    let left = link(to(Look { quarters: (look.quarters + 3) % 4, ..look }), t::turn_left());
    let right = link(to(Look { quarters: (look.quarters + 1) % 4, ..look }), t::turn_right());
    let zoom = link(to(Look { large: !look.large, ..look }), if look.large { t::zoom_out() } else { t::zoom_in() });
    view! { <p class="ov-viewer-controls">{previous} {next} {left} {right} {zoom}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::pages::materials::tests::{ID, file as photo, html};
    use precheck::{Code, Finding, Level};

    fn seen(pages: Option<u32>) -> SeenFile {
        let mut view = photo("floor_plan", Finding::new(Code::Sideways, Level::Advice));
        if pages.is_some() {
            view.report.kind = precheck::DetectedKind::Pdf;
            view.report.pages = pages;
        }
        SeenFile { view, draft: ID.parse().expect("a UUID"), case: None }
    }

    #[test]
    fn m3_every_control_is_a_link_that_keeps_the_rest() {
        let seen = seen(Some(3));
        let look = Look { page: 2, quarters: 3, ..Look::default() };
        let page = html(|| file(&seen, false, look));
        let id = seen.view.id;
        for (page_number, quarters, large) in [(1, 3, false), (3, 3, false), (2, 2, false), (2, 0, false), (2, 3, true)]
        {
            let href = paths::look_at(id, page_number, quarters, large).replace('&', "&amp;");
            assert!(page.contains(&format!("href=\"{href}\"")), "{href} in {page}");
        }
        assert!(page.contains(&paths::preview(id, 2)) && page.contains("turn=270"));
        assert!(page.contains(&paths::materials(seen.draft)) && page.contains("第 2 页，共 3 页"));
    }

    #[test]
    fn m3_an_old_link_is_explained_and_what_cannot_be_drawn_is_said() {
        let mut seen = seen(None);
        let page = html(|| file(&seen, false, Look { old: true, page: 9, ..Look::default() }));
        assert!(page.contains(t::old_title()) && page.contains(t::back_draft()));
        assert!(page.contains(&paths::preview(seen.view.id, 1)), "the nearest page");
        assert!(!page.contains(t::next()));
        seen.view.report.findings.push(Finding::new(Code::ImageBroken, Level::MustFix));
        assert!(html(|| file(&seen, false, Look::default())).contains(t::none_title()));
    }
}
