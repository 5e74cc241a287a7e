//! The pre-check in its worker.

use crate::browser::{FromJs, get, listen, page_attribute, put, text, wait_for, window};
use js_sys::{Array, Function, Object};
use precheck::{Code, Finding, Level};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker that has not answered after this time is taken for lost, in ms.
const PATIENCE: i32 = 60_000;

impl FromJs for Finding {
    fn from_js(value: &JsValue) -> Option<Self> {
        let code = text(value, "code");
        let code = Code::ALL.into_iter().find(|known| known.as_str() == code)?;
        let level = match text(value, "level").as_str() {
            "must_fix" => Level::MustFix,
            "advice" => Level::Advice,
            _ => Level::Note,
        };
        let pairs = Vec::<Vec<String>>::from_js(&get(value, "detail")?)?;
        let detail = pairs.into_iter().filter_map(|pair| <[String; 2]>::try_from(pair).ok().map(Into::into)).collect();
        Some(Self { code, level, detail })
    }
}

/// Checks files by the rules of one material.
pub(super) struct Checker {
    /// The limits as JSON: the worker reads them.
    limits: String,
    max_bytes: u32,
    worker: RefCell<Option<Worker>>,
}

impl Checker {
    pub(super) fn new(limits: String, max_bytes: u32) -> Self {
        Self { limits, max_bytes, worker: RefCell::default() }
    }

    /// What is wrong with the file. Nothing when the check itself cannot run here: the server
    /// checks every file again anyway.
    pub(super) async fn check(&self, file: &File, id: usize) -> Vec<Finding> {
        if self.is_too_big(file) {
            // Such a file is not even read: it may be larger than the memory of the phone.
            return vec![Finding::new(Code::TooBig, Level::MustFix).with("max_bytes", self.max_bytes.to_string())];
        }
        self.ask(file, id).await.unwrap_or_default()
    }

    /// Above what the material takes.
    pub(super) fn is_too_big(&self, file: &File) -> bool {
        file.size() > f64::from(self.max_bytes)
    }

    async fn ask(&self, file: &File, id: usize) -> Option<Vec<Finding>> {
        let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
        // Made and listened to at once: without network it fails while nobody would be listening yet.
        let worker = self.worker()?;
        let message = Object::new();
        put(&message, "id", &id.into());
        put(&message, "name", &file.name().into());
        put(&message, "type", &file.type_().into());
        put(&message, "limits", &self.limits.as_str().into());
        put(&message, "buffer", &buffer);
        let answer = wait_for(|resolve| {
            answer_to(&worker, id, resolve);
            // Fails only for a buffer that is already elsewhere; then the clock answers.
            let _ = worker.post_message_with_transfer(&message, &Array::of1(&buffer));
        })
        .await;
        let Some(report) = get(&answer, "report") else {
            worker.terminate();
            self.worker.take();
            return None;
        };
        Vec::from_js(&get(&report, "findings")?)
    }

    fn worker(&self) -> Option<Worker> {
        if let Some(worker) = &*self.worker.borrow() {
            return Some(worker.clone());
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&page_attribute("data-worker")?, &options).ok()?;
        let source = Object::new();
        put(&source, "glue", &page_attribute("data-precheck")?.into());
        put(&source, "wasm", &page_attribute("data-precheck-wasm")?.into());
        worker.post_message(&source).ok()?;
        self.worker.replace(Some(worker.clone()));
        Some(worker)
    }
}

/// Calls `resolve` with the worker's answer to this file; with something else when there is none.
fn answer_to(worker: &Worker, id: usize, resolve: Function) {
    let lost = resolve.clone();
    listen(worker, "error", move |_: Event| drop(lost.call0(&JsValue::NULL)));
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    listen(worker, "message", move |event: MessageEvent| {
        let data = event.data();
        if get(&data, "id") == Some(id.into()) {
            let _ = resolve.call1(&JsValue::NULL, &data);
        }
    });
}
