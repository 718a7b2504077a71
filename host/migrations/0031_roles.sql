-- What people may do and which records they reach, as data.

create table roles (
    id uuid primary key,
    -- by which users name it
    name text not null unique,
    title_en text not null,
    title_zh text not null,
    -- words of what it may do, as a JSON list; * is everything
    permissions jsonb not null,
    -- how far it reaches, by kind; all of a kind that isn't named
    reach jsonb not null,
    -- how fields are shown, by class; in full where it isn't named
    classes jsonb not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

alter table teams add column parent_id uuid references teams (id);
create index teams_by_parent on teams (parent_id) where parent_id is not null;

-- Records belong to a person and a team.
alter table customers add column team_id uuid references teams (id);
alter table deals add column team_id uuid references teams (id);
create index customers_by_team on customers (team_id, id) where team_id is not null;
create index deals_by_team on deals (team_id, updated_at, id) where team_id is not null;
create index deals_by_owner on deals (owner_id, updated_at, id) where owner_id is not null;

-- What follows from a person's roles and teams. It is made anew with every change of either, so that no request has to
-- put it together.
create table user_rights (
    user_id uuid primary key references users (id),
    -- as a role has them, of all their roles together
    permissions jsonb not null,
    classes jsonb not null,
    -- whether some records are out of reach
    limited boolean not null,
    -- whether they run the host
    administrator boolean not null,
    -- whether a role of theirs must have a second factor
    needs_factor boolean not null
);

-- Whose records somebody reaches who doesn't reach all.
create table user_reach (
    user_id uuid not null references users (id),
    kind text not null,
    -- read, change
    act text not null,
    -- a person or a team; NULL for everybody's records
    holder uuid
);

create index user_reach_by_user on user_reach (user_id, kind, act);

drop view visible_shares;

-- Which records are there for whom, of those for whom not all are: a partner and its installation for what is shared,
-- an installation for what it brought in, and people for what their roles reach. A record that belongs to nobody is
-- reached with the one that it is about: a message with the tickets of its thread, an order with its customer.
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
    where s.subject_kind = 'deal';
