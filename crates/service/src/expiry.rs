//! 草稿到期: whoever left a draft alone is told twice before it is deleted, each time once.

use crate::{Failure, Service};
use domain::ids::AccountId;
use domain::time::{Instant, format_date_zh};
use store::tables::drafts::{self, Expiring};
use store::tables::{accounts, messages};

const DAY: i64 = 86_400_000_000;
/// The nth time, so many days before the deletion; the more urgent first, so that nobody is told
/// both at once.
const TOLD: [(i64, i64); 2] = [(2, 3), (1, 14)];
/// From so many days before its deletion on a draft stands out in the list.
pub const SOON_DAYS: i64 = 14;

impl Service {
    /// Tells the owners of drafts that will be deleted soon.
    pub(crate) async fn warn_of_expiry(&self) -> Result<(), Failure> {
        let now = self.now().0;
        for (nth, days) in TOLD {
            let before = now - (self.settings.draft_days - days) * DAY;
            for draft in drafts::expiring(&self.db, nth, before).await? {
                self.tell_of_expiry(&draft, nth).await?;
            }
        }
        Ok(())
    }

    async fn tell_of_expiry(&self, draft: &Expiring, nth: i64) -> Result<(), Failure> {
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        // Changed, submitted or told meanwhile.
        if !drafts::mark_warned(&mut tx, draft, nth).await? {
            return Ok(());
        }
        let account = draft.owner.strip_prefix("account:").and_then(|id| id.parse::<AccountId>().ok());
        // What was put by waits under a name that no matter has.
        let title = self.catalogue().card(&draft.slug).map(|card| card.title.clone());
        if let (Some(account), Some(title)) = (account, title) {
            let date = format_date_zh(self.draft_kept_until(Instant(draft.updated_at)));
            let text = format!("您的草稿“{title}”还没有提交，到{date}会自动删除。想接着办，请登录后在“办件”里打开。");
            let id = self.new_id().to_string();
            messages::insert(&mut tx, &self.vault, &id, account, None, &text, now).await?;
            let phone = accounts::get_in(&mut tx, &self.vault, account).await?.phone;
            let params = vec![("matter".to_owned(), title), ("date".to_owned(), date)];
            self.enqueue_sms(&mut tx, &phone, "draft_expiring", params).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
