//! Who may do what. One table, rendered into `docs/roles.md`; the service turns a yes into a
//! capability type, so that a forgotten check does not compile.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Roles of staff. One person may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 窗口受理
    Clerk,
    /// 审批
    Approver,
    /// 出件
    Issuer,
    /// 收费对账
    Treasurer,
    /// 监察
    Supervisor,
    /// 管理员
    Administrator,
    /// 目录编辑
    Editor,
    /// 目录审核
    Reviewer,
}

impl Role {
    pub const ALL: [Self; 8] = [
        Self::Clerk,
        Self::Approver,
        Self::Issuer,
        Self::Treasurer,
        Self::Supervisor,
        Self::Administrator,
        Self::Editor,
        Self::Reviewer,
    ];

    /// 中文名, for staff pages and documents.
    pub fn title(self) -> &'static str {
        match self {
            Self::Clerk => "窗口受理",
            Self::Approver => "审批",
            Self::Issuer => "出件",
            Self::Treasurer => "收费对账",
            Self::Supervisor => "监察",
            Self::Administrator => "管理员",
            Self::Editor => "目录编辑",
            Self::Reviewer => "目录审核",
        }
    }
}

/// What staff may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See the queue and open a case with its materials.
    ReadCases,
    /// Accept, refuse acceptance, issue the one notice.
    Receive,
    /// Start and end special procedures, decide.
    Decide,
    /// Issue the result document and hand it over.
    Issue,
    /// See bills and payments.
    ReadMoney,
    /// Refund, reconcile, record settlements, waive; what books by hand needs two persons.
    KeepMoney,
    /// Record what was taken at a window, and what is handed back there; somebody else confirms it.
    TakeMoney,
    /// See failed jobs and the health of the instance.
    Operate,
    /// See matters that are being changed, compare versions, take them out as files.
    ReadCatalogue,
    /// Draft, import and propose matters.
    EditCatalogue,
    /// Review what somebody else proposed.
    ReviewCatalogue,
    /// Draw guides for a spot check and follow what was found to its end.
    Oversee,
}

impl Right {
    pub const ALL: [Self; 12] = [
        Self::ReadCases,
        Self::Receive,
        Self::Decide,
        Self::Issue,
        Self::ReadMoney,
        Self::KeepMoney,
        Self::TakeMoney,
        Self::Operate,
        Self::ReadCatalogue,
        Self::EditCatalogue,
        Self::ReviewCatalogue,
        Self::Oversee,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::ReadCases => "查看办件与材料",
            Self::Receive => "受理、不予受理、一次性告知",
            Self::Decide => "特别程序、作出决定",
            Self::Issue => "出具结果",
            Self::ReadMoney => "查看缴款",
            Self::KeepMoney => "退款、对账、结算、减免",
            Self::TakeMoney => "登记窗口收款",
            Self::Operate => "查看失败任务与运行状态",
            Self::ReadCatalogue => "查看事项的修订、比较和导出",
            Self::EditCatalogue => "起草、导入、报审事项",
            Self::ReviewCatalogue => "审核事项",
            Self::Oversee => "抽查与督办",
        }
    }
}

/// The table.
pub fn allows(role: Role, right: Right) -> bool {
    use Right as T;
    match role {
        Role::Clerk => matches!(right, T::ReadCases | T::Receive | T::TakeMoney),
        Role::Approver => matches!(right, T::ReadCases | T::Decide),
        Role::Issuer => matches!(right, T::ReadCases | T::Issue),
        Role::Treasurer => matches!(right, T::ReadMoney | T::KeepMoney | T::TakeMoney),
        Role::Supervisor => matches!(right, T::ReadCases | T::ReadMoney | T::Operate | T::ReadCatalogue | T::Oversee),
        Role::Administrator => matches!(right, T::Operate),
        Role::Editor => matches!(right, T::ReadCatalogue | T::EditCatalogue),
        Role::Reviewer => matches!(right, T::ReadCatalogue | T::ReviewCatalogue),
    }
}

/// Whether any of the roles gives the right.
pub fn any_allows(roles: &BTreeSet<Role>, right: Right) -> bool {
    roles.iter().any(|role| allows(*role, right))
}

/// The table as Markdown.
pub fn table() -> String {
    let mut text = String::from("| 角色 |");
    for right in Right::ALL {
        let _ = write!(text, " {} |", right.title());
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Right::ALL.len()));
    for role in Role::ALL {
        let _ = write!(text, "\n| {} |", role.title());
        for right in Right::ALL {
            text.push_str(if allows(role, right) { " ✓ |" } else { " – |" });
        }
    }
    text.push('\n');
    text
}
