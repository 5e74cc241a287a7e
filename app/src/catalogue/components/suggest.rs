//! 搜索建议: the listbox of a combobox (WAI-ARIA 1.2) whose input is the page's own search field.

use crate::browser::{by_id, call, listen, listen_active, window};
use crate::catalogue::actions::Suggest;
use crate::paths;
use crate::t::islands as t;
use crate::wire::Suggestion;
use gloo_timers::callback::Timeout;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

const LIST_ID: &str = "ov-suggest-list";
/// After the last key, in ms.
const PAUSE: u32 = 120;

/// What the list shows.
#[derive(Clone, Copy)]
struct Offer {
    items: RwSignal<Vec<Suggestion>>,
    active: RwSignal<Option<usize>>,
    open: RwSignal<bool>,
    /// Counts the questions asked: an answer to an old one is dropped.
    asked: StoredValue<u32>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

/// Offers matters under the search field while somebody types.
#[island]
pub fn SearchSuggest(
    /// Id of the search field.
    input_id: String,
) -> impl IntoView {
    let offer = Offer {
        items: RwSignal::new(Vec::new()),
        active: RwSignal::new(None),
        open: RwSignal::new(false),
        asked: StoredValue::new(0),
        pause: StoredValue::new_local(None),
    };
    let place = NodeRef::<leptos::html::Ul>::new();
    Effect::new(move |_| {
        let input = by_id(&input_id).and_then(|i| i.dyn_into::<HtmlInputElement>().ok());
        if let (Some(input), Some(list)) = (input, place.get()) {
            offer.attach(&input, list.unchecked_into());
        }
    });
    let options = move || offer.items.get().into_iter().enumerate().map(|(i, s)| option(offer, i, s)).collect_view();
    let announced = move || if offer.open.get() { t::suggest_found(offer.items.read().len()) } else { String::new() };
    view! {
        <ul
            class="ov-suggest__list"
            id=LIST_ID
            role="listbox"
            aria-label=t::suggest_label()
            node_ref=place
            hidden=move || !offer.open.get()
        >
            {options}
        </ul>
        <span class="ov-vh" role="status">{announced}</span>
    }
}

fn option(offer: Offer, index: usize, suggestion: Suggestion) -> impl IntoView {
    let Suggestion { title, slug, note } = suggestion;
    let selected = move || if offer.active.get() == Some(index) { "true" } else { "false" };
    view! {
        <li
            class="ov-suggest__option"
            id=option_id(index)
            role="option"
            aria-selected=selected
            // The field keeps the focus, else the list would close before the click arrives.
            on:pointerdown=move |event| event.prevent_default()
            on:click=move |_| go_to(&slug)
        >
            <span class="ov-suggest__title">{title}</span>
            <span class="ov-suggest__note">{note}</span>
        </li>
    }
}

fn option_id(index: usize) -> String {
    format!("{LIST_ID}-{index}")
}

fn go_to(slug: &str) {
    // Never fails for an address of our own.
    let _ = window().location().assign(&paths::guide(slug));
}

impl Offer {
    fn attach(self, input: &HtmlInputElement, list: HtmlElement) {
        for (name, value) in [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-controls", LIST_ID)] {
            // Fails for malformed names only.
            let _ = input.set_attribute(name, value);
        }
        let field = input.clone();
        Effect::new(move |_| {
            let _ = field.set_attribute("aria-expanded", if self.open.get() { "true" } else { "false" });
            let _ = match self.active.get() {
                Some(index) => field.set_attribute("aria-activedescendant", &option_id(index)),
                None => field.remove_attribute("aria-activedescendant"),
            };
        });
        let field = input.clone();
        Effect::new(move |_| {
            if self.open.get() {
                lay_under(&field, &list);
            }
        });
        let field = input.clone();
        listen(input, "input", move |_: Event| self.typed(&field));
        let field = input.clone();
        // Words written by an input method arrive at the end of the composition.
        listen(input, "compositionend", move |_: Event| self.typed(&field));
        listen(input, "blur", move |_: Event| self.close());
        listen_active(input, "keydown", move |event: KeyboardEvent| self.key(&event));
        self.typed(input);
    }

    fn typed(self, input: &HtmlInputElement) {
        let q = input.value();
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        if q.trim().is_empty() {
            self.pause.set_value(None);
            return self.close();
        }
        let ask = move || {
            spawn_local(async move {
                // Without an answer the search button still works.
                let found = call(&Suggest { q }).await.unwrap_or_default();
                if self.asked.get_value() == number {
                    self.active.set(None);
                    self.open.set(!found.is_empty());
                    self.items.set(found);
                }
            });
        };
        self.pause.set_value(Some(Timeout::new(PAUSE, ask)));
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    fn key(self, event: &KeyboardEvent) {
        // These keys belong to the input method while it composes, and to the page while nothing is offered.
        if event.is_composing() || !self.open.get_untracked() {
            return;
        }
        let (count, active) = (self.items.read_untracked().len(), self.active.get_untracked());
        match event.key().as_str() {
            "ArrowDown" => self.active.set(Some(active.map_or(0, |i| (i + 1) % count))),
            "ArrowUp" => self.active.set(Some(active.map_or(count - 1, |i| (i + count - 1) % count))),
            "Escape" => self.close(),
            "Enter" => match active.and_then(|i| self.items.read_untracked().get(i).cloned()) {
                Some(chosen) => go_to(&chosen.slug),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    }
}

/// Lays the list right under the field, as wide as the field.
fn lay_under(field: &Element, list: &HtmlElement) {
    let Some(frame) = list.offset_parent() else { return };
    let (field, frame) = (field.get_bounding_client_rect(), frame.get_bounding_client_rect());
    let style = list.style();
    for (name, value) in
        [("top", field.bottom() - frame.top()), ("left", field.left() - frame.left()), ("width", field.width())]
    {
        // Fails for unknown properties only.
        let _ = style.set_property(name, &format!("{value}px"));
    }
}

/// The island for the search field `input_id`.
#[cfg(feature = "ssr")]
pub fn helper(input_id: &str) -> AnyView {
    view! { <SearchSuggest input_id=input_id.to_owned() /> }.into_any()
}
