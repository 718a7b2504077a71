-- Sign-ins by an identity provider (OpenID Connect).

-- What was sent along with somebody who went there, until they come back.
create table sign_ins_pending (
    -- SHA-256 of the state
    digest bytea primary key,
    nonce text not null,
    verifier text not null,
    next text not null,
    expires_at bigint not null
);

-- Whom a provider's accounts are.
create table provider_accounts (
    issuer text not null,
    subject text not null,
    user_id uuid not null references users (id),
    created_at bigint not null,
    primary key (issuer, subject)
);

-- By which account of which provider, and in which session there, somebody signed in.
alter table sessions add column issuer text;
alter table sessions add column subject text;
alter table sessions add column provider_session text;
