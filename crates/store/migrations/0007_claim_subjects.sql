-- 免审即享 gives to each only once: every application for the same thing counts, also one that people
-- decide. state is open until it is granted; a row goes when its case is refused or withdrawn.
-- subject_mac is the keyed digest of an identity number.
create table claim_subjects (
  benefit text not null,
  subject_mac text not null,
  case_id text not null,
  state text not null,
  noted_at bigint not null,
  primary key (benefit, subject_mac, case_id)
);
create index claim_subjects_by_case on claim_subjects (case_id);

insert into claim_subjects (benefit, subject_mac, case_id, state, noted_at)
select benefit, subject_mac, case_id, 'granted', claimed_at from benefit_claims;

drop table benefit_claims;
