-- Kinds of records that an administrator or a plugin declares, and their records.

create table declared_kinds (
    id uuid primary key,
    name text not null unique,
    en text not null,
    zh text not null,
    help text not null,
    help_zh text not null,
    -- the field that people know a record by
    title text not null,
    -- in their order, as a JSON list
    fields jsonb not null,
    -- whose manifest declares it; NULL of one that people declare
    plugin text,
    -- what is still to be done to records that have the form before the last change
    pending jsonb,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create table records (
    id uuid primary key,
    kind text not null references declared_kinds (name),
    -- values of the kind's fields by their names; a time in microseconds, an amount as cents and currency
    data jsonb not null,
    owner_id uuid references users (id),
    team_id uuid references teams (id),
    -- the installation that brought it in
    source_id uuid references installations (id),
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null,
    -- values of the fields that the company has added
    custom jsonb not null default '{}'
);
create index records_by_kind on records (kind, id);
create index records_by_update on records (kind, updated_at, id);
create index records_by_owner on records (owner_id, kind, id) where owner_id is not null;
create index records_by_team on records (team_id, kind, id) where team_id is not null;
create index records_by_source on records (source_id, kind, id) where source_id is not null;

create index search_records on search_rows using gin (terms) where kind = 'record';

-- Which records are there for whom, as before; those of declared kinds besides.
drop view visible_records;

create view visible_records as
    select s.partner_id as viewer, 'any' as act, s.subject_kind as kind, s.subject_id as id
    from shares s join partners p on p.id = s.partner_id
    where p.active and s.state in ('shared', 'offered', 'accepted')
    union all
    select s.installation_id, 'any', s.subject_kind, s.subject_id
    from shares s join partners p on p.id = s.partner_id
    where p.active and s.state in ('shared', 'offered', 'accepted')
    union all
    select source_id, 'any', 'customer', id from customers where source_id is not null
    union all
    select source_id, 'any', 'ticket', id from tickets where source_id is not null
    union all
    select source_id, 'any', 'deal', id from deals where source_id is not null
    union all
    select source_id, 'any', 'task', id from tasks where source_id is not null
    union all
    select source_id, 'any', kind, id from records where source_id is not null
    union all
    select installation_id, 'any', 'conversation', id from conversations where installation_id is not null
    union all
    select installation_id, 'any', 'interaction', id from interactions where installation_id is not null
    union all
    select installation_id, 'any', 'survey', id from surveys where installation_id is not null
    union all
    select r.user_id, r.act, 'customer', c.id
    from customers c join user_reach r on r.kind = 'customer'
    and (r.holder is null or r.holder = c.owner_id or r.holder = c.team_id)
    union all
    select r.user_id, r.act, 'ticket', t.id
    from tickets t join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    -- whoever is to take a ticket sees what it is before they do
    select r.user_id, r.act, 'ticket', h.ticket_id
    from hand_offs h join user_reach r on r.kind = 'ticket' and r.holder = h.to_team_id
    where h.status = 'pending'
    union all
    select r.user_id, r.act, 'deal', d.id
    from deals d join user_reach r on r.kind = 'deal'
    and (r.holder is null or r.holder = d.owner_id or r.holder = d.team_id)
    union all
    select r.user_id, r.act, 'task', k.id
    from tasks k join user_reach r on r.kind = 'task'
    and (r.holder is null or r.holder = k.assignee_id or r.holder = k.team_id)
    union all
    select r.user_id, r.act, 'order', o.id
    from orders o join customers m on m.id = o.customer_id
    join customers c on c.id = coalesce(m.canonical_id, m.id)
    join user_reach r on r.kind = 'customer'
    and (r.holder is null or r.holder = c.owner_id or r.holder = c.team_id)
    union all
    select r.user_id, r.act, 'conversation', n.id
    from conversations n join tickets t on t.conversation_id = n.id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    select r.user_id, r.act, 'conversation', n.id
    from conversations n join tickets t on t.conversation_id = n.id
    join hand_offs h on h.ticket_id = t.id and h.status = 'pending'
    join user_reach r on r.kind = 'ticket' and r.holder = h.to_team_id
    union all
    select r.user_id, r.act, 'conversation', n.id
    from conversations n join tickets t on t.id = n.ticket_id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    select r.user_id, r.act, 'conversation', n.id
    from conversations n join customers m on m.id = n.customer_id
    join customers c on c.id = coalesce(m.canonical_id, m.id)
    join user_reach r on r.kind = 'customer'
    and (r.holder is null or r.holder = c.owner_id or r.holder = c.team_id)
    where n.ticket_id is null and not exists (select 1 from tickets t where t.conversation_id = n.id)
    union all
    select r.user_id, r.act, 'interaction', i.id
    from interactions i join tickets t on t.conversation_id = i.conversation_id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    select r.user_id, r.act, 'interaction', i.id
    from interactions i join tickets t on t.conversation_id = i.conversation_id
    join hand_offs h on h.ticket_id = t.id and h.status = 'pending'
    join user_reach r on r.kind = 'ticket' and r.holder = h.to_team_id
    union all
    select r.user_id, r.act, 'interaction', i.id
    from interactions i join conversations n on n.id = i.conversation_id join tickets t on t.id = n.ticket_id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    select r.user_id, r.act, 'interaction', i.id
    from interactions i join customers m on m.id = i.customer_id
    join customers c on c.id = coalesce(m.canonical_id, m.id)
    left join conversations n on n.id = i.conversation_id
    join user_reach r on r.kind = 'customer'
    and (r.holder is null or r.holder = c.owner_id or r.holder = c.team_id)
    where n.ticket_id is null
    and not exists (select 1 from tickets t where t.conversation_id = i.conversation_id)
    union all
    select r.user_id, r.act, 'survey', s.id
    from surveys s join tickets t on t.id = s.ticket_id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    union all
    select r.user_id, r.act, 'share', s.id
    from shares s join tickets t on t.id = s.subject_id
    join user_reach r on r.kind = 'ticket'
    and (r.holder is null or r.holder = t.assignee_id or r.holder = t.team_id)
    where s.subject_kind = 'ticket'
    union all
    select r.user_id, r.act, 'share', s.id
    from shares s join deals d on d.id = s.subject_id
    join user_reach r on r.kind = 'deal'
    and (r.holder is null or r.holder = d.owner_id or r.holder = d.team_id)
    where s.subject_kind = 'deal'
    union all
    select r.user_id, r.act, d.kind, d.id
    from records d join user_reach r on r.kind = d.kind
    and (r.holder is null or r.holder = d.owner_id or r.holder = d.team_id);
