//! One request of the resumable protocol (tus 1.0), and what its answer means.

use crate::browser::{FromJs, get, window};
use crate::wire::{OFFLINE, WireError};
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::fmt::Write;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, File, Headers, RequestInit, Response};

/// What the person wants of an upload that is under way.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    #[default]
    Go,
    Pause,
    Cancel,
}

/// Why sending stopped.
pub(super) enum Stop {
    Paused,
    Cancelled,
    /// In words.
    Refused(String),
}

/// Why one request was not what was hoped for.
pub(super) enum Trouble {
    /// The same again later may do.
    Passing,
    /// The server knows nothing of this upload any more.
    Gone,
    Stop(Stop),
}

/// The person's hand on an upload.
#[derive(Default)]
pub(super) struct Control {
    wanted: Cell<Wanted>,
    abort: RefCell<Option<AbortController>>,
    sleepers: RefCell<Vec<js_sys::Function>>,
    /// Addresses of what was begun, to be taken back.
    pub(super) urls: RefCell<Vec<String>>,
}

impl Control {
    /// From here on requests can be broken off.
    pub(super) fn begin(&self) {
        self.wanted.set(Wanted::Go);
        self.abort.replace(AbortController::new().ok());
    }

    pub(super) fn want(&self, wanted: Wanted) {
        self.wanted.set(wanted);
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
        self.wake();
    }

    /// Ends a pause between two tries: the network may be back.
    pub(super) fn wake(&self) {
        for sleeper in self.sleepers.take() {
            let _ = sleeper.call0(&JsValue::NULL);
        }
    }

    pub(super) fn check(&self) -> Result<(), Stop> {
        match self.wanted.get() {
            Wanted::Go => Ok(()),
            Wanted::Pause => Err(Stop::Paused),
            Wanted::Cancel => Err(Stop::Cancelled),
        }
    }

    /// Waits, or until something wakes it.
    pub(super) async fn sleep(&self, seconds: u32) {
        let milliseconds = i32::try_from(seconds * 1000).unwrap_or(i32::MAX);
        crate::browser::wait_for(|resolve| {
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
            self.sleepers.borrow_mut().push(resolve);
        })
        .await;
    }

    /// Sends one request; anything but success is a trouble.
    pub(super) async fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Blob>,
    ) -> Result<Response, Trouble> {
        let Ok(init) = prepared(method, headers) else { return Err(Trouble::Passing) };
        if let Some(blob) = body {
            init.set_body(blob);
        }
        if let Some(abort) = &*self.abort.borrow() {
            init.set_signal(Some(&abort.signal()));
        }
        let sent = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await;
        self.check().map_err(Trouble::Stop)?;
        let response: Response = sent.and_then(JsCast::dyn_into).map_err(|_| Trouble::Passing)?;
        match response.status() {
            200..=299 => Ok(response),
            404 | 410 => Err(Trouble::Gone),
            // Somebody else is writing, the offset moved, too fast, a bad line, or the server's own trouble.
            408 | 409 | 423 | 460 | 500..=599 => Err(Trouble::Passing),
            // Without a time to come back it is not the speed, but how much is under way.
            429 if !header(&response, "retry-after").is_empty() => Err(Trouble::Passing),
            _ => Err(Trouble::Stop(Stop::Refused(reason(&response).await))),
        }
    }
}

fn prepared(method: &str, headers: &[(&str, &str)]) -> Result<RequestInit, JsValue> {
    let list = Headers::new()?;
    list.set("accept", "application/json")?;
    list.set("tus-resumable", "1.0.0")?;
    for (name, value) in headers {
        list.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&list);
    Ok(init)
}

/// What the server says about a refusal.
async fn reason(response: &Response) -> String {
    let broken = || WireError::new("internal").text().to_owned();
    let Ok(body) = response.json() else { return broken() };
    let Ok(value) = JsFuture::from(body).await else { return broken() };
    let words = get(&value, "problem").and_then(|p| p.as_string());
    words.or_else(|| WireError::from_js(&value).map(|e| e.text().to_owned())).unwrap_or_else(broken)
}

/// There was no network, again and again.
pub(super) fn offline() -> String {
    WireError::new(OFFLINE).text().to_owned()
}

/// A header of an answer; empty when it is missing.
pub(super) fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).ok().flatten().unwrap_or_default()
}

/// The SHA-256 digest of the file in hex; none where the browser does not compute it (plain http).
pub(super) async fn digest_of(file: &File) -> Option<String> {
    let subtle = window().crypto().ok()?.subtle();
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    let computing = subtle.digest_with_str_and_buffer_source("SHA-256", buffer.unchecked_ref()).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(computing).await.ok()?);
    let mut hex = String::new();
    for byte in digest.to_vec() {
        // Writing into a string never fails.
        let _ = write!(hex, "{byte:02x}");
    }
    Some(hex)
}

/// `Upload-Metadata`.
pub(super) fn metadata(pairs: &[(&str, &str)]) -> String {
    let list: Vec<String> =
        pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| [k, " ", &base64(v.as_bytes())].concat()).collect();
    list.join(",")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let group = (at(0) << 16) | (at(1) << 8) | at(2);
        for n in 0..4 {
            let digit = DIGITS[((group >> (18 - 6 * n)) & 63) as usize];
            out.push(if n <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, metadata};

    #[test]
    fn metadata_is_written_as_the_protocol_wants_it() {
        assert_eq!(base64(b""), "");
        assert_eq!(
            [base64(b"f"), base64(b"fo"), base64(b"foo"), base64(b"foob")],
            ["Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
        let words = metadata(&[("filename", "合同.pdf"), ("filetype", "")]);
        assert_eq!(words, "filename 5ZCI5ZCMLnBkZg==");
    }
}
