//! 本机副本: what a device keeps of answers that could not be saved is sealed there under a key that
//! only the server can hand out, so that it is unreadable to whoever is not signed in
//! (《个人信息保护法》第五十一条).

use crate::identity::Session;
use crate::{Failure, Service};
use domain::ids::DraftId;

impl Service {
    /// The key of one draft, 32 bytes in hex. It follows from the draft alone: it is the same after
    /// signing in again, and when a guest's draft has become an account's. Devices hold it in memory
    /// only. None on a shared computer, nor on a clerk's.
    pub async fn local_key(&self, session: &Session, id: DraftId) -> Result<String, Failure> {
        let owner = session.owner()?;
        let draft = self.own_draft(&owner, id).await?;
        if session.on_shared_computer() || session.counter.is_some() {
            return Err(Failure::Rejected("shared_terminal"));
        }
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        Ok(self.vault.mac("local_copy.key", &id.to_string())?)
    }
}
