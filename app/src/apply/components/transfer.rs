//! Sending one file, with its progress.

use crate::browser::{listen, read_error, wait_for};
use crate::wire::{OFFLINE, WireError};
use wasm_bindgen::JsValue;
use web_sys::{Event, FormData, ProgressEvent, XmlHttpRequest};

/// Posts the form. `progress` is told the percentage that has left the device. (XHR, because
/// `fetch` does not say how much has been sent.)
pub(super) async fn send(url: &str, data: &FormData, progress: impl Fn(u32) + 'static) -> Result<(), WireError> {
    let request = XmlHttpRequest::new().map_err(|_| WireError::new(OFFLINE))?;
    begin(&request, url, progress).map_err(|_| WireError::new(OFFLINE))?;
    wait_for(|resolve| {
        listen(&request, "loadend", move |_: Event| drop(resolve.call0(&JsValue::NULL)));
        if request.send_with_opt_form_data(Some(data)).is_err() {
            request.abort().unwrap_or_default();
        }
    })
    .await;
    match request.status().unwrap_or(0) {
        0 => Err(WireError::new(OFFLINE)),
        200..=299 => Ok(()),
        _ => Err(read_error(&request.response_text().ok().flatten().unwrap_or_default())),
    }
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
