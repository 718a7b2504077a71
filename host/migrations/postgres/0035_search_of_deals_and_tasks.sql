-- Deals and tasks are found by their texts, too; those that are there already are indexed.
create index search_deals on search_rows using gin (terms) where kind = 'deal';
create index search_tasks on search_rows using gin (terms) where kind = 'task';

insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select gen_random_uuid(), 'search-index', 'search-index:deal', jsonb_build_object('kind', 'deal'),
    0, 0, 0, 'ready', 0, 0
where exists (select 1 from deals);
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select gen_random_uuid(), 'search-index', 'search-index:task', jsonb_build_object('kind', 'task'),
    0, 0, 0, 'ready', 0, 0
where exists (select 1 from tasks);
