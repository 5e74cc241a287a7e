//! Results that go by post (结果邮寄). Name, phone and address are sealed under the case's key.

use crate::{DataKey, Db, Row, StoreError, Tx, params};
use domain::ids::CaseId;

crate::sql! {
    const FIND = "select name, phone, address, carrier, waybill, posted_at from deliveries where case_id = $1";
    const ASK = "insert into deliveries (case_id, name, phone, address, asked_at) values ($1, $2, $3, $4, $5)
        on conflict (case_id) do update set name = excluded.name, phone = excluded.phone, address = excluded.address,
        asked_at = excluded.asked_at where deliveries.posted_at is null";
    const POST = "update deliveries set carrier = $2, waybill = $3, posted_at = $4 where case_id = $1 and posted_at is null";
}

/// Who the result goes to.
pub struct Addressee {
    pub name: String,
    pub phone: String,
    pub address: String,
}

/// Handed to the carrier.
pub struct Posted {
    pub carrier: String,
    pub waybill: String,
    pub at: i64,
}

pub struct Delivery {
    pub to: Addressee,
    pub posted: Option<Posted>,
}

fn from_row(row: &Row, key: &DataKey) -> Result<Delivery, StoreError> {
    let posted = match (row.opt_text("carrier")?, row.opt_text("waybill")?, row.opt_i64("posted_at")?) {
        (Some(carrier), Some(waybill), Some(at)) => Some(Posted { carrier, waybill, at }),
        _ => None,
    };
    Ok(Delivery {
        to: Addressee {
            name: key.open_text("deliveries.name", row.bytes("name")?)?,
            phone: key.open_text("deliveries.phone", row.bytes("phone")?)?,
            address: key.open_text("deliveries.address", row.bytes("address")?)?,
        },
        posted,
    })
}

pub async fn find(db: &Db, key: &DataKey, case: CaseId) -> Result<Option<Delivery>, StoreError> {
    db.read_opt(FIND, params![case.to_string()]).await?.as_ref().map(|r| from_row(r, key)).transpose()
}

/// Asks for it, or corrects the address; a version conflict when it is on its way.
pub async fn ask(tx: &mut Tx, key: &DataKey, case: CaseId, to: &Addressee, now: i64) -> Result<(), StoreError> {
    let row = params![
        case.to_string(),
        key.seal("deliveries.name", to.name.as_bytes())?,
        key.seal("deliveries.phone", to.phone.as_bytes())?,
        key.seal("deliveries.address", to.address.as_bytes())?,
        now
    ];
    tx.exec_versioned(ASK, row).await
}

/// The carrier has it; a version conflict when nobody asked, or it has gone already.
pub async fn post(tx: &mut Tx, case: CaseId, posted: &Posted) -> Result<(), StoreError> {
    tx.exec_versioned(POST, params![case.to_string(), &posted.carrier, &posted.waybill, posted.at]).await
}
