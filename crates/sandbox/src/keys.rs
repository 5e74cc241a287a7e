//! Demonstration keys: made at the first start, kept in the state folder, handed to the server
//! in `client.json`.

use std::{io, path::Path};

use aws_lc_rs::{rsa::KeyPair, signature::ParsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    crypto::{self, ALPHANUMERIC, DIGITS, UPPER_HEX},
    files, templates,
};

/// Name of the SMS signature (短信签名) that the carrier has approved.
pub const SIGN_NAME: &str = "一次办";

/// What `keys.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    appid: String,
    mchid: String,
    merchant_serial: String,
    merchant_private_pem: String,
    merchant_public_pem: String,
    platform_serial: String,
    platform_private_pem: String,
    platform_public_pem: String,
    api_v3_key: String,
    access_key_id: String,
    access_key_secret: String,
    /// Empty in folders that are older than the register.
    #[serde(default)]
    register_app_id: String,
    #[serde(default)]
    register_key: String,
    /// Empty in folders that are older than the licence store.
    #[serde(default)]
    licences_app_id: String,
    #[serde(default)]
    licences_key: String,
    /// Empty in folders that are older than the invoice platform.
    #[serde(default)]
    invoices_app_id: String,
    #[serde(default)]
    invoices_key: String,
    /// Empty in folders that are older than the treasury's platform.
    #[serde(default)]
    treasury_app_id: String,
    #[serde(default)]
    treasury_key: String,
    /// Missing in folders that are older than the second payment provider.
    #[serde(default)]
    alipay: Option<AlipayFile>,
}

/// The second payment provider's part of `keys.json`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlipayFile {
    app_id: String,
    seller_id: String,
    app_private_pem: String,
    app_public_pem: String,
    platform_private_pem: String,
    platform_public_pem: String,
}

/// The second payment provider's account and keys.
pub struct AlipayKeys {
    pub app_id: String,
    /// The merchant's user id (PID).
    pub seller_id: String,
    pub app_public: ParsedPublicKey,
    pub platform: KeyPair,
}

/// The keys, ready for use.
pub struct Keys {
    pub appid: String,
    pub mchid: String,
    pub merchant_serial: String,
    pub merchant_public: ParsedPublicKey,
    pub platform_serial: String,
    pub platform: KeyPair,
    pub api_v3_key: String,
    pub access_key_id: String,
    pub access_key_secret: String,
    pub register_app_id: String,
    pub register_key: String,
    pub licences_app_id: String,
    pub licences_key: String,
    pub invoices_app_id: String,
    pub invoices_key: String,
    pub treasury_app_id: String,
    pub treasury_key: String,
    pub alipay: AlipayKeys,
}

/// Addresses that are told to the server in `client.json`.
pub struct Addresses<'a> {
    pub public_url: &'a str,
    /// Where `WeChat` Pay's notifications go.
    pub notify_url: &'a str,
    /// Where Alipay's go.
    pub alipay_notify_url: &'a str,
    /// Where the treasury's go.
    pub treasury_notify_url: &'a str,
    /// Of the virus scanner's counterpart.
    pub clamd: &'a str,
}

/// Reads the keys in `folder`, or makes them; then writes `client.json` for the server.
pub fn open(folder: &Path, addresses: &Addresses<'_>) -> io::Result<Keys> {
    let Addresses { public_url, notify_url, alipay_notify_url, treasury_notify_url, clamd } = *addresses;
    let path = folder.join("keys.json");
    let file = if let Some(mut file) = files::read_json::<KeyFile>(&path)? {
        if file.register_key.is_empty() {
            (file.register_app_id, file.register_key) = keeper_keys();
            files::write_json(&path, &file)?;
        }
        if file.licences_key.is_empty() {
            (file.licences_app_id, file.licences_key) = keeper_keys();
            files::write_json(&path, &file)?;
        }
        if file.invoices_key.is_empty() {
            (file.invoices_app_id, file.invoices_key) = keeper_keys();
            files::write_json(&path, &file)?;
        }
        if file.treasury_key.is_empty() {
            (file.treasury_app_id, file.treasury_key) = keeper_keys();
            files::write_json(&path, &file)?;
        }
        if file.alipay.is_none() {
            file.alipay = Some(generate_alipay()?);
            files::write_json(&path, &file)?;
        }
        file
    } else {
        let file = generate()?;
        files::write_json(&path, &file)?;
        file
    };
    let alipay = match &file.alipay {
        Some(alipay) => alipay.clone(),
        None => generate_alipay()?,
    };
    let client = json!({
        "wechat": {
            "base_url": format!("{public_url}/wechat"),
            "appid": file.appid,
            "mchid": file.mchid,
            "merchant_serial": file.merchant_serial,
            "merchant_key_pem": file.merchant_private_pem,
            "api_v3_key": file.api_v3_key,
            "platform_keys": [[file.platform_serial, file.platform_public_pem]],
            "notify_url": notify_url,
            "sandbox": true,
        },
        "alipay": {
            "base_url": format!("{public_url}/alipay/gateway.do"),
            "app_id": alipay.app_id,
            "seller_id": alipay.seller_id,
            "app_key_pem": alipay.app_private_pem,
            "alipay_keys_pem": [alipay.platform_public_pem],
            "notify_url": alipay_notify_url,
            "sandbox": true,
        },
        "sms": {
            "base_url": format!("{public_url}/sms/"),
            "access_key_id": file.access_key_id,
            "access_key_secret": file.access_key_secret,
            "sign_name": SIGN_NAME,
            "templates": templates::codes_by_name(),
        },
        "register": {
            "base_url": format!("{public_url}/register"),
            "app_id": file.register_app_id,
            "key": file.register_key,
        },
        "scan": { "address": clamd },
        "licences": {
            "base_url": format!("{public_url}/licences"),
            "app_id": file.licences_app_id,
            "key": file.licences_key,
        },
        "invoices": {
            "base_url": format!("{public_url}/invoices"),
            "app_id": file.invoices_app_id,
            "key": file.invoices_key,
        },
        "treasury": {
            "base_url": format!("{public_url}/treasury"),
            "app_id": file.treasury_app_id,
            "key": file.treasury_key,
            "notify_url": treasury_notify_url,
            "sandbox": true,
        },
    });
    files::write_json(&folder.join("client.json"), &client)?;

    let broken = || io::Error::other("keys.json holds no usable keys");
    Ok(Keys {
        merchant_public: crypto::public_key(&file.merchant_public_pem).ok_or_else(broken)?,
        platform: crypto::private_key(&file.platform_private_pem).ok_or_else(broken)?,
        appid: file.appid,
        mchid: file.mchid,
        merchant_serial: file.merchant_serial,
        platform_serial: file.platform_serial,
        api_v3_key: file.api_v3_key,
        access_key_id: file.access_key_id,
        access_key_secret: file.access_key_secret,
        register_app_id: file.register_app_id,
        register_key: file.register_key,
        licences_app_id: file.licences_app_id,
        licences_key: file.licences_key,
        invoices_app_id: file.invoices_app_id,
        invoices_key: file.invoices_key,
        treasury_app_id: file.treasury_app_id,
        treasury_key: file.treasury_key,
        alipay: AlipayKeys {
            app_public: crypto::public_key(&alipay.app_public_pem).ok_or_else(broken)?,
            platform: crypto::private_key(&alipay.platform_private_pem).ok_or_else(broken)?,
            app_id: alipay.app_id,
            seller_id: alipay.seller_id,
        },
    })
}

/// Application id and shared secret of the register of persons, the licence store, the invoice platform or the
/// treasury's platform.
fn keeper_keys() -> (String, String) {
    (format!("app{}", crypto::random_text(DIGITS, 10)), crypto::random_text(ALPHANUMERIC, 48))
}

fn generate_alipay() -> io::Result<AlipayFile> {
    let failed = |_| io::Error::other("RSA keys could not be made");
    let (app_private_pem, app_public_pem) = crypto::generate_rsa().map_err(failed)?;
    let (platform_private_pem, platform_public_pem) = crypto::generate_rsa().map_err(failed)?;
    Ok(AlipayFile {
        app_id: format!("2021{}", crypto::random_text(DIGITS, 12)),
        seller_id: format!("2088{}", crypto::random_text(DIGITS, 12)),
        app_private_pem,
        app_public_pem,
        platform_private_pem,
        platform_public_pem,
    })
}

fn generate() -> io::Result<KeyFile> {
    let failed = |_| io::Error::other("RSA keys could not be made");
    let (merchant_private_pem, merchant_public_pem) = crypto::generate_rsa().map_err(failed)?;
    let (platform_private_pem, platform_public_pem) = crypto::generate_rsa().map_err(failed)?;
    let random = crypto::random_text;
    let (register_app_id, register_key) = keeper_keys();
    let (licences_app_id, licences_key) = keeper_keys();
    let (invoices_app_id, invoices_key) = keeper_keys();
    let (treasury_app_id, treasury_key) = keeper_keys();
    Ok(KeyFile {
        register_app_id,
        register_key,
        licences_app_id,
        licences_key,
        invoices_app_id,
        invoices_key,
        treasury_app_id,
        treasury_key,
        appid: format!("wx{}", random("0123456789abcdef", 16)),
        mchid: format!("19{}", random(DIGITS, 8)),
        merchant_serial: random(UPPER_HEX, 40),
        merchant_private_pem,
        merchant_public_pem,
        platform_serial: format!("PUB_KEY_ID_{}", random(DIGITS, 30)),
        platform_private_pem,
        platform_public_pem,
        api_v3_key: random(ALPHANUMERIC, 32),
        access_key_id: format!("LTAI{}", random(ALPHANUMERIC, 20)),
        access_key_secret: random(ALPHANUMERIC, 30),
        alipay: Some(generate_alipay()?),
    })
}
