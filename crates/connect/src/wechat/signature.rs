//! The two signature strings of API v3, and who may sign them.

use aws_lc_rs::{
    rand::{self, SystemRandom},
    rsa,
    signature::{ParsedPublicKey, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use service::ports::pay::PayError;

use super::keys::{self, KeyError};

/// Answers and notifications whose clock differs by more than this are refused (5 minutes).
pub const MAX_SKEW_SECONDS: i64 = 300;

/// RSA-SHA256; the other kind (`WECHATPAY2-SM2-WITH-SM3`) needs keys of another sort.
const SIGNATURE_TYPE: &str = "WECHATPAY2-SHA256-RSA2048";

/// What the merchant signs: method, path with query, timestamp in seconds, nonce and body, each
/// followed by a newline.
pub fn request_message(method: &str, path_and_query: &str, timestamp: i64, nonce: &str, body: &str) -> String {
    format!("{method}\n{path_and_query}\n{timestamp}\n{nonce}\n{body}\n")
}

/// What the platform signs: timestamp, nonce and the raw body, each followed by a newline.
pub fn platform_message(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    message
}

/// The merchant's signing key (商户 API 证书私钥) with its serial number.
pub struct Signer {
    mchid: String,
    serial: String,
    key: rsa::KeyPair,
}

impl Signer {
    /// `pem` holds an RSA private key.
    pub fn new(mchid: &str, serial: &str, pem: &str) -> Result<Self, KeyError> {
        Ok(Self { mchid: mchid.to_owned(), serial: serial.to_owned(), key: keys::private_key(pem)? })
    }

    /// RSA-SHA256 (PKCS#1 v1.5) of `message`, base64.
    pub fn sign(&self, message: &[u8]) -> Result<String, PayError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| PayError::NotAuthentic("the request could not be signed".into()))?;
        Ok(STANDARD.encode(signature))
    }

    /// Value of the `Authorization` header; `now` is µs since the epoch.
    pub fn authorization(&self, method: &str, path_and_query: &str, now: i64, body: &str) -> Result<String, PayError> {
        let timestamp = now.div_euclid(1_000_000);
        let nonce = nonce()?;
        let message = request_message(method, path_and_query, timestamp, &nonce, body);
        let signature = self.sign(message.as_bytes())?;
        Ok(format!(
            "{SIGNATURE_TYPE} mchid=\"{}\",nonce_str=\"{nonce}\",timestamp=\"{timestamp}\",serial_no=\"{}\",signature=\"{signature}\"",
            self.mchid, self.serial
        ))
    }
}

/// 32 hexadecimal digits from the system's generator.
pub(crate) fn nonce() -> Result<String, PayError> {
    let mut bytes = [0_u8; 16];
    rand::fill(&mut bytes).map_err(|_| PayError::Unreachable("no randomness".into()))?;
    Ok(hex::encode_upper(bytes))
}

/// The platform's verification keys by serial (平台证书序列号 or 微信支付公钥 ID).
pub struct Verifier {
    keys: Vec<(String, ParsedPublicKey)>,
}

impl Verifier {
    pub fn new(platform_keys: &[(String, String)]) -> Result<Self, KeyError> {
        let keys = platform_keys
            .iter()
            .map(|(serial, pem)| Ok((serial.clone(), keys::platform_key(pem)?)))
            .collect::<Result<_, KeyError>>()?;
        Ok(Self { keys })
    }

    /// The serial that tells the platform which key to sign its answer with: a public key id
    /// when there is one, since the platform answers with that kind only if asked for it.
    pub fn preferred_serial(&self) -> Option<&str> {
        let public_key = self.keys.iter().find(|(serial, _)| serial.starts_with("PUB_KEY_ID_"));
        public_key.or_else(|| self.keys.first()).map(|(serial, _)| serial.as_str())
    }

    /// Checks `Wechatpay-Serial`, `-Timestamp`, `-Nonce` and `-Signature` over `body`; `now` is
    /// µs since the epoch.
    pub fn verify(&self, headers: &dyn Fn(&str) -> Option<String>, body: &[u8], now: i64) -> Result<(), PayError> {
        let header = |name: &str| headers(name).ok_or_else(|| PayError::NotAuthentic(format!("{name} is missing")));
        let serial = header("Wechatpay-Serial")?;
        let timestamp = header("Wechatpay-Timestamp")?;
        let nonce = header("Wechatpay-Nonce")?;
        let signature = header("Wechatpay-Signature")?;

        if headers("Wechatpay-Signature-Type").is_some_and(|kind| kind != SIGNATURE_TYPE) {
            return Err(PayError::NotAuthentic("unknown signature type".into()));
        }

        let seconds: i64 = timestamp.parse().map_err(|_| PayError::NotAuthentic("timestamp is not a number".into()))?;
        if now.div_euclid(1_000_000).abs_diff(seconds) > MAX_SKEW_SECONDS.unsigned_abs() {
            return Err(PayError::NotAuthentic("clock differs too much".into()));
        }
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| *known == serial)
            .ok_or_else(|| PayError::NotAuthentic("unknown platform serial".into()))?;
        let signature =
            STANDARD.decode(signature).map_err(|_| PayError::NotAuthentic("signature is not base64".into()))?;
        key.verify_sig(&platform_message(&timestamp, &nonce, body), &signature)
            .map_err(|_| PayError::NotAuthentic("signature does not match".into()))
    }
}
