-- Which saves of which pages a draft has taken ("page:number …"): a copy of an older one that a line brings
-- late is answered and changes nothing.
alter table drafts add column saves text not null default '';
