-- How people are notified besides the console (domain/notification_settings.rs).
create table notification_settings (
    user_id uuid primary key references users (id),
    settings jsonb not null,
    updated_at bigint not null,
    version bigint not null
);

-- What goes out to them: a row for each person, way and notification, until it has gone. One that can't go stays for a
-- while with the reason.
create table notification_outbox (
    id uuid primary key,
    user_id uuid not null references users (id),
    -- 'mail', or the id of a messenger's installation
    way text not null,
    notification_id uuid not null references notifications (id),
    due_at bigint not null,
    failed_at bigint,
    failure text,
    unique (user_id, way, notification_id)
);

create index notification_outbox_due on notification_outbox (user_id, way, due_at) where failed_at is null;
create index notification_outbox_failed on notification_outbox (failed_at) where failed_at is not null;
