-- What records are found by. The terms are made by the host; PostgreSQL's own parser never sees a text.
create table search_rows (
    id uuid primary key,
    kind text not null,
    -- of the terms, so that a change which doesn't touch them costs nothing
    digest bigint not null,
    terms tsvector not null
);

create index search_customers on search_rows using gin (terms) where kind = 'customer';
create index search_tickets on search_rows using gin (terms) where kind = 'ticket';
create index search_interactions on search_rows using gin (terms) where kind = 'interaction';
create index search_orders on search_rows using gin (terms) where kind = 'order';

-- Records that are there already are indexed by jobs, some hundred at a time.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select gen_random_uuid(), 'search-index', 'search-index:' || kind, jsonb_build_object('kind', kind),
    0, 0, 0, 'ready', 0, 0
from (values ('customer'), ('ticket'), ('interaction'), ('order')) as kinds (kind)
where exists (select 1 from customers);

-- What lists are sorted and most often narrowed by.
create index customers_by_name on customers (name collate "C", id);
create index customers_by_update on customers (updated_at, id);
create index customers_by_owner on customers (owner_id, id) where owner_id is not null;
create index customers_by_organisation on customers (organisation_id, id) where organisation_id is not null;
create index tickets_by_due on tickets (coalesce(resolution_due_at, 9223372036854775807), id);
create index tickets_by_team on tickets (team_id, updated_at, id);
create index tickets_of_assignee on tickets (assignee_id, updated_at, id);
