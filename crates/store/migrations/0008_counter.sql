-- 窗口代办、就近办、异地代收: staff may belong to a place (its id in the region file; none: the county's own
-- windows), and file for a visitor without an account. A visitor has an account of its own, to which nobody
-- can sign in; a session holds a visit, and only while it lasts. One visit of an account is open at a time.
alter table staff add column place text;
alter table sessions add column counter_visit text;

create table counter_visits (
  id text primary key,
  staff_id text not null,
  account_id text not null,
  place text not null,
  name {bytes} not null,
  opened_at bigint not null,
  closed_at bigint
);
create unique index counter_visits_one_open on counter_visits (account_id) where closed_at is null;
create index counter_visits_by_account on counter_visits (account_id, opened_at);

-- Where a case was taken in, and by whom. place is @county for the county's own windows.
create table counter_cases (
  case_id text primary key,
  account_id text not null,
  staff_id text not null,
  place text not null,
  filed_at bigint not null
);
create index counter_cases_by_place on counter_cases (place);

-- 结果邮寄: where the result is to be sent, sealed; carrier and waybill once it is handed over.
create table deliveries (
  case_id text primary key,
  name {bytes} not null,
  phone {bytes} not null,
  address {bytes} not null,
  asked_at bigint not null,
  carrier text,
  waybill text,
  posted_at bigint
);

-- A paper that is held already is asked for again only with the reason why that one does not serve.
alter table verdicts add column another_paper bigint not null default 0;
