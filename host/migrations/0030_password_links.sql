-- Links by which somebody sets a password: in a mail that only they read, for half an hour, once.
create table password_links (
    -- SHA-256 of the text in the mail; the text itself is kept nowhere
    digest bytea primary key,
    user_id uuid not null references users (id),
    expires_at bigint not null
);
create index password_links_by_user on password_links (user_id);
create index password_links_by_end on password_links (expires_at);
