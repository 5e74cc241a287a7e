-- 窗口代办、就近办: staff may belong to a place (its id in the region file; none: the county's own
-- windows), and file for a visitor without an account. Each visit has an account of its own.
alter table staff add column place text;
alter table sessions add column counter_account text;

create table counter_visits (
  id text primary key,
  staff_id text not null,
  account_id text not null,
  place text,
  name {bytes} not null,
  opened_at bigint not null,
  closed_at bigint,
  constraint counter_visits_account_id_key unique (account_id)
);
