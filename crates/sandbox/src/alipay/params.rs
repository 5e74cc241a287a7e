//! Parameters and their signatures, written apart from our own client so that the two check each other.

use std::collections::BTreeMap;

use crate::{crypto, keys::AlipayKeys};

/// By name, decoded.
pub type Params = BTreeMap<String, String>;

/// What came in the address and in the body; `None` when a name came twice.
pub fn read(query: &str, body: &[u8]) -> Option<Params> {
    let mut params = Params::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body)) {
        if params.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(params)
}

/// Whether the merchant has signed a request: all that has a value, but for `sign`.
pub fn is_signed(keys: &AlipayKeys, params: &Params) -> bool {
    let mut text = String::new();
    for (name, value) in params {
        if name != "sign" && !value.is_empty() {
            push(&mut text, name, value);
        }
    }
    let sign = params.get("sign").map(String::as_str).unwrap_or_default();
    crypto::verifies(&keys.app_public, text.as_bytes(), sign)
}

/// Signs what goes to the merchant as parameters: all but `sign` and `sign_type`, which are added here. A forged
/// signature is over another text.
pub fn sign(keys: &AlipayKeys, mut params: Params, forged: bool) -> Option<Params> {
    let mut text = String::new();
    for (name, value) in &params {
        push(&mut text, name, value);
    }
    if forged {
        text.push(' ');
    }
    let sign = crypto::sign(&keys.platform, text.as_bytes()).ok()?;
    params.insert("sign_type".into(), "RSA2".into());
    params.insert("sign".into(), sign);
    Some(params)
}

/// As a form's body or an address' query.
pub fn encode(params: &Params) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

fn push(text: &mut String, name: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.push_str(name);
    text.push('=');
    text.push_str(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_body_are_one_set_of_parameters() {
        let params = read("a=1&b=%E4%B8%AD+x", b"c=%26").unwrap();
        assert_eq!(params["b"], "中 x");
        assert_eq!(params["c"], "&");
        assert!(read("a=1", b"a=2").is_none());
        assert_eq!(encode(&params), "a=1&b=%E4%B8%AD+x&c=%26");
    }
}
