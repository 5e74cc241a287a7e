//! HTTP as both providers of this crate need it: bounded in time and size, no redirects.

use std::time::Duration;

use reqwest::{Client, Response, redirect::Policy};

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one request may take, from the first byte sent to the last byte read.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// No answer of these interfaces comes near this size (bytes).
const MAX_ANSWER: usize = 256 * 1024;

/// A redirect would move a signed request to an address that the signature does not cover.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("onevisit/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The whole body, or a sentence why not.
pub(crate) async fn read_limited(answer: Response) -> Result<Vec<u8>, String> {
    read_up_to(answer, MAX_ANSWER).await
}

/// The whole body of at most so many bytes.
pub(crate) async fn read_up_to(mut answer: Response, most: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| describe(&e))? {
        if body.len() + chunk.len() > most {
            return Err("answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What went wrong, without the URL: its query may hold a phone number.
pub(crate) fn describe(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else {
        "broken exchange"
    };
    kind.to_owned()
}

/// Percent-encoding of everything outside RFC 3986's unreserved set.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::percent_encode;

    #[test]
    fn percent_encoding_keeps_only_unreserved_characters() {
        assert_eq!(percent_encode("aZ9-_.~"), "aZ9-_.~");
        assert_eq!(percent_encode("a b+*|/中"), "a%20b%2B%2A%7C%2F%E4%B8%AD");
    }
}
