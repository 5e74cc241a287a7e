//! Keys as files hold them: PEM around DER, a certificate around a public key.

use aws_lc_rs::{
    rsa,
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// The text is not a usable RSA key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("not a PEM block")]
    NotPem,
    #[error("unexpected PEM label")]
    Label,
    #[error("not an RSA key of at least 2048 bits")]
    Key,
    #[error("not a certificate")]
    Certificate,
}

/// Label and content of the first PEM block (RFC 7468) in `text`.
pub fn pem_block(text: &str) -> Result<(&str, Vec<u8>), KeyError> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyError::NotPem)?;
    let (body, rest) = rest.split_once("-----END ").ok_or(KeyError::NotPem)?;
    if !rest.starts_with(label) {
        return Err(KeyError::NotPem);
    }
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    Ok((label, der))
}

/// The merchant's private key: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
pub fn private_key(pem: &str) -> Result<rsa::KeyPair, KeyError> {
    let (label, der) = pem_block(pem)?;
    match label {
        "PRIVATE KEY" => rsa::KeyPair::from_pkcs8(&der).map_err(|_| KeyError::Key),
        "RSA PRIVATE KEY" => rsa::KeyPair::from_der(&der).map_err(|_| KeyError::Key),
        _ => Err(KeyError::Label),
    }
}

/// A platform key for RSA-SHA256 verification, from a `PUBLIC KEY` or a `CERTIFICATE` block.
///
/// The certificate's own chain is not looked at: it comes from the merchant's configuration,
/// which is trusted as the public key would be.
pub fn platform_key(pem: &str) -> Result<ParsedPublicKey, KeyError> {
    let (label, der) = pem_block(pem)?;
    let spki = match label {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => der.as_slice(),
        "CERTIFICATE" => certificate_spki(&der).ok_or(KeyError::Certificate)?,
        _ => return Err(KeyError::Label),
    };
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki).map_err(|_| KeyError::Key)
}

/// `SubjectPublicKeyInfo` of an X.509 certificate (RFC 5280 §4.1).
fn certificate_spki(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const EXPLICIT_VERSION: u8 = 0xA0;
    let certificate = Tlv::read(der).filter(|tlv| tlv.tag == SEQUENCE)?;
    let tbs = Tlv::read(certificate.content).filter(|tlv| tlv.tag == SEQUENCE)?;
    let mut rest = tbs.content;
    // serial number, signature algorithm, issuer, validity, subject
    let mut before_key = 5;
    loop {
        let tlv = Tlv::read(rest)?;
        if before_key == 0 {
            return (tlv.tag == SEQUENCE).then(|| &rest[..tlv.total]);
        }
        if tlv.tag != EXPLICIT_VERSION {
            before_key -= 1;
        }
        rest = &rest[tlv.total..];
    }
}

/// One DER element: tag, content and the length of both with the header.
struct Tlv<'a> {
    tag: u8,
    content: &'a [u8],
    total: usize,
}

impl<'a> Tlv<'a> {
    fn read(input: &'a [u8]) -> Option<Self> {
        let (&tag, rest) = input.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let digits = usize::from(first & 0x7F);
            if digits == 0 || digits > 4 {
                return None;
            }
            let length = rest.get(..digits)?.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
            (length, 2 + digits)
        };
        let total = header.checked_add(length)?;
        let content = input.get(header..total)?;
        Some(Self { tag, content, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_needs_both_ends_and_base64() {
        assert_eq!(pem_block("MIIB").unwrap_err(), KeyError::NotPem);
        assert_eq!(pem_block("-----BEGIN A-----\n!!\n-----END A-----").unwrap_err(), KeyError::NotPem);
        assert_eq!(pem_block("-----BEGIN A-----\nQUJD\n-----END B-----").unwrap_err(), KeyError::NotPem);
        let (label, der) = pem_block("x\n-----BEGIN A-----\r\nQU\nJD\n-----END A-----\n").unwrap();
        assert_eq!((label, der.as_slice()), ("A", b"ABC".as_slice()));
    }

    #[test]
    fn truncated_certificates_are_refused_without_panic() {
        let whole = include_str!("../../tests/vectors/platform_cert.pem");
        let (_, der) = pem_block(whole).unwrap();
        assert!(certificate_spki(&der).is_some());
        for end in 0..der.len() {
            assert!(certificate_spki(&der[..end]).is_none());
        }
    }
}
