//! One browser per role.

use crate::support::{Browser, House, Person};
use domain::policy::Role;
use std::net::SocketAddr;

/// The columns of the table. 访客 has nothing, not even a cookie; 有草稿的访客 began a draft without
/// signing in; 本人 owns everything in the scene; 别人 is another applicant.
pub const ROLES: [&str; 12] = [
    "访客",
    "有草稿的访客",
    "本人",
    "别人",
    "窗口受理",
    "审批",
    "出件",
    "收费对账",
    "监察",
    "管理员",
    "目录编辑",
    "目录审核",
];

pub struct Cast {
    pub owner: Person,
    others: Vec<Browser>,
}

impl Cast {
    pub async fn new(house: &House) -> Self {
        let owner = house.applicant().await;
        let mut others = vec![
            house.browser(),
            house.guest_with_draft().await,
            owner.browser.clone(),
            house.applicant().await.browser,
        ];
        for role in Role::ALL {
            others.push(house.staff(role).await.0);
        }
        // Each from an address of their own: the limits per address are not what is looked at here.
        for (n, browser) in others.iter_mut().enumerate() {
            browser.address = SocketAddr::from(([203, 0, 113, 20 + u8::try_from(n).expect("few roles")], 40_000));
        }
        Self { owner, others }
    }

    /// The browser of the n-th role.
    pub fn browser(&mut self, n: usize) -> &mut Browser {
        &mut self.others[n]
    }
}
