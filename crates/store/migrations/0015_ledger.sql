-- 总账: append-only. An entry's lines cancel out; hash covers the entry with its lines and the entry before,
-- so that nobody changes, removes or inserts one unseen. What is booked, about what: once.
create table ledger_entries (
  seq bigint primary key,
  kind text not null,
  reference text not null,
  bill_id text,
  at bigint not null,
  booked_at bigint not null,
  actor text not null,
  note text not null,
  prev_hash text not null,
  hash text not null,
  constraint ledger_entries_kind_reference_key unique (kind, reference)
);
create index ledger_entries_by_bill on ledger_entries (bill_id);
create index ledger_entries_by_time on ledger_entries (at);

-- Debits are positive, credits negative, in fen.
create table ledger_lines (
  seq bigint not null,
  line bigint not null,
  account text not null,
  fen bigint not null,
  primary key (seq, line)
);
create index ledger_lines_by_account on ledger_lines (account);

-- What a channel says it took: it may be another amount than was asked for.
alter table orders add column captured_fen bigint;

-- 退款: the number is made from the order's, so that asking twice pays back once.
-- state: due, sent, done, failed; problem is the channel's code of a refusal.
create table refunds (
  number text primary key,
  out_trade_no text not null,
  bill_id text not null,
  provider text not null,
  amount_fen bigint not null,
  total_fen bigint not null,
  reason text not null,
  state text not null,
  refund_id text,
  problem text,
  created_at bigint not null,
  sent_at bigint,
  done_at bigint
);
create index refunds_by_bill on refunds (bill_id);
create index refunds_by_order on refunds (out_trade_no);
create index refunds_by_state on refunds (state, created_at);

-- 减免: decided by one person of the staff on a basis, confirmed by another. state: asked, agreed, refused.
create table waivers (
  id text primary key,
  bill_id text not null,
  to_fen bigint not null,
  basis text not null,
  reason text not null,
  state text not null,
  asked_by text not null,
  asked_at bigint not null,
  answered_by text,
  answered_at bigint
);
create index waivers_by_bill on waivers (bill_id);
create index waivers_by_state on waivers (state, asked_at);

-- 对账: a channel's bill of a day that was fetched, with its sums in fen.
create table recon_days (
  provider text not null,
  day text not null,
  lines bigint not null,
  paid_fen bigint not null,
  refunded_fen bigint not null,
  fee_fen bigint not null,
  fetched_at bigint not null,
  primary key (provider, day)
);

-- 差异: state is open, asked or settled; one person proposes the repair, another agrees.
create table recon_differences (
  id text primary key,
  provider text not null,
  day text not null,
  kind text not null,
  movement text not null,
  number text not null,
  here_fen bigint not null,
  there_fen bigint not null,
  state text not null,
  reason text not null,
  asked_by text,
  asked_at bigint,
  agreed_by text,
  settled_at bigint,
  constraint recon_differences_provider_day_movement_number_key unique (provider, day, movement, number)
);
create index recon_differences_by_state on recon_differences (state, day);

-- 结算入库: what a channel paid into the treasury account; recorded by one person, confirmed by another.
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
  agreed_at bigint,
  constraint settlements_voucher_key unique (voucher)
);
