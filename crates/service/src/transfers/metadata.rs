//! `Upload-Metadata`: pairs of a name and a Base64 value, as tus sends them.

use crate::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// Longest header taken: names of files are short.
const LONGEST: usize = 4096;

/// What a client says about its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// Reads the header; `upload.metadata` when it is not one.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let bad = || Failure::Rejected("upload.metadata");
        if text.len() > LONGEST {
            return Err(bad());
        }
        let mut pairs = BTreeMap::new();
        for pair in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).map_err(|_| bad())?;
            // Column texts hold no NUL on either database; a name with one is hostile anyway.
            let value = String::from_utf8_lossy(&value).replace('\0', "");
            pairs.insert(key.to_owned(), value);
        }
        Ok(Self(pairs))
    }

    /// A value; empty when the client sent none.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The file's name as it is shown.
    pub fn name(&self) -> String {
        precheck::safe_name(self.get("filename"))
    }

    /// The type the client believes in.
    pub fn media_type(&self) -> &str {
        self.get("filetype")
    }

    /// By what the client recognises the file again, such as its digest.
    pub fn mark(&self) -> Option<&str> {
        Some(self.get("mark")).filter(|m| !m.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_as_the_protocol_writes_it() {
        let read = Metadata::parse("filename 5ZCI5ZCMLnBkZg==,filetype YXBwbGljYXRpb24vcGRm, is_confidential").unwrap();
        assert_eq!((read.name().as_str(), read.media_type()), ("合同.pdf", "application/pdf"));
        assert_eq!((read.get("is_confidential"), read.mark()), ("", None));
        assert_eq!(Metadata::parse("").unwrap(), Metadata::default());
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        for text in ["filename ???", &"a".repeat(5000)] {
            assert!(Metadata::parse(text).is_err(), "{text}");
        }
    }
}
