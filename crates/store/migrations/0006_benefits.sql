-- What somebody told about themselves, so that benefits find them (政策找人): kept with the consent
-- to it, word for word; withdrawing the consent deletes the row.
create table fact_sheets (
  account_id text primary key,
  consent_at bigint not null,
  consent_text text not null,
  facts {bytes} not null,
  version bigint not null,
  updated_at bigint not null
);

-- 免审即享 gives to each only once; subject_mac is the keyed digest of an identity number.
create table benefit_claims (
  benefit text not null,
  subject_mac text not null,
  case_id text not null,
  claimed_at bigint not null,
  primary key (benefit, subject_mac)
);
