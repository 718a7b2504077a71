-- A notification puts a row here for each of its readers: rows that lie in the order of their key are one tree less to
-- write for each.
create table inbox_by_key (
    user_id uuid not null references users (id),
    notification_id uuid not null references notifications (id),
    read_at bigint,
    primary key (user_id, notification_id)
) without rowid;

insert into inbox_by_key (user_id, notification_id, read_at) select user_id, notification_id, read_at from inbox;
drop table inbox;
alter table inbox_by_key rename to inbox;

create index inbox_unread on inbox (user_id, notification_id) where read_at is null;
