-- Fields that a company adds to a kind of records. Their values are in the records' column `custom`.
create table custom_fields (
    id uuid primary key,
    kind text not null,
    name text not null,
    value_type text not null,
    en text not null,
    zh text not null,
    help text not null,
    choices jsonb not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);
create unique index custom_fields_by_name on custom_fields (kind, name);

alter table customers add column custom jsonb not null default '{}';
alter table tickets add column custom jsonb not null default '{}';
alter table tasks add column custom jsonb not null default '{}';
alter table deals add column custom jsonb not null default '{}';
