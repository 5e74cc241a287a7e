//! 朗读本页 (适老化): reads the page's main content, with pause.

use crate::browser::{behaviour, by_id, get, listen, part, show, window};
use crate::t::islands as t;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, SpeechSynthesis, SpeechSynthesisUtterance};

/// What the voice does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
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
    voice: Cell<Voice>,
    holder: HtmlElement,
    /// The words on the button.
    words: HtmlElement,
}

/// A button that reads the page aloud; hidden where the browser cannot speak.
#[island]
pub fn ReadAloud() -> impl IntoView {
    behaviour(attach)
}

fn attach(holder: HtmlElement) -> Option<()> {
    get(&window(), "speechSynthesis")?;
    let button = part(&holder, "button")?;
    let reader = Rc::new(Reader {
        speech: window().speech_synthesis().ok()?,
        sentences: RefCell::default(),
        at: Cell::new(0),
        turn: Cell::new(0),
        voice: Cell::new(Voice::Silent),
        words: part(&holder, "words")?,
        holder,
    });
    show(&reader.holder, true);
    let me = reader.clone();
    listen(&button, "click", move |_: Event| me.press());
    listen(&window(), "pagehide", move |_: Event| reader.stop(Voice::Silent));
    Some(())
}

impl Reader {
    fn press(self: &Rc<Self>) {
        match self.voice.get() {
            Voice::Reading => self.stop(Voice::Paused),
            Voice::Paused => self.start(),
            Voice::Silent => {
                self.sentences.replace(page_text(&self.holder));
                self.at.set(0);
                self.start();
            }
        }
    }

    fn start(self: &Rc<Self>) {
        self.stop(Voice::Reading);
        self.speak();
    }

    fn stop(&self, left: Voice) {
        self.turn.set(self.turn.get() + 1);
        self.speech.cancel();
        self.set(left);
    }

    fn set(&self, voice: Voice) {
        self.voice.set(voice);
        self.words.set_text_content(Some(match voice {
            Voice::Reading => t::read_pause(),
            Voice::Paused => t::read_resume(),
            Voice::Silent => t::read_start(),
        }));
    }

    /// The next sentence, and then the one after it.
    fn speak(self: &Rc<Self>) {
        let Some(sentence) = self.sentences.borrow().get(self.at.get()).cloned() else {
            return self.set(Voice::Silent);
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

/// The sentences of the main content as it is shown, without this button.
fn page_text(holder: &HtmlElement) -> Vec<String> {
    show(holder, false);
    let text = by_id("main").map(|main| main.unchecked_into::<HtmlElement>().inner_text());
    show(holder, true);
    sentences(&text.unwrap_or_default())
}

/// Splits where a speaker breathes: engines give up on long texts.
fn sentences(text: &str) -> Vec<String> {
    let parts = text.split_inclusive(['。', '！', '？', '；', '\n']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The island; stands inside the main element.
#[cfg(feature = "ssr")]
pub fn helper() -> AnyView {
    view! {
        <div class="ov-read-aloud" data-island hidden>
            <button type="button" class="ov-button ov-button--secondary" data-part="button">
                <span class="ov-button__text" data-part="words">{t::read_start()}</span>
            </button>
            <ReadAloud />
        </div>
    }
    .into_any()
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
