//! Saves a group of elements while somebody types, and shows what is missing as it stands then.

use crate::browser::{arguments, behaviour, call, copy_of, data, listen, part, show};
use crate::desk::actions::LiveRows;
use crate::t::islands as t;
use crate::wire::LiveWire;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, UrlSearchParams};

/// After the last key, in ms.
const PAUSE: u32 = 900;

struct Live {
    holder: HtmlElement,
    form: HtmlFormElement,
    /// Typed since the last answer, or while one is awaited.
    waiting: Cell<bool>,
    sending: Cell<bool>,
    /// Pressed while something was being sent: the form goes when the answer has come.
    leaving: Cell<bool>,
    pause: RefCell<Option<Timeout>>,
}

/// What is missing, kept up to date.
#[island]
pub fn LiveProblems() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let form = holder.closest("form").ok()??.dyn_into::<HtmlFormElement>().ok()?;
    let live = Rc::new(Live {
        holder,
        form: form.clone(),
        waiting: Cell::new(false),
        sending: Cell::new(false),
        leaving: Cell::new(false),
        pause: RefCell::default(),
    });
    let me = live.clone();
    listen(&form, "input", move |_: Event| me.later());
    let me = live.clone();
    // The form itself carries everything, but not over a state that an answer under way is about to change.
    listen(&form, "submit", move |event: Event| {
        drop(me.pause.take());
        if me.sending.get() {
            event.prevent_default();
            me.leaving.set(true);
        }
    });
    // Typed before this module had loaded; nothing is written where nothing was.
    live.later();
    live.holder.set_attribute("data-ready", "").ok()
}

impl Live {
    fn later(self: &Rc<Self>) {
        let me = self.clone();
        self.pause.replace(Some(Timeout::new(PAUSE, move || me.send())));
    }

    fn send(self: &Rc<Self>) {
        if self.sending.replace(true) {
            self.waiting.set(true);
            return;
        }
        let Some((lock, cells)) = self.cells() else { return self.sending.set(false) };
        let me = self.clone();
        spawn_local(async move {
            let (id, group) = (data(&me.holder, "data-revision"), data(&me.holder, "data-group"));
            let sent = arguments(&[("revision", &id), ("group", &group), ("lock", &lock), ("cells", &cells)]);
            match call::<LiveRows>(sent).await {
                Ok(now) => me.shown(&now),
                Err(error) => me.say(&t::save_failed(error.text())),
            }
            me.sending.set(false);
            if me.leaving.replace(false) {
                // Fails for a form that left the page only.
                let _ = me.form.request_submit();
            } else if me.waiting.replace(false) {
                me.send();
            }
        });
    }

    /// The state that was seen, and all cells, form-encoded.
    fn cells(&self) -> Option<(String, String)> {
        let lock = self.lock()?.value();
        let form = FormData::new_with_form(&self.form).ok()?;
        let cells = UrlSearchParams::new_with_str_sequence_sequence(&form).ok()?;
        Some((lock, cells.to_string().into()))
    }

    fn lock(&self) -> Option<HtmlInputElement> {
        self.form.query_selector("input[name=lock]").ok()??.dyn_into().ok()
    }

    fn shown(&self, now: &LiveWire) {
        if let Some(lock) = self.lock() {
            lock.set_value(&now.lock.to_string());
        }
        self.say(&t::saved(&now.time));
        let Some(list) = part(&self.holder, "list") else { return };
        list.set_text_content(None);
        show(&list, !now.problems.is_empty());
        for text in &now.problems {
            if let Some(item) = copy_of(&self.holder, "item") {
                item.set_text_content(Some(text));
                // Fails for nodes of another document only.
                let _ = list.append_with_node_1(&item);
            }
        }
    }

    fn say(&self, text: &str) {
        if let Some(status) = part(&self.holder, "status") {
            status.set_text_content(Some(text));
        }
    }
}

/// The island inside the form; `problems` are those of the page as it was sent.
#[cfg(feature = "ssr")]
pub fn helper(revision: &str, group: &str, problems: Vec<String>) -> AnyView {
    let none = problems.is_empty();
    let items = problems.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    let (id, group) = (revision.to_owned(), group.to_owned());
    view! {
        <div class="ov-live" data-island data-revision=id data-group=group>
            <p class="ov-hint" role="status" data-part="status"></p>
            <ul data-part="list" hidden=none>{items}</ul>
            <template data-part="item"><li></li></template>
            <LiveProblems />
        </div>
    }
    .into_any()
}
