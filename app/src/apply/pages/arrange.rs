//! 页面整理: what can be done to each file of an open slot, and the page on which a picture is turned and cut.
//! All of it by plain forms.

use super::materials::{slot_anchor, slot_file};
use crate::links;
use crate::paths;
use crate::t::pages as t;
use crate::ui::{
    Breadcrumb, Button, ButtonKind, ErrorSummary, Field, FieldError, FileAct, Link, LinkButton, Notification,
    PageHeading, Panel, SlotFile, Tone,
};
use domain::catalogue::Matter;
use domain::ids::FileId;
use domain::materials::share_text;
use leptos::prelude::*;
use service::arrange::Lies;
use service::previews::SeenFile;
use service::uploads::{FileView, Scan};

/// Names of the four fields, as the island knows them too.
const EDGES: [&str; 4] = ["left", "top", "right", "bottom"];

/// The files of an open slot as its card shows them, in their order, with what can be done to each.
pub(crate) fn open_files(matter: &Matter, files: &[&FileView], remove: impl Fn(FileId) -> String) -> Vec<SlotFile> {
    let last = files.len().saturating_sub(1);
    let row = |(index, file): (usize, &&FileView)| SlotFile {
        acts: acts(file, index > 0, index < last),
        act_action: paths::adjust(file.id),
        adjust: is_shown(file).then(|| Link::new(t::cut(), paths::adjust(file.id))),
        ..slot_file(matter, file, Some(remove(file.id)))
    };
    files.iter().enumerate().map(row).collect()
}

/// A picture that its owner can see.
fn is_shown(file: &FileView) -> bool {
    file.is_picture() && file.scan != Scan::Infected
}

fn acts(file: &FileView, earlier: bool, later: bool) -> Vec<FileAct> {
    let picture = is_shown(file);
    let all = [
        (earlier, "earlier", t::earlier()),
        (later, "later", t::later()),
        (picture, "turn_right", t::turn_right()),
        (picture, "retake", t::retake()),
    ];
    all.into_iter().filter(|(offered, ..)| *offered).map(|(_, act, text)| FileAct { act, text }).collect()
}

/// The card of the slot in which a file lies.
pub fn slot_of(lies: &Lies) -> String {
    let page = match lies.case {
        None => paths::materials(lies.draft),
        Some(case) if lies.owed => paths::case(case),
        Some(case) => paths::correction(case),
    };
    format!("{page}#{}", slot_anchor(&lies.material))
}

/// One picture: turned, cut, or as it came. `said` is the stable code of what just happened, `typed` what was
/// typed and not taken.
pub fn adjust(seen: &SeenFile, lies: &Lies, said: Option<&str>, typed: Option<[String; 4]>) -> AnyView {
    let file = &seen.view;
    let back = slot_of(lies);
    let shares = typed.unwrap_or_else(|| file.arranged.crop.edges().map(share_text));
    let stage = crate::apply::components::crop::helper(links::uncut_picture(file.id), t::alt(&file.name), &shares);
    view! {
        <Breadcrumb links=vec![Link::new(crate::t::files::back_draft(), back.clone())] />
        {told(said)}
        <PageHeading caption=file.name.clone() title=t::title() lead=t::lead() />
        {stage}
        {turning(file)}
        {cutting(file, &shares, said)}
        {result(file)}
        <p><LinkButton href=back>{t::back()}</LinkButton></p>
    }
    .into_any()
}

fn told(said: Option<&str>) -> AnyView {
    match said {
        None => ().into_any(),
        Some("saved") => {
            view! { <Notification tone=Tone::Success title=t::saved() live=true heading_level=2 /> }.into_any()
        }
        Some(code) => {
            let text = t::by_key(&format!("message.{code}")).unwrap_or_else(|| crate::t::failure::internal());
            let at = if code == "page.crop" { EDGES[0] } else { "" };
            view! { <ErrorSummary errors=vec![FieldError::new(at, text)] title=t::error_title() /> }.into_any()
        }
    }
}

fn turning(file: &FileView) -> AnyView {
    let action = paths::adjust(file.id);
    let button = |act: &'static str, text: &'static str| {
        view! { <Button kind=ButtonKind::Secondary name="act" value=act>{text}</Button> }.into_any()
    };
    let (left, right) = (button("turn_left", t::turn_left()), button("turn_right", t::turn_right()));
    view! {
        <Panel title=t::turn_title() id="turn">
            <form class="ov-viewer-controls" method="post" action=action>
                <input type="hidden" name="stay" value="1" />
                {left}
                {right}
            </form>
        </Panel>
    }
    .into_any()
}

fn cutting(file: &FileView, shares: &[String; 4], said: Option<&str>) -> AnyView {
    let error = (said == Some("page.crop")).then(|| t::by_key("message.page.crop").unwrap_or_default());
    let action = paths::adjust(file.id);
    let labels = [t::cut_left(), t::cut_top(), t::cut_right(), t::cut_bottom()];
    let fields = EDGES
        .into_iter()
        .zip(labels)
        .zip(shares.clone())
        .map(|((name, label), value)| {
            let error = error.filter(|_| name == EDGES[0]);
            view! {
                <Field
                    name=name
                    label=label
                    value=value
                    error=error
                    inputmode="decimal"
                    autocomplete="off"
                    suffix=t::percent()
                    width=5
                />
            }
        })
        .collect_view();
    view! {
        <Panel title=t::cut_title() id="cut">
            <form class="ov-stack" method="post" action=action>
                <input type="hidden" name="stay" value="1" />
                <p>{t::cut_lead()}</p>
                <p id="crop-lead" hidden>{t::cut_drag()}</p>
                <div class="ov-crop-fields">{fields}</div>
                <p class="ov-viewer-controls">
                    <Button kind=ButtonKind::Secondary name="act" value="cut">{t::cut_do()}</Button>
                    <Button kind=ButtonKind::Secondary name="act" value="edges">{t::cut_edges()}</Button>
                    <Button kind=ButtonKind::Quiet name="act" value="undo">{t::undo()}</Button>
                </p>
            </form>
        </Panel>
    }
    .into_any()
}

/// The picture as the window will see it, once something was cut off.
fn result(file: &FileView) -> AnyView {
    if file.arranged.crop.is_whole() {
        return ().into_any();
    }
    let (src, alt) = (links::picture(file.id, 1, 0), t::alt_cut(&file.name));
    view! {
        <Panel title=t::result_title() id="result">
            <div class="ov-viewer"><img class="ov-viewer__image" src=src alt=alt /></div>
        </Panel>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::materials::tests::{draft, file, html};
    use super::*;
    use domain::materials::Crop;
    use precheck::{Code, Finding, Level};

    fn lies(seen: &SeenFile) -> Lies {
        Lies { draft: seen.draft, case: None, material: "floor_plan".to_owned(), owed: false }
    }

    fn seen() -> SeenFile {
        let view = file("floor_plan", Finding::new(Code::Sideways, Level::Advice));
        SeenFile { draft: draft("food-licence").id, case: None, view }
    }

    #[test]
    fn m3_each_file_of_a_slot_is_arranged_by_plain_buttons_and_only_where_that_makes_sense() {
        let draft = draft("food-licence");
        let photo = file("floor_plan", Finding::new(Code::Sideways, Level::Advice));
        let mut sheet = photo.clone();
        sheet.report.kind = precheck::DetectedKind::Pdf;
        let rows = open_files(&draft.matter, &[&photo, &sheet], |id| paths::remove_file(draft.id, id));
        let named = |row: &SlotFile| row.acts.iter().map(|a| a.act).collect::<Vec<_>>();
        assert_eq!(named(&rows[0]), ["later", "turn_right", "retake"]);
        assert_eq!(named(&rows[1]), ["earlier"], "a PDF is only moved");
        assert!(rows[0].adjust.is_some() && rows[1].adjust.is_none());
        assert_eq!(rows[0].act_action, paths::adjust(photo.id));
    }

    #[test]
    fn m3_a_picture_is_cut_by_four_fields_that_hold_what_is_cut_now() {
        let mut seen = seen();
        seen.view.arranged.crop = Crop::new(125, 0, 30, 0).expect("a cut");
        let page = html(|| adjust(&seen, &lies(&seen), None, None));
        assert!(page.contains("name=\"left\"") && page.contains("value=\"12.5\"") && page.contains("value=\"3\""));
        assert!(page.contains(t::result_title()), "what it looks like now");
        assert!(page.contains(&format!("{}#{}", paths::materials(seen.draft), slot_anchor("floor_plan"))));
        for act in ["turn_left", "turn_right", "cut", "edges", "undo"] {
            assert!(page.contains(&format!("value=\"{act}\"")), "{act}");
        }
    }

    #[test]
    fn m3_a_cut_that_is_not_taken_is_explained_and_what_was_typed_stays() {
        let seen = seen();
        let typed = ["80", "0", "30", "x"].map(str::to_owned);
        let page = html(|| adjust(&seen, &lies(&seen), Some("page.crop"), Some(typed)));
        assert!(page.contains(t::by_key("message.page.crop").expect("has words")));
        assert!(page.contains("value=\"80\"") && page.contains("value=\"x\""));
        assert!(!page.contains(t::result_title()));
    }
}
