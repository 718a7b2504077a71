-- Times are microseconds since 1970, UTC. `version` grows by one with every change of a row. `source_id` is the
-- installation that brought a row in.

create table teams (
    id uuid primary key,
    name text not null unique,
    -- the classes of tickets it takes, as a JSON list
    classes jsonb not null,
    -- the classes whose urgent tickets it is told of besides
    watches jsonb not null,
    created_at bigint not null,
    version bigint not null
);

create table users (
    id uuid primary key,
    name text not null,
    email text not null unique,
    language text not null,
    active boolean not null,
    present boolean not null,
    -- how many open tickets the person takes at most
    capacity bigint not null,
    skills jsonb not null,
    languages jsonb not null,
    region text,
    created_at bigint not null,
    version bigint not null
);

create table team_members (
    team_id uuid not null references teams (id),
    user_id uuid not null references users (id),
    primary key (team_id, user_id)
);

create index team_members_by_user on team_members (user_id);

create table tokens (
    id uuid primary key,
    name text not null,
    -- SHA-256 of the token's text; the text itself is kept nowhere
    digest bytea not null unique,
    scopes jsonb not null,
    user_id uuid references users (id),
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint
);

create table idempotency_keys (
    principal text not null,
    key text not null,
    -- SHA-256 of the operation's name and input: the same key may not stand for another wish
    digest bytea not null,
    answer jsonb not null,
    created_at bigint not null,
    primary key (principal, key)
);

create table customers (
    id uuid primary key,
    kind text not null,
    name text not null,
    stage text not null,
    grade text,
    language text,
    region text,
    birthday text,
    organisation_id uuid references customers (id),
    owner_id uuid references users (id),
    tags jsonb not null,
    attributes jsonb not null,
    -- set on the losing record of a merge
    canonical_id uuid references customers (id),
    source_id uuid,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create table identities (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    scheme text not null,
    issuer text not null,
    value text not null,
    attested boolean not null,
    source_id uuid,
    created_at bigint not null
);

-- What a channel attests belongs to one customer; what a person typed may be typed by two.
create unique index identities_attested on identities (scheme, issuer, value) where attested;
create unique index identities_once on identities (customer_id, scheme, issuer, value);
create index identities_by_value on identities (scheme, value);

create table conversations (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    installation_id uuid,
    channel text not null,
    -- the channel's own name of the thread
    external_id text not null,
    subject text not null,
    last_at bigint not null,
    created_at bigint not null,
    version bigint not null
);

create unique index conversations_thread on conversations (installation_id, external_id, customer_id);
create index conversations_by_customer on conversations (customer_id, last_at);
create index conversations_by_last on conversations (last_at, id);

create table tickets (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    conversation_id uuid references conversations (id),
    subject text not null,
    class text not null,
    priority text not null,
    status text not null,
    language text not null,
    sentiment double precision not null,
    tags jsonb not null,
    -- why it was classed so, as a JSON list of sentences
    reasons jsonb not null,
    team_id uuid references teams (id),
    assignee_id uuid references users (id),
    assignment_reason text,
    -- the ticket of the same conversation before it
    previous_id uuid references tickets (id),
    reopened bigint not null,
    first_response_due_at bigint,
    resolution_due_at bigint,
    first_response_at bigint,
    resolved_at bigint,
    source_id uuid,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create unique index tickets_open on tickets (conversation_id) where status <> 'resolved';
create index tickets_by_conversation on tickets (conversation_id, id);
create index tickets_by_customer on tickets (customer_id, id);
create index tickets_by_assignee on tickets (assignee_id) where status <> 'resolved';
create index tickets_by_update on tickets (updated_at, id);

create table interactions (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    conversation_id uuid references conversations (id),
    ticket_id uuid references tickets (id),
    installation_id uuid,
    kind text not null,
    inbound boolean not null,
    -- the provider's id
    external_id text,
    author_id uuid references users (id),
    text text not null,
    attributes jsonb not null,
    attachments jsonb not null,
    -- of outgoing ones: queued, sent, delivered, read, failed
    status text,
    failure text,
    occurred_at bigint not null,
    created_at bigint not null,
    version bigint not null
);

-- Only what comes in is told apart by the provider's id: a provider may number its answers as it likes.
create unique index interactions_external on interactions (installation_id, external_id)
    where inbound and external_id is not null;
create index interactions_sent on interactions (installation_id, external_id) where not inbound;
create index interactions_by_customer on interactions (customer_id, occurred_at, id);
create index interactions_by_conversation on interactions (conversation_id, id);

create table sla_policies (
    id uuid primary key,
    name text not null unique,
    -- none matches any
    class text,
    priority text,
    grade text,
    first_response_minutes bigint not null,
    resolution_minutes bigint not null,
    created_at bigint not null,
    version bigint not null
);

create table surveys (
    id uuid primary key,
    ticket_id uuid not null references tickets (id),
    customer_id uuid not null references customers (id),
    conversation_id uuid references conversations (id),
    installation_id uuid not null,
    kind text not null,
    language text not null,
    questionnaire jsonb not null,
    -- SHA-256 of the link's secret
    token_digest bytea not null unique,
    rating bigint,
    normalized double precision,
    comment text,
    tags jsonb not null,
    sent_at bigint not null,
    answered_at bigint,
    version bigint not null
);

create index surveys_by_ticket on surveys (ticket_id);
create index surveys_by_customer on surveys (customer_id, id);

create table scores (
    customer_id uuid not null references customers (id),
    name text not null,
    installation_id uuid not null,
    value double precision not null,
    grade text not null,
    reasons jsonb not null,
    computed_at bigint not null,
    primary key (customer_id, name, installation_id)
);

create table orders (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    number text not null,
    -- in hundredths of the currency's unit
    total_cents bigint not null,
    currency text not null,
    items jsonb not null,
    placed_at bigint not null,
    created_at bigint not null,
    version bigint not null
);

create index orders_by_customer on orders (customer_id, placed_at);

create table comments (
    id uuid primary key,
    subject_kind text not null,
    subject_id uuid not null,
    author text not null,
    text text not null,
    created_at bigint not null
);

create index comments_by_subject on comments (subject_kind, subject_id, id);

create table links (
    from_kind text not null,
    from_id uuid not null,
    relation text not null,
    to_kind text not null,
    to_id uuid not null,
    created_at bigint not null,
    primary key (from_kind, from_id, relation, to_kind, to_id)
);

create table notifications (
    id uuid primary key,
    team_id uuid references teams (id),
    user_id uuid references users (id),
    -- the kind of event that it tells of
    kind text not null,
    subject_kind text not null,
    subject_id uuid not null,
    text text not null,
    created_at bigint not null,
    read_at bigint
);

create index notifications_by_team on notifications (team_id, id);
create index notifications_by_user on notifications (user_id, id);

create table jobs (
    id uuid primary key,
    -- which handler takes it
    queue text not null,
    -- jobs of one lane run one after the other, in the order of their ids
    lane text not null,
    payload jsonb not null,
    -- the event that it follows from, and that event's depth
    cause_id uuid,
    cause_depth bigint not null,
    run_at bigint not null,
    attempts bigint not null,
    -- ready, running, dead; a finished job is deleted
    state text not null,
    -- until when the worker that took it may work on it, by the database's clock
    lease_until bigint,
    -- grows each time the job is taken; who finishes it must still hold the number
    fence bigint not null,
    last_error text,
    created_at bigint not null
);

create index jobs_due on jobs (run_at, id) where state = 'ready';
create index jobs_leased on jobs (lease_until) where state = 'running';
create index jobs_by_lane on jobs (lane, id) where state <> 'dead';

create table cursors (
    name text primary key,
    sequence bigint not null
);
