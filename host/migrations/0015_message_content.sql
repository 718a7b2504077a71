-- Senders reuse message ids: what makes a delivery a repeat is the same id with the same content. `content` is a digest
-- of what the channel said of the message; none for outgoing messages and those from before this column.
alter table interactions add column content bytea;
drop index interactions_external;
create unique index interactions_external on interactions (installation_id, external_id, content)
    where inbound and external_id is not null;
