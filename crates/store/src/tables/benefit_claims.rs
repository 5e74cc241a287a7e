//! Who got a benefit without anybody's decision (免审即享): each only once.

use crate::{StoreError, Tx, Vault, params};
use domain::ids::CaseId;

crate::sql! {
    const TAKE = "insert into benefit_claims (benefit, subject_mac, case_id, claimed_at) values ($1, $2, $3, $4)
        on conflict (benefit, subject_mac) do nothing";
}

/// Records the claim; false when this subject, an identity number, has had the benefit already.
pub async fn take(
    tx: &mut Tx,
    vault: &Vault,
    benefit: &str,
    subject: &str,
    case: CaseId,
    now: i64,
) -> Result<bool, StoreError> {
    let mac = vault.mac("benefit_claims.subject", &format!("{benefit}:{subject}"))?;
    Ok(tx.exec(TAKE, params![benefit, mac, case.to_string(), now]).await? == 1)
}
