-- Requests to channels that were acknowledged and of which something became no message, as they came.
create table delivery_requests (
    id uuid primary key,
    installation_id uuid not null references installations (id),
    -- of method, path, query and body: by it a repeat is known
    digest bytea not null,
    received_at bigint not null,
    -- bytes of all that is kept of it here and in `deliveries`
    size bigint not null,
    method text not null,
    path text not null,
    query text not null,
    -- a JSON list of {name, value}; a value that is one of the installation's secrets is {name, secret}
    headers jsonb not null,
    body bytea not null
);

create unique index delivery_requests_once on delivery_requests (installation_id, digest);
create index delivery_requests_by_age on delivery_requests (received_at, id);
create index delivery_requests_by_size on delivery_requests (installation_id, received_at, id, size);

-- The parts of those requests that became no message.
create table deliveries (
    id uuid primary key,
    installation_id uuid not null references installations (id),
    request_id uuid not null references delivery_requests (id),
    -- which part of the request it is
    part bigint not null,
    received_at bigint not null,
    -- kept, accepted
    state text not null,
    reason text not null,
    detail text not null,
    -- the provider's id; empty when it has none
    external_id text not null,
    -- the beginning of what it says
    preview text not null,
    -- bytes of the request's body
    size bigint not null,
    -- the interaction that it became
    interaction_id uuid references interactions (id),
    accepted_at bigint,
    -- the message that it becomes, as the plugin or the host made it out
    message jsonb
);

create unique index deliveries_once on deliveries (request_id, part);
create index deliveries_by_installation on deliveries (installation_id, received_at, id);
create index deliveries_waiting on deliveries (installation_id) where state = 'kept';

-- Requests at which a channel's plugin broke down, and how often: one that does it each time is kept instead.
create table failed_requests (
    installation_id uuid not null references installations (id),
    digest bytea not null,
    failures bigint not null,
    last_at bigint not null,
    primary key (installation_id, digest)
);

create index failed_requests_by_age on failed_requests (last_at);
