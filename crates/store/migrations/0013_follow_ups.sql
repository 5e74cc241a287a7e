-- 告知承诺的核查: whoever was granted something on a promise is checked once, by somebody who did not
-- decide. state: open, kept, breached; note is sealed under the case's own key.
create table follow_ups (
  id text primary key,
  case_id text not null,
  material text not null,
  due_on text not null,
  state text not null,
  note {bytes},
  by_staff text,
  opened_at bigint not null,
  checked_at bigint,
  constraint follow_ups_case_id_material_key unique (case_id, material)
);
create index follow_ups_by_state on follow_ups (state, due_on);

-- 承诺不实: bars the promise route until it is repaired. subject_mac is the keyed digest of an identity
-- number or of a unified social credit code; reason is sealed under the case's own key. A repair is
-- asked for by one person and confirmed by another.
create table promise_breaches (
  id text primary key,
  follow_up_id text not null,
  case_id text not null,
  subject_mac text not null,
  recorded_at bigint not null,
  recorded_by text not null,
  reason {bytes},
  asked_by text,
  asked_at bigint,
  repaired_by text,
  repaired_at bigint,
  constraint promise_breaches_follow_up_id_key unique (follow_up_id)
);
create index promise_breaches_by_subject on promise_breaches (subject_mac);
