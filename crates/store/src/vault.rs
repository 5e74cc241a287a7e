//! Personal data at rest: sealed columns, look-up codes, data keys.
//!
//! 个人信息保护法 art. 51 (encryption) and art. 47 (erasure): the sensitive columns of a case and
//! its files are sealed with the case's own data key; deleting that key erases them, also in
//! backups. The algorithm sits behind [`Cipher`], chosen by the version byte in front of every
//! sealed value, so that SM4-GCM (密码法, GB/T 39786) can be added beside AES-256-GCM and old
//! values stay readable.

use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac, rand};

/// Bytes of a key.
pub const KEY_LEN: usize = 32;
/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes of an authentication tag.
pub const TAG_LEN: usize = 16;
/// The version byte of AES-256-GCM.
pub(crate) const AES: u8 = 1;

/// Why sealed data could not be made or opened. Says nothing about the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Changed, cut, moved to another row, or sealed with another key.
    #[error("sealed data cannot be opened: it was changed, moved or sealed with another key")]
    Tampered,
    /// Sealed by a newer program.
    #[error("sealed data has the unknown version {0}")]
    UnknownVersion(u8),
    /// The sealed text is not UTF-8.
    #[error("the sealed data is not text")]
    NotText,
    /// The system's random source or the cipher refused.
    #[error("the cryptographic library refused")]
    Refused,
    /// The master key file cannot be used.
    #[error("master key: {0}")]
    MasterKey(String),
}

/// An authenticated cipher with its key: the seam for further algorithms.
pub trait Cipher: Send + Sync {
    /// Encrypts in place and appends the tag. A nonce is never used twice with one key.
    fn seal(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), VaultError>;
    /// Checks and decrypts in place, and cuts off the tag.
    fn open(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), VaultError>;
}

struct Aes256Gcm(LessSafeKey);

impl Cipher for Aes256Gcm {
    fn seal(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), VaultError> {
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), data)
            .map_err(|_| VaultError::Refused)
    }

    fn open(&self, nonce: [u8; NONCE_LEN], aad: &[u8], data: &mut Vec<u8>) -> Result<(), VaultError> {
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), data)
            .map_err(|_| VaultError::Tampered)?
            .len();
        data.truncate(length);
        Ok(())
    }
}

/// The one place that knows which version byte means which algorithm.
pub(crate) fn cipher(version: u8, key: &Secret) -> Result<Box<dyn Cipher>, VaultError> {
    match version {
        AES => {
            let key = UnboundKey::new(&AES_256_GCM, &key.0).map_err(|_| VaultError::Refused)?;
            Ok(Box::new(Aes256Gcm(LessSafeKey::new(key))))
        }
        other => Err(VaultError::UnknownVersion(other)),
    }
}

/// Key bytes that are wiped when dropped and never printed.
pub(crate) struct Secret(pub(crate) [u8; KEY_LEN]);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        black_box(&self.0);
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Fresh random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| VaultError::Refused)?;
    Ok(bytes)
}

/// Derives a key for one purpose (HKDF-SHA256, RFC 5869). Each part goes in with its length, so
/// that two lists of parts never meet.
pub(crate) fn derive(key: &Secret, parts: &[&[u8]]) -> Result<Secret, VaultError> {
    let mut info = Vec::new();
    for part in parts {
        info.extend_from_slice(&(part.len() as u64).to_be_bytes());
        info.extend_from_slice(part);
    }
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"onevisit/v1").extract(&key.0);
    let mut derived = Secret([0; KEY_LEN]);
    prk.expand(&[&info], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut derived.0))
        .map_err(|_| VaultError::Refused)?;
    Ok(derived)
}

/// Sealing with one key: version byte, nonce, ciphertext and tag; the context is authenticated
/// with it, so that a value copied into another row does not open there.
struct Sealer {
    version: u8,
    current: Box<dyn Cipher>,
}

impl Sealer {
    fn new(key: &Secret) -> Result<Self, VaultError> {
        Ok(Self { version: AES, current: cipher(AES, key)? })
    }

    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce = random()?;
        let mut data = Vec::with_capacity(plain.len() + TAG_LEN);
        data.extend_from_slice(plain);
        self.current.seal(nonce, &aad(self.version, context), &mut data)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + data.len());
        sealed.push(self.version);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut data);
        Ok(sealed)
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (&version, rest) = sealed.split_first().ok_or(VaultError::Tampered)?;
        if version != self.version {
            return Err(VaultError::UnknownVersion(version));
        }
        let (nonce, data) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Tampered)?;
        let mut data = data.to_vec();
        self.current.open(*nonce, &aad(version, context), &mut data)?;
        Ok(data)
    }
}

fn aad(version: u8, context: &str) -> Vec<u8> {
    let mut aad = Vec::with_capacity(1 + context.len());
    aad.push(version);
    aad.extend_from_slice(context.as_bytes());
    aad
}

/// The keys derived from the master key.
///
/// One master key seals at most 2³² values (the random nonce of GCM); a county stays far below.
pub struct Vault {
    columns: Sealer,
    wrapping: Sealer,
    macs: Secret,
}

/// Prints no key.
impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Derives the working keys; the master key itself is not kept.
    pub fn open(master_key: [u8; KEY_LEN]) -> Result<Self, VaultError> {
        let master = Secret(master_key);
        Ok(Self {
            columns: Sealer::new(&derive(&master, &[b"columns"])?)?,
            wrapping: Sealer::new(&derive(&master, &[b"wrapping"])?)?,
            macs: derive(&master, &[b"mac"])?,
        })
    }

    /// Seals a value for one place, `table.column:id`. 29 bytes longer than the plain value.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.columns.seal(context, plain)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub fn open_sealed(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.columns.open(context, sealed)
    }

    /// Like [`Vault::open_sealed`] for text.
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> Result<String, VaultError> {
        String::from_utf8(self.open_sealed(context, sealed)?).map_err(|_| VaultError::NotText)
    }

    /// The look-up code of a text: HMAC-SHA256 in hex with a key of its own per purpose, so that
    /// equal values in two columns cannot be linked. The caller normalises the text first.
    pub fn mac(&self, purpose: &str, text: &str) -> Result<String, VaultError> {
        let key = derive(&self.macs, &[b"lookup", purpose.as_bytes()])?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key.0);
        Ok(hex::encode(hmac::sign(&key, text.as_bytes())))
    }

    /// Tells master keys apart without revealing them. Kept in the database, it lets the server
    /// refuse to start with the wrong key file.
    pub fn fingerprint(&self) -> Result<String, VaultError> {
        self.mac("fingerprint", "")
    }

    /// A new data key and its wrapped form for one place, such as `case_keys.wrapped:<case id>`.
    /// Deleting the wrapped form erases everything sealed with the key.
    pub fn new_key(&self, context: &str) -> Result<(DataKey, Vec<u8>), VaultError> {
        let secret = Secret(random()?);
        let wrapped = self.wrapping.seal(context, &secret.0)?;
        Ok((DataKey::new(secret)?, wrapped))
    }

    /// Opens a wrapped data key for the same place.
    pub fn unwrap_key(&self, context: &str, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let mut plain = self.wrapping.open(context, wrapped)?;
        let bytes = <[u8; KEY_LEN]>::try_from(plain.as_slice()).map_err(|_| VaultError::Tampered);
        plain.fill(0);
        black_box(&plain);
        DataKey::new(Secret(bytes?))
    }
}

/// A key for the data of one case; lives in memory only.
pub struct DataKey {
    values: Sealer,
    pub(crate) secret: Secret,
}

/// Prints no key.
impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    fn new(secret: Secret) -> Result<Self, VaultError> {
        Ok(Self { values: Sealer::new(&derive(&secret, &[b"values"])?)?, secret })
    }

    /// Seals a value for one place, `table.column:id`.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.values.seal(context, plain)
    }

    /// Opens what [`DataKey::seal`] made for the same place.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.values.open(context, sealed)
    }

    /// Like [`DataKey::open`] for text.
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> Result<String, VaultError> {
        String::from_utf8(self.open(context, sealed)?).map_err(|_| VaultError::NotText)
    }
}
