//! 传材料: checks chosen files on the device, then sends them one by one.

use super::heic::as_jpeg;
use super::precheck::Checker;
use super::tus::{Said, send, take_back};
use super::tus_wire::{Control, Stop, Wanted};
use crate::apply::finding::{finding_text, size_text};
use crate::browser::{behaviour, by_id, copy_of, data, document, listen, part, put, reload, show, window};
use crate::t::{islands as t, transfer as words};
use leptos::prelude::*;
use precheck::{Finding, Level};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, File, HtmlElement, HtmlInputElement};

/// The templates of the three levels.
const MUST_FIX: &str = "must-fix";
const ADVICE: &str = "advice";
const NOTE: &str = "note";
/// The buttons of a line.
const BUTTONS: [&str; 4] = ["retry", "resume", "pause", "cancel"];
/// Marks a slot whose chosen files are not all there yet.
const OPEN: &str = "data-open";

/// How far a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unchecked,
    Checking,
    /// Something must be mended first.
    Refused,
    Ready,
    /// Percent that the server has.
    Sending(u32),
    /// By the person, at so many percent.
    Paused(u32),
    Done,
    /// The server had the content already.
    Known,
    Failed,
    Cancelled,
}

impl State {
    /// In words; `reason` says why it failed or waits.
    fn text(self, reason: &str) -> String {
        match self {
            Self::Unchecked | Self::Ready => t::upload_waiting().into(),
            Self::Checking => t::upload_checking().into(),
            Self::Refused => t::upload_refused().into(),
            Self::Sending(_) if !reason.is_empty() => reason.to_owned(),
            Self::Sending(percent) => t::upload_sending(percent),
            Self::Paused(percent) => words::paused(percent),
            Self::Done => t::upload_done().into(),
            Self::Known => words::known().into(),
            Self::Cancelled => words::cancelled().into(),
            Self::Failed => t::upload_failed(reason),
        }
    }
}

/// A chosen file and its line in the list.
struct Row {
    number: usize,
    /// As it is sent: a photo in HEIC as the JPEG that was made of it.
    file: RefCell<File>,
    state: Cell<State>,
    /// Why it was not sent, or what it waits for.
    reason: RefCell<String>,
    control: Control,
    line: HtmlElement,
}

/// One slot of the materials page.
struct Uploader {
    holder: HtmlElement,
    /// Where resumable uploads into this slot begin.
    url: String,
    checker: Checker,
    rows: RefCell<Vec<Rc<Row>>>,
    busy: Cell<bool>,
}

/// Brings the plain upload form of a slot to life: chosen files are checked, listed with what is
/// wrong, and sent; one that fails holds up no other. Without WebAssembly the form works as it is.
#[island]
pub fn UploadHelper() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let input = by_id(&data(&holder, "data-input"))?.dyn_into::<HtmlInputElement>().ok()?;
    let form = input.form()?;
    // Files are sent when they are chosen; the button would have nothing left to send.
    if let Ok(Some(button)) = form.query_selector("button[type=submit]") {
        show(button.unchecked_ref(), false);
    }
    show(&holder, true);
    let uploader = Rc::new(Uploader {
        url: data(&holder, "data-tus"),
        checker: Checker::new(data(&holder, "data-limits"), data(&holder, "data-max-bytes").parse().ok()?),
        holder,
        rows: RefCell::default(),
        busy: Cell::new(false),
    });
    let guard = uploader.clone();
    listen(&window(), "beforeunload", move |event: Event| {
        if guard.busy.get() {
            event.prevent_default();
        }
    });
    listen(part(&uploader.holder, "refresh")?.as_ref(), "click", |_: Event| reload());
    let online = uploader.clone();
    listen(&window(), "online", move |_: Event| online.rows.borrow().iter().for_each(|row| row.control.wake()));
    listen(&uploader.holder, "click", |event: Event| {
        // None means that the press was for something else.
        let _ = give_up(&event);
    });
    let (me, source) = (uploader.clone(), input.clone());
    listen(&input, "change", move |_: Event| me.take_from(&source));
    // Chosen before this module had loaded.
    uploader.take_from(&input);
    Some(())
}

impl Uploader {
    fn take_from(self: &Rc<Self>, input: &HtmlInputElement) {
        let Some(chosen) = input.files().filter(|files| files.length() > 0) else { return };
        for index in 0..chosen.length() {
            if let Some(row) = chosen.get(index).and_then(|file| self.add(file)) {
                self.rows.borrow_mut().push(row);
            }
        }
        // The same file may be chosen again after it was mended.
        input.set_value("");
        self.run();
    }

    fn add(self: &Rc<Self>, file: File) -> Option<Rc<Row>> {
        let line = copy_of(&self.holder, "row")?;
        part(&line, "name")?.set_text_content(Some(&file.name()));
        part(&line, "bar")?.set_attribute("aria-label", &file.name()).ok()?;
        part(&self.holder, "list")?.append_with_node_1(&line).ok()?;
        let number = self.rows.borrow().len();
        let row = Rc::new(Row {
            number,
            file: RefCell::new(file),
            state: Cell::new(State::Unchecked),
            reason: RefCell::default(),
            control: Control::default(),
            line,
        });
        row.set(State::Unchecked);
        self.press(&row, "retry", Self::go_on);
        self.press(&row, "resume", Self::go_on);
        self.press(&row, "pause", |_, row| row.control.want(Wanted::Pause));
        self.press(&row, "cancel", |me, row| {
            cancel(row);
            me.mark_open();
        });
        Some(row)
    }

    /// Gives a button of a line its name and its meaning.
    fn press(self: &Rc<Self>, row: &Rc<Row>, name: &str, act: fn(&Rc<Self>, &Rc<Row>)) {
        let Some(button) = part(&row.line, name) else { return };
        name_button(&button, &row.name());
        let (me, row) = (self.clone(), row.clone());
        listen(&button, "click", move |_: Event| act(&me, &row));
    }

    fn go_on(self: &Rc<Self>, row: &Rc<Row>) {
        row.reason.take();
        row.set(State::Ready);
        self.run();
    }

    /// Works the list off; a second call while it runs changes nothing.
    fn run(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        self.offer_refresh(false);
        self.mark_open();
        let me = self.clone();
        spawn_local(async move {
            // First all checks, so that everything wrong is said at once.
            loop {
                if let Some(row) = me.next(State::Unchecked) {
                    me.tell(&row, State::Checking);
                    me.convert(&row).await;
                    let found = me.checker.check(&row.file(), row.number).await;
                    row.judge(&found);
                } else if let Some(row) = me.next(State::Ready) {
                    me.tell(&row, State::Sending(0));
                    me.send(&row).await;
                } else {
                    break;
                }
            }
            me.busy.set(false);
            me.finish();
        });
    }

    fn next(&self, wanted: State) -> Option<Rc<Row>> {
        self.rows.borrow().iter().find(|row| row.state.get() == wanted).cloned()
    }

    /// A photo that only phones can open goes on as JPEG, where this browser can make one and the material takes it.
    async fn convert(&self, row: &Row) {
        let file = row.file();
        if self.checker.is_too_big(&file) || !data(&self.holder, "data-limits").contains("\"jpeg\"") {
            return;
        }
        if let Some(jpeg) = as_jpeg(&file).await {
            row.replace(jpeg);
        }
    }

    async fn send(&self, row: &Rc<Row>) {
        let shown = Cell::new(0);
        let tell = |said: Said| {
            let (percent, reason) = match said {
                Said::Percent(percent) => (percent, String::new()),
                Said::Offline(percent) => (percent, words::waiting(percent)),
                Said::Again(seconds, percent) => (percent, words::again(seconds, percent)),
            };
            // Read aloud by quarters, and when something is amiss.
            if !reason.is_empty() {
                self.say(&reason);
            } else if percent / 25 > shown.replace(percent) / 25 {
                self.say(&words::progress(row.name(), percent));
            }
            row.reason.replace(reason);
            row.set(State::Sending(percent));
        };
        let file = row.file();
        let outcome = send(&self.url, &file, &row.control, &tell).await;
        row.reason.take();
        match outcome {
            Ok(true) => row.set(State::Known),
            Ok(false) => row.set(State::Done),
            Err(Stop::Paused) => row.set(State::Paused(row.percent())),
            Err(Stop::Cancelled) => {
                row.set(State::Cancelled);
                let urls = row.control.urls.take();
                take_back(&urls).await;
            }
            Err(Stop::Refused(reason)) => {
                row.reason.replace(reason);
                row.set(State::Failed);
            }
        }
    }

    fn tell(&self, row: &Row, state: State) {
        let place = t::upload_at(row.number + 1, self.rows.borrow().len(), row.name());
        self.say(&format!("{place}，{}", state.text("")));
        row.set(state);
    }

    fn say(&self, text: &str) {
        if let Some(status) = part(&self.holder, "status") {
            status.set_text_content(Some(text));
        }
    }

    fn offer_refresh(&self, offered: bool) {
        if let Some(button) = part(&self.holder, "refresh") {
            show(&button, offered);
        }
    }

    /// Shows the other slots whether files of this one are still to be sent or mended.
    fn mark_open(&self) {
        let ended = |row: &Rc<Row>| matches!(row.state.get(), State::Done | State::Known | State::Cancelled);
        // Fails for names only that no attribute can have.
        let _ = if self.rows.borrow().iter().all(ended) {
            self.holder.remove_attribute(OPEN)
        } else {
            self.holder.set_attribute(OPEN, "")
        };
    }

    fn finish(&self) {
        let rows = self.rows.borrow();
        let count = |wanted: &[State]| rows.iter().filter(|row| wanted.contains(&row.state.get())).count();
        let done = count(&[State::Done, State::Known]);
        let all = rows.len() - count(&[State::Cancelled]);
        self.mark_open();
        if done == 0 && all == 0 {
            self.say(words::cancelled());
        } else if done == all {
            self.say(t::upload_all_done());
            let then = data(&self.holder, "data-then");
            if others_open() {
                // The chosen files of other slots live in this page only: a new one would not have them.
                self.offer_refresh(true);
            } else if then.is_empty() {
                reload();
            } else {
                // Never fails for an address of ours.
                let _ = window().location().set_href(&then);
            }
        } else {
            // What is wrong stays on the screen; the page is renewed when the person says so.
            self.say(&t::upload_summary(done, all - done));
            self.offer_refresh(done > 0);
        }
    }
}

impl Row {
    fn file(&self) -> File {
        self.file.borrow().clone()
    }

    fn name(&self) -> String {
        self.file.borrow().name()
    }

    /// Goes on with the JPEG that was made of the photo, and says so.
    fn replace(&self, jpeg: File) {
        let name = jpeg.name();
        self.file.replace(jpeg);
        if let Some(shown) = part(&self.line, "name") {
            shown.set_text_content(Some(&name));
        }
        if let Some(bar) = part(&self.line, "bar") {
            let _ = bar.set_attribute("aria-label", &name);
        }
        for button in BUTTONS.into_iter().filter_map(|button| part(&self.line, button)) {
            name_button(&button, &name);
        }
        // The name with its new ending says it too.
        let _ = self.note(NOTE, words::converted());
    }

    fn set(&self, state: State) {
        self.state.set(state);
        let (Some(facts), Some(retry), Some(bar)) =
            (part(&self.line, "facts"), part(&self.line, "retry"), part(&self.line, "bar"))
        else {
            return;
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are whole and below 2^53")]
        let size = size_text(self.file.borrow().size() as u64);
        facts.set_text_content(Some(&format!("{size} · {}", state.text(&self.reason.borrow()))));
        show(&retry, state == State::Failed);
        show(&bar, matches!(state, State::Sending(_) | State::Paused(_)));
        let buttons = [
            ("pause", matches!(state, State::Sending(_))),
            ("resume", matches!(state, State::Paused(_))),
            ("cancel", matches!(state, State::Ready | State::Sending(_) | State::Paused(_) | State::Failed)),
        ];
        for (name, shown) in buttons {
            if let Some(button) = part(&self.line, name) {
                show(&button, shown);
            }
        }
        if let State::Sending(percent) = state {
            put(&bar, "value", &percent.into());
        }
    }

    /// As last shown.
    fn percent(&self) -> u32 {
        match self.state.get() {
            State::Sending(percent) | State::Paused(percent) => percent,
            _ => 0,
        }
    }

    /// Lists the findings and decides whether the file goes out.
    fn judge(&self, found: &[Finding]) {
        let refused = found.iter().any(|f| f.level == Level::MustFix);
        self.set(if refused { State::Refused } else { State::Ready });
        for finding in found {
            // Without its line the finding comes from the server later.
            let _ = self.list(finding);
        }
    }

    fn list(&self, finding: &Finding) -> Option<()> {
        let template = match finding.level {
            Level::MustFix => MUST_FIX,
            Level::Advice => ADVICE,
            Level::Note => NOTE,
        };
        self.note(template, &finding_text(finding))
    }

    /// A line below the file.
    fn note(&self, template: &str, text: &str) -> Option<()> {
        let line = copy_of(&self.line, template)?;
        part(&line, "text")?.set_text_content(Some(text));
        let list = part(&self.line, "findings")?;
        show(&list, true);
        list.append_with_node_1(&line).ok()
    }
}

/// Several such buttons may stand below each other: each names its file.
fn name_button(button: &HtmlElement, name: &str) {
    let label = [button.text_content().unwrap_or_default().trim(), " ", name].concat();
    let _ = button.set_attribute("aria-label", &label);
}

/// Whether files chosen in some slot of this page are still to be sent or mended.
fn others_open() -> bool {
    document().query_selector(&[".ov-upload[", OPEN, "]"].concat()).is_ok_and(|found| found.is_some())
}

/// A press on “不传了” beside an upload that broke off: its bytes are taken back.
fn give_up(event: &Event) -> Option<()> {
    let pressed = event.target()?.dyn_into::<Element>().ok()?;
    let button = pressed.closest("[data-urls]").ok()??;
    let line = button.closest("li").ok()??;
    let urls: Vec<String> = data(&button, "data-urls").split(' ').map(str::to_owned).collect();
    line.remove();
    spawn_local(async move { take_back(&urls).await });
    Some(())
}

/// The island for one slot: resumable uploads begin at `tus_url`, its form's file input is
/// `input_id`, `limits` are what the material asks of its files, `interrupted` is what broke off.
#[cfg(feature = "ssr")]
pub fn helper(
    tus_url: String,
    input_id: String,
    limits: &precheck::Limits,
    interrupted: &[service::transfers::Interrupted],
) -> AnyView {
    helper_then(tus_url, input_id, limits, interrupted, String::new())
}

/// The same; when all is sent it leads to `then`, where that is given.
#[cfg(feature = "ssr")]
pub fn helper_then(
    tus_url: String,
    input_id: String,
    limits: &precheck::Limits,
    interrupted: &[service::transfers::Interrupted],
    then: String,
) -> AnyView {
    use crate::ui::{Button, ButtonKind, Symbol, texts::texts};
    let levels = texts();
    let broken = broken_off(interrupted);
    let json = serde_json::to_string(limits).unwrap_or_default();
    view! {
        <div
            class="ov-upload"
            hidden
            data-island
            data-tus=tus_url
            data-input=input_id
            data-limits=json
            data-max-bytes=limits.max_bytes.to_string()
            data-then=then
        >
            <p class="ov-upload__lead">{t::upload_lead()}</p>
            {broken}
            <ul class="ov-file-slot__files" role="list" data-part="list"></ul>
            <p class="ov-upload__status" role="status" data-part="status"></p>
            <div data-part="refresh" hidden>
                <Button kind=ButtonKind::Secondary kind_attr="button">{t::upload_refresh()}</Button>
            </div>
            <template data-part="row">
                <li class="ov-file-slot__file">
                    <div class="ov-file-slot__file-row">
                        <p class="ov-file-slot__name">
                            <span data-part="name"></span>
                            <span class="ov-file-slot__facts" data-part="facts"></span>
                        </p>
                        <button type="button" class="ov-button ov-button--quiet" data-part="retry" hidden>
                            {t::upload_retry()}
                        </button>
                        {button("pause", words::pause())}
                        {button("resume", words::resume())}
                        {button("cancel", words::cancel())}
                    </div>
                    <progress class="ov-progress__bar" max="100" data-part="bar" hidden></progress>
                    <ul class="ov-file-slot__findings" role="list" data-part="findings" hidden></ul>
                    {finding(MUST_FIX, "danger", Symbol::Error, levels.must_fix)}
                    {finding(ADVICE, "warning", Symbol::Warning, levels.should_fix)}
                    {finding(NOTE, "info", Symbol::Info, levels.remark)}
                </li>
            </template>
            <UploadHelper />
        </div>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn button(name: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <button type="button" class="ov-button ov-button--quiet" data-part=name hidden>
            {text}
        </button>
    }
}

/// What broke off before: the same file chosen again goes on from there.
#[cfg(feature = "ssr")]
fn broken_off(interrupted: &[service::transfers::Interrupted]) -> Option<AnyView> {
    if interrupted.is_empty() {
        return None;
    }
    let lines = interrupted
        .iter()
        .map(|one| {
            let urls: Vec<String> = one.ids.iter().map(|id| crate::paths::transfer(*id)).collect();
            view! {
                <li class="ov-file-slot__file">
                    <div class="ov-file-slot__file-row">
                        <p class="ov-file-slot__name">{words::interrupted(&one.name, one.percent)}</p>
                        <button
                            type="button"
                            class="ov-button ov-button--quiet"
                            data-urls=urls.join(" ")
                            aria-label=words::drop_of(&one.name)
                        >
                            {words::drop()}
                        </button>
                    </div>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <p>{words::interrupted_title()}</p>
            <ul class="ov-file-slot__files" role="list" data-part="interrupted">
                {lines}
            </ul>
        }
        .into_any(),
    )
}

/// The line of a finding, as the file slot writes it.
#[cfg(feature = "ssr")]
fn finding(name: &'static str, modifier: &str, symbol: crate::ui::Symbol, level: &str) -> impl IntoView + use<> {
    use crate::ui::Icon;
    let class = format!("ov-file-slot__finding ov-file-slot__finding--{modifier}");
    let level = format!("{level}：");
    view! {
        <template data-part=name>
            <li class=class>
                <Icon symbol />
                <span><strong>{level}</strong><span data-part="text"></span></span>
            </li>
        </template>
    }
}

/// One that is being sent ends by itself; the others end here.
fn cancel(row: &Row) {
    row.control.want(Wanted::Cancel);
    if !matches!(row.state.get(), State::Sending(_)) {
        row.set(State::Cancelled);
        let urls = row.control.urls.take();
        spawn_local(async move { take_back(&urls).await });
    }
}
