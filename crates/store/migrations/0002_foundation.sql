-- The foundation's tables. {bytes} becomes BLOB or BYTEA. Columns that hold personal data are
-- {bytes}: sealed under the vault or under the case's own key. *_mac columns are keyed digests.

create table accounts (
  id text primary key,
  phone_mac text not null,
  phone {bytes} not null,
  mode text not null,
  created_at bigint not null,
  constraint accounts_phone_mac_key unique (phone_mac)
);

create table staff (
  id text primary key,
  username text not null,
  password_hash text not null,
  name text not null,
  roles text not null,
  active bigint not null,
  constraint staff_username_key unique (username)
);

-- id is the digest of the cookie's token: a stolen database opens no session.
create table sessions (
  id text primary key,
  who text not null,
  actor_id text not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null
);
create index sessions_by_expiry on sessions (expires_at);

create table sign_in_codes (
  phone_mac text primary key,
  code_mac text not null,
  sent_at bigint not null,
  expires_at bigint not null,
  tries bigint not null
);

create table drafts (
  id text primary key,
  owner text not null,
  slug text not null,
  matter_version bigint not null,
  data_key {bytes} not null,
  answers {bytes} not null,
  signature {bytes},
  version bigint not null,
  case_id text,
  created_at bigint not null,
  updated_at bigint not null
);
create index drafts_by_owner on drafts (owner, updated_at);

create table files (
  id text primary key,
  draft_id text not null,
  material text not null,
  position bigint not null,
  round bigint not null,
  name {bytes} not null,
  media_type text not null,
  bytes bigint not null,
  digest_mac text not null,
  path text not null,
  report text not null,
  removed_at bigint,
  created_at bigint not null
);
create index files_by_draft on files (draft_id, material, position);

create table cases (
  id text primary key,
  number text not null,
  slug text not null,
  matter_version bigint not null,
  account_id text not null,
  draft_id text not null,
  status text not null,
  state {bytes} not null,
  data_key {bytes} not null,
  answers {bytes} not null,
  signature {bytes} not null,
  manifest text not null,
  tracking_mac text not null,
  tracking_code {bytes} not null,
  due_on text,
  submitted_at bigint not null,
  updated_at bigint not null,
  version bigint not null,
  constraint cases_number_key unique (number),
  constraint cases_draft_id_key unique (draft_id),
  constraint cases_tracking_mac_key unique (tracking_mac)
);
create index cases_by_account on cases (account_id, submitted_at);
create index cases_by_status on cases (status, due_on);

create table case_events (
  case_id text not null,
  seq bigint not null,
  actor text not null,
  at bigint not null,
  kind text not null,
  salt {bytes} not null,
  payload {bytes} not null,
  digest text not null,
  prev_hash text not null,
  hash text not null,
  primary key (case_id, seq)
);

create table parties (
  case_id text primary key,
  token_mac text not null,
  token {bytes} not null,
  phone_mac text not null,
  name {bytes} not null,
  account_id text,
  signature {bytes},
  confirmed_at bigint,
  constraint parties_token_mac_key unique (token_mac)
);

create table verdicts (
  case_id text not null,
  material text not null,
  round bigint not null,
  criterion text not null,
  note {bytes} not null,
  by_staff text not null,
  at bigint not null,
  primary key (case_id, material, round)
);

create table documents (
  id text primary key,
  case_id text not null,
  kind text not null,
  title text not null,
  number text not null,
  verify_code text not null,
  issuer text not null,
  content {bytes} not null,
  content_digest text not null,
  issued_at bigint not null,
  constraint documents_number_key unique (number),
  constraint documents_verify_code_key unique (verify_code)
);
create index documents_by_case on documents (case_id, issued_at);

create table bills (
  id text primary key,
  case_id text not null,
  number text not null,
  amount_fen bigint not null,
  lines text not null,
  status text not null,
  raised_at bigint not null,
  pay_by text not null,
  paid_at bigint,
  paid_order text,
  constraint bills_case_id_key unique (case_id),
  constraint bills_number_key unique (number)
);

create table orders (
  out_trade_no text primary key,
  bill_id text not null,
  provider text not null,
  amount_fen bigint not null,
  state text not null,
  transaction_id text,
  created_at bigint not null,
  expires_at bigint not null,
  settled_at bigint
);
create index orders_by_bill on orders (bill_id, created_at);

-- Every notification as it came, under the provider's own id: kept first, worked off as a job.
create table pay_events (
  provider text not null,
  event_id text not null,
  out_trade_no text not null,
  notification text not null,
  received_at bigint not null,
  outcome text,
  primary key (provider, event_id)
);

create table sequences (
  name text primary key,
  value bigint not null
);

-- In-site messages: what an applicant was told, in plain words.
create table messages (
  id text primary key,
  account_id text not null,
  case_id text,
  body {bytes} not null,
  created_at bigint not null,
  read_at bigint
);
create index messages_by_account on messages (account_id, created_at);

create table audit (
  id text primary key,
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail text not null
);
create index audit_by_subject on audit (subject, at);
