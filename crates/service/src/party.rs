//! The other party confirms and signs from their own phone, by a link.

use crate::drafts::signature;
use crate::identity::{Applicant, Session, Who};
use crate::{Denied, Failure, Service};
use domain::case::{Actor, Command, PartyState};
use domain::form::FieldKind;
use domain::rules::Labels;
use store::tables::cases::{self, CaseRow};
use store::tables::{accounts, parties};

/// What the other party is shown before signing: enough to know what is confirmed, no more.
pub struct PartyInvitation {
    pub matter_title: String,
    pub party_title: String,
    /// Name of the invited person, masked until the right phone has signed in.
    pub party_name: String,
    pub case_number: String,
    /// Label and value; empty until the right phone has signed in.
    pub summary: Vec<(String, String)>,
    pub statement: String,
    /// None: not signed in yet. Some(false): signed in with another phone.
    pub phone_ok: Option<bool>,
    pub confirmed: bool,
}

impl Service {
    async fn invited(&self, token: &str) -> Result<(CaseRow, parties::Party), Failure> {
        let id = parties::case_of_token(&self.db, &self.vault, token).await?.ok_or(Failure::NotFound)?;
        let row = cases::find(&self.db, &self.vault, id).await?.ok_or(Failure::NotFound)?;
        let party = parties::find(&self.db, &row.key, id).await?.ok_or(Failure::NotFound)?;
        Ok((row, party))
    }

    pub async fn party_invitation(&self, token: &str, session: &Session) -> Result<PartyInvitation, Failure> {
        let (row, party) = self.invited(token).await?;
        let matter = self.matter_at(&row.case.matter).await?;
        let spec = matter.party.as_ref().ok_or(Failure::NotFound)?;
        let phone_ok = match session.who {
            Who::Applicant(account) => {
                let account = accounts::get(&self.db, &self.vault, account).await?;
                Some(parties::phone_mac(&self.vault, &account.phone)? == party.phone_mac)
            }
            _ => None,
        };
        let open = phone_ok == Some(true);
        let summary = if open {
            matter
                .form
                .visible(&row.answers)
                .flat_map(|s| s.visible(&row.answers))
                .filter_map(|f| {
                    let value = row.answers.get(&f.name).filter(|v| !v.is_empty())?;
                    let shown = if f.kind.is_identity_number() {
                        domain::text::mask_id(value)
                    } else if f.kind == FieldKind::Phone {
                        domain::text::mask_phone(value)
                    } else {
                        matter.value(&f.name, value)
                    };
                    Some((f.label.clone(), shown))
                })
                .collect()
        } else {
            Vec::new()
        };
        Ok(PartyInvitation {
            matter_title: matter.title.clone(),
            party_title: spec.title.clone(),
            party_name: if open { party.name } else { domain::text::mask_name(&party.name) },
            case_number: row.case.number,
            summary,
            statement: spec.statement.clone(),
            phone_ok,
            confirmed: party.confirmed_at.is_some(),
        })
    }

    /// Confirms and signs. Confirming again is no error: the first confirmation stands.
    pub async fn confirm_party(
        &self,
        who: &Applicant,
        token: &str,
        typed_name: &str,
        png: Option<&str>,
        agreed: bool,
    ) -> Result<(), Failure> {
        // The phone of a visit at a counter was told, not proved.
        if who.filed_by.is_some() {
            return Err(Denied::Forbidden.into());
        }
        let (row, party) = self.invited(token).await?;
        let account = accounts::get(&self.db, &self.vault, who.account).await?;
        if parties::phone_mac(&self.vault, &account.phone)? != party.phone_mac {
            return Err(Failure::Rejected("party.other_phone"));
        }
        if party.confirmed_at.is_some() {
            return Ok(());
        }
        let matter = self.matter_at(&row.case.matter).await?;
        let spec = matter.party.as_ref().ok_or(Failure::NotFound)?;
        let now = self.now();
        // The applicant typed the party's name; a firm signs with the firm's.
        let firm = domain::text::PersonName::parse(&party.name).is_err();
        let signed = signature(typed_name, firm, png, agreed, &spec.statement, now)?;
        if domain::text::signer_name(&party.name, firm).ok() != Some(signed.name.clone()) {
            return Err(Failure::Rejected("party.other_name"));
        }
        let json = serde_json::to_string(&signed).map_err(Failure::internal)?;
        let mut tx = self.db.begin().await?;
        let mut row = cases::find_in(&mut tx, &self.vault, row.case.id).await?.ok_or(Failure::NotFound)?;
        if matches!(row.case.party, PartyState::Confirmed { .. }) {
            return Ok(());
        }
        self.carry_out(&mut tx, &mut row, &Command::ConfirmParty, Actor::Party, false).await?;
        parties::confirm(&mut tx, &row.key, row.case.id, &who.account.to_string(), &json, now.0).await?;
        if matter.accepted_on_receipt {
            self.carry_out(&mut tx, &mut row, &Command::Accept, Actor::System, false).await?;
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
