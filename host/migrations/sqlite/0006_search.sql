-- What records are found by. The terms are made by the host and stand in the index alone; a record's number is its
-- row there. Numbers grow, so that the newest records are found first.
create table search_rows (
    number integer primary key,
    kind text not null,
    id uuid not null unique,
    -- of the terms, so that a change which doesn't touch them costs nothing
    digest bigint not null
);

create virtual table search_customers using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
create virtual table search_tickets using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
create virtual table search_interactions using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
create virtual table search_orders using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);

-- Records that are there already are indexed by jobs, some hundred at a time.
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select randomblob(16), 'search-index', 'search-index:' || column1, json_object('kind', column1), 0, 0, 0, 'ready', 0, 0
from (values ('customer'), ('ticket'), ('interaction'), ('order'))
where exists (select 1 from customers);

-- What lists are sorted and most often narrowed by.
create index customers_by_name on customers (name, id);
create index customers_by_update on customers (updated_at, id);
create index customers_by_owner on customers (owner_id, id) where owner_id is not null;
create index customers_by_organisation on customers (organisation_id, id) where organisation_id is not null;
create index tickets_by_due on tickets (coalesce(resolution_due_at, 9223372036854775807), id);
create index tickets_by_team on tickets (team_id, updated_at, id);
create index tickets_of_assignee on tickets (assignee_id, updated_at, id);
