//! Which public lists there are.

use crate::t::batches;
use crate::t::lists as t;
use domain::catalogue::ReformList;

/// One of the lists that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// 最多跑一次清单
    Once,
    /// 全程网办清单
    Online,
    /// 证明事项清单
    Proofs,
    /// 中介服务清单
    Intermediaries,
    /// 权责清单
    Powers,
    /// 基本目录
    Basic,
    /// 特别程序清单
    Special,
}

impl ListKind {
    pub const ALL: [Self; 7] =
        [Self::Once, Self::Online, Self::Proofs, Self::Intermediaries, Self::Powers, Self::Basic, Self::Special];

    /// Its part of the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Online => "online",
            Self::Proofs => "proofs",
            Self::Intermediaries => "intermediaries",
            Self::Powers => "powers",
            Self::Basic => "basic",
            Self::Special => "special",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Once => batches::once(),
            Self::Online => batches::online(),
            Self::Proofs => t::list_proofs(),
            Self::Intermediaries => t::list_intermediaries(),
            Self::Powers => t::list_powers(),
            Self::Basic => t::list_basic(),
            Self::Special => t::list_special(),
        }
    }

    pub(super) fn lead(self) -> &'static str {
        match self {
            Self::Once => batches::once_lead(),
            Self::Online => batches::online_lead(),
            Self::Proofs => t::lead_proofs(),
            Self::Intermediaries => t::lead_intermediaries(),
            Self::Powers => t::lead_powers(),
            Self::Basic => t::lead_basic(),
            Self::Special => t::lead_special(),
        }
    }

    /// Which of 两张清单 it is; these are announced by batches.
    pub(super) const fn reform(self) -> Option<ReformList> {
        match self {
            Self::Once => Some(ReformList::Once),
            Self::Online => Some(ReformList::Online),
            _ => None,
        }
    }
}
