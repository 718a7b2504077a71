-- Deals and tasks are found by their texts, too; those that are there already are indexed.
create virtual table search_deals using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
create virtual table search_tasks using fts5 (
    terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);

insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select randomblob(16), 'search-index', 'search-index:deal', json_object('kind', 'deal'), 0, 0, 0, 'ready', 0, 0
where exists (select 1 from deals);
insert into jobs (id, queue, lane, payload, cause_depth, run_at, attempts, state, fence, created_at)
select randomblob(16), 'search-index', 'search-index:task', json_object('kind', 'task'), 0, 0, 0, 'ready', 0, 0
where exists (select 1 from tasks);
