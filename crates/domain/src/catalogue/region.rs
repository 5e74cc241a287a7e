//! The region (县) that offers the matters: bodies, windows, calendar.

use super::{Lists, Officer, Place, Targets, Township};
use crate::time::WorkCalendar;
use serde::{Deserialize, Serialize};

/// 实施主体性质.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyNature {
    /// 法定机关
    Statutory,
    /// 授权组织: also 事业单位 and 国企 that a law empowers
    Empowered,
    /// 受委托组织
    Entrusted,
    Other,
}

/// An implementing body (实施主体).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub id: String,
    pub name: String,
    /// Short name as used in document numbers and lists.
    pub short: String,
    pub uscc: String,
    pub nature: BodyNature,
}

/// A window (窗口) in the county's service centre, or in a township's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub id: String,
    pub name: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    /// How to get there, in words.
    pub directions: String,
    /// Code of the township (乡镇) it stands in; none at the county's centre.
    #[serde(default)]
    pub area: Option<String>,
}

/// The region file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// 行政区划代码, 6 digits.
    pub code: String,
    pub name: String,
    /// Said on every page footer: the shipped county is fictitious.
    pub notice: String,
    pub help_phone: String,
    /// Slugs of the matters most asked for (常办), most asked first.
    #[serde(default)]
    pub common: Vec<String>,
    /// 两张清单占比目标
    #[serde(default)]
    pub targets: Targets,
    pub bodies: Vec<Body>,
    pub windows: Vec<Window>,
    #[serde(default)]
    pub townships: Vec<Township>,
    /// 就近办
    #[serde(default)]
    pub places: Vec<Place>,
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// The public lists, from files of their own.
    #[serde(skip)]
    pub lists: Lists,
    #[serde(skip, default = "WorkCalendar::new")]
    pub calendar: WorkCalendar,
}

impl Region {
    pub fn body(&self, id: &str) -> Option<&Body> {
        self.bodies.iter().find(|b| b.id == id)
    }

    pub fn window(&self, id: &str) -> Option<&Window> {
        self.windows.iter().find(|w| w.id == id)
    }
}
