-- Where and by what somebody signed in, for the list of their sessions.
alter table sessions add column address text not null default '';
alter table sessions add column agent text not null default '';

create table second_factors (
    user_id uuid primary key references users (id),
    -- the secret of the codes, sealed with the key of this id
    key_id text not null,
    sealed bytea not null,
    created_at bigint not null,
    -- when a code was first entered; until then it counts for nothing
    confirmed_at bigint,
    -- the time step of the last code that was taken: each is taken once
    last_step bigint not null
);

create table recovery_codes (
    -- SHA-256 of the user and the code; the code itself is kept nowhere
    digest bytea primary key,
    user_id uuid not null references users (id),
    used_at bigint
);
create index recovery_codes_by_user on recovery_codes (user_id);

-- Somebody whose password was right and whose code is still to come.
create table sign_in_challenges (
    -- SHA-256 of the text that the browser has
    digest bytea primary key,
    user_id uuid not null references users (id),
    -- what the password was checked against
    hash text not null,
    expires_at bigint not null
);
create index sign_in_challenges_by_end on sign_in_challenges (expires_at);

-- The roles that may do nothing before they have a second factor.
create table second_factor_roles (
    role text primary key
);
