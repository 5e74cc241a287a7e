-- Work that follows a change: written in the same transaction, done by a worker later.
create table jobs (
    id text not null primary key,
    kind text not null,
    -- One job per kind and key, ever; null for jobs that may repeat.
    key text,
    payload text not null,
    run_at bigint not null,
    lease_until bigint not null,
    lease_by text,
    attempts bigint not null,
    state text not null check (state in ('queued', 'done', 'failed')),
    last_error text,
    created_at bigint not null,
    finished_at bigint,
    constraint jobs_kind_key_key unique (kind, key)
);

create index jobs_due on jobs (run_at) where state = 'queued';
create index jobs_finished on jobs (finished_at) where state <> 'queued';

-- Hits within fixed windows, for rate limits.
create table counters (
    key text not null,
    window_start bigint not null,
    hits bigint not null,
    primary key (key, window_start)
);

create index counters_window on counters (window_start);
