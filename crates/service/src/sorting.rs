//! 文件归类: many files dropped at once wait in a slot of their own until somebody has said what each of them
//! is. They are proposed a material, uploaded once, and moved; nothing is assigned silently.

use crate::drafts::DraftView;
use crate::identity::Owner;
use crate::uploads::{FileView, limits_of, same_content};
use crate::{Failure, Service};
use domain::catalogue::{AcceptedFile, Material, MaterialForm, MaterialKind, Matter, Necessity, Source};
use domain::ids::{DraftId, FileId};
use domain::materials::{MOST_UNSORTED, Offered, Room, UNSORTED, sort};
use precheck::Kind;
use store::tables::files::{self, FileRow};
use store::tables::{drafts, fills};

/// A file that waits, and where it may go.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub file: FileView,
    /// Id of the material that its name speaks for.
    pub proposal: Option<String>,
    /// Ids of the materials that could take it.
    pub fits: Vec<String>,
}

/// 待归类 as a slot: it takes what some material of the matter takes.
pub fn unsorted(matter: &Matter) -> Material {
    let all = [AcceptedFile::Jpeg, AcceptedFile::Png, AcceptedFile::Pdf];
    let taken = |kind: &AcceptedFile| matter.materials.iter().any(|m| m.accepts.contains(kind));
    Material {
        id: UNSORTED.to_owned(),
        name: "待归类的文件".to_owned(),
        kind: MaterialKind::Other,
        form: MaterialForm::Electronic,
        originals: 0,
        copies: 0,
        necessity: Necessity::Conditional,
        source: Source::Applicant,
        issuer: None,
        when: None,
        criteria: Vec::new(),
        hint: None,
        sample: None,
        filled: None,
        blank: None,
        basis: String::new(),
        accepts: all.into_iter().filter(taken).collect(),
        max_megabytes: matter.materials.iter().map(|m| m.max_megabytes).max().unwrap_or(0),
        max_files: MOST_UNSORTED,
        // How sharp it has to be is known when it is known what it is.
        min_long_edge: 0,
        aspect: None,
        needs_signature: false,
        proof: None,
        licence: None,
        deferral: None,
        promise: None,
        validity: None,
    }
}

/// A slot of a draft by its id: a material, or the one in which files wait.
pub(crate) fn slot_material(matter: &Matter, id: &str) -> Option<Material> {
    if id == UNSORTED { Some(unsorted(matter)) } else { matter.material(id).cloned() }
}

/// The files of a draft that wait, each with a proposal where its name is clear.
pub fn waiting(draft: &DraftView) -> Vec<Waiting> {
    let files: Vec<&FileView> = draft.files.iter().filter(|f| f.material == UNSORTED).collect();
    let offered: Vec<Offered<'_>> = files.iter().map(|file| offered(file)).collect();
    let list = draft.matter.personal_list(&draft.answers);
    let rooms: Vec<Room<'_>> = list.iter().map(|slot| room(draft, slot.material)).collect();
    let proposals = sort(&offered, &rooms);
    files
        .into_iter()
        .zip(offered)
        .zip(proposals)
        .map(|((file, offered), proposal)| Waiting {
            file: file.clone(),
            proposal: proposal.map(str::to_owned),
            fits: rooms.iter().filter(|room| room.takes(&offered)).map(|room| room.id.to_owned()).collect(),
        })
        .collect()
}

fn offered(file: &FileView) -> Offered<'_> {
    let kind = file.report.kind.accepted().map(|kind| match kind {
        Kind::Jpeg => AcceptedFile::Jpeg,
        Kind::Png => AcceptedFile::Png,
        Kind::Pdf => AcceptedFile::Pdf,
    });
    Offered { name: &file.name, kind, bytes: file.bytes }
}

fn room<'a>(draft: &DraftView, material: &'a Material) -> Room<'a> {
    let there = draft.files.iter().filter(|f| f.material == material.id).count();
    let there = u32::try_from(there).unwrap_or(u32::MAX);
    let filled = draft.fills.iter().any(|f| f.material == material.id);
    Room {
        id: &material.id,
        name: &material.name,
        accepts: &material.accepts,
        max_bytes: limits_of(material).max_bytes,
        free: if filled { 0 } else { material.max_files.saturating_sub(there) },
    }
}

impl Service {
    /// Moves waiting files into the slots that were chosen for them. Gives the stable code of what went wrong
    /// last, and the material it was about; the others are moved all the same.
    pub async fn sort_files(
        &self,
        owner: &Owner,
        id: DraftId,
        choices: &[(FileId, String)],
    ) -> Result<Option<(&'static str, String)>, Failure> {
        if self.own_draft(owner, id).await?.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let mut problem = None;
        for (file, material) in choices {
            match self.sort_file(owner, id, *file, material).await {
                Ok(()) => {}
                Err(Failure::Rejected(code)) => problem = Some((code, material.clone())),
                Err(failure) => return Err(failure),
            }
        }
        Ok(problem)
    }

    /// One file, looked into once more: what is right depends on the material. One that is sorted already stays.
    async fn sort_file(&self, owner: &Owner, id: DraftId, file: FileId, to: &str) -> Result<(), Failure> {
        let draft = self.own_draft(owner, id).await?;
        let matter = self.matter_of(&draft.slug).await?;
        let list = matter.personal_list(&draft.answers);
        let wanted = list.iter().find(|slot| slot.material.id == to).ok_or(Failure::NotFound)?.material;
        let row = files::find(&self.db, &draft.key, file).await?;
        let Some(row) = row.filter(|f| f.draft_id == id && f.material == UNSORTED) else { return Ok(()) };
        let limits = limits_of(wanted);
        if u64::try_from(row.bytes).unwrap_or(u64::MAX) > limits.max_bytes {
            return Err(Failure::Rejected("file.too_big"));
        }
        let mut report = self.look_into(&row.path, &draft.key, &row.name, &row.media_type, limits).await?;
        let now = self.now().0;
        let mut tx = self.db.begin().await?;
        let mut draft = drafts::find_in(&mut tx, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        if draft.case_id.is_some() {
            return Err(Failure::Rejected("draft.submitted"));
        }
        let all = files::list_in(&mut tx, &draft.key, id).await?;
        let there: Vec<&FileRow> = all.iter().filter(|f| f.material == to && f.round == 0).collect();
        let filled = fills::list_in(&mut tx, &draft.key, id).await?;
        if filled.iter().any(|f| f.material == to && f.round == 0) {
            return Err(Failure::Rejected("file.filled"));
        }
        if there.iter().any(|f| f.digest_mac == row.digest_mac) {
            // The slot has this content already: once is enough.
            files::remove(&mut tx, file, id, 0, now).await?;
        } else {
            if there.len() >= wanted.max_files as usize {
                return Err(Failure::Rejected("file.too_many"));
            }
            let others = all.iter().filter(|f| f.material != to && f.material != UNSORTED);
            let others: Vec<&FileRow> = others.collect();
            let same = same_content(&report, &row.digest_mac, &others);
            report.findings.extend(same);
            let report = serde_json::to_string(&report).map_err(Failure::internal)?;
            let behind = there.iter().map(|f| f.position + 1).max().unwrap_or(0);
            // Somebody else was faster: then there is nothing left to do.
            files::assign(&mut tx, &row, to, behind, &report).await?;
        }
        draft.signature = None;
        drafts::save(&mut tx, &draft, now).await?;
        self.note_visit(&mut tx, owner.filed_by(), "counter_file_sorted", &id.to_string()).await?;
        Ok(tx.commit().await?)
    }
}
