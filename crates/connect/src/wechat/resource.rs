//! The encrypted part of a notification: `AEAD_AES_256_GCM` under the merchant's `APIv3` key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use service::ports::pay::PayError;

/// The `resource` member of a notification.
#[derive(Debug, Deserialize)]
pub struct Resource {
    pub algorithm: String,
    /// Base64 of the ciphertext with its 16-byte tag.
    pub ciphertext: String,
    /// 12 characters.
    pub nonce: String,
    #[serde(default)]
    pub associated_data: Option<String>,
}

/// The `APIv3` key, ready to open resources.
pub struct ResourceKey(LessSafeKey);

impl ResourceKey {
    /// `None` unless the key has exactly 32 bytes.
    pub fn new(api_v3_key: &str) -> Option<Self> {
        let key = UnboundKey::new(&AES_256_GCM, api_v3_key.as_bytes()).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    /// Decrypts and authenticates; the plain text is JSON.
    pub fn open(&self, resource: &Resource) -> Result<Vec<u8>, PayError> {
        let refuse = |what: &str| PayError::NotAuthentic(format!("resource: {what}"));
        if resource.algorithm != "AEAD_AES_256_GCM" {
            return Err(refuse("unknown algorithm"));
        }
        let nonce =
            Nonce::try_assume_unique_for_key(resource.nonce.as_bytes()).map_err(|_| refuse("nonce is not 12 bytes"))?;
        let mut buffer = STANDARD.decode(&resource.ciphertext).map_err(|_| refuse("ciphertext is not base64"))?;
        let associated = resource.associated_data.as_deref().unwrap_or_default();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(associated), &mut buffer)
            .map_err(|_| refuse("does not decrypt"))?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }
}
