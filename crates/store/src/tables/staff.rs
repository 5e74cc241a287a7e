//! Members of staff.

use super::parse;
use crate::{Db, Row, StoreError, Tx, params};
use domain::ids::StaffId;
use domain::policy::Role;
use std::collections::BTreeSet;

crate::sql! {
    const FIND = "select id, username, password_hash, name, roles, active, place from staff where id = $1";
    const BY_NAME = "select id, username, password_hash, name, roles, active, place from staff where username = $1";
    const INSERT = "insert into staff (id, username, password_hash, name, roles, active, place)
        values ($1, $2, $3, $4, $5, 1, $6)
        on conflict (username) do nothing";
}

pub struct Staff {
    pub id: StaffId,
    pub username: String,
    /// `pbkdf2-sha256$iterations$salt$hash`.
    pub password_hash: String,
    pub name: String,
    pub roles: BTreeSet<Role>,
    pub active: bool,
    /// Id of the place of the region where they work; none at the county's windows.
    pub place: Option<String>,
}

fn from_row(row: &Row) -> Result<Staff, StoreError> {
    Ok(Staff {
        id: parse(row, "id")?,
        username: row.text("username")?,
        password_hash: row.text("password_hash")?,
        name: row.text("name")?,
        roles: super::from_json(row.str("roles")?, "roles")?,
        active: row.bool("active")?,
        place: row.opt_text("place")?,
    })
}

pub async fn find(db: &Db, id: StaffId) -> Result<Option<Staff>, StoreError> {
    db.read_opt(FIND, params![id.to_string()]).await?.as_ref().map(from_row).transpose()
}

pub async fn by_username(db: &Db, username: &str) -> Result<Option<Staff>, StoreError> {
    db.read_opt(BY_NAME, params![username]).await?.as_ref().map(from_row).transpose()
}

/// Adds a member of staff; an existing username is left as it is.
pub async fn add(tx: &mut Tx, staff: &Staff) -> Result<(), StoreError> {
    let roles = super::json(&staff.roles)?;
    let row =
        params![staff.id.to_string(), &staff.username, &staff.password_hash, &staff.name, roles, staff.place.clone()];
    tx.exec(INSERT, row).await.map(drop)
}
