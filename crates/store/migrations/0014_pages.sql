-- 页面整理: how a picture is turned (quarters clockwise) and cut (per mille of each side: left, top, right,
-- bottom; empty = whole). What came stays as it came.
alter table files add column turn bigint not null default 0;
alter table files add column crop text not null default '';

-- 合并 PDF: the pictures of a slot as one document, made after each handing-in. round as in files; path is
-- a sealed object under the case's key, digest_mac the keyed digest of its content.
create table bundles (
  case_id text not null,
  material text not null,
  round bigint not null,
  path text not null,
  bytes bigint not null,
  digest_mac text not null,
  pages bigint not null,
  created_at bigint not null,
  primary key (case_id, material, round)
);
