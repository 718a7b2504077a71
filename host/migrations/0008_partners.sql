create table pipelines (
    id uuid primary key,
    name text not null unique,
    -- lead, sales
    kind text not null,
    -- a JSON list of {id, name, probability}, in order
    stages jsonb not null,
    created_at bigint not null,
    version bigint not null
);

create table partners (
    id uuid primary key,
    name text not null unique,
    -- the installation of a plugin that joins the partner's system
    installation_id uuid references installations (id),
    active boolean not null,
    -- how long a partner has to accept or refuse what is handed over
    answer_minutes bigint not null,
    -- how long a lead that the partner registered is the partner's
    protection_days bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create unique index partners_by_installation on partners (installation_id);

create table partner_users (
    id uuid primary key,
    partner_id uuid not null references partners (id),
    name text not null,
    email text not null unique,
    language text not null,
    active boolean not null,
    created_at bigint not null,
    version bigint not null
);

create index partner_users_by_partner on partner_users (partner_id, id);

alter table tokens add column partner_user_id uuid references partner_users (id);

create table deals (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    name text not null,
    pipeline_id uuid not null references pipelines (id),
    stage_id uuid not null,
    -- open, won, lost
    status text not null,
    -- in percent, as its stage has it; 100 when won, 0 when lost
    probability bigint not null,
    -- in hundredths of the currency's unit
    amount_cents bigint,
    currency text,
    owner_id uuid references users (id),
    -- the ticket that it came from, the partner that registered it
    ticket_id uuid references tickets (id),
    partner_id uuid references partners (id),
    -- where it came from, in the company's words
    source text,
    -- YYYY-MM-DD
    expected_close text,
    lost_reason text,
    -- since when it is in its stage
    stage_at bigint not null,
    closed_at bigint,
    source_id uuid,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create unique index deals_open_of_ticket on deals (ticket_id) where status = 'open';
create index deals_by_customer on deals (customer_id, updated_at, id);
create index deals_by_stage on deals (pipeline_id, stage_id) where status = 'open';
create index deals_by_update on deals (updated_at, id);

create table shares (
    id uuid primary key,
    partner_id uuid not null references partners (id),
    -- the partner's, so that what its plugin may see needs no join
    installation_id uuid references installations (id),
    -- ticket, deal
    subject_kind text not null,
    subject_id uuid not null,
    customer_id uuid not null references customers (id),
    note text not null,
    -- the fields that the partner sees, as a JSON list
    fields jsonb not null,
    hand_over boolean not null,
    -- shared, offered, accepted, refused, withdrawn
    state text not null,
    -- the partner's own number for it, and its last word
    reference text not null,
    message text not null,
    -- none, queued, delivered, failed: how far it has got into the partner's system
    delivery text not null,
    failure text,
    due_at bigint,
    answered_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create unique index shares_open on shares (partner_id, subject_id) where state in ('shared', 'offered', 'accepted');
create index shares_by_subject on shares (subject_id);
create index shares_by_update on shares (updated_at, id);
create index shares_by_partner on shares (partner_id, updated_at, id);
create index shares_to_deliver on shares (partner_id, id) where delivery = 'queued';

-- Who sees a record besides those who work here: the partner that it is shared with, and the partner's installation.
create view visible_shares as
    select s.partner_id as viewer, s.subject_id as subject_id
    from shares s join partners p on p.id = s.partner_id
    where p.active and s.state in ('shared', 'offered', 'accepted')
    union all
    select s.installation_id as viewer, s.subject_id as subject_id
    from shares s join partners p on p.id = s.partner_id
    where p.active and s.state in ('shared', 'offered', 'accepted');

-- Whose a lead is: a customer's identity is one partner's for a while, so that of two partners who register it at once
-- only one gets it.
create table lead_registrations (
    scheme text not null,
    value text not null,
    partner_id uuid not null references partners (id),
    deal_id uuid not null references deals (id),
    registered_at bigint not null,
    protected_until bigint not null,
    primary key (scheme, value)
);
