//! Demo people for development: one member of staff per role. Refused outside development by the
//! server's configuration.

use crate::{Failure, Service, password};
use domain::ids::StaffId;
use domain::policy::Role;
use std::collections::BTreeSet;
use store::tables::staff::{self, Staff};

/// A demo sign-in, as printed at start.
pub struct DemoSignIn {
    pub username: &'static str,
    pub name: &'static str,
    /// Id of the place where they work; none: the county's windows.
    pub place: Option<&'static str>,
    pub roles: &'static [Role],
}

/// The password of every demo member of staff.
pub const DEMO_PASSWORD: &str = "onevisit-demo";

pub const DEMO_STAFF: &[DemoSignIn] = &[
    DemoSignIn { username: "clerk", name: "陈窗口", place: None, roles: &[Role::Clerk] },
    DemoSignIn { username: "approver", name: "李审批", place: None, roles: &[Role::Approver] },
    DemoSignIn { username: "issuer", name: "王出件", place: None, roles: &[Role::Issuer] },
    DemoSignIn { username: "treasurer", name: "赵收费", place: None, roles: &[Role::Treasurer] },
    // 复核: what is booked by hand needs a second person.
    DemoSignIn { username: "cashier", name: "冯复核", place: None, roles: &[Role::Treasurer] },
    DemoSignIn { username: "supervisor", name: "钱监察", place: None, roles: &[Role::Supervisor] },
    DemoSignIn { username: "admin", name: "孙管理", place: None, roles: &[Role::Administrator] },
    DemoSignIn { username: "editor", name: "吴编目", place: None, roles: &[Role::Editor] },
    DemoSignIn { username: "reviewer", name: "郑审核", place: None, roles: &[Role::Reviewer] },
    // 就近办: files at 临江镇便民服务中心 what is taken there.
    DemoSignIn { username: "township", name: "何乡镇", place: Some("linjiang"), roles: &[Role::Clerk] },
    // 异地代收: takes in at a counter outside of the county what is marked 跨省通办.
    DemoSignIn { username: "neighbour", name: "邻代收", place: Some("linxian"), roles: &[Role::Clerk] },
    // 即办件: one authorised person may accept, decide and issue.
    DemoSignIn {
        username: "allround",
        name: "周即办",
        place: None,
        roles: &[Role::Clerk, Role::Approver, Role::Issuer],
    },
];

impl Service {
    /// Adds the demo staff; those that exist stay as they are.
    pub async fn seed_demo(&self) -> Result<(), Failure> {
        // One hash for all: the password is printed anyway, and start-up stays quick.
        let password_hash = password::hash(DEMO_PASSWORD)?;
        let mut tx = self.db.begin().await?;
        for demo in DEMO_STAFF {
            let member = Staff {
                id: StaffId(self.new_id()),
                username: demo.username.into(),
                password_hash: password_hash.clone(),
                name: demo.name.into(),
                roles: demo.roles.iter().copied().collect::<BTreeSet<_>>(),
                active: true,
                place: demo.place.map(str::to_owned),
            };
            staff::add(&mut tx, &member).await?;
        }
        Ok(tx.commit().await?)
    }
}
