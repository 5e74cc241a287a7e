//! 传材料: checks chosen files on the device, then sends them one by one.

use super::precheck::Checker;
use super::transfer::send;
use crate::apply::finding::{finding_text, size_text};
use crate::browser::{by_id, document, listen, listen_active, window};
use crate::t::islands as t;
use crate::ui::texts::texts;
use leptos::prelude::*;
use precheck::{Level, Limits};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, File, FormData, HtmlElement, HtmlFormElement, HtmlInputElement};

/// How far a file is.
#[derive(Clone, PartialEq)]
enum State {
    Unchecked,
    Checking,
    /// Something must be mended first.
    Refused,
    Ready,
    /// Percent that have left the device.
    Sending(u32),
    Done,
    /// The reason in words.
    Failed(&'static str),
}

impl State {
    fn text(&self) -> String {
        match self {
            Self::Unchecked | Self::Ready => t::upload_waiting().into(),
            Self::Checking => t::upload_checking().into(),
            Self::Refused => t::upload_refused().into(),
            Self::Sending(percent) => t::upload_sending(percent),
            Self::Done => t::upload_done().into(),
            Self::Failed(reason) => t::upload_failed(reason),
        }
    }
}

/// A finding ready to be shown: BEM modifier, level and sentence.
type Shown = (&'static str, &'static str, String);

/// A chosen file as the list shows it; the file itself lies in [`Uploader::files`].
#[derive(Clone, Copy)]
struct Row {
    number: usize,
    name: StoredValue<String>,
    size: u64,
    state: RwSignal<State>,
    findings: RwSignal<Vec<Shown>>,
}

/// The list, reachable from event handlers.
#[derive(Clone, Copy)]
struct List {
    rows: RwSignal<Vec<Row>>,
    status: RwSignal<String>,
    /// Some files are there, others are not: the page is reloaded when the person says so.
    stale: RwSignal<bool>,
    uploader: StoredValue<Option<Rc<Uploader>>, LocalStorage>,
}

struct Uploader {
    url: String,
    form: HtmlFormElement,
    part: String,
    checker: Checker,
    files: RefCell<Vec<File>>,
    busy: Cell<bool>,
    owner: Owner,
}

/// Brings the plain upload form of a slot to life: chosen files are checked, listed with what is
/// wrong, and sent; one that fails holds up no other. Without WebAssembly the form works as it is.
#[island]
pub fn UploadHelper(
    /// Where the slot's form posts to.
    upload_url: String,
    /// Id of its file input.
    input_id: String,
    /// What the material asks of its files.
    limits: Limits,
) -> impl IntoView {
    let alive = RwSignal::new(false);
    let list = List {
        rows: RwSignal::new(Vec::new()),
        status: RwSignal::new(String::new()),
        stale: RwSignal::new(false),
        uploader: StoredValue::new_local(None),
    };
    let owner = Owner::current().unwrap_or_default();
    Effect::new(move |_| {
        alive.set(list.attach(&upload_url, &input_id, limits.clone(), owner.clone()));
    });
    let rows = move || list.rows.get().into_iter().map(|row| row_view(list, row)).collect_view();
    view! {
        <div class="ov-upload" hidden=move || !alive.get()>
            <p class="ov-hint">{t::upload_lead()}</p>
            <ul class="ov-file-slot__files" role="list" hidden=move || list.rows.read().is_empty()>
                {rows}
            </ul>
            <p class="ov-upload__status" role="status">{move || list.status.get()}</p>
            <button
                type="button"
                class="ov-button ov-button--secondary"
                hidden=move || !list.stale.get()
                on:click=move |_| reload()
            >
                {t::upload_refresh()}
            </button>
        </div>
    }
}

fn row_view(list: List, row: Row) -> impl IntoView {
    let state = row.state;
    let percent = move || if let State::Sending(percent) = state.get() { percent } else { 0 };
    let findings = move || row.findings.get().into_iter().map(finding_view).collect_view();
    let label = format!("{} {}", t::upload_retry(), row.name.get_value());
    view! {
        <li class="ov-file-slot__file">
            <div class="ov-file-slot__file-row">
                <p class="ov-file-slot__name">
                    {row.name.get_value()}
                    <span class="ov-file-slot__facts">
                        {size_text(row.size)} " · " {move || state.with(State::text)}
                    </span>
                </p>
                <button
                    type="button"
                    class="ov-button ov-button--quiet"
                    aria-label=label
                    hidden=move || !matches!(state.get(), State::Failed(_))
                    on:click=move |_| {
                        state.set(State::Ready);
                        list.run();
                    }
                >
                    {t::upload_retry()}
                </button>
            </div>
            <progress
                class="ov-progress__bar"
                max="100"
                aria-label=row.name.get_value()
                prop:value=percent
                hidden=move || !matches!(state.get(), State::Sending(_))
            ></progress>
            <ul class="ov-file-slot__findings" role="list" hidden=move || row.findings.read().is_empty()>
                {findings}
            </ul>
        </li>
    }
}

fn finding_view((modifier, level, text): Shown) -> impl IntoView {
    view! {
        <li class=format!("ov-file-slot__finding ov-file-slot__finding--{modifier}")>
            <span><strong>{format!("{level}：")}</strong>{text}</span>
        </li>
    }
}

impl List {
    /// Takes the form over; `false` when the page has none.
    fn attach(self, url: &str, input_id: &str, limits: Limits, owner: Owner) -> bool {
        let Some(input) = by_id(input_id).and_then(|i| i.dyn_into::<HtmlInputElement>().ok()) else { return false };
        let Some(form) = input.form() else { return false };
        // Files are sent when they are chosen; the button would have nothing left to send.
        if let Ok(Some(button)) = form.query_selector("button[type=submit]") {
            button.unchecked_into::<HtmlElement>().set_hidden(true);
        }
        let uploader = Rc::new(Uploader {
            url: url.to_owned(),
            form,
            part: input.name(),
            checker: Checker::new(limits),
            files: RefCell::default(),
            busy: Cell::new(false),
            owner,
        });
        let guard = uploader.clone();
        listen_active(&window(), "beforeunload", move |event: Event| {
            if guard.busy.get() {
                event.prevent_default();
            }
        });
        self.uploader.set_value(Some(uploader));
        let source = input.clone();
        listen(&input, "change", move |_: Event| self.take_from(&source));
        // Chosen before this module had loaded.
        self.take_from(&input);
        true
    }

    fn take_from(self, input: &HtmlInputElement) {
        let Some(uploader) = self.uploader.get_value() else { return };
        let Some(chosen) = input.files() else { return };
        let files: Vec<File> = (0..chosen.length()).filter_map(|i| chosen.get(i)).collect();
        if files.is_empty() {
            return;
        }
        for file in files {
            let row = uploader.owner.with(|| Row::new(uploader.files.borrow().len(), &file));
            uploader.files.borrow_mut().push(file);
            self.rows.write().push(row);
        }
        // The same file may be chosen again after it was mended.
        input.set_value("");
        self.run();
    }

    /// Works the list off; a second call while it runs changes nothing.
    fn run(self) {
        let Some(uploader) = self.uploader.get_value() else { return };
        if uploader.busy.replace(true) {
            return;
        }
        self.stale.set(false);
        spawn_local(async move {
            // First all checks, so that everything wrong is said at once.
            while let Some(row) = self.next(&State::Unchecked) {
                self.tell(row, &State::Checking);
                self.check(&uploader, row).await;
            }
            while let Some(row) = self.next(&State::Ready) {
                self.tell(row, &State::Sending(0));
                let state = row.state;
                let sent = uploader.send(row.number, move |percent| state.set(State::Sending(percent))).await;
                state.set(sent.err().map_or(State::Done, |error| State::Failed(error.text())));
            }
            uploader.busy.set(false);
            if self.next(&State::Unchecked).is_some() {
                return self.run();
            }
            self.finish();
        });
    }

    fn next(self, wanted: &State) -> Option<Row> {
        self.rows.read_untracked().iter().find(|row| row.state.read_untracked() == *wanted).copied()
    }

    fn tell(self, row: Row, state: &State) {
        let all = self.rows.read_untracked().len();
        let name = row.name.get_value();
        self.status.set(format!("{}，{}", t::upload_at(row.number + 1, all, name), state.text()));
        row.state.set(state.clone());
    }

    async fn check(self, uploader: &Uploader, row: Row) {
        let file = uploader.files.borrow().get(row.number).cloned();
        let Some(file) = file else { return row.state.set(State::Refused) };
        let number = u32::try_from(row.number).unwrap_or(u32::MAX);
        let found = uploader.checker.check(&file, number).await;
        let refused = found.iter().any(|f| f.level == Level::MustFix);
        let shown = |finding: &precheck::Finding| {
            let (modifier, level) = match finding.level {
                Level::MustFix => ("danger", texts().must_fix),
                Level::Advice => ("warning", texts().should_fix),
                Level::Note => ("info", texts().remark),
            };
            (modifier, level, finding_text(finding))
        };
        row.findings.set(found.iter().map(shown).collect());
        row.state.set(if refused { State::Refused } else { State::Ready });
    }

    fn finish(self) {
        let rows = self.rows.read_untracked();
        let done = rows.iter().filter(|row| row.state.read_untracked() == State::Done).count();
        let open = rows.len() - done;
        if open == 0 {
            self.status.set(t::upload_all_done().into());
            reload();
        } else {
            self.status.set(t::upload_summary(done, open));
            self.stale.set(done > 0);
        }
    }
}

impl Row {
    fn new(number: usize, file: &File) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are whole and below 2^53")]
        let size = file.size() as u64;
        Self {
            number,
            name: StoredValue::new(file.name()),
            size,
            state: RwSignal::new(State::Unchecked),
            findings: RwSignal::new(Vec::new()),
        }
    }
}

impl Uploader {
    async fn send(&self, number: usize, progress: impl Fn(u32) + 'static) -> Result<(), crate::wire::WireError> {
        let file = self.files.borrow().get(number).cloned();
        // The form's hidden fields go along; its own file input is empty by now.
        let (Some(file), Ok(data)) = (file, FormData::new_with_form(&self.form)) else {
            return Err(crate::wire::WireError::new("upload.broken"));
        };
        data.delete(&self.part);
        if data.append_with_blob_and_filename(&self.part, &file, &file.name()).is_err() {
            return Err(crate::wire::WireError::new("upload.broken"));
        }
        send(&self.url, &data, progress).await
    }
}

/// Shows the slot as the server has it now; browsers keep the place on the page.
fn reload() {
    if let Some(location) = document().location() {
        // Never fails for the page itself.
        let _ = location.reload();
    }
}

/// The island for one slot.
#[cfg(feature = "ssr")]
pub fn helper(upload_url: String, input_id: String, limits: &Limits) -> AnyView {
    view! { <UploadHelper upload_url=upload_url input_id=input_id limits=limits.clone() /> }.into_any()
}
