//! `ACS3-HMAC-SHA256`, version 3 of the cloud's request signature.

use aws_lc_rs::{digest, hmac};

use crate::wechat::transport::percent_encode;

pub(super) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Query string in canonical form: encoded by RFC 3986 and sorted by name.
pub fn canonical_query(params: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(String, String)> =
        params.iter().map(|(name, value)| (percent_encode(name), percent_encode(value))).collect();
    pairs.sort();
    let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}

/// SHA-256 of `bytes`, lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// What is signed. `headers` are lower-case names with trimmed values, sorted by name.
pub struct Request<'a> {
    pub method: &'a str,
    /// Path, already encoded.
    pub path: &'a str,
    /// Result of [`canonical_query`].
    pub query: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    /// Lower-case hexadecimal SHA-256 of the body, also sent as `x-acs-content-sha256`.
    pub payload_sha256: &'a str,
}

impl Request<'_> {
    fn signed_headers(&self) -> String {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        names.join(";")
    }

    /// The canonical request, before it is hashed.
    pub fn canonical(&self) -> String {
        let lines: String = self.headers.iter().flat_map(|(name, value)| [*name, ":", *value, "\n"]).collect();
        format!(
            "{}\n{}\n{}\n{lines}\n{}\n{}",
            self.method,
            self.path,
            self.query,
            self.signed_headers(),
            self.payload_sha256
        )
    }

    /// Lower-case hexadecimal signature with the access key's secret.
    pub fn signature(&self, secret: &str) -> String {
        let hashed = sha256_hex(self.canonical().as_bytes());
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hex::encode(hmac::sign(&key, format!("{ALGORITHM}\n{hashed}").as_bytes()))
    }

    /// Value of the `Authorization` header.
    pub fn authorization(&self, access_key_id: &str, secret: &str) -> String {
        format!(
            "{ALGORITHM} Credential={access_key_id},SignedHeaders={},Signature={}",
            self.signed_headers(),
            self.signature(secret)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the signature's public documentation (fixed parameters).
    #[test]
    fn d7_documented_example_gives_the_documented_signature() {
        let query = canonical_query(&[
            ("RegionId", "cn-shanghai"),
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
        ]);
        let payload = sha256_hex(b"");
        let request = Request {
            method: "POST",
            path: "/",
            query: &query,
            headers: &[
                ("host", "ecs.cn-shanghai.aliyuncs.com"),
                ("x-acs-action", "RunInstances"),
                ("x-acs-content-sha256", &payload),
                ("x-acs-date", "2023-10-26T10:22:32Z"),
                ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
                ("x-acs-version", "2014-05-26"),
            ],
            payload_sha256: &payload,
        };
        assert_eq!(
            sha256_hex(request.canonical().as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            request.authorization("YourAccessKeyId", "YourAccessKeySecret"),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn query_is_sorted_and_encoded() {
        assert_eq!(canonical_query(&[("b", "1 *"), ("a", "中~")]), "a=%E4%B8%AD~&b=1%20%2A");
    }
}
