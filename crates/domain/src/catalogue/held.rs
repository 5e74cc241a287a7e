//! Papers that the office holds already: what was handed in or can be looked up is not asked for again (C16).

use super::{Material, MaterialKind, Source};
use jiff::civil::Date;

/// Where a paper is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldAt {
    /// In this case: found right in this round, 0 for what was submitted.
    ThisCase { round: i64 },
    /// In an earlier case of the same applicant, accepted on that day.
    EarlierCase { number: String, on: Date },
}

/// A paper that was handed in and found right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPaper {
    pub material: Material,
    pub at: HeldAt,
}

impl Material {
    /// Whether both slots ask for the same paper: the same entry of the list of proofs, or a certificate of the
    /// same name from the same issuer. Forms are filled in anew for each case, and what people write themselves
    /// bears the same name for different things; neither is ever the same paper.
    pub fn same_paper(&self, other: &Self) -> bool {
        if let (Some(one), Some(another)) = (&self.proof, &other.proof) {
            return one == another;
        }
        self.is_issued() && other.is_issued() && self.issuer == other.issuer && self.name == other.name
    }

    fn is_issued(&self) -> bool {
        self.kind == MaterialKind::Certificate && self.source == Source::Government
    }
}

/// The paper that makes it wrong to ask for `wanted` in this `round`: found right in an earlier round of this
/// case, or handed in for another slot or an earlier case that asks for the same paper.
pub fn held_already<'a>(wanted: &Material, round: i64, papers: &'a [HeldPaper]) -> Option<&'a HeldPaper> {
    papers.iter().find(|paper| match &paper.at {
        // Within a round a clerk may change their mind: nothing has been said to anybody yet.
        HeldAt::ThisCase { round: found } if paper.material.id == wanted.id => *found < round,
        HeldAt::ThisCase { .. } | HeldAt::EarlierCase { .. } => wanted.same_paper(&paper.material),
    })
}
