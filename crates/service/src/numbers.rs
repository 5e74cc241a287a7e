//! Numbers that somebody typed against those in the text of what was handed in: a slip of the pen is seen before
//! the clerk sees it. Only the text layer of PDFs is read, no photographs and no QR codes.

use crate::drafts::DraftView;
use crate::licences::holder_of;
use crate::uploads::{FileView, Slot};
use crate::{Failure, Service};
use domain::catalogue::Material;
use domain::codes::resident_id::ResidentId;
use domain::codes::uscc::Uscc;
use domain::ids::FileId;
use domain::materials::UNSORTED;
use domain::text::mask_id;
use jiff::civil::Date;
use precheck::{Kind, Report};

/// Numbers that are kept of one file.
const MOST: usize = 5;

/// Both numbers, masked, where the form's is none of those in the material's files, and the first such file.
pub(crate) struct Differs {
    pub(crate) file: FileId,
    pub(crate) typed: String,
    pub(crate) read: String,
}

/// Whose number a material bears is said by the catalogue (the holder of its licence). Compared with numbers of the
/// same kind alone: a firm's paper may well name a person too.
pub(crate) fn differs(draft: &DraftView, material: &Material, today: Date) -> Option<Differs> {
    let licence = material.licence.as_ref()?;
    let typed = holder_of(&draft.matter, &draft.answers, licence, today)?.number;
    let firm = is_firm(&typed);
    let same_kind = |number: &String| if firm { is_firm(number) } else { is_person(number, today) };
    if !firm && !is_person(&typed, today) {
        return None;
    }
    let own: Vec<&FileView> = draft.files.iter().filter(|f| f.material == material.id).collect();
    let all = own.iter().flat_map(|f| f.numbers.iter().map(move |number| (f.id, number)));
    let mut read = all.filter(|(_, number)| same_kind(number));
    let (file, first) = read.next()?;
    let found = *first == typed || read.any(|(_, number)| *number == typed);
    (!found).then(|| Differs { file, typed: mask_id(&typed), read: mask_id(first) })
}

fn is_firm(number: &str) -> bool {
    Uscc::parse(number).is_ok()
}

fn is_person(number: &str, today: Date) -> bool {
    ResidentId::parse(number, today).is_ok()
}

impl Service {
    /// The numbers in the text of a PDF that has just come, `,` between them; read only where the catalogue says
    /// whose number the material bears, or nobody has said yet what it is.
    pub(crate) async fn numbers_of(&self, slot: &Slot, path: &str, report: &Report) -> Result<String, Failure> {
        let wanted = slot.material.licence.is_some() || slot.material.id == UNSORTED;
        if !wanted || report.kind.accepted() != Some(Kind::Pdf) || report.must_fix() {
            return Ok(String::new());
        }
        let _permit = self.checks.acquire().await.map_err(Failure::internal)?;
        let source = self.files.open(path, &slot.key).await?.blocking();
        let reading = tokio::task::spawn_blocking(move || precheck::numbers_in_text(&source));
        let read = reading.await.map_err(Failure::internal)?;
        let today = self.today();
        let right = read.into_iter().filter(|number| is_firm(number) || is_person(number, today));
        Ok(right.take(MOST).collect::<Vec<_>>().join(","))
    }
}
