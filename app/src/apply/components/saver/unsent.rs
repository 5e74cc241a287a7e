//! What the server has not acknowledged: kept on this device, and put back after the page was gone.

use super::Saver;
use crate::apply::components::local_copy::{self, Unsent};
use crate::apply::components::values::{find, put_value, set_all, shows, values};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Saver {
    /// What the server has not acknowledged, on its way or not.
    pub(super) fn unsent(&self) -> Vec<Unsent> {
        let before = self.before.borrow();
        self.unsettled()
            .into_iter()
            .map(|(name, typed)| {
                let before = find(&before, &name).unwrap_or_default().to_owned();
                Unsent { label: self.label(&name), name, before, typed }
            })
            .collect()
    }

    pub(super) fn label(&self, name: &str) -> String {
        let field = self.fields.iter().find(|f| f.name == name).map(|f| f.label.clone());
        let kept = || self.beyond.borrow().iter().find(|u| u.name == name).map(|u| u.label.clone());
        field.or_else(kept).unwrap_or_default()
    }

    /// Puts back what this device had kept; false when that is not known yet.
    pub(super) async fn restore(&self) -> bool {
        if self.restored.get() {
            return true;
        }
        let Some(kept) = local_copy::find(&self.draft, &self.section).await else { return false };
        // Asked twice, answered twice.
        if self.restored.replace(true) {
            return true;
        }
        if !kept.answers.is_empty() && kept.version < self.version.get() {
            self.over.set(Some(kept.version));
        }
        self.after.replace(kept.after);
        let any = !kept.answers.is_empty();
        for answer in kept.answers {
            self.put_back(answer);
        }
        if any && self.unsettled().is_empty() {
            // All of it did arrive, and only the answer was lost: the page as loaded says so in words.
            self.mark("saved");
        }
        true
    }

    fn put_back(&self, answer: Unsent) {
        let shown = self.fields.iter().any(|f| f.name == answer.name) && shows(&self.form, &answer.name);
        let held = find(&self.saved.borrow(), &answer.name).unwrap_or_default().to_owned();
        let stands = find(&values(&self.form, &self.fields), &answer.name).unwrap_or_default().to_owned();
        // Typed since: newer than what was kept. Or it did arrive.
        if stands != held || shown && held == answer.typed {
            return;
        }
        let before = vec![(answer.name.clone(), answer.before.clone())];
        set_all(&mut self.before.borrow_mut(), &before);
        if shown {
            put_value(&self.form, &answer.name, &answer.typed);
        } else {
            set_all(&mut self.saved.borrow_mut(), &before);
            self.beyond.borrow_mut().push(answer);
        }
    }

    /// Keeps on this device what the server has not acknowledged, until it has; false when it may not.
    pub(super) async fn keep(&self) -> bool {
        if !self.restore().await {
            return false;
        }
        let unsent = self.unsent();
        if unsent.is_empty() {
            local_copy::forget(&self.draft, &self.section).await;
            return true;
        }
        let version = self.over.get().unwrap_or_else(|| self.version.get());
        self.kept.set(self.kept.get() + 1);
        let (sent, kept) = (self.number.get(), self.kept.get());
        let page = local_copy::Page { name: &self.page, sent, kept };
        local_copy::keep(&self.draft, &self.section, version, &page, &unsent).await
    }

    pub(super) fn keep_soon(self: &Rc<Self>) {
        // Otherwise the person would wait for the key before anything is sent.
        if self.restored.get() {
            let me = self.clone();
            spawn_local(async move {
                me.keep().await;
            });
        }
    }
}
