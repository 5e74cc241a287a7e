//! The platform's half of the cryptography, written apart from our own client so that the two
//! check each other.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest,
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    error::Unspecified,
    hmac,
    rand::{self, SystemRandom},
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// A fresh RSA-2048 key: private PKCS#8 PEM and public SPKI PEM.
pub fn generate_rsa() -> Result<(String, String), Unspecified> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let private: Pkcs8V1Der = pair.as_der()?;
    let public: PublicKeyX509Der = pair.public_key().as_der()?;
    Ok((to_pem("PRIVATE KEY", private.as_ref()), to_pem("PUBLIC KEY", public.as_ref())))
}

/// One PEM block (RFC 7468), 64 characters a line.
fn to_pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = tail;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}

/// DER of a PEM block this program wrote.
fn from_pem(pem: &str) -> Option<Vec<u8>> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).ok()
}

pub fn private_key(pem: &str) -> Option<KeyPair> {
    KeyPair::from_pkcs8(&from_pem(pem)?).ok()
}

pub fn public_key(pem: &str) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &from_pem(pem)?).ok()
}

/// RSA-SHA256, base64.
pub fn sign(key: &KeyPair, message: &[u8]) -> Result<String, Unspecified> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
    Ok(STANDARD.encode(signature))
}

/// Whether the base64 `signature` is `key`'s RSA-SHA256 over `message`.
pub fn verifies(key: &ParsedPublicKey, message: &[u8], signature: &str) -> bool {
    STANDARD.decode(signature).is_ok_and(|signature| key.verify_sig(message, &signature).is_ok())
}

/// `AEAD_AES_256_GCM`, base64 of ciphertext and tag; `nonce` has 12 bytes.
pub fn seal(key: &[u8], nonce: &str, associated_data: &str, plain: &[u8]) -> Result<String, Unspecified> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?);
    let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes())?;
    let mut buffer = plain.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(associated_data), &mut buffer)?;
    Ok(STANDARD.encode(buffer))
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// HMAC-SHA256 of `message`, lower-case hexadecimal.
pub fn hmac_hex(secret: &str, message: &[u8]) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message))
}

/// Whether the hexadecimal `signature` is the HMAC-SHA256 of `message`.
pub fn hmac_verifies(secret: &str, message: &[u8], signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hex::decode(signature).is_ok_and(|tag| hmac::verify(&key, message, &tag).is_ok())
}

/// `length` characters drawn from `alphabet`, which has at most 256 ASCII characters. The slight
/// preference for the first ones does not matter to a demonstration.
pub fn random_text(alphabet: &str, length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    rand::fill(&mut bytes).expect("the system's generator never fails once started");
    let alphabet = alphabet.as_bytes();
    bytes.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
}

pub const DIGITS: &str = "0123456789";
pub const UPPER_HEX: &str = "0123456789ABCDEF";
pub const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_survive_their_pem_form() {
        let (private, public) = generate_rsa().unwrap();
        assert!(private.lines().all(|line| line.len() <= 64));
        let signature = sign(&private_key(&private).unwrap(), b"text").unwrap();
        let public = public_key(&public).unwrap();
        assert!(verifies(&public, b"text", &signature));
        assert!(!verifies(&public, b"texT", &signature));
        assert!(!verifies(&public, b"text", "not base64"));
    }
}
