//! Two devices changed the same field: what the other one had put there stands beside it, to be taken
//! back with one press. Nothing is lost without a word.

use super::saver::Saver;
use super::values::in_words;
use crate::browser::{by_id, copy_of, listen, part};
use crate::t::local_copy as t;
use crate::ui::field_id;
use std::rc::Rc;
use web_sys::{Element, Event};

/// A field that both devices changed.
pub(super) struct Conflict {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) theirs: String,
}

/// All of them in one sentence's part: names, and what the others had.
pub(super) fn sentence(saver: &Saver, list: &[Conflict]) -> String {
    let item = |c: &Conflict| {
        let words = in_words(saver.form(), &c.name, &c.theirs);
        if words.is_empty() { t::theirs_empty(&c.label) } else { t::theirs(&c.label, words) }
    };
    list.iter().map(item).collect::<Vec<_>>().join("、")
}

/// Puts the other value beside its field, where this page shows that.
pub(super) fn show(saver: &Rc<Saver>, conflict: &Conflict) {
    // Fails only where the page lacks the field; the sentence names it all the same.
    let _ = try_show(saver, conflict);
}

fn try_show(saver: &Rc<Saver>, conflict: &Conflict) -> Option<()> {
    let frame = by_id(&field_id(&conflict.name))?.closest(".ov-field, .ov-radios").ok()??;
    take_away(&frame);
    let note = copy_of(saver.holder(), "conflict")?;
    let words = in_words(saver.form(), &conflict.name, &conflict.theirs);
    let sentence = if words.is_empty() { t::beside_empty().to_owned() } else { t::beside(words) };
    part(&note, "text")?.set_text_content(Some(&sentence));
    let (me, name, theirs, place) = (saver.clone(), conflict.name.clone(), conflict.theirs.clone(), frame.clone());
    listen(part(&note, "take")?.as_ref(), "click", move |_: Event| {
        take_away(&place);
        me.take(&name, &theirs);
    });
    frame.append_with_node_1(&note).ok()
}

fn take_away(frame: &Element) {
    if let Ok(Some(old)) = frame.query_selector("[data-conflict]") {
        old.remove();
    }
}
