//! 搜索建议: the listbox of a combobox (WAI-ARIA 1.2) whose input is the page's own search field.

use crate::browser::{arguments, behaviour, by_id, call, copy_of, data, fetch_text, listen, part, show};
use crate::catalogue::actions::Suggest;
use crate::t::islands as t;
use crate::wire::Suggestion;
use domain::search::download::{self, Listing};
use domain::search::{Hit, Index};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Most suggestions.
const MOST: usize = 6;
const LIST_ID: &str = "ov-suggest-list";
/// After the last key, in ms.
const PAUSE: u32 = 120;

/// The field and what is offered under it.
struct Offer {
    holder: HtmlElement,
    input: HtmlInputElement,
    list: HtmlElement,
    options: RefCell<Vec<HtmlElement>>,
    /// Index of the option that Enter would open.
    active: Cell<Option<usize>>,
    /// Counts the questions asked: an answer to an old one is dropped.
    asked: Cell<u32>,
    pause: RefCell<Option<Timeout>>,
    /// The downloaded index, as soon as it is there: answers without the network.
    index: RefCell<Option<(Vec<Listing>, Index)>>,
}

/// Offers matters under the search field while somebody types.
#[island]
pub fn SearchSuggest() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    let input = by_id(&data(&holder, "data-input"))?.dyn_into::<HtmlInputElement>().ok()?;
    for (name, value) in [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-controls", LIST_ID)] {
        input.set_attribute(name, value).ok()?;
    }
    let offer = Rc::new(Offer {
        list: part(&holder, "list")?,
        holder,
        input,
        options: RefCell::default(),
        active: Cell::new(None),
        asked: Cell::new(0),
        pause: RefCell::default(),
        index: RefCell::default(),
    });
    offer.close();
    offer.download();
    for event in ["input", "compositionend"] {
        let me = offer.clone();
        listen(&offer.input, event, move |_: Event| me.typed());
    }
    let me = offer.clone();
    listen(&offer.input, "blur", move |_: Event| me.close());
    let me = offer.clone();
    listen(&offer.input, "keydown", move |event: KeyboardEvent| me.key(&event));
    // The field keeps the focus, else the list would close before the click arrives.
    listen(&offer.list, "pointerdown", |event: Event| event.prevent_default());
    listen(&offer.list, "mousedown", |event: Event| event.prevent_default());
    if input_has_focus(&offer.input) {
        offer.typed();
    }
    Some(())
}

fn input_has_focus(input: &HtmlInputElement) -> bool {
    input.matches(":focus").unwrap_or(false)
}

impl Offer {
    /// Fetches the index; without it the server is asked.
    fn download(self: &Rc<Self>) {
        let me = self.clone();
        spawn_local(async move {
            let Some(text) = fetch_text(crate::paths::MATTERS_INDEX).await else { return };
            me.index.replace(Some(download::read(&text)));
            me.holder.set_attribute("data-ready", "").ok();
        });
    }

    /// What the downloaded index finds; none while it is not there.
    fn find(&self, q: &str) -> Option<Vec<Suggestion>> {
        let held = self.index.borrow();
        let (list, index) = held.as_ref().filter(|(list, _)| !list.is_empty())?;
        let suggestion = |hit: &Hit| {
            let Listing { slug, note, entry } = list.get(hit.number as usize)?;
            Some(Suggestion { title: entry.names.first()?.clone(), slug: slug.clone(), note: note.clone() })
        };
        Some(index.search(q, MOST).iter().filter_map(suggestion).collect())
    }

    fn typed(self: &Rc<Self>) {
        let q = self.input.value();
        let number = self.asked.get() + 1;
        self.asked.set(number);
        if q.trim().is_empty() {
            self.pause.take();
            return self.close();
        }
        if let Some(found) = self.find(&q) {
            return self.offer(&found);
        }
        let me = self.clone();
        let ask = move || {
            spawn_local(async move {
                // Without an answer the search button still works.
                let found = call::<Suggest>(arguments(&[("q", &q)])).await.unwrap_or_default();
                if me.asked.get() == number {
                    me.offer(&found);
                }
            });
        };
        self.pause.replace(Some(Timeout::new(PAUSE, ask)));
    }

    fn offer(&self, found: &[Suggestion]) {
        self.list.set_text_content(None);
        self.close();
        let options = found.iter().enumerate().filter_map(|(index, matter)| self.option(index, matter)).collect();
        self.options.replace(options);
        if !found.is_empty() && input_has_focus(&self.input) {
            self.say(&t::suggest_found(found.len()));
            self.open(true);
        }
    }

    fn option(&self, index: usize, matter: &Suggestion) -> Option<HtmlElement> {
        let option = copy_of(&self.holder, "option")?;
        option.set_id(&[LIST_ID, "-", &index.to_string()].concat());
        part(&option, "title")?.set_text_content(Some(&matter.title));
        part(&option, "note")?.set_text_content(Some(&matter.note));
        // An option is a link: Enter, click and “open in a new tab” lead to the same place.
        option.set_attribute("href", &crate::paths::guide(&matter.slug)).ok()?;
        self.list.append_with_node_1(&option).ok()?;
        Some(option)
    }

    fn open(&self, open: bool) {
        show(&self.list, open);
        // Fails for malformed names only.
        let _ = self.input.set_attribute("aria-expanded", if open { "true" } else { "false" });
    }

    fn close(&self) {
        self.choose(None);
        self.say("");
        self.open(false);
    }

    fn say(&self, text: &str) {
        if let Some(status) = part(&self.holder, "status") {
            status.set_text_content(Some(text));
        }
    }

    fn choose(&self, active: Option<usize>) {
        self.active.set(active);
        // As above.
        let _ = self.input.remove_attribute("aria-activedescendant");
        for (index, option) in self.options.borrow().iter().enumerate() {
            let chosen = active == Some(index);
            let _ = option.set_attribute("aria-selected", if chosen { "true" } else { "false" });
            if chosen {
                let _ = self.input.set_attribute("aria-activedescendant", &option.id());
            }
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        // These keys belong to the input method while it composes, and to the page while nothing is offered.
        if event.is_composing() || self.list.hidden() {
            return;
        }
        let (count, active) = (self.options.borrow().len(), self.active.get());
        match event.key().as_str() {
            "ArrowDown" => self.choose(Some(active.map_or(0, |i| (i + 1) % count.max(1)))),
            "ArrowUp" => self.choose(Some(active.unwrap_or(count).checked_sub(1).unwrap_or(count.saturating_sub(1)))),
            "Escape" => self.close(),
            "Enter" => match active.and_then(|i| self.options.borrow().get(i).cloned()) {
                Some(option) => option.click(),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    }
}

/// The island for the search field `input_id`. It stands in the field's positioned frame
/// (`ov-suggest`), below the field.
#[cfg(feature = "ssr")]
pub fn helper(input_id: &str) -> AnyView {
    let id = input_id.to_owned();
    view! {
        <div class="ov-suggest__frame" data-island data-input=id>
            <div
                class="ov-suggest__list"
                id=LIST_ID
                role="listbox"
                aria-label=t::suggest_label()
                data-part="list"
                hidden
            ></div>
            <span class="ov-vh" role="status" data-part="status"></span>
            <template data-part="option">
                <a class="ov-suggest__option" role="option" aria-selected="false" tabindex="-1">
                    <span class="ov-suggest__title" data-part="title"></span>
                    <span class="ov-suggest__note" data-part="note"></span>
                </a>
            </template>
            <SearchSuggest />
        </div>
    }
    .into_any()
}
