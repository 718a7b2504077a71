-- How people sign in, and what they see first.

-- agent, supervisor, administrator
alter table users add column role text not null default 'agent';

create table passwords (
    user_id uuid primary key references users (id),
    -- Argon2id in the PHC form, with its parameters and salt
    hash text not null,
    changed_at bigint not null
);

create table sessions (
    id uuid primary key,
    -- SHA-256 of the cookie's text; the text itself is kept nowhere
    digest bytea not null unique,
    user_id uuid not null references users (id),
    created_at bigint not null,
    expires_at bigint not null
);

create index sessions_by_user on sessions (user_id);
create index sessions_by_end on sessions (expires_at);

-- How often somebody tried to sign in: a bucket for each account and each address.
create table sign_in_tries (
    -- SHA-256 of the kind of bucket and the account or address
    bucket bytea primary key,
    -- when the bucket is empty again; each try moves it on
    empty_at bigint not null
);

create index sign_in_tries_by_time on sign_in_tries (empty_at);

-- What the console lists first: the open tickets, the last changed first.
create index tickets_open_by_update on tickets (updated_at, id) where status <> 'resolved';
