//! RSA2 (SHA-256 with RSA) over sorted parameters, and who may have signed.

use std::{borrow::Cow, collections::BTreeMap};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa,
    signature::{ParsedPublicKey, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use service::ports::pay::PayError;

use crate::wechat::keys::{self, KeyError};

/// Parameters by name, decoded; the order of the names is the order of signing (ASCII).
pub type Params = BTreeMap<String, String>;

/// What the merchant signs: every parameter that has a value, `sign_type` among them, but for `sign`.
pub fn request_text(params: &Params) -> String {
    joined(params.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()))
}

/// What the provider signs of a notification: every parameter as it came, but for `sign` and `sign_type`.
pub fn notification_text(params: &Params) -> String {
    joined(params.iter().filter(|(name, _)| !matches!(name.as_str(), "sign" | "sign_type")))
}

fn joined<'a>(params: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let pairs: Vec<String> = params.map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// The application's signing key (应用私钥).
pub struct Signer(rsa::KeyPair);

impl Signer {
    /// `text` is PEM or bare Base64; of the latter one does not see whether it is PKCS#8 or PKCS#1.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let key = keys::private_key(&armoured(text, "PRIVATE KEY"))
            .or_else(|_| keys::private_key(&armoured(text, "RSA PRIVATE KEY")))?;
        Ok(Self(key))
    }

    /// RSA-SHA256 (PKCS#1 v1.5) of `text`, Base64.
    pub fn sign(&self, text: &str) -> Result<String, PayError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| PayError::NotAuthentic("the request could not be signed".into()))?;
        Ok(STANDARD.encode(signature))
    }
}

/// The provider's keys (支付宝公钥). Nothing in an answer names the key, so each is tried.
pub struct Verifier(Vec<ParsedPublicKey>);

impl Verifier {
    /// At least one key, each PEM or bare Base64.
    pub fn new(texts: &[String]) -> Result<Self, KeyError> {
        let keys = texts
            .iter()
            .map(|text| keys::platform_key(&armoured(text, "PUBLIC KEY")))
            .collect::<Result<Vec<_>, KeyError>>()?;
        if keys.is_empty() { Err(KeyError::Key) } else { Ok(Self(keys)) }
    }

    /// Whether one of the keys has signed `text`.
    pub fn verify(&self, text: &str, signature: &str) -> Result<(), PayError> {
        let signature =
            STANDARD.decode(signature).map_err(|_| PayError::NotAuthentic("signature is not base64".into()))?;
        let signed = self.0.iter().any(|key| key.verify_sig(text.as_bytes(), &signature).is_ok());
        if signed { Ok(()) } else { Err(PayError::NotAuthentic("signature does not match".into())) }
    }
}

/// A PEM block around bare Base64.
fn armoured<'a>(text: &'a str, label: &str) -> Cow<'a, str> {
    if text.contains("-----BEGIN ") {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn d5_requests_are_signed_with_sign_type_and_without_what_is_empty() {
        let params = params(&[
            ("version", "1.0"),
            ("sign", "x"),
            ("return_url", ""),
            ("sign_type", "RSA2"),
            ("biz_content", "{\"a\":\"中 &=\"}"),
            ("app_id", "2014"),
        ]);
        assert_eq!(request_text(&params), "app_id=2014&biz_content={\"a\":\"中 &=\"}&sign_type=RSA2&version=1.0");
    }

    #[test]
    fn d5_notifications_are_signed_without_sign_type_and_with_what_is_empty() {
        let params = params(&[("sign_type", "RSA2"), ("body", ""), ("sign", "x"), ("app_id", "2014"), ("Z", "1")]);
        assert_eq!(notification_text(&params), "Z=1&app_id=2014&body=");
    }

    #[test]
    fn keys_are_read_with_and_without_their_armour() {
        let pem = include_str!("../../tests/vectors/test_merchant_key.pem");
        let public = include_str!("../../tests/vectors/platform_public.pem");
        let bare = |pem: &str| -> String { pem.lines().filter(|line| !line.starts_with("-----")).collect() };
        let signature = Signer::new(pem).unwrap().sign("a=1").unwrap();
        assert_eq!(Signer::new(&bare(pem)).unwrap().sign("a=1").unwrap(), signature);
        assert!(Verifier::new(&[public.to_owned(), bare(public)]).is_ok());
        assert!(Verifier::new(&[]).is_err());
        assert!(Verifier::new(&["MIIB".to_owned()]).is_err());
    }
}
