-- 公用电脑: whoever signs in there says so; the session then ends sooner, and the device gets no key to
-- keep copies under.
alter table sessions add column shared bigint not null default 0;

-- How often the owner of a draft was told that it will be deleted, since its last change.
alter table drafts add column warned bigint not null default 0;
