-- The order in which events were written; a number is never given out twice.
create table events (
    ordinal integer primary key autoincrement,
    id uuid not null unique,
    -- the place in the sealed log: from 1, without gaps
    seq bigint unique,
    kind text not null,
    subject_kind text not null,
    subject_id uuid not null,
    customer_id uuid,
    source_id uuid,
    actor_kind text not null,
    actor_id uuid,
    at bigint not null,
    cause_id uuid,
    depth bigint not null,
    -- the exact text; erasure takes it and the salt away and leaves the digest
    data text,
    salt bytea,
    data_digest bytea not null,
    hash bytea
);

create index events_unsealed on events (ordinal) where seq is null;
create index events_by_subject on events (subject_kind, subject_id, ordinal);
create index events_by_customer on events (customer_id, ordinal);
