-- What stands in a slot in place of a file: a licence from the store, files of an earlier case, a
-- promise. content is sealed under the draft's key, which the case inherits; round as in files.
create table fills (
  draft_id text not null,
  material text not null,
  round bigint not null,
  way text not null,
  content {bytes} not null,
  created_at bigint not null,
  primary key (draft_id, material, round)
);

-- Consent to have the licence store asked for one draft; withdrawing it deletes the row.
create table licence_consents (
  draft_id text not null primary key,
  account_id text not null,
  text text not null,
  at bigint not null
);
