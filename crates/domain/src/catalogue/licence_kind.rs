//! Kinds of electronic licences (电子证照目录), as the county's list has them.

use serde::{Deserialize, Serialize};

/// What a licence says about its holder; the store sends it under this id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceAttribute {
    pub id: String,
    pub label: String,
}

/// A kind of licence (证照类型).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceKind {
    /// Matters name the kind by this.
    pub id: String,
    pub title: String,
    /// 证照类型代码, 21 letters and digits: the first part of the identifier (GB/T 36904).
    pub type_code: String,
    /// 颁发机构, as people know it.
    pub issuer: String,
    /// The number printed on it is the holder's own: 居民身份证, 营业执照.
    #[serde(default)]
    pub number_is_holder: bool,
    /// In the order in which the desk shows them.
    pub attributes: Vec<LicenceAttribute>,
}

impl LicenceKind {
    pub fn attribute(&self, id: &str) -> Option<&LicenceAttribute> {
        self.attributes.iter().find(|a| a.id == id)
    }
}
