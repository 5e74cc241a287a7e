//! Known answers: signatures and cipher texts made with OpenSSL and Python's `cryptography`,
//! certificates made with OpenSSL.

use connect::wechat::{
    resource::{Resource, ResourceKey},
    signature::{Signer, Verifier, platform_message, request_message},
};
use service::ports::pay::PayError;

const MERCHANT_KEY: &str = include_str!("vectors/test_merchant_key.pem");
const PLATFORM_PUBLIC: &str = include_str!("vectors/platform_public.pem");
const PLATFORM_CERTIFICATE: &str = include_str!("vectors/platform_cert.pem");
const SENT: i64 = 1_554_208_460_000_000;

#[test]
fn d5_request_signature_is_what_openssl_computes() {
    let message = request_message(
        "POST",
        "/v3/pay/transactions/h5",
        1_554_208_460,
        "593BEC0C930BF1AFEB40B4A08C8FB242",
        r#"{"description":"不动产登记费"}"#,
    );
    assert_eq!(
        message,
        "POST\n/v3/pay/transactions/h5\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n{\"description\":\"不动产登记费\"}\n"
    );
    let signer = Signer::new("1900000109", "SERIAL", MERCHANT_KEY).unwrap();
    assert_eq!(signer.sign(message.as_bytes()).unwrap(), include_str!("vectors/request_signature.txt").trim());
    // A body-less request still ends with the empty body's newline.
    assert_eq!(
        request_message("GET", "/v3/certificates", 1_554_208_460, "N", ""),
        "GET\n/v3/certificates\n1554208460\nN\n\n"
    );
}

#[test]
fn d5_authorization_names_who_signed() {
    let signer = Signer::new("1900000109", "SERIAL", MERCHANT_KEY).unwrap();
    let value = signer.authorization("GET", "/v3/x?mchid=1", SENT, "").unwrap();
    assert!(value.starts_with("WECHATPAY2-SHA256-RSA2048 mchid=\"1900000109\",nonce_str=\""));
    assert!(value.contains("\",timestamp=\"1554208460\",serial_no=\"SERIAL\",signature=\""));
    let again = signer.authorization("GET", "/v3/x?mchid=1", SENT, "").unwrap();
    assert_ne!(value, again, "every request has its own nonce");
}

fn verify(verifier: &Verifier, serial: &str, body: &[u8], signature: &str, now: i64) -> bool {
    let header = |name: &str| {
        Some(match name.to_ascii_lowercase().as_str() {
            "wechatpay-serial" => serial.to_owned(),
            "wechatpay-timestamp" => "1554208460".to_owned(),
            "wechatpay-nonce" => "hJ8P2".to_owned(),
            "wechatpay-signature" => signature.trim().to_owned(),
            _ => return None,
        })
    };
    match verifier.verify(&header, body, now) {
        Ok(()) => true,
        Err(PayError::NotAuthentic(_)) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn d5_answers_verify_with_a_public_key_or_a_certificate() {
    assert_eq!(platform_message("1554208460", "hJ8P2", b"{}"), b"1554208460\nhJ8P2\n{}\n");
    let signature = include_str!("vectors/answer_signature.txt");
    let empty = include_str!("vectors/empty_answer_signature.txt");
    let body = br#"{"code_url":"x"}"#;
    let verifier = Verifier::new(&[
        ("5157F09E".into(), PLATFORM_CERTIFICATE.into()),
        ("PUB_KEY_ID_1".into(), PLATFORM_PUBLIC.into()),
    ])
    .unwrap();
    assert_eq!(verifier.preferred_serial(), Some("PUB_KEY_ID_1"));
    for serial in ["5157F09E", "PUB_KEY_ID_1"] {
        assert!(verify(&verifier, serial, body, signature, SENT), "{serial}");
        assert!(verify(&verifier, serial, b"", empty, SENT), "{serial}");
    }
    assert!(!verify(&verifier, "PUB_KEY_ID_2", body, signature, SENT));
    assert!(!verify(&verifier, "PUB_KEY_ID_1", b"{}", signature, SENT));
    assert!(!verify(&verifier, "PUB_KEY_ID_1", body, empty, SENT));
    assert!(verify(&verifier, "PUB_KEY_ID_1", body, signature, SENT + 300_000_000));
    assert!(!verify(&verifier, "PUB_KEY_ID_1", body, signature, SENT + 301_000_000));
    assert!(!verify(&verifier, "PUB_KEY_ID_1", body, signature, SENT - 301_000_000));
    assert!(Verifier::new(&[("X".into(), MERCHANT_KEY.into())]).is_err());
}

#[test]
fn d5_resources_open_only_with_their_key_nonce_and_associated_data() {
    let key = ResourceKey::new("0123456789abcdef0123456789ABCDEF").unwrap();
    let resource = |ciphertext: &str, nonce: &str, associated: &str| Resource {
        algorithm: "AEAD_AES_256_GCM".into(),
        ciphertext: ciphertext.into(),
        nonce: nonce.into(),
        associated_data: Some(associated.into()),
    };
    let ciphertext = "t2SIDDXl61mKvBUZSxJrdyku51gTVnQiAJmOh68XgYqOd3u30Ds=";
    let plain = key.open(&resource(ciphertext, "fdasfjihihih", "transaction"));
    assert_eq!(plain.unwrap(), br#"{"mchid":"1900000109"}"#);

    assert!(key.open(&resource(ciphertext, "fdasfjihihih", "refund")).is_err());
    assert!(key.open(&resource(ciphertext, "fdasfjihihiX", "transaction")).is_err());
    assert!(key.open(&resource(ciphertext, "short", "transaction")).is_err());
    assert!(key.open(&resource("AAAA", "fdasfjihihih", "transaction")).is_err());
    let other = ResourceKey::new("0123456789abcdef0123456789ABCDEf").unwrap();
    assert!(other.open(&resource(ciphertext, "fdasfjihihih", "transaction")).is_err());
    assert!(ResourceKey::new("too short").is_none());
}
