-- Whether there is an index for a field that a company has added.
alter table custom_fields add column indexed boolean not null default false;

-- Lists as people have set them up, for themselves or for everybody.
create table saved_views (
    id uuid primary key,
    kind text not null,
    name text not null,
    owner_id uuid,
    shared boolean not null,
    columns jsonb not null,
    filter text not null,
    sort text not null,
    q text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create index saved_views_by_kind on saved_views (kind, name);
