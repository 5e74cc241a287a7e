//! 传材料: checks chosen files on the device, then sends them one by one.

use super::precheck::Checker;
use super::transfer::send;
use crate::apply::finding::{finding_text, size_text};
use crate::browser::{behaviour, by_id, copy_of, data, listen, part, put, reload, show, window};
use crate::t::islands as t;
use crate::wire::WireError;
use leptos::prelude::*;
use precheck::{Finding, Level};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, File, FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

/// The templates of the three levels.
const MUST_FIX: &str = "must-fix";
const ADVICE: &str = "advice";
const NOTE: &str = "note";

/// How far a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unchecked,
    Checking,
    /// Something must be mended first.
    Refused,
    Ready,
    /// Percent that have left the device.
    Sending(u32),
    Done,
    Failed,
}

impl State {
    /// In words; `reason` says why it failed.
    fn text(self, reason: &str) -> String {
        match self {
            Self::Unchecked | Self::Ready => t::upload_waiting().into(),
            Self::Checking => t::upload_checking().into(),
            Self::Refused => t::upload_refused().into(),
            Self::Sending(percent) => t::upload_sending(percent),
            Self::Done => t::upload_done().into(),
            Self::Failed => t::upload_failed(reason),
        }
    }
}

/// A chosen file and its line in the list.
struct Row {
    number: usize,
    file: File,
    state: Cell<State>,
    /// Why it was not sent.
    reason: RefCell<String>,
    line: HtmlElement,
}

/// One slot of the materials page.
struct Uploader {
    holder: HtmlElement,
    url: String,
    form: HtmlFormElement,
    /// Name of the form's file part.
    files: String,
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
        url: data(&holder, "data-url"),
        checker: Checker::new(data(&holder, "data-limits"), data(&holder, "data-max-bytes").parse().ok()?),
        holder,
        form,
        files: input.name(),
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
        let retry = part(&line, "retry")?;
        // Several such buttons may stand below each other: each names its file.
        let label = format!("{} {}", retry.inner_text(), file.name());
        retry.set_attribute("aria-label", &label).ok()?;
        part(&line, "bar")?.set_attribute("aria-label", &file.name()).ok()?;
        part(&self.holder, "list")?.append_with_node_1(&line).ok()?;
        let number = self.rows.borrow().len();
        let row = Rc::new(Row { number, file, state: Cell::new(State::Unchecked), reason: RefCell::default(), line });
        row.set(State::Unchecked);
        let (me, again) = (self.clone(), row.clone());
        listen(&retry, "click", move |_: Event| {
            again.set(State::Ready);
            me.run();
        });
        Some(row)
    }

    /// Works the list off; a second call while it runs changes nothing.
    fn run(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        self.offer_refresh(false);
        let me = self.clone();
        spawn_local(async move {
            // First all checks, so that everything wrong is said at once.
            loop {
                if let Some(row) = me.next(State::Unchecked) {
                    me.tell(&row, State::Checking);
                    let found = me.checker.check(&row.file, row.number).await;
                    row.judge(&found);
                } else if let Some(row) = me.next(State::Ready) {
                    me.tell(&row, State::Sending(0));
                    match me.send(&row).await {
                        Ok(()) => row.set(State::Done),
                        Err(reason) => {
                            row.reason.replace(reason);
                            row.set(State::Failed);
                        }
                    }
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

    async fn send(&self, row: &Rc<Row>) -> Result<(), String> {
        let broken = |_| WireError::new("upload.broken").text().to_owned();
        // The form's hidden fields go along; its own file input is empty by now.
        let data = FormData::new_with_form(&self.form).map_err(broken)?;
        data.delete(&self.files);
        data.append_with_blob_and_filename(&self.files, &row.file, &row.file.name()).map_err(broken)?;
        let shown = row.clone();
        send(&self.url, &data, move |percent| shown.set(State::Sending(percent))).await
    }

    fn tell(&self, row: &Row, state: State) {
        let place = t::upload_at(row.number + 1, self.rows.borrow().len(), row.file.name());
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

    fn finish(&self) {
        let rows = self.rows.borrow();
        let done = rows.iter().filter(|row| row.state.get() == State::Done).count();
        if done == rows.len() {
            self.say(t::upload_all_done());
            reload();
        } else {
            // What is wrong stays on the screen; the page is renewed when the person says so.
            self.say(&t::upload_summary(done, rows.len() - done));
            self.offer_refresh(done > 0);
        }
    }
}

impl Row {
    fn set(&self, state: State) {
        self.state.set(state);
        let (Some(facts), Some(retry), Some(bar)) =
            (part(&self.line, "facts"), part(&self.line, "retry"), part(&self.line, "bar"))
        else {
            return;
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are whole and below 2^53")]
        let size = size_text(self.file.size() as u64);
        facts.set_text_content(Some(&format!("{size} · {}", state.text(&self.reason.borrow()))));
        show(&retry, state == State::Failed);
        show(&bar, matches!(state, State::Sending(_)));
        if let State::Sending(percent) = state {
            put(&bar, "value", &percent.into());
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
        let line = copy_of(
            &self.line,
            match finding.level {
                Level::MustFix => MUST_FIX,
                Level::Advice => ADVICE,
                Level::Note => NOTE,
            },
        )?;
        part(&line, "text")?.set_text_content(Some(&finding_text(finding)));
        let list = part(&self.line, "findings")?;
        show(&list, true);
        list.append_with_node_1(&line).ok()
    }
}

/// The island for one slot: its form posts to `upload_url`, its file input is `input_id`, `limits`
/// are what the material asks of its files.
#[cfg(feature = "ssr")]
pub fn helper(upload_url: String, input_id: String, limits: &precheck::Limits) -> AnyView {
    use crate::ui::{Button, ButtonKind, Symbol, texts::texts};
    let words = texts();
    let json = serde_json::to_string(limits).unwrap_or_default();
    view! {
        <div
            class="ov-upload"
            hidden
            data-island
            data-url=upload_url
            data-input=input_id
            data-limits=json
            data-max-bytes=limits.max_bytes.to_string()
        >
            <p class="ov-upload__lead">{t::upload_lead()}</p>
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
                    </div>
                    <progress class="ov-progress__bar" max="100" data-part="bar" hidden></progress>
                    <ul class="ov-file-slot__findings" role="list" data-part="findings" hidden></ul>
                    {finding(MUST_FIX, "danger", Symbol::Error, words.must_fix)}
                    {finding(ADVICE, "warning", Symbol::Warning, words.should_fix)}
                    {finding(NOTE, "info", Symbol::Info, words.remark)}
                </li>
            </template>
            <UploadHelper />
        </div>
    }
    .into_any()
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
