//! Who gets what 免审即享 may grant, by every application for it: each only once.

use crate::{StoreError, Tx, Vault, params};
use domain::ids::CaseId;

crate::sql! {
    const NOTE = "insert into claim_subjects (benefit, subject_mac, case_id, state, noted_at)
        values ($1, $2, $3, $4, $5)
        on conflict (benefit, subject_mac, case_id) do update set state = excluded.state, noted_at = excluded.noted_at";
    const FREE = "delete from claim_subjects where case_id = $1";
    const OTHERS = "select count(*) as number from claim_subjects
        where benefit = $1 and subject_mac = $2 and case_id <> $3";
}

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    /// Filed, not decided.
    Open,
    Granted,
}

impl ClaimState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
        }
    }
}

fn mac(vault: &Vault, benefit: &str, subject: &str) -> Result<String, StoreError> {
    Ok(vault.mac("benefit_claims.subject", &format!("{benefit}:{subject}"))?)
}

/// Remembers that this case is about this subject, an identity number.
pub async fn note(
    tx: &mut Tx,
    vault: &Vault,
    benefit: &str,
    subject: &str,
    case: CaseId,
    state: ClaimState,
    now: i64,
) -> Result<(), StoreError> {
    let mac = mac(vault, benefit, subject)?;
    tx.exec(NOTE, params![benefit, mac, case.to_string(), state.as_str(), now]).await.map(drop)
}

/// The case was refused or withdrawn.
pub async fn free(tx: &mut Tx, case: CaseId) -> Result<(), StoreError> {
    tx.exec(FREE, params![case.to_string()]).await.map(drop)
}

/// Whether another case of the same subject is open or was granted.
pub async fn has_another(
    tx: &mut Tx,
    vault: &Vault,
    benefit: &str,
    subject: &str,
    case: CaseId,
) -> Result<bool, StoreError> {
    let mac = mac(vault, benefit, subject)?;
    let row = tx.one(OTHERS, params![benefit, mac, case.to_string()]).await?;
    Ok(row.i64("number")? > 0)
}
