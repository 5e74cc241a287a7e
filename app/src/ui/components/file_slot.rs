//! A material to hand in, and the files handed in for it.

use super::{
    Badge, Button, ButtonKind, Hidden, HiddenFields, Icon, LinkButton, Symbol, Tone, Words, field_id, hint_id,
    texts::texts,
};
use leptos::prelude::*;

/// How serious a finding of the pre-check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingLevel {
    /// 必须改: blocks submission.
    MustFix,
    /// 建议改: may be handed in, may be sent back.
    ShouldFix,
    /// 提醒: to know.
    Remark,
}

/// One finding about a file or a material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How serious.
    pub level: FindingLevel,
    /// A full sentence that says what to do.
    pub text: String,
}

/// Something that is done to a file of a slot: the value of the button `act`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAct {
    /// Stable name of what is done.
    pub act: &'static str,
    /// The button's words.
    pub text: &'static str,
}

/// One uploaded file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotFile {
    /// Its name as the person knows it.
    pub name: String,
    /// Size and pages in words (1.2 MB，3 页).
    pub facts: String,
    /// Address to look at it.
    pub href: Option<String>,
    /// Address of a small picture of it; `None` where there is none.
    pub preview: Option<String>,
    /// Address that removes it by POST; `None` when it cannot be removed any more.
    pub remove_action: Option<String>,
    /// What can be done to it (上移, 向右转 …), by POST to `act_action`.
    pub acts: Vec<FileAct>,
    /// Address of the acts.
    pub act_action: String,
    /// The page on which it is turned and cut, and that page's name.
    pub adjust: Option<super::Link>,
    /// What the pre-check found.
    pub findings: Vec<Finding>,
}

/// A material as a card: name, need, what is accepted, sample, files with findings, upload form.
///
/// Contract: the upload is `POST multipart/form-data` to `upload_action` with the fields of `hidden`
/// and one or more parts named `name`; removing is `POST` to the file's `remove_action` with the same
/// hidden fields. On phones the file input offers the camera by itself. `children` is the place of
/// the island (camera, progress, drag and drop); everything works without it. The card's id is
/// `slot-` + the id of the input, [`field_id`]`(name)` (pass a distinct `input_id` when several slots
/// share a part name).
///
/// A11y: the card is a section named by the material; findings carry their level in words and icon;
/// each remove button names its file.
#[component]
pub fn FileSlot(
    /// Name of the file part.
    #[prop(into)]
    name: String,
    /// Name from which the ids are derived, when it must differ from `name`.
    #[prop(optional, into)]
    input_id: Words,
    /// Material.
    #[prop(into)]
    title: String,
    /// Level of its heading.
    #[prop(default = 3)]
    heading_level: u8,
    /// Need in words (必要 / 可容缺 / 按情形).
    #[prop(optional, into)]
    need: Words,
    /// Tone of the need.
    #[prop(optional)]
    need_tone: Tone,
    /// State in words (已合格, 待上传, 免提交).
    #[prop(optional, into)]
    state: Words,
    /// Tone of the state.
    #[prop(optional)]
    state_tone: Tone,
    /// Acceptance criteria, one sentence each.
    #[prop(optional)]
    criteria: Vec<String>,
    /// Filled sample.
    #[prop(optional, into)]
    sample_href: Words,
    /// Blank form.
    #[prop(optional, into)]
    blank_href: Words,
    /// Files so far.
    #[prop(optional)]
    files: Vec<SlotFile>,
    /// Findings about the material as a whole.
    #[prop(optional)]
    findings: Vec<Finding>,
    /// Address of the upload; without it nothing can be added (免提交, read-only).
    #[prop(optional, into)]
    upload_action: Words,
    /// `accept` of the input.
    #[prop(default = "image/jpeg,image/png,application/pdf".to_owned(), into)]
    accept: String,
    /// Several files at once.
    #[prop(default = true)]
    multiple: bool,
    /// Formats and sizes in words.
    #[prop(optional, into)]
    hint: Words,
    /// Fields that every POST carries.
    #[prop(optional)]
    hidden: Hidden,
    /// Island, other ways (用电子证照, 后补, 承诺代替).
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = field_id(input_id.as_deref().unwrap_or(&name));
    let slot_id = format!("slot-{id}");
    let title_id = format!("{slot_id}-title");
    let labelled = title_id.clone();
    let no_files = files.is_empty();
    let spoken = title.clone();
    let upload = upload_action.map_view(|action| {
        let fields = hidden.clone();
        view! { <UploadForm id action name title=spoken accept multiple hint hidden=fields no_files /> }
    });
    let files = files.into_iter().map(|file| file_row(file, &hidden)).collect_view();
    view! {
        <section class="ov-file-slot" id=slot_id aria-labelledby=labelled>
            <div class="ov-file-slot__head">
                <super::Heading level=heading_level text=title id=title_id class="ov-file-slot__title" />
                <span class="ov-file-slot__badges">
                    {need.map_view(|text| view! { <Badge text tone=need_tone /> })}
                    {state.map_view(|text| view! { <Badge text tone=state_tone /> })}
                </span>
            </div>
            {criteria_list(criteria)}
            {links(sample_href, blank_href)}
            {finding_list(findings)}
            {(!no_files).then(|| view! { <ul class="ov-file-slot__files" role="list">{files}</ul> })}
            {upload}
            {children.map(|children| view! { <div class="ov-file-slot__extra">{children()}</div> })}
        </section>
    }
}

#[component]
#[allow(clippy::too_many_arguments, reason = "one use, all of them attributes of one form")]
fn UploadForm(
    id: String,
    action: String,
    name: String,
    title: String,
    accept: String,
    multiple: bool,
    hint: Words,
    hidden: Hidden,
    no_files: bool,
) -> impl IntoView {
    let words = texts();
    let described = hint.is_some().then(|| hint_id(&id));
    let hint_of = hint_id(&id);
    view! {
        <form class="ov-file-slot__form" method="post" action=action enctype="multipart/form-data">
            <HiddenFields fields=hidden />
            {no_files.then(|| view! { <p class="ov-file-slot__none">{words.no_files}</p> })}
            <label class="ov-file-slot__label" for=id.clone()>
                {words.choose_files}
                <span class="ov-vh">{title}</span>
            </label>
            {hint.map_view(|hint| view! { <p class="ov-field__hint" id=hint_of>{hint}</p> })}
            <div class="ov-file-slot__row">
                <input
                    class="ov-file-slot__input"
                    type="file"
                    id=id
                    name=name
                    accept=accept
                    multiple=multiple
                    aria-describedby=described
                />
                <Button kind=ButtonKind::Secondary symbol=Symbol::Upload>
                    {words.upload}
                </Button>
            </div>
        </form>
    }
}

fn criteria_list(criteria: Vec<String>) -> impl IntoView {
    (!criteria.is_empty()).then(|| {
        let items = criteria.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        view! {
            <div class="ov-file-slot__criteria">
                <p class="ov-file-slot__caption">{texts().criteria}</p>
                <ul>{items}</ul>
            </div>
        }
    })
}

fn links(sample: Words, blank: Words) -> impl IntoView {
    let words = texts();
    let link = |href: String, text: &'static str| view! { <a class="ov-file-slot__link" href=href>{text}</a> };
    (sample.is_some() || blank.is_some()).then(|| {
        view! {
            <p class="ov-file-slot__links">
                {sample.map_view(|href| link(href, words.sample))}
                {blank.map_view(|href| link(href, words.blank_form))}
            </p>
        }
    })
}

fn finding_list(findings: Vec<Finding>) -> impl IntoView {
    (!findings.is_empty()).then(|| {
        let items = findings
            .into_iter()
            .map(|finding| {
                let words = texts();
                let (modifier, symbol, level) = match finding.level {
                    FindingLevel::MustFix => ("danger", Symbol::Error, words.must_fix),
                    FindingLevel::ShouldFix => ("warning", Symbol::Warning, words.should_fix),
                    FindingLevel::Remark => ("info", Symbol::Info, words.remark),
                };
                view! {
                    <li class=format!("ov-file-slot__finding ov-file-slot__finding--{modifier}")>
                        <Icon symbol />
                        <span>
                            <strong>{format!("{level}：")}</strong>
                            {finding.text}
                        </span>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="ov-file-slot__findings" role="list">{items}</ul> }
    })
}

/// The acts on a file, each naming the file: several such rows stand below each other.
fn acts(file: &SlotFile, hidden: &Hidden) -> Option<AnyView> {
    if file.acts.is_empty() && file.adjust.is_none() {
        return None;
    }
    let buttons = file
        .acts
        .iter()
        .map(|known| {
            let FileAct { act, text } = known.clone();
            let label = format!("{text} {}", file.name);
            view! {
                <Button kind=ButtonKind::Quiet name="act" value=act label=label>
                    {text}
                </Button>
            }
        })
        .collect_view();
    let adjust = file.adjust.clone().map(|super::Link { label, href }| {
        let spoken = format!("{label} {}", file.name);
        view! { <LinkButton href=href kind=ButtonKind::Quiet label=spoken>{label}</LinkButton> }
    });
    let (action, fields) = (file.act_action.clone(), hidden.clone());
    Some(
        view! {
            <form class="ov-file-slot__acts" method="post" action=action>
                <HiddenFields fields=fields />
                {buttons}
                {adjust}
            </form>
        }
        .into_any(),
    )
}

fn file_row(file: SlotFile, hidden: &Hidden) -> impl IntoView + use<> {
    let words = texts();
    let acts = acts(&file, hidden);
    let remove_label = format!("{} {}", words.remove, file.name);
    // The name beside it says what it is.
    let preview = file
        .preview
        .map(|src| view! { <img class="ov-file-slot__preview" src=src alt="" loading="lazy" decoding="async" /> });
    let name = match file.href {
        Some(href) => view! { <a href=href>{file.name}</a> }.into_any(),
        None => file.name.into_any(),
    };
    let remove = file.remove_action.map(|action| {
        view! {
            <form method="post" action=action>
                <HiddenFields fields=hidden.clone() />
                <Button kind=ButtonKind::Quiet symbol=Symbol::Trash label=remove_label>
                    {words.remove}
                </Button>
            </form>
        }
    });
    view! {
        <li class="ov-file-slot__file">
            <div class="ov-file-slot__file-row">
                <Icon symbol=Symbol::File />
                <p class="ov-file-slot__name">
                    {name} <span class="ov-file-slot__facts">{file.facts}</span>
                </p>
                {remove}
            </div>
            {preview}
            {acts}
            {finding_list(file.findings)}
        </li>
    }
}
