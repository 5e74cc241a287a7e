//! The few things that every island needs from the browser. Called from behaviours and event handlers
//! only, which do not run on the server.
//!
//! What the browser downloads decides how islands are written: the server renders all their markup
//! and words, with `<template>`s for what repeats, and an island brings behaviour to it. Arguments
//! stand in `data-` attributes and answers are read through the browser's own JSON. Reactive views,
//! typed props and `serde_json` in the module would make it twice as large (142 kB instead of 68 kB, brotli).

use crate::wire::{LiveWire, OFFLINE, SavedWire, Suggestion, WireError};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::{DirectiveAttribute, GlobalAttributes, IntoView, view};
use server_fn::ServerFn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Document, Element, Event, EventTarget, Headers, HtmlElement, HtmlTemplateElement, RequestInit,
    Response, UrlSearchParams, Window,
};

/// Browsers refuse more than 64 KiB in requests that outlive their page.
const KEEPALIVE_BYTES: u32 = 60_000;
/// What has not been answered after this time is no line, in ms.
const PATIENCE: u32 = 30_000;

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

/// The body of an island: calls `attach` with the element marked `data-island` around it, which
/// holds the island's markup. `None` means that the page lacks something; then it stays plain HTML.
pub fn behaviour(attach: fn(HtmlElement) -> Option<()>) -> impl IntoView {
    let begin = move |place: Element| {
        let holder = place.closest("[data-island]").ok().flatten();
        holder.and_then(|h| attach(h.unchecked_into()));
    };
    view! { <span hidden use:begin></span> }
}

/// An argument of the island; empty when the server wrote none.
pub fn data(holder: &Element, name: &str) -> String {
    holder.get_attribute(name).unwrap_or_default()
}

/// The element marked `data-part=name` below `holder`.
pub fn part(holder: &Element, name: &str) -> Option<HtmlElement> {
    holder.query_selector(&["[data-part=", name, "]"].concat()).ok()?.map(JsCast::unchecked_into)
}

/// A copy of what the template marked `data-part=name` holds.
pub fn copy_of(holder: &Element, name: &str) -> Option<HtmlElement> {
    let template: HtmlTemplateElement = part(holder, name)?.dyn_into().ok()?;
    template.content().first_element_child()?.clone_node_with_deep(true).ok().map(JsCast::unchecked_into)
}

/// Shows or hides.
pub fn show(element: &HtmlElement, shown: bool) {
    element.set_hidden(!shown);
}

/// Listens as long as the page lives: pages are left by loading another one.
pub fn listen<T: JsCast>(target: &EventTarget, event: &'static str, mut action: impl FnMut(T) + 'static) {
    // Active, so that an action may prevent what the browser would do.
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(target, event, options, move |e: &Event| action(e.clone().unchecked_into()))
        .forget();
}

/// Sets a property of a plain object.
pub fn put(object: &JsValue, key: &str, value: &JsValue) {
    // Fails for frozen objects only, and these are made here.
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}

/// A property, if the value is an object that has it.
pub fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined()).then_some(value)
}

/// A text property; empty when there is none.
pub fn text(object: &JsValue, key: &str) -> String {
    get(object, key).and_then(|value| value.as_string()).unwrap_or_default()
}

/// Waits until `begin`'s argument has been called.
pub async fn wait_for(mut begin: impl FnMut(Function)) -> JsValue {
    let promise = Promise::new(&mut |resolve, _| begin(resolve));
    JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED)
}

/// Whether nobody can see the page now.
pub fn is_hidden() -> bool {
    get(&document(), "hidden").is_some_and(|hidden| hidden.is_truthy())
}

/// Whether the device itself knows that it has no network. That it has one, it only believes.
pub fn is_offline() -> bool {
    get(&window(), "navigator").and_then(|n| get(&n, "onLine")).is_some_and(|online| online.is_falsy())
}

/// Shows the page as the server has it now; browsers keep the place on it.
pub fn reload() {
    // Never fails for the page itself.
    let _ = window().location().reload();
}

/// Read from parsed JSON.
pub trait FromJs: Sized {
    /// `None` when the value has another shape.
    fn from_js(value: &JsValue) -> Option<Self>;
}

impl FromJs for String {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<Array>()?.iter().map(|item| T::from_js(&item)).collect()
    }
}

impl FromJs for Suggestion {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self { title: text(value, "title"), slug: text(value, "slug"), note: text(value, "note") })
    }
}

impl FromJs for SavedWire {
    fn from_js(value: &JsValue) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "versions are whole and small")]
        let version = get(value, "version")?.as_f64()? as i64;
        let list = |name| Vec::from_js(&get(value, name)?);
        Some(Self { version, time: text(value, "time"), conflicts: list("conflicts")?, theirs: list("theirs")? })
    }
}

impl FromJs for LiveWire {
    fn from_js(value: &JsValue) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "versions are whole and small")]
        let lock = get(value, "lock")?.as_f64()? as i64;
        Some(Self { lock, time: text(value, "time"), problems: Vec::from_js(&get(value, "problems")?)? })
    }
}

impl FromJs for WireError {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self { code: get(value, "code")?.as_string()?, incident_id: text(value, "incident_id") })
    }
}

/// Arguments of a server function, form-encoded.
pub fn arguments(pairs: &[(&str, &str)]) -> UrlSearchParams {
    let body = UrlSearchParams::new().expect("empty parameters are valid");
    for (name, value) in pairs {
        body.append(name, value);
    }
    body
}

/// Calls a server function. Its generated client is not used: this request outlives the page (an
/// answer typed just before leaving is saved), and is a fraction of the size.
pub async fn call<F>(arguments: UrlSearchParams) -> Result<F::Output, WireError>
where
    F: ServerFn<Error = WireError>,
    F::Output: FromJs,
{
    let value = ask(F::PATH, arguments).await?;
    F::Output::from_js(&value).ok_or_else(|| WireError::new("internal"))
}

async fn ask(path: &str, arguments: UrlSearchParams) -> Result<JsValue, WireError> {
    let (response, patience) = post(path, arguments).await.map_err(|_| WireError::new(OFFLINE))?;
    let body = response.json().map_err(|_| WireError::new(OFFLINE))?;
    let value = JsFuture::from(body).await.map_err(|_| WireError::new("internal"))?;
    drop(patience);
    if response.ok() {
        // The call has kept the session: `boot.js` begins its clock anew.
        if let Ok(alive) = web_sys::Event::new("ov:alive") {
            let _ = window().dispatch_event(&alive);
        }
        return Ok(value);
    }
    let mut error = WireError::from_js(&value).unwrap_or_else(|| WireError::new("internal"));
    if error.incident_id.is_empty() {
        error.incident_id = response.headers().get("x-request-id").ok().flatten().unwrap_or_default();
    }
    Err(error)
}

/// The text at an address of ours; none when it cannot be had.
pub async fn fetch_text(path: &str) -> Option<String> {
    let response: Response = JsFuture::from(window().fetch_with_str(path)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The answer as it begins, and the clock that breaks it off should it never end.
async fn post(path: &str, arguments: UrlSearchParams) -> Result<(Response, Timeout), JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&arguments);
    if arguments.to_string().length() < KEEPALIVE_BYTES {
        put(&init, "keepalive", &JsValue::TRUE);
    }
    let stop = AbortController::new()?;
    init.set_signal(Some(&stop.signal()));
    let patience = Timeout::new(PATIENCE, move || stop.abort());
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?.dyn_into()?;
    Ok((response, patience))
}
