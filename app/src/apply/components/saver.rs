//! What happens between typing and “已保存”.

mod unsent;

use super::conflict::{self, Conflict};
use super::local_copy::Unsent;
use super::values::{Values, as_rendered, find, put_value, set_all, values};
use super::{brief, inline_error};
use crate::apply::actions::SaveAnswers;
use crate::browser::{arguments, call, data, is_hidden, is_offline, listen, window};
use crate::t;
use crate::wire::{OFFLINE, SavedWire, WireError};
use domain::form::{CheckContext, FieldSpec};
use gloo_timers::callback::Timeout;
use jiff::civil::Date;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement};

/// After the last key, in ms.
const PAUSE: u32 = 800;
/// At the latest after the first unsaved key, in ms.
const LATEST: u32 = 2_000;
/// From leaving a field to its message, in ms: longer than a click.
const SETTLE: u32 = 300;
/// Longest wait between two tries, in ms.
const LONGEST_WAIT: u32 = 60_000;
/// The session has ended: signing in, perhaps in another window, helps.
const SIGN_IN: &str = "sign_in";

/// One section of one draft on one page.
pub(super) struct Saver {
    holder: HtmlElement,
    form: HtmlFormElement,
    draft: String,
    section: String,
    fields: Vec<FieldSpec>,
    today: Date,
    version: Cell<i64>,
    /// This loading of the page, named by chance, for its saves are counted.
    page: String,
    /// The last save of this page.
    number: Cell<i64>,
    /// How often this page kept something on this device.
    kept: Cell<i64>,
    /// Saves of a page that has gone, contained in what was put back here: `page:number …`.
    after: RefCell<String>,
    /// What the server holds, as far as this page knows.
    saved: RefCell<Values>,
    /// What it held when the person began to type: anything else there now is another device's.
    before: RefCell<Values>,
    /// What is being sent.
    under_way: RefCell<Values>,
    /// Fields that were sent without an answer: whether the server has them is not known.
    uncertain: RefCell<Vec<String>>,
    /// Kept on this device for fields that this page does not show.
    beyond: RefCell<Vec<Unsent>>,
    /// The older state over which the restored answers were typed.
    over: Cell<Option<i64>>,
    /// What this device had kept has been put back: now it may be kept anew.
    restored: Cell<bool>,
    sending: Cell<bool>,
    failures: Cell<u32>,
    /// The form itself is being submitted: it carries everything.
    leaving: Cell<bool>,
    pause: RefCell<Option<Timeout>>,
    latest: RefCell<Option<Timeout>>,
    /// Fields that the person changed: an untouched field is not scolded for being empty.
    touched: RefCell<Vec<String>>,
}

impl Saver {
    /// `holder` is the island's element inside the form.
    pub(super) fn attach(holder: HtmlElement, form: HtmlFormElement, version: i64, today: Date) {
        let fields = brief::read(&data(&holder, "data-fields"));
        let rendered = as_rendered(&form, &fields);
        let saver = Rc::new(Self {
            saved: RefCell::new(rendered.clone()),
            before: RefCell::new(rendered),
            draft: data(&holder, "data-draft"),
            section: data(&holder, "data-section"),
            holder,
            form,
            fields,
            today,
            version: Cell::new(version),
            page: [js_sys::Math::random(), js_sys::Date::now()].map(|n| format!("{:x}", n.to_bits())).concat(),
            number: Cell::new(0),
            kept: Cell::new(0),
            after: RefCell::default(),
            under_way: RefCell::default(),
            uncertain: RefCell::default(),
            beyond: RefCell::default(),
            over: Cell::new(None),
            restored: Cell::new(false),
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
        saver.touched.borrow_mut().extend(early.into_iter().map(|(name, _)| name));
        saver.save();
        spawn_local(async move {
            if saver.restore().await {
                saver.save();
                saver.keep_soon();
            }
        });
    }

    pub(super) fn holder(&self) -> &HtmlElement {
        &self.holder
    }

    pub(super) fn form(&self) -> &HtmlFormElement {
        &self.form
    }

    fn listen(self: &Rc<Self>) {
        let form = self.form.clone();
        let me = self.clone();
        listen(&form, "input", move |e: Event| me.on_input(&e));
        let me = self.clone();
        listen(&form, "change", move |e: Event| me.check_soon(&e));
        let me = self.clone();
        listen(&form, "focusout", move |e: Event| me.check_soon(&e));
        let me = self.clone();
        listen(&form, "submit", move |e: Event| me.on_submit(&e));
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
            self.touched.borrow_mut().push(spec.name.clone());
            self.later(PAUSE);
            let mut latest = self.latest.borrow_mut();
            if latest.is_none() {
                let me = self.clone();
                *latest = Some(Timeout::new(LATEST, move || me.save()));
            }
        }
    }

    fn on_submit(self: &Rc<Self>, event: &Event) {
        if is_offline() {
            // The page stays, with everything that stands on it.
            event.prevent_default();
            self.say("offline", t::local_copy::no_way_on());
            self.save();
        } else {
            self.leaving.set(true);
            self.stop_timers();
            // It holds what is still under way: that must not arrive behind it.
            self.number.set(self.number.get() + 1);
            self.write("save-page", &self.page);
            self.write("save-number", &self.number.get().to_string());
        }
    }

    /// Checks the field that was just left, a moment later: leaving happens between pressing and
    /// releasing, and a message that moves the page then would make the click miss its target.
    fn check_soon(self: &Rc<Self>, event: &Event) {
        let Some(name) = self.spec_of(event).map(|spec| spec.name.clone()) else { return };
        let me = self.clone();
        Timeout::new(SETTLE, move || me.check(&name)).forget();
    }

    fn check(&self, name: &str) {
        let Some(spec) = self.fields.iter().find(|f| f.name == name) else { return };
        if self.touched.borrow().contains(&spec.name) {
            let value =
                values(&self.form, std::slice::from_ref(spec)).pop().map(|(_, value)| value).unwrap_or_default();
            let error = spec.check(&value, CheckContext { today: self.today }).err();
            inline_error::show(&self.holder, &spec.name, error.map(|code| t::field::by_key(code).unwrap_or(code)));
        }
    }

    fn spec_of(&self, event: &Event) -> Option<&FieldSpec> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let name = target.get_attribute("name")?;
        self.fields.iter().find(|f| f.name == name)
    }

    /// What stands in the form, and what was kept for fields that are not on it.
    fn now(&self) -> Values {
        let mut now: Values = self.beyond.borrow().iter().map(|u| (u.name.clone(), u.typed.clone())).collect();
        now.extend(values(&self.form, &self.fields));
        now
    }

    /// What neither the server holds nor a request carries.
    fn changed(&self) -> Values {
        let under_way = self.under_way.borrow();
        let mut open = self.unsettled();
        open.retain(|(name, value)| find(&under_way, name).is_none_or(|sent| sent != value));
        open
    }

    /// What the server has not acknowledged, on its way or not.
    fn unsettled(&self) -> Values {
        let (saved, under_way, uncertain) = (self.saved.borrow(), self.under_way.borrow(), self.uncertain.borrow());
        let mut now = self.now();
        now.retain(|(name, value)| {
            find(&saved, name).unwrap_or("") != value || find(&under_way, name).is_some() || uncertain.contains(name)
        });
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

    /// Saves; while a request is under way, on this device only, and again after its answer.
    fn save(self: &Rc<Self>) {
        self.stop_timers();
        if self.leaving.get() {
            return;
        }
        if self.sending.get() {
            self.keep_soon();
        } else {
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
        if self.changed().is_empty() {
            return;
        }
        // With what is under way already: of two requests the newer one holds everything.
        let answers = self.unsettled();
        self.sending.set(true);
        self.number.set(self.number.get() + 1);
        set_all(&mut self.under_way.borrow_mut(), &answers);
        self.say("saving", t::islands::saving());
        self.keep_soon();
        let over = self.over.get();
        let version = over.unwrap_or_else(|| self.version.get()).to_string();
        let number = self.number.get().to_string();
        let me = self.clone();
        spawn_local(async move {
            let body =
                arguments(&[("draft", &me.draft), ("version", &version), ("page", &me.page), ("number", &number)]);
            body.append("after", &me.after.borrow());
            for (name, value) in &answers {
                body.append(&format!("answers[{name}]"), value);
            }
            let answer = call::<SaveAnswers>(body).await;
            me.sending.set(false);
            me.under_way.borrow_mut().clear();
            match answer {
                Ok(saved) => {
                    if over.is_some() {
                        me.over.set(None);
                    }
                    me.on_saved(&answers, saved);
                }
                Err(error) => {
                    me.doubt(answers);
                    me.on_failed(&error).await;
                }
            }
        });
    }

    /// It may have arrived all the same: sent again, even what has been put back to what it was.
    fn doubt(&self, answers: Values) {
        let mut uncertain = self.uncertain.borrow_mut();
        for (name, _) in answers {
            if !uncertain.contains(&name) {
                uncertain.push(name);
            }
        }
    }

    fn on_saved(self: &Rc<Self>, answers: &Values, saved: SavedWire) {
        self.failures.set(0);
        self.uncertain.borrow_mut().retain(|name| find(answers, name).is_none());
        set_all(&mut self.saved.borrow_mut(), answers);
        self.version.set(self.version.get().max(saved.version));
        self.tell_form();
        self.say("saved", &t::islands::saved(&saved.time));
        // The server knows that somebody saved meanwhile; whether it was this field, this page knows.
        let all = saved.conflicts.into_iter().zip(saved.theirs);
        let met = all.filter(|(name, theirs)| find(&self.before.borrow(), name).unwrap_or("") != theirs);
        let met: Vec<Conflict> =
            met.map(|(name, theirs)| Conflict { label: self.label(&name), name, theirs }).collect();
        set_all(&mut self.before.borrow_mut(), answers);
        if !met.is_empty() {
            self.say("saved", &t::apply::conflict(conflict::sentence(self, &met)));
            for one in &met {
                conflict::show(self, one);
            }
        }
        self.keep_soon();
        if self.pause.borrow().is_none() {
            self.save();
        }
    }

    async fn on_failed(self: &Rc<Self>, error: &WireError) {
        let kept = self.keep().await;
        match (error.code.as_str(), kept) {
            (OFFLINE, true) => self.say("offline", t::local_copy::offline_kept()),
            (OFFLINE, false) => self.say("offline", t::islands::save_offline()),
            (SIGN_IN, true) => self.say("expired", t::local_copy::expired_kept()),
            (_, true) => self.say("failed", &t::local_copy::failed_kept(error.text())),
            (_, false) => self.say("failed", &t::islands::save_failed(error.text())),
        }
        // Otherwise the next key tries again.
        if error.is_passing() || error.code == SIGN_IN {
            let failures = self.failures.replace(self.failures.get() + 1);
            self.later((PAUSE << failures.min(7)).min(LONGEST_WAIT));
        }
    }

    /// The person takes what the other device had put there.
    pub(super) fn take(self: &Rc<Self>, name: &str, value: &str) {
        put_value(&self.form, name, value);
        self.save();
    }

    /// The form's own submission compares this version.
    fn tell_form(&self) {
        self.write("seen-version", &self.version.get().to_string());
    }

    /// Writes into a hidden field of the form.
    fn write(&self, name: &str, value: &str) {
        let field = self.form.query_selector(&["[name=", name, "]"].concat()).ok().flatten();
        if let Some(field) = field.and_then(|f| f.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value(value);
        }
    }

    fn say(&self, state: &str, text: &str) {
        if let Some(place) = self.mark(state) {
            place.set_text_content(Some(&format!("{text} · {}", t::apply::saved_draft())));
        }
    }

    /// The attribute is for styles and tests; the words are what counts. Gives their place.
    fn mark(&self, state: &str) -> Option<Element> {
        let place = self.form.query_selector("[data-saved]").ok()??;
        place.set_attribute("data-saved", state).ok()?;
        Some(place)
    }
}
