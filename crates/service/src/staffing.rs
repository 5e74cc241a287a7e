//! Accounts of real staff, made by the operator on the command line.

use crate::{Failure, Service, password};
use domain::ids::StaffId;
use domain::policy::Role;
use std::collections::BTreeSet;
use store::tables::staff::{self, Staff};

/// Shortest password, in characters.
const SHORTEST: usize = 10;

impl Service {
    /// Adds a member of staff; `place` is the id of a place of the region, none the county's windows. A taken
    /// name, an unknown place, a role that no place has or a short password is refused.
    pub async fn add_staff(
        &self,
        username: &str,
        name: &str,
        roles: BTreeSet<Role>,
        place: Option<&str>,
        typed: &str,
    ) -> Result<(), Failure> {
        if typed.chars().count() < SHORTEST {
            return Err(Failure::Rejected("staff.password_short"));
        }
        if username.trim().is_empty() || name.trim().is_empty() || roles.is_empty() {
            return Err(Failure::Rejected("staff.incomplete"));
        }
        if place.is_some_and(|id| self.catalogue().region.places.iter().all(|p| p.id != id)) {
            return Err(Failure::Rejected("staff.place"));
        }
        // What goes beyond one case is the county's: money, the catalogue, oversight, the system.
        let at_places = [Role::Clerk, Role::Approver, Role::Issuer];
        if place.is_some() && !roles.iter().all(|role| at_places.contains(role)) {
            return Err(Failure::Rejected("staff.place_role"));
        }
        if staff::by_username(&self.db, username).await?.is_some() {
            return Err(Failure::Rejected("staff.taken"));
        }
        let member = Staff {
            id: StaffId(self.new_id()),
            username: username.trim().into(),
            password_hash: password::hash(typed)?,
            name: name.trim().into(),
            roles,
            active: true,
            place: place.map(str::to_owned),
        };
        let mut tx = self.db.begin().await?;
        staff::add(&mut tx, &member).await?;
        self.record(&mut tx, "operator", "add_staff", &format!("staff:{}", member.id), "").await?;
        Ok(tx.commit().await?)
    }
}
