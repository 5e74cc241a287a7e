-- 入库凭证: one that was refused may have been mistyped, and is recorded anew. The constraint of the old table
-- counted those as well. state: asked, booked, refused.
create table settlements_before as select * from settlements;
drop table settlements;
create table settlements (
  id text primary key,
  provider text not null,
  day text not null,
  amount_fen bigint not null,
  voucher text not null,
  state text not null,
  asked_by text not null,
  asked_at bigint not null,
  agreed_by text,
  agreed_at bigint
);
insert into settlements (id, provider, day, amount_fen, voucher, state, asked_by, asked_at, agreed_by, agreed_at)
  select id, provider, day, amount_fen, voucher, state, asked_by, asked_at, agreed_by, agreed_at
  from settlements_before;
drop table settlements_before;
create unique index settlements_voucher_key on settlements (voucher) where state <> 'refused';

-- Terminals and receipt books number their slips each for itself: a slip counts once at its place.
drop index counter_entries_slip_key;
create unique index counter_entries_slip_key on counter_entries (kind, means, place, slip) where state <> 'declined';
