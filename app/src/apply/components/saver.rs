//! What happens between typing and “已保存”.

use super::inline_error;
use crate::apply::actions::SaveAnswers;
use crate::browser::{call, is_hidden, listen, window};
use crate::t;
use crate::wire::{OFFLINE, SavedWire, WireError};
use domain::form::{CheckContext, FieldSpec};
use domain::rules::Answers;
use gloo_timers::callback::Timeout;
use jiff::civil::Date;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlInputElement};

/// After the last key, in ms.
const PAUSE: u32 = 800;
/// At the latest after the first unsaved key, in ms.
const LATEST: u32 = 2_000;
/// Longest wait between two tries, in ms.
const LONGEST_WAIT: u32 = 60_000;

/// One section of one draft on one page.
pub(super) struct Saver {
    form: HtmlFormElement,
    draft: String,
    fields: Vec<FieldSpec>,
    today: Date,
    version: Cell<i64>,
    /// What the server holds.
    saved: RefCell<Answers>,
    /// What is being sent.
    under_way: RefCell<Answers>,
    sending: Cell<bool>,
    failures: Cell<u32>,
    /// The form itself is being submitted: it carries everything.
    leaving: Cell<bool>,
    pause: RefCell<Option<Timeout>>,
    latest: RefCell<Option<Timeout>>,
    /// Fields that the person changed: an untouched field is not scolded for being empty.
    touched: RefCell<BTreeSet<String>>,
}

impl Saver {
    pub(super) fn attach(form: HtmlFormElement, draft: String, version: i64, fields: Vec<FieldSpec>, today: Date) {
        let saver = Rc::new(Self {
            saved: RefCell::new(as_rendered(&form, &fields)),
            form,
            draft,
            fields,
            today,
            version: Cell::new(version),
            under_way: RefCell::default(),
            sending: Cell::new(false),
            failures: Cell::new(0),
            leaving: Cell::new(false),
            pause: RefCell::default(),
            latest: RefCell::default(),
            touched: RefCell::default(),
        });
        saver.listen();
        // Typed before this module had loaded.
        let early = saver.changed();
        saver.touched.borrow_mut().extend(early.into_keys());
        saver.save();
    }

    fn listen(self: &Rc<Self>) {
        let form = self.form.clone();
        let me = self.clone();
        listen(&form, "input", move |e: Event| me.on_input(&e));
        let me = self.clone();
        listen(&form, "change", move |e: Event| me.check(&e));
        let me = self.clone();
        listen(&form, "focusout", move |e: Event| me.check(&e));
        let me = self.clone();
        listen(&form, "submit", move |_: Event| {
            me.leaving.set(true);
            me.stop_timers();
        });
        let me = self.clone();
        listen(&window(), "pageshow", move |_: Event| me.leaving.set(false));
        let me = self.clone();
        listen(&window(), "pagehide", move |_: Event| me.flush());
        let me = self.clone();
        listen(&crate::browser::document(), "visibilitychange", move |_: Event| {
            if is_hidden() {
                me.flush();
            }
        });
        let me = self.clone();
        listen(&window(), "online", move |_: Event| me.save());
    }

    fn on_input(self: &Rc<Self>, event: &Event) {
        if let Some(spec) = self.spec_of(event) {
            self.touched.borrow_mut().insert(spec.name.clone());
            self.later(PAUSE);
            let mut latest = self.latest.borrow_mut();
            if latest.is_none() {
                let me = self.clone();
                *latest = Some(Timeout::new(LATEST, move || me.save()));
            }
        }
    }

    /// Checks the field that was just left.
    fn check(&self, event: &Event) {
        let Some(spec) = self.spec_of(event) else { return };
        if self.touched.borrow().contains(&spec.name) {
            let value = values(&self.form, std::slice::from_ref(spec)).remove(&spec.name).unwrap_or_default();
            let error = spec.check(&value, CheckContext { today: self.today }).err();
            inline_error::show(&spec.name, error.map(|code| t::field::by_key(code).unwrap_or(code)));
        }
    }

    fn spec_of(&self, event: &Event) -> Option<&FieldSpec> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let name = target.get_attribute("name")?;
        self.fields.iter().find(|f| f.name == name)
    }

    /// What neither the server holds nor a request carries.
    fn changed(&self) -> Answers {
        let (saved, under_way) = (self.saved.borrow(), self.under_way.borrow());
        let mut now = values(&self.form, &self.fields);
        now.retain(|name, value| under_way.get(name).or_else(|| saved.get(name)).map_or("", String::as_str) != value);
        now
    }

    fn stop_timers(&self) {
        self.pause.take();
        self.latest.take();
    }

    fn later(self: &Rc<Self>, after: u32) {
        let me = self.clone();
        self.pause.replace(Some(Timeout::new(after, move || me.save())));
    }

    /// Saves, unless a request is under way: then again after its answer.
    fn save(self: &Rc<Self>) {
        self.stop_timers();
        if !self.sending.get() && !self.leaving.get() {
            self.send();
        }
    }

    /// The page goes away: what is typed goes out now, its answer may never be seen.
    fn flush(self: &Rc<Self>) {
        self.stop_timers();
        if !self.leaving.get() {
            self.send();
        }
    }

    fn send(self: &Rc<Self>) {
        let answers = self.changed();
        if answers.is_empty() {
            return;
        }
        self.sending.set(true);
        self.under_way.borrow_mut().extend(answers.clone());
        self.say("saving", t::islands::saving());
        let me = self.clone();
        spawn_local(async move {
            let arguments = SaveAnswers { draft: me.draft.clone(), version: me.version.get(), answers };
            let answer = call(&arguments).await;
            me.sending.set(false);
            me.under_way.borrow_mut().clear();
            match answer {
                Ok(saved) => me.on_saved(arguments.answers, &saved),
                Err(error) => me.on_failed(&error),
            }
        });
    }

    fn on_saved(self: &Rc<Self>, answers: Answers, saved: &SavedWire) {
        self.failures.set(0);
        self.saved.borrow_mut().extend(answers);
        self.version.set(self.version.get().max(saved.version));
        self.tell_form();
        self.say("saved", &t::islands::saved(&saved.time));
        if !saved.conflicts.is_empty() {
            let labels: Vec<&str> =
                self.fields.iter().filter(|f| saved.conflicts.contains(&f.name)).map(|f| f.label.as_str()).collect();
            self.say("saved", &t::apply::conflict(labels.join("、")));
        }
        if self.pause.borrow().is_none() {
            self.save();
        }
    }

    fn on_failed(self: &Rc<Self>, error: &WireError) {
        if error.code == OFFLINE {
            self.say("offline", t::islands::save_offline());
        } else {
            self.say("failed", &t::islands::save_failed(error.text()));
        }
        // Otherwise the next key tries again.
        if error.is_passing() {
            let failures = self.failures.replace(self.failures.get() + 1);
            self.later((PAUSE << failures.min(7)).min(LONGEST_WAIT));
        }
    }

    /// The form's own submission compares this version.
    fn tell_form(&self) {
        let field = self.form.query_selector("[name=seen-version]").ok().flatten();
        if let Some(field) = field.and_then(|f| f.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value(&self.version.get().to_string());
        }
    }

    fn say(&self, state: &str, text: &str) {
        let Ok(Some(place)) = self.form.query_selector("[data-saved]") else { return };
        // The attribute is for styles and tests; the words are what counts.
        let _ = place.set_attribute("data-saved", state);
        place.set_text_content(Some(&format!("{text} · {}", t::apply::saved_draft())));
    }
}

/// The values of these fields as they stand in the form.
fn values(form: &HtmlFormElement, fields: &[FieldSpec]) -> Answers {
    let Ok(data) = FormData::new_with_form(form) else { return Answers::new() };
    fields.iter().filter_map(|f| Some((f.name.clone(), data.get(&f.name).as_string()?))).collect()
}

/// The values that the server wrote into the page: those of a reset copy.
fn as_rendered(form: &HtmlFormElement, fields: &[FieldSpec]) -> Answers {
    let copy = form.clone_node_with_deep(true).ok().and_then(|c| c.dyn_into::<HtmlFormElement>().ok());
    copy.map_or_else(Answers::new, |copy| {
        copy.reset();
        values(&copy, fields)
    })
}
