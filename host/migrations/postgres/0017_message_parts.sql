-- Messages that come in several deliveries, such as the pictures of an album: what each of them brought. The message
-- that they make together stands in interactions.
create table message_parts (
    installation_id uuid not null references installations (id),
    external_id text not null,
    conversation_id uuid not null references conversations (id),
    album text not null,
    interaction_id uuid not null references interactions (id) on delete cascade,
    text text not null,
    attachments jsonb not null,
    edited_at bigint,
    revision bigint,
    created_at bigint not null,
    primary key (installation_id, external_id)
);

create index message_parts_by_album on message_parts (conversation_id, album);
create index message_parts_by_message on message_parts (interaction_id);

-- Terms are made in another way now (NFKC, case folding, numbers as a whole): records that are there already are indexed
-- anew by jobs, some hundred at a time. Until they are, they are found as before.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select gen_random_uuid(), 'search-index', 'search-index:' || column1, jsonb_build_object('kind', column1), 0, 0, 0, 'ready', 0, 0
from (values ('customer'), ('ticket'), ('interaction'), ('order')) as kinds (column1)
where exists (select 1 from customers);
