//! The few things that every island needs from the browser. Called from effects and event handlers
//! only, which do not run on the server.

use crate::wire::{OFFLINE, WireError};
use gloo_events::EventListener;
use js_sys::{Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::ServerFn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, Event, EventTarget, Headers, RequestInit, Response, Window};

/// Browsers refuse more than 64 KiB in requests that outlive their page.
const KEEPALIVE_BYTES: usize = 60_000;

pub fn window() -> Window {
    web_sys::window().expect("islands run in a window")
}

pub fn document() -> Document {
    window().document().expect("a window has a document")
}

pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// An attribute of `<html>`: the addresses of the assets.
pub fn page_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Listens as long as the page lives: pages are left by loading another one.
pub fn listen<T: JsCast>(target: &EventTarget, event: &'static str, mut action: impl FnMut(T) + 'static) {
    EventListener::new(target, event, move |e: &Event| action(e.clone().unchecked_into())).forget();
}

/// The same, able to prevent what the browser would do.
pub fn listen_active<T: JsCast>(target: &EventTarget, event: &'static str, mut action: impl FnMut(T) + 'static) {
    let options = gloo_events::EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(target, event, options, move |e: &Event| action(e.clone().unchecked_into())).forget();
}

/// Sets a property of a plain object.
pub fn put(object: &JsValue, key: &str, value: &JsValue) {
    // Fails for frozen objects only, and these are made here.
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}

/// Waits until `begin`'s argument has been called.
pub async fn wait_for(mut begin: impl FnMut(js_sys::Function)) -> JsValue {
    let promise = Promise::new(&mut |resolve, _| begin(resolve));
    JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED)
}

/// Whether nobody can see the page now.
pub fn is_hidden() -> bool {
    Reflect::get(&document(), &JsValue::from_str("hidden")).is_ok_and(|hidden| hidden.is_truthy())
}

/// Calls a server function. Its generated client is not used: this request outlives the page (an
/// answer typed just before leaving is saved), and is a third of the size.
pub async fn call<F>(arguments: &F) -> Result<F::Output, WireError>
where
    F: ServerFn<Error = WireError> + Serialize,
    F::Output: DeserializeOwned,
{
    let body = serde_qs::to_string(arguments).map_err(|_| WireError::new("bad_request"))?;
    let response = post(F::PATH, &body).await.map_err(|_| WireError::new(OFFLINE))?;
    let text = response.text().map(JsFuture::from).map_err(|_| WireError::new(OFFLINE))?.await;
    let text = text.ok().and_then(|t| t.as_string()).ok_or_else(|| WireError::new(OFFLINE))?;
    if response.ok() {
        return serde_json::from_str(&text).map_err(|_| WireError::new("internal"));
    }
    let mut error = read_error(&text);
    if error.incident_id.is_empty() {
        error.incident_id = response.headers().get("x-request-id").ok().flatten().unwrap_or_default();
    }
    Err(error)
}

/// The error that an answer holds.
pub fn read_error(text: &str) -> WireError {
    serde_json::from_str(text).unwrap_or_else(|_| WireError::new("internal"))
}

async fn post(path: &str, body: &str) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/x-www-form-urlencoded")?;
    headers.set("accept", "application/json")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    if body.len() < KEEPALIVE_BYTES {
        put(&init, "keepalive", &JsValue::TRUE);
    }
    JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?.dyn_into()
}
