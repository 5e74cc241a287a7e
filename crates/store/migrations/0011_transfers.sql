-- Resumable uploads (断点续传, tus 1.0). kind is whole, partial or final; received counts the bytes that
-- were acknowledged. state: open → complete (all is there) → kept (the slot has the file), or joined
-- (a part of a final one), or ended (taken back, refused, run out). staff_id and place: a clerk sends it
-- for a visitor.
create table transfers (
  id text primary key,
  draft_id text not null,
  material text not null,
  round bigint not null,
  kind text not null,
  size bigint not null,
  received bigint not null,
  metadata {bytes} not null,
  staff_id text,
  place text,
  mark text,
  final_id text,
  part bigint,
  state text not null,
  file_id text,
  swept bigint not null,
  expires_at bigint not null,
  created_at bigint not null
);
create index transfers_by_draft on transfers (draft_id, state);
create index transfers_by_final on transfers (final_id);
create index transfers_by_end on transfers (swept, expires_at);

-- What has arrived: each row is one sealed object that lies on the disk already.
create table transfer_segments (
  transfer_id text not null,
  at bigint not null,
  bytes bigint not null,
  path text not null,
  primary key (transfer_id, at)
);
-- Content that is sent once may stand in several slots: the sweeper looks whether another row needs it.
create index files_by_path on files (path);
