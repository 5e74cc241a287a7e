-- 事项的版本: draft → proposed → reviewed → published → superseded. `sheet` is what was typed, cell by
-- cell; `content` the checked matter, packed, from the review on; `offer` what lists and search know of it.
create table matter_revisions (
  id text primary key,
  slug text not null,
  version bigint not null,
  based_on bigint not null,
  status text not null,
  title text not null,
  sheet text not null,
  content {bytes},
  offer text,
  effective text,
  author text not null,
  proposed_by text,
  reviewed_by text,
  reason text not null,
  review_note text not null,
  lock bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  published_at bigint,
  constraint matter_revisions_slug_version_key unique (slug, version)
);
create index matter_revisions_by_status on matter_revisions (status, id);
