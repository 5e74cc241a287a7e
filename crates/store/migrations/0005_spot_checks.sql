-- 指南抽查: guides drawn by a seed, what was found in each, and until when it has to be put right.
-- Nothing here is about a person who applies.
create table spot_checks (
  id text primary key,
  slug text not null,
  matter_version bigint not null,
  seed text not null,
  picked_at bigint not null,
  picked_by text not null,
  status text not null,
  finding text not null,
  due_on text,
  closed_at bigint,
  closed_by text,
  note text not null,
  constraint spot_checks_seed_slug_key unique (seed, slug)
);
create index spot_checks_by_picked on spot_checks (picked_at, id);
