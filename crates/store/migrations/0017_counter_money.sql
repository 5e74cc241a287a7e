-- 窗口收款 and what windows hand back: noted by one person with its slip, confirmed by another. Nothing of it
-- stands in the book before it is confirmed. kind: payment, refund; state: recorded, confirmed, declined.
-- number: of the refund, or of the order that a confirmed payment becomes.
create table counter_entries (
  id text primary key,
  kind text not null,
  bill_id text not null,
  number text not null,
  means text not null,
  amount_fen bigint not null,
  slip text not null,
  place text not null,
  state text not null,
  recorded_by text not null,
  recorded_at bigint not null,
  answered_by text,
  answered_at bigint
);
-- A slip counts once; what was declined may have been mistyped.
create unique index counter_entries_slip_key on counter_entries (kind, means, slip) where state <> 'declined';
-- One waits at a time for each payment and each refund.
create unique index counter_entries_bill_key on counter_entries (bill_id) where kind = 'payment' and state = 'recorded';
create unique index counter_entries_number_key on counter_entries (number) where kind = 'refund' and state <> 'declined';
create index counter_entries_by_time on counter_entries (recorded_at);

-- 请别人代付: a link that lets anybody pay a bill and shows nothing of whose it is. One per bill; found by a
-- digest, kept sealed for its owner, who may want to send it again.
create table pay_links (
  bill_id text primary key,
  token_mac text not null,
  token {bytes} not null,
  created_at bigint not null,
  constraint pay_links_token_mac_key unique (token_mac)
);

-- 财政电子票据: asked for once per bill; red_*: the counter-entry after the whole was given back.
create table invoices (
  bill_id text primary key,
  asked_at bigint not null,
  code text,
  number text,
  check_code text,
  issued_at bigint,
  red_code text,
  red_number text,
  red_check_code text,
  reversed_at bigint
);
