-- The processes that serve this database. Times are the database's own, because hosts' clocks may differ.
create table hosts (
    id uuid primary key,
    -- where it listens
    address text not null,
    -- its version of hospes
    release text not null,
    started_at bigint not null,
    -- it lives as long as this is young
    seen_at bigint not null
);

-- Which versions of plugins each host has compiled, since native code is never shared.
create table host_versions (
    host_id uuid not null references hosts (id) on delete cascade,
    version_id uuid not null references plugin_versions (id),
    -- why it can't be compiled there; none when it is ready
    error text,
    primary key (host_id, version_id)
);

-- A customer's tickets in the order in which they are listed, without a look at anybody else's.
drop index tickets_by_customer;
create index tickets_by_customer on tickets (customer_id, updated_at, id);
