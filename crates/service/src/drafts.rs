//! Drafts: begun before signing in, saved as typed, never refused for being wrong.

use crate::counter::FiledBy;
use crate::fills::FillView;
use crate::identity::Owner;
use crate::proofs::judge_days;
use crate::turns::Turn;
use crate::uploads::{FileView, view_of};
use crate::{Denied, Failure, Service};
use domain::catalogue::{Change, Matter};
use domain::form::CheckContext;
use domain::ids::{CaseId, DraftId};
use domain::rules::Answers;
use domain::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Tx;
use store::tables::drafts::{self, Draft};
use store::tables::{files, fills, licence_consents, transfers};

/// Longest raw answer kept, in characters; a longer one is cut off nowhere but refused.
const LONGEST_ANSWER: usize = 5000;
/// Marks answers that were put by; no matter has such a name.
const PUT_BY: &str = "put-by:";

/// A signature given on a draft or by the other party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub name: String,
    pub signed_at: Instant,
    /// Handwriting as PNG, base64; none when the name was typed.
    #[serde(default)]
    pub png: Option<String>,
    /// The statement that was signed, word for word.
    pub statement: String,
}

/// A draft as its owner sees it.
pub struct DraftView {
    pub id: DraftId,
    pub matter: Arc<Matter>,
    pub answers: Answers,
    pub version: i64,
    pub updated_at: Instant,
    pub files: Vec<FileView>,
    /// Slots that need no file.
    pub fills: Vec<FillView>,
    pub signature: Option<Signature>,
    pub submitted: Option<CaseId>,
    /// A broken promise (承诺不实) of whom the answers name is not repaired: no promise in place of a proof.
    pub promise_barred: bool,
    /// Begun under an older version of the matter, which has changed since: what is different now.
    pub carried_over: Option<Vec<Change>>,
}

#[derive(Debug, Clone)]
pub struct DraftSummary {
    pub id: DraftId,
    pub title: String,
    pub slug: String,
    pub progress_percent: u8,
    pub updated_at: Instant,
    pub expires_on: Date,
    /// Days until it is deleted.
    pub days_left: i64,
}

/// What saving did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    pub version: i64,
    pub saved_at: Instant,
    /// Fields that another device changed since this page was loaded; the typed value won.
    pub conflicts: Vec<String>,
    /// What they held, in the same order: whoever typed here may take it back.
    pub theirs: Vec<String>,
}

impl Service {
    /// Begins a draft, or gives the open one of the same matter again.
    pub async fn start_draft(&self, owner: &Owner, slug: &str) -> Result<DraftId, Failure> {
        let matter = self.catalogue().card(slug).cloned().ok_or(Failure::NotFound)?;
        self.may_begin(owner, slug).await?;
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        if let Some(open) = drafts::open_of(&mut tx, owner.key(), slug).await? {
            return Ok(open);
        }
        let id = DraftId(self.new_id());
        drafts::insert(&mut tx, &self.vault, id, owner.key(), slug, matter.version, &Answers::new(), now).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_begun", &id.to_string()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The draft, if it is this owner's. Somebody else's is not found: its existence is nobody's business.
    pub(crate) async fn own_draft(&self, owner: &Owner, id: DraftId) -> Result<Draft, Failure> {
        let draft = drafts::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.owner == owner.key() { Ok(draft) } else { Err(Self::not_yours(owner)) }
    }

    /// A guest may have signed in on another tab: signing in may help; an account is told nothing.
    pub(crate) fn not_yours(owner: &Owner) -> Failure {
        if owner.key().starts_with("guest:") { Denied::SignIn.into() } else { Failure::NotFound }
    }

    pub async fn draft(&self, owner: &Owner, id: DraftId) -> Result<DraftView, Failure> {
        let draft = self.own_draft(owner, id).await?;
        let matter = self.matter_of(&draft.slug).await?;
        let rows = files::list(&self.db, &draft.key, id).await?;
        let filled = fills::list(&self.db, &draft.key, id).await?;
        let signature: Option<Signature> =
            draft.signature.as_deref().map(serde_json::from_str).transpose().map_err(Failure::internal)?;
        let signature = signature.filter(|s| s.statement == matter.statement);
        let mut sent: Vec<FileView> = rows.into_iter().map(view_of).collect();
        judge_days(&matter, &mut sent, self.today(), |file| draft.case_id.is_none() && file.round == 0);
        Ok(DraftView {
            id,
            carried_over: self.changes_since(&matter, draft.matter_version).await?,
            promise_barred: self.promise_barred(&matter, &draft.answers).await?,
            matter,
            version: draft.version,
            updated_at: Instant(draft.updated_at),
            files: sent,
            fills: crate::fills::views_of(filled)?,
            signature,
            submitted: draft.case_id,
            answers: draft.answers,
        })
    }

    /// Saves raw answers of one page. Only names that the matter knows are kept. A change after
    /// signing takes the signature away: what is signed is what is sent.
    pub async fn save_answers(
        &self,
        owner: &Owner,
        id: DraftId,
        answers: Answers,
        seen_version: Option<i64>,
    ) -> Result<Saved, Failure> {
        self.save_in_turn(owner, id, answers, seen_version, None).await
    }

    /// The same for a page that counts its saves: one that comes after a newer one of its page is
    /// answered with the state as it is, and changes nothing.
    pub async fn save_in_turn(
        &self,
        owner: &Owner,
        id: DraftId,
        answers: Answers,
        seen_version: Option<i64>,
        turn: Option<&Turn>,
    ) -> Result<Saved, Failure> {
        if answers.values().any(|v| v.chars().count() > LONGEST_ANSWER) {
            return Err(Failure::Rejected("answer.too_long"));
        }
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.owner != owner.key() {
            return Err(Self::not_yours(owner));
        }
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        let mut newer = true;
        if let Some(turn) = turn {
            (draft.saves, newer) = turn.take(&draft.saves);
        }
        let (mut changed, mut theirs) = (Vec::new(), Vec::new());
        for (name, value) in answers.into_iter().filter(|_| newer) {
            let known = matter.form.field(&name).is_some()
                || matter.question(&name).is_some_and(|q| value.is_empty() || q.accepts(&value));
            if known && draft.answers.get(&name).map_or("", String::as_str) != value {
                changed.push(name.clone());
                theirs.push(draft.answers.insert(name, value).unwrap_or_default());
            }
        }
        if changed.is_empty() {
            if turn.is_some() {
                drafts::note_saves(&mut tx, &draft).await?;
                tx.commit().await?;
            }
            let (version, saved_at) = (draft.version, Instant(draft.updated_at));
            return Ok(Saved { version, saved_at, conflicts: Vec::new(), theirs: Vec::new() });
        }
        draft.signature = None;
        let stale = seen_version.is_some_and(|seen| seen < draft.version);
        let version = drafts::save(&mut tx, &draft, now.0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_answers", &id.to_string()).await?;
        tx.commit().await?;
        let (conflicts, theirs) = if stale { (changed, theirs) } else { (Vec::new(), Vec::new()) };
        Ok(Saved { version, saved_at: now, conflicts, theirs })
    }

    /// Puts answers by that arrived after the session had expired; signing in brings them back.
    /// They wait as a draft of the guest's own, named after the draft they belong to.
    pub async fn put_by(&self, owner: &Owner, id: DraftId, answers: &Answers) -> Result<(), Failure> {
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let waiting = DraftId(self.new_id());
        drafts::insert(&mut tx, &self.vault, waiting, owner.key(), &format!("{PUT_BY}{id}"), 0, answers, now).await?;
        Ok(tx.commit().await?)
    }

    /// After signing in: what was put by goes into the account's drafts.
    pub(crate) async fn bring_back(&self, guest: &Owner, account: &Owner) -> Result<(), Failure> {
        for waiting in drafts::list(&self.db, &self.vault, guest.key()).await? {
            let Some(target) = waiting.slug.strip_prefix(PUT_BY) else { continue };
            if let Ok(target) = target.parse() {
                match self.save_answers(account, target, waiting.answers, None).await {
                    Ok(_) | Err(Failure::NotFound | Failure::Denied(_) | Failure::Rejected(_)) => {}
                    Err(failure) => return Err(failure),
                }
            }
            let mut tx = self.db.begin().await?;
            drafts::delete(&mut tx, waiting.id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Open drafts with their progress, the newest first.
    pub async fn drafts(&self, owner: &Owner) -> Result<Vec<DraftSummary>, Failure> {
        let today = self.today();
        let context = CheckContext { today };
        let mut list = Vec::new();
        for draft in drafts::list(&self.db, &self.vault, owner.key()).await? {
            // What was put by waits under a name that no matter has.
            if self.catalogue().card(&draft.slug).is_none() {
                continue;
            }
            let matter = self.matter_of(&draft.slug).await?;
            let expires_on = self.draft_kept_until(Instant(draft.updated_at));
            list.push(DraftSummary {
                id: draft.id,
                title: matter.title.clone(),
                slug: draft.slug.clone(),
                progress_percent: progress(&matter, &draft.answers, context),
                updated_at: Instant(draft.updated_at),
                expires_on,
                days_left: today.until(expires_on).map_or(0, |span| i64::from(span.get_days())),
            });
        }
        Ok(list)
    }

    pub async fn delete_draft(&self, owner: &Owner, id: DraftId) -> Result<(), Failure> {
        if self.own_draft(owner, id).await?.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        self.drop_for(id, owner.filed_by()).await
    }

    /// Deletes an open draft with its files; one submitted meanwhile is a conflict and keeps them.
    pub(crate) async fn drop_draft(&self, id: DraftId) -> Result<(), Failure> {
        self.drop_for(id, None).await
    }

    async fn drop_for(&self, id: DraftId, by: Option<&FiledBy>) -> Result<(), Failure> {
        let mut tx = self.db.begin().await?;
        self.note_visit(&mut tx, by, "counter_dropped", &id.to_string()).await?;
        drafts::delete(&mut tx, id).await?;
        self.drop_contents(&mut tx, id).await?;
        Ok(tx.commit().await?)
    }

    /// What belongs to a draft goes with it: files, uploads, what fills slots, consents.
    pub(crate) async fn drop_contents(&self, tx: &mut Tx, id: DraftId) -> Result<(), Failure> {
        files::remove_all(tx, id, self.now().0).await?;
        transfers::end_all(tx, id).await?;
        fills::remove_all(tx, id).await?;
        licence_consents::delete(tx, id).await?;
        Ok(())
    }

    /// Signs the statement: with handwriting, or by typing the name.
    pub async fn sign(
        &self,
        owner: &Owner,
        id: DraftId,
        typed_name: &str,
        png_base64: Option<&str>,
        agreed: bool,
    ) -> Result<(), Failure> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.owner != owner.key() {
            return Err(Self::not_yours(owner));
        }
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let matter = self.matter_of_in(&mut tx, &draft.slug).await?;
        let signature = signature(typed_name, false, png_base64, agreed, &matter.statement, now)?;
        draft.signature = Some(serde_json::to_string(&signature).map_err(Failure::internal)?);
        drafts::save(&mut tx, &draft, now.0).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_signed", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }
}

/// Builds a signature or says what is missing.
pub(crate) fn signature(
    typed: &str,
    firm: bool,
    png: Option<&str>,
    agreed: bool,
    statement: &str,
    now: Instant,
) -> Result<Signature, Failure> {
    if !agreed {
        return Err(Failure::Rejected("sign.not_agreed"));
    }
    let name = domain::text::signer_name(typed, firm).map_err(|_| Failure::Rejected("sign.name"))?;
    let png = png.filter(|p| !p.is_empty()).map(|p| p.trim_start_matches("data:image/png;base64,"));
    if let Some(data) = png {
        use base64::Engine;
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(data).map_err(|_| Failure::Rejected("sign.picture"))?;
        let limits = precheck::Limits {
            max_bytes: 200_000,
            min_long_edge_px: 0,
            max_pdf_pages: 0,
            accepts: vec![precheck::Kind::Png],
            aspect: None,
        };
        if precheck::check("signature.png", None, &bytes, &limits).must_fix() {
            return Err(Failure::Rejected("sign.picture"));
        }
    }
    Ok(Signature { name, signed_at: now, png: png.map(str::to_owned), statement: statement.to_owned() })
}

/// Share of questions and fields that are answered rightly.
fn progress(matter: &Matter, answers: &Answers, context: CheckContext) -> u8 {
    let asked = matter.asked(answers).map(|q| answers.get(&q.id).is_some_and(|a| q.accepts(a)));
    let typed = |name: &str| answers.get(name).map_or("", String::as_str);
    // An optional field left empty is neither done nor to be done.
    let fields = matter
        .form
        .visible(answers)
        .flat_map(|s| s.visible(answers))
        .filter(|f| !f.optional || !typed(&f.name).is_empty());
    let fields = fields.map(|f| f.check(typed(&f.name), context).is_ok());
    let (done, all) = asked.chain(fields).fold((0_usize, 0_usize), |(d, n), ok| (d + usize::from(ok), n + 1));
    u8::try_from(done * 100 / all.max(1)).unwrap_or(100)
}
