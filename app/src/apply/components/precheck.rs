//! The pre-check in its worker.

use crate::browser::{listen, page_attribute, put, wait_for, window};
use js_sys::{Array, Function, JSON, Object, Reflect};
use precheck::{Code, Finding, Level, Limits};
use serde::Deserialize;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker that has not answered after this time is taken for lost, in ms.
const PATIENCE: i32 = 60_000;

/// What is read of the worker's report.
#[derive(Deserialize)]
struct Found {
    findings: Vec<Finding>,
}

/// Checks files by the rules of one material.
pub(super) struct Checker {
    limits: Limits,
    worker: RefCell<Option<Worker>>,
}

impl Checker {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, worker: RefCell::default() }
    }

    /// What is wrong with the file. Nothing when the check itself cannot run here: the server
    /// checks every file again anyway.
    pub(super) async fn check(&self, file: &File, id: u32) -> Vec<Finding> {
        #[allow(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
        let too_big = file.size() > self.limits.max_bytes as f64;
        if too_big {
            // Such a file is not even read: it may be larger than the memory of the phone.
            return vec![Finding::new(Code::TooBig, Level::MustFix).with("max_bytes", self.limits.max_bytes.to_string())];
        }
        self.ask(file, id).await.unwrap_or_default()
    }

    async fn ask(&self, file: &File, id: u32) -> Option<Vec<Finding>> {
        let worker = self.worker()?;
        let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
        let message = Object::new();
        put(&message, "id", &id.into());
        put(&message, "name", &file.name().into());
        put(&message, "type", &file.type_().into());
        put(&message, "limits", &serde_json::to_string(&self.limits).ok()?.into());
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
        let json = JSON::stringify(&report).ok()?.as_string()?;
        serde_json::from_str::<Found>(&json).ok().map(|found| found.findings)
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
fn answer_to(worker: &Worker, id: u32, resolve: Function) {
    let lost = resolve.clone();
    listen(worker, "error", move |_: Event| drop(lost.call0(&JsValue::NULL)));
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    listen(worker, "message", move |event: MessageEvent| {
        let data = event.data();
        if get(&data, "id").and_then(|i| i.as_f64()) == Some(f64::from(id)) {
            let _ = resolve.call1(&JsValue::NULL, &data);
        }
    });
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = object.dyn_ref::<Object>().and_then(|o| Reflect::get(o, &JsValue::from_str(key)).ok())?;
    (!value.is_undefined()).then_some(value)
}
