create table plugins (
    id uuid primary key,
    name text not null unique,
    created_at bigint not null
);

create table plugin_versions (
    id uuid primary key,
    plugin_id uuid not null references plugins (id),
    version text not null,
    -- SHA-256 of the artifact, in hexadecimal
    digest text not null,
    size bigint not null,
    manifest jsonb not null,
    artifact_id uuid not null,
    created_at bigint not null,
    unique (plugin_id, version)
);

create table blobs (
    id uuid not null,
    ordinal bigint not null,
    data bytea not null,
    primary key (id, ordinal)
);

create table installations (
    id uuid primary key,
    plugin_id uuid not null references plugins (id),
    version_id uuid not null references plugin_versions (id),
    name text not null unique,
    enabled boolean not null,
    settings jsonb not null,
    grants jsonb not null,
    -- how often a call failed so far, and until when no call is made because of that
    failures bigint not null,
    broken_until bigint,
    last_error text,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create table installation_secrets (
    installation_id uuid not null references installations (id),
    name text not null,
    key_id text not null,
    sealed bytea not null,
    updated_at bigint not null,
    primary key (installation_id, name)
);

create table kv (
    installation_id uuid not null references installations (id),
    -- UTF-8; bytes sort alike on both engines
    key bytea not null,
    value bytea not null,
    version bigint not null,
    primary key (installation_id, key)
);

create table plugin_logs (
    id uuid primary key,
    installation_id uuid not null references installations (id),
    call_id uuid not null,
    at bigint not null,
    level text not null,
    text text not null,
    attributes jsonb not null
);

create index plugin_logs_by_installation on plugin_logs (installation_id, id);
