//! Sending one file, with its progress.

use crate::browser::{FromJs, get, listen, text, wait_for};
use crate::wire::{OFFLINE, WireError};
use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, FormData, ProgressEvent, XmlHttpRequest};

/// Posts the form. `progress` is told the percentage that has left the device; an error is a reason
/// in words. (XHR, because `fetch` does not say how much has been sent.)
pub(super) async fn send(url: &str, data: &FormData, progress: impl Fn(u32) + 'static) -> Result<(), String> {
    let offline = || WireError::new(OFFLINE).text().to_owned();
    let request = XmlHttpRequest::new().map_err(|_| offline())?;
    begin(&request, url, progress).map_err(|_| offline())?;
    wait_for(|resolve| {
        let lost = resolve.clone();
        listen(&request, "loadend", move |_: Event| drop(resolve.call0(&JsValue::NULL)));
        if request.send_with_opt_form_data(Some(data)).is_err() {
            drop(lost.call0(&JsValue::NULL));
        }
    })
    .await;
    let status = request.status().unwrap_or(0);
    if status == 0 {
        return Err(offline());
    }
    let answer = request.response_text().ok().flatten().and_then(|json| JSON::parse(&json).ok());
    match answer.as_ref().and_then(refusal) {
        Some(reason) => Err(reason),
        None if (200..300).contains(&status) => Ok(()),
        None => Err(WireError::new("internal").text().to_owned()),
    }
}

/// Why the file was not kept, if it was not.
fn refusal(answer: &JsValue) -> Option<String> {
    if let Some(error) = WireError::from_js(answer) {
        return Some(error.text().to_owned());
    }
    if let Some(problem) = get(answer, "problem").and_then(|p| p.as_string()) {
        return Some(problem);
    }
    let file = get(answer, "files")?.dyn_into::<Array>().ok()?.get(0);
    let lost = get(&file, "kept").is_some_and(|kept| kept.is_falsy());
    lost.then(|| get(&file, "findings").map(|list| text(&list, "0")).unwrap_or_default())
}

fn begin(request: &XmlHttpRequest, url: &str, progress: impl Fn(u32) + 'static) -> Result<(), JsValue> {
    request.open("POST", url)?;
    request.set_request_header("accept", "application/json")?;
    listen(request.upload()?.as_ref(), "progress", move |event: ProgressEvent| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
        progress((event.loaded() * 100.0 / event.total().max(1.0)) as u32);
    });
    Ok(())
}
