-- 有效期: the day that stands on a paper (开具日期 or 有效期到), as its owner has said; empty = not said, or not asked.
alter table files add column proof_day text not null default '';

-- Numbers of persons and firms that stand in the text layer of a PDF, `,` between them; sealed under the draft's
-- key; null = none.
alter table files add column numbers {bytes};
