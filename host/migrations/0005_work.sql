-- What people do together: hand-offs, tasks and boards, comments, what they are told and whether they have read it.

-- until when a hand-off is to be accepted
alter table sla_policies add column hand_off_minutes bigint not null default 60;

create table hand_offs (
    id uuid primary key,
    ticket_id uuid not null references tickets (id),
    from_team_id uuid references teams (id),
    -- who had the ticket when it was handed off
    from_user_id uuid references users (id),
    to_team_id uuid not null references teams (id),
    to_user_id uuid references users (id),
    note text not null,
    -- pending, accepted, refused, overdue, withdrawn
    status text not null,
    -- why it was refused
    reason text,
    -- principals, as `kind:id`
    handed_by text not null,
    answered_by text,
    due_at bigint not null,
    answered_at bigint,
    created_at bigint not null,
    version bigint not null
);

create unique index hand_offs_pending on hand_offs (ticket_id) where status = 'pending';
create index hand_offs_by_ticket on hand_offs (ticket_id, id);
create index hand_offs_by_team on hand_offs (to_team_id, id);

-- what a text in the reader's language is made of
alter table notifications add column arguments jsonb not null default '{}';

-- One row for each person who was told, so that everybody has read it or not by themselves.
create table inbox (
    user_id uuid not null references users (id),
    notification_id uuid not null references notifications (id),
    read_at bigint,
    primary key (user_id, notification_id)
);

create index inbox_unread on inbox (user_id, notification_id) where read_at is null;

insert into inbox (user_id, notification_id, read_at)
select user_id, id, read_at from notifications where user_id is not null;
insert into inbox (user_id, notification_id, read_at)
select m.user_id, n.id, n.read_at from notifications n join team_members m on m.team_id = n.team_id
where n.user_id is null;

create table tasks (
    id uuid primary key,
    parent_id uuid references tasks (id),
    -- how many tasks stand above it
    depth bigint not null,
    -- the record that it is about
    subject_kind text,
    subject_id uuid,
    -- the customer on whose timeline it stands
    customer_id uuid references customers (id),
    title text not null,
    description text not null,
    -- open, in-progress, waiting, done, cancelled
    status text not null,
    priority text not null,
    tags jsonb not null,
    team_id uuid references teams (id),
    assignee_id uuid references users (id),
    due_at bigint,
    remind_at bigint,
    -- Its place among all tasks: bytes between those of its neighbours, so that every board shows the same order.
    position bytea not null unique,
    -- a principal, as `kind:id`
    created_by text not null,
    closed_at bigint,
    source_id uuid,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null
);

create index tasks_by_update on tasks (updated_at, id);
create index tasks_by_parent on tasks (parent_id, id);
create index tasks_by_subject on tasks (subject_kind, subject_id, id);
create index tasks_by_customer on tasks (customer_id, id);
create index tasks_of_team on tasks (team_id, status, position);
create index tasks_of_assignee on tasks (assignee_id, status, position);

-- Its one row is locked while a task is moved: two moves to the same place, one after the other, get two places.
create table task_order (id bigint primary key);
insert into task_order (id) values (1);

-- A board shows the tasks of a team or of a person.
create table boards (
    id uuid primary key,
    name text not null,
    team_id uuid references teams (id),
    owner_id uuid references users (id),
    -- the states of tasks that have a column, from left to right, as a JSON list
    columns jsonb not null,
    created_at bigint not null,
    version bigint not null
);

alter table comments add column customer_id uuid references customers (id);
-- who is mentioned in it, as a JSON list
alter table comments add column mentions jsonb not null default '[]';
alter table comments add column edited_at bigint;
alter table comments add column deleted_at bigint;
alter table comments add column source_id uuid;
alter table comments add column version bigint not null default 1;
create index comments_by_customer on comments (customer_id, id);

alter table tokens add column last_used_at bigint;

-- Of interactions that came by the API: the channel in whose name, in which their external ids are unique.
alter table interactions add column channel text;
create unique index interactions_external_api on interactions (channel, external_id)
    where installation_id is null and inbound and external_id is not null;
create unique index conversations_thread_api on conversations (channel, external_id, customer_id)
    where installation_id is null;
create index interactions_by_time on interactions (occurred_at, id);
