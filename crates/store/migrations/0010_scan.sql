-- 查毒: none (no scanner, or from before there was one), waiting, clean, infected. What waits is shown
-- to its owner only; what is infected stays sealed and is shown to nobody.
alter table files add column scan text not null default 'none';

-- 撤销: when a document stopped being valid. It stays as it was issued, and its code still answers.
alter table documents add column revoked_at bigint;
