//! 朗读本页 (适老化): reads the page's main content, with pause.

use crate::browser::{by_id, listen, window};
use crate::t::islands as t;
use js_sys::Reflect;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlElement, SpeechSynthesis, SpeechSynthesisUtterance};

/// What the voice does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// This browser has none.
    Missing,
    Silent,
    Reading,
    Paused,
}

/// Reads sentence by sentence. A pause stops and remembers the sentence: the browser's own pause
/// does not resume on many phones.
struct Reader {
    speech: SpeechSynthesis,
    sentences: RefCell<Vec<String>>,
    at: Cell<usize>,
    /// Counts the starts: the end of a sentence that was broken off leads to nothing.
    turn: Cell<u32>,
    voice: RwSignal<Voice>,
}

/// A button that reads the page aloud; hidden where the browser cannot speak.
#[island]
pub fn ReadAloud() -> impl IntoView {
    let button = NodeRef::<leptos::html::Button>::new();
    let voice = RwSignal::new(Voice::Missing);
    let reader = StoredValue::new_local(None::<Rc<Reader>>);
    Effect::new(move |_| {
        let has_speech = Reflect::has(&window(), &JsValue::from_str("speechSynthesis")).unwrap_or(false);
        let Some(speech) = has_speech.then(|| window().speech_synthesis().ok()).flatten() else { return };
        let found = Rc::new(Reader {
            speech,
            sentences: RefCell::default(),
            at: Cell::new(0),
            turn: Cell::new(0),
            voice,
        });
        reader.set_value(Some(found.clone()));
        voice.set(Voice::Silent);
        listen(&window(), "pagehide", move |_: Event| found.stop(Voice::Silent));
    });
    let press = move |_| {
        let Some(reader) = reader.get_value() else { return };
        match voice.get_untracked() {
            Voice::Reading => reader.stop(Voice::Paused),
            Voice::Paused => reader.start(),
            Voice::Silent | Voice::Missing => {
                reader.sentences.replace(button.get_untracked().map(|b| page_text(&b)).unwrap_or_default());
                reader.at.set(0);
                reader.start();
            }
        }
    };
    let words = move || match voice.get() {
        Voice::Reading => t::read_pause(),
        Voice::Paused => t::read_resume(),
        Voice::Silent | Voice::Missing => t::read_start(),
    };
    view! {
        <button
            type="button"
            class="ov-button ov-button--secondary ov-read-aloud"
            node_ref=button
            hidden=move || voice.get() == Voice::Missing
            on:click=press
        >
            {words}
        </button>
    }
}

impl Reader {
    fn start(self: &Rc<Self>) {
        self.voice.set(Voice::Reading);
        self.turn.set(self.turn.get() + 1);
        self.speech.cancel();
        self.speak();
    }

    fn stop(&self, left: Voice) {
        self.turn.set(self.turn.get() + 1);
        self.speech.cancel();
        self.voice.set(left);
    }

    /// The next sentence, and then the one after it.
    fn speak(self: &Rc<Self>) {
        let Some(sentence) = self.sentences.borrow().get(self.at.get()).cloned() else {
            return self.voice.set(Voice::Silent);
        };
        let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&sentence) else { return };
        utterance.set_lang("zh-CN");
        let (me, turn) = (self.clone(), self.turn.get());
        listen(&utterance, "end", move |_: Event| {
            if me.turn.get() == turn {
                me.at.set(me.at.get() + 1);
                me.speak();
            }
        });
        let (me, turn) = (self.clone(), self.turn.get());
        listen(&utterance, "error", move |_: Event| {
            if me.turn.get() == turn {
                me.stop(Voice::Silent);
            }
        });
        self.speech.speak(&utterance);
    }
}

/// The sentences of the main content, without this button.
fn page_text(button: &HtmlElement) -> Vec<String> {
    let Some(main) = by_id("main") else { return Vec::new() };
    let children = main.children();
    let texts = (0..children.length()).filter_map(|i| children.item(i)).filter(|child| !child.contains(Some(button)));
    texts.flat_map(|child| sentences(&child.unchecked_into::<HtmlElement>().inner_text())).collect()
}

/// Splits where a speaker breathes: engines give up on long texts.
fn sentences(text: &str) -> Vec<String> {
    let parts = text.split_inclusive(['。', '！', '？', '；', '\n']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The island; stands as a direct child of the main element.
#[cfg(feature = "ssr")]
pub fn helper() -> AnyView {
    view! { <ReadAloud /> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn text_is_read_sentence_by_sentence() {
        let text = "办理出生登记\n\n请带身份证。您准备好了吗？好";
        assert_eq!(sentences(text), ["办理出生登记", "请带身份证。", "您准备好了吗？", "好"]);
    }
}
